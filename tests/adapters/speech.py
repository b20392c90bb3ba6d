"""Streams of speech: stories written once, as coroutines, and lived with every client, also in a plain thread."""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable
from typing import Any, Final, TypeAlias

import pytest
from typing_extensions import Self

import cartesia_asyncio
import cartesia_sync
import cartesia_trio
from cartesia_core import NO_RETRIES
from cartesia_core.stt.dialogue import SttLimits
from cartesia_core.stt.handle import StreamState
from cartesia_core.ws.notices import Observer
from cartesia_core.ws.session import SessionLimits
from tests.adapters.flavours import FLAVOURS, LIMITS, Flavour, until
from tests.adapters.peer import PATIENCE
from tests.adapters.secrecy import KEY
from tests.adapters.steps import Say, Text

ThreadStream: TypeAlias = cartesia_sync.SttSocket | cartesia_sync.TurnsSocket
LoopStream: TypeAlias = (
    cartesia_trio.SttSocket | cartesia_trio.TurnsSocket | cartesia_asyncio.SttSocket | cartesia_asyncio.TurnsSocket
)
OPTIONS: Final[dict[str, Any]] = {"model": "ink-2", "encoding": "pcm_s16le", "sample_rate": 16000}
PIECE: Final = bytes(range(256)) * 12 + bytes(128)
"""A tenth of a second."""
BIG: Final = bytes(1 << 20)
MOST: Final = 64
"""Megabytes that no kernel keeps for a peer that reads nothing."""
PATIENT: Final = SessionLimits(ping_after_seconds=None, close_seconds=0.5)
"""Without pings."""


def say(kind: str, /, **fields: object) -> Say:
    """Have the server say something."""
    return Say({"type": kind, "request_id": "r", **fields})


def final(text: str, end: float | None = None) -> Text:
    """Have the server send a final transcript, of one word if it says when that ended."""
    words = {} if end is None else {"words": [{"word": text, "start": 0.0, "end": end}]}
    return Text(json.dumps({"type": "transcript", "request_id": "r", "text": text, "is_final": True, **words}))


def _wait(condition: Callable[[], bool]) -> None:
    gives_up = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < gives_up, "it did not happen"
        time.sleep(0.002)


class Blocking:
    """A stream of the client for threads, whose waits block."""

    def __init__(self, stream: ThreadStream) -> None:
        self.stream: Final = stream

    @property
    def state(self) -> StreamState:
        """Where it stands."""
        return self.stream.state

    @property
    def connections(self) -> int:
        """How many sockets were opened."""
        return self.stream.connections

    @property
    def accepted_nbytes(self) -> int:
        """How much audio was accepted."""
        return self.stream.accepted_nbytes

    async def send(self, audio: bytes, /) -> None:
        """Send audio."""
        self.stream.send(audio)

    async def stream_all(self, source: Iterable[bytes], *, realtime: bool) -> None:
        """Send all of a source."""
        self.stream.stream(source, realtime=realtime)

    async def finalize(self) -> None:
        """Have it transcribed."""
        assert isinstance(self.stream, cartesia_sync.SttSocket)
        self.stream.finalize()

    async def configure(self, **settings: Any) -> None:
        """Change the settings of turns."""
        assert isinstance(self.stream, cartesia_sync.TurnsSocket)
        self.stream.configure(**settings)

    async def finish(self) -> None:
        """End it."""
        self.stream.finish()

    async def aclose(self) -> None:
        """Close it."""
        self.stream.close()

    def __aiter__(self) -> AsyncIterator[Any]:
        """Iterate."""
        return self

    async def __anext__(self) -> Any:
        """Wait for the next event."""
        try:
            return next(self.stream)
        except StopIteration:
            raise StopAsyncIteration from None

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait until something is so that the server does."""
        _wait(condition)


class Looping:
    """A stream of a client for an event loop."""

    def __init__(self, stream: LoopStream) -> None:
        self.stream: Final = stream

    @property
    def state(self) -> StreamState:
        """Where it stands."""
        return self.stream.state

    @property
    def connections(self) -> int:
        """How many sockets were opened."""
        return self.stream.connections

    @property
    def accepted_nbytes(self) -> int:
        """How much audio was accepted."""
        return self.stream.accepted_nbytes

    async def send(self, audio: bytes, /) -> None:
        """Send audio."""
        await self.stream.send(audio)

    async def stream_all(self, source: Iterable[bytes], *, realtime: bool) -> None:
        """Send all of a source."""
        await self.stream.stream(source, realtime=realtime)

    async def finalize(self) -> None:
        """Have it transcribed."""
        assert isinstance(self.stream, (cartesia_trio.SttSocket, cartesia_asyncio.SttSocket))
        await self.stream.finalize()

    async def configure(self, **settings: Any) -> None:
        """Change the settings of turns."""
        assert isinstance(self.stream, (cartesia_trio.TurnsSocket, cartesia_asyncio.TurnsSocket))
        await self.stream.configure(**settings)

    async def finish(self) -> None:
        """End it."""
        await self.stream.finish()

    async def aclose(self) -> None:
        """Close it."""
        await self.stream.aclose()

    def __aiter__(self) -> Self:
        """Iterate."""
        return self

    async def __anext__(self) -> Any:
        """Wait for the next event."""
        return await self.stream.__anext__()

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait until something is so that the server does."""
        await until(condition)


Stream: TypeAlias = Blocking | Looping
Story: TypeAlias = Callable[[Stream], Coroutine[Any, Any, None]]
Live: TypeAlias = Callable[..., None]


def in_a_thread(
    url: str,
    story: Story,
    *,
    turns: bool = False,
    limits: SessionLimits = LIMITS,
    stt_limits: SttLimits | None = None,
    observe: Observer | None = None,
    **options: Any,
) -> None:
    """Live a story with the client for threads."""
    with cartesia_sync.Client(
        api_key=KEY, base_url=url, retry=NO_RETRIES, timeout=5, limits=limits, observe=observe
    ) as client:
        call = client.stt.turns if turns else client.stt.websocket
        with call(**{**OPTIONS, **options, "limits": stt_limits}) as stream:
            assert isinstance(stream, (cartesia_sync.SttSocket, cartesia_sync.TurnsSocket))
            with pytest.raises(StopIteration):  # nothing of it ever waits for a loop
                story(Blocking(stream)).send(None)


def on_a_loop(flavour: Flavour) -> Live:
    """Live a story with the client for an event loop."""

    def live(
        url: str,
        story: Story,
        *,
        turns: bool = False,
        limits: SessionLimits = LIMITS,
        stt_limits: SttLimits | None = None,
        observe: Observer | None = None,
        **options: Any,
    ) -> None:
        async def main() -> None:
            async with flavour.client(url, limits=limits, observe=observe) as client:
                call = client.stt.turns if turns else client.stt.websocket
                async with call(**{**OPTIONS, **options, "limits": stt_limits}) as stream:
                    assert isinstance(stream, LoopStream)
                    await story(Looping(stream))

        flavour.run(main)

    return live


LIVES: Final[dict[str, Live]] = {"sync": in_a_thread, **{flavour.name: on_a_loop(flavour) for flavour in FLAVOURS}}
everywhere: Final = pytest.mark.parametrize("live", LIVES.values(), ids=LIVES)
