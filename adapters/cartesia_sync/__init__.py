"""The Cartesia API for plain threads."""

from cartesia_sync.client import Client
from cartesia_sync.connection import Connection
from cartesia_sync.speaking import Speech
from cartesia_sync.stream import ByteStream, SocketStream
from cartesia_sync.tts import TtsContext, TtsSocket

__all__ = ["ByteStream", "Client", "Connection", "SocketStream", "Speech", "TtsContext", "TtsSocket"]
