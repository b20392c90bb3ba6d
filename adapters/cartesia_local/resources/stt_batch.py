"""`POST /stt`, and as `POST /audio/transcriptions`: what is said in a recording.

What stands in for the cloud's model: PocketSphinx, which hears English only and gives lower case without punctuation.
Source: endpoint notes `stt.transcribe`, `stt.transcribe@openai`; schema notes `STTTranscribeResponse`.
"""

from __future__ import annotations

from contextlib import ExitStack, nullcontext
from typing import TYPE_CHECKING, Final
from uuid import uuid4

import trio

from cartesia_core.versions import V2025_04_16
from cartesia_local.app import App, Table, route
from cartesia_local.hearing.intake import ENCODINGS
from cartesia_local.hearing.listener import RecogniserFailed
from cartesia_local.hearing.recording import Recording, hear_recording
from cartesia_local.http.exchange import json_answer
from cartesia_local.refusal import Refused, not_found
from cartesia_local.sound.reading import RawReader, opened

if TYPE_CHECKING:
    from typing import BinaryIO

    from cartesia_core._json import JsonValue
    from cartesia_local.fields import Fields
    from cartesia_local.http.exchange import Call, Reply

MODELS: Final = ("ink-whisper", "ink-whisper-2025-06-04")
_LANGUAGES: Final = frozenset(
    (  # noqa: SIM905 -- as a table
        "en zh de es ru ko fr ja pt tr pl ca nl ar sv it id hi fi vi he uk el ms cs ro da hu ta no th ur hr bg lt la mi "
        "ml cy sk te fa lv bn sr az sl kn et mk br eu is hy ne mn bs kk sq sw gl mr pa si km sn yo so af oc ka be tg sd "
        "gu am yi lo uz fo ht ps tk nn mt sa lb my bo tl mg as tt haw ln ha ba jw su yue"
    ).split()
)
MAX_RATE: Final = 192_000


async def transcribe(app: App, call: Call, reply: Reply) -> None:
    """Recognise a recording."""
    fields, upload = call.form_fields(), call.upload("file")
    has_words = _read(fields)
    raw = _read_raw_format(call)
    with app.limits.stream():
        recording = await _heard(app, upload.content, raw)
    words = recording.words
    answer: dict[str, JsonValue] = {
        "type": "transcript",
        "text": " ".join(word.word for word in words),
        "request_id": str(uuid4()),
        "language": "en",
        "duration": round(recording.seconds, 3),
        "is_final": True,
    }
    if has_words:
        answer["words"] = [{"word": word.word, "start": word.start, "end": word.end} for word in words]
    await reply.send(json_answer(answer))


async def _heard(app: App, content: BinaryIO, raw: tuple[str, int] | None) -> Recording:
    source = opened(content, "file") if raw is None else nullcontext(RawReader(content, *raw))
    with ExitStack() as stack:
        # To find the length of some files they are read to the end.
        reader = await trio.to_thread.run_sync(lambda: stack.enter_context(source))
        try:
            recording = await hear_recording(app.recogniser, reader)
        except RecogniserFailed as error:
            raise Refused(error.message, status=501, title="No recogniser") from error
    if not recording.seconds:
        raise Refused("file holds no audio.", title="Unreadable audio")
    return recording


def _read(fields: Fields) -> bool:
    """Check the fields of the form; tell whether the times of the words are wanted."""
    model = fields.text("model")
    if model not in MODELS:
        raise not_found("model", model[:80], status=400, error_code="model_not_found")
    language = fields.optional_text("language") or "en"
    if language not in _LANGUAGES:
        raise fields.misfit("language", "a language code such as en")
    if language != "en":
        raise Refused(f"This server hears English only, not {language!r}.", status=501, title="No recogniser")
    wanted = fields.items("timestamp_granularities") or ()
    if any(item != "word" for item in wanted):
        raise fields.misfit("timestamp_granularities", "an array of 'word'")
    return bool(wanted)


def _read_raw_format(call: Call) -> tuple[str, int] | None:
    """Read `encoding` and `sample_rate` of headerless audio, which are in the query."""
    encoding, rate = call.query_value("encoding"), call.query_value("sample_rate")
    if not encoding:
        return None
    if encoding not in ENCODINGS:
        raise Refused(
            f"encoding is {encoding[:40]!r}; one of {', '.join(ENCODINGS)} is needed.", title="Invalid parameter"
        )
    if rate is None or not (rate.isascii() and rate.isdecimal() and 0 < int(rate[:9]) <= MAX_RATE):
        raise Refused(
            f"sample_rate is {(rate or '')[:20]!r}; with encoding, a whole number up to {MAX_RATE} is needed.",
            title="Invalid parameter",
        )
    return encoding, int(rate)


TABLE: Final[Table] = (
    route("POST", "/stt", transcribe, grant="stt"),
    route("POST", "/audio/transcriptions", transcribe, grant="stt", since=V2025_04_16),
)
