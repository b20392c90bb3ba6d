"""One official SDK in a process of its own: makes the calls that it is told on its input, and tells what came of each.

`python -m tests.judges.endpoints.child 2.0.17 URL`, the key on the first line of the input; every further line names a
call and has what was made for it, as JSON.
"""

from __future__ import annotations

import importlib
import inspect
import json
import sys
import traceback
import warnings
from collections.abc import Iterator
from importlib.metadata import version
from typing import Any, Final

from tests.judges.endpoints import official_1, official_2, official_4
from tests.judges.endpoints.words import Official

SDKS: Final = {"4.2.0": official_4, "2.0.17": official_2, "1.4.0": official_1}
MUCH: Final = 5000
"""Bytes of audio that no short text gives less than."""


def names_of(resource: Any, prefix: str = "") -> Iterator[str]:
    """Give the names of the public methods of a client's resources."""
    for name in sorted({*dir(type(resource)), *vars(resource)}):
        if name.startswith(("_", "with_")):
            continue
        value = getattr(resource, name)
        if inspect.isroutine(value):
            yield from [f"{prefix}{name}"] if prefix else []
        elif type(value).__module__.startswith("cartesia.") and not type(value).__module__.startswith("cartesia._"):
            yield from names_of(value, f"{prefix}{name}.")


def make(number: str, url: str, key: str) -> Any:
    """Make a client of the SDK, which has to be the one meant."""
    assert version("cartesia") == number
    options = {"max_retries": 0} if number == "4.2.0" else {}
    return importlib.import_module("cartesia").Cartesia(api_key=key, base_url=url, **options)


def sound_of(value: Any) -> int:
    """Count the bytes of audio in an answer: whole, the gap and the whole of 1.x and 2.x, or events of any generation."""
    if isinstance(value, bytes):
        return len(value)
    if isinstance(value, tuple):
        return len(value[0])
    return sum(
        len((event["audio"] if isinstance(event, dict) else getattr(event, "data", None)) or "") for event in value
    )


def is_right(call: Official, value: Any) -> bool:
    """Tell whether it gives something where it should, and sound where that is asked for."""
    if not call.gives:
        return value is None
    return sound_of(value) > MUCH if call.form.partition("@")[0].endswith((".bytes", ".sse")) else bool(value)


def made(sdk: Any, number: str, line: dict[str, Any]) -> dict[str, Any]:
    """Make one call; tell what came of it."""
    call = Official(*line["call"])
    try:
        value = SDKS[number].CALLS[call](sdk, line["made"])
    except Exception:
        return {"error": traceback.format_exc(limit=-3)}
    return {"error": None if is_right(call, value) else f"gave {value!r:.200}"}


def main() -> None:
    """Answer every line of the input with one of output."""
    number, url = sys.argv[1:]
    warnings.simplefilter("ignore")
    sdk = make(number, url, sys.stdin.readline().strip())
    print(json.dumps(sorted(names_of(sdk))), flush=True)  # noqa: T201 - what it is for
    for line in sys.stdin:
        print(json.dumps(made(sdk, number, json.loads(line))), flush=True)  # noqa: T201 - what it is for


if __name__ == "__main__":
    main()
