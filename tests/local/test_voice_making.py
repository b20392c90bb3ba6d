"""Voices that are made here: cloned, localized, made of embeddings, changed and deleted, in every version's form."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import soundfile

from cartesia_core.versions import KNOWN, NEWEST, V2024_06_10, V2024_11_13, V2025_04_16, V2025_11_04, V2026_03_01
from tests.local.client import (
    OTHER_VOICE,
    VOICE,
    WAV,
    Json,
    audio,
    http,
    pitch,
    speech,
    spoken,
    talk,
)
from tests.local.shapes import check

if TYPE_CHECKING:
    import httpx

    from cartesia_local import LocalServer

FORMS: dict[str, Json] = {
    V2024_06_10: {"mode": "similarity", "enhance": "true", "transcript": "This is what I sound like."},
    V2024_11_13: {"mode": "stability", "enhance": "false"},
    V2025_04_16: {"enhance": "true"},
}
"""What clone has beside clip, name, language and description, by version."""
METADATA = dict.fromkeys(KNOWN, "VoiceMetadata_legacy") | {NEWEST: "VoiceMetadata"}
OLD = {"name": "N", "description": "D", "language": "en"}


def clone(client: httpx.Client, clip: bytes, version: str = NEWEST, **changes: Any) -> httpx.Response:
    fields = {"name": "Mine", "language": "en", **FORMS.get(version, {}), **changes}
    return client.post("/voices/clone", data={k: v for k, v in fields.items() if v is not None}, files={"clip": clip})


def voice_field(voice_id: str, version: str) -> Json:
    return {"voice": voice_id if version == NEWEST else {"mode": "id", "id": voice_id}}


def say(client: httpx.Client, voice: object) -> bytes:
    body = speech(voice=voice, transcript="We were away a year ago, and nobody minds it.", output_format=WAV)
    return client.post("/tts/bytes", json=body).raise_for_status().content


@pytest.mark.parametrize("version", KNOWN)
def test_a_clone_in_every_version(server: LocalServer, clip: bytes, version: str) -> None:
    """It answers in the version's shape, is listed as yours, speaks, is changed, and is gone when deleted."""
    with http(server, version) as client:
        made = clone(client, clip, version, description="A clone").raise_for_status().json()
        if version != V2024_11_13:  # There the official client reads a whole voice, so it has one field more.
            check(made, METADATA[version])
        listed = client.get("/voices", params={"limit": 100}).json()
        voices = listed if version == V2024_06_10 else listed["data"]
        shown = next(voice for voice in voices if voice["id"] == made["id"])
        assert shown.get("is_owner", True) is True
        assert shown.get("is_public", False) is False
        assert client.post("/tts/bytes", json=speech(**voice_field(made["id"], version))).status_code == 200
        changed = client.patch(f"/voices/{made['id']}", json={"name": "New", "description": "Other"}).json()
        assert (changed["name"], changed["description"], changed["id"]) == ("New", "Other", made["id"])
        assert client.delete(f"/voices/{made['id']}").status_code == 204
        assert client.get(f"/voices/{made['id']}").status_code == 404
        assert client.delete(f"/voices/{made['id']}").status_code == 404


@pytest.mark.parametrize("voice", [VOICE, OTHER_VOICE, "5b1c2f5e-0c3d-4c5b-9a63-52f0f6f1a0d1"])
def test_a_clone_speaks_as_high_as_its_clip(server: LocalServer, client: httpx.Client, voice: str) -> None:
    """Within a tenth, for low and high speakers; and the same clip gives the same voice."""
    recorded = spoken(server, voice=voice)
    ids = [clone(client, recorded).json()["id"] for _ in range(2)]
    first, second = (say(client, ident) for ident in ids)
    assert first == second
    assert pitch(first) == pytest.approx(pitch(recorded), rel=0.1)


def test_a_clone_speaks_as_fast_as_its_clip(client: httpx.Client) -> None:
    """A hurried clip makes a hurried voice."""

    def made(speed: float) -> int:
        body = speech(voice=VOICE, transcript="We were away a year ago. " * 3, output_format=WAV)
        body["generation_config"] = {"speed": speed}
        recorded = client.post("/tts/bytes", json=body).content
        return len(say(client, clone(client, recorded).json()["id"]))

    slow, normal, fast = made(0.8), made(1.0), made(1.3)
    assert slow > 1.1 * normal
    assert normal > 1.1 * fast


def test_a_clone_speaks_on_the_socket_and_as_events(server: LocalServer, client: httpx.Client, clip: bytes) -> None:
    """The same audio as in one answer."""
    ident = clone(client, clip).json()["id"]
    whole = client.post("/tts/bytes", json=speech(voice=ident)).content
    with talk(server) as conversation:
        conversation.send(voice=ident)
        assert audio(conversation.until_done()) == whole
    events = client.post("/tts/sse", json=speech(voice=ident)).text
    assert events.count('"type":"chunk"') > 1


def test_the_timbre_of_a_base_voice(client: httpx.Client, clip: bytes) -> None:
    """`base_voice_id` decides who the clone sounds like; the pitch stays the clip's as far as that voice reaches."""
    plain, based = clone(client, clip).json()["id"], clone(client, clip, base_voice_id=VOICE).json()["id"]
    assert client.get(f"/voices/{plain}").json()["gender"] == "feminine"
    assert client.get(f"/voices/{based}").json()["gender"] == "masculine"
    assert say(client, plain) != say(client, based)
    assert clone(client, clip, base_voice_id="").status_code == 200


@pytest.mark.parametrize("kind", ["WAV", "FLAC", "OGG", "MP3", "AIFF"])
def test_clips_of_every_kind(client: httpx.Client, clip: bytes, kind: str) -> None:
    """Stereo, too, at another rate."""
    pcm, rate = soundfile.read(io.BytesIO(clip), dtype="float32")
    file = io.BytesIO()
    soundfile.write(file, np.stack([pcm, pcm], axis=1), rate, format=kind)
    assert clone(client, file.getvalue()).status_code == 200


@pytest.mark.parametrize(
    ("version", "changes", "said"),
    [
        (NEWEST, {"name": None}, "name"),
        (NEWEST, {"name": " "}, "name"),
        (NEWEST, {"language": None}, "language"),
        (NEWEST, {"language": "xx"}, "language"),
        (NEWEST, {"accent": "British English"}, "accent"),
        (NEWEST, {"accent": "parisian"}, "accent"),
        (NEWEST, {"base_voice_id": "nothing"}, "nothing"),
        (V2026_03_01, {"accent": "british"}, "accent"),
        (V2025_04_16, {"enhance": "maybe"}, "enhance"),
        (V2025_04_16, {"language": "uk"}, "language"),
        (V2024_11_13, {"mode": None}, "mode"),
        (V2024_11_13, {"mode": "clip"}, "mode"),
    ],
)
def test_clones_that_are_refused(server: LocalServer, clip: bytes, version: str, changes: Json, said: str) -> None:
    """With the field in the message, in the version's body, and nothing is made."""
    with http(server, version) as client:
        before = client.get("/voices", params={"is_owner": "true", "limit": 100}).json()
        answer = clone(client, clip, version, **changes)
        assert answer.status_code in {400, 404}
        message = answer.json()["message"] if version >= V2026_03_01 else answer.text
        assert said in message
        assert client.get("/voices", params={"is_owner": "true", "limit": 100}).json() == before


def test_clips_that_nobody_can_use(client: httpx.Client, clip: bytes) -> None:
    """No audio, silence, nothing at all, no file, and a text in its place."""
    silence = io.BytesIO()
    soundfile.write(silence, np.zeros(16000, dtype=np.float32), 16000, format="WAV")
    for content, said in ((b"not audio", "WAV"), (silence.getvalue(), "speaks"), (clip[:44], "no audio")):
        answer = clone(client, content)
        assert answer.status_code == 400
        assert said in answer.json()["message"]
    fields = {"name": "Mine", "language": "en"}
    missing = client.post("/voices/clone", data=fields, files={"other": clip})
    assert "clip is missing" in missing.json()["message"]
    text = client.post("/voices/clone", data={**fields, "clip": "text"}, files={"other": clip})
    assert "clip is text" in text.json()["message"]


def test_accents_by_name_before_2026_08_14(server: LocalServer, clip: bytes) -> None:
    """The clone has the accent's locale; the same accent is an id later."""
    with http(server, V2025_11_04) as client:
        made = clone(client, clip, V2025_11_04, accent="British English").json()
        shown = client.get(f"/voices/{made['id']}").json()
        assert (shown["accent"], shown["locales"][0]["locale"]) == ("British English", "en-GB")
    with http(server) as client:
        assert client.get(f"/voices/{made['id']}").json()["accent"] == "british"


def test_changes_of_a_voice(client: httpx.Client, clip: bytes) -> None:
    """Absent keeps, null resets, and what is no voice of yours cannot be changed."""
    path = f"/voices/{clone(client, clip, description='D').json()['id']}"
    assert client.patch(path, json={"gender": "gender_neutral"}).json()["gender"] == "gender_neutral"
    kept = client.patch(path, json={"name": "Other"}).json()
    assert (kept["gender"], kept["description"]) == ("gender_neutral", "D")
    assert client.patch(path, json={"gender": None}).json()["gender"] == "feminine"
    assert client.patch(path, json={"accent": "australian"}).json()["locales"][0]["locale"] == "en-AU"
    assert client.patch(path, json={"accent": None}).json()["accent"] == "australian"
    for body in ({"name": ""}, {"name": 1}, {"gender": "male"}, {"accent": "parisian"}, {"accent": "Parisian"}):
        assert client.patch(path, json=body).status_code == 400
    for stranger in (client.patch(f"/voices/{VOICE}", json={"name": "x"}), client.delete(f"/voices/{VOICE}")):
        assert stranger.status_code == 403
    assert client.patch("/voices/11111111-2222-4333-8444-555555555555", json={}).status_code == 404


def test_older_versions_want_name_and_description(server: LocalServer, clip: bytes) -> None:
    """Both, up to 2025-04-16."""
    with http(server, V2025_04_16) as client:
        path = f"/voices/{clone(client, clip, V2025_04_16).json()['id']}"
        assert client.patch(path, json={"name": "x"}).status_code == 400
        assert client.patch(path, json={"name": "x", "description": ""}).status_code == 200


def test_the_catalogue_of_accents(client: httpx.Client) -> None:
    """All documented ids in order; one default for each locale; those that voices can be given are marked."""
    accents = client.get("/accents").json()["accents"]
    for accent in accents:
        check(accent, "Accent")
    ids = [accent["id"] for accent in accents]
    assert ids == sorted(ids)
    assert len(ids) == 79
    defaults = [accent["locale"] for accent in accents if accent["is_locale_default"]]
    assert len(defaults) == len(set(defaults)) == len({accent["locale"] for accent in accents})
    assert sum(accent["is_localizable"] for accent in accents) == 25


def test_accents_of_a_clone(client: httpx.Client, clip: bytes) -> None:
    """Added and removed one by one; the native one comes first and stays; ten at most."""
    path = f"/voices/{clone(client, clip).json()['id']}/accents"
    added = client.patch(path, json={"accents": ["parisian", "british", "parisian", "general-american"]}).json()
    check(added, "Voice")
    assert [item["locale"] for item in added["locales"]] == ["en-US", "fr-FR", "en-GB"]
    assert [item["is_native"] for item in added["locales"]] == [True, False, False]
    removed = client.delete(f"{path}/parisian")
    assert removed.status_code == 200
    assert [item["locale"] for item in removed.json()["locales"]] == ["en-US", "en-GB"]
    assert client.delete(f"{path}/parisian").status_code == 404
    assert client.delete(f"{path}/general-american").status_code == 400
    many = [
        "australian",
        "castilian",
        "central-tamil",
        "central-thai",
        "hindi",
        "israeli",
        "istanbul",
        "italian",
        "japanese",
    ]
    for accents in (many, [], [*many, "korean"], ["irish"], None, "british"):
        assert client.patch(path, json={"accents": accents}).status_code == 400
    assert client.patch(f"/voices/{VOICE}/accents", json={"accents": ["british"]}).status_code == 403


def test_a_localized_voice(server: LocalServer, client: httpx.Client) -> None:
    """It speaks the accent's language with the voice's timbre and pitch, and cannot be given more accents."""
    body = {"voice_id": OTHER_VOICE, "name": "Claire in French", "accent": "parisian", "tagline": "t" * 32}
    made = client.post("/voices/localize", json=body).raise_for_status().json()
    check(made, "VoiceMetadata")
    assert (made["language"], made["tagline"]) == ("fr", "t" * 32)
    shown = client.get(f"/voices/{made['id']}").json()
    assert (shown["accent"], shown["gender"], shown["locales"][0]["locale"]) == ("parisian", "feminine", "fr-FR")
    assert say(client, made["id"]) != say(client, OTHER_VOICE)
    assert pitch(say(client, made["id"])) == pytest.approx(pitch(say(client, OTHER_VOICE)), rel=0.15)
    assert client.patch(f"/voices/{made['id']}/accents", json={"accents": ["british"]}).status_code == 400
    for changes in ({"accent": "irish"}, {"accent": None}, {"tagline": "t" * 33}, {"name": None}, {"voice_id": "x"}):
        assert client.post("/voices/localize", json={**body, **changes}).status_code in {400, 404}


@pytest.mark.parametrize("version", [version for version in KNOWN if version < NEWEST])
@pytest.mark.parametrize(
    ("language", "dialect", "locale"),
    [("en", "uk", "en-GB"), ("es", "pe", "es-ES"), ("pt", None, "pt-BR"), ("de", None, "de-DE"), ("fr", "ca", "fr-CA")],
)
def test_localizing_in_older_versions(
    server: LocalServer, version: str, language: str, dialect: str | None, locale: str
) -> None:
    """By language and dialect."""
    body = {"voice_id": VOICE, **OLD, "language": language, "original_speaker_gender": "male", "dialect": dialect}
    with http(server, version) as client:
        made = client.post("/voices/localize", json=body).raise_for_status().json()
    with http(server) as client:
        shown = client.get(f"/voices/{made['id']}").json()
    assert (shown["locales"][0]["locale"], shown["gender"]) == (locale, "masculine")


@pytest.mark.parametrize(
    ("version", "changes"),
    [
        (V2025_11_04, {"language": "uk"}),
        (V2025_04_16, {"language": "he"}),
        (V2025_11_04, {"language": None}),
        (V2025_11_04, {"original_speaker_gender": None}),
        (V2025_11_04, {"original_speaker_gender": "feminine"}),
        (V2025_11_04, {"dialect": "br"}),
        (V2025_11_04, {"description": None}),
        (V2025_11_04, {"accent": "Parisian French"}),
        (V2024_06_10, {"embedding": [0.5]}),
    ],
)
def test_older_localizing_that_is_refused(server: LocalServer, version: str, changes: Json) -> None:
    """With a 400 that names the field."""
    body = {"voice_id": VOICE, **OLD, "original_speaker_gender": "male", **changes}
    with http(server, version) as client:
        answer = client.post("/voices/localize", json=body)
    assert answer.status_code == 400
    assert next(iter(changes)) in answer.text


def test_embeddings_lead_back_to_voices(server: LocalServer, clip: bytes) -> None:
    """A clip's embedding makes a voice, which sounds like the clone of the clip; by embedding one speaks the same."""
    with http(server, V2024_06_10) as client:
        found = client.post("/voices/clone/clip", data={"enhance": "true", "mode": "clip"}, files={"clip": clip})
        embedding = found.raise_for_status().json()["embedding"]
        check({"embedding": embedding}, "EmbeddingResponse")
        made = client.post("/voices", json={**OLD, "embedding": embedding}).raise_for_status().json()
        check(made, "VoiceMetadata_legacy")
        cloned = clone(client, clip, V2024_06_10).json()
        heard = [
            say(client, voice)
            for voice in ({"id": made["id"]}, {"id": cloned["id"]}, {"mode": "embedding", "embedding": embedding})
        ]
        assert heard[0] == heard[1] == heard[2]
        assert client.get(f"/voices/{made['id']}").json()["embedding"] == embedding


def test_a_mix_is_a_voice_between(server: LocalServer) -> None:
    """Its pitch lies between those of its parts, nearer to the heavier one; weights need not add up to 1."""
    with http(server, V2024_11_13) as client:

        def mixed(low: float, high: float) -> float:
            parts = [{"id": VOICE, "weight": low}, {"id": "5b1c2f5e-0c3d-4c5b-9a63-52f0f6f1a0d1", "weight": high}]
            answer = client.post("/voices/mix", json={"voices": parts}).raise_for_status().json()
            check(answer, "EmbeddingResponse")
            return pitch(say(client, {"mode": "embedding", **answer}))

        pitches = [mixed(1, 0), mixed(6, 2), mixed(2, 6), mixed(0, 1)]
        assert pitches == sorted(pitches)
        assert pitches[3] - pitches[0] > 20
        known = client.get(f"/voices/{VOICE}", params={"expand[]": "embedding"}).json()["embedding"]
        same = client.post("/voices/mix", json={"voices": [{"embedding": known, "weight": 0.2}]}).json()
        assert same["embedding"] == known


@pytest.mark.parametrize(
    "voices",
    [
        None,
        [],
        ["x"],
        [{"id": VOICE}],
        [{"id": VOICE, "weight": -1}],
        [{"id": VOICE, "weight": 0}],
        [{"id": "nothing", "weight": 1}],
        [{"embedding": [1.0], "weight": 1}],
        [{"weight": 1}],
    ],
)
def test_mixes_that_are_refused(server: LocalServer, voices: Any) -> None:
    """With a 400."""
    with http(server, V2024_11_13) as client:
        assert client.post("/voices/mix", json={"voices": voices}).status_code == 400


def test_an_embedding_in_another_language(server: LocalServer) -> None:
    """Its nearest voice speaks that language, at the pitch of the one that was given."""
    with http(server, V2024_06_10) as client:
        voice = client.get(f"/voices/{OTHER_VOICE}").json()
        body = {"embedding": voice["embedding"], "language": "de", "original_speaker_gender": "female"}
        moved = client.post("/voices/localize", json=body).raise_for_status().json()["embedding"]
        made = client.post("/voices", json={**OLD, "language": "de", "embedding": moved}).json()
        assert client.get(f"/voices/{made['id']}").json()["language"] == "de"
        assert moved != voice["embedding"]
        assert moved[:3] == voice["embedding"][:3]


def test_a_voice_of_an_embedding_in_another_language(server: LocalServer) -> None:
    """`language` of create moves the voice there; a base voice gives its timbre."""
    with http(server, V2024_11_13) as client:
        embedding = client.get(f"/voices/{OTHER_VOICE}", params={"expand[]": "embedding"}).json()["embedding"]
        body = {**OLD, "language": "it", "embedding": embedding, "base_voice_id": VOICE}
        made = client.post("/voices/", json=body).raise_for_status().json()
        assert made["language"] == "it"
        assert made["is_owner"] is True
        for changes in ({"embedding": [0.0]}, {"name": None}, {"language": "uk"}):
            assert client.post("/voices/", json={**body, **changes}).status_code == 400


def test_what_ended_with_embeddings_is_gone(server: LocalServer, clip: bytes) -> None:
    """From 2025-04-16 on."""
    with http(server, V2025_04_16) as client:
        assert client.post("/voices/mix", json={"voices": [{"id": VOICE, "weight": 1}]}).status_code in {404, 405}
        assert client.post("/voices", json=OLD).status_code == 405
        assert client.post("/voices/clone/clip", files={"clip": clip}).status_code == 404
        assert client.get("/accents").status_code == 404
