"""The facade: every endpoint under its official name, one line each. Imported by adapters only.

The current official names are canonical; those of earlier generations of the official SDK are aliases beside them.
"""

from __future__ import annotations

from typing import Final, Generic

from cartesia_core import status, voices
from cartesia_core.bind import Endpoint, Listing, Namespace, S_co, Stream, TtsSocket
from cartesia_core.tts import endpoints as tts
from cartesia_core.tts import socket as tts_socket


class Tts(Namespace[S_co]):
    """Text to speech."""

    generate: Final = Endpoint(tts.generate)
    stream: Final = Stream(tts.stream)
    generate_sse: Final = Stream(tts.generate_sse)
    websocket: Final = TtsSocket(tts_socket.websocket)
    # earlier names: 1.x to 4.x
    bytes: Final = Endpoint(tts.generate)
    sse: Final = Stream(tts.generate_sse)
    websocket_connect: Final = TtsSocket(tts_socket.websocket)


class Voices(Namespace[S_co]):
    """Voices."""

    list: Final = Listing(voices.list)
    get: Final = Endpoint(voices.get)


class ApiStatus(Namespace[S_co]):
    """State of the service, under the name of 2.x."""

    get: Final = Endpoint(status.get)


class Api(Namespace[S_co], Generic[S_co]):
    """All of it; the clients of the adapters are this, with ports.

    Attributes:
        tts: Text to speech.
        voices: Voices.
        api_status: State of the service, under the name of 2.x.
    """

    get_status: Final = Endpoint(status.get)

    def __init__(self, ports: S_co) -> None:
        super().__init__(ports)
        self.tts: Final = Tts(ports)
        self.voices: Final = Voices(ports)
        self.api_status: Final = ApiStatus(ports)
