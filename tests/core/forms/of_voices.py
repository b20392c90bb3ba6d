"""Calls about voices and accents."""

from __future__ import annotations

from typing import Final

from cartesia_core import MixVoiceByEmbedding, MixVoiceById, accents, voices
from tests.core.forms.form import ID, NUMBERS, QUOTED, READ, UPDATE, Form

VOICES: Final[dict[str, tuple[Form, ...]]] = {
    "voices.list": (
        Form(
            call=voices.list(limit=100, starting_after="a", q="calm & deep", is_owner=False, gender="feminine"),
            path="/voices",
            query=(
                ("limit", "100"),
                ("starting_after", "a"),
                ("q", "calm & deep"),
                ("is_owner", "false"),
                ("gender", "feminine"),
            ),
            retry=READ,
        ),
        Form(
            call=voices.list(ending_before="b", is_owner=True, expand=["preview_file_url"]),
            path="/voices",
            query=(("ending_before", "b"), ("is_owner", "true"), ("expand[]", "preview_file_url")),
            retry=READ,
        ),
    ),
    "voices.get": (
        Form(
            call=voices.get(ID, expand=["preview_file_url"]),
            path=f"/voices/{QUOTED}",
            query=(("expand[]", "preview_file_url"),),
            retry=READ,
        ),
    ),
    "voices.update": (
        Form(
            call=voices.update(ID, name="N", description="D", gender="gender_neutral", accent="british"),
            method="PATCH",
            path=f"/voices/{QUOTED}",
            body={"name": "N", "description": "D", "gender": "gender_neutral", "accent": "british"},
            retry=UPDATE,
        ),
        Form(
            call=voices.update(ID, gender=None, accent=None),
            method="PATCH",
            path=f"/voices/{QUOTED}",
            body={"gender": None, "accent": None},
            retry=UPDATE,
        ),
        Form(call=voices.update(ID), method="PATCH", path=f"/voices/{QUOTED}", body={}, retry=UPDATE),
    ),
    "voices.delete": (Form(call=voices.delete(ID), method="DELETE", path=f"/voices/{QUOTED}", accept="*/*"),),
    "voices.localize": (
        Form(
            call=voices.localize(
                voice_id="v",
                name="N",
                accent="mexican",
                description="D",
                tagline="x" * 32,
                language="es",
                dialect="mx",
                original_speaker_gender="female",
            ),
            method="POST",
            path="/voices/localize",
            body={
                "voice_id": "v",
                "name": "N",
                "accent": "mexican",
                "description": "D",
                "tagline": "x" * 32,
                "language": "es",
                "dialect": "mx",
                "original_speaker_gender": "female",
            },
        ),
        Form(
            call=voices.localize(voice_id="v", name="N", accent="parisian", dialect=None),
            method="POST",
            path="/voices/localize",
            body={"voice_id": "v", "name": "N", "accent": "parisian", "dialect": None},
        ),
        Form(
            call=voices.localize(voice_id="v", name="N", accent="parisian"),
            method="POST",
            path="/voices/localize",
            body={"voice_id": "v", "name": "N", "accent": "parisian"},
        ),
    ),
    "voices.add_accents": (
        Form(
            call=voices.add_accents(ID, accents=("british", "parisian")),
            method="PATCH",
            path=f"/voices/{QUOTED}/accents",
            body={"accents": ["british", "parisian"]},
        ),
    ),
    "voices.delete_accent": (
        Form(call=voices.delete_accent(ID, voice_id="v"), method="DELETE", path=f"/voices/v/accents/{QUOTED}"),
    ),
    "accents.list": (Form(call=accents.list(), path="/accents", retry=READ),),
    "voices.list@2024-06-10": (
        Form(call=voices.legacy.list_2024_06_10(), path="/voices", version="2024-06-10", retry=READ),
    ),
    "voices.list@2024-11-13": (
        Form(
            call=voices.legacy.list_2024_11_13(limit=5, starting_after="a", is_owner=True, is_starred=False),
            path="/voices/",
            query=(("limit", "5"), ("starting_after", "a"), ("is_owner", "true"), ("is_starred", "false")),
            version="2024-11-13",
            retry=READ,
        ),
        Form(
            call=voices.legacy.list_2024_11_13(
                ending_before="b", gender="masculine", expand=["embedding", "is_starred"]
            ),
            path="/voices/",
            query=(
                ("ending_before", "b"),
                ("gender", "masculine"),
                ("expand[]", "embedding"),
                ("expand[]", "is_starred"),
            ),
            version="2024-11-13",
            retry=READ,
        ),
    ),
    "voices.list@2025-04-16": (
        Form(
            call=voices.legacy.list_2025_04_16(limit=5, starting_after="a", is_owner=True, is_starred=False),
            path="/voices/",
            query=(("limit", "5"), ("starting_after", "a"), ("is_owner", "true"), ("is_starred", "false")),
            version="2025-04-16",
            retry=READ,
        ),
        Form(
            call=voices.legacy.list_2025_04_16(ending_before="b", gender="masculine", expand=["is_starred"]),
            path="/voices/",
            query=(("ending_before", "b"), ("gender", "masculine"), ("expand[]", "is_starred")),
            version="2025-04-16",
            retry=READ,
        ),
    ),
    "voices.create": (
        Form(
            call=voices.create(name="N", description="D", embedding=NUMBERS, language="de", base_voice_id="v"),
            method="POST",
            path="/voices",
            body={"name": "N", "description": "D", "embedding": NUMBERS, "language": "de", "base_voice_id": "v"},
            version="2024-11-13",
        ),
        Form(
            call=voices.create(name="N", description="D", embedding=iter(NUMBERS), base_voice_id=None),
            method="POST",
            path="/voices",
            body={"name": "N", "description": "D", "embedding": NUMBERS, "base_voice_id": None},
            version="2024-11-13",
        ),
        Form(
            call=voices.create(name="N", description="", embedding=NUMBERS),
            method="POST",
            path="/voices",
            body={"name": "N", "description": "", "embedding": NUMBERS},
            version="2024-11-13",
        ),
    ),
    "voices.mix": (
        Form(
            call=voices.mix(voices=[MixVoiceById("v", 0.25), MixVoiceByEmbedding(NUMBERS, 0.75)]),
            method="POST",
            path="/voices/mix",
            body={"voices": [{"id": "v", "weight": 0.25}, {"embedding": NUMBERS, "weight": 0.75}]},
            version="2024-11-13",
        ),
    ),
    "voices.localize@embedding": (
        Form(
            call=voices.legacy.localize_embedding(
                embedding=NUMBERS, language="en", original_speaker_gender="male", dialect="au"
            ),
            method="POST",
            path="/voices/localize",
            body={"embedding": NUMBERS, "language": "en", "original_speaker_gender": "male", "dialect": "au"},
            version="2024-06-10",
        ),
        Form(
            call=voices.legacy.localize_embedding(
                embedding=NUMBERS, language="de", original_speaker_gender="female", dialect=None
            ),
            method="POST",
            path="/voices/localize",
            body={"embedding": NUMBERS, "language": "de", "original_speaker_gender": "female", "dialect": None},
            version="2024-06-10",
        ),
        Form(
            call=voices.legacy.localize_embedding(embedding=NUMBERS, language="ja", original_speaker_gender="female"),
            method="POST",
            path="/voices/localize",
            body={"embedding": NUMBERS, "language": "ja", "original_speaker_gender": "female"},
            version="2024-06-10",
        ),
    ),
    "voices.localize@legacy": (
        Form(
            call=voices.legacy.localize(
                voice_id="v",
                name="N",
                description="D",
                language="fr",
                original_speaker_gender="male",
                dialect="ca",
                accent="Canadian French",
            ),
            method="POST",
            path="/voices/localize",
            body={
                "voice_id": "v",
                "name": "N",
                "description": "D",
                "language": "fr",
                "original_speaker_gender": "male",
                "dialect": "ca",
                "accent": "Canadian French",
            },
            version="2026-03-01",
        ),
        Form(
            call=voices.legacy.localize(
                voice_id="v",
                name="N",
                description="D",
                language="it",
                original_speaker_gender="male",
                dialect=None,
                accent=None,
            ),
            method="POST",
            path="/voices/localize",
            body={
                "voice_id": "v",
                "name": "N",
                "description": "D",
                "language": "it",
                "original_speaker_gender": "male",
                "dialect": None,
                "accent": None,
            },
            version="2026-03-01",
        ),
        Form(
            call=voices.legacy.localize(
                voice_id="v", name="N", description="D", language="it", original_speaker_gender="male"
            ),
            method="POST",
            path="/voices/localize",
            body={
                "voice_id": "v",
                "name": "N",
                "description": "D",
                "language": "it",
                "original_speaker_gender": "male",
            },
            version="2026-03-01",
        ),
    ),
}
