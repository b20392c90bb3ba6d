"""What happens in place of an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cartesia_local.faults.answers import HttpStatus, NoAnswer, Redirect
from cartesia_local.faults.reply import FaultyReply
from cartesia_local.http.exchange import Answer
from cartesia_local.refusal import Refused, http_error
from cartesia_local.tasks import until_gone

if TYPE_CHECKING:
    from cartesia_local.faults.fault import Instead
    from cartesia_local.faults.script import Script
    from cartesia_local.http.connection import HttpConnection

FRAMING: Final = frozenset({"connection", "content-length", "transfer-encoding"})


async def play(http: HttpConnection, script: Script, instead: Instead) -> bool:
    """Do it, the request being read; False when the connection must end.

    Raises:
        ClientGone: Another fault ended the connection.
    """
    if isinstance(instead, NoAnswer):
        script.note(instead)
        await _be_silent(http, instead)
        return False
    answer = _answer(instead, script)
    if script.is_plain and not FRAMING & {name.lower() for name, _ in answer.headers}:
        with script.committing(instead):
            await http.send(answer)
        return True
    reply = FaultyReply(http, script)
    script.note(instead)
    await until_gone(lambda: reply.send(answer), http.watch)
    return False


async def _be_silent(http: HttpConnection, fault: NoAnswer) -> None:
    if fault.then == "wait":
        await http.watch()
    elif fault.then == "reset":
        await http.wire.reset()
    else:
        await http.wire.hang_up()


def _answer(fault: HttpStatus | Redirect, script: Script) -> Answer:
    if isinstance(fault, Redirect):
        return Answer(fault.status, None, headers=(("location", fault.location),))
    if fault.body is not None:
        return Answer(fault.status, fault.content_type, fault.body, fault.headers)
    refused = Refused(fault.message, status=fault.status, title=fault.title, error_code=fault.error_code)
    return Answer(fault.status, *http_error(refused, script.version), fault.headers)
