"""Measures ours against the official SDK and clients written by hand, and prints tables.

Every figure comes from a process of its own, so that neither side warms the other. The sides take turns and the table
shows medians, since other work on the machine comes and goes. The server is another process that replays canned bytes.
"""

from __future__ import annotations

import json
import platform
import subprocess
import sys
from argparse import ArgumentParser
from pathlib import Path

from benchmarks.imports import SNIPPETS, cpu_milliseconds
from benchmarks.replay import replaying
from benchmarks.table import CPU_ROWS, IMPORT_ROWS, NOTES, Figures, Row, render

ON_LOOPS = ("official_async", "by_aiohttp", "by_picows", "ours_trio", "ours_asyncio")
STREAMS = ("official_async", "ours_trio", "ours_asyncio")
OTHERS = {
    "socket_chunk": (*ON_LOOPS, "floor"),
    "socket_chunk_paced": ON_LOOPS,
    "first_audio_warm": ON_LOOPS,
    "event_chunk": ("official_async", "floor"),
    "small_call": ("floor",),
    "voice_page": ("floor",),
    "stt_frame": (*STREAMS, "floor"),
    "stt_transcript": STREAMS,
    "stt_streams": STREAMS,
    "upload": ("official_async", "ours_trio", "ours_asyncio"),
    "upload_peak": ("official_async", "ours_trio", "ours_asyncio"),
}
"""Sides that have a case beside ours and the official client for threads."""


def run(row: Row, side: str, url: str) -> float:
    """Take one figure in a new process."""
    command = [sys.executable, "-m", "benchmarks.child", side, row.case, url, str(row.count)]
    return float(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, timeout=60).stdout)


def keep(figures: Figures, case: str, side: str, value: float) -> None:
    """Add a figure."""
    figures.setdefault(case, {}).setdefault(side, []).append(value)


def take_cases(figures: Figures, rows: list[Row], rounds: int) -> None:
    """Measure what talks to the server."""
    with replaying() as url:
        for number in range(rounds):
            for row in rows:
                for side in ("ours", "official", *OTHERS.get(row.case, ())):
                    keep(figures, row.case, side, run(row, side, url))
            print(f"round {number + 1} of {rounds} done", file=sys.stderr)


def take_imports(figures: Figures, rounds: int) -> None:
    """Measure imports, beyond an empty process of the same round."""
    for code in SNIPPETS.values():
        cpu_milliseconds(code)  # so that byte code is cached
    for _ in range(rounds):
        empty = cpu_milliseconds("pass")
        for (case, side), code in SNIPPETS.items():
            keep(figures, case, side, cpu_milliseconds(code) - empty)


def main() -> None:
    """Measure and print."""
    parser = ArgumentParser(
        prog="python -m benchmarks", description="Ours against the official SDK and clients written by hand."
    )
    parser.add_argument("--rounds", type=int, default=5, help="figures for each median (default 5)")
    parser.add_argument("--only", default="", help="only the cases whose name contains one of these, by commas")
    parser.add_argument("--json", type=Path, metavar="FILE", help="keep the figures")
    given = parser.parse_args()
    rows = [row for row in (*CPU_ROWS, *IMPORT_ROWS) if any(part in row.case for part in given.only.split(","))]
    figures: Figures = {}
    if cases := [row for row in rows if row in CPU_ROWS]:
        take_cases(figures, cases, given.rounds)
    if any(row in IMPORT_ROWS for row in rows):
        take_imports(figures, given.rounds + 2)
    print(f"Python {platform.python_version()} on {platform.machine()}; medians of {given.rounds} rounds")
    print(render(figures, rows))
    print(NOTES)
    if given.json:
        given.json.write_text(json.dumps(figures, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
