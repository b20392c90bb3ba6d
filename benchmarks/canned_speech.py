"""What a server that hears would say, rendered before anything is measured."""

from __future__ import annotations

import json
from typing import Any, Final

from benchmarks.canned import frame

FRAME: Final = bytes(range(256)) * 12 + bytes(128)
"""A tenth of a second: 16 bits at 16 kHz, mono."""
FRAMES_PER_SECOND: Final = 10
BURST: Final = 200
"""Transcripts for a `finalize` without audio before it."""
TALKATIVE: Final[dict[str, Any]] = {"language": "en"}
"""The options of a stream on which transcripts come without being asked for."""
FRAMES_PER_TRANSCRIPT: Final = 5
"""On such a stream."""
_REQUEST_ID: Final = "3f1c9a52-7f1d-4e0e-9a51-000000000000"
_WORDS: Final = ["we", "would", "like", "a", "table", "for", "four", "people", "on", "the", "terrace", "please"]


def _transcript(number: int) -> bytes:
    """Give every fourth one as final, with its words."""
    words = _WORDS[: 4 + number % 9]
    message: dict[str, object] = {
        "type": "transcript",
        "request_id": _REQUEST_ID,
        "text": " ".join(words),
        "is_final": number % 4 == 3,
        "duration": round(0.32 * len(words), 2),
        "language": "en",
    }
    if message["is_final"]:
        message["words"] = [
            {"word": word, "start": round(0.32 * at, 2), "end": round(0.32 * at + 0.25, 2)}
            for at, word in enumerate(words)
        ]
    return frame(json.dumps(message).encode())


TRANSCRIPTS: Final = tuple(map(_transcript, range(16)))
A_BURST: Final = b"".join(TRANSCRIPTS[number % 16] for number in range(BURST))


def flush_done(heard_nbytes: int) -> bytes:
    """Say how much was heard, as a last transcript, and that this was all."""
    told = {"type": "transcript", "request_id": _REQUEST_ID, "text": f"{heard_nbytes}", "is_final": True}
    return frame(json.dumps(told).encode()) + frame(
        json.dumps({"type": "flush_done", "request_id": _REQUEST_ID}).encode()
    )
