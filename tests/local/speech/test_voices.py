"""The voices and languages."""

from __future__ import annotations

import uuid
from pathlib import Path

import pytest

from cartesia_core.errors import InvalidArgument
from cartesia_local.speech.engine import Utterance
from cartesia_local.speech.languages import LANGUAGES, engine_language
from cartesia_local.speech.process import engine_command
from cartesia_local.speech.voices import VOICES
from tests.local.speech.saying import SENTENCE, say_all

# Type SupportedLanguage of the official SDK 4.2.0.
API_LANGUAGES = """
    en fr de es pt zh ja hi it ko nl pl ru sv tr tl bg ro ar cs el fi hr ms sk da ta uk hu no vi bn th he ka id te
    gu kn ml mr pa or ur
"""
IDS_IN_CLIENTS = {
    "6ccbfb76-1fc6-48f7-b71d-91ac6298247b",
    "e07c00bc-4134-4eae-9ea4-1a55fb45746b",
    "f786b574-daa5-4673-aa0c-cbe3e8534c02",
    "a0e99841-438c-4a64-b679-ae501e7d6091",
    "694f9389-aac1-45b6-b726-9d9369183238",
}


def test_there_are_voices_for_everybody() -> None:
    """At least twelve, eight languages, both genders, every id a UUID and used once, the well-known ones among them."""
    assert len(VOICES) >= 12
    assert len({voice.language for voice in VOICES}) >= 8
    assert {voice.gender for voice in VOICES} == {"masculine", "feminine"}
    ids = [voice.id for voice in VOICES]
    assert [str(uuid.UUID(each)) for each in ids] == ids
    assert len(set(ids)) == len({voice.name for voice in VOICES}) == len(VOICES)
    assert set(ids) >= IDS_IN_CLIENTS


def test_no_two_voices_sound_the_same() -> None:
    """The same sentence gives other samples with each of them."""
    said = say_all(*(Utterance(SENTENCE, voice, language="en-US") for voice in VOICES[:6]))
    assert len({each.pcm.tobytes() for each in said}) == 6
    assert len({(voice.engine_name, voice.pitch) for voice in VOICES}) == len(VOICES)


def test_every_voice_speaks_its_own_language() -> None:
    """None is silent, and all are about as loud."""
    for said in say_all(*(Utterance("Una casa 123.", voice) for voice in VOICES)):
        assert 0.5 < said.seconds < 6
        assert 0.03 < said.loudness < 0.25


def test_every_language_of_the_api_but_one_is_spoken() -> None:
    """Tagalog is the one that the engine has not; the message lists what it has."""
    assert [code for code in API_LANGUAGES.split() if code not in LANGUAGES] == ["tl"]
    with pytest.raises(InvalidArgument, match=r"does not speak 'tl'; it speaks ar, bg, .*, vi, zh\."):
        Utterance("hi", VOICES[0], language="tl")
    codes = [code for code in LANGUAGES if "-" not in code]
    for said in say_all(*(Utterance("123 Hello", VOICES[1], language=code) for code in codes)):
        assert said.loudness > 0.03


def test_the_table_of_languages_is_the_engines() -> None:
    """Every entry names a voice file of the installed data, which lists that code."""
    data = Path(engine_command()[-1]) / "lang"
    for code, name in LANGUAGES.items():
        path = data / name
        lines = path.read_text(encoding="utf-8").lower().splitlines()
        codes = {line.split()[1] for line in lines if line.startswith("language ")}
        assert code in codes, name


@pytest.mark.parametrize(
    ("code", "name"),
    [("pt-BR", "roa/pt-BR"), ("pt_br", "roa/pt-BR"), ("en-AU", "gmw/en-US"), ("zh-TW", "sit/cmn"), ("EN", "gmw/en-US")],
)
def test_regions_are_understood(code: str, name: str) -> None:
    """In either case and with either mark; an unknown region is spoken as the language in general."""
    assert engine_language(code) == name


def test_a_voice_keeps_its_region_and_its_sound() -> None:
    """Told its own language, a British voice stays British; told another, it keeps its variant."""
    george = next(voice for voice in VOICES if voice.locale == "en-GB" and voice.gender == "masculine")
    assert george.engine_name == george.engine_name_for("en") == "gmw/en+klatt3"
    assert george.engine_name_for("en-US") == "gmw/en-US+klatt3"
    assert george.engine_name_for("fr") == "roa/fr+klatt3"
    assert (george.language, george.country) == ("en", "GB")
