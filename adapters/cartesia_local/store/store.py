"""Everything that a server keeps."""

from __future__ import annotations

import secrets
import time
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Final
from uuid import uuid4

from cartesia_local.store.agents import Agent, AgentCall, AgentMetric, Deployment, Metric, MetricResult, PhoneNumber
from cartesia_local.store.database import Database
from cartesia_local.store.datasets import Dataset, DatasetFile
from cartesia_local.store.dictionaries import Dictionary
from cartesia_local.store.files import Files
from cartesia_local.store.fine_tunes import FineTune
from cartesia_local.store.seeds import plant
from cartesia_local.store.table import Table
from cartesia_local.store.voices import Voices

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager
    from os import PathLike

OWNER_ID: Final = "user_local"
"""Of everything that is made here."""


class Store:
    """All tables of one server.

    Args:
        path: SQLite file; None keeps everything in memory.
        now: Tells the seconds since the epoch.

    Raises:
        ServerNotStarted: The file cannot be opened, is something else, or was written by a newer version.
    """

    def __init__(self, path: str | PathLike[str] | None = None, now: Callable[[], float] = time.time) -> None:
        self._db: Final = Database(path)
        self.now: Final = now
        self.voices: Final = Voices(self._db, now)
        self.files: Final = Files(self._db)
        self.dictionaries: Final = Table(self._db, "pronunciation_dicts", Dictionary)
        self.datasets: Final = Table(self._db, "datasets", Dataset)
        self.dataset_files: Final = Table(self._db, "dataset_files", DatasetFile, lambda file: file.dataset)
        self.fine_tunes: Final = Table(self._db, "fine_tunes", FineTune)
        self.agents: Final = Table(self._db, "agents", Agent)
        self.phone_numbers: Final = Table(self._db, "phone_numbers", PhoneNumber, lambda number: number.agent_id)
        self.calls: Final = Table(self._db, "calls", AgentCall, lambda call: call.agent_id)
        self.deployments: Final = Table(self._db, "deployments", Deployment, lambda made: made.agent_id)
        self.metrics: Final = Table(self._db, "metrics", Metric)
        self.agent_metrics: Final = Table(self._db, "agent_metrics", AgentMetric, lambda use: use.agent_id)
        self.metric_results: Final = Table(self._db, "metric_results", MetricResult, lambda result: result.agent_id)
        with self.writing():
            self.voices.install()
            if self._db.execute("INSERT OR IGNORE INTO meta VALUES ('planted', 'yes')"):
                plant(self)

    def close(self) -> None:
        """Close the file; what was in memory is gone."""
        self._db.close()

    def writing(self) -> AbstractContextManager[None]:
        """Change several things, or none of them."""
        return self._db.writing()

    def secret(self) -> bytes:
        """Give what access tokens are signed with: random, and kept with the data."""
        with self.writing():
            self._db.execute("INSERT OR IGNORE INTO meta VALUES ('token_secret', ?)", (secrets.token_hex(32),))
            row = self._db.row("SELECT value FROM meta WHERE name = 'token_secret'")
        assert row is not None
        return str(row[0]).encode()

    def timestamp(self) -> str:
        """Give the time now, as RFC 3339 has it."""
        return rfc3339(self.now())


def rfc3339(seconds: float) -> str:
    """Write seconds since the epoch as a time."""
    return datetime.fromtimestamp(seconds, timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def new_id(prefix: str = "") -> str:
    """Make an id for a new row."""
    return prefix + str(uuid4())
