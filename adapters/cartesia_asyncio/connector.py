"""Opening sockets, for asyncio."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Final, TypeVar

from cartesia_asyncio.connection import Connection
from cartesia_asyncio.messages import Messages, PlainConnection
from cartesia_asyncio.stream import carrier
from cartesia_asyncio.stt import SttConnection, SttSocket, TurnsSocket
from cartesia_asyncio.tts import TtsConnection, TtsSocket
from cartesia_core.stt.dialogue import SttDialogue
from cartesia_core.stt.socket import ManualSocketRequest, SttSocketRequest, TurnsSocketRequest
from cartesia_core.tts.dialogue import TtsDialogue
from cartesia_core.tts.socket import TtsSocketRequest
from cartesia_core.ws.dialogue import Dialogue
from cartesia_core.ws.notices import Observer
from cartesia_core.ws.opening import SocketRequest
from cartesia_core.ws.plain import PlainDialogue
from cartesia_core.ws.session import Session, SessionLimits
from cartesia_httpx import AsyncHttpxSender, random_frames, upgrade_async

C = TypeVar("C")
E = TypeVar("E")


class Connector:
    """Opens sockets through an HTTP client, with its proxies, certificates and time-outs.

    Args:
        sender: Connects.
        limits: Deadlines and sizes of the sockets.
        observe: Is told what becomes of the sockets.
    """

    def __init__(self, sender: AsyncHttpxSender, limits: SessionLimits, observe: Observer | None = None) -> None:
        self._sender: Final = sender
        self._limits: Final = limits
        self._observe: Final = observe

    def tts_socket(self, request: TtsSocketRequest, /) -> TtsSocket:
        """Give a TTS socket; it opens when entered."""
        version = request.version or self._sender.settings.identity.version

        async def connect() -> tuple[TtsConnection, TtsDialogue]:
            dialogue = request.dialogue(version)
            return await self._connect(request, dialogue, version), dialogue

        return TtsSocket(connect, request, version, self._observe)

    def stt_socket(self, request: ManualSocketRequest, /) -> SttSocket:
        """Give a speech-to-text socket; it opens when entered."""
        return SttSocket(partial(self._speech, request), request, self._observe)

    def turns_socket(self, request: TurnsSocketRequest, /) -> TurnsSocket:
        """Give a speech-to-text socket of turns; it opens when entered."""
        return TurnsSocket(partial(self._speech, request), request, self._observe)

    async def _speech(self, request: SttSocketRequest[E]) -> tuple[SttConnection[E], SttDialogue[E]]:
        version = request.version or self._sender.settings.identity.version
        dialogue = request.dialogue(version)
        return await self._connect(request, dialogue, version), dialogue

    def messages(self, request: SocketRequest, /) -> Messages:
        """Give a socket of bare messages; it opens when entered."""
        version = request.version or self._sender.settings.identity.version

        async def connect() -> PlainConnection:
            return await self._connect(request, PlainDialogue(), version)

        return Messages(connect)

    async def _connect(self, request: SocketRequest, dialogue: Dialogue[C, E], version: str) -> Connection[C, E]:
        upgraded = await upgrade_async(self._sender, request.call())
        session = Session(
            dialogue,
            limits=self._limits,
            now=asyncio.get_running_loop().time(),
            version=version,
            frames=random_frames(),
        )
        timeout = self._sender.settings.timeouts.write
        return Connection(session, await carrier(upgraded), head=upgraded.head, write_timeout=timeout)
