"""The conversation on `/stt/turns/websocket`: the server tells when somebody begins and ends to speak."""

from __future__ import annotations

from typing import Final

from typing_extensions import override

from cartesia_core._fast import dumps
from cartesia_core.errors import ApiError, LocalProtocolError
from cartesia_core.stt.commands import Configure, FinishAudio, SttCommand
from cartesia_core.stt.dialogue import SttDialogue
from cartesia_core.stt.events import StreamDone, TurnEnd, TurnEvent, read_turn
from cartesia_core.ws.dialogue import Message
from cartesia_core.ws.events import Closed

_POLITE: Final = (1000, 1005)
_BEHIND_SECONDS: Final = 1.0
"""How far the server may be behind the audio when a turn ends; what was said since then may be the next turn."""


class TurnsDialogue(SttDialogue[TurnEvent]):
    """One stream on `/stt/turns/websocket`: audio and JSON out, JSON in.

    There is no `done`: it ends when the server closes the socket after `finish`.
    """

    @override
    def _say(self, command: SttCommand) -> Message:
        if isinstance(command, FinishAudio):
            return dumps({"type": "close"}).decode()
        if isinstance(command, Configure):
            return dumps({"type": "config", "turn": command.settings.given()}).decode()
        raise LocalProtocolError("this socket finds the ends of turns by itself; finalize is of /stt/websocket")

    @override
    def _read(self, message: str) -> TurnEvent | StreamDone | ApiError:
        return read_turn(message, version=self.version)

    @override
    def _understand(self, event: TurnEvent) -> None:
        if isinstance(event, TurnEnd):
            self._accept(self.sent_nbytes - self.format.nbytes(_BEHIND_SECONDS))

    @override
    def _is_end(self, closed: Closed) -> bool:
        return closed.code in _POLITE
