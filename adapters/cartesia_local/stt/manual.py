"""The conversation on `/stt/websocket`: transcripts as one speaks, finals when asked for or when it is silent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cartesia_local.hearing.presence import PauseDetector
from cartesia_local.hearing.words import text_of
from cartesia_local.refusal import Refused
from cartesia_local.stt.conversation import Conversation
from cartesia_local.stt.messages import transcript

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cartesia_local.app import App
    from cartesia_local.hearing.words import HeardWord
    from cartesia_local.http.exchange import Call
    from cartesia_local.speech.engine import Float32Array
    from cartesia_local.stt.settings import ManualSettings
    from cartesia_local.ws.socket import Socket

FINALIZE: Final = "finalize"
ENDS: Final = ("close", "done")
"""`done` is the older spelling; clients still send it."""


class ManualConversation(Conversation):
    """One stream."""

    def __init__(self, app: App, call: Call, socket: Socket, settings: ManualSettings) -> None:
        super().__init__(app, call, socket, settings.format, settings.min_volume)
        self._pauses: Final = PauseDetector(settings.silence_seconds)
        self._shown = ""
        self._is_first = True
        self._final_at = 0.0

    async def _greet(self) -> None:
        """Nothing: there is no hello on this socket."""

    async def _hear(self, frame: Float32Array) -> None:
        is_voice = self._detector.is_voice(frame)
        self._pauses.hear(is_voice=is_voice)
        words = await self._listen(frame, is_voice=is_voice)
        if words is not None and text_of(words) != self._shown:
            await self._show(words, is_final=False)
        if self._ear.is_open and (self._pauses.has_ended or self._ear.is_full):
            await self._finalize()
        elif not self._ear.is_open and self._pauses.has_begun:
            self._ear.open()

    async def _command(self, text: str) -> bool:
        command = text.strip()
        if command in ENDS:
            return False
        if command != FINALIZE:
            raise Refused(
                f"There is no command {command[:40]!r}; finalize and close are known, as plain words.",
                title="Unknown command",
            )
        await self._finalize()
        await self._tell({"type": "flush_done", "request_id": self._request_id})
        return True

    async def _end(self) -> None:
        await self._finalize()
        await self._tell({"type": "done", "request_id": self._request_id})

    async def _finalize(self) -> None:
        words = await self._close_ear()
        if words or self._shown:
            await self._show(words, is_final=True)
            self._final_at = self._ear.seconds
            self._is_first = self._is_first and not words
        self._shown = ""

    async def _show(self, words: Sequence[HeardWord], *, is_final: bool) -> None:
        self._shown = text_of(words)
        seconds = self._ear.seconds - self._final_at
        await self._tell(
            transcript(words, self._request_id, is_final=is_final, is_first=self._is_first, seconds=seconds)
        )
