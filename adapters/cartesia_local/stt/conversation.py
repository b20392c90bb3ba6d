"""What both sockets for recognition have in common: taking messages, idleness, errors, the end."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from contextlib import suppress
from typing import TYPE_CHECKING, Final, TypeVar
from uuid import uuid4

import trio

from cartesia_local.hearing.child import FIRST_OPINION
from cartesia_local.hearing.ear import Ear
from cartesia_local.hearing.intake import Intake
from cartesia_local.hearing.listener import Listener, RecogniserFailed
from cartesia_local.hearing.voice import VoiceDetector
from cartesia_local.refusal import Refused
from cartesia_local.stt.messages import Json, stt_error
from cartesia_local.tasks import ClientGone

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator, Sequence

    from cartesia_local.app import App
    from cartesia_local.hearing.words import HeardWord
    from cartesia_local.http.exchange import Call
    from cartesia_local.speech.engine import Float32Array
    from cartesia_local.stt.settings import StreamFormat
    from cartesia_local.ws.socket import Message, Socket

T = TypeVar("T")
NORMAL: Final = 1000
INTERNAL_ERROR: Final = 1011
IDLE_REASON: Final = "connection idle timeout"
MAX_FAILURES: Final = 3
"""So often in a row a recogniser may die."""


class Conversation(ABC):
    """One stream. While a message is worked on the next is not read, so a client that is too fast waits.

    Args:
        app: The server.
        call: The request that asked for the socket.
        socket: The socket.
        stream: What the client sends.
        min_volume: What is quieter is silence.
    """

    def __init__(self, app: App, call: Call, socket: Socket, stream: StreamFormat, min_volume: float = 0.0) -> None:
        self._app: Final = app
        self._version: Final = call.version
        self._socket: Final = socket
        self._request_id: Final = str(uuid4())
        self._intake: Final = Intake(stream.encoding, stream.sample_rate)
        self._listener: Final = Listener(app.recogniser.phrases, FIRST_OPINION)
        self._ear: Final = Ear(self._listener, app.recogniser)
        self._detector: Final = VoiceDetector(min_volume)
        self._failures = 0

    async def run(self) -> None:
        """Take messages until the client or idleness ends the socket."""
        with suppress(ClientGone):  # Then nobody is left to tell.
            code, reason = NORMAL, ""
            try:
                async with self._listener:
                    await self._listener.check()
                    await self._greet()
                    while (message := await self._receive()) is not None and await self._took(message):
                        pass
            except trio.TooSlowError:
                reason = IDLE_REASON
            except RecogniserFailed as error:
                await self._tell_failure(error)
                code, reason = INTERNAL_ERROR, "recogniser failed"
            # The recogniser has ended before the client can see that the stream has.
            await self._socket.close(code, reason)

    @abstractmethod
    async def _greet(self) -> None:
        """Tell the client what it is told first."""

    @abstractmethod
    async def _hear(self, frame: Float32Array) -> None:
        """Take the next piece of audio."""

    @abstractmethod
    async def _command(self, text: str) -> bool:
        """Take a text message; False for the one that ends the stream."""

    @abstractmethod
    async def _end(self) -> None:
        """Tell what is left to tell; all audio has been taken."""

    async def _listen(self, frame: Float32Array, *, is_voice: bool) -> Sequence[HeardWord] | None:
        """Give audio to the ear; from time to time there are words so far."""
        words = await self._guarded(lambda: self._ear.hear(frame, is_voice=is_voice))
        if words is not None:
            self._failures = 0
        return words

    async def _close_ear(self) -> Sequence[HeardWord]:
        """End the utterance if one is open, and give its words; none where the recogniser died."""
        return await self._guarded(self._ear.close) or ()

    async def _guarded(self, ask: Callable[[], Awaitable[T]]) -> T | None:
        """Ask the ear; None where the recogniser died."""
        try:
            return await ask()
        except RecogniserFailed as error:
            await self._recover(error)
            return None

    async def _tell(self, message: Json) -> None:
        await self._socket.send_json(message)

    async def _receive(self) -> Message | None:
        seconds = self._app.config.stt_idle_seconds
        with trio.fail_after(math.inf if seconds is None else seconds):
            return await self._socket.receive()

    async def _took(self, message: Message) -> bool:
        """Take a message; False for the last."""
        try:
            if isinstance(message, bytes):
                await self._hear_all(self._intake.frames(message))
                return True
            goes_on = await self._command(message)
        except Refused as error:
            await self._tell(stt_error(error, self._version, self._request_id))
            return True
        if not goes_on:
            await self._hear_all(self._intake.finish())
            await self._end()
        return goes_on

    async def _hear_all(self, frames: Iterator[Float32Array]) -> None:
        for frame in frames:
            await self._hear(frame)

    async def _recover(self, error: RecogniserFailed) -> None:
        """Go on without the open utterance, but not for ever."""
        self._ear.abandon()
        self._failures += 1
        if self._failures >= MAX_FAILURES:
            raise error
        await self._tell_failure(error)

    async def _tell_failure(self, error: RecogniserFailed) -> None:
        refused = Refused(error.message, status=500, title="Recogniser failed")
        await self._tell(stt_error(refused, self._version, self._request_id))
