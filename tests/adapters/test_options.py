"""Options of single calls and of clients that share their connections."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

import pytest

from cartesia_core import NO_RETRIES, InvalidArgument, Request, RetryPolicy, Voice, voices
from cartesia_core.errors import LocalProtocolError, RateLimitedError, ReadTimeout
from cartesia_core.versions import NEWEST
from cartesia_sync import Client
from tests.adapters.flavours import ASYNCIO_FLAVOURS, FLAVOURS, LIMITS, AsyncClient, Flavour
from tests.adapters.scripted import ScriptedServer
from tests.adapters.secrecy import KEY
from tests.adapters.steps import JSON, Accept, Answer, Deaf
from tests.adapters.story import VOICE

T = TypeVar("T")
FOUND: Final = Answer(
    kind=JSON,
    body=b'{"id": "v", "name": "n", "description": "", "language": "en", "created_at": "2026", "tagline": "", '
    b'"access": "public", "visibility": "all", "is_owner": true, "is_public": true, "locales": []}',
)
BUSY: Final = Answer(status=429, kind=JSON, body=b'{"title": "Busy", "message": "Later."}')
SOON: Final = RetryPolicy(first_delay=0.0)
GET: Final[Request[Voice]] = voices.get(VOICE)
every_flavour: Final = pytest.mark.parametrize("flavour", [None, *FLAVOURS], ids=lambda f: f.name if f else "sync")


def play(
    flavour: Flavour | None, url: str, plain: Callable[[Client], T], awaited: Callable[[AsyncClient], Awaitable[T]]
) -> T:
    """Do something with a client of a flavour."""
    if flavour is None:
        with Client(api_key=KEY, base_url=url, retry=SOON, headers={"X-A": "1"}, limits=LIMITS) as client:
            return plain(client)

    async def main() -> T:
        async with flavour.make(api_key=KEY, base_url=url, retry=SOON, headers={"X-A": "1"}, limits=LIMITS) as client:
            return await awaited(client)

    return flavour.run(main)


def send(flavour: Flavour | None, url: str, request: Request[Voice]) -> Voice:
    """Send a request."""

    async def awaited(client: AsyncClient) -> Voice:
        return await client.send(request)

    return play(flavour, url, lambda client: client.send(request), awaited)


@every_flavour
def test_a_call_has_options_of_its_own(flavour: Flavour | None) -> None:
    """Header fields beside the client's, and a version; the next call is as ever."""
    request = GET.with_options(headers={"x-a": "2", "X-B": "3"}, version="2025-04-16")
    with ScriptedServer((FOUND, FOUND)) as server:

        async def awaited(client: AsyncClient) -> None:
            await client.send(request)
            await client.voices.get(VOICE)

        def plain(client: Client) -> None:
            client.send(request)
            client.voices.get(VOICE)

        play(flavour, server.url, plain, awaited)
        first, second = (seen.headers for seen in server.requests)
    assert (first["x-a"], first["x-b"], first["cartesia-version"]) == ("2", "3", "2025-04-16")
    assert (second["x-a"], second.get("x-b"), second["cartesia-version"]) == ("1", None, NEWEST)


@every_flavour
def test_a_call_may_be_tried_once_only(flavour: Flavour | None) -> None:
    """Though the client repeats."""
    with ScriptedServer((BUSY, FOUND)) as server:
        assert send(flavour, server.url, GET).id == "v"
        assert len(server.requests) == 2
    with ScriptedServer((BUSY,)) as server:
        with pytest.raises(RateLimitedError):
            send(flavour, server.url, GET.with_options(retry=NO_RETRIES))
        assert len(server.requests) == 1


@every_flavour
def test_a_call_has_patience_of_its_own(flavour: Flavour | None) -> None:
    """The client's would be a minute."""
    with ScriptedServer((Deaf(),)) as server, pytest.raises(ReadTimeout):
        send(flavour, server.url, GET.with_options(timeout=0.1, retry=NO_RETRIES))


@every_flavour
def test_unknown_fields_reach_the_server(flavour: Flavour | None) -> None:
    """What the API has added since."""
    with ScriptedServer((FOUND,)) as server:
        send(flavour, server.url, GET.with_extra(query={"new": ["a b", "c"]}))
        assert server.requests[0].target == f"/voices/{VOICE}?new=a%20b&new=c"


@every_flavour
def test_a_client_with_other_options_shares_the_connections(flavour: Flavour | None) -> None:
    """All that is not given stays; one connection serves both."""
    with ScriptedServer((FOUND, FOUND, BUSY)) as server:

        async def awaited(client: AsyncClient) -> None:
            other = client.with_options(headers={"X-B": "2"}, version="2025-04-16", retry=NO_RETRIES)
            await client.voices.get(VOICE)
            await other.voices.get(VOICE)
            with pytest.raises(RateLimitedError):
                await other.voices.get(VOICE)

        def plain(client: Client) -> None:
            other = client.with_options(headers={"X-B": "2"}, version="2025-04-16", retry=NO_RETRIES)
            client.voices.get(VOICE)
            other.voices.get(VOICE)
            with pytest.raises(RateLimitedError):
                other.voices.get(VOICE)

        play(flavour, server.url, plain, awaited)
        assert len(server.records) == 1
        first, second, _ = (seen.headers for seen in server.requests)
    assert (first.get("x-b"), first["cartesia-version"]) == (None, NEWEST)
    assert (second["x-a"], second["x-b"], second["cartesia-version"]) == ("1", "2", "2025-04-16")
    assert second["authorization"] == f"Bearer {KEY}"


@every_flavour
def test_a_client_with_other_options_opens_sockets_too(flavour: Flavour | None) -> None:
    """With its version and header fields."""
    with ScriptedServer((Accept(),)) as server:

        async def awaited(client: AsyncClient) -> None:
            async with client.with_options(headers={"X-B": "2"}, version="2025-11-04").tts.websocket():
                pass

        def plain(client: Client) -> None:
            with client.with_options(headers={"X-B": "2"}, version="2025-11-04").tts.websocket():
                pass

        play(flavour, server.url, plain, awaited)
        seen = server.requests[0].headers
    assert (seen["x-b"], seen["cartesia-version"]) == ("2", "2025-11-04")


@every_flavour
def test_a_client_with_other_options_lives_as_long_as_the_first(flavour: Flavour | None) -> None:
    """Closing it closes nothing; closing the first ends both."""
    with ScriptedServer((FOUND,)) as server:

        async def awaited(client: AsyncClient) -> None:
            other = client.with_options(timeout=5)
            await other.aclose()
            await client.voices.get(VOICE)
            await client.aclose()
            with pytest.raises(LocalProtocolError):
                await other.voices.get(VOICE)

        def plain(client: Client) -> None:
            other = client.with_options(timeout=5)
            other.close()
            client.voices.get(VOICE)
            client.close()
            with pytest.raises(LocalProtocolError):
                other.voices.get(VOICE)

        play(flavour, server.url, plain, awaited)


@every_flavour
def test_wrong_options_are_refused(flavour: Flavour | None) -> None:
    """When they are given, not when they are used."""
    wrong: tuple[dict[str, object], ...] = (
        {"timeout": -1},
        {"headers": {"A": "b\r\nAuthorization: c"}},
        {"version": "tomorrow"},
    )

    def refused(client: Client | AsyncClient) -> None:
        for options in wrong:
            with pytest.raises(InvalidArgument):
                client.with_options(**options)  # type: ignore[arg-type]

    async def awaited(client: AsyncClient) -> None:
        refused(client)

    play(flavour, "http://127.0.0.1:1", refused, awaited)


@every_flavour
def test_a_provider_of_tokens_is_kept(flavour: Flavour | None) -> None:
    """A client with other options asks the same one."""

    def provide() -> str:
        return "t1"

    with ScriptedServer((FOUND,)) as server:
        if flavour is None:
            with Client(api_key=provide, base_url=server.url) as client:
                client.with_options(timeout=5).voices.get(VOICE)
        else:

            async def main(make: type[AsyncClient]) -> None:
                async with make(api_key=provide, base_url=server.url) as client:
                    await client.with_options(timeout=5).voices.get(VOICE)

            flavour.run(lambda: main(flavour.make))
        assert server.requests[0].headers["authorization"] == "Bearer t1"


@pytest.mark.parametrize("flavour", ASYNCIO_FLAVOURS, ids=lambda flavour: flavour.name)
def test_a_client_with_other_options_belongs_to_the_same_loop(flavour: Flavour) -> None:
    """Its connections are those of the first, which would break in another loop."""
    assert flavour.new_loop is not None
    home, elsewhere = flavour.new_loop(), flavour.new_loop()
    with ScriptedServer((FOUND,)) as server:
        client = flavour.make(api_key=KEY, base_url=server.url)

        async def get(client: AsyncClient) -> Voice:
            return await client.voices.get(VOICE)

        home.run_until_complete(get(client))
        with pytest.raises(LocalProtocolError, match="another event loop"):
            elsewhere.run_until_complete(get(client.with_options(timeout=5)))
        assert len(server.requests) == 1
        home.run_until_complete(client.aclose())
    for loop in (home, elsewhere):
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()
