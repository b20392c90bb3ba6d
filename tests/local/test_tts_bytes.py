"""`POST /tts/bytes` and `POST /tts/sse`: the audio, its formats, times and effects."""

from __future__ import annotations

import io
import json
import struct
import time
import wave
from itertools import pairwise
from typing import Any

import httpx
import numpy as np
import pytest

from cartesia_core.audio import BIT_RATES, ENCODINGS, SAMPLE_RATES
from cartesia_core.versions import KNOWN, NEWEST, V2024_06_10, V2024_11_13, V2025_04_16, V2025_11_04, V2026_03_01
from cartesia_local import LocalServer
from tests.local.client import LONG, RAW, VOICE, Json, audio, children, http, kill, linux_only, seconds, speech, types

TEXT = "The quick brown fox jumps over the lazy dog."
NBYTES = {"pcm_f32le": 4, "pcm_s16le": 2, "pcm_mulaw": 1, "pcm_alaw": 1}


def spoken(client: httpx.Client, **changes: Any) -> bytes:
    return client.post("/tts/bytes", json=speech(**{"transcript": TEXT, **changes})).raise_for_status().content


def events(client: httpx.Client, **changes: Any) -> list[Json]:
    answer = client.post("/tts/sse", json=speech(**{"transcript": TEXT, **changes})).raise_for_status()
    assert answer.headers["content-type"] == "text/event-stream"
    blocks = answer.text.split("\n\n")
    assert blocks.pop() == ""
    assert all(block.startswith("data: {") and "\n" not in block for block in blocks)
    return [json.loads(block.removeprefix("data: ")) for block in blocks]


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("sample_rate", SAMPLE_RATES)
def test_raw_audio_has_the_length_of_its_text(client: httpx.Client, encoding: str, sample_rate: int) -> None:
    """In every encoding and rate the same two to four seconds."""
    data = spoken(client, output_format={"container": "raw", "encoding": encoding, "sample_rate": sample_rate})
    assert len(data) % NBYTES[encoding] == 0
    assert 2 < len(data) / NBYTES[encoding] / sample_rate < 4


def test_wav_has_a_header_and_is_not_silent(client: httpx.Client) -> None:
    """The standard library reads it; the sizes are placeholders, as the length is not known when it starts."""
    answer = client.post("/tts/bytes", json=speech(output_format={**RAW, "container": "wav"}))
    assert answer.headers["content-type"] == "audio/wav"
    with wave.open(io.BytesIO(answer.content)) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, 16000)
    samples = np.frombuffer(answer.content[44:], dtype="<i2")
    assert np.abs(samples).max() > 3000


@pytest.mark.parametrize("bit_rate", BIT_RATES)
def test_mp3_has_its_bit_rate(client: httpx.Client, bit_rate: int) -> None:
    """The length in bytes is that of the rate, give or take the encoder's padding."""
    answer = client.post(
        "/tts/bytes",
        json=speech(transcript=TEXT, output_format={"container": "mp3", "sample_rate": 44100, "bit_rate": bit_rate}),
    )
    assert answer.headers["content-type"] == "audio/mpeg"
    expected = seconds(spoken(client)) * bit_rate / 8
    assert expected < len(answer.content) < expected * 1.1


def test_speed_and_volume_have_an_effect(client: httpx.Client) -> None:
    """Slower is longer, louder is louder; in both the config and the tag."""
    usual = np.frombuffer(spoken(client), dtype="<i2").astype(float)
    slow = spoken(client, generation_config={"speed": 0.6})
    fast = spoken(client, transcript='<speed ratio="1.5"/>' + TEXT)
    quiet = np.frombuffer(spoken(client, generation_config={"volume": 0.5}), dtype="<i2").astype(float)
    assert len(slow) > 2 * len(usual) * 1.3
    assert len(fast) < 2 * len(usual) * 0.85
    assert quiet.std() == pytest.approx(usual.std() / 2, rel=0.05)


def test_duration_caps_the_audio(server: LocalServer) -> None:
    """On old versions; the newest does not know it."""
    with http(server, V2024_06_10) as client:
        assert seconds(spoken(client, voice={"id": VOICE}, duration=0.5)) == pytest.approx(0.5, abs=0.001)
        assert seconds(spoken(client, voice={"id": VOICE}, duration=60)) < 4
    with http(server) as client:
        assert seconds(spoken(client, duration=0.5)) > 2


def test_voices_and_languages_sound_different(client: httpx.Client) -> None:
    """Same text, other voice or language: other bytes; same everything: same bytes."""
    usual = spoken(client)
    assert spoken(client) == usual
    assert spoken(client, language="de") != usual
    assert spoken(client, voice="f786b574-daa5-4673-aa0c-cbe3e8534c02") != usual


def test_saved_audio_can_be_fetched(client: httpx.Client) -> None:
    """Under the id of the header; without `save` there is none."""
    answer = client.post("/tts/bytes", json=speech(save=True))
    found = client.get(f"/files/{answer.headers['cartesia-file-id']}/download")
    assert (found.content, found.headers["content-type"]) == (answer.content, answer.headers["content-type"])
    assert "cartesia-file-id" not in client.post("/tts/bytes", json=speech()).headers
    assert client.get("/files/nothing/download").status_code == 404
    assert client.post("/tts/bytes", json=speech(save="yes")).status_code == 400


def test_save_came_with_2025_04_16(server: LocalServer) -> None:
    """Before that it is an unknown field."""
    voice = {"mode": "id", "id": VOICE}
    for version, is_known in ((V2024_11_13, False), (V2025_04_16, True)):
        with http(server, version) as client:
            answer = client.post("/tts/bytes", json=speech(voice=voice, save=True))
            assert ("cartesia-file-id" in answer.headers) is is_known


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'"text"', b"\xff\xfe", b"NaN"])
@pytest.mark.parametrize("path", ["/tts/bytes", "/tts/sse"])
def test_a_body_that_is_no_json_object_is_refused(client: httpx.Client, path: str, body: bytes) -> None:
    """Before anything else is looked at."""
    answer = client.post(path, content=body)
    assert (answer.status_code, answer.json()["title"]) == (400, "Malformed JSON")


@pytest.mark.parametrize("path", ["/tts/bytes", "/tts/sse"])
def test_a_tag_that_is_not_understood_is_refused(client: httpx.Client, path: str) -> None:
    """As an error with a status, not in the middle of audio."""
    answer = client.post(path, json=speech(transcript='Well <speed ratio="9"/> now.'))
    assert answer.status_code == 400
    assert "speed" in answer.json()["message"]


def test_events_are_chunks_then_done(client: httpx.Client) -> None:
    """The chunks together are the audio of /tts/bytes; every field of the documented shape is there."""
    got = events(client, context_id="mine")
    assert types(got) == ["chunk", "done"]
    assert audio(got) == spoken(client)
    assert all(event["step_time"] > 0 for event in got[:-1])
    assert {(event["status_code"], event["done"], event["context_id"]) for event in got[:-1]} == {(206, False, "mine")}
    assert got[-1] == {"type": "done", "done": True, "status_code": 206, "context_id": "mine"}


def test_without_a_context_id_none_is_echoed(client: httpx.Client) -> None:
    """Nothing is made up."""
    assert not [event for event in events(client) if "context_id" in event]


@pytest.mark.parametrize("version", KNOWN)
def test_events_are_flat(server: LocalServer, version: str) -> None:
    """SDK 1.4.0 splits them at braces: one pair each, unless times are asked for."""
    with http(server, version) as client:
        voice = VOICE if version == NEWEST else {"mode": "id", "id": VOICE}
        text = client.post("/tts/sse", json=speech(voice=voice)).text
    assert text.count("{") == text.count("}") == text.count("data: ")


def test_words_and_phonemes_are_timed(client: httpx.Client) -> None:
    """Every word of the text in order, none beyond the audio; phonemes lie within the words' span."""
    got = events(client, add_timestamps=True, add_phoneme_timestamps=True)
    words = [event["word_timestamps"] for event in got if event["type"] == "timestamps"]
    assert [word for times in words for word in times["words"]] == TEXT.split()
    starts = [start for times in words for start in times["start"]]
    ends = [end for times in words for end in times["end"]]
    length = seconds(audio(got))
    assert all(start < end <= length + 0.01 for start, end in zip(starts, ends, strict=True))
    assert all(earlier <= later for earlier, later in pairwise(starts))
    sounds = [event["phoneme_timestamps"] for event in got if event["type"] == "phoneme_timestamps"]
    assert sum(len(times["phonemes"]) for times in sounds) > 25
    assert max(end for times in sounds for end in times["end"]) <= length + 0.01


def test_times_are_sent_only_when_asked_for(client: httpx.Client) -> None:
    """Either kind alone, or none."""
    assert types(events(client)) == ["chunk", "done"]
    assert "phoneme_timestamps" not in types(events(client, add_timestamps=True))
    assert "timestamps" not in types(events(client, add_phoneme_timestamps=True))


def test_chunks_are_small_first_then_of_a_sensible_size(client: httpx.Client) -> None:
    """The first one is out early; later ones have 100 ms or 8 KiB."""
    for nbytes, output_format in (
        (3200, RAW),
        (17640, {"container": "raw", "encoding": "pcm_f32le", "sample_rate": 44100}),
    ):
        got = events(client, transcript=TEXT * 4, output_format=output_format)
        sizes = [len(audio([event])) for event in got if event["type"] == "chunk"]
        assert sizes[0] < nbytes
        assert all(min(nbytes, 8192) <= size < 4 * nbytes for size in sizes[1:-2])


def test_audio_of_events_comes_while_it_is_made(client: httpx.Client) -> None:
    """Ten minutes of speech: the first event is there at once."""
    with client.stream("POST", "/tts/sse", json=speech(transcript=LONG)) as answer:
        lines = answer.iter_lines()
        assert json.loads(next(lines).removeprefix("data: "))["type"] == "chunk"


@pytest.mark.parametrize("version", [V2025_04_16, V2025_11_04, V2026_03_01])
@linux_only
def test_an_engine_that_dies_is_told_in_the_stream(version: str) -> None:
    """After audio has gone out: an error event of the version's shape, and no `done`; the next request works."""
    voice = {"mode": "id", "id": VOICE}
    before = children()
    with LocalServer(pace=20) as server, http(server, version) as client:
        with client.stream("POST", "/tts/sse", json=speech(transcript=LONG, voice=voice)) as answer:
            lines = (json.loads(line.removeprefix("data: ")) for line in answer.iter_lines() if line)
            assert next(lines)["type"] == "chunk"
            kill(children() - before)
            *_, last = lines
        assert (last["type"], last["done"], last["status_code"]) == ("error", True, 500)
        assert last["title"] == "Speech engine crashed"
        assert ("error" in last) is (version <= V2025_11_04)
        assert events(client, voice=voice)[-1]["type"] == "done"


@linux_only
def test_an_engine_that_dies_cuts_the_audio_short() -> None:
    """Bytes that are on their way cannot become an error: the client sees a body that is not whole."""
    before = children()
    with LocalServer(pace=20) as server, http(server) as client:
        with client.stream("POST", "/tts/bytes", json=speech(transcript=LONG)) as answer:
            pieces = answer.iter_raw()
            next(pieces)
            kill(children() - before)
            with pytest.raises(httpx.RemoteProtocolError):
                list(pieces)
        assert spoken(client)


@pytest.mark.parametrize("path", ["/tts/bytes", "/tts/sse"])
def test_an_engine_that_dies_at_once_is_a_500(client: httpx.Client, path: str) -> None:
    """ESpeak NG crashes on this text, found by fuzzing; if a later one does not, this test must find another."""
    text = "№№-परीक्षण परीक्षण"
    answer = client.post(path, json=speech(transcript=text, language="hi"))
    assert (answer.status_code, answer.json()["title"]) == (500, "Speech engine crashed")
    assert spoken(client)


def test_pace_holds_audio_back() -> None:
    """At pace 4 the audio of a text takes a quarter of its length."""
    with LocalServer(pace=4) as server, http(server) as client:
        began = time.monotonic()
        length = seconds(spoken(client))
        took = time.monotonic() - began
    assert length / 4 * 0.8 < took < length / 4 + 1


def test_wav_placeholder_sizes(client: httpx.Client) -> None:
    """RIFF and data sizes are 0xFFFFFFFF, which readers take for 'up to the end'."""
    data = spoken(client, output_format={**RAW, "container": "wav"})
    assert struct.unpack_from("<I", data, 40) == (0xFFFFFFFF,)
