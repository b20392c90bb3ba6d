"""The vendor's own Python SDK as a client of the sockets for recognition."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from tests.local.hearing import PIECE_NBYTES, RATE, say, silence

pytest.importorskip("pocketsphinx")
cartesia = pytest.importorskip("cartesia", reason="the official SDK is not installed")

from cartesia import AsyncCartesia, Cartesia  # noqa: E402

from cartesia_local import LocalServer  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Iterator

TEXT = "Please send the report to my manager."


@pytest.fixture(scope="module")
def sure() -> Iterator[LocalServer]:
    """A server that hears one sentence and nothing else."""
    with LocalServer(stt_phrases=[TEXT]) as running:
        yield running


@pytest.fixture(scope="module")
def said(sure: LocalServer) -> list[bytes]:
    """The sentence and silence after it, in pieces."""
    pcm = say(sure, TEXT) + silence(1)
    return [pcm[begin : begin + PIECE_NBYTES] for begin in range(0, len(pcm), PIECE_NBYTES)]


@pytest.fixture
def sdk(sure: LocalServer) -> Iterator[Cartesia]:
    """Its synchronous client."""
    with Cartesia(api_key=sure.key, base_url=sure.url, websocket_base_url=sure.websocket_url) as client:
        yield client


def test_manual_finalize(sdk: Cartesia, said: list[bytes]) -> None:
    """Its typed messages: the sentence, flush_done, done, and the end of the iteration."""
    with sdk.stt.manual_finalize.websocket(
        model="ink-2", encoding="pcm_s16le", sample_rate=RATE, keyterm=["my manager", "report"]
    ) as connection:
        for piece in said:
            connection.send_raw(piece)
        connection.send("finalize")
        connection.send("close")
        events = list(connection)
    finals = [event.text for event in events if event.type == "transcript" and event.is_final]
    assert finals == [TEXT]
    assert [event.type for event in events[-2:]] == ["flush_done", "done"]


def test_auto_finalize(sdk: Cartesia, said: list[bytes]) -> None:
    """Its typed messages of a turn, with settings in the query and in a message."""
    with sdk.stt.auto_finalize.websocket(
        model="ink-2", encoding="pcm_s16le", sample_rate=RATE, turn_end_threshold=0.3
    ) as connection:
        connection.send({"type": "config", "turn": {"start_threshold": 0.7}})
        for piece in said:
            connection.send_raw(piece)
        connection.send({"type": "close"})
        events = list(connection)
    kinds = [event.type for event in events if event.type != "turn.update"]
    assert kinds == ["connected", "turn.start", "turn.eager_end", "turn.end"]
    assert [event.transcript for event in events if event.type == "turn.end"] == [TEXT]


def test_both_at_once_on_its_asynchronous_client(sure: LocalServer, said: list[bytes]) -> None:
    """Two streams on one event loop."""

    async def main() -> tuple[list[str], list[str]]:
        async with AsyncCartesia(api_key=sure.key, base_url=sure.url, websocket_base_url=sure.websocket_url) as client:

            async def manual() -> list[str]:
                async with client.stt.manual_finalize.websocket(
                    model="ink-whisper", encoding="pcm_s16le", sample_rate=RATE
                ) as connection:
                    for piece in said:
                        await connection.send_raw(piece)
                    await connection.send("close")
                    return [e.text async for e in connection if e.type == "transcript" and e.is_final]

            async def auto() -> list[str]:
                async with client.stt.auto_finalize.websocket(
                    model="ink-2", encoding="pcm_s16le", sample_rate=RATE
                ) as connection:
                    for piece in said:
                        await connection.send_raw(piece)
                    await connection.send({"type": "close"})
                    return [e.transcript async for e in connection if e.type == "turn.end"]

            one, two = await asyncio.gather(manual(), auto())
            return one, two

    assert asyncio.run(main()) == ([TEXT], [TEXT])
