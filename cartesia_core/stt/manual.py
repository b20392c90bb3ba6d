"""The conversation on `/stt/websocket`: finals come when the program says so, or after silence."""

from __future__ import annotations

from typing import Final

from typing_extensions import override

from cartesia_core.errors import ApiError, LocalProtocolError
from cartesia_core.events import FlushDone
from cartesia_core.stt.commands import Finalize, FinishAudio, SttCommand
from cartesia_core.stt.dialogue import SttDialogue
from cartesia_core.stt.events import ManualEvent, StreamDone, Transcript, read_manual
from cartesia_core.versions import V2025_11_04
from cartesia_core.ws.dialogue import Message
from cartesia_core.ws.events import Closed

_POLITE: Final = 1000


class ManualDialogue(SttDialogue[ManualEvent]):
    """One stream on `/stt/websocket`: audio and plain words out, JSON in. It ends at `done`."""

    @override
    def _say(self, command: SttCommand) -> Message:
        if isinstance(command, Finalize):
            return "finalize"
        if isinstance(command, FinishAudio):
            # The word changed with the version (protocol notes, section 11).
            return "close" if self.version >= V2025_11_04 else "done"
        raise LocalProtocolError("turns are configured on /stt/turns/websocket; this socket has none")

    @override
    def _read(self, message: str) -> ManualEvent | StreamDone | ApiError:
        return read_manual(message, version=self.version)

    @override
    def _understand(self, event: ManualEvent) -> None:
        if isinstance(event, FlushDone):
            if self._owed:  # else it came unasked
                self._accept(self._owed.popleft())
        elif isinstance(event, Transcript) and event.is_final:
            # Rather replayed twice than lost: whether `duration` counts from the beginning is not documented.
            self._accept_seconds(event.words[-1].end if event.words else event.duration or 0.0)

    @override
    def _is_end(self, closed: Closed) -> bool:
        return closed.code == _POLITE
