"""What the server tells over event streams and sockets. Source: schema notes `TTSSSE...Event` and `TTSWS...`."""

from __future__ import annotations

from base64 import b64encode
from typing import Final

from cartesia_core._json import JsonValue
from cartesia_local.tts.narrator import Audio, Output, Words

PARTIAL: Final = 206
"""`status_code` of everything that is not an error, `done` included, as in the documentation's examples."""

Json = dict[str, JsonValue]


def output_message(output: Output, context_id: str | None, flush_id: int | None = None) -> Json:
    """Give a chunk, the words or the phonemes."""
    message: Json
    if isinstance(output, Audio):
        data = b64encode(output.data).decode("ascii")
        message = {"type": "chunk", "data": data, "step_time": output.step_ms}
    elif isinstance(output, Words):
        times: Json = {"words": output.words, "start": output.start, "end": output.end}
        message = {"type": "timestamps", "word_timestamps": times}
    else:
        times = {"phonemes": output.phonemes, "start": output.start, "end": output.end}
        message = {"type": "phoneme_timestamps", "phoneme_timestamps": times}
    if flush_id is not None:
        message["flush_id"] = flush_id
    return {**message, "done": False, "status_code": PARTIAL, **_of(context_id)}


def done_message(context_id: str | None) -> Json:
    """Give the end of a stream or context."""
    return {"type": "done", "done": True, "status_code": PARTIAL, **_of(context_id)}


def flush_done_message(context_id: str, flush_id: int) -> Json:
    """Give the end of a span; `data` is empty, as in the live service's message (client notes 6)."""
    return {
        "type": "flush_done",
        "context_id": context_id,
        "status_code": PARTIAL,
        "done": False,
        "data": "",
        "flush_id": flush_id,
        "flush_done": True,
    }


def _of(context_id: str | None) -> Json:
    return {} if context_id is None else {"context_id": context_id}
