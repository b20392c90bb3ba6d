"""What the type checkers make of the core without any adapter. Checked, never run."""

from __future__ import annotations

from typing_extensions import assert_never, assert_type

from cartesia_core import RawFormat, Request, tts
from cartesia_core.api import Api
from cartesia_core.bind import Endpoint
from cartesia_core.http import Response
from cartesia_core.ports import SyncPorts
from cartesia_core.retry import Accepted, Attempt, Failed, Follow, Retry, RetryPolicy, settle
from cartesia_core.tts.commands import Cancel, ContextOptions, Finish, Flush, OpenContext, Push, TtsCommand
from cartesia_core.tts.dialogue import TtsDialogue, TtsEvent
from cartesia_core.unset import UNSET, Unset
from cartesia_core.ws import NEED_DATA, Closed, NeedData, Opened, Rejected, Session


def verdicts(request: Request[object], response: Response) -> None:
    """All four can be told apart."""
    verdict = settle(request, response, Attempt(), RetryPolicy(), url="https://a")
    match verdict:
        case Accepted() | Failed():
            return
        case Retry():
            assert_type(verdict.after, float)
        case Follow():
            assert_type(verdict.url, str)
        case _:
            assert_never(verdict)


def sessions() -> None:
    """A session has the commands and events of its dialogue."""
    session = Session(TtsDialogue())
    assert_type(session, Session[TtsCommand, TtsEvent])
    options = ContextOptions(model_id="m", voice="v", output_format=RawFormat("pcm_s16le", 16000))
    for command in (OpenContext("c", options), Push("c", "Hi."), Flush("c"), Finish("c"), Cancel("c")):
        session.send(command, now=0.0)
    event = session.next_event()
    assert_type(event, TtsEvent | Opened | Rejected | Closed | NeedData)
    if event is NEED_DATA:
        assert_type(session.next_deadline(), float | None)
        return
    if not isinstance(event, Opened | Rejected | Closed):
        assert_type(event, TtsEvent)
    session.send("Hi.")  # type: ignore[arg-type]


def unset(value: str | None | Unset) -> str | None:
    """`is UNSET` narrows."""
    if value is UNSET:
        return "not given"
    assert_type(value, str | None)
    return value


class Mine(Api[SyncPorts]):
    """A facade of one's own."""

    twice = Endpoint(tts.generate)


def facades(mine: Mine) -> None:
    """Members of the class are descriptions, members of an object are calls."""
    assert_type(
        Mine.twice.build(model_id="m", transcript="Hi.", voice="v", output_format=RawFormat("pcm_s16le", 8000)).path,
        str,
    )
    mine.twice(model_id="m")  # type: ignore[call-arg]
