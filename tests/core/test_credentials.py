"""Tokens from providers, and how long they are kept."""

from __future__ import annotations

import pytest

from cartesia_core.auth import ApiKey
from cartesia_core.credentials import TokenCache, as_token, split_key, token_failure
from cartesia_core.errors import CartesiaError, ConnectFailed, InvalidArgument


def test_a_token_is_fresh_until_shortly_before_its_end() -> None:
    """Its life is counted from when it was asked for; the margin is for calls on their way."""
    cache = TokenCache(lifetime_seconds=600.0, margin_seconds=60.0)
    assert cache.fresh(0.0) is None
    token = cache.keep("t1", asked_at=1000.0)
    assert token == ApiKey("t1")
    assert cache.fresh(1539.9) is token
    assert cache.fresh(1540.0) is None
    assert cache.keep(ApiKey("t2"), asked_at=1540.0) == cache.fresh(1541.0)


def test_a_token_that_was_refused_is_forgotten() -> None:
    """Unless another one has come since."""
    cache = TokenCache()
    old = cache.keep("old", asked_at=0.0)
    new = cache.keep("new", asked_at=1.0)
    cache.forget(old)
    assert cache.fresh(2.0) is new
    cache.forget(ApiKey("new"))
    assert cache.fresh(2.0) is None


@pytest.mark.parametrize("wrong", [{"lifetime_seconds": 0}, {"margin_seconds": -1}, {"lifetime_seconds": 60.0}])
def test_a_cache_that_never_has_a_fresh_token_is_refused(wrong: dict[str, float]) -> None:
    """It would ask for a token with every call."""
    with pytest.raises(InvalidArgument):
        TokenCache(**wrong)


def test_a_cache_does_not_show_its_token() -> None:
    """It is wrapped at once."""
    cache = TokenCache()
    cache.keep("hidden", asked_at=0.0)
    assert "hidden" not in repr(cache)


def test_keys_are_told_from_providers() -> None:
    """Text and wrapped keys are keys; what can be called is asked later."""

    def provide() -> str:
        return "t"

    assert split_key("k") == (ApiKey("k"), None)
    assert split_key(ApiKey("k")) == (ApiKey("k"), None)
    assert split_key(provide) == (None, provide)
    with pytest.raises(InvalidArgument, match="empty"):
        split_key("")


@pytest.mark.parametrize("given", [None, 5, b"t", ["t"]])
def test_what_is_no_token_is_refused(given: object) -> None:
    """Without showing it."""
    with pytest.raises(InvalidArgument, match=type(given).__name__):
        as_token(given)


def test_tokens_are_wrapped() -> None:
    """As text or as keys."""
    assert as_token("t") == as_token(ApiKey("t")) == ApiKey("t")


@pytest.mark.parametrize(
    ("error", "said", "retryable"),
    [
        (ConnectFailed("no network"), "no network", True),
        (KeyError("hidden"), "KeyError", False),
    ],
)
def test_failures_of_providers_are_typed(error: Exception, said: str, retryable: bool) -> None:
    """Ours are told in full; of others only the kind, for their text may hold secrets."""
    failure = token_failure(error)
    assert isinstance(failure, CartesiaError)
    assert failure.message.endswith(said)
    assert failure.retryable is retryable
    assert not failure.may_have_been_billed
    assert "hidden" not in str(failure)
