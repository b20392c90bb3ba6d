"""Five minutes in which nobody speaks, with every client at once, against a server that gives idle streams up sooner.

`python -m tests.local.soak_pause` takes a little more than five minutes; `--minutes 1` is shorter. It fails where what
is said after the pause is not heard, or where a stream had to be opened again.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from functools import partial
from threading import Thread
from typing import Any, Final

import anyio

from cartesia_core import RawFormat, SilenceKeepalive, SttLimits, TranscriptBuilder
from cartesia_local import LocalServer
from cartesia_sync import Client
from tests.adapters.flavours import FLAVOURS, Flavour

SENTENCES: Final = ("We are going to the market.", "The weather is nice today.")
PIECE_NBYTES: Final = 3200
IDLE_FRACTION: Final = 0.2
"""Of the pause: after so long without a message the server closes a stream."""


def options(pause_seconds: float) -> dict[str, Any]:
    """Give the options of a stream that is kept alive."""
    silence = SilenceKeepalive(after_seconds=pause_seconds * IDLE_FRACTION / 2)
    return {
        "model": "ink-whisper",
        "encoding": "pcm_s16le",
        "sample_rate": 16000,
        "limits": SttLimits(silence=silence),
    }


def spoken(client: Client, sentence: str) -> list[bytes]:
    """Speak a sentence; give it in tenths of a second."""
    voice = next(iter(client.voices.list(language="en"))).id
    pcm = RawFormat("pcm_s16le", 16000)
    with client.tts.stream(model_id="sonic-3", transcript=sentence, voice=voice, output_format=pcm) as pieces:
        data = b"".join(pieces)
    return [data[at : at + PIECE_NBYTES] for at in range(0, len(data), PIECE_NBYTES)]


def in_threads(server: LocalServer, speech: list[list[bytes]], pause_seconds: float) -> tuple[str, int]:
    """Pause with the client for threads; give the text and the number of sockets."""
    text = TranscriptBuilder()
    with (
        Client(api_key=server.key, base_url=server.url) as client,
        client.stt.websocket(**options(pause_seconds)) as stt,
    ):

        def speak() -> None:
            stt.stream(speech[0])
            stt.finalize()
            time.sleep(pause_seconds)
            stt.stream(speech[1])
            stt.finish()

        speaker = Thread(target=speak)
        speaker.start()
        for event in stt:
            text.add(event)
        speaker.join()
        return text.text, stt.connections


def on_a_loop(
    flavour: Flavour, server: LocalServer, speech: list[list[bytes]], pause_seconds: float
) -> tuple[str, int]:
    """Pause with a client for an event loop."""

    async def main() -> tuple[str, int]:
        text = TranscriptBuilder()
        async with (
            flavour.make(api_key=server.key, base_url=server.url) as client,
            client.stt.websocket(**options(pause_seconds)) as stt,
        ):

            async def speak() -> None:
                await stt.stream(speech[0])
                await stt.finalize()
                await anyio.sleep(pause_seconds)
                await stt.stream(speech[1])
                await stt.finish()

            async with anyio.create_task_group() as tasks:
                tasks.start_soon(speak)
                async for event in stt:
                    text.add(event)
            return text.text, stt.connections

    return flavour.run(main)


def main() -> None:
    """Pause in all clients at once."""
    parser = argparse.ArgumentParser(prog="python -m tests.local.soak_pause")
    parser.add_argument("--minutes", type=float, default=5.0)
    pause_seconds = parser.parse_args().minutes * 60
    heard: dict[str, tuple[str, int]] = {}
    with LocalServer(stt_phrases=SENTENCES, stt_idle_seconds=pause_seconds * IDLE_FRACTION) as server:
        with Client(api_key=server.key, base_url=server.url) as client:
            speech = [spoken(client, sentence) for sentence in SENTENCES]
        clients: dict[str, Callable[[], tuple[str, int]]] = {
            "threads": partial(in_threads, server, speech, pause_seconds),
            **{each.name: partial(on_a_loop, each, server, speech, pause_seconds) for each in FLAVOURS},
        }
        threads = [
            Thread(target=lambda name=name, work=work: heard.update({name: work()})) for name, work in clients.items()
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    for name in clients:
        text, sockets = heard.get(name, ("", 0))
        sys.stdout.write(f"{name:9} {sockets} socket, heard {text!r}\n")
    if any(heard.get(name) != (" ".join(SENTENCES), 1) for name in clients):
        raise SystemExit(f"all should have heard {' '.join(SENTENCES)!r} on one socket")


if __name__ == "__main__":
    main()
