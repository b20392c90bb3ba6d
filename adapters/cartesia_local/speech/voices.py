"""The voices that the local server has."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

from attrs import frozen

from cartesia_local.speech.languages import engine_language, primary

__all__ = ["DEFAULT_VOICE", "VOICES", "EngineVoice", "Gender"]

Gender: TypeAlias = Literal["masculine", "feminine"]


@frozen(kw_only=True)
class EngineVoice:
    """One of the engine's voices, with what the API tells about a voice.

    Args:
        id: The API's id for it.
        name: What people call it.
        description: One sentence.
        locale: Language and region it speaks by itself.
        gender: What it sounds like.
        variant: eSpeak NG's variant file; every one works with every language.
        pitch: 0 to 99; 50 is the variant's own.
        pitch_range: 0 to 99; 50 is the variant's own.
        rate: Factor on the engine's normal rate.
        created_at: RFC 3339; fixed, as the API wants one.
    """

    id: str
    name: str
    description: str
    locale: str
    gender: Gender
    variant: str
    pitch: int = 50
    pitch_range: int = 50
    rate: float = 1.0
    created_at: str = "2026-01-01T00:00:00Z"

    @property
    def language(self) -> str:
        """The locale's language: "en" of "en-US"."""
        return primary(self.locale)

    @property
    def country(self) -> str:
        """The locale's region: "US" of "en-US"."""
        return self.locale.partition("-")[2]

    @property
    def engine_name(self) -> str:
        """The engine's name for it, e.g. `gmw/en-US+klatt5`."""
        return self.engine_name_for(None)

    def engine_name_for(self, language: str | None) -> str:
        """Give eSpeak NG's name for this voice speaking some language, by default its own.

        A bare language code that is the voice's own keeps the voice's region.

        Raises:
            InvalidArgument: The engine does not speak that language.
        """
        own = language is None or language.lower() == self.language
        return f"{engine_language(self.locale if own or language is None else language)}+{self.variant}"


# The first one is the default: of all variants a recogniser understands it best (7.6 % of words wrong, held-out text).
# The ids of the first five stand in the code of existing clients and in the vendor's examples.
VOICES: Final[tuple[EngineVoice, ...]] = (
    EngineVoice(
        id="6ccbfb76-1fc6-48f7-b71d-91ac6298247b",
        name="Walter",
        description="A clear American man, the easiest to understand",
        locale="en-US",
        gender="masculine",
        variant="klatt5",
    ),
    EngineVoice(
        id="f786b574-daa5-4673-aa0c-cbe3e8534c02",
        name="Claire",
        description="An American woman with a bright voice",
        locale="en-US",
        gender="feminine",
        variant="f2",
    ),
    EngineVoice(
        id="a0e99841-438c-4a64-b679-ae501e7d6091",
        name="Frank",
        description="An American man with a warm voice",
        locale="en-US",
        gender="masculine",
        variant="klatt4",
    ),
    EngineVoice(
        id="694f9389-aac1-45b6-b726-9d9369183238",
        name="Susan",
        description="An American woman with a soft voice",
        locale="en-US",
        gender="feminine",
        variant="f5",
    ),
    EngineVoice(
        id="e07c00bc-4134-4eae-9ea4-1a55fb45746b",
        name="Dora",
        description="An American woman with a deep voice",
        locale="en-US",
        gender="feminine",
        variant="f2",
        pitch=36,
    ),
    EngineVoice(
        id="5b1c2f5e-0c3d-4c5b-9a63-52f0f6f1a0d1",
        name="Benny",
        description="A young American man",
        locale="en-US",
        gender="masculine",
        variant="klatt3",
        pitch=85,
    ),
    EngineVoice(
        id="0d9a7a0e-5f1b-4b86-8f0e-3f6d1c7e2b42",
        name="George",
        description="A British man",
        locale="en-GB",
        gender="masculine",
        variant="klatt3",
    ),
    EngineVoice(
        id="c2f3a1d4-77b8-4e0f-9d5a-6b1e8c9f0a53",
        name="Margaret",
        description="A British woman",
        locale="en-GB",
        gender="feminine",
        variant="f5",
        pitch=44,
    ),
    EngineVoice(
        id="8e4b6d20-91c7-4a3f-b2e5-7d0c1f9a6e64",
        name="Anna",
        description="A German woman",
        locale="de-DE",
        gender="feminine",
        variant="f2",
    ),
    EngineVoice(
        id="1f7c5e92-3a6d-4b08-8c41-e9d2b7f0a575",
        name="Karl",
        description="A German man",
        locale="de-DE",
        gender="masculine",
        variant="klatt4",
    ),
    EngineVoice(
        id="b9d0e3f7-24a8-4c61-95bd-0f8a7c6e1d86",
        name="Camille",
        description="A French woman",
        locale="fr-FR",
        gender="feminine",
        variant="f5",
    ),
    EngineVoice(
        id="47a2c8e1-6f5d-4390-a7be-d1c3f9082e97",
        name="Luc",
        description="A French man",
        locale="fr-FR",
        gender="masculine",
        variant="klatt5",
    ),
    EngineVoice(
        id="e6f1b7a9-58c2-4d3e-8b07-92a4d0c5f3a8",
        name="Lucía",
        description="A Mexican woman",
        locale="es-MX",
        gender="feminine",
        variant="f2",
    ),
    EngineVoice(
        id="3c8d9f04-b1e6-4725-9f3a-c7e0a6b2d5b9",
        name="Diego",
        description="A Spanish man",
        locale="es-ES",
        gender="masculine",
        variant="klatt4",
    ),
    EngineVoice(
        id="92e5a0c7-d4f8-4b19-a6d3-1b7f8e0c4fca",
        name="Beatriz",
        description="A Brazilian woman",
        locale="pt-BR",
        gender="feminine",
        variant="f5",
    ),
    EngineVoice(
        id="7f0b3d6c-e9a1-4852-8d7c-5a2e4f9c1bdb",
        name="Marco",
        description="An Italian man",
        locale="it-IT",
        gender="masculine",
        variant="klatt5",
    ),
    EngineVoice(
        id="d5c7e1a8-0b9f-4e64-b3f2-8c6d0a7e9fec",
        name="Priya",
        description="An Indian woman who speaks Hindi",
        locale="hi-IN",
        gender="feminine",
        variant="f2",
    ),
    EngineVoice(
        id="2a9f4c0e-7d3b-4f18-96a5-e0b8d7c1f6fd",
        name="Pieter",
        description="A Dutch man",
        locale="nl-NL",
        gender="masculine",
        variant="klatt4",
    ),
    EngineVoice(
        id="a8e2d6f0-1c5b-4793-8e9d-b4f7c0a3d20e",
        name="Zofia",
        description="A Polish woman",
        locale="pl-PL",
        gender="feminine",
        variant="f2",
    ),
    EngineVoice(
        id="6d1f8b3a-c0e7-4a52-9b84-f3d5a9e7c11f",
        name="Li",
        description="A Chinese man who speaks Mandarin",
        locale="zh-CN",
        gender="masculine",
        variant="klatt4",
    ),
    EngineVoice(
        id="f4a6c9e2-8d0b-4137-a5f1-0e9b7d3c8a30",
        name="Oksana",
        description="A Ukrainian woman",
        locale="uk-UA",
        gender="feminine",
        variant="f5",
    ),
)
DEFAULT_VOICE: Final = VOICES[0]
