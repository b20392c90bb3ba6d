"""Generated audio that was to be kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from cartesia_local.store.database import Database


class Files:
    """All saved files of one server."""

    def __init__(self, db: Database) -> None:
        self._db: Final = db

    def save(self, file_id: str, content_type: str, content: bytes) -> None:
        """Keep audio under its id."""
        with self._db.writing():
            self._db.execute("INSERT INTO files VALUES (?,?,?)", (file_id, content_type, content))

    def get(self, file_id: str) -> tuple[str, bytes] | None:
        """Give content type and content."""
        row = self._db.row("SELECT content_type, content FROM files WHERE id = ?", (file_id,))
        if row is None or not isinstance(row[1], bytes):
            return None
        return str(row[0]), row[1]
