"""The Cartesia voice API as typed, pure values. Nothing in this package does any I/O.

The names here are those that a first program needs; every module is public unless its name begins with an underscore.
Each is loaded when it is first asked for, so that whoever needs the audio formats alone does not pay for sockets.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final

from cartesia_core._version import __version__

if TYPE_CHECKING:
    from cartesia_core import (
        accents,
        access_token,
        agents,
        datasets,
        fine_tunes,
        pronunciation_dicts,
        stt,
        tts,
        voice_changer,
        voices,
    )
    from cartesia_core.accents import Accent, AccentList
    from cartesia_core.access_token import AccessToken, AccessTokenGrants
    from cartesia_core.agents.agents import (
        Agent,
        AgentList,
        AgentPhoneNumber,
        AgentTemplate,
        AgentTemplateList,
        GitRepository,
        PhoneNumber,
    )
    from cartesia_core.agents.calls import AgentCall, AgentCallStatus, CallAudio, CallExpand, TelephonyParams
    from cartesia_core.agents.deployments import Deployment, DeploymentStatus
    from cartesia_core.agents.metrics import Metric
    from cartesia_core.agents.results import MetricExport, MetricResult, MetricResultStatus
    from cartesia_core.agents.transcripts import (
        AgentTranscript,
        TranscriptLogEvent,
        TranscriptLogMetric,
        TranscriptRole,
        TranscriptTextChunk,
        TranscriptToolCall,
        TurnEndReason,
    )
    from cartesia_core.audio import Mp3Format, OutputFormat, RawFormat, WavFormat, parse_format
    from cartesia_core.auth import ApiKey
    from cartesia_core.credentials import TokenCache
    from cartesia_core.datasets.models import Dataset, DatasetFile
    from cartesia_core.errors import ApiError, CartesiaError, InvalidArgument, RemoteProtocolError, TransportError
    from cartesia_core.events import FlushDone, Unknown
    from cartesia_core.files import FileUpload
    from cartesia_core.fine_tunes import FineTune, FineTuneBaseModel, FineTuneStatus
    from cartesia_core.http import Page, Raw, Request, StreamRequest
    from cartesia_core.languages import (
        AttachVoiceAccent,
        LocalizeDialect,
        LocalizeTargetLanguage,
        SupportedLanguage,
        VoiceAccent,
        VoiceAccentDisplayName,
    )
    from cartesia_core.pronunciation_dicts import PronunciationDict, PronunciationDictItem
    from cartesia_core.retry import NO_RETRIES, RetryPolicy
    from cartesia_core.settings import Timeouts
    from cartesia_core.status import Status
    from cartesia_core.stt.accumulation import TranscriptBuilder
    from cartesia_core.stt.dialogue import SilenceKeepalive, SttLimits
    from cartesia_core.stt.events import (
        Reconnected,
        Transcript,
        TurnEagerEnd,
        TurnEnd,
        TurnResume,
        TurnStart,
        TurnUpdate,
    )
    from cartesia_core.stt.models import TranscribedWord, Transcription
    from cartesia_core.stt.samples import SttFormat
    from cartesia_core.stt.socket import SttReconnect
    from cartesia_core.stt.sources import AsyncAudioSource, AudioSource
    from cartesia_core.tts.answers import Audio
    from cartesia_core.tts.events import AudioChunk, PhonemeTimestamps, WordTimestamps
    from cartesia_core.tts.models import GenerationConfig, LegacyControls, VoiceByEmbedding, VoiceById
    from cartesia_core.unset import UNSET, Unset
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

_HOMES: Final = {
    "accents": ("Accent", "AccentList"),
    "access_token": ("AccessToken", "AccessTokenGrants"),
    "agents.agents": (
        "Agent",
        "AgentList",
        "AgentPhoneNumber",
        "AgentTemplate",
        "AgentTemplateList",
        "GitRepository",
        "PhoneNumber",
    ),
    "agents.calls": ("AgentCall", "AgentCallStatus", "CallAudio", "CallExpand", "TelephonyParams"),
    "agents.deployments": ("Deployment", "DeploymentStatus"),
    "agents.metrics": ("Metric",),
    "agents.results": ("MetricExport", "MetricResult", "MetricResultStatus"),
    "agents.transcripts": (
        "AgentTranscript",
        "TranscriptLogEvent",
        "TranscriptLogMetric",
        "TranscriptRole",
        "TranscriptTextChunk",
        "TranscriptToolCall",
        "TurnEndReason",
    ),
    "audio": ("Mp3Format", "OutputFormat", "RawFormat", "WavFormat", "parse_format"),
    "auth": ("ApiKey",),
    "datasets.models": ("Dataset", "DatasetFile"),
    "errors": ("ApiError", "CartesiaError", "InvalidArgument", "RemoteProtocolError", "TransportError"),
    "events": ("FlushDone", "Unknown"),
    "fine_tunes": ("FineTune", "FineTuneBaseModel", "FineTuneStatus"),
    "credentials": ("TokenCache",),
    "files": ("FileUpload",),
    "http": ("Page", "Raw", "Request", "StreamRequest"),
    "languages": (
        "AttachVoiceAccent",
        "LocalizeDialect",
        "LocalizeTargetLanguage",
        "SupportedLanguage",
        "VoiceAccent",
        "VoiceAccentDisplayName",
    ),
    "pronunciation_dicts": ("PronunciationDict", "PronunciationDictItem"),
    "retry": ("NO_RETRIES", "RetryPolicy"),
    "settings": ("Timeouts",),
    "status": ("Status",),
    "stt.accumulation": ("TranscriptBuilder",),
    "stt.dialogue": ("SilenceKeepalive", "SttLimits"),
    "stt.events": ("Reconnected", "Transcript", "TurnEagerEnd", "TurnEnd", "TurnResume", "TurnStart", "TurnUpdate"),
    "stt.samples": ("SttFormat",),
    "stt.socket": ("SttReconnect",),
    "stt.sources": ("AsyncAudioSource", "AudioSource"),
    "stt.models": ("TranscribedWord", "Transcription"),
    "tts.answers": ("Audio",),
    "tts.events": ("AudioChunk", "PhonemeTimestamps", "WordTimestamps"),
    "tts.models": ("GenerationConfig", "LegacyControls", "VoiceByEmbedding", "VoiceById"),
    "unset": ("UNSET", "Unset"),
    "voices.models": (
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
    ),
}
_MODULES: Final = (
    "access_token",
    "accents",
    "agents",
    "datasets",
    "fine_tunes",
    "pronunciation_dicts",
    "stt",
    "tts",
    "voice_changer",
    "voices",
)


def __getattr__(name: str) -> object:
    if name in _MODULES:
        return import_module(f"{__name__}.{name}")
    home = next((module for module, names in _HOMES.items() if name in names), None)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(import_module(f"{__name__}.{home}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


__all__ = [
    "NO_RETRIES",
    "UNSET",
    "Accent",
    "AccentList",
    "AccessToken",
    "AccessTokenGrants",
    "Agent",
    "AgentCall",
    "AgentCallStatus",
    "AgentList",
    "AgentPhoneNumber",
    "AgentTemplate",
    "AgentTemplateList",
    "AgentTranscript",
    "ApiError",
    "ApiKey",
    "AsyncAudioSource",
    "AttachVoiceAccent",
    "Audio",
    "AudioChunk",
    "AudioSource",
    "CallAudio",
    "CallExpand",
    "CartesiaError",
    "Dataset",
    "DatasetFile",
    "Deployment",
    "DeploymentStatus",
    "Embedding",
    "FileUpload",
    "FineTune",
    "FineTuneBaseModel",
    "FineTuneStatus",
    "FlushDone",
    "Gender",
    "GenderPresentation",
    "GenerationConfig",
    "GitRepository",
    "InvalidArgument",
    "LegacyControls",
    "LocalizeDialect",
    "LocalizeTargetLanguage",
    "Metric",
    "MetricExport",
    "MetricResult",
    "MetricResultStatus",
    "MixVoice",
    "MixVoiceByEmbedding",
    "MixVoiceById",
    "Mp3Format",
    "OutputFormat",
    "Page",
    "PhoneNumber",
    "PhonemeTimestamps",
    "PronunciationDict",
    "PronunciationDictItem",
    "Raw",
    "RawFormat",
    "Reconnected",
    "RemoteProtocolError",
    "Request",
    "RetryPolicy",
    "SilenceKeepalive",
    "Status",
    "StreamRequest",
    "SttFormat",
    "SttLimits",
    "SttReconnect",
    "SupportedLanguage",
    "TelephonyParams",
    "Timeouts",
    "TokenCache",
    "TranscribedWord",
    "Transcript",
    "TranscriptBuilder",
    "TranscriptLogEvent",
    "TranscriptLogMetric",
    "TranscriptRole",
    "TranscriptTextChunk",
    "TranscriptToolCall",
    "Transcription",
    "TransportError",
    "TurnEagerEnd",
    "TurnEnd",
    "TurnEndReason",
    "TurnResume",
    "TurnStart",
    "TurnUpdate",
    "Unknown",
    "Unset",
    "Voice",
    "VoiceAccent",
    "VoiceAccentDisplayName",
    "VoiceAccess",
    "VoiceByEmbedding",
    "VoiceById",
    "VoiceExpand",
    "VoiceLocale",
    "VoiceMetadata",
    "VoiceVisibility",
    "WavFormat",
    "WordTimestamps",
    "__version__",
    "accents",
    "access_token",
    "agents",
    "datasets",
    "fine_tunes",
    "parse_format",
    "pronunciation_dicts",
    "stt",
    "tts",
    "voice_changer",
    "voices",
]
