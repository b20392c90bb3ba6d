"""`/stt/websocket` and `/stt/turns/websocket`: speech is recognised while it is spoken.

Source: protocol notes, section 10; socket notes `stt.manual_finalize`, `stt.auto_finalize`; client notes 13 to 15. What
these leave open is decided as follows.

- What is wrong with the query is an answer in place of the upgrade; what is wrong with a message is an `error`, after
  which the stream goes on.
- The final comes before the `flush_done` that it belongs to. Without speech since the last final there is none.
- `duration` is the audio since the last final; times of words are those of the whole stream.
- Interims begin with a space where the final that they become will.
- Of ink-2 `min_volume` and `max_silence_duration_secs` are checked and have no effect; `keyterm` never has one.
- `config` is not answered. An end comes after an eager end, unless the time limit or `close` came first.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from cartesia_core.versions import V2025_04_16
from cartesia_local.app import App, Table, socket_route
from cartesia_local.hearing.listener import RecogniserFailed, require
from cartesia_local.refusal import Refused
from cartesia_local.stt.manual import ManualConversation
from cartesia_local.stt.settings import read_manual, read_turns
from cartesia_local.stt.turns import TurnConversation

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from cartesia_local.app import Admit
    from cartesia_local.http.exchange import Call
    from cartesia_local.ws.socket import Socket


async def hear(app: App, call: Call, socket: Socket) -> None:
    """Serve one stream with finals."""
    await ManualConversation(app, call, socket, read_manual(call)).run()


async def hear_turns(app: App, call: Call, socket: Socket) -> None:
    """Serve one stream with turns."""
    await TurnConversation(app, call, socket, read_turns(call)).run()


def _admitting(read: Callable[[Call], object]) -> Admit:
    @contextmanager
    def admit(app: App, call: Call) -> Generator[None]:
        read(call)
        try:
            require()
        except RecogniserFailed as error:
            raise Refused(error.message, status=501, title="No recogniser") from error
        with app.limits.live_stream():
            yield

    return admit


TABLE: Final[Table] = (
    socket_route("/stt/websocket", hear, grant="stt", admit=_admitting(read_manual)),
    socket_route("/stt/turns/websocket", hear_turns, grant="stt", since=V2025_04_16, admit=_admitting(read_turns)),
)
