"""Streamed bodies as they are."""

from __future__ import annotations

import pytest

from cartesia_core import tts
from cartesia_core.audio import RawFormat
from cartesia_core.http import Call, Head, Headers, StreamRequest
from cartesia_core.undecoded import undecoded

SSE = tts.generate_sse(model_id="m", transcript="Hi.", voice="v", output_format=RawFormat("pcm_s16le", 8000))


@pytest.mark.parametrize("request_", [SSE, SSE.at_version("2025-04-16")])
def test_everything_but_the_decoder_stays(request_: StreamRequest[object]) -> None:
    """Method, path, body, version and the rest."""
    plain = undecoded(request_)
    for name in ("method", "path", "query", "headers", "body", "accept", "version", "retry"):
        assert getattr(plain, name) == getattr(request_, name)


def test_bytes_come_as_they_are_whatever_they_are() -> None:
    """No end mark is looked for, no type of content asked about."""
    decoder = undecoded(SSE).decoder(Head(200, Headers([("content-type", "text/html")])))
    assert [list(decoder.feed(piece)) for piece in (b"<ht", b"", b"ml>")] == [[b"<ht"], [], [b"ml>"]]
    assert list(decoder.finish()) == []


def test_calls_that_are_read_whole_are_not_streams() -> None:
    """The result is a request of its own kind."""
    assert isinstance(undecoded(SSE), StreamRequest)
    assert isinstance(undecoded(SSE), Call)
