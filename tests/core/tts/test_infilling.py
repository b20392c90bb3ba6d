"""Audio for gaps."""

from __future__ import annotations

from typing import Any

import pytest

from cartesia_core import tts
from cartesia_core.audio import Mp3Format, RawFormat, WavFormat
from cartesia_core.errors import InvalidArgument
from cartesia_core.http import FormBody, Headers, Response
from cartesia_core.tts.answers import Audio
from cartesia_core.tts.models import LegacyControls
from tests.core.form_parts import fields_of, files_of

WAV = WavFormat("pcm_s16le", 44100)
CALL: dict[str, Any] = {
    "model_id": "sonic-3",
    "language": "en",
    "transcript": "and then",
    "voice_id": "v",
    "output_format": WAV,
    "left_audio": b"left",
}
FIELDS = [("model_id", "sonic-3"), ("language", "en"), ("transcript", "and then"), ("voice_id", "v")]


class Speaker:
    """Anything with an id."""

    id = "v"


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"left_audio": b"l"}, {"left_audio": b"l"}),
        ({"left_audio": None, "right_audio": b"r"}, {"right_audio": b"r"}),
        ({"left_audio": b"l", "right_audio": "r.wav"}, {"left_audio": b"l", "right_audio": "r.wav"}),
    ],
)
def test_one_side_or_both(files: dict[str, Any], expected: dict[str, object]) -> None:
    """Whole and streamed, the call is the same."""
    for call in (tts.infill, tts.infill_stream):
        request = call(**{**CALL, **files})
        assert files_of(request) == expected
        assert (request.method, request.path, request.version) == ("POST", "/infill/bytes", None)
        assert (request.accept, request.headers) == ("audio/wav", (("Accept-Encoding", "identity"),))


@pytest.mark.parametrize(
    ("output_format", "fields"),
    [
        (WAV, [("container", "wav"), ("encoding", "pcm_s16le"), ("sample_rate", "44100")]),
        (Mp3Format(22050, 64000), [("container", "mp3"), ("sample_rate", "22050"), ("bit_rate", "64000")]),
    ],
)
def test_the_format_is_spread_over_fields(output_format: WavFormat | Mp3Format, fields: list[tuple[str, str]]) -> None:
    """In brackets; a voice may be given as such."""
    request = tts.infill(**{**CALL, "output_format": output_format, "voice_id": Speaker()})
    assert fields_of(request) == [*FIELDS, *((f"output_format[{name}]", value) for name, value in fields)]


def test_controls_pin_the_last_version_that_knows_them() -> None:
    """They travel as the older definitions say."""
    controls = LegacyControls(speed="fast", emotion=["anger:high", "curiosity"])
    for call in (tts.infill, tts.infill_stream):
        request = call(**{**CALL, "controls": controls})
        assert request.version == "2024-11-13"
        assert fields_of(request)[-3:] == [
            ("voice[__experimental_controls][speed]", "fast"),
            ("voice[__experimental_controls][emotion][]", "anger:high"),
            ("voice[__experimental_controls][emotion][]", "curiosity"),
        ]


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"left_audio": None}, "give left_audio, right_audio or both"),
        ({"left_audio": b""}, "left_audio is empty"),
        ({"right_audio": b""}, "right_audio is empty"),
        ({"model_id": ""}, "model_id"),
        ({"language": " "}, "language"),
        ({"voice_id": ""}, "voice_id"),
        ({"transcript": " "}, "transcript"),
    ],
)
def test_what_cannot_be_right_is_refused(wrong: dict[str, Any], words: str) -> None:
    """Before anything is sent."""
    for call in (tts.infill, tts.infill_stream):
        with pytest.raises(InvalidArgument, match=words):
            call(**{**CALL, **wrong})


def test_answers_are_audio() -> None:
    """Whole or in pieces, as those of text to speech; progress is told on the way out."""
    head = Headers([("content-type", "audio/wav")])
    request = tts.infill(**{**CALL, "output_format": RawFormat("pcm_s16le", 8000), "progress": print})
    assert request.decode(Response(200, head, content=b"ab")) == Audio(b"ab", RawFormat("pcm_s16le", 8000))
    assert list(tts.infill_stream(**CALL).decoder(Response(200, head)).feed(b"ab")) == [b"ab"]
    assert isinstance(request.body, FormBody)
    assert request.body.progress is print
