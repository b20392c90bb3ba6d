"""What the audio is to be: from `--format`, `--encoding`, `--sample-rate` and the output's extension."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from attrs import frozen

from cartesia_core.audio import ENCODINGS, Mp3Format, RawFormat, parse_format
from cartesia_core.errors import InvalidArgument

if TYPE_CHECKING:
    from cartesia_core.audio import Encoding

__all__ = ["AudioPlan", "plan_audio"]

STDOUT: Final = "-"
Container = Literal["raw", "wav", "by extension"]
_CONTAINERS: Final[dict[str, Container]] = {".wav": "wav", ".wave": "wav", ".raw": "raw", ".pcm": "raw"}
_USUAL_RATE: Final = 44100
# Opus knows no 44100 Hz.
_RATES: Final = {".opus": 48000}


@frozen
class AudioPlan:
    """What comes over the socket, and what is made of it."""

    wire: RawFormat
    container: Container


def plan_audio(output: str | None, name: str | None, encoding: str | None, sample_rate: int | None) -> AudioPlan:
    """Decide on the audio.

    Args:
        output: Path, `-` for standard output, None for playing.
        name: A format's name, as `parse_format` reads it.
        encoding: Wire name of an encoding.
        sample_rate: Hz.

    Raises:
        InvalidArgument: An option is wrong, or two contradict each other.
    """
    container = _container(output)
    if name is None:
        suffix = _suffix(output)
        rate = _RATES.get(suffix, _USUAL_RATE) if sample_rate is None else sample_rate
        if container is None:
            raise InvalidArgument(
                f"{output!r} has no extension that says what to write; name it .wav or so, or give --format"
            )
        return AudioPlan(RawFormat(_encoding(encoding), rate), container)
    if encoding is not None or sample_rate is not None:
        raise InvalidArgument("--format says it all; leave --encoding and --sample-rate out")
    return _named(name, container, output)


def _named(name: str, container: Container | None, output: str | None) -> AudioPlan:
    wanted = parse_format(name)
    if isinstance(wanted, Mp3Format):
        raise InvalidArgument(f"the socket carries no MP3; leave out --format {name} and write to a file named .mp3")
    if container is None or output == STDOUT:
        container = wanted.container
    elif container in {"raw", "wav"} and container != wanted.container:
        raise InvalidArgument(f"--format {name} does not fit a file named {output!r}; change one of them")
    return AudioPlan(RawFormat(wanted.encoding, wanted.sample_rate), container)


def _suffix(output: str | None) -> str:
    return Path(output or "").suffix.lower()


def _container(output: str | None) -> Container | None:
    from cartesia_audio import FILE_SUFFIXES

    if output is None or output == STDOUT:
        return "wav"
    suffix = _suffix(output)
    return _CONTAINERS.get(suffix) or ("by extension" if suffix in FILE_SUFFIXES else None)


def _encoding(name: str | None) -> Encoding:
    known: dict[str | None, Encoding] = {encoding: encoding for encoding in ENCODINGS}
    known[None] = "pcm_s16le"
    if name not in known:
        raise InvalidArgument(f"encoding is {name!r}; allowed are {', '.join(ENCODINGS)}")
    return known[name]
