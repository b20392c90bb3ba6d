"""The Cartesia API for asyncio."""

from importlib.util import find_spec

from cartesia_core.errors import MissingExtra

if find_spec("httpx") is None:
    raise MissingExtra("httpx is not installed; install cartesia-core[asyncio]")

from cartesia_asyncio.client import Client
from cartesia_asyncio.connection import Connection
from cartesia_asyncio.stream import ByteStream, StreamPair
from cartesia_asyncio.stt import SttSocket, TurnsSocket
from cartesia_asyncio.tts import Speech, TtsContext, TtsSocket

__all__ = [
    "ByteStream",
    "Client",
    "Connection",
    "Speech",
    "StreamPair",
    "SttSocket",
    "TtsContext",
    "TtsSocket",
    "TurnsSocket",
]
