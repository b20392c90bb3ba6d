"""Providers of tokens in place of a key: asked before every try, told of refusals, and never shown."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Final

import anyio
import anyio.lowlevel
import httpx
import pytest

from cartesia_core import NO_RETRIES, ApiKey, CartesiaError, RetryPolicy
from cartesia_core.errors import AuthenticationError, ConnectFailed, InvalidArgument, TokenUnavailable
from cartesia_core.settings import settings_of
from cartesia_httpx import AsyncCachedToken, AsyncHttpxSender, CachedToken, HttpxSender
from cartesia_sync import Client
from tests.adapters.calls import FORMAT, TEXT
from tests.adapters.flavours import FLAVOURS, LIMITS, AsyncClient, Flavour
from tests.adapters.forms import ACCEPTED
from tests.adapters.scripted import ScriptedServer
from tests.adapters.secrecy import KEY, assert_silent
from tests.adapters.steps import JSON, Accept, Answer, Step
from tests.adapters.story import VOICE

REFUSED: Final = Answer(status=401, kind=JSON, body=b'{"title": "Expired", "message": "The token has expired."}')
BUSY: Final = Answer(status=429, kind=JSON, body=b'{"title": "Busy", "message": "Later."}')
AUDIO: Final = Answer(body=b"RIFF")
SOON: Final = RetryPolicy(first_delay=0.0)
every_flavour: Final = pytest.mark.parametrize("flavour", [None, *FLAVOURS], ids=lambda f: f.name if f else "sync")


def said(server: ScriptedServer) -> list[str]:
    """Give the credential of every request."""
    return [seen.headers["authorization"].removeprefix("Bearer ") for seen in server.requests]


def tokens(*given: str) -> Callable[[], str]:
    """Make a provider that gives one after the other."""
    left: Iterator[str] = iter(given)
    return lambda: next(left)


def later(provide: Callable[[], str | ApiKey]) -> Callable[[], Awaitable[str | ApiKey]]:
    """Make a provider that has to be awaited."""

    async def provided() -> str | ApiKey:
        await anyio.lowlevel.checkpoint()
        return provide()

    return provided


def generate(flavour: Flavour | None, url: str, provide: Callable[[], str], retry: RetryPolicy = NO_RETRIES) -> bytes:
    """Generate audio with tokens of a provider; on event loops, one that has to be awaited."""
    if flavour is None:
        with Client(api_key=provide, base_url=url, retry=retry) as client:
            return client.tts.generate(model_id="m", transcript=TEXT, voice=VOICE, output_format=FORMAT).content

    async def main() -> bytes:
        async with flavour.make(api_key=later(provide), base_url=url, retry=retry) as client:
            call = client.tts.generate(model_id="m", transcript=TEXT, voice=VOICE, output_format=FORMAT)
            return (await call).content

    return flavour.run(main)


@every_flavour
def test_a_provider_is_asked_before_every_try(flavour: Flavour | None) -> None:
    """A repeat half an hour later would be refused with the token of the first."""
    with ScriptedServer((BUSY, AUDIO)) as server:
        assert generate(flavour, server.url, tokens("t1", "t2"), SOON) == b"RIFF"
        assert said(server) == ["t1", "t2"]


@every_flavour
def test_a_refused_token_is_replaced_once(flavour: Flavour | None) -> None:
    """Even for what costs and is not to be repeated: the server has accepted nothing."""
    with ScriptedServer((REFUSED, AUDIO)) as server:
        assert generate(flavour, server.url, tokens("t1", "t2")) == b"RIFF"
        assert said(server) == ["t1", "t2"]
    with ScriptedServer((REFUSED, REFUSED)) as server:
        with pytest.raises(AuthenticationError, match="Expired"):
            generate(flavour, server.url, tokens("t1", "t2"))
        assert said(server) == ["t1", "t2"]


@every_flavour
def test_the_same_token_is_not_sent_again(flavour: Flavour | None) -> None:
    """A provider that has no other one gets the refusal."""
    with ScriptedServer((REFUSED,)) as server:
        with pytest.raises(AuthenticationError, match="Expired"):
            generate(flavour, server.url, lambda: KEY)
        assert said(server) == [KEY]


def broken() -> str:
    """Fail as a provider may."""
    raise KeyError("no session")


@every_flavour
@pytest.mark.parametrize(
    ("provide", "words"),
    [(broken, "KeyError"), (lambda: 5, "a int instead of a token"), (lambda: " ", "empty")],
)
def test_a_provider_that_fails_is_told(flavour: Flavour | None, provide: Callable[[], str], words: str) -> None:
    """With its own error as the cause; nobody was asked."""
    with ScriptedServer() as server:
        with pytest.raises(TokenUnavailable, match=words) as caught:
            generate(flavour, server.url, provide)
        assert server.records == []
    assert isinstance(caught.value.__cause__, Exception)
    assert not caught.value.may_have_been_billed


@every_flavour
def test_an_error_of_a_provider_is_not_taken_for_the_calls(flavour: Flavour | None) -> None:
    """Its own network may have failed; whether the call is worth repeating, it knows."""

    def unreachable() -> str:
        raise ConnectFailed("the backend is away")

    with ScriptedServer() as server, pytest.raises(TokenUnavailable, match="the backend is away") as caught:
        generate(flavour, server.url, unreachable, SOON)
    assert caught.value.retryable


@every_flavour
def test_a_token_does_not_show(flavour: Flavour | None) -> None:
    """It is wrapped at once."""
    answer = Answer(status=403, kind=JSON, body=b'{"title": "No", "message": "no"}')
    with ScriptedServer((answer,)) as server, pytest.raises(CartesiaError) as caught:
        generate(flavour, server.url, lambda: KEY)
    assert_silent(caught.value)


@pytest.mark.parametrize("flavour", FLAVOURS, ids=lambda flavour: flavour.name)
def test_providers_for_loops_need_not_be_awaitable(flavour: Flavour) -> None:
    """A token at hand is given at once."""

    async def main() -> str:
        async with flavour.make(api_key=tokens("t1"), base_url=server.url) as client:
            return (await client.stt.transcribe(file=b"x", model="m")).text

    with ScriptedServer((ACCEPTED,)) as server:
        assert flavour.run(main) == "Hello."
        assert said(server) == ["t1"]


def upgrade(flavour: Flavour | None, url: str, provide: Callable[[], str]) -> None:
    """Open a socket and close it."""
    if flavour is None:
        with Client(api_key=provide, base_url=url, limits=LIMITS) as client, client.tts.websocket():
            return

    async def main() -> None:
        async with flavour.make(api_key=later(provide), base_url=url, limits=LIMITS) as client, client.tts.websocket():
            pass

    flavour.run(main)


@every_flavour
@pytest.mark.parametrize("steps", [(Accept(),), (REFUSED, Accept())], ids=["good", "refused first"])
def test_sockets_open_with_tokens(flavour: Flavour | None, steps: tuple[Step, ...]) -> None:
    """An upgrade is a call like any other."""
    with ScriptedServer(steps) as server:
        upgrade(flavour, server.url, tokens("t1", "t2"))
        assert said(server) == ["t1", "t2"][: len(steps)]


@every_flavour
def test_a_repeated_upload_has_the_new_token(flavour: Flavour | None) -> None:
    """And the file from its beginning."""

    def transcribe(url: str) -> str:
        if flavour is None:
            with Client(api_key=tokens("t1", "t2"), base_url=url) as client:
                return client.stt.transcribe(file=b"RIFF", model="m").text

        async def main(make: type[AsyncClient]) -> str:
            async with make(api_key=later(tokens("t1", "t2")), base_url=url) as client:
                return (await client.stt.transcribe(file=b"RIFF", model="m")).text

        return flavour.run(lambda: main(flavour.make))

    with ScriptedServer((REFUSED, ACCEPTED)) as server:
        assert transcribe(server.url) == "Hello."
        assert said(server) == ["t1", "t2"]
        assert server.requests[0].body == server.requests[1].body


# --- tokens that are kept


class Clock:
    """A clock that is set by hand, and a mint."""

    def __init__(self) -> None:
        self.now = 0.0
        self.minted = 0

    def __call__(self) -> float:
        """Tell the time."""
        return self.now

    def mint(self) -> str:
        """Make another token."""
        self.minted += 1
        return f"t{self.minted}"

    async def mint_later(self) -> str:
        """Make another token, when awaited."""
        return self.mint()


@pytest.mark.parametrize("is_async", [False, True])
def test_a_token_is_fetched_when_needed_and_kept_while_it_lasts(is_async: bool) -> None:
    """Again when it is about to end, and when the server has refused it."""
    clock = Clock()
    if is_async:
        kept = AsyncCachedToken(clock.mint_later, lifetime_seconds=600.0, margin_seconds=60.0, clock=clock)
    else:
        kept = CachedToken(clock.mint, lifetime_seconds=600.0, margin_seconds=60.0, clock=clock)  # type: ignore[assignment]

    def ask() -> ApiKey:
        return anyio.run(kept) if is_async else kept()  # type: ignore[return-value]

    assert clock.minted == 0
    assert ask() == ask() == ApiKey("t1")
    clock.now = 540.0
    assert ask() == ApiKey("t2")
    kept.forget(ApiKey("t1"))
    assert ask() == ApiKey("t2")
    kept.forget(ApiKey("t2"))
    assert ask() == ApiKey("t3")


def test_threads_share_one_fetch() -> None:
    """Those that come while a token is fetched wait for it."""
    clock, together = Clock(), Barrier(8)
    kept = CachedToken(clock.mint, clock=clock)

    def ask(_: int) -> ApiKey:
        together.wait(5)
        return kept()

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(ask, range(8))) == {ApiKey("t1")}
    assert clock.minted == 1


@every_flavour
def test_a_kept_token_is_forgotten_when_it_is_refused(flavour: Flavour | None) -> None:
    """Before its time is over: the clock of the service decides."""
    clock = Clock()
    with ScriptedServer((REFUSED, AUDIO, AUDIO)) as server:
        kept = CachedToken(clock.mint, clock=clock)
        if flavour is None:
            with Client(api_key=kept, base_url=server.url) as client:
                for _ in range(2):
                    client.tts.generate(model_id="m", transcript=TEXT, voice=VOICE, output_format=FORMAT)
        else:
            also_kept = AsyncCachedToken(clock.mint_later, clock=clock)

            async def main(make: type[AsyncClient]) -> None:
                async with make(api_key=also_kept, base_url=server.url) as client:
                    for _ in range(2):
                        await client.tts.generate(model_id="m", transcript=TEXT, voice=VOICE, output_format=FORMAT)

            flavour.run(lambda: main(flavour.make))
        assert said(server) == ["t1", "t2", "t2"]


def test_a_sender_needs_a_key_or_a_provider() -> None:
    """Nobody sends without saying who."""
    settings = settings_of(api_key=None)
    with httpx.Client() as client, pytest.raises(InvalidArgument, match="no key"):
        HttpxSender(client, settings)

    async def main() -> None:
        async with httpx.AsyncClient() as client:
            with pytest.raises(InvalidArgument, match="no key"):
                AsyncHttpxSender(client, settings, sleep=anyio.sleep)

    anyio.run(main)
