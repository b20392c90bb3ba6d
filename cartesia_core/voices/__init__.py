"""Voices: listing, changing, cloning and localizing them; `voices.legacy` has the forms of older API versions."""

from cartesia_core.voices import legacy
from cartesia_core.voices.cloning import CloneMode, clone, clone_clip
from cartesia_core.voices.endpoints import add_accents, delete, delete_accent, get, list, localize, update  # noqa: A004
from cartesia_core.voices.legacy import create, mix
from cartesia_core.voices.models import (
    Embedding,
    Gender,
    GenderPresentation,
    MixVoice,
    MixVoiceByEmbedding,
    MixVoiceById,
    Voice,
    VoiceAccess,
    VoiceExpand,
    VoiceLocale,
    VoiceMetadata,
    VoiceVisibility,
)

__all__ = [
    "CloneMode",
    "Embedding",
    "Gender",
    "GenderPresentation",
    "MixVoice",
    "MixVoiceByEmbedding",
    "MixVoiceById",
    "Voice",
    "VoiceAccess",
    "VoiceExpand",
    "VoiceLocale",
    "VoiceMetadata",
    "VoiceVisibility",
    "add_accents",
    "clone",
    "clone_clip",
    "create",
    "delete",
    "delete_accent",
    "get",
    "legacy",
    "list",
    "localize",
    "mix",
    "update",
]
