"""What is measured, what is aimed at, and how it is shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import median
from typing import Final

from attrs import frozen


@frozen
class Row:
    """One thing that is measured.

    Attributes:
        case: Name of the case.
        title: What it is.
        unit: Unit of its figures.
        count: How many items a child process works on.
        aim: Ours divided by the official client for threads, at most; None where nothing is aimed at.
    """

    case: str
    title: str
    unit: str
    count: int
    aim: float | None = None


CPU_ROWS: Final = (
    Row("socket_chunk", "CPU per 8 KiB WebSocket chunk", "µs", 4000, 0.25),
    Row("socket_chunk_paced", "the same, one chunk at a time", "µs", 600),
    Row("event_chunk", "CPU per 8 KiB SSE chunk", "µs", 2000, 0.2),
    Row("small_call", "CPU per small tts.generate", "µs", 250, 0.6),
    Row("voice_page", "CPU per voices.list(limit=100)", "µs", 60),
    Row("first_audio_warm", "first audio, warm socket (wall)", "ms", 200),
    Row("first_audio_new_socket", "first audio, new client and socket (wall)", "ms", 1),
    Row("first_audio_new_client", "first audio, new client, SSE (wall)", "ms", 1),
    Row("upload", "upload of a file of 100 MiB (wall)", "ms", 100),
    Row("upload_peak", "the same, growth of the memory's peak", "MiB", 100),
)
IMPORT_ROWS: Final = (
    Row("import_core", "CPU of import cartesia_core", "ms", 1, 0.2),
    Row("import_names", "CPU of all names of cartesia_core", "ms", 1),
    Row("import_client", "CPU of importing the client", "ms", 1),
)
SIDES: Final = ("ours", "ours_trio", "ours_asyncio", "official", "official_async", "floor")

Figures = dict[str, dict[str, list[float]]]
"""Case, side, one figure a round."""


def medians(figures: Figures) -> dict[str, dict[str, float]]:
    """Give the median of each case and side."""
    return {case: {side: median(values) for side, values in sides.items()} for case, sides in figures.items()}


def render(figures: Figures, rows: Sequence[Row]) -> str:
    """Give the table as text."""
    found = medians(figures)
    titles = " ".join(f"{title:>9}" for title in ("ours", "trio", "asyncio", "official", "async", "floor"))
    head = f"{'':42} {titles} {'':2}   {'ratio':>5}   aim"
    return "\n".join([head, *(_line(row, found[row.case]) for row in rows if row.case in found)])


def _line(row: Row, found: Mapping[str, float]) -> str:
    cells = " ".join(_cell(found.get(side)) for side in SIDES)
    ratio = found["ours"] / found["official"]
    verdict = "" if row.aim is None else f"{row.aim:.2f} {'met' if ratio <= row.aim else 'MISSED'}"
    return f"{row.title:42} {cells} {row.unit:2}   {ratio:5.2f}   {verdict}".rstrip()


def _cell(value: float | None) -> str:
    if value is None:
        return f"{'-':>9}"
    return f"{value:9.0f}" if value >= 100 else f"{value:9.1f}" if value >= 10 else f"{value:9.2f}"


NOTES: Final = """\
ratio: ours divided by the official SDK's, both for threads. trio, asyncio: ours; async: the official one for asyncio.
floor: httpx alone (or a bare socket) reading the same bytes and decoding nothing; for imports, httpx."""
