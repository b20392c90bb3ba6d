"""What comes of a fault, as short phrases: the same for every client, so that they can stand side by side."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, TypeAlias

from attrs import frozen

from cartesia_core import AudioChunk, Unknown
from cartesia_core.tts.context import ContextState
from tests.adapters.story import Ended, Failed, Failure, Got, Outcome

HANG: Final = "**HANG**"
AS_IF_COMPLETE: Final = "returned as if complete"
NOT_BUILT: Final = "not built yet"
OK: Final = "ok"
ALL_AUDIO: Final = "all audio"


@frozen
class Returned:
    """A call came to its end, with so many bytes of audio, in so many events where they are events."""

    nbytes: int = 0
    events: int | None = None


@frozen
class Hung:
    """A call had not come to its end when nobody waited any longer."""


Observed: TypeAlias = Returned | Hung | BaseException


def failure_phrase(failure: Failure) -> str:
    """Say what is raised, with the numbers that a program decides by."""
    details = (
        ("status", failure.status),
        ("close code", failure.close_code),
        ("retry after", failure.retry_after and f"{failure.retry_after:g} s"),
        ("bytes", _bytes_phrase(failure)),
    )
    said = [f"{name} {value}" for name, value in details if value is not None]
    return ", ".join([f"`{failure.kind.__name__}`", *said])


def _bytes_phrase(failure: Failure) -> str | None:
    if failure.received_nbytes is None:
        return None
    return f"{failure.received_nbytes}" + (f" of {failure.expected_nbytes}" if failure.expected_nbytes else "")


def story_phrase(story: Iterable[Outcome]) -> str:
    """Say what a program got of a conversation, each thing once."""
    return joined(filter(None, map(_outcome_phrase, story)))


def _outcome_phrase(outcome: Outcome) -> str:
    if isinstance(outcome, Failed):
        return failure_phrase(outcome.failure)
    if isinstance(outcome, Got):
        return "an `Unknown` event" if isinstance(outcome.event, Unknown) else ""
    if outcome.state is ContextState.EXPIRED:
        return "the end, marked as expired"
    return ALL_AUDIO if outcome.audio_nbytes else "the end, with `audio_nbytes` 0"


def joined(phrases: Iterable[str]) -> str:
    """Join phrases, each part of them once, in their order."""
    return "; ".join(dict.fromkeys(part for phrase in phrases for part in phrase.split("; ")))


def error_phrase(error: BaseException) -> str:
    """Name an exception: one of another library's as raw, with that library."""
    kind = type(error)
    package = kind.__module__.partition(".")[0]
    if package == "cartesia":
        return f"`{kind.__name__}`"
    return f"raw `{kind.__name__}`" if package == "builtins" else f"raw `{package}.{kind.__name__}`"


def observed_phrase(observed: Observed, wanted: Returned | Failure) -> str:
    """Say what another client made of a call, compared with what ought to come of it."""
    if isinstance(observed, Hung):
        return HANG
    if isinstance(observed, BaseException):
        return error_phrase(observed)
    if isinstance(wanted, Failure):
        return AS_IF_COMPLETE
    if observed.nbytes == wanted.nbytes:
        return ALL_AUDIO if wanted.nbytes else OK
    return f"{observed.nbytes} bytes of audio instead of {wanted.nbytes}"


def audio_nbytes(story: Sequence[Outcome], context: int) -> int:
    """Count the audio that a context must get."""
    events = [outcome.event for outcome in story if isinstance(outcome, Got) and outcome.context == context]
    return sum(len(event.audio) for event in events if isinstance(event, AudioChunk))


def ends(story: Iterable[Outcome]) -> dict[int, Ended | Failed]:
    """Give how each context must end, by its number."""
    return {outcome.context: outcome for outcome in story if not isinstance(outcome, Got)}
