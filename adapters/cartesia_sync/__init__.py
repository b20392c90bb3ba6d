"""The Cartesia API for plain threads."""

from importlib.util import find_spec

from cartesia_core.errors import MissingExtra

if find_spec("httpx") is None:
    raise MissingExtra("httpx is not installed; install cartesia-core[httpx]")

from cartesia_sync.client import Client
from cartesia_sync.connection import Connection
from cartesia_sync.context import TtsContext
from cartesia_sync.speaking import Speech
from cartesia_sync.stream import ByteStream, SocketStream
from cartesia_sync.stt import SttSocket, TurnsSocket
from cartesia_sync.tts import TtsSocket

__all__ = [
    "ByteStream",
    "Client",
    "Connection",
    "SocketStream",
    "Speech",
    "SttSocket",
    "TtsContext",
    "TtsSocket",
    "TurnsSocket",
]
