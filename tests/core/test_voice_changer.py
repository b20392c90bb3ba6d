"""The voice changer."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from cartesia_core import voice_changer
from cartesia_core.audio import Mp3Format, RawFormat, WavFormat
from cartesia_core.errors import DecodeError, IncompleteStream, InvalidArgument, ServerError
from cartesia_core.http import FormBody, Head, Headers, Response
from cartesia_core.tts.answers import Audio
from cartesia_core.tts.events import AudioChunk, Unknown
from tests.core.form_parts import fields_of, files_of

RAW = RawFormat("pcm_s16le", 8000)
CALLS = (voice_changer.generate, voice_changer.stream, voice_changer.generate_sse)
HEAD = Head(200, Headers([("content-type", "text/event-stream"), ("x-request-id", "r-1")]), "2026-08-14")


class Speaker:
    """Anything with an id."""

    id = "v"


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize(
    ("output_format", "fields"),
    [
        (RAW, [("container", "raw"), ("encoding", "pcm_s16le"), ("sample_rate", "8000")]),
        (
            WavFormat("pcm_f32le", 48000),
            [("container", "wav"), ("encoding", "pcm_f32le"), ("sample_rate", "48000")],
        ),
        (Mp3Format(22050, 64000), [("container", "mp3"), ("sample_rate", "22050"), ("bit_rate", "64000")]),
    ],
)
def test_calls_carry_clip_voice_and_format(call: Any, output_format: Any, fields: list[tuple[str, str]]) -> None:
    """In the form's own names, for every container."""
    request = call(clip=b"clip", voice_id=Speaker(), output_format=output_format, progress=print)
    assert fields_of(request) == [("voice[id]", "v"), *((f"output_format[{name}]", text) for name, text in fields)]
    assert files_of(request) == {"clip": b"clip"}
    assert isinstance(request.body, FormBody)
    assert request.body.progress is print
    assert (request.method, request.version) == ("POST", None)


def test_calls_differ_in_address_and_answer() -> None:
    """Audio whole and in pieces from one address, events from another."""
    calls = [call(clip=b"c", voice_id="v", output_format=RAW) for call in CALLS]
    assert [call.path for call in calls] == ["/voice-changer/bytes", "/voice-changer/bytes", "/voice-changer/sse"]
    assert [call.accept for call in calls] == ["audio/wav", "audio/wav", "text/event-stream"]


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize(
    ("wrong", "words"), [({"clip": b""}, "clip is empty"), ({"voice_id": " "}, "voice_id is empty")]
)
def test_what_cannot_be_right_is_refused(call: Any, wrong: dict[str, Any], words: str) -> None:
    """Before anything is sent."""
    with pytest.raises(InvalidArgument, match=words):
        call(**{"clip": b"c", "voice_id": "v", "output_format": RAW, **wrong})


def test_answers_are_audio() -> None:
    """As those of text to speech."""
    head = Headers([("content-type", "audio/mpeg")])
    whole = voice_changer.generate(clip=b"c", voice_id="v", output_format=RAW).decode(Response(200, head, content=b"a"))
    assert whole == Audio(b"a", RAW)
    pieces = voice_changer.stream(clip=b"c", voice_id="v", output_format=RAW).decoder(Response(200, head))
    assert list(pieces.feed(b"ab")) == [b"ab"]


def event(**fields: object) -> bytes:
    """Write an event."""
    return b"data: " + json.dumps(fields).encode() + b"\n\n"


DATA = base64.b64encode(b"pcm").decode()
UNTYPED = event(data=DATA, done=False, sample_rate=44100, status_code=206, step_time=1.5)
TYPED = event(type="chunk", data=DATA, done=False, context_id="c", status_code=206, step_time=1.5)


@pytest.mark.parametrize("done", [event(done=True, status_code=200), event(type="done", done=True, status_code=200)])
def test_events_are_read_with_and_without_a_type(done: bytes) -> None:
    """The newest versions leave it out of chunks and the end, older ones do not."""
    decoder = voice_changer.generate_sse(clip=b"c", voice_id="v", output_format=RAW).decoder(HEAD)
    events = list(decoder.feed(UNTYPED + TYPED + event(news=1) + done + UNTYPED))
    assert events == [
        AudioChunk(b"pcm", None, None, 1.5, 44100),
        AudioChunk(b"pcm", "c", None, 1.5),
        Unknown("", {"news": 1}),
    ]
    assert decoder.is_done
    assert list(decoder.finish()) == []


def test_a_sample_rate_of_another_kind_is_none() -> None:
    """As the other statistics of a chunk, it is not worth losing audio for."""
    decoder = voice_changer.generate_sse(clip=b"c", voice_id="v", output_format=RAW).decoder(HEAD)
    assert list(decoder.feed(event(data=DATA, sample_rate="44100"))) == [AudioChunk(b"pcm")]


def test_streams_that_break_or_fail_raise() -> None:
    """A cut is no end, and errors come in the middle of a success."""
    make = voice_changer.generate_sse(clip=b"c", voice_id="v", output_format=RAW).decoder
    cut = make(HEAD)
    list(cut.feed(UNTYPED))
    with pytest.raises(IncompleteStream, match="after 1 events"):
        cut.finish()
    failed = event(type="error", done=True, status_code=500, title="Oh", message="no", request_id="r-2")
    with pytest.raises(ServerError, match="Oh: no") as caught:
        list(make(HEAD).feed(failed))
    assert caught.value.request_id == "r-2"
    with pytest.raises(DecodeError, match="base64"):
        list(make(HEAD).feed(event(data="?", done=False)))
