"""What is heard, line by line: finals stay, and on a terminal the line that is not final yet is updated in place."""

from __future__ import annotations

import json
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, Protocol, TypeAlias

from cartesia_cli.outputs import print_line
from cartesia_core.events import FlushDone, Unknown
from cartesia_core.stt.events import ManualEvent, Transcript, TurnEagerEnd, TurnEnd, TurnEvent, TurnStart, TurnUpdate

if TYPE_CHECKING:
    from collections.abc import Generator

    from rich.live import Live

    from cartesia_cli.heard import Heard

__all__ = ["EventLines", "opened_lines"]

SpeechEvent: TypeAlias = ManualEvent | TurnEvent


class EventLines(Protocol):
    """Shows events."""

    def show(self, event: SpeechEvent) -> None:
        """Show one."""
        ...


@contextmanager
def opened_lines(heard: Heard, *, is_json: bool) -> Generator[EventLines, None, None]:
    """Give what shows events on standard output."""
    if is_json:
        yield _JsonLines()
    elif sys.stdout.isatty():
        from rich.console import Console
        from rich.live import Live

        console = Console()
        with Live(console=console, auto_refresh=False, transient=True) as live:
            yield _TerminalLines(live, prints_text=heard.prints_text)
    else:
        yield _FinalLines(prints_text=heard.prints_text)


class _JsonLines:
    def show(self, event: SpeechEvent) -> None:
        print_line(json.dumps(_fields(event), ensure_ascii=False))


class _FinalLines:
    def __init__(self, *, prints_text: bool) -> None:
        self._prints_text: Final = prints_text

    def show(self, event: SpeechEvent) -> None:
        text = _final(event)
        if text and self._prints_text:
            print_line(text)


class _TerminalLines:
    def __init__(self, live: Live, *, prints_text: bool) -> None:
        self._live: Final = live
        self._prints_text: Final = prints_text

    def show(self, event: SpeechEvent) -> None:
        final, partial = _final(event), _partial(event)
        if final is not None:
            self._update("")
            if final and self._prints_text:
                self._live.console.print(final, markup=False, highlight=False)
        elif partial is not None:
            self._update(partial)

    def _update(self, partial: str) -> None:
        from rich.text import Text

        width = max(1, self._live.console.width - 1)
        tail = partial if len(partial) <= width else f"\u2026{partial[1 - width :]}"
        self._live.update(Text(tail, style="dim", no_wrap=True), refresh=True)


def _final(event: SpeechEvent) -> str | None:
    if isinstance(event, TurnEnd):
        return event.transcript.strip()
    return event.text.strip() if isinstance(event, Transcript) and event.is_final else None


def _partial(event: SpeechEvent) -> str | None:
    if isinstance(event, TurnStart):
        return "\u2026"
    if isinstance(event, (TurnUpdate, TurnEagerEnd)):
        return event.transcript.strip()
    return event.text.strip() if isinstance(event, Transcript) else None


def _fields(event: SpeechEvent) -> dict[str, object]:
    """Give an event as the wire has it; what is not set is left out."""
    if isinstance(event, Unknown):
        return {**event.raw}
    fields: dict[str, object] = {"type": "flush_done" if isinstance(event, FlushDone) else event.type}
    for name in _TOLD:
        if (value := getattr(event, name, None)) is not None:
            fields[name] = value
    if isinstance(event, Transcript) and event.words is not None:
        fields["words"] = [{"word": word.word, "start": word.start, "end": word.end} for word in event.words]
    return fields


_TOLD: Final = (
    "transcript",
    "text",
    "is_final",
    "duration",
    "language",
    "replayed_nbytes",
    "dropped_nbytes",
    "request_id",
)
