"""The options of `transcribe`, and which of them go together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import click

from cartesia_cli.reach import Reach
from cartesia_core.errors import InvalidArgument
from cartesia_core.stt.models import STT_ENCODINGS

if TYPE_CHECKING:
    from cartesia_core.stt.samples import SttFormat

__all__ = ["STDIN", "Hearing", "check_hearing", "model_of", "raw_format"]

STDIN: Final = "-"
_LIVE_ONLY: Final = ("turns", "device", "seconds", "fast", "keyterms")


class Hearing(Reach):
    """The values of the options."""

    file: str | None
    live: bool
    turns: bool
    device: str | None
    seconds: float | None
    fast: bool
    model: str | None
    language: str | None
    keyterms: tuple[str, ...]
    encoding: str | None
    sample_rate: int | None
    output: str | None
    words: bool
    is_json: bool
    captions: str | None
    quiet: bool


def check_hearing(given: Hearing) -> None:
    """Check what goes together.

    Raises:
        UsageError: Something does not.
        InvalidArgument: An encoding is unknown, or stands without a rate.
    """
    if given["live"]:
        _check_live(given)
    elif given["file"] is None:
        raise click.UsageError("there is no FILE; give one, or - for standard input, or --live for the microphone")
    else:
        named: dict[str, object] = {**given}
        for name in _LIVE_ONLY:
            if named[name]:
                raise click.UsageError(f"--{name.removesuffix('s') if name == 'keyterms' else name} goes with --live")
    if given["words"] and given["is_json"] and given["live"]:
        raise click.UsageError("with --live, --json tells the words, too; leave --words out")
    raw_format(given)


def _check_live(given: Hearing) -> None:
    if given["turns"] and (given["words"] or given["captions"] is not None):
        raise click.UsageError("--turns tells no word times, which --words and --captions need")
    if given["file"] is None and given["fast"]:
        raise click.UsageError("--fast goes with a FILE")
    if given["file"] is not None and given["device"] is not None:
        raise click.UsageError("give FILE or --device, not both")
    if given["file"] is None and given["encoding"] is not None:
        raise click.UsageError("--encoding describes a FILE without a header")
    if given["turns"] and given["language"] is not None:
        raise click.UsageError("--turns takes no --language")


def raw_format(given: Hearing) -> SttFormat | None:
    """Give what the samples are, where they have no header.

    Raises:
        InvalidArgument: The encoding is unknown, or one of the two is missing.
    """
    from cartesia_core.stt.samples import SttFormat

    if (given["encoding"] is None) != (given["sample_rate"] is None):
        raise InvalidArgument("--encoding and --sample-rate describe samples without a header together; give both")
    if given["encoding"] is None or given["sample_rate"] is None:
        return None
    for encoding in STT_ENCODINGS:
        if encoding == given["encoding"]:
            return SttFormat(encoding, given["sample_rate"])
    raise InvalidArgument(f"--encoding is {given['encoding']!r}; allowed are {', '.join(STT_ENCODINGS)}")


def model_of(given: Hearing) -> str:
    """Give the model that was asked for, or the usual one."""
    return given["model"] or ("ink-2" if given["turns"] else "ink-whisper")
