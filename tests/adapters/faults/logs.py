"""Everything that is logged, at every level, by every library."""

from __future__ import annotations

import logging
from collections.abc import Generator
from contextlib import contextmanager
from typing import Final

LOGGERS: Final = ("", "httpx", "httpcore", "hpack", "websockets", "asyncio", "trio", "cartesia", "cartesia_core")


class _Collector(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.found: Final[list[tuple[str, str]]] = []

    def emit(self, record: logging.LogRecord) -> None:
        text = f"{record.getMessage()} {record.args!r} {record.exc_text}"
        self.found.append((record.name, text))


@contextmanager
def logged() -> Generator[list[tuple[str, str]]]:
    """Collect the records of the block: each with its logger and all that it says."""
    collector = _Collector()
    before = {name: logging.getLogger(name).level for name in LOGGERS}
    for name in LOGGERS:
        logging.getLogger(name).setLevel(logging.DEBUG)
    logging.getLogger().addHandler(collector)
    try:
        yield collector.found
    finally:
        logging.getLogger().removeHandler(collector)
        for name, level in before.items():
            logging.getLogger(name).setLevel(level)
