"""How far it is: one line on a terminal's stderr, nothing anywhere else."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Generator

    from cartesia_cli.speech import Speech

__all__ = ["Meter", "UploadMeter", "shown_progress", "shown_upload"]


class Meter(Protocol):
    """Shows how far it is."""

    def __call__(self, speech: Speech, /) -> None:
        """Show it."""
        ...


@contextmanager
def shown_progress(total_characters: int | None, *, is_wanted: bool) -> Generator[Meter, None, None]:
    """Show seconds of audio, characters and time to the first audio while the block runs.

    Args:
        total_characters: Length of the text where it is known; then there is a bar.
        is_wanted: Whether something else does not use the terminal.
    """
    from rich.console import Console
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn

    console = Console(stderr=True)
    if not (is_wanted and console.is_terminal):
        yield _say_nothing
        return
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(bar_width=24))
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("connecting", total=total_characters)

        def show(speech: Speech) -> None:
            progress.update(task, completed=speech.characters, description=_line(speech, total_characters))

        yield show


class UploadMeter(Protocol):
    """Shows how much was sent."""

    def __call__(self, sent_nbytes: int, total_nbytes: int | None, /) -> None:
        """Show it."""
        ...


@contextmanager
def shown_upload(seconds: float | None, *, is_wanted: bool) -> Generator[UploadMeter, None, None]:
    """Show how much of a recording was sent, and then for how long its transcript has been waited for.

    Args:
        seconds: How long the recording is, where that is known.
        is_wanted: Whether something else does not use the terminal.
    """
    from rich.console import Console
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    if not (is_wanted and console.is_terminal):
        yield _show_nothing
        return
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(bar_width=24), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("connecting", total=None)

        def show(sent_nbytes: int, total_nbytes: int | None, /) -> None:
            line = _upload_line(seconds, sent_nbytes, total_nbytes)
            progress.update(task, completed=sent_nbytes, total=total_nbytes, description=line)

        yield show


def _show_nothing(_sent_nbytes: int, _total_nbytes: int | None, /) -> None:
    pass


def _upload_line(seconds: float | None, sent_nbytes: int, total_nbytes: int | None) -> str:
    of = "" if seconds is None else f"{seconds:.1f} s of audio, "
    if total_nbytes is not None and sent_nbytes >= total_nbytes:
        return f"{of}all sent, waiting for the text"
    share = f"{sent_nbytes / 1e6:.1f} MB" if total_nbytes is None else f"{100 * sent_nbytes / total_nbytes:.0f} %"
    return f"{of}{share} sent"


def _say_nothing(_: Speech) -> None:
    pass


def _line(speech: Speech, total_characters: int | None) -> str:
    of = "" if total_characters is None else f" of {total_characters:,}"
    first = speech.first_audio_seconds
    delay = "" if first is None else f", first audio after {first * 1000:.0f} ms"
    return f"{speech.seconds:.1f} s of audio, {speech.characters:,}{of} characters{delay}"
