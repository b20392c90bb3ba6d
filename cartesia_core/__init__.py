"""The Cartesia voice API as typed, pure values. Nothing in this package does any I/O.

The names here are those that a first program needs; every module is public unless its name begins with an underscore.
"""

from cartesia_core import tts, voices
from cartesia_core._version import __version__
from cartesia_core.audio import Mp3Format, OutputFormat, RawFormat, WavFormat, parse_format
from cartesia_core.auth import ApiKey
from cartesia_core.errors import ApiError, CartesiaError, InvalidArgument, RemoteProtocolError, TransportError
from cartesia_core.http import Page, Raw, Request, StreamRequest
from cartesia_core.retry import NO_RETRIES, RetryPolicy
from cartesia_core.settings import Timeouts
from cartesia_core.tts.answers import Audio
from cartesia_core.tts.events import AudioChunk, FlushDone, PhonemeTimestamps, Unknown, WordTimestamps
from cartesia_core.tts.models import GenerationConfig, LegacyControls, VoiceByEmbedding, VoiceById
from cartesia_core.unset import UNSET, Unset
from cartesia_core.voices import Voice

__all__ = [
    "NO_RETRIES",
    "UNSET",
    "ApiError",
    "ApiKey",
    "Audio",
    "AudioChunk",
    "CartesiaError",
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
    "tts",
    "voices",
]
