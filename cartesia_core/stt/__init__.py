"""Speech to text: `transcribe` of whole files over HTTP, and the sockets `websocket` and `turns` for live speech."""

from cartesia_core.stt.endpoints import transcribe, transcribe_openai
from cartesia_core.stt.socket import turns, websocket

__all__ = ["transcribe", "transcribe_openai", "turns", "websocket"]
