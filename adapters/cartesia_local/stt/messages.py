"""What the server tells over the sockets for recognition. Source: schema notes `STTManual...`, `STTTurn...`, `STTError`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from cartesia_core._json import JsonValue
from cartesia_core.versions import V2025_04_16, V2025_11_04
from cartesia_local.hearing.words import text_of

if TYPE_CHECKING:
    from cartesia_local.hearing.words import HeardWord
    from cartesia_local.refusal import Refused

Json = dict[str, JsonValue]


def transcript(words: Sequence[HeardWord], request_id: str, *, is_final: bool, is_first: bool, seconds: float) -> Json:
    """Give what was heard since the last final; finals are joined as they are, so all but the first begin with a space."""
    text = text_of(words)
    return {
        "type": "transcript",
        "request_id": request_id,
        "text": text if is_first or not text else f" {text}",
        "is_final": is_final,
        "duration": round(seconds, 2),
        "language": "en",
        "words": [{"word": word.word, "start": word.start, "end": word.end} for word in words],
    }


def stt_error(error: Refused, version: str, request_id: str) -> Json:
    """Give an error message.

    Up to 2025-04-16 it had but a text (and was seen with `code`); 2025-11-04 lies between the two.
    """
    event: Json = {"type": "error", "request_id": request_id}
    if version <= V2025_11_04:
        event["code"] = error.code
    if version <= V2025_04_16:
        return {**event, "message": f"{error.headline}: {error.message}"}
    return {
        **event,
        "status_code": error.code,
        "error_code": error.error_code,
        "title": error.headline,
        "message": error.message,
    }
