"""One SQLite file for the whole server: its schema, its transactions, and who may open it.

Several processes may have the same file open: every change is a transaction that takes the write lock at its
beginning, waits for others up to `BUSY_SECONDS`, and sees what they wrote.
"""

from __future__ import annotations

import sqlite3
import time
from contextlib import contextmanager
from os import PathLike, fspath
from typing import TYPE_CHECKING, Final

from cartesia_local.config import ServerNotStarted

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator

SCHEMA_VERSION: Final = 1
APPLICATION_ID: Final = 0x43415254
"""`CART`, in the header of the file: what else SQLite may have written is not touched."""
BUSY_SECONDS: Final = 10.0
RESOURCES: Final = (
    "voices",
    "pronunciation_dicts",
    "datasets",
    "dataset_files",
    "fine_tunes",
    "agents",
    "phone_numbers",
    "calls",
    "deployments",
    "metrics",
    "agent_metrics",
    "metric_results",
)
"""One table each, all of the same form. A removed row keeps its id and place, so that a page can begin behind it."""
_RESOURCE: Final = """
CREATE TABLE {name} (
    position INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, parent TEXT NOT NULL, record TEXT
);
CREATE INDEX {name}_of ON {name} (parent, position);
"""
_OTHERS: Final = """
CREATE TABLE IF NOT EXISTS files (id TEXT PRIMARY KEY, content_type TEXT NOT NULL, content BLOB NOT NULL);
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""
# Files of before the schema had a version hold stock voices and saved audio.
_UNVERSIONED: Final = frozenset({"voices", "files"})

Value = str | int | float | bytes | None
Row = tuple[Value, ...]


class Database:
    """A connection.

    Args:
        path: SQLite file; None keeps everything in memory.

    Raises:
        ServerNotStarted: The file cannot be opened, is something else, or was written by a newer version.
    """

    def __init__(self, path: str | PathLike[str] | None) -> None:
        self._depth = 0
        try:
            self._db = sqlite3.connect(
                ":memory:" if path is None else fspath(path), timeout=BUSY_SECONDS, isolation_level=None
            )
        except sqlite3.Error as error:
            raise _unusable(path, error) from error
        try:
            self._prepare(path)
        except sqlite3.Error as error:
            self.close()
            raise _unusable(path, error) from error
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Close the file; what was in memory is gone."""
        self._db.close()

    @contextmanager
    def writing(self) -> Generator[None]:
        """Change several things or, when the block raises, none of them. May be nested."""
        if self._depth == 0:
            self._db.execute("BEGIN IMMEDIATE")
        self._depth += 1
        try:
            yield
        except BaseException:
            self._leave("ROLLBACK")
            raise
        self._leave("COMMIT")

    def _leave(self, how: str) -> None:
        self._depth -= 1
        if self._depth == 0 and self._db.in_transaction:
            self._db.execute(how)

    def execute(self, sql: str, values: Iterable[Value] = ()) -> int:
        """Change something; give the number of rows that were concerned."""
        return self._db.execute(sql, tuple(values)).rowcount

    def rows(self, sql: str, values: Iterable[Value] = ()) -> Iterator[Row]:
        """Read rows, one by one as they are asked for."""
        yield from self._db.execute(sql, tuple(values))

    def row(self, sql: str, values: Iterable[Value] = ()) -> Row | None:
        """Read the first row."""
        found: Row | None = self._db.execute(sql, tuple(values)).fetchone()
        return found

    def _prepare(self, path: str | PathLike[str] | None) -> None:
        # Before anything is written: a file of somebody else stays as it is.
        self._check_owner(path)
        self._use_wal()
        self._db.execute("PRAGMA synchronous = NORMAL")
        # What is deleted is overwritten, not only forgotten.
        self._db.execute("PRAGMA secure_delete = ON")
        with self.writing():
            if self._check_owner(path) == 0:
                self._create()

    def _check_owner(self, path: str | PathLike[str] | None) -> int:
        """Give the version of the schema, 0 for none."""
        version, application = self._pragma("user_version"), self._pragma("application_id")
        tables = {str(row[0]) for row in self.rows("SELECT name FROM sqlite_master WHERE type = 'table'")}
        is_ours = application == APPLICATION_ID or (application == version == 0 and tables <= _UNVERSIONED)
        if not is_ours:
            raise ServerNotStarted(f"The data file {path} belongs to another program. Give another file, or none.")
        if version > SCHEMA_VERSION:
            raise ServerNotStarted(
                f"The data file {path} was written by a newer version of cartesia-core (its schema is {version}, this "
                f"version knows {SCHEMA_VERSION}). Install the newer version, or give another file."
            )
        return version

    def _pragma(self, name: str) -> int:
        found = self.row(f"PRAGMA {name}")
        return int(found[0]) if found is not None and isinstance(found[0], int) else 0

    def _use_wal(self) -> None:
        """Let readers and a writer work side by side; the change of mode itself does not wait for its turn."""
        give_up = time.monotonic() + BUSY_SECONDS
        while not self._has_switched(is_last=time.monotonic() > give_up):
            time.sleep(0.01)

    def _has_switched(self, *, is_last: bool) -> bool:
        try:
            self._db.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError:
            if is_last:
                raise
            return False
        return True

    def _create(self) -> None:
        self._db.execute("DROP TABLE IF EXISTS voices")
        script = "".join(_RESOURCE.format(name=name) for name in RESOURCES) + _OTHERS
        for statement in script.split(";"):  # executescript() would commit
            self._db.execute(statement)
        self._db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        self._db.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")


def _unusable(path: str | PathLike[str] | None, error: sqlite3.Error) -> ServerNotStarted:
    return ServerNotStarted(f"The data file {path} cannot be used: {error}. Give another file, or none.")
