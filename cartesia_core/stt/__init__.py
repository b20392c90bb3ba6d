"""Speech to text: `transcribe` of whole files over HTTP."""

from cartesia_core.stt.endpoints import transcribe, transcribe_openai

__all__ = ["transcribe", "transcribe_openai"]
