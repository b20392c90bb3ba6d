"""Which voice a user means: by id, by name, or none in particular."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, Final

from attrs import frozen

from cartesia_core.errors import InvalidArgument

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from cartesia_core.voices import Voice
    from cartesia_sync import Client

__all__ = ["ChosenVoice", "choose_voice", "match_voice", "speaks"]

# Stands in the vendor's examples and is the local server's first voice.
DEFAULT_ID: Final = "6ccbfb76-1fc6-48f7-b71d-91ac6298247b"
_UUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z", re.IGNORECASE)
_SHOWN: Final = 8
_PAGE: Final = 100


@frozen
class ChosenVoice:
    """A voice to speak with, and what to call it where that is known."""

    id: str
    name: str | None = None

    def __str__(self) -> str:
        return self.name or self.id


def choose_voice(client: Client, wanted: str | None, language: str | None) -> ChosenVoice:
    """Find the voice for `--voice` and `--language`. An id is taken as it is, without asking the server.

    Raises:
        InvalidArgument: No voice, or more than one, goes by that name or speaks that language.
        CartesiaError: The voices could not be fetched.
    """
    if wanted is None:
        return _any_voice(client, language)
    if _UUID.match(wanted):
        return ChosenVoice(wanted)
    if not wanted.strip():
        raise InvalidArgument("--voice is empty; `cartesia-core voices` lists the voices")
    # The search narrows a long list; API versions without it give the whole list.
    found = match_voice(wanted, client.voices.list(q=wanted.strip(), limit=_PAGE))
    return ChosenVoice(found.id, found.name)


def _any_voice(client: Client, language: str | None) -> ChosenVoice:
    if language is None or speaks("en", language):
        return ChosenVoice(DEFAULT_ID, "the default voice")
    voices = client.voices.list(language=language.partition("-")[0], limit=_PAGE)
    # The parameter is not in every API version: the answer may hold other languages.
    found = next((voice for voice in voices if speaks(voice.language, language)), None)
    if found is None:
        raise InvalidArgument(f"no voice speaks {language!r}; give --voice to speak it with another one")
    return ChosenVoice(found.id, found.name)


def speaks(language: str, wanted: str) -> bool:
    """Tell whether a voice's language is the one wanted, regions left aside."""
    return language.lower().partition("-")[0] == wanted.lower().partition("-")[0]


def match_voice(wanted: str, voices: Iterable[Voice]) -> Voice:
    """Find the one voice of that id or name: exactly, else regardless of case, else by its beginning, else inside.

    Raises:
        InvalidArgument: There is none, or there are several; the message lists them.
    """
    known = list(voices)
    low = wanted.strip().lower()
    for found in (
        [voice for voice in known if wanted in {voice.id, voice.name}],
        [voice for voice in known if voice.name.lower() == low],
        [voice for voice in known if voice.name.lower().startswith(low)],
        [voice for voice in known if low in voice.name.lower()],
    ):
        if len(found) == 1:
            return found[0]
        if found:
            raise InvalidArgument(f"{len(found)} voices match {wanted!r}, give a whole name or an id: {_listed(found)}")
    raise InvalidArgument(f"no voice is called {wanted!r}; `cartesia-core voices` lists the voices")


def _listed(voices: Sequence[Voice]) -> str:
    shown = ", ".join(f"{voice.name} ({voice.id})" for voice in islice(voices, _SHOWN))
    return f"{shown}, ..." if len(voices) > _SHOWN else shown
