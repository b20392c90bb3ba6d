"""One call from its first try to its verdict."""

from __future__ import annotations

import pytest

from cartesia_core import status, tts
from cartesia_core.audio import RawFormat
from cartesia_core.errors import ConnectFailed, InvalidArgument, RedirectRefused
from cartesia_core.exchange import Exchange
from cartesia_core.http import Headers, Response
from cartesia_core.retry import Accepted, Failed, Follow, Retry, RetryPolicy
from cartesia_core.settings import Settings, settings_of
from cartesia_core.tts.models import VoiceByEmbedding

SETTINGS = settings_of(api_key="sk_car_x", base_url="https://api.example")


def exchange(settings: Settings = SETTINGS) -> Exchange:
    """Begin a harmless call at second 100."""
    return Exchange(status.get(), settings, now=100.0)


def test_tries_are_counted_to_the_end_of_the_policy() -> None:
    """Two repeats with growing waits, then the error itself."""
    call = exchange()
    fault = ConnectFailed("x")
    verdicts = [call.settle(fault, now=100.0, epoch=0.0, jitter=0.0) for _ in range(3)]
    assert verdicts == [Retry(0.5, fault), Retry(1.0, fault), Failed(fault)]


def test_time_counts_from_the_beginning() -> None:
    """The deadline includes tries and waits."""
    call = exchange(settings_of(api_key="k", retry=RetryPolicy(deadline=10.0)))
    fault = ConnectFailed("x")
    assert isinstance(call.settle(fault, now=109.0, epoch=0.0, jitter=0.0), Retry)
    assert call.settle(fault, now=109.5, epoch=0.0, jitter=0.0) == Failed(fault)


def test_jitter_and_epoch_reach_the_verdict() -> None:
    """Chance and clock are the caller's."""
    verdict = exchange().settle(ConnectFailed("x"), now=100.0, epoch=0.0, jitter=1.0)
    assert isinstance(verdict, Retry)
    assert verdict.after == 0.375
    late = Response(429, Headers([("Retry-After", "Sun, 06 Nov 1994 08:49:47 GMT")]))
    verdict = exchange().settle(late, now=100.0, epoch=784_111_777.0, jitter=0.0)
    assert isinstance(verdict, Retry)
    assert verdict.after == 10


def test_redirects_change_the_target_and_stay_relative_to_it() -> None:
    """A second hop is resolved against the first; the fourth is one too many."""
    call = exchange()
    hops = [
        call.settle(Response(307, Headers([("Location", "x/")])), now=100.0, epoch=0.0, jitter=0.0) for _ in range(4)
    ]
    assert hops[:2] == [Follow("https://api.example/x/"), Follow("https://api.example/x/x/")]
    assert call.url == "https://api.example/x/x/x/"
    assert isinstance(hops[3], Failed)
    assert isinstance(hops[3].error, RedirectRefused)


def test_success_ends_it() -> None:
    """Nothing is counted any more."""
    assert exchange().settle(Response(200), now=1e9, epoch=0.0, jitter=0.0) == Accepted()


def test_what_a_version_has_no_form_for_fails_before_anything_is_sent() -> None:
    """Pinning a request to a version that does not know its voice is told at once."""
    request = tts.generate(
        model_id="sonic",
        transcript="Hi.",
        voice=VoiceByEmbedding([0.0] * 192),
        output_format=RawFormat("pcm_s16le", 8000),
    )
    assert Exchange(request, SETTINGS, now=0.0).outgoing.version == "2024-11-13"
    with pytest.raises(InvalidArgument, match="embeddings"):
        Exchange(request.at_version("2025-04-16"), SETTINGS, now=0.0)
