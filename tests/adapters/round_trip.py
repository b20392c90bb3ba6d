"""There and back with each client: sentences are spoken by the local server, and heard by it in all three ways.

`python -m tests.adapters.round_trip` does it with 20 sentences and prints how many words are wrong, beside how many are
wrong when the recogniser is called directly on the same audio.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import Final, TypeAlias

from cartesia_core import RawFormat
from cartesia_core.stt.events import Transcript, TurnEnd
from cartesia_local import LocalServer
from cartesia_sync import Client
from tests.adapters.flavours import ASYNCIO, TRIO, AsyncClient, Flavour
from tests.local.client import VOICE
from tests.local.sentences import TUNED
from tests.local.word_errors import directly, errors

RATE: Final = 16000
FORMAT: Final = RawFormat("pcm_s16le", RATE)
PIECE_NBYTES: Final = 3200
"""A tenth of a second."""
PAUSE: Final = bytes(2 * 24_000)
"""A second and a half of silence, which ends a turn."""
DIRECTLY: Final = "directly"

Heard: TypeAlias = dict[str, list[str]]
"""Text by text, by the way it was heard."""
Trip: TypeAlias = Callable[[LocalServer, Sequence[str]], Heard]


def by_threads(server: LocalServer, texts: Sequence[str]) -> Heard:
    """Go there and back with the client for plain threads."""
    with Client(api_key=server.key, base_url=server.url) as client:
        spoken = [_spoken(client, text) for text in texts]
        heard = {
            "batch": [_recording(client, pcm) for pcm in spoken],
            "stream": [_stream(client, pcm) for pcm in spoken],
            "turns": [_turns(client, pcm) for pcm in spoken],
        }
    return {**heard, DIRECTLY: directly(spoken)}


def _spoken(client: Client, text: str) -> bytes:
    return client.tts.generate(model_id="sonic-3", transcript=text, voice=VOICE, output_format=FORMAT).content


def _recording(client: Client, pcm: bytes) -> str:
    return client.stt.transcribe(file=pcm, model="ink-whisper", encoding="pcm_s16le", sample_rate=RATE).text


def _stream(client: Client, pcm: bytes) -> str:
    with client.stt.websocket(model="ink-whisper", encoding="pcm_s16le", sample_rate=RATE) as stream:
        for piece in _pieces(pcm):
            stream.send(piece)
        stream.finalize()
        stream.finish()
        return "".join(event.text for event in stream if isinstance(event, Transcript) and event.is_final)


def _turns(client: Client, pcm: bytes) -> str:
    with client.stt.turns(model="ink-2", encoding="pcm_s16le", sample_rate=RATE) as turns:
        for piece in _pieces(pcm + PAUSE):
            turns.send(piece)
        turns.finish()
        return "".join(event.transcript for event in turns if isinstance(event, TurnEnd))


def by(flavour: Flavour) -> Trip:
    """Give the way there and back with a client for an event loop."""

    def trip(server: LocalServer, texts: Sequence[str]) -> Heard:
        async def main() -> tuple[list[bytes], Heard]:
            async with flavour.make(api_key=server.key, base_url=server.url) as client:
                spoken = [await _spoken_async(client, text) for text in texts]
                return spoken, {
                    "batch": [await _recording_async(client, pcm) for pcm in spoken],
                    "stream": [await _stream_async(client, pcm) for pcm in spoken],
                    "turns": [await _turns_async(client, pcm) for pcm in spoken],
                }

        spoken, heard = flavour.run(main)
        return {**heard, DIRECTLY: directly(spoken)}

    return trip


async def _spoken_async(client: AsyncClient, text: str) -> bytes:
    audio = await client.tts.generate(model_id="sonic-3", transcript=text, voice=VOICE, output_format=FORMAT)
    return audio.content


async def _recording_async(client: AsyncClient, pcm: bytes) -> str:
    answer = await client.stt.transcribe(file=pcm, model="ink-whisper", encoding="pcm_s16le", sample_rate=RATE)
    return answer.text


async def _stream_async(client: AsyncClient, pcm: bytes) -> str:
    async with client.stt.websocket(model="ink-whisper", encoding="pcm_s16le", sample_rate=RATE) as stream:
        for piece in _pieces(pcm):
            await stream.send(piece)
        await stream.finalize()
        await stream.finish()
        return "".join([event.text async for event in stream if isinstance(event, Transcript) and event.is_final])


async def _turns_async(client: AsyncClient, pcm: bytes) -> str:
    async with client.stt.turns(model="ink-2", encoding="pcm_s16le", sample_rate=RATE) as turns:
        for piece in _pieces(pcm + PAUSE):
            await turns.send(piece)
        await turns.finish()
        return "".join([event.transcript async for event in turns if isinstance(event, TurnEnd)])


def _pieces(pcm: bytes) -> list[bytes]:
    """Cut audio as a microphone would."""
    return [pcm[at : at + PIECE_NBYTES] for at in range(0, len(pcm), PIECE_NBYTES)]


TRIPS: Final[dict[str, Trip]] = {"threads": by_threads, "trio": by(TRIO), "asyncio": by(ASYNCIO)}


def wrong(heard: Heard, texts: Sequence[str]) -> dict[str, int]:
    """Count the words that each way got wrong."""
    return {way: errors(texts, found) for way, found in heard.items()}


def main() -> None:
    """Print a line for each client, and fail if one of its ways is worse than directly."""
    is_worse = False
    with LocalServer() as server:
        for name, trip in TRIPS.items():
            found = wrong(trip(server, TUNED), TUNED)
            is_worse = is_worse or max(found.values()) > found[DIRECTLY]
            sys.stdout.write(f"{name:8} wrong words {found}\n")
    sys.exit(is_worse)


if __name__ == "__main__":
    main()
