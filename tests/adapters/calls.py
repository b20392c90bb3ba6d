"""The calls that the tests of HTTP make, each with the shortest arguments there are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import pytest

from cartesia_core import CartesiaError, RawFormat, WavFormat
from cartesia_sync import Client
from tests.adapters.secrecy import assert_silent
from tests.adapters.story import VOICE

TEXT: Final = "Hello."
FORMAT: Final = WavFormat("pcm_s16le", 16000)
RAW: Final = RawFormat("pcm_s16le", 16000)


def generate(client: Client, text: str = TEXT) -> bytes:
    """Generate a whole piece of audio."""
    return client.tts.generate(model_id="sonic-3", transcript=text, voice=VOICE, output_format=FORMAT).content


def stream(client: Client) -> bytes:
    """Generate audio and read it while it arrives."""
    with client.tts.stream(model_id="sonic-3", transcript=TEXT, voice=VOICE, output_format=FORMAT) as pieces:
        return b"".join(pieces)


def sse(client: Client) -> list[object]:
    """Generate events."""
    with client.tts.generate_sse(model_id="sonic-3", transcript=TEXT, voice=VOICE, output_format=RAW) as events:
        return list(events)


def get_voice(client: Client) -> object:
    """Read one voice."""
    return client.voices.get(VOICE)


def open_socket(client: Client) -> None:
    """Open the TTS socket and close it."""
    with client.tts.websocket():
        pass


Action = Callable[[Client], object]
GENERATIONS: Final[tuple[Action, ...]] = (generate, stream, sse)
READS: Final[tuple[Action, ...]] = (get_voice, open_socket)
ALL: Final[tuple[Action, ...]] = (*GENERATIONS, *READS)


def failing(action: Action, client: Client) -> CartesiaError:
    """Give the error of a call, which does not show the key."""
    with pytest.raises(CartesiaError) as caught:
        action(client)
    assert_silent(caught.value)
    return caught.value
