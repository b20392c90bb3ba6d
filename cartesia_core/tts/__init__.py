"""Text to speech: `generate`, `stream` and `generate_sse` over HTTP, `infill`, and the socket of many contexts."""

from cartesia_core.tts.endpoints import generate, generate_sse, stream
from cartesia_core.tts.infilling import infill, infill_stream
from cartesia_core.tts.socket import websocket

__all__ = ["generate", "generate_sse", "infill", "infill_stream", "stream", "websocket"]
