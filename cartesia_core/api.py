"""The facade: every endpoint under its official name, one line each. Imported by adapters only.

The current official names are canonical; those of earlier generations of the official SDK are aliases beside them.
"""

from __future__ import annotations

from typing import Final, Generic

from cartesia_core import dataset_upload, status, stt, voice_changer, voice_clone, voices
from cartesia_core.bind import Endpoint, Listing, Namespace, S_co, Stream, TtsSocket
from cartesia_core.tts import endpoints as tts
from cartesia_core.tts import infilling
from cartesia_core.tts import socket as tts_socket


class Tts(Namespace[S_co]):
    """Text to speech."""

    generate: Final = Endpoint(tts.generate)
    stream: Final = Stream(tts.stream)
    generate_sse: Final = Stream(tts.generate_sse)
    infill: Final = Endpoint(infilling.infill)
    infill_stream: Final = Stream(infilling.infill_stream)
    websocket: Final = TtsSocket(tts_socket.websocket)
    # earlier names: 1.x to 4.x
    bytes: Final = Endpoint(tts.generate)
    sse: Final = Stream(tts.generate_sse)
    websocket_connect: Final = TtsSocket(tts_socket.websocket)


class Infill(Namespace[S_co]):
    """Audio for a gap, under the name of 2.x."""

    bytes: Final = Endpoint(infilling.infill)


class Stt(Namespace[S_co]):
    """Speech to text."""

    transcribe: Final = Endpoint(stt.transcribe)
    transcribe_openai: Final = Endpoint(stt.transcribe_openai)


class VoiceChanger(Namespace[S_co]):
    """The same words in another voice."""

    generate: Final = Endpoint(voice_changer.generate)
    stream: Final = Stream(voice_changer.stream)
    generate_sse: Final = Stream(voice_changer.generate_sse)
    # earlier names: 2.x to 4.x
    bytes: Final = Endpoint(voice_changer.generate)
    sse: Final = Stream(voice_changer.generate_sse)


class DatasetFiles(Namespace[S_co]):
    """Files of a dataset."""

    upload: Final = Endpoint(dataset_upload.upload)


class Datasets(Namespace[S_co]):
    """Datasets.

    Attributes:
        files: Their files.
    """

    upload_file: Final = Endpoint(dataset_upload.upload_file)  # of 2.0.0a0, on 2024-06-10

    def __init__(self, ports: S_co) -> None:
        super().__init__(ports)
        self.files: Final = DatasetFiles(ports)


class Voices(Namespace[S_co]):
    """Voices."""

    list: Final = Listing(voices.list)
    get: Final = Endpoint(voices.get)
    clone: Final = Endpoint(voice_clone.clone)
    clone_clip: Final = Endpoint(voice_clone.clone_clip)  # of 1.x, on 2024-06-10


class ApiStatus(Namespace[S_co]):
    """State of the service, under the name of 2.x."""

    get: Final = Endpoint(status.get)


class Api(Namespace[S_co], Generic[S_co]):
    """All of it; the clients of the adapters are this, with ports.

    Attributes:
        tts: Text to speech.
        stt: Speech to text.
        voice_changer: The same words in another voice.
        voices: Voices.
        datasets: Datasets.
        infill: Audio for a gap, under the name of 2.x.
        api_status: State of the service, under the name of 2.x.
    """

    get_status: Final = Endpoint(status.get)

    def __init__(self, ports: S_co) -> None:
        super().__init__(ports)
        self.tts: Final = Tts(ports)
        self.stt: Final = Stt(ports)
        self.voice_changer: Final = VoiceChanger(ports)
        self.voices: Final = Voices(ports)
        self.datasets: Final = Datasets(ports)
        self.infill: Final = Infill(ports)
        self.api_status: Final = ApiStatus(ports)
