"""Calls of speech to text, and what they answer."""

from __future__ import annotations

import json
from typing import Any

import pytest

from cartesia_core import stt
from cartesia_core.errors import DecodeError, InvalidArgument
from cartesia_core.http import FormBody, Headers, Response
from cartesia_core.stt.models import STT_ENCODINGS, TranscribedWord, Transcription
from tests.core.form_parts import fields_of, files_of

JSON = Headers([("content-type", "application/json")])


def test_a_file_is_transcribed() -> None:
    """The model and the file are enough; nothing else travels."""
    request = stt.transcribe(file=b"RIFF", model="ink-whisper")
    assert (request.method, request.path, request.query) == ("POST", "/stt", ())
    assert (request.accept, request.version) == ("application/json", None)
    assert fields_of(request) == [("model", "ink-whisper")]
    assert files_of(request) == {"file": b"RIFF"}


def test_every_option_travels_where_the_server_looks_for_it() -> None:
    """The format of bare samples is in the query, all else in the form."""

    def listen(_: int, __: int | None) -> None:
        """Hear."""

    request = stt.transcribe(
        file=("a.raw", b"\0\0"),
        model="ink-whisper",
        language="de",
        timestamp_granularities=["word"],
        encoding="pcm_s32le",
        sample_rate=16000,
        progress=listen,
    )
    assert request.query == (("encoding", "pcm_s32le"), ("sample_rate", "16000"))
    assert fields_of(request) == [
        ("model", "ink-whisper"),
        ("language", "de"),
        ("timestamp_granularities[]", "word"),
    ]
    assert isinstance(request.body, FormBody)
    assert request.body.progress is listen


def test_the_address_of_other_clients_takes_the_same() -> None:
    """Only the path differs."""
    ours = stt.transcribe(file=b"x", model="m", language="en", encoding="pcm_alaw", sample_rate=8000)
    theirs = stt.transcribe_openai(file=b"x", model="m", language="en", encoding="pcm_alaw", sample_rate=8000)
    assert theirs.path == "/audio/transcriptions"
    assert (theirs.query, theirs.body, theirs.decode) == (ours.query, ours.body, ours.decode)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"file": b""}, "file is empty"),
        ({"model": " "}, "model is empty"),
        ({"language": ""}, "language is empty"),
        ({"timestamp_granularities": "word"}, "is a list"),
        ({"timestamp_granularities": ["char"]}, "'char'"),
        ({"encoding": "mp3", "sample_rate": 8000}, "'mp3'"),
        ({"encoding": "pcm_s16le"}, "both or none"),
        ({"sample_rate": 16000}, "both or none"),
        ({"encoding": "pcm_s16le", "sample_rate": 0}, "sample_rate is 0"),
    ],
)
def test_what_cannot_be_right_is_refused(wrong: dict[str, Any], words: str) -> None:
    """Before anything is sent, at both addresses."""
    for call in (stt.transcribe, stt.transcribe_openai):
        with pytest.raises(InvalidArgument, match=words):
            call(**{"file": b"x", "model": "m", **wrong})


def answer(**fields: object) -> Response:
    """Make an answer."""
    return Response(200, JSON, "2026-08-14", content=json.dumps(fields).encode())


def test_answers_are_values() -> None:
    """Words with their times, and what is new is kept."""
    decode = stt.transcribe(file=b"x", model="m").decode
    found = decode(
        answer(
            type="transcript",
            text="Hello.",
            request_id="r",
            language="en",
            duration=1,
            is_final=True,
            words=[{"word": "Hello.", "start": 0, "end": 0.5, "score": 1}],
            mood="calm",
        )
    )
    assert found == Transcription(
        text="Hello.",
        language="en",
        duration=1.0,
        words=(TranscribedWord("Hello.", 0.0, 0.5, {"score": 1}),),
        request_id="r",
        is_final=True,
        type="transcript",
        extra={"mood": "calm"},
    )
    assert "<1 words>" in repr(found)
    assert repr(decode(answer(text=""))).startswith("Transcription(text='', language=None, duration=None, words=None")


@pytest.mark.parametrize("fields", [{}, {"text": None}, {"text": "a", "words": [{"word": "a"}]}])
def test_answers_of_another_shape_are_told(fields: dict[str, object]) -> None:
    """With their places."""
    with pytest.raises(DecodeError, match=r"\$\."):
        stt.transcribe(file=b"x", model="m").decode(answer(**fields))


def test_more_encodings_are_heard_than_spoken() -> None:
    """The list of the catalogue."""
    assert set(STT_ENCODINGS) == {"pcm_s16le", "pcm_s32le", "pcm_f16le", "pcm_f32le", "pcm_mulaw", "pcm_alaw"}
