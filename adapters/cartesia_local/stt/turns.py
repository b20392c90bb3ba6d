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
    from cartesia_local.app import App
    from cartesia_local.http.exchange import Call
    from cartesia_local.speech.engine import Float32Array
    from cartesia_local.stt.settings import TurnSettings
    from cartesia_local.ws.socket import Socket

UPDATE: Final = "turn.update"


class TurnConversation(Conversation):
    """One stream."""

    def __init__(self, app: App, call: Call, socket: Socket, settings: TurnSettings) -> None:
        super().__init__(app, call, socket, settings.format)
        self._turns: Final = TurnDetector(settings.thresholds)
        self._settling_seconds: Final = SETTLING_SECONDS if app.recogniser.phrases is None else SURE_SECONDS
        self._text = SettledText(self._settling_seconds)
        self._is_first = True

    async def _greet(self) -> None:
        await self._tell({"type": "connected", "request_id": self._request_id})

    async def _hear(self, frame: Float32Array) -> None:
        cue = self._turns.hear(is_voice=self._detector.is_voice(frame))
        words = await self._listen(frame)
        if words is not None and self._text.hear(words, self._ear.seconds):
            await self._tell_text(UPDATE)
        if self._ear.is_full:
            self._text.end(await self._close_ear())
        if cue is not None:
            await self._follow(cue)
        if self._turns.is_talking and not self._ear.is_open:
            self._ear.open()

    async def _follow(self, cue: Cue) -> None:
        if cue in {Cue.START, Cue.RESUME}:
            await self._tell({"type": cue.value, "request_id": self._request_id})
            return
        self._text.end(await self._close_ear())
        await self._tell_text(cue.value)
        if cue is Cue.END:
            self._is_first = self._is_first and not self._text.text
            self._text = SettledText(self._settling_seconds)

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
