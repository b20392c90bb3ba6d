"""`POST /stt` and `/audio/transcriptions`: recordings are recognised."""

from __future__ import annotations

import io
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import soundfile

from cartesia_core.versions import KNOWN, NEWEST, V2024_11_13
from cartesia_local import LocalServer
from cartesia_local.hearing.intake import ENCODINGS
from cartesia_local.sound.reading import RawReader
from tests.local.client import VOICE, Json, http, spoken
from tests.local.shapes import check

if TYPE_CHECKING:
    import httpx


TEXT = "the people of this city want to know what happened at the station in the morning"
SUBTYPES = {
    "pcm_s16le": "PCM_16",
    "pcm_s32le": "PCM_32",
    "pcm_f32le": "FLOAT",
    "pcm_mulaw": "ULAW",
    "pcm_alaw": "ALAW",
}
"""What libsndfile calls the encodings that it knows."""


@pytest.fixture(scope="module")
def recording(server: LocalServer) -> bytes:
    """The text, as the voice that a recogniser understands best says it."""
    return spoken(server, TEXT, VOICE)


@pytest.fixture
def recogniser() -> None:
    """There is none for every Python."""
    pytest.importorskip("pocketsphinx")


def send(client: httpx.Client, file: bytes, fields: Json | None = None, path: str = "/stt", **query: Any) -> Any:
    data = {"model": "ink-whisper", **(fields or {})}
    sent = {name: value for name, value in data.items() if value is not None}
    return client.post(path, params=query, data=sent, files={"file": file}, timeout=120)


@pytest.mark.usefixtures("recogniser")
def test_most_words_are_heard(client: httpx.Client, recording: bytes) -> None:
    """In lower case, in order, each within the recording, where times are asked for."""
    answer = send(client, recording, {"timestamp_granularities[]": "word"}).raise_for_status().json()
    check(answer, "STTTranscribeResponse")
    heard = answer["text"].split()
    assert len([word for word in TEXT.split() if word in heard]) >= 2 / 3 * len(TEXT.split())
    words = answer["words"]
    assert [word["word"] for word in words] == heard
    assert all(0 <= word["start"] < word["end"] <= answer["duration"] + 0.05 for word in words)
    assert all(one["end"] <= two["start"] + 0.02 for one, two in pairwise(words))
    assert answer["duration"] == pytest.approx(soundfile.info(io.BytesIO(recording)).duration, abs=0.01)


@pytest.mark.usefixtures("recogniser")
def test_the_other_path(server: LocalServer, client: httpx.Client, recording: bytes) -> None:
    """Hears the same; it came with 2025-04-16, and its other fields are ignored. Words come only when asked for."""
    one = send(client, recording).json()
    other = send(client, recording, {"prompt": "x", "temperature": "0"}, "/audio/transcriptions").json()
    assert other["text"] == one["text"]
    assert "words" not in other
    with http(server, V2024_11_13) as old:
        assert send(old, recording, None, "/audio/transcriptions").status_code == 404


def test_a_token_for_recordings(server: LocalServer, client: httpx.Client) -> None:
    """It needs the grant `stt`."""
    for grant, status in (("stt", 400), ("tts", 403)):
        token = client.post("/access-token", json={"grants": {grant: True}}).json()["token"]
        with http(server, NEWEST, Authorization=f"Bearer {token}") as guest:
            assert send(guest, b"not audio").status_code == status


@pytest.mark.parametrize(
    ("query", "fields", "status", "said"),
    [
        (None, {"model": "nothing"}, 400, "nothing"),
        (None, {"model": None}, 400, "model"),
        (None, {"language": "xx"}, 400, "language"),
        (None, {"language": "de"}, 501, "English"),
        (None, {"timestamp_granularities[]": "letter"}, 400, "timestamp_granularities"),
        ({"encoding": "mp3"}, {}, 400, "encoding"),
        ({"encoding": "pcm_s16le"}, {}, 400, "sample_rate"),
        ({"encoding": "pcm_s16le", "sample_rate": "0"}, {}, 400, "sample_rate"),
        (None, {}, 400, "file is not audio"),
    ],
)
def test_recordings_that_are_refused(
    server: LocalServer, query: Json | None, fields: Json, status: int, said: str
) -> None:
    """In every version, before anything is recognised, with the field in the message."""
    for version in KNOWN:
        with http(server, version) as client:
            answer = send(client, b"not audio", fields, **(query or {}))
        assert answer.status_code == status
        assert said in answer.text


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_headerless_audio(recording: bytes, encoding: str) -> None:
    """Of every documented encoding: the samples are those of the file, and a torn one at the end is left out."""
    pcm, rate = soundfile.read(io.BytesIO(recording), dtype="float32")
    file = io.BytesIO()
    if encoding == "pcm_f16le":
        file.write(pcm.astype("<f2").tobytes())
    else:
        soundfile.write(file, pcm, rate, SUBTYPES[encoding], "LITTLE", "RAW")
    if ENCODINGS[encoding][0] > 1:
        file.write(b"x")
    file.seek(0)
    reader = RawReader(file, encoding, rate)
    found = np.concatenate([*iter(lambda: tuple(reader.read()), ())])
    assert len(found) == len(pcm)
    assert np.abs(found - pcm).max() < 0.03


def test_without_the_recogniser(client: httpx.Client, recording: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is said what to install, with a 501."""
    monkeypatch.setattr("cartesia_local.hearing.listener.NAME", "no_such_recogniser")
    answer = send(client, recording)
    assert answer.status_code == 501
    assert "cartesia-core[local]" in answer.json()["message"]


@pytest.mark.usefixtures("recogniser")
def test_a_recogniser_that_dies(recording: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """A 501 with its exit status; the next recording is recognised."""
    with LocalServer() as server, http(server) as client:
        with monkeypatch.context() as changed:
            changed.setattr("cartesia_local.hearing.listener.CHILD", "no-such-file.py")
            answer = send(client, recording)
        assert answer.status_code == 501
        assert "exit status 2" in answer.json()["message"]
        assert send(client, recording).status_code == 200
