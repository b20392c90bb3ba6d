"""Infill and the voice changer: real audio, of the right length, pitch, loudness and format."""

from __future__ import annotations

import base64
import io
import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import soundfile

from cartesia_core.audio import BIT_RATES, ENCODINGS, SAMPLE_RATES
from cartesia_core.versions import KNOWN, NEWEST, V2024_11_13, V2025_04_16, V2026_03_01
from cartesia_local import LocalServer
from tests.local.client import OTHER_VOICE, RAW, VOICE, WAV, Json, http, pitch, samples, speech, spoken
from tests.local.shapes import check

if TYPE_CHECKING:
    import httpx

TEXT = "in the very middle"
NBYTES = {"pcm_f32le": 4, "pcm_s16le": 2, "pcm_mulaw": 1, "pcm_alaw": 1}


def bracketed(output_format: Json) -> Json:
    return {f"output_format[{name}]": str(value) for name, value in output_format.items()}


def infill(client: httpx.Client, files: dict[str, bytes], output_format: Json = RAW, **changes: Any) -> httpx.Response:
    usual = {"model_id": "sonic-3", "language": "en", "transcript": TEXT, "voice_id": VOICE}
    fields = {**usual, **bracketed(output_format), **changes}
    data = {name: value for name, value in fields.items() if value is not None}
    return client.post("/infill/bytes", data=data, files=files)


def change(
    client: httpx.Client, clip: bytes, output_format: Json = WAV, path: str = "bytes", changes: Json | None = None
) -> httpx.Response:
    fields = {"voice[id]": VOICE, **bracketed(output_format), **(changes or {})}
    data = {name: value for name, value in fields.items() if value is not None}
    return client.post(f"/voice-changer/{path}", data=data, files={"clip": clip})


def events(answer: httpx.Response) -> list[Json]:
    lines = [line for line in answer.raise_for_status().text.splitlines() if line.startswith("data: ")]
    return [json.loads(line.removeprefix("data: ")) for line in lines]


def test_an_infill_is_the_part_between(client: httpx.Client, clip: bytes) -> None:
    """The transcript as the voice speaks it: as long as without neighbours."""
    plain = client.post("/tts/bytes", json=speech(transcript=TEXT)).content
    for files in ({"left_audio": clip}, {"right_audio": clip}, {"left_audio": clip, "right_audio": clip}):
        answer = infill(client, files)
        assert answer.headers["content-type"] == "application/octet-stream"
        assert len(answer.raise_for_status().content) == len(plain)


def test_an_infill_is_as_loud_as_its_neighbours(client: httpx.Client, clip: bytes) -> None:
    """Within limits; silence beside it changes nothing."""

    def loudness(factor: float) -> float:
        file = io.BytesIO()
        soundfile.write(file, samples(clip) * factor, 22050, format="WAV")
        pcm = np.frombuffer(infill(client, {"left_audio": file.getvalue()}).content, dtype="<i2")
        return float(np.sqrt(np.mean(pcm.astype(np.float64) ** 2)))

    soft, normal, none = loudness(0.4), loudness(1.0), loudness(0.0)
    plain = np.frombuffer(client.post("/tts/bytes", json=speech(transcript=TEXT)).content, dtype="<i2")
    assert soft == pytest.approx(0.4 * normal, rel=0.1)
    assert none == pytest.approx(float(np.sqrt(np.mean(plain.astype(np.float64) ** 2))), rel=0.02)


@pytest.mark.parametrize("version", KNOWN)
def test_infill_in_every_version(server: LocalServer, clip: bytes, version: str) -> None:
    """The same fields; up to 2024-11-13 with controls of speed and emotion."""
    with http(server, version) as client:
        plain = infill(client, {"left_audio": clip}, model_id="sonic-2").raise_for_status().content
        controls = {"voice[__experimental_controls][speed]": "-0.9"}
        named = {
            "voice[__experimental_controls][speed]": "slow",
            "voice[__experimental_controls][emotion][]": ["anger"],
        }
        for more in (controls, named):
            slower = infill(client, {"left_audio": clip}, **more).raise_for_status().content
            assert (len(slower) > 1.1 * len(plain)) == (version <= V2024_11_13)


@pytest.mark.parametrize(
    ("files", "changes", "said"),
    [
        ({}, {}, "left_audio"),
        ({"left_audio": b"noise"}, {}, "left_audio is not audio"),
        ({"left_audio": None}, {"model_id": None}, "model_id"),
        ({"left_audio": None}, {"language": None}, "language"),
        ({"left_audio": None}, {"language": "xx"}, "language"),
        ({"left_audio": None}, {"transcript": " "}, "transcript"),
        ({"left_audio": None}, {"voice_id": None}, "voice_id"),
        ({"left_audio": None}, {"voice_id": VOICE[:-1] + "0"}, "voice"),
        ({"left_audio": None}, {"output_format[sample_rate]": "16001"}, "output_format.sample_rate"),
        ({"left_audio": None}, {"output_format[container]": "ogg"}, "output_format.container"),
        ({"left_audio": None}, {"output_format[encoding]": "pcm"}, "output_format.encoding"),
    ],
)
def test_infills_that_are_refused(
    server: LocalServer, clip: bytes, files: dict[str, bytes | None], changes: Json, said: str
) -> None:
    """In the version's body, with the field."""
    sent = {name: clip if content is None else content for name, content in files.items()} or {"other": b"x"}
    for version in (V2025_04_16, V2026_03_01):
        with http(server, version) as client:
            answer = infill(client, sent, **changes)
        assert answer.status_code == 400
        assert said in (answer.json()["message"] if version == V2026_03_01 else answer.text)


@pytest.mark.parametrize("voice", [VOICE, OTHER_VOICE, "5b1c2f5e-0c3d-4c5b-9a63-52f0f6f1a0d1"])
def test_a_changed_clip_is_as_high_as_the_voice(server: LocalServer, client: httpx.Client, voice: str) -> None:
    """And exactly as long as it was, whoever spoke it."""
    own = pitch(spoken(server, voice=voice))
    for speaker in (VOICE, OTHER_VOICE):
        recorded = spoken(server, voice=speaker)
        changed = change(client, recorded, changes={"voice[id]": voice}).raise_for_status().content
        assert pitch(changed) == pytest.approx(own, rel=0.1)
        assert len(changed) == len(recorded)


def test_a_changed_clip_says_the_same(server: LocalServer, client: httpx.Client) -> None:
    """Its loudness goes up and down as the clip's does."""
    recorded = spoken(server, voice=OTHER_VOICE)
    before, after = (envelope(samples(wav)) for wav in (recorded, change(client, recorded).content))
    assert np.corrcoef(before, after)[0, 1] > 0.95


def envelope(pcm: Any) -> Any:
    count = len(pcm) // 1000
    return np.sqrt(np.mean(pcm[: count * 1000].reshape(count, 1000) ** 2, axis=1))


def test_a_clone_changes_clips_too(client: httpx.Client, clip: bytes) -> None:
    """Any voice can be the target."""
    made = client.post("/voices/clone", data={"name": "N", "language": "en"}, files={"clip": clip}).json()
    changed = change(client, clip, changes={"voice[id]": made["id"]}).content
    assert pitch(changed) == pytest.approx(pitch(clip), rel=0.05)


@pytest.mark.parametrize("path", ["/infill/bytes", "/voice-changer/bytes"])
@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("container", ["raw", "wav"])
def test_every_encoding(client: httpx.Client, clip: bytes, path: str, container: str, encoding: str) -> None:
    """At every rate, of the right length."""
    lengths = set()
    for rate in SAMPLE_RATES:
        output_format = {"container": container, "encoding": encoding, "sample_rate": rate}
        answer = (
            infill(client, {"left_audio": clip}, output_format)
            if path.startswith("/infill")
            else change(client, clip, output_format)
        )
        content = answer.raise_for_status().content
        if container == "wav":
            assert content.startswith(b"RIFF")
            assert soundfile.info(io.BytesIO(content)).samplerate == rate
        lengths.add(round(len(content) / NBYTES[encoding] / rate, 1))
    assert len(lengths) <= 2
    assert min(lengths) > 0.5


@pytest.mark.parametrize("bit_rate", BIT_RATES)
def test_mp3(client: httpx.Client, clip: bytes, bit_rate: int) -> None:
    """At every bit rate."""
    output_format = {"container": "mp3", "sample_rate": 44100, "bit_rate": bit_rate}
    for answer in (infill(client, {"left_audio": clip}, output_format), change(client, clip, output_format)):
        assert answer.headers["content-type"] == "audio/mpeg"
        found = soundfile.info(io.BytesIO(answer.content))
        assert found.format == "MP3"
        assert len(answer.content) * 8 / found.duration == pytest.approx(bit_rate, rel=0.1)


@pytest.mark.parametrize("version", KNOWN)
def test_events_of_the_voice_changer(server: LocalServer, clip: bytes, version: str) -> None:
    """The same audio as in one answer, then the end; older versions give each event a type."""
    with http(server, version) as client:
        whole = change(client, clip, RAW).raise_for_status().content
        *chunks, done = events(change(client, clip, RAW, path="sse"))
    if version > V2025_04_16:
        check(chunks[0], "VoiceChangerSSEChunk")
        check(done, "VoiceChangerSSEDone")
    else:
        assert {chunk["type"] for chunk in chunks} == {"chunk"}
        assert done["type"] == "done"
        assert len({event["context_id"] for event in (*chunks, done)}) == 1
    assert b"".join(base64.b64decode(chunk["data"]) for chunk in chunks) == whole
    assert len(chunks) > 10
    assert {chunk["sample_rate"] for chunk in chunks} == {16000}
    assert (done["done"], done["status_code"]) == (True, 200)


def test_bare_lines_for_the_official_client_of_old(server: LocalServer, clip: bytes) -> None:
    """Up to 2024-11-13 every event also stands on a line of its own; whoever reads event streams skips it."""
    with http(server, V2024_11_13) as client:
        lines = change(client, clip, RAW, path="sse").text.splitlines()
    bare = [json.loads(line) for line in lines if line.startswith("{")]
    assert bare == [json.loads(line.removeprefix("data: ")) for line in lines if line.startswith("data: ")]
    with http(server, V2025_04_16) as client:
        assert "\n{" not in change(client, clip, RAW, path="sse").text


@pytest.mark.parametrize(
    ("content", "changes", "said"),
    [
        (b"noise", {}, "clip is not audio"),
        (None, {"voice[id]": None}, "voice[id]"),
        (None, {"voice[id]": "nothing"}, "nothing"),
        (None, {"output_format[container]": None}, "output_format.container"),
        (None, {"output_format[encoding]": None}, "output_format.encoding"),
        (None, {"output_format[container]": "mp3"}, "output_format.bit_rate"),
        (None, {"output_format[sample_rate]": "many"}, "output_format.sample_rate"),
    ],
)
def test_changes_that_are_refused(
    client: httpx.Client, clip: bytes, content: bytes | None, changes: Json, said: str
) -> None:
    """With a status, before any event."""
    for path in ("bytes", "sse"):
        answer = change(client, clip if content is None else content, path=path, changes=changes)
        assert answer.status_code in {400, 404}
        assert said in answer.json()["message"]


def test_clips_without_speech_and_of_any_length(client: httpx.Client) -> None:
    """Silence and what is longer than ten minutes are refused; a click is too short to have a pitch."""
    for seconds in (601, 1, 0.001):
        file = io.BytesIO()
        soundfile.write(file, np.zeros(int(seconds * 8000), dtype=np.int16), 8000, format="WAV")
        answer = change(client, file.getvalue())
        assert answer.status_code == 400
        assert ("600 seconds" in answer.json()["message"]) == (seconds > 600)


def test_audio_counts_among_the_contexts(clip: bytes) -> None:
    """While all are taken, both are refused with 429."""
    with LocalServer(max_contexts=1, pace=1) as server, http(server, NEWEST) as client, http(server) as other:
        body = speech(transcript="One after the other. " * 20)
        with client.stream("POST", "/tts/bytes", json=body) as answer:
            pieces = answer.iter_raw()
            next(pieces)
            assert change(other, clip).status_code == 429
            assert infill(other, {"left_audio": clip}).status_code == 429
