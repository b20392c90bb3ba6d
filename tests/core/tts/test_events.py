"""Messages of the server, of every type and in every state of disrepair."""

from __future__ import annotations

import base64
import json

import pytest

from cartesia_core import errors as e
from cartesia_core.tts.events import (
    AudioChunk,
    Done,
    FlushDone,
    PhonemeTimestamps,
    ServerMessage,
    Unknown,
    WordTimestamps,
    read_message,
)

PCM = bytes(range(256))
DATA = base64.b64encode(PCM).decode()


def read(**fields: object) -> ServerMessage:
    """Read a message with these fields."""
    return read_message(json.dumps(fields))


def test_chunks() -> None:
    """Audio comes decoded, with context, flush and time."""
    full = read(type="chunk", data=DATA, done=False, status_code=206, step_time=12.5, context_id="c", flush_id=2, new=1)
    assert full == AudioChunk(PCM, "c", 2, 12.5)
    assert read(type="chunk", data="") == AudioChunk(b"")
    assert read(type="chunk", data=DATA, step_time=None, flush_id=None) == AudioChunk(PCM)
    assert read(type="chunk", data=DATA, step_time="fast", flush_id="1") == AudioChunk(PCM)


def test_chunks_do_not_fill_the_screen() -> None:
    """Their text has the size, not the audio."""
    assert repr(AudioChunk(b"x" * 1000)).startswith("AudioChunk(audio=<1000 bytes>")


def test_word_timestamps() -> None:
    """Three columns; whole numbers are seconds too; what is new inside is ignored."""
    times = {"words": ["Hello", "world."], "start": [0, 0.5], "end": [0.4, 1], "confidence": [1, 1]}
    assert read(type="timestamps", word_timestamps=times, context_id="c", flush_id=1) == WordTimestamps(
        ("Hello", "world."), (0.0, 0.5), (0.4, 1.0), "c", 1
    )
    assert read(type="timestamps") == read(type="timestamps", word_timestamps=None) == WordTimestamps((), (), ())


def test_phoneme_timestamps() -> None:
    """The same with phonemes."""
    times = {"phonemes": ["h", "\u0259"], "start": [0, 0.1], "end": [0.1, 0.2]}
    assert read(type="phoneme_timestamps", phoneme_timestamps=times, context_id="c") == PhonemeTimestamps(
        ("h", "\u0259"), (0.0, 0.1), (0.1, 0.2), "c"
    )
    assert read(type="phoneme_timestamps") == PhonemeTimestamps((), (), ())


def test_ends() -> None:
    """Of a flush and of everything."""
    assert read(type="flush_done", done=False, flush_done=True, flush_id=3, context_id="c") == FlushDone("c", 3)
    assert read(type="done", done=True, status_code=206, context_id="c") == Done("c")
    assert read(type="done") == Done()


def test_errors_come_back_as_what_they_stand_for() -> None:
    """Both shapes, with the version asked for."""
    new = read_message(
        '{"type":"error","done":true,"status_code":429,"error_code":"concurrency_limited","title":"T","message":"M",'
        '"request_id":"a:b:c","context_id":"c"}',
        version="2026-08-14",
    )
    assert isinstance(new, e.ConcurrencyLimited)
    assert (new.context_id, new.request_id, new.api_version) == ("c", "a:b:c", "2026-08-14")
    old = read(type="error", done=True, status_code=500, error="Oops: It broke.")
    assert isinstance(old, e.ServerError)
    assert (old.title, old.context_id) == ("Oops", None)


def test_messages_without_a_type() -> None:
    """As in the days of SDK 1: told by what they carry."""
    assert read(data=DATA, done=False, context_id="c") == AudioChunk(PCM, "c")
    assert read(done=True, context_id="c") == Done("c")
    assert isinstance(read(error="Bad: No.", done=True), e.ApiError)
    assert read(error=None, done=True) == Done()
    assert read(error=None, data=DATA, done=False) == AudioChunk(PCM)


def test_unknown_types_are_data() -> None:
    """Not an error; the JSON object stays at hand."""
    found = read(type="visemes", shapes=[1], context_id="c")
    assert isinstance(found, Unknown)
    assert (found.type, found.context_id, dict(found.raw)) == (
        "visemes",
        "c",
        {"type": "visemes", "shapes": [1], "context_id": "c"},
    )
    oddities: list[dict[str, object]] = [{}, {"type": 5}, {"type": None}, {"type": []}, {"done": False}, {"type": ""}]
    for odd in oddities:
        found = read(**odd)
        assert isinstance(found, Unknown)
        assert found.type == ""


@pytest.mark.parametrize("data", ["", "{", "NaN", '{"type":"done"', b"\xff", '"\ud800"'])
def test_what_is_no_json_is_refused(data: str | bytes) -> None:
    """No context can be told."""
    with pytest.raises(e.DecodeError, match="not JSON") as caught:
        read_message(data)
    assert caught.value.context_id is None


@pytest.mark.parametrize("data", ["null", "[]", '"done"', "5", "true"])
def test_what_is_no_object_is_refused(data: str) -> None:
    """An array or null is no message."""
    with pytest.raises(e.DecodeError, match="expected a JSON object"):
        read_message(data)


def test_a_context_id_is_a_string() -> None:
    """Another kind could belong to nobody."""
    with pytest.raises(e.DecodeError, match=r"\$\.context_id: expected string, got int"):
        read(type="done", context_id=5)


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"type": "chunk"}, "$.data: expected base64 text, got NoneType"),
        ({"type": "chunk", "data": 5}, "$.data: expected base64 text, got int"),
        ({"type": "chunk", "data": "YQ"}, "$.data: not base64"),
        ({"type": "chunk", "data": "Y!Q=="}, "$.data: not base64"),
        ({"type": "chunk", "data": "YWJj\n"}, "$.data: not base64"),
        ({"data": "?"}, "$.data: not base64"),
        (
            {"type": "timestamps", "word_timestamps": {"words": ["a"], "start": [0]}},
            "$.word_timestamps.end: required field is missing",
        ),
        (
            {"type": "timestamps", "word_timestamps": {"words": [1], "start": [0], "end": [0]}},
            "words[0]: expected string",
        ),
        (
            {"type": "timestamps", "word_timestamps": {"words": ["a"], "start": ["0"], "end": [0]}},
            "start[0]: expected number",
        ),
        ({"type": "timestamps", "word_timestamps": ["a"]}, "expected object, got array"),
        (
            {"type": "timestamps", "word_timestamps": {"words": ["a"], "start": [0, 1], "end": [0]}},
            "$.word_timestamps: its arrays differ in length: 1, 2, 1",
        ),
        (
            {"type": "phoneme_timestamps", "phoneme_timestamps": {"phonemes": [], "start": [], "end": [1]}},
            "$.phoneme_timestamps: its arrays differ in length: 0, 0, 1",
        ),
        ({"type": "phoneme_timestamps", "phoneme_timestamps": {"words": []}}, "phonemes: required field is missing"),
    ],
)
def test_broken_messages_say_what_is_wrong_and_whose_they_are(fields: dict[str, object], problem: str) -> None:
    """Nothing is guessed: junk in base64 would shift every sample behind it."""
    with pytest.raises(e.DecodeError) as caught:
        read(**fields, context_id="c")
    assert problem in caught.value.message
    assert caught.value.context_id == "c"
