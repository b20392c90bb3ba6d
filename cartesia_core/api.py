"""The facade: every endpoint under its official name, one line each. Imported by adapters only.

The current official names are canonical; those of earlier generations of the official SDK are aliases beside them.
"""

from __future__ import annotations

from typing import Final, Generic

from cartesia_core import (
    accents,
    access_token,
    agents,
    datasets,
    fine_tunes,
    openers,
    pronunciation_dicts,
    status,
    stt,
    voice_changer,
    voices,
)
from cartesia_core.bind import Endpoint, Listing, Namespace, S_co, Socket, Stream
from cartesia_core.stt import socket as stt_socket
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
    websocket: Final = Socket(tts_socket.websocket, openers.tts, openers.tts_async)
    # earlier names: 1.x to 4.x
    bytes: Final = Endpoint(tts.generate)
    sse: Final = Stream(tts.generate_sse)
    websocket_connect: Final = Socket(tts_socket.websocket, openers.tts, openers.tts_async)


class Infill(Namespace[S_co]):
    """Audio for a gap, under the name of 2.x."""

    bytes: Final = Endpoint(infilling.infill)


class SttManualFinalize(Namespace[S_co]):
    """The speech-to-text socket, under the name of 4.x."""

    websocket: Final = Socket(stt_socket.websocket, openers.stt, openers.stt_async)


class SttAutoFinalize(Namespace[S_co]):
    """The speech-to-text socket of turns, under the name of 4.x."""

    websocket: Final = Socket(stt_socket.turns, openers.turns, openers.turns_async)


class Stt(Namespace[S_co]):
    """Speech to text.

    Attributes:
        manual_finalize: The socket, under the name of 4.x.
        auto_finalize: The socket of turns, under the name of 4.x.
    """

    transcribe: Final = Endpoint(stt.transcribe)
    transcribe_openai: Final = Endpoint(stt.transcribe_openai)
    websocket: Final = Socket(stt_socket.websocket, openers.stt, openers.stt_async)
    turns: Final = Socket(stt_socket.turns, openers.turns, openers.turns_async)

    def __init__(self, ports: S_co) -> None:
        super().__init__(ports)
        self.manual_finalize: Final = SttManualFinalize(ports)
        self.auto_finalize: Final = SttAutoFinalize(ports)


class VoiceChanger(Namespace[S_co]):
    """The same words in another voice."""

    generate: Final = Endpoint(voice_changer.generate)
    stream: Final = Stream(voice_changer.stream)
    generate_sse: Final = Stream(voice_changer.generate_sse)
    # earlier names: 2.x to 4.x
    bytes: Final = Endpoint(voice_changer.generate)
    sse: Final = Stream(voice_changer.generate_sse)


class VoicesLegacy(Namespace[S_co]):
    """Voices as older API versions had them; each call pins its version."""

    list_2024_06_10: Final = Listing(voices.legacy.list_2024_06_10)
    list_2024_11_13: Final = Listing(voices.legacy.list_2024_11_13)
    list_2025_04_16: Final = Listing(voices.legacy.list_2025_04_16)
    create: Final = Endpoint(voices.legacy.create)
    mix: Final = Endpoint(voices.legacy.mix)
    localize: Final = Endpoint(voices.legacy.localize)
    localize_embedding: Final = Endpoint(voices.legacy.localize_embedding)


class Voices(Namespace[S_co]):
    """Voices.

    Attributes:
        legacy: As older API versions had them.
    """

    list: Final = Listing(voices.list)
    get: Final = Endpoint(voices.get)
    update: Final = Endpoint(voices.update)
    delete: Final = Endpoint(voices.delete)
    localize: Final = Endpoint(voices.localize)
    add_accents: Final = Endpoint(voices.add_accents)
    delete_accent: Final = Endpoint(voices.delete_accent)
    list_accents: Final = Endpoint(accents.list)
    clone: Final = Endpoint(voices.clone)
    # of 1.x and 2.x, on their API versions
    clone_clip: Final = Endpoint(voices.clone_clip)
    create: Final = Endpoint(voices.legacy.create)
    mix: Final = Endpoint(voices.legacy.mix)

    def __init__(self, ports: S_co) -> None:
        super().__init__(ports)
        self.legacy: Final = VoicesLegacy(ports)


class Accents(Namespace[S_co]):
    """Accents that voices can have."""

    list: Final = Endpoint(accents.list)


class AccessToken(Namespace[S_co]):
    """Short-lived tokens."""

    create: Final = Endpoint(access_token.create)


class Auth(Namespace[S_co]):
    """Short-lived tokens, under the name of 2.x."""

    access_token: Final = Endpoint(access_token.create)


class PronunciationDicts(Namespace[S_co]):
    """Pronunciation dictionaries."""

    list: Final = Listing(pronunciation_dicts.list)
    create: Final = Endpoint(pronunciation_dicts.create)
    retrieve: Final = Endpoint(pronunciation_dicts.get)
    get: Final = Endpoint(pronunciation_dicts.get)
    update: Final = Endpoint(pronunciation_dicts.update)
    delete: Final = Endpoint(pronunciation_dicts.delete)
    # of 2025-04-16
    pin: Final = Endpoint(pronunciation_dicts.pin)
    unpin: Final = Endpoint(pronunciation_dicts.unpin)


class DatasetFiles(Namespace[S_co]):
    """Files of a dataset."""

    list: Final = Listing(datasets.files.list)
    upload: Final = Endpoint(datasets.files.upload)
    delete: Final = Endpoint(datasets.files.delete)


class DatasetsLegacy(Namespace[S_co]):
    """Datasets as 2024-06-10 had them; each call pins that version."""

    list: Final = Listing(datasets.legacy.list)
    create: Final = Endpoint(datasets.legacy.create)
    list_files: Final = Listing(datasets.legacy.list_files)


class Datasets(Namespace[S_co]):
    """Datasets.

    Attributes:
        files: Their files.
        legacy: As 2024-06-10 had them.
    """

    list: Final = Listing(datasets.list)
    create: Final = Endpoint(datasets.create)
    retrieve: Final = Endpoint(datasets.get)
    get: Final = Endpoint(datasets.get)
    update: Final = Endpoint(datasets.update)
    delete: Final = Endpoint(datasets.delete)
    # of 2.0.0a0; the upload on 2024-06-10
    list_files: Final = Listing(datasets.files.list)
    upload_file: Final = Endpoint(datasets.uploading.upload_file)

    def __init__(self, ports: S_co) -> None:
        super().__init__(ports)
        self.files: Final = DatasetFiles(ports)
        self.legacy: Final = DatasetsLegacy(ports)


class FineTunes(Namespace[S_co]):
    """Fine-tunes."""

    list: Final = Listing(fine_tunes.list)
    create: Final = Endpoint(fine_tunes.create)
    retrieve: Final = Endpoint(fine_tunes.get)
    get: Final = Endpoint(fine_tunes.get)
    delete: Final = Endpoint(fine_tunes.delete)
    list_voices: Final = Listing(fine_tunes.list_voices)


class AgentCalls(Namespace[S_co]):
    """Calls of agents."""

    list: Final = Listing(agents.calls.list)
    retrieve: Final = Endpoint(agents.calls.get)
    get: Final = Endpoint(agents.calls.get)
    download_audio: Final = Endpoint(agents.calls.download_audio)


class AgentDeployments(Namespace[S_co]):
    """Deployments of agents."""

    list: Final = Endpoint(agents.deployments.list)
    retrieve: Final = Endpoint(agents.deployments.get)
    get: Final = Endpoint(agents.deployments.get)


class MetricResults(Namespace[S_co]):
    """Results of metrics."""

    list: Final = Listing(agents.results.list)
    export: Final = Endpoint(agents.results.export)


class AgentMetrics(Namespace[S_co]):
    """Metrics of agents.

    Attributes:
        results: What they gave.
    """

    list: Final = Listing(agents.metrics.list)
    create: Final = Endpoint(agents.metrics.create)
    retrieve: Final = Endpoint(agents.metrics.get)
    get: Final = Endpoint(agents.metrics.get)
    add_to_agent: Final = Endpoint(agents.metrics.add_to_agent)
    remove_from_agent: Final = Endpoint(agents.metrics.remove_from_agent)

    def __init__(self, ports: S_co) -> None:
        super().__init__(ports)
        self.results: Final = MetricResults(ports)


class Agents(Namespace[S_co]):
    """Agents.

    Attributes:
        calls: Their calls.
        deployments: Versions of their code.
        metrics: Questions about their calls.
    """

    list: Final = Endpoint(agents.list)
    retrieve: Final = Endpoint(agents.get)
    get: Final = Endpoint(agents.get)
    update: Final = Endpoint(agents.update)
    delete: Final = Endpoint(agents.delete)
    list_phone_numbers: Final = Endpoint(agents.list_phone_numbers)
    list_templates: Final = Endpoint(agents.list_templates)

    def __init__(self, ports: S_co) -> None:
        super().__init__(ports)
        self.calls: Final = AgentCalls(ports)
        self.deployments: Final = AgentDeployments(ports)
        self.metrics: Final = AgentMetrics(ports)


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
        accents: Accents that voices can have.
        access_token: Short-lived tokens.
        pronunciation_dicts: Pronunciation dictionaries.
        datasets: Datasets.
        fine_tunes: Fine-tunes.
        agents: Agents.
        auth: Short-lived tokens, under the name of 2.x.
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
        self.accents: Final = Accents(ports)
        self.access_token: Final = AccessToken(ports)
        self.pronunciation_dicts: Final = PronunciationDicts(ports)
        self.datasets: Final = Datasets(ports)
        self.fine_tunes: Final = FineTunes(ports)
        self.agents: Final = Agents(ports)
        self.auth: Final = Auth(ports)
        self.infill: Final = Infill(ports)
        self.api_status: Final = ApiStatus(ports)
