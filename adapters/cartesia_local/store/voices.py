"""Voices: the engine's own, and those that were made from them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from attrs import evolve, frozen

from cartesia_local.speech.voices import VOICES, EngineVoice
from cartesia_local.store.table import Page, PageQuery, Table

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from cartesia_local.store.database import Database

STOCK: Final[Mapping[str, EngineVoice]] = {voice.id: voice for voice in VOICES}
CLONE: Final = "clone"


@frozen(kw_only=True)
class StoredVoice:
    """A voice as the API shows it, and how the engine speaks for it.

    Attributes:
        id: Id.
        name: Without the tagline.
        tagline: At most 32 characters.
        description: One sentence.
        language: Language code.
        locale: The one it was made for.
        country: The locale's region.
        gender: What it presents as.
        created_at: RFC 3339.
        is_owner: Whether it was made here.
        origin: `stock`, `clone`, `localized`, `embedding` or `fine_tune`.
        timbre: Id of the stock voice that it sounds like.
        pitch: 0 to 99, on the engine's scale.
        pitch_range: 0 to 99, on the engine's scale.
        rate: Factor on the engine's normal rate.
        accent: Id of its accent.
        added_accents: Ids of the accents that were added to it.
        fine_tune: Id of the fine-tune that it comes from, or "".
        visible_from: Seconds since the epoch, before which it is not there yet.
    """

    id: str
    name: str
    description: str
    language: str
    locale: str
    country: str | None
    gender: str | None
    created_at: str
    timbre: str
    pitch: int
    pitch_range: int
    rate: float = 1.0
    tagline: str = ""
    is_owner: bool = True
    origin: str = CLONE
    accent: str | None = None
    added_accents: tuple[str, ...] = ()
    fine_tune: str = ""
    visible_from: float = 0.0

    @property
    def stock(self) -> EngineVoice:
        """The stock voice that it sounds like."""
        return STOCK[self.timbre]

    @property
    def engine(self) -> EngineVoice:
        """How the engine speaks for it."""
        return evolve(self.stock, locale=self.locale, pitch=self.pitch, pitch_range=self.pitch_range, rate=self.rate)


class Voices:
    """All voices of one server.

    Args:
        db: Where they are kept.
        now: Tells the seconds since the epoch.
    """

    def __init__(self, db: Database, now: Callable[[], float]) -> None:
        self._table: Final = Table(db, "voices", StoredVoice, lambda voice: voice.fine_tune)
        self._now: Final = now

    def install(self) -> None:
        """Have the engine's voices, as this version of the program describes them."""
        for voice in VOICES:
            stored = _of_stock(voice)
            if self._table.get(voice.id) != stored:
                self._table.put(stored)

    def all(self) -> list[StoredVoice]:
        """Give all voices in the order in which they were made."""
        return [voice for voice in self._table.all() if self._is_there(voice)]

    def get(self, voice_id: str) -> StoredVoice | None:
        """Give the voice of that id."""
        voice = self._table.get(voice_id)
        return voice if voice is not None and self._is_there(voice) else None

    def page(
        self, query: PageQuery, accept: Callable[[StoredVoice], bool], *, fine_tune: str | None = None
    ) -> Page[StoredVoice]:
        """Give a page of those that are accepted, or of those of a fine-tune.

        Raises:
            UnknownCursor: The cursor is no voice's id.
        """
        return self._table.page(query, parent=fine_tune, accept=lambda voice: self._is_there(voice) and accept(voice))

    def add(self, voice: StoredVoice) -> StoredVoice:
        """Keep a new voice."""
        return self._table.add(voice)

    def change(self, voice_id: str, how: Callable[[StoredVoice], StoredVoice]) -> StoredVoice | None:
        """Change a voice, in a transaction."""
        return self._table.change(voice_id, how)

    def remove(self, voice_id: str) -> bool:
        """Remove a voice; False if there is none."""
        return self._table.remove(voice_id)

    def remove_of_fine_tune(self, fine_tune: str) -> None:
        """Remove what a fine-tune has made."""
        self._table.remove_of(fine_tune)

    def _is_there(self, voice: StoredVoice) -> bool:
        return voice.visible_from <= self._now()


def _of_stock(voice: EngineVoice) -> StoredVoice:
    return StoredVoice(
        id=voice.id,
        name=voice.name,
        description=voice.description,
        language=voice.language,
        locale=voice.locale,
        country=voice.country,
        gender=voice.gender,
        created_at=voice.created_at,
        timbre=voice.id,
        pitch=voice.pitch,
        pitch_range=voice.pitch_range,
        is_owner=False,
        origin="stock",
    )
