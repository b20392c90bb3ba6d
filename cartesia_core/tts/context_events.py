"""What becomes of contexts, as events beside what the server sends for them."""

from __future__ import annotations

from typing import TypeAlias

from attrs import frozen

from cartesia_core.errors import CartesiaError
from cartesia_core.tts.events import AudioChunk, FlushDone, PhonemeTimestamps, Unknown, WordTimestamps
from cartesia_core.ws.events import Supersedes


@frozen
class ContextDone:
    """The server has sent everything for the context.

    Attributes:
        context_id: Which one.
        audio_nbytes: Bytes of audio received for it; 0 means that it was silent.
        chunks: Audio chunks received for it.
        expired: The server gave the context up although `Finish` was not sent.
    """

    context_id: str
    audio_nbytes: int = 0
    chunks: int = 0
    expired: bool = False


@frozen
class ContextFailed:
    """The context is over without having been finished.

    Attributes:
        context_id: Which one.
        error: What to raise.
    """

    context_id: str
    error: CartesiaError


@frozen
class ContextWasCancelled(Supersedes):
    """The context was cancelled here; nothing of it will be delivered any more."""

    context_id: str | None


@frozen
class ConnectionFault:
    """The server reported an error that concerns no context open here.

    Attributes:
        error: What it said.
    """

    error: CartesiaError


TtsEvent: TypeAlias = (
    AudioChunk
    | WordTimestamps
    | PhonemeTimestamps
    | FlushDone
    | Unknown
    | ContextDone
    | ContextFailed
    | ContextWasCancelled
    | ConnectionFault
)
