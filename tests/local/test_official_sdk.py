"""The vendor's own Python SDK as a client of the local server."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from tests.local.client import VOICE, seconds

cartesia = pytest.importorskip("cartesia", reason="the official SDK is not installed")

from cartesia import AsyncCartesia, AuthenticationError, BadRequestError, Cartesia, NotFoundError  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cartesia.types import RawOutputFormatParam
    from cartesia.types.tts_generate_params import OutputFormat

    from cartesia_local import LocalServer

FORMAT: RawOutputFormatParam = {"container": "raw", "encoding": "pcm_s16le", "sample_rate": 16000}
TEXT = "The quick brown fox jumps over the lazy dog."


@pytest.fixture
def sdk(server: LocalServer) -> Iterator[Cartesia]:
    """Its synchronous client; it dials wss unless told otherwise."""
    with Cartesia(
        api_key=server.key, base_url=server.url, websocket_base_url=server.websocket_url, max_retries=0
    ) as client:
        yield client


def test_status_and_voices(sdk: Cartesia) -> None:
    """Its iterator asks for pages until an empty one comes."""
    assert sdk.get_status().ok
    voices = list(sdk.voices.list(limit=4))
    assert len({voice.id for voice in voices}) == len(voices) >= 8
    assert sdk.voices.get(VOICE).name == voices[0].name


def test_speech_in_one_answer(sdk: Cartesia) -> None:
    """In every container."""
    formats: list[OutputFormat] = [
        FORMAT,
        {"container": "wav", "encoding": "pcm_f32le", "sample_rate": 44100},
        {"container": "mp3", "sample_rate": 44100, "bit_rate": 128000},
    ]
    for output_format in formats:
        answer = sdk.tts.generate(model_id="sonic-3", transcript=TEXT, voice=VOICE, output_format=output_format)
        assert len(answer.read()) > 20_000


def test_speech_as_events(sdk: Cartesia) -> None:
    """Audio, the words of the text, and the end."""
    events = list(
        sdk.tts.generate_sse(
            model_id="sonic-3", transcript=TEXT, voice=VOICE, output_format=FORMAT, add_timestamps=True
        )
    )
    words = [word for event in events if event.type == "timestamps" for word in event.word_timestamps.words]
    assert words == TEXT.split()
    assert events[-1].type == "done"


def test_speech_over_the_socket(sdk: Cartesia) -> None:
    """A context with several inputs."""
    with sdk.tts.websocket_connect() as connection:
        context = connection.context(model_id="sonic-3", voice={"id": VOICE}, output_format=FORMAT)
        for piece in ("The quick brown fox ", "jumps over ", "the lazy dog."):
            context.push(piece)
        context.no_more_inputs()
        events = list(context.receive())
    audio = b"".join(event.audio or b"" for event in events if event.type == "chunk")
    assert 2 < seconds(audio) < 4
    assert events[-1].type == "done"


def test_contexts_side_by_side(server: LocalServer) -> None:
    """Four on one socket of its asynchronous client."""

    async def main() -> list[float]:
        async with (
            AsyncCartesia(api_key=server.key, base_url=server.url, websocket_base_url=server.websocket_url) as client,
            client.tts.websocket_connect() as connection,
        ):

            async def speak() -> float:
                context = connection.context(model_id="sonic-3", voice={"id": VOICE}, output_format=FORMAT)
                await context.push(TEXT)
                await context.no_more_inputs()
                return seconds(b"".join([e.audio or b"" async for e in context.receive() if e.type == "chunk"]))

            return await asyncio.gather(*[speak() for _ in range(4)])

    lengths = asyncio.run(main())
    assert 2 < lengths[0] < 4
    assert len(set(lengths)) == 1


def test_errors_become_its_own(server: LocalServer, sdk: Cartesia) -> None:
    """By status, with the typed body."""
    with pytest.raises(BadRequestError, match="model_not_found"):
        sdk.tts.generate(model_id="nothing", transcript=TEXT, voice=VOICE, output_format=FORMAT)
    with pytest.raises(NotFoundError, match="voice_not_found"):
        sdk.voices.get("nothing")
    with Cartesia(api_key="wrong", base_url=server.url) as stranger, pytest.raises(AuthenticationError):
        stranger.voices.list()
