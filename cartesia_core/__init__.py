"""The Cartesia voice API as typed, pure values. Nothing in this package does any I/O.

The names here are those that a first program needs; every module is public unless its name begins with an underscore.
Each is loaded when it is first asked for, so that whoever needs the audio formats alone does not pay for sockets.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final

from cartesia_core._version import __version__

if TYPE_CHECKING:
    from cartesia_core import stt, tts, voice_changer, voices
    from cartesia_core.audio import Mp3Format, OutputFormat, RawFormat, WavFormat, parse_format
    from cartesia_core.auth import ApiKey
    from cartesia_core.credentials import TokenCache
    from cartesia_core.errors import ApiError, CartesiaError, InvalidArgument, RemoteProtocolError, TransportError
    from cartesia_core.files import FileUpload
    from cartesia_core.http import Page, Raw, Request, StreamRequest
    from cartesia_core.retry import NO_RETRIES, RetryPolicy
    from cartesia_core.settings import Timeouts
    from cartesia_core.stt.models import TranscribedWord, Transcription
    from cartesia_core.tts.answers import Audio
    from cartesia_core.tts.events import AudioChunk, FlushDone, PhonemeTimestamps, Unknown, WordTimestamps
    from cartesia_core.tts.models import GenerationConfig, LegacyControls, VoiceByEmbedding, VoiceById
    from cartesia_core.unset import UNSET, Unset
    from cartesia_core.voices import Voice

_HOMES: Final = {
    "audio": ("Mp3Format", "OutputFormat", "RawFormat", "WavFormat", "parse_format"),
    "auth": ("ApiKey",),
    "credentials": ("TokenCache",),
    "errors": ("ApiError", "CartesiaError", "InvalidArgument", "RemoteProtocolError", "TransportError"),
    "files": ("FileUpload",),
    "http": ("Page", "Raw", "Request", "StreamRequest"),
    "retry": ("NO_RETRIES", "RetryPolicy"),
    "settings": ("Timeouts",),
    "stt.models": ("TranscribedWord", "Transcription"),
    "tts.answers": ("Audio",),
    "tts.events": ("AudioChunk", "FlushDone", "PhonemeTimestamps", "Unknown", "WordTimestamps"),
    "tts.models": ("GenerationConfig", "LegacyControls", "VoiceByEmbedding", "VoiceById"),
    "unset": ("UNSET", "Unset"),
    "voices": ("Voice",),
}
_MODULES: Final = ("stt", "tts", "voice_changer", "voices")


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
    "ApiError",
    "ApiKey",
    "Audio",
    "AudioChunk",
    "CartesiaError",
    "FileUpload",
    "FlushDone",
    "GenerationConfig",
    "InvalidArgument",
    "LegacyControls",
    "Mp3Format",
    "OutputFormat",
    "Page",
    "PhonemeTimestamps",
    "Raw",
    "RawFormat",
    "RemoteProtocolError",
    "Request",
    "RetryPolicy",
    "StreamRequest",
    "Timeouts",
    "TokenCache",
    "TranscribedWord",
    "Transcription",
    "TransportError",
    "Unknown",
    "Unset",
    "Voice",
    "VoiceByEmbedding",
    "VoiceById",
    "WavFormat",
    "WordTimestamps",
    "__version__",
    "parse_format",
    "stt",
    "tts",
    "voice_changer",
    "voices",
]
