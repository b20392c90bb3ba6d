"""The same calls, said to the official SDK and to ours."""

from __future__ import annotations

from contextlib import suppress
from typing import Final, Literal, TypeAlias

import cartesia as official
from cartesia.types import (
    GenerationConfigParam,
    MP3OutputFormatParam,
    RawOutputFormatParam,
    WAVOutputFormatParam,
)

from cartesia_core import ApiError, GenerationConfig, Mp3Format, OutputFormat, RawFormat, WavFormat
from cartesia_core.tts.commands import ContextKeywords
from cartesia_sync import Client
from tests.judges.pair import Pair
from tests.judges.resource_calls import RESOURCE_PAIRS
from tests.judges.speech_calls import SPEECH_PAIRS

MODEL: Final = "sonic-3"
TEXT: Final = 'Grüße, "world" - 你好.'
VOICE: Final = "6ccbfb76-1fc6-48f7-b71d-91ac6298247b"
RAW: Final[RawOutputFormatParam] = {"container": "raw", "encoding": "pcm_s16le", "sample_rate": 16000}
CONFIG: Final[GenerationConfigParam] = {"speed": 1.25, "volume": 0.5, "emotion": "calm"}
OUR_RAW: Final = RawFormat("pcm_s16le", 16000)
OUR_CONFIG: Final = GenerationConfig(speed=1.25, volume=0.5, emotion="calm")

Format: TypeAlias = RawOutputFormatParam | WAVOutputFormatParam | MP3OutputFormatParam
_Encoding: TypeAlias = Literal["pcm_f32le", "pcm_s16le", "pcm_mulaw", "pcm_alaw"]
ENCODINGS: Final[tuple[_Encoding, ...]] = ("pcm_f32le", "pcm_s16le", "pcm_mulaw", "pcm_alaw")


def _format_pair(name: str, theirs: Format, ours: OutputFormat) -> Pair:
    return Pair(
        f"generate {name}",
        lambda c: c.tts.generate(model_id=MODEL, transcript=TEXT, voice=VOICE, output_format=theirs).read(),
        lambda c: c.tts.generate(model_id=MODEL, transcript=TEXT, voice=VOICE, output_format=ours),
    )


def _official_stream(c: official.Cartesia) -> None:
    with c.tts.with_streaming_response.generate(
        model_id=MODEL, transcript=TEXT, voice=VOICE, output_format=RAW
    ) as answer:
        list(answer.iter_bytes())


def _our_stream(c: Client) -> None:
    with c.tts.stream(model_id=MODEL, transcript=TEXT, voice=VOICE, output_format=OUR_RAW) as pieces:
        list(pieces)


def _our_events(c: Client) -> None:
    with c.tts.generate_sse(model_id=MODEL, transcript=TEXT, voice=VOICE, output_format=OUR_RAW) as events:
        list(events)


def _official_events_all(c: official.Cartesia) -> None:
    list(
        c.tts.generate_sse(
            model_id=MODEL,
            transcript=TEXT,
            voice=VOICE,
            output_format=RAW,
            add_timestamps=True,
            add_phoneme_timestamps=False,
            use_normalized_timestamps=True,
            context_id="mine",
            generation_config=CONFIG,
            language="en",
            normalization="off",
            pronunciation_dict_id="pdict_1",
            speed="slow",
        )
    )


def _our_events_all(c: Client) -> None:
    with c.tts.generate_sse(
        model_id=MODEL,
        transcript=TEXT,
        voice=VOICE,
        output_format=OUR_RAW,
        add_timestamps=True,
        add_phoneme_timestamps=False,
        use_normalized_timestamps=True,
        context_id="mine",
        generation_config=OUR_CONFIG,
        language="en",
        normalization="off",
        pronunciation_dict_id="pdict_1",
        speed="slow",
    ) as events:
        list(events)


def _official_generate_all(c: official.Cartesia) -> None:
    c.tts.generate(
        model_id=MODEL,
        transcript=TEXT,
        voice=VOICE,
        output_format=RAW,
        generation_config=CONFIG,
        locale="en-GB",
        normalization="en-IN",
        pronunciation_dict_id="pdict_1",
        save=True,
        speed="fast",
    )


def _our_generate_all(c: Client) -> None:
    c.tts.generate(
        model_id=MODEL,
        transcript=TEXT,
        voice=VOICE,
        output_format=OUR_RAW,
        generation_config=OUR_CONFIG,
        locale="en-GB",
        normalization="en-IN",
        pronunciation_dict_id="pdict_1",
        save=True,
        speed="fast",
    )


def _official_nulls(c: official.Cartesia) -> None:
    c.tts.generate(
        model_id=MODEL, transcript=TEXT, voice=VOICE, output_format=RAW, language=None, save=None, normalization=None
    )


def _our_nulls(c: Client) -> None:
    c.tts.generate(
        model_id=MODEL,
        transcript=TEXT,
        voice=VOICE,
        output_format=OUR_RAW,
        language=None,
        save=None,
        normalization=None,
    )


OUR_OPTIONS: Final[ContextKeywords] = {"model_id": MODEL, "voice": VOICE, "output_format": OUR_RAW}
OUR_ALL_OPTIONS: Final[ContextKeywords] = {
    "model_id": MODEL,
    "voice": VOICE,
    "output_format": OUR_RAW,
    "language": "en",
    "add_timestamps": True,
    "add_phoneme_timestamps": True,
    "use_normalized_timestamps": False,
    "generation_config": OUR_CONFIG,
    "max_buffer_delay_ms": 250,
    "pronunciation_dict_id": "pdict_1",
}


def _official_pushes(c: official.Cartesia) -> None:
    with c.tts.websocket_connect() as ws:
        context = ws.context(model_id=MODEL, voice=VOICE, output_format=RAW)
        context.push("Hello, ")
        context.push("world.")
        context.push("", flush=True)
        context.push(" More.")
        context.no_more_inputs()
        list(context.receive())


def _our_pushes(c: Client) -> None:
    with c.tts.websocket() as ws, ws.context(**OUR_OPTIONS) as context:
        context.push("Hello, ")
        context.push("world.")
        context.flush()
        context.push(" More.")
        context.finish()
        list(context)


def _official_options(c: official.Cartesia) -> None:
    with c.tts.websocket_connect() as ws:
        context = ws.context(
            model_id=MODEL,
            voice=VOICE,
            output_format=RAW,
            language="en",
            add_timestamps=True,
            add_phoneme_timestamps=True,
            use_normalized_timestamps=False,
            generation_config=CONFIG,
            max_buffer_delay_ms=250,
            pronunciation_dict_id="pdict_1",
        )
        context.push(TEXT)
        context.no_more_inputs()
        list(context.receive())


def _our_options(c: Client) -> None:
    with c.tts.websocket() as ws, ws.context(**OUR_ALL_OPTIONS) as context:
        context.push(TEXT)
        context.finish()
        list(context)


def _official_cancel(c: official.Cartesia) -> None:
    with c.tts.websocket_connect() as ws:
        context = ws.context(model_id=MODEL, voice=VOICE, output_format=RAW)
        context.push("Hello.")
        context.cancel()


def _our_cancel(c: Client) -> None:
    with c.tts.websocket() as ws, ws.context(**OUR_OPTIONS) as context:
        context.push("Hello.")
        context.cancel()


def _refused_official(c: official.Cartesia) -> None:
    with suppress(official.APIStatusError):
        c.tts.generate(model_id=MODEL, transcript=TEXT, voice=VOICE, output_format=RAW)


def _refused_ours(c: Client) -> None:
    with suppress(ApiError):
        c.tts.generate(model_id=MODEL, transcript=TEXT, voice=VOICE, output_format=OUR_RAW)


PAIRS: Final = (
    *(
        _format_pair(
            f"{container} {encoding}",
            {"container": "raw", "encoding": encoding, "sample_rate": 8000}
            if container == "raw"
            else {"container": "wav", "encoding": encoding, "sample_rate": 48000},
            RawFormat(encoding, 8000) if container == "raw" else WavFormat(encoding, 48000),
        )
        for container in ("raw", "wav")
        for encoding in ENCODINGS
    ),
    _format_pair("mp3", {"container": "mp3", "bit_rate": 64000, "sample_rate": 22050}, Mp3Format(22050, 64000)),
    Pair("generate all options", _official_generate_all, _our_generate_all),
    Pair("generate nulls", _official_nulls, _our_nulls),
    Pair("stream", _official_stream, _our_stream),
    Pair(
        "generate_sse",
        lambda c: list(c.tts.generate_sse(model_id=MODEL, transcript=TEXT, voice=VOICE, output_format=RAW)),
        _our_events,
    ),
    Pair("generate_sse all options", _official_events_all, _our_events_all),
    Pair("voices.list", lambda c: list(c.voices.list()), lambda c: list(c.voices.list())),
    Pair(
        "voices.list all filters",
        lambda c: list(
            c.voices.list(
                limit=7,
                ending_before="voice 1/ü",
                q="calm & deep",
                is_owner=True,
                gender="gender_neutral",
                expand=["preview_file_url"],
            )
        ),
        lambda c: list(
            c.voices.list(
                limit=7,
                ending_before="voice 1/ü",
                q="calm & deep",
                is_owner=True,
                gender="gender_neutral",
                expand=["preview_file_url"],
            )
        ),
    ),
    Pair("voices.get", lambda c: c.voices.get(VOICE), lambda c: c.voices.get(VOICE)),
    Pair(
        "voices.get expanded",
        lambda c: c.voices.get("an id/ü", expand=["preview_file_url"]),
        lambda c: c.voices.get("an id/ü", expand=["preview_file_url"]),
    ),
    Pair("get_status", lambda c: c.get_status(), lambda c: c.get_status()),
    Pair("websocket pushes and flush", _official_pushes, _our_pushes),
    Pair("websocket all options", _official_options, _our_options),
    Pair("websocket cancel", _official_cancel, _our_cancel),
    Pair("generate refused with 401", _refused_official, _refused_ours, status=401),
    Pair("generate refused with 400", _refused_official, _refused_ours, status=400),
    Pair("generate fails with 500", _refused_official, _refused_ours, status=500),
    *RESOURCE_PAIRS,
    *SPEECH_PAIRS,
)
