"""What each socket of the facade asks of a connector, in both colours."""

from __future__ import annotations

from cartesia_core.async_ports import AsyncConnector, AsyncTtsSocket
from cartesia_core.ports import SyncConnector, SyncTtsSocket
from cartesia_core.stt.async_ports import AsyncSttSocket, AsyncTurnsSocket
from cartesia_core.stt.ports import SyncSttSocket, SyncTurnsSocket
from cartesia_core.stt.socket import ManualSocketRequest, TurnsSocketRequest
from cartesia_core.tts.socket import TtsSocketRequest


def tts(connector: SyncConnector, request: TtsSocketRequest) -> SyncTtsSocket:
    """Describe a TTS socket."""
    return connector.tts_socket(request)


def tts_async(connector: AsyncConnector, request: TtsSocketRequest) -> AsyncTtsSocket:
    """Describe a TTS socket."""
    return connector.tts_socket(request)


def stt(connector: SyncConnector, request: ManualSocketRequest) -> SyncSttSocket:
    """Describe a speech-to-text socket."""
    return connector.stt_socket(request)


def stt_async(connector: AsyncConnector, request: ManualSocketRequest) -> AsyncSttSocket:
    """Describe a speech-to-text socket."""
    return connector.stt_socket(request)


def turns(connector: SyncConnector, request: TurnsSocketRequest) -> SyncTurnsSocket:
    """Describe a speech-to-text socket of turns."""
    return connector.turns_socket(request)


def turns_async(connector: AsyncConnector, request: TurnsSocketRequest) -> AsyncTurnsSocket:
    """Describe a speech-to-text socket of turns."""
    return connector.turns_socket(request)
