"""What is measured, what is aimed at, and how it is shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import median
from typing import Final

from attrs import frozen


@frozen
class Ratio:
    """One side divided by another.

    Attributes:
        side: Whose figure.
        beside: What it is divided by.
        aim: At most that; None where nothing is aimed at.
    """

    side: str
    beside: str
    aim: float | None = None


@frozen
class Row:
    """One thing that is measured.

    Attributes:
        case: Name of the case.
        title: What it is.
        unit: Unit of its figures.
        count: How many items a child process works on.
        ratios: What is divided by what.
    """

    case: str
    title: str
    unit: str
    count: int
    ratios: tuple[Ratio, ...] = (Ratio("ours", "official"),)


def _aim(aim: float) -> tuple[Ratio, ...]:
    return (Ratio("ours", "official", aim),)


LOOPS: Final = ("ours_trio", "ours_asyncio")
CHUNKS: Final = tuple(
    Ratio(side, beside, aim) for beside, aim in (("official_async", 0.25), ("by_picows", 1.5)) for side in LOOPS
)
TURNS: Final = tuple(Ratio(side, beside) for beside in ("official_async", "by_picows") for side in LOOPS)
THIRD: Final = 1 / 3
HEARING: Final = (*_aim(THIRD), *(Ratio(side, "official_async", THIRD) for side in LOOPS))

CPU_ROWS: Final = (
    Row("socket_chunk", "CPU per 8 KiB WebSocket chunk", "µs", 4000, (*_aim(0.25), *CHUNKS)),
    Row("socket_chunk_paced", "the same, one chunk at a time", "µs", 600, (Ratio("ours", "official"), *CHUNKS)),
    Row("event_chunk", "CPU per 8 KiB SSE chunk", "µs", 2000, _aim(0.2)),
    Row("small_call", "CPU per small tts.generate", "µs", 250, _aim(0.6)),
    Row("voice_page", "CPU per voices.list(limit=100)", "µs", 60, _aim(0.125)),
    Row("paged_items", "CPU per item of 10,000, a page of 100 each", "µs", 10_000),
    Row("first_audio_warm", "first audio, warm socket (wall)", "ms", 200, (Ratio("ours", "official"), *TURNS)),
    Row("first_audio_new_socket", "first audio, new client and socket (wall)", "ms", 1),
    Row("first_audio_new_client", "first audio, new client, SSE (wall)", "ms", 1),
    Row("stt_frame", "CPU per 100 ms of speech sent", "µs", 5000, HEARING),
    Row("stt_transcript", "CPU per transcript received", "µs", 4000, HEARING),
    Row("stt_streams", "50 streams at once, CPU per second of one", "µs", 5000, HEARING),
    Row("upload", "upload of a file of 100 MiB (wall)", "ms", 100),
    Row("upload_peak", "the same, growth of the memory's peak", "MiB", 100),
)
IMPORT_ROWS: Final = (
    Row("import_core", "CPU of import cartesia_core", "ms", 1, _aim(0.2)),
    Row("import_names", "CPU of all names of cartesia_core", "ms", 1),
    Row("import_client", "CPU of importing the client", "ms", 1),
)
SIDES: Final = {
    "ours": "ours",
    "ours_trio": "trio",
    "ours_asyncio": "asyncio",
    "official": "official",
    "official_async": "off.async",
    "by_aiohttp": "aiohttp",
    "by_picows": "picows",
    "floor": "floor",
}
"""Sides and what stands above their columns."""

Figures = dict[str, dict[str, list[float]]]
"""Case, side, one figure a round."""


def medians(figures: Figures) -> dict[str, dict[str, float]]:
    """Give the median of each case and side."""
    return {case: {side: median(values) for side, values in sides.items()} for case, sides in figures.items()}


def render(figures: Figures, rows: Sequence[Row]) -> str:
    """Give the table of the figures and that of the ratios as text."""
    found = medians(figures)
    rows = [row for row in rows if row.case in found]
    titles = " ".join(f"{title:>9}" for title in SIDES.values())
    lines = [f"{'':42} {titles}", *(_line(row, found[row.case]) for row in rows)]
    return "\n".join([*lines, "", *(line for row in rows for line in _ratios(row, found[row.case]))])


def _line(row: Row, found: Mapping[str, float]) -> str:
    return f"{row.title:42} {' '.join(_cell(found.get(side)) for side in SIDES)} {row.unit}"


def _ratios(row: Row, found: Mapping[str, float]) -> Sequence[str]:
    return [_ratio(row, ratio, found[ratio.side] / found[ratio.beside]) for ratio in row.ratios]


def _ratio(row: Row, ratio: Ratio, value: float) -> str:
    what = f"{SIDES[ratio.side]} / {SIDES[ratio.beside]}"
    verdict = "" if ratio.aim is None else f"   {ratio.aim:.2f} {'met' if value <= ratio.aim else 'MISSED'}"
    return f"{row.title:42} {what:22} {value:5.2f}{verdict}"


def _cell(value: float | None) -> str:
    if value is None:
        return f"{'-':>9}"
    return f"{value:9.0f}" if value >= 100 else f"{value:9.1f}" if value >= 10 else f"{value:9.2f}"


NOTES: Final = """\
ours, official: for threads; trio, asyncio: ours; off.async: the official SDK's for asyncio.
aiohttp, picows: written by hand for this one purpose, with json and base64, or with orjson and pybase64.
floor: httpx alone (or a bare socket) reading the same bytes and decoding nothing; for imports, httpx."""
