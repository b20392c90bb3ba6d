"""The page of the documentation with every form of every endpoint, and what the judges say of it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from tests.judges.endpoints.judging import CATALOGUE, LOCAL, Row
from tests.judges.endpoints.lines import LINES, Line
from tests.judges.endpoints.ours import FORMS
from tests.judges.endpoints.reasons import GENERAL, TEXTS
from tests.judges.endpoints.sdks import VERSIONS

PAGE: Final = Path(__file__).parents[3] / "docs" / "reference" / "endpoints.md"
JUDGES: Final = (CATALOGUE, LOCAL, *VERSIONS)
HEADER: Final = ("form", "request", "API versions", "call", CATALOGUE, LOCAL, *(f"SDK {sdk}" for sdk in VERSIONS))
INTRODUCTION: Final = """\
# Endpoints

Every form of every endpoint of the API, in every version since 2024-06-10, and the call that makes it. The tests make
all of these calls with this library and with three generations of the official Python SDK, each in a process of its
own, against the [local server](local-server.md), look at what went over the wire, and write this table:

<!--- skip: next -->

```console
$ python3 -m nox -s endpoints
```

How to read it:

- **form**: an endpoint, or an older form of one: `@legacy`, or with the version that has it. **API versions**: first
  and last. A call of an older form pins the last version that has it.
- **call**: in this library, of `client`. [Calls](calls.md) says what each gives; older names work as well.
- **as catalogued**: the request has the method, path, version and `Accept` of the API's definition, every field that is
  required, no other than it knows, and all in their types.
- **local server**: the answer was decoded, and is what was asked for: the voice that was made, the words that were
  spoken.
- **SDK**: the call of that SDK. It works against the local server too, and its request is the same on the wire as that
  of this library at the SDK's version, but for the numbered notes below the table. `- (version)`: the API version that
  the SDK speaks has no such form. `- (none)`: the SDK has no such call.

"""
EVERYWHERE: Final = """
Some things differ in every row or on some machines, and are not numbered:
"""


def render(rows: Mapping[str, Row]) -> str:
    """Give the page."""
    lines = [_line(HEADER), _line(["---"] * len(HEADER)), *(_form(form, rows[form]) for form in FORMS_IN_ORDER)]
    notes = [f"{number}. {text}" for number, text in enumerate(TEXTS, 1)]
    everywhere = [f"- `{part}`: {text}" for part, text in GENERAL.items()]
    parts = [INTRODUCTION + "\n".join(lines), "\nNotes:\n", *notes, EVERYWHERE, *everywhere]
    return "\n".join(parts) + "\n"


FORMS_IN_ORDER: Final = tuple(LINES)


def _form(form: str, row: Row) -> str:
    line = LINES[form]
    request, call = f"`{line.method} {line.path}`", f"`{FORMS[form].member}`"
    return _line([f"`{form}`", request, _versions(line), call, *(row[judge] for judge in JUDGES)])


def _versions(line: Line) -> str:
    return line.first if line.first == line.last else f"{line.first} to {line.last}"


def _line(cells: list[str] | tuple[str, ...]) -> str:
    return f"| {' | '.join(' '.join(cell.split()) for cell in cells)} |"


def read(text: str) -> dict[str, Row]:
    """Read the cells of a page back."""
    rows: dict[str, Row] = {}
    for line in text.splitlines():
        if line.startswith("| `"):
            form, _, _, _, *cells = [cell.strip() for cell in line.strip("|").split(" | ")]
            rows[form.strip("`")] = dict(zip(JUDGES, cells, strict=True))
    return rows
