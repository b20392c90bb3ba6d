"""The calls that the tests of HTTP make, each with the shortest arguments there are, for every flavour alike."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Final, TypeAlias, TypeVar

import httpx
import pytest
from attrs import field, frozen
from typing_extensions import Self

from cartesia_core import NO_RETRIES, AudioChunk, CartesiaError, RawFormat, RetryPolicy, Timeouts, WavFormat
from cartesia_sync import Client
from tests.adapters.flavours import ASYNCIO, LIMITS, TRIO, AsyncClient, Flavour
from tests.adapters.secrecy import KEY, assert_silent
from tests.adapters.story import OPTIONS, VOICE

T = TypeVar("T")
TEXT: Final = "Hello."
FORMAT: Final = WavFormat("pcm_s16le", 16000)
RAW: Final = RawFormat("pcm_s16le", 16000)


@frozen
class AsyncCaller:
    """An asynchronous client, each of whose calls has an event loop of its own: for tests that make one call.

    Attributes:
        flavour: Which loop.
        url: Where the server is.
        http: What the `httpx.AsyncClient` is made with: `proxy`, `verify`, `limits`; None lets ours make its own.
    """

    flavour: Flavour
    url: str
    timeout: float | Timeouts | None = 5
    retry: RetryPolicy | None = NO_RETRIES
    http: dict[str, object] | None = field(default=None, repr=False)

    def __enter__(self) -> Self:
        """Give the caller itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None, /
    ) -> None:
        """Do nothing: every call has closed its client."""

    def run(self, action: Callable[[AsyncClient], Awaitable[T]]) -> T:
        """Make a call with a client of its own."""

        async def main() -> T:
            if self.http is None:
                async with self.flavour.client(self.url, timeout=self.timeout, retry=self.retry) as client:
                    return await action(client)
            async with (
                httpx.AsyncClient(**self.http) as http,  # type: ignore[arg-type]
                self.flavour.client(self.url, timeout=self.timeout, retry=self.retry, http_client=http) as client,
            ):
                return await action(client)

        return self.flavour.run(main)


AnyClient: TypeAlias = Client | AsyncCaller
Action: TypeAlias = Callable[[AnyClient], object]


def generate(client: AnyClient, text: str = TEXT) -> bytes:
    """Generate a whole piece of audio."""

    async def later(client: AsyncClient) -> bytes:
        call = client.tts.generate(model_id="sonic-3", transcript=text, voice=VOICE, output_format=FORMAT)
        return (await call).content

    if isinstance(client, AsyncCaller):
        return client.run(later)
    return client.tts.generate(model_id="sonic-3", transcript=text, voice=VOICE, output_format=FORMAT).content


def stream(client: AnyClient) -> bytes:
    """Generate audio and read it while it arrives."""

    async def later(client: AsyncClient) -> bytes:
        async with client.tts.stream(model_id="sonic-3", transcript=TEXT, voice=VOICE, output_format=FORMAT) as pieces:
            return b"".join([piece async for piece in pieces])

    if isinstance(client, AsyncCaller):
        return client.run(later)
    with client.tts.stream(model_id="sonic-3", transcript=TEXT, voice=VOICE, output_format=FORMAT) as pieces:
        return b"".join(pieces)


def sse(client: AnyClient, got: list[object] | None = None) -> list[object]:
    """Generate events; what comes before an error is in `got` all the same."""
    events_of = [] if got is None else got

    async def later(client: AsyncClient) -> list[object]:
        async with client.tts.generate_sse(
            model_id="sonic-3", transcript=TEXT, voice=VOICE, output_format=RAW
        ) as events:
            async for event in events:
                events_of.append(event)
        return events_of

    if isinstance(client, AsyncCaller):
        return client.run(later)
    with client.tts.generate_sse(model_id="sonic-3", transcript=TEXT, voice=VOICE, output_format=RAW) as events:
        for event in events:
            events_of.append(event)
    return events_of


def get_voice(client: AnyClient) -> object:
    """Read one voice."""

    async def later(client: AsyncClient) -> object:
        return await client.voices.get(VOICE)

    return client.run(later) if isinstance(client, AsyncCaller) else client.voices.get(VOICE)


def open_socket(client: AnyClient) -> None:
    """Open the TTS socket and close it."""

    async def later(client: AsyncClient) -> None:
        async with client.tts.websocket():
            pass

    if isinstance(client, AsyncCaller):
        client.run(later)
        return
    with client.tts.websocket():
        pass


def speak(client: AnyClient) -> int:
    """Speak on a socket; give the bytes of audio."""

    async def later(client: AsyncClient) -> int:
        async with client.tts.websocket() as ws, ws.speak(TEXT, **OPTIONS) as speech:
            return sum([len(event.audio) async for event in speech if isinstance(event, AudioChunk)])

    if isinstance(client, AsyncCaller):
        return client.run(later)
    with client.tts.websocket() as ws:
        return sum(len(event.audio) for event in ws.speak(TEXT, **OPTIONS) if isinstance(event, AudioChunk))


GENERATIONS: Final[tuple[Action, ...]] = (generate, stream, sse)
READS: Final[tuple[Action, ...]] = (get_voice, open_socket)
ALL: Final[tuple[Action, ...]] = (*GENERATIONS, *READS)


@frozen
class Maker:
    """Makes clients of one flavour: for threads, where there is no event loop."""

    flavour: Flavour | None = None

    def __call__(
        self, url: str, *, timeout: float | Timeouts | None = 5, retry: RetryPolicy | None = NO_RETRIES
    ) -> AnyClient:
        """Make a client for a server."""
        if self.flavour is None:
            return Client(api_key=KEY, base_url=url, retry=retry, timeout=timeout, limits=LIMITS)
        return AsyncCaller(self.flavour, url, timeout, retry)


MAKERS: Final = {"sync": Maker(), "trio": Maker(TRIO), "asyncio": Maker(ASYNCIO)}
every_maker: Final = pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)


def failing(action: Action, client: AnyClient) -> CartesiaError:
    """Give the error of a call, which does not show the key."""
    with pytest.raises(CartesiaError) as caught:
        action(client)
    assert_silent(caught.value)
    return caught.value
