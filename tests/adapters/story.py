"""What a scenario says and what comes of it, as values that all flavours share."""

from __future__ import annotations

from typing import TypeAlias

from attrs import evolve, field, frozen

from cartesia_core import CartesiaError, RawFormat, Unknown
from cartesia_core.tts.commands import ContextKeywords
from cartesia_core.tts.context import ContextState
from cartesia_core.tts.handle import ContextEvent
from tests.adapters.steps import Step

FORMAT = RawFormat("pcm_s16le", 16000)
VOICE = "694f9389-aac1-45b6-b726-9d9369183238"
OPTIONS: ContextKeywords = {"model_id": "sonic-3", "voice": VOICE, "output_format": FORMAT}


# --- commands


@frozen
class Open:
    """Make the next context; contexts are numbered from 0."""


@frozen
class Push:
    """Add text."""

    context: int
    text: str = "Hello."


@frozen
class Flush:
    """Have everything so far spoken now."""

    context: int


@frozen
class Finish:
    """Announce that no text follows."""

    context: int


@frozen
class Cancel:
    """Stop a context."""

    context: int


@frozen
class Take:
    """Take one event."""

    context: int


@frozen
class Read:
    """Take events to the end."""

    context: int


@frozen
class Leave:
    """Leave the block of a context."""

    context: int


@frozen
class Raise:
    """Raise a flag of the script."""

    flag: str


@frozen
class AwaitFault:
    """Wait until the script has ended its first connection."""


Command: TypeAlias = Open | Push | Flush | Finish | Cancel | Take | Read | Leave | Raise | AwaitFault

# --- outcomes


@frozen
class Got:
    """An event of a context, without its id."""

    context: int
    event: ContextEvent


@frozen
class Ended:
    """A context ended as it should, with so many bytes of audio."""

    context: int
    audio_nbytes: int = 0
    state: ContextState = ContextState.DONE


@frozen(kw_only=True)
class Failure:
    """An error, by what programs decide by."""

    kind: type[CartesiaError]
    status: int | None = None
    error_code: str | None = None
    request_id: str | None = None
    retryable: bool = False
    may_have_been_billed: bool = False
    retry_after: float | None = None
    close_code: int | None = None
    close_reason: str | None = None
    audio_nbytes: int | None = None
    received_nbytes: int | None = None
    expected_nbytes: int | None = None


@frozen
class Failed:
    """A context ended with an error."""

    context: int
    failure: Failure


Outcome: TypeAlias = Got | Ended | Failed


@frozen(kw_only=True)
class Scenario:
    """What a server does on its sockets, what a program does, and what it must get.

    Attributes:
        scripts: One for each connection.
        story: What the program must get.
        connections: Opening requests the server must have seen.
        is_timed: The last script marks a fault that must be told within 50 ms.
    """

    name: str
    scripts: tuple[tuple[Step, ...], ...]
    commands: tuple[Command, ...]
    story: tuple[Outcome, ...] = field(default=())
    connections: int = 1
    is_timed: bool = False


def failure_of(error: CartesiaError) -> Failure:
    """Give an error as a value to compare."""
    return Failure(
        kind=type(error),
        status=error.status,
        error_code=error.error_code,
        request_id=error.request_id,
        retryable=error.retryable,
        may_have_been_billed=error.may_have_been_billed,
        retry_after=error.retry_after,
        close_code=error.close_code,
        close_reason=error.close_reason,
        audio_nbytes=getattr(error, "audio_nbytes", None),
        received_nbytes=getattr(error, "received_nbytes", None),
        expected_nbytes=getattr(error, "expected_nbytes", None),
    )


def anonymous(context: int, event: ContextEvent) -> Got:
    """Give an event without the context's id, which is random."""
    if isinstance(event, Unknown):
        event = evolve(event, raw={name: value for name, value in event.raw.items() if name != "context_id"})
    return Got(context, evolve(event, context_id=None))
