"""The page of the documentation that shows the catalogue and what comes of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from attrs import frozen

from tests.adapters.faults.catalogue import FAULTS
from tests.adapters.faults.fault import Fault
from tests.adapters.faults.official import OFFICIALS
from tests.adapters.faults.results import NOT_BUILT
from tests.adapters.faults.running import Findings

PAGE: Final = Path(__file__).parents[3] / "docs" / "reference" / "faults.md"
FLAVOURS: Final = ("sync", "trio", "asyncio")
YES: Final = "yes"
HEADER: Final = ("", "on the wire", *(f"{client.name} SDK" for client in OFFICIALS), "this library", *FLAVOURS)
INTRODUCTION: Final = """\
# Faults

What can go wrong between a client and the service, and what a program gets then. The tests make every one of these
faults happen on real sockets on loopback, in each of this library's clients and, where it can be run, in the official
Python SDK 4.2.0 against the same scripted servers. This table is written by them, so it says what was seen, not what was
meant:

<!--- skip: next -->

```console
$ python3 -m nox -s faults
```

How to read it:

- **this library** says what your program gets: an exception by its name (all of them are in
  [errors](errors.md), with what is set on them), or `all audio` where the fault must not be felt at all. Several things
  stand there when a fault has several forms or concerns several contexts, in their order.
- **sync**, **trio**, **asyncio**: `yes` means that this client does exactly that, checked to the byte and to the fields
  of the error; a client that does something else says what. The client for asyncio does the same on uvloop.
- **HANG**: still waiting after 3 seconds, with no time-out set by the program. *raw* is an exception of another library,
  which a program has to know of in order to catch it. *Returned as if complete*: nothing tells that something is missing.
- `ok`: as it should be, with no audio to count. `-`: cannot be run there.

What the tests look for beside this: after a death of the socket every waiting task or thread has its error within 50 ms;
closing takes at most a second, whatever the peer does; after a cancel no byte is delivered; and the API key is in no log
record at any level, no warning, no exception or what led to it, no pickle and no URL, in any of these faults.

"""
SPEECH_INTRODUCTION: Final = """
## Streams of speech

The same on `/stt/websocket`; F37 to F39 above concern it, too. `all text` takes the place of `all audio`. The official
clients read to `done`, with nothing set that is not set by default; on the slow network they are waited for longer. In
S7 this library was asked for silence (`SttLimits(silence=...)`), which the official SDK does not have.

"""


@frozen
class Row:
    """One line of the table.

    Attributes:
        title: What happens on the wire.
        official: What the official clients do, by name.
        ours: What ours do, by name.
    """

    title: str
    official: Mapping[str, str]
    ours: Mapping[str, str]


def render(official: Findings, ours: Findings) -> str:
    """Give the page."""
    first = [fault for fault in FAULTS if fault.letter == "F"]
    others = [fault for fault in FAULTS if fault.letter != "F"]
    return INTRODUCTION + _table(first, official, ours) + SPEECH_INTRODUCTION + _table(others, official, ours)


def _table(faults: Iterable[Fault], official: Findings, ours: Findings) -> str:
    lines = [_line(HEADER), _line(["---"] * len(HEADER)), *(_fault_line(fault, official, ours) for fault in faults)]
    return "\n".join(lines) + "\n"


def _fault_line(fault: Fault, official: Findings, ours: Findings) -> str:
    found = [ours[fault.name, name] for name in FLAVOURS]
    common = Counter(found).most_common(1)[0][0]
    cells = [YES if each == common != NOT_BUILT else each for each in found]
    judged = [official[fault.name, client.name] for client in OFFICIALS]
    return _line([fault.name, fault.title, *judged, common, *cells])


def _line(cells: list[str] | tuple[str, ...]) -> str:
    return f"| {' | '.join(cells)} |"


def read(text: str) -> dict[str, Row]:
    """Read the table of a page back."""
    rows: dict[str, Row] = {}
    for line in text.splitlines():
        if not line.startswith(("| F", "| S")):
            continue
        name, title, *rest = [cell.strip() for cell in line.strip("|").split(" | ")]
        judged, common, cells = rest[: len(OFFICIALS)], rest[len(OFFICIALS)], rest[len(OFFICIALS) + 1 :]
        rows[name] = Row(
            title,
            dict(zip((client.name for client in OFFICIALS), judged, strict=True)),
            {flavour: common if cell == YES else cell for flavour, cell in zip(FLAVOURS, cells, strict=True)},
        )
    return rows
