"""The server's state in SQLite: in memory, or in the file given to keep it."""

from __future__ import annotations

from cartesia_local.store.store import OWNER_ID, Store, new_id, rfc3339
from cartesia_local.store.table import Page, PageQuery, Table, UnknownCursor
from cartesia_local.store.voices import StoredVoice

__all__ = ["OWNER_ID", "Page", "PageQuery", "Store", "StoredVoice", "Table", "UnknownCursor", "new_id", "rfc3339"]
