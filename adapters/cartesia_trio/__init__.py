"""The Cartesia API for trio."""

from importlib.util import find_spec

from cartesia_core.errors import MissingExtra

if find_spec("trio") is None:
    raise MissingExtra("trio is not installed; install cartesia-core[trio]")
if find_spec("httpx") is None:
    raise MissingExtra("httpx is not installed; install cartesia-core[trio]")

from cartesia_trio.client import Client
from cartesia_trio.connection import Connection
from cartesia_trio.stt import SttSocket, TurnsSocket
from cartesia_trio.tts import Speech, TtsContext, TtsSocket

__all__ = ["Client", "Connection", "Speech", "SttSocket", "TtsContext", "TtsSocket", "TurnsSocket"]
