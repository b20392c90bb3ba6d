"""Opening sockets, for plain threads."""

from __future__ import annotations

import time
from functools import partial
from typing import Final, TypeVar

from cartesia_core.http import Head
from cartesia_core.stt.dialogue import SttDialogue
from cartesia_core.stt.socket import ManualSocketRequest, SttSocketRequest, TurnsSocketRequest
from cartesia_core.tts.dialogue import TtsDialogue
from cartesia_core.tts.socket import TtsSocketRequest
from cartesia_core.ws.dialogue import Dialogue
from cartesia_core.ws.notices import Observer
from cartesia_core.ws.opening import SocketRequest
from cartesia_core.ws.plain import PlainDialogue
from cartesia_core.ws.session import Session, SessionLimits
from cartesia_httpx import HttpxSender, Upgraded, random_frames, upgrade
from cartesia_sync.connection import Connection
from cartesia_sync.context import TtsConnection
from cartesia_sync.messages import Messages
from cartesia_sync.stream import ByteStream, SocketStream
from cartesia_sync.stt import SttConnection, SttSocket, TurnsSocket
from cartesia_sync.tts import TtsSocket

C = TypeVar("C")
E = TypeVar("E")


class Connector:
    """Opens sockets through an HTTP client, with its proxies, certificates and time-outs.

    Args:
        sender: Connects.
        limits: Deadlines and sizes of the sockets.
        observe: Is told what becomes of the sockets.
    """

    def __init__(self, sender: HttpxSender, limits: SessionLimits, observe: Observer | None = None) -> None:
        self._sender: Final = sender
        self._limits: Final = limits
        self._observe: Final = observe

    def tts_socket(self, request: TtsSocketRequest, /) -> TtsSocket:
        """Give a TTS socket; it opens when entered, or at its first use."""
        version = request.version or self._sender.settings.identity.version

        def connect() -> tuple[TtsConnection, TtsDialogue]:
            dialogue = request.dialogue(version)
            return self._connect(request, dialogue, version), dialogue

        return TtsSocket(connect, request, version, self._observe)

    def stt_socket(self, request: ManualSocketRequest, /) -> SttSocket:
        """Give a speech-to-text socket; it opens when entered."""
        return SttSocket(partial(self._speech, request), request, self._observe)

    def turns_socket(self, request: TurnsSocketRequest, /) -> TurnsSocket:
        """Give a speech-to-text socket of turns; it opens when entered."""
        return TurnsSocket(partial(self._speech, request), request, self._observe)

    def _speech(self, request: SttSocketRequest[E]) -> tuple[SttConnection[E], SttDialogue[E]]:
        version = request.version or self._sender.settings.identity.version
        dialogue = request.dialogue(version)
        return self._connect(request, dialogue, version), dialogue

    def messages(self, request: SocketRequest, /) -> Messages:
        """Give a socket of bare messages; it opens when entered."""
        version = request.version or self._sender.settings.identity.version
        return Messages(lambda: self._connect(request, PlainDialogue(), version))

    def _connect(self, request: SocketRequest, dialogue: Dialogue[C, E], version: str) -> Connection[C, E]:
        upgraded = upgrade(self._sender, request.call())
        session = Session(dialogue, limits=self._limits, now=time.monotonic(), version=version, frames=random_frames())
        return Connection(
            session,
            _stream(upgraded),
            head=Head(upgraded.response.status_code, upgraded.headers, version),
            write_timeout=self._sender.settings.timeouts.write,
        )


def _stream(upgraded: Upgraded) -> ByteStream:
    close = upgraded.response.close
    if upgraded.socket is not None:
        return SocketStream(upgraded.socket, upgraded.leading, on_close=close)
    # Rarely needed, and loads httpcore, which httpx does only when a client is made.
    from cartesia_sync.nested import NestedStream  # noqa: PLC0415

    return NestedStream(upgraded.stream, upgraded.leading, on_close=close)
