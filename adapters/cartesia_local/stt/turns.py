"""The conversation on `/stt/turns/websocket`: the server tells when somebody begins and ends to speak."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cartesia_local.fields import Fields, parse_object
from cartesia_local.hearing.presence import Cue, TurnDetector
from cartesia_local.hearing.words import SETTLING_SECONDS, SURE_SECONDS, SettledText
from cartesia_local.refusal import Refused
from cartesia_local.stt.conversation import Conversation
from cartesia_local.stt.settings import read_thresholds

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cartesia_local.app import App
    from cartesia_local.hearing.words import HeardWord
    from cartesia_local.http.exchange import Call
    from cartesia_local.speech.engine import Float32Array
    from cartesia_local.stt.settings import TurnSettings
    from cartesia_local.ws.socket import Socket

UPDATE: Final = "turn.update"
WHOLE_SECONDS: Final = 1.5
"""By so much an utterance must have grown, and"""
WHOLE_GROWTH: Final = 0.4
"""by so much of its length, before it is heard again as a whole: the longer it is, the longer that takes."""
LONG_SECONDS: Final = 8.0
"""What is longer ends where the turn may be over. What is shorter goes on after a resumption, as the beginning helps to
understand the rest."""


class TurnConversation(Conversation):
    """One stream."""

    def __init__(self, app: App, call: Call, socket: Socket, settings: TurnSettings) -> None:
        super().__init__(app, call, socket, settings.format)
        self._turns: Final = TurnDetector(settings.thresholds)
        self._text = self._new_text()
        self._whole_seconds = 0.0
        self._is_told = False
        self._is_first = True

    def _new_text(self) -> SettledText:
        return SettledText(SURE_SECONDS if self._ear.is_sure else SETTLING_SECONDS)

    async def _greet(self) -> None:
        await self._tell({"type": "connected", "request_id": self._request_id})

    async def _hear(self, frame: Float32Array) -> None:
        is_voice = self._detector.is_voice(frame)
        cue = self._turns.hear(is_voice=is_voice)
        opinion = await self._listen(frame, is_voice=is_voice)
        if opinion is not None and await self._settles(opinion):
            await self._tell_text(UPDATE)
        if self._ear.is_full:
            self._text.end(await self._close_ear())
        if cue is not None:
            await self._follow(cue)
        if self._turns.is_talking and not self._ear.is_open:
            self._ear.open()
            self._whole_seconds = 0.0

    async def _settles(self, opinion: Sequence[HeardWord]) -> bool:
        """Take a first opinion; tell whether there is more to tell."""
        words = self._text.hear(opinion, self._ear.seconds)
        if words and not self._ear.is_sure:
            words = self._text.agreed(words, await self._whole()) if self._may_hear_whole() else ()
        return self._text.settle(words)

    def _may_hear_whole(self) -> bool:
        grown = self._ear.utterance_seconds - self._whole_seconds
        return grown >= max(WHOLE_SECONDS, WHOLE_GROWTH * self._whole_seconds)

    async def _whole(self) -> Sequence[HeardWord]:
        self._whole_seconds = self._ear.utterance_seconds
        return await self._guarded(self._ear.whole) or ()

    async def _follow(self, cue: Cue) -> None:
        if cue in {Cue.START, Cue.RESUME}:
            self._is_told = False
            await self._tell({"type": cue.value, "request_id": self._request_id})
        elif cue is Cue.EAGER_END:
            await self._pause()
        else:
            await self._finish()

    async def _pause(self) -> None:
        self._text.end(await self._whole())
        if self._ear.utterance_seconds > LONG_SECONDS:
            await self._guarded(self._ear.drop)
        self._is_told = True
        await self._tell_text(Cue.EAGER_END.value)

    async def _finish(self) -> None:
        if self._is_told:  # Nothing has been said since.
            await self._guarded(self._ear.drop)
        else:
            self._text.end(await self._close_ear())
        self._is_told = False
        await self._tell_text(Cue.END.value)
        self._is_first = self._is_first and not self._text.text
        self._text = self._new_text()

    async def _command(self, text: str) -> bool:
        fields = Fields(parse_object(text, "The message"))
        kind = fields.text("type")
        if kind == "close":
            return False
        if kind != "config":
            raise Refused(f"There is no message {kind[:40]!r}; config and close are known.", title="Unknown message")
        if (turn := fields.inner("turn")) is not None:
            self._turns.thresholds = read_thresholds(turn, self._turns.thresholds)
        return True

    async def _end(self) -> None:
        if self._turns.is_open:
            await self._follow(self._turns.end())

    async def _tell_text(self, kind: str) -> None:
        text = self._text.text
        transcript = text if self._is_first or not text else f" {text}"
        await self._tell({"type": kind, "request_id": self._request_id, "transcript": transcript})
