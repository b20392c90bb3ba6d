"""The names that ours types for editors are those of the catalogue's enums."""

from __future__ import annotations

from typing import Final, get_args

import pytest

from cartesia_core import (
    AgentCallStatus,
    AttachVoiceAccent,
    CallExpand,
    DeploymentStatus,
    FineTuneBaseModel,
    FineTuneStatus,
    Gender,
    GenderPresentation,
    LocalizeDialect,
    LocalizeTargetLanguage,
    MetricResultStatus,
    SupportedLanguage,
    TranscriptRole,
    TurnEndReason,
    VoiceAccent,
    VoiceAccentDisplayName,
    VoiceAccess,
    VoiceExpand,
    VoiceVisibility,
)
from cartesia_core.languages import DIALECTS
from cartesia_core.versions import KNOWN
from tests.catalogue import ENUMS, OBJECTS, fields_of, mapping, needs_catalogue, texts

pytestmark = needs_catalogue

OURS: Final[dict[str, object]] = {
    "AgentCallStatus": AgentCallStatus,
    "AttachVoiceAccent": AttachVoiceAccent,
    "CallExpand": CallExpand,
    "DeploymentStatus": DeploymentStatus,
    "FineTuneBaseModel": FineTuneBaseModel,
    "FineTuneStatus": FineTuneStatus,
    "Gender": Gender,
    "GenderPresentation": GenderPresentation,
    "LocalizeDialect": LocalizeDialect,
    "LocalizeTargetLanguage": LocalizeTargetLanguage,
    "MetricResultStatus": MetricResultStatus,
    "SupportedLanguage": SupportedLanguage,
    "TranscriptRole": TranscriptRole,
    "TurnEndReason": TurnEndReason,
    "VoiceAccent": VoiceAccent,
    "VoiceAccentDisplayName": VoiceAccentDisplayName,
    "VoiceAccess": VoiceAccess,
    "VoiceVisibility": VoiceVisibility,
}


def values(name: str) -> set[str]:
    """Give the members of an enum of the catalogue."""
    return set(texts(mapping(ENUMS[name])["values"]))


@pytest.mark.parametrize("name", OURS)
def test_names_are_those_of_the_catalogue(name: str) -> None:
    """All of them and no other."""
    assert set(get_args(OURS[name])) == values(name)


def test_expansions_are_those_of_all_versions() -> None:
    """The docstring tells which has which."""
    dated = ("VoiceExpand", "VoiceExpand_2024_11_13", "VoiceExpand_2025_04_16")
    assert set(get_args(VoiceExpand)) == {value for name in dated for value in values(name)}


def test_dialects_go_with_their_languages() -> None:
    """As the catalogue tells it."""
    by_language = mapping(mapping(ENUMS["LocalizeDialectByLanguage"])["values_by_key"])
    assert {language: set(known) for language, known in DIALECTS.items()} == {
        language: set(mapping(known)) for language, known in by_language.items()
    }


def test_versions_are_those_of_the_catalogue() -> None:
    """In their order."""
    assert sorted(KNOWN) == sorted(values("ApiVersion"))


def test_every_enum_of_an_answer_is_typed() -> None:
    """What answers consist of, and is not of speech."""
    used = {str(field["ref"]) for name in OBJECTS for field in fields_of(name) if field.get("ref") in ENUMS}
    # speech and transcription have their own; the older languages are a part of today's
    speech = ("RawEncoding", "SampleRate", "MP3BitRate", "Emotion", "ModelSpeed", "STT", "SupportedLanguage_")
    assert {name for name in used if not name.startswith(speech)} <= set(OURS)
    assert values("SupportedLanguage_legacy") < values("SupportedLanguage_2025_11_04") < values("SupportedLanguage")
