"""Speech to text over HTTP: descriptions of the calls, not sent.

Source: `stt.transcribe` and its OpenAI-shaped alias in the endpoint catalogue.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cartesia_core.decoders import JsonAs
from cartesia_core.errors import InvalidArgument
from cartesia_core.files import FileLike, Progress, as_upload
from cartesia_core.http import BodyValue, FormBody, Pairs, Request
from cartesia_core.parameters import body_of, check_one_of, check_range, check_text, query_of
from cartesia_core.stt.models import GRANULARITIES, STT_ENCODINGS, SttEncoding, TimestampGranularity, Transcription
from cartesia_core.unset import UNSET, Unset


def transcribe(
    *,
    file: FileLike,
    model: str,
    language: str | Unset = UNSET,
    timestamp_granularities: Sequence[TimestampGranularity] = (),
    encoding: SttEncoding | None = None,
    sample_rate: int | None = None,
    progress: Progress | None = None,
) -> Request[Transcription]:
    """Describe having a recording transcribed. It is read while it is sent, so it may be larger than memory.

    It costs one credit for two seconds of audio.

    Args:
        file: flac, m4a, mp3, mp4, mpeg, mpga, oga, ogg, wav or webm of at most 2 GB: bytes, a path, an open binary
            file, or `(name, content, type)`. Or samples without a header, with `encoding` and `sample_rate`.
        model: For example `ink-whisper`. An open set.
        language: Language code of the speech; the server's default is `en`.
        timestamp_granularities: `["word"]` asks for the times of the words.
        encoding: Of samples without a header.
        sample_rate: Of samples without a header, in Hz.
        progress: Is told the bytes sent, and those in all.

    Raises:
        InvalidArgument: A value can be seen to be wrong; nothing is sent.
    """
    fields = _fields(model, language, timestamp_granularities)
    return _request("/stt", _query(encoding, sample_rate), fields, file, progress)


def transcribe_openai(
    *,
    file: FileLike,
    model: str,
    language: str | Unset = UNSET,
    timestamp_granularities: Sequence[TimestampGranularity] = (),
    encoding: SttEncoding | None = None,
    sample_rate: int | None = None,
    progress: Progress | None = None,
) -> Request[Transcription]:
    """Describe having a recording transcribed at the address that OpenAI's clients use; all else as `transcribe`.

    From 2025-04-16 on. The service ignores `prompt`, `temperature` and `response_format`, which those clients send.

    Args:
        file: The recording: bytes, a path, an open binary file, or `(name, content, type)`.
        model: For example `ink-whisper`. An open set.
        language: Language code of the speech; the server's default is `en`.
        timestamp_granularities: `["word"]` asks for the times of the words.
        encoding: Of samples without a header.
        sample_rate: Of samples without a header, in Hz.
        progress: Is told the bytes sent, and those in all.

    Raises:
        InvalidArgument: A value can be seen to be wrong; nothing is sent.
    """
    fields = _fields(model, language, timestamp_granularities)
    return _request("/audio/transcriptions", _query(encoding, sample_rate), fields, file, progress)


def _fields(
    model: str, language: str | Unset, timestamp_granularities: Sequence[TimestampGranularity]
) -> dict[str, BodyValue]:
    check_text("model", model)
    if language is not UNSET:
        check_text("language", language)
    if isinstance(timestamp_granularities, str):
        raise InvalidArgument("timestamp_granularities is a list, such as ['word']")
    for granularity in timestamp_granularities:
        check_one_of("timestamp_granularities", granularity, GRANULARITIES)
    return body_of({"model": model, "language": language, "timestamp_granularities": [*timestamp_granularities]})


def _query(encoding: SttEncoding | None, sample_rate: int | None) -> Pairs:
    check_one_of("encoding", encoding, STT_ENCODINGS)
    check_range("sample_rate", sample_rate, 1, 768_000)
    if (encoding is None) != (sample_rate is None):
        raise InvalidArgument("encoding and sample_rate describe samples without a header together; give both or none")
    return query_of({"encoding": encoding, "sample_rate": sample_rate})


def _request(
    path: str, query: Pairs, fields: Mapping[str, BodyValue], file: FileLike, progress: Progress | None
) -> Request[Transcription]:
    body = FormBody({**fields, "file": as_upload("file", file)}, progress)
    return Request(method="POST", path=path, query=query, body=body, decode=JsonAs(Transcription))
