"""Answers of text to speech: whole audio, audio as it arrives, event streams."""

from __future__ import annotations

import base64
import json
from typing import Final

import pytest

from cartesia_core import tts, wav
from cartesia_core.audio import Mp3Format, OutputFormat, RawFormat, WavFormat
from cartesia_core.errors import (
    ApiError,
    AudioNotUsable,
    DecodeError,
    IncompleteStream,
    RateLimitedError,
    RemoteProtocolError,
    ServerError,
    UnexpectedContentType,
)
from cartesia_core.http import Head, Headers, Response
from cartesia_core.tts.answers import Audio, AudioOf, TtsSseDecoder, audio_pieces, tts_sse
from cartesia_core.tts.events import AudioChunk, FlushDone, Unknown, WordTimestamps

RAW: Final = RawFormat("pcm_s16le", 8000)
PCM: Final = b"\x01\x02" * 8000
HEAD: Final = Head(200, Headers([("content-type", "text/event-stream"), ("x-request-id", "r-1")]), "2026-08-14")


@pytest.mark.parametrize("data_nbytes", [len(PCM), None])
def test_seconds_of_wav_do_not_trust_placeholder_sizes(data_nbytes: int | None) -> None:
    """A streamed WAV says 4 GiB in its header; what came counts."""
    content = wav.header(WavFormat("pcm_s16le", 8000), data_nbytes) + PCM
    audio = Audio(content, WavFormat("pcm_s16le", 8000))
    assert audio.seconds == 1.0
    assert audio.pcm == PCM


@pytest.mark.parametrize("size", [0, 0x7FFFFFFF, 0xFFFFFFFF])
def test_every_known_placeholder_is_seen_through(size: int) -> None:
    """Whatever stands for `unknown`, the samples reach to the end."""
    good = wav.header(WavFormat("pcm_s16le", 8000), len(PCM))
    content = good[:40] + size.to_bytes(4, "little") + PCM
    assert Audio(content, WavFormat("pcm_s16le", 8000)).seconds == 1.0


def test_raw_audio_is_all_samples() -> None:
    """Half a sample at the end does not count."""
    assert Audio(PCM + b"\x01", RAW).seconds == 1.0
    assert Audio(PCM, RAW).pcm == PCM


def test_mp3_lasts_by_its_bit_rate_and_has_no_samples() -> None:
    """Decoding is not for the core; the error says what to ask for instead."""
    audio = Audio(b"\0" * 16000, Mp3Format(44100, 128000))
    assert audio.seconds == 1.0
    with pytest.raises(AudioNotUsable, match="WavFormat"):
        _ = audio.pcm


@pytest.mark.parametrize("content", [b"", b"RIFF", b"<html>" * 20])
def test_wav_that_is_none_is_told_when_looked_into(content: bytes) -> None:
    """The bytes as they came stay reachable."""
    audio = Audio(content, WavFormat("pcm_s16le", 8000))
    with pytest.raises(AudioNotUsable):
        _ = audio.seconds
    assert audio.content == content


@pytest.mark.parametrize(
    ("output_format", "media_type"),
    [(WavFormat("pcm_s16le", 8000), "audio/wav"), (Mp3Format(44100, 32000), "audio/mpeg"), (RAW, None)],
)
def test_notebooks_show_a_player(output_format: OutputFormat, media_type: str | None) -> None:
    """Raw samples have none."""
    html = Audio(b"abc", output_format)._repr_html_()
    if media_type is None:
        assert html is None
    else:
        assert html == f'<audio controls src="data:{media_type};base64,YWJj"></audio>'


def test_audio_does_not_fill_the_screen() -> None:
    """Its text has the size."""
    assert "<16000 bytes>" in repr(Audio(PCM, RAW))
    assert len(repr(Audio(PCM, RAW))) < 200


@pytest.mark.parametrize(
    "kind", ["audio/wav", "audio/mpeg", "audio/x-raw;rate=8000", "application/octet-stream", "binary/octet-stream", ""]
)
def test_audio_answers_are_decoded(kind: str) -> None:
    """By any name audio goes by; with the ids of its header fields."""
    headers = Headers([("content-type", kind), ("Cartesia-File-ID", "f-1"), ("X-Request-Id", "r-1")])
    audio = AudioOf(RAW)(Response(200, headers, content=PCM))
    assert audio == Audio(PCM, RAW, "r-1", "f-1")
    assert list(audio_pieces(Head(200, headers)).feed(PCM)) == [PCM]


@pytest.mark.parametrize("kind", ["text/html", "application/json", "text/event-stream"])
def test_what_is_no_audio_is_refused(kind: str) -> None:
    """HTML with status 200 is no sound, neither whole nor in pieces."""
    head = Headers([("content-type", kind)])
    with pytest.raises(UnexpectedContentType, match=kind):
        AudioOf(RAW)(Response(200, head, content=b"<html>"))
    with pytest.raises(UnexpectedContentType, match=kind):
        audio_pieces(Head(200, head))


def test_pieces_pass_as_they_come() -> None:
    """Nothing is held back; empty ones are dropped."""
    decoder = tts.stream(model_id="m", transcript="Hi.", voice="v", output_format=RAW).decoder(Head(200))
    assert [list(decoder.feed(piece)) for piece in (b"ab", b"", b"c")] == [[b"ab"], [], [b"c"]]
    assert list(decoder.finish()) == []


def event(**fields: object) -> bytes:
    """Write an event."""
    return b"data: " + json.dumps(fields).encode() + b"\n\n"


CHUNK: Final = event(type="chunk", data=base64.b64encode(b"pcm").decode(), done=False, context_id="c")
DONE: Final = event(type="done", done=True, status_code=200)


def decoder() -> TtsSseDecoder:
    """Make the decoder of a fresh answer."""
    return tts_sse(HEAD)


def test_event_streams_give_events_and_end_with_done() -> None:
    """Everything after `done` is ignored."""
    words = event(type="timestamps", word_timestamps={"words": ["a"], "start": [0], "end": [1]})
    new = event(type="new")
    flushed = event(type="flush_done", flush_id=1)
    reader = decoder()
    events = list(reader.feed(b": hello\n\n" + CHUNK + words + flushed + new + DONE + CHUNK))
    assert events == [
        AudioChunk(b"pcm", "c"),
        WordTimestamps(("a",), (0.0,), (1.0,)),
        FlushDone(None, 1),
        Unknown("new", {"type": "new"}),
    ]
    assert list(reader.feed(CHUNK)) == []
    assert list(reader.finish()) == []
    assert reader.is_done


def test_events_without_data_are_no_messages() -> None:
    """Keep-alives pass; they neither count nor break the stream."""
    assert list(decoder().feed(b"event: ping\n\ndata\n\ndata:\n\n" + CHUNK)) == [AudioChunk(b"pcm", "c")]


@pytest.mark.parametrize("cut", [b"", CHUNK, CHUNK + DONE[:-1], CHUNK + DONE[: len(DONE) // 2]])
def test_cut_streams_are_told(cut: bytes) -> None:
    """The end of the body without `done` is never taken for the end of the speech."""
    reader = decoder()
    count = len(list(reader.feed(cut)))
    with pytest.raises(IncompleteStream, match=f"after {count} events") as caught:
        reader.finish()
    assert (caught.value.request_id, caught.value.api_version) == ("r-1", "2026-08-14")
    assert caught.value.may_have_been_billed


def test_error_events_are_raised_after_what_came_before() -> None:
    """With the id of the answer where the event has none; audio that came may have been billed."""
    failed = event(type="error", done=True, status_code=429, title="T", message="M")
    events = decoder().feed(CHUNK + failed + CHUNK)
    assert next(iter(events)) == AudioChunk(b"pcm", "c")
    with pytest.raises(RateLimitedError, match="T: M") as caught:
        next(iter(events))
    assert (caught.value.request_id, caught.value.may_have_been_billed) == ("r-1", True)
    with pytest.raises(RateLimitedError) as caught:
        list(decoder().feed(failed))
    assert not caught.value.may_have_been_billed


def test_error_events_keep_their_own_request_id() -> None:
    """Both shapes of error."""
    with pytest.raises(ServerError) as caught:
        list(decoder().feed(event(type="error", status_code=500, message="M", request_id="own")))
    assert caught.value.request_id == "own"
    with pytest.raises(ApiError, match="Old: style"):
        list(decoder().feed(event(type="error", done=True, status_code=400, error="Old: style")))


@pytest.mark.parametrize(
    "broken",
    [
        b"data: {\n\n",
        b"data: null\n\n",
        b"data: [DONE]\n\n",
        event(type="chunk", data="Y!Q=="),
        event(type="timestamps", word_timestamps={"words": ["a"], "start": [], "end": []}),
    ],
)
def test_broken_events_are_told(broken: bytes) -> None:
    """With the id to quote."""
    events = iter(decoder().feed(CHUNK + broken))
    assert next(events) == AudioChunk(b"pcm", "c")
    with pytest.raises(DecodeError) as caught:
        next(events)
    assert caught.value.request_id == "r-1"


def test_endless_events_are_told() -> None:
    """A line without end does not eat the memory."""
    reader = decoder()
    with pytest.raises(RemoteProtocolError, match="max_event_nbytes"):
        for _ in range(40):
            list(reader.feed(b"data: " + b"x" * 1_000_000))


def test_what_is_no_event_stream_is_refused() -> None:
    """HTML with status 200."""
    with pytest.raises(UnexpectedContentType, match="text/html"):
        tts_sse(Head(200, Headers([("content-type", "text/html")])))
