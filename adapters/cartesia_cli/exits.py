"""How the command ends: its exit codes, and its errors as one sentence.

The codes are part of the interface; scripts rely on them.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Final

from cartesia_core.errors import (
    AuthenticationError,
    CartesiaError,
    ConnectFailed,
    ConnectTimeout,
    InvalidArgument,
    NotFoundError,
    PermissionDeniedError,
    SinkError,
    SourceError,
    TransportError,
)

__all__ = ["EPILOG", "Ended", "Exit", "MissingKey", "Terminated", "exit_of", "sentence"]


class Exit(IntEnum):
    """Exit codes of the command."""

    OK = 0
    FAILED = 1
    USAGE = 2
    AUTHENTICATION = 3
    NETWORK = 4
    OUTPUT = 5
    INTERRUPTED = 130
    TERMINATED = 143


EPILOG: Final = (
    "Exit codes: 0 done; 1 the API or something else failed; 2 wrong usage or input; 3 the API key is missing or "
    "refused; 4 the network failed; 5 the output cannot be written; 130 interrupted (143 by SIGTERM)."
)


class Terminated(KeyboardInterrupt):
    """SIGTERM came; everything is cleaned up as after Ctrl-C."""


class MissingKey(InvalidArgument):
    """No API key was given."""


class Ended(Exception):
    """The command ended before its time, and says itself what it leaves behind.

    Args:
        message: One sentence.
        code: The exit code.
    """

    def __init__(self, message: str, code: Exit) -> None:
        super().__init__(message)
        self.code: Final = code


_CODES: Final[tuple[tuple[type[BaseException], Exit], ...]] = (
    (Terminated, Exit.TERMINATED),
    (KeyboardInterrupt, Exit.INTERRUPTED),
    (MissingKey, Exit.AUTHENTICATION),
    (AuthenticationError, Exit.AUTHENTICATION),
    (PermissionDeniedError, Exit.AUTHENTICATION),
    (TransportError, Exit.NETWORK),
    (SinkError, Exit.OUTPUT),
    (SourceError, Exit.USAGE),
    (InvalidArgument, Exit.USAGE),
)
_ADVICE: Final[tuple[tuple[type[CartesiaError], str], ...]] = (
    (ConnectFailed, "check --base-url and the network; `cartesia-core doctor` tells where it fails"),
    (ConnectTimeout, "`cartesia-core doctor` tells where it fails"),
    (NotFoundError, "check --base-url"),
)
_BY_ERROR_CODE: Final = {
    "voice_not_found": "`cartesia-core voices` lists the voices",
    "model_not_found": "check --model",
}


def exit_of(error: BaseException) -> Exit:
    """Give the exit code for an error."""
    return next((code for kind, code in _CODES if isinstance(error, kind)), Exit.FAILED)


def sentence(error: CartesiaError) -> str:
    """Say on one line what happened and what to do about it."""
    text = " ".join(str(error).split()).rstrip(".")
    advice = _BY_ERROR_CODE.get(error.error_code or "") or next(
        (words for kind, words in _ADVICE if isinstance(error, kind)), None
    )
    return f"{text}; {advice}." if advice else f"{text}."
