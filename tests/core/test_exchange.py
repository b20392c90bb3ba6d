"""One call from its first try to its verdict."""

from __future__ import annotations

import pytest

from cartesia_core import status, tts
from cartesia_core.audio import RawFormat
from cartesia_core.auth import ApiKey
from cartesia_core.errors import AuthenticationError, CartesiaError, ConnectFailed, InvalidArgument, RedirectRefused
from cartesia_core.exchange import Exchange
from cartesia_core.files import FileUpload
from cartesia_core.http import Call, FormBody, Headers, Response
from cartesia_core.retry import NO_RETRIES, Accepted, Failed, Follow, Retry, RetryPolicy, Verdict
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


UNAUTHORIZED = Response(401, content=b'{"title": "Expired", "message": "The token has expired."}')
TOKENS = settings_of(api_key=None, base_url="https://api.example")


def settled(call: Exchange, outcome: Response | CartesiaError, **options: bool) -> Verdict:
    """Settle at once."""
    return call.settle(outcome, now=100.0, epoch=0.0, jitter=0.0, **options)


def test_a_call_may_have_limits_of_its_own() -> None:
    """They win over the client's."""
    own = status.get().with_options(timeout=3.0, retry=NO_RETRIES)
    call = Exchange(own, SETTINGS, now=100.0)
    assert call.timeouts.read == 3.0
    assert isinstance(settled(call, ConnectFailed("x")), Failed)
    assert exchange().timeouts == SETTINGS.timeouts


def test_tokens_are_put_on_what_is_sent() -> None:
    """Before them nothing is; with a key nothing is asked for."""
    call = exchange(TOKENS)
    assert call.needs_token
    assert "Authorization" not in dict(call.outgoing.headers)
    call.authorize(ApiKey("t1"))
    assert dict(call.outgoing.headers)["Authorization"] == "Bearer t1"
    assert not exchange().needs_token


@pytest.mark.parametrize("policy", [NO_RETRIES, RetryPolicy(max_retries=1)])
def test_a_refused_token_is_worth_one_try_with_another(policy: RetryPolicy) -> None:
    """Nothing was accepted; it counts as no repeat. The second refusal is the end."""
    call = Exchange(generation(), settings_of(api_key=None, retry=policy), now=100.0)
    call.authorize(ApiKey("t1"))
    verdict = settled(call, UNAUTHORIZED)
    assert isinstance(verdict, Retry)
    assert verdict.after == 0.0
    assert call.refused == ApiKey("t1")
    call.authorize(ApiKey("t2"))
    if policy.max_retries:
        assert isinstance(settled(call, ConnectFailed("x")), Retry)
    verdict = settled(call, UNAUTHORIZED)
    assert isinstance(verdict, Failed)
    assert isinstance(verdict.error, AuthenticationError)


def test_the_same_token_again_is_no_other_one() -> None:
    """The server's refusal is what is raised."""
    call = exchange(TOKENS)
    call.authorize(ApiKey("t1"))
    settled(call, UNAUTHORIZED)
    with pytest.raises(AuthenticationError, match="Expired: The token has expired"):
        call.authorize(ApiKey("t1"))


def test_a_refused_key_is_not_tried_again() -> None:
    """There is no other one."""
    assert isinstance(settled(exchange(), UNAUTHORIZED), Failed)


def test_forms_are_encoded_with_the_boundary() -> None:
    """For the version the call speaks; the pieces do not change with the token."""
    call = Call(method="POST", path="/x", body=FormBody({"a": 1, "clip": FileUpload(b"abc")}))
    sent = Exchange(call, TOKENS, now=0.0, boundary="edge")
    form = sent.outgoing.form
    assert form is not None
    assert len(form.pieces) == 3
    assert sent.outgoing.content == b""
    assert dict(sent.outgoing.headers)["Content-Type"] == "multipart/form-data; boundary=edge"
    sent.authorize(ApiKey("t"))
    assert sent.outgoing.form == form
    with pytest.raises(InvalidArgument, match="boundary"):
        Exchange(call, SETTINGS, now=0.0)


def test_what_cannot_be_read_again_is_not_repeated() -> None:
    """The fault itself is raised, and says why that was all."""
    fault = ConnectFailed("no connection")
    verdict = settled(exchange(), fault, is_repeatable=False)
    assert verdict == Failed(fault)
    assert "no connection; it was not repeated, because it sends a file" in str(fault)
    verdict = settled(exchange(), Response(307, Headers([("Location", "/x")])), is_repeatable=False)
    assert isinstance(verdict, Failed)
    assert isinstance(verdict.error, RedirectRefused)
    assert settled(exchange(), Response(200), is_repeatable=False) == Accepted()


def generation() -> Call:
    """Make a call that costs."""
    return tts.generate(model_id="m", transcript="Hi.", voice="v", output_format=RawFormat("pcm_s16le", 8000))
