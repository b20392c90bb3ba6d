"""The server's state in SQLite: in memory, or in the file given to keep it."""

from __future__ import annotations

import sqlite3
from os import PathLike, fspath
from typing import TYPE_CHECKING, Final
from uuid import uuid4

from attrs import field, frozen

from cartesia_local.config import ServerNotStarted
from cartesia_local.speech.voices import VOICES, EngineVoice

if TYPE_CHECKING:
    from collections.abc import Sequence

SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS voices (
    position INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, name TEXT NOT NULL, tagline TEXT NOT NULL,
    description TEXT NOT NULL, language TEXT NOT NULL, locale TEXT NOT NULL, country TEXT, gender TEXT,
    created_at TEXT NOT NULL, is_owner INTEGER NOT NULL, engine_id TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS files (id TEXT PRIMARY KEY, content_type TEXT NOT NULL, content BLOB NOT NULL);
"""
COLUMNS: Final = "id, name, tagline, description, language, locale, country, gender, created_at, is_owner, engine_id"
INSERT_VOICE: Final = f"INSERT OR IGNORE INTO voices ({COLUMNS}) VALUES (?,?,?,?,?,?,?,?,?,?,?)"  # noqa: S608 -- constants only
_BY_ID: Final = {voice.id: voice for voice in VOICES}


@frozen(kw_only=True)
class StoredVoice:
    """A voice as the API shows it, and the engine's voice that speaks for it."""

    id: str
    name: str
    tagline: str
    description: str
    language: str
    locale: str
    country: str | None
    gender: str | None
    created_at: str
    is_owner: bool
    engine: EngineVoice = field(repr=False)


class Store:
    """All tables of one server.

    Args:
        path: SQLite file; None keeps everything in memory.

    Raises:
        ServerNotStarted: The file cannot be opened, or is something else.
    """

    def __init__(self, path: str | PathLike[str] | None = None) -> None:
        try:
            self._db = sqlite3.connect(":memory:" if path is None else fspath(path))
        except sqlite3.Error as error:
            raise _unusable(path, error) from error
        try:
            self._db.executescript(SCHEMA)
            self._db.executemany(INSERT_VOICE, [_row(voice) for voice in VOICES])
            self._db.commit()
        except sqlite3.Error as error:
            self._db.close()
            raise _unusable(path, error) from error

    def close(self) -> None:
        """Close the file; what was in memory is gone."""
        self._db.close()

    def voices(self) -> list[StoredVoice]:
        """Give all voices in the order in which they were made."""
        rows = self._db.execute(f"SELECT {COLUMNS} FROM voices ORDER BY position")  # noqa: S608 -- constants only
        return [_voice(row) for row in rows]

    def voice(self, voice_id: str) -> StoredVoice | None:
        """Give the voice of that id."""
        query = f"SELECT {COLUMNS} FROM voices WHERE id = ?"  # noqa: S608 -- constants only
        row: tuple[object, ...] | None = self._db.execute(query, (voice_id,)).fetchone()
        return None if row is None else _voice(row)

    def save_file(self, file_id: str, content_type: str, content: bytes) -> None:
        """Keep generated audio under its id."""
        self._db.execute("INSERT INTO files VALUES (?,?,?)", (file_id, content_type, content))
        self._db.commit()

    def file(self, file_id: str) -> tuple[str, bytes] | None:
        """Give content type and content of saved audio."""
        query = "SELECT content_type, content FROM files WHERE id = ?"
        row: tuple[str, bytes] | None = self._db.execute(query, (file_id,)).fetchone()
        return row


def new_id() -> str:
    """Make an id for a new row."""
    return str(uuid4())


def _unusable(path: str | PathLike[str] | None, error: sqlite3.Error) -> ServerNotStarted:
    return ServerNotStarted(f"The data file {path} cannot be used: {error}. Give another file, or none.")


def _row(voice: EngineVoice) -> tuple[str | bool | None, ...]:
    text = (voice.id, voice.name, "", voice.description, voice.language, voice.locale, voice.country, voice.gender)
    return (*text, voice.created_at, False, voice.id)


def _voice(row: Sequence[object]) -> StoredVoice:
    ident, name, tagline, description, language, locale, country, gender, created_at, is_owner, engine_id = row
    return StoredVoice(
        id=str(ident),
        name=str(name),
        tagline=str(tagline),
        description=str(description),
        language=str(language),
        locale=str(locale),
        country=None if country is None else str(country),
        gender=None if gender is None else str(gender),
        created_at=str(created_at),
        is_owner=bool(is_owner),
        engine=_BY_ID[str(engine_id)],
    )
