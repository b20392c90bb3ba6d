"""Helpers: audio to be recognised, and plain clients for the sockets that do it."""

from __future__ import annotations

import io
import json
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

import numpy as np
import numpy.typing as npt
import soundfile
from websockets.sync.client import connect

from cartesia_core.versions import NEWEST
from tests.local.client import VOICE, Json, spoken

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from contextlib import AbstractContextManager

    from websockets.sync.connection import Connection

    from cartesia_local import LocalServer, Running

RATE: Final = 16000
PIECE_NBYTES: Final = 3200
"""A tenth of a second."""
MANUAL: Final[Json] = {"model": "ink-whisper", "encoding": "pcm_s16le", "sample_rate": RATE}
TURNS: Final[Json] = {**MANUAL, "model": "ink-2"}

Samples = npt.NDArray[np.int16]


def say(server: LocalServer | Running, text: str, voice: str = VOICE) -> bytes:
    """Speak: 16 bit, mono, 16 kHz, without the silence at the end."""
    pcm, rate = soundfile.read(io.BytesIO(spoken(server, text, voice)), dtype="int16")
    assert rate == RATE
    loud = np.flatnonzero(np.abs(pcm) > 0.01 * np.abs(pcm).max())
    return bytes(pcm[: loud[-1] + 1].tobytes())


def silence(seconds: float) -> bytes:
    """Give silence."""
    return bytes(2 * round(seconds * RATE))


def seconds(pcm: bytes) -> float:
    """Tell how long audio is."""
    return len(pcm) / 2 / RATE


class Stream:
    """A socket for recognition."""

    def __init__(self, ws: Connection) -> None:
        self.ws = ws

    def send(self, pcm: bytes) -> None:
        """Send audio in pieces of a tenth of a second."""
        for begin in range(0, len(pcm), PIECE_NBYTES):
            self.ws.send(pcm[begin : begin + PIECE_NBYTES])

    def command(self, text: str) -> None:
        """Send a word."""
        self.ws.send(text)

    def config(self, **turn: float) -> None:
        """Change the settings of turns."""
        self.ws.send(json.dumps({"type": "config", "turn": turn}))

    def close_turns(self) -> None:
        """End a stream with turns."""
        self.ws.send(json.dumps({"type": "close"}))

    def receive(self, timeout: float = 60) -> Json:
        """Wait for a message."""
        message: Json = json.loads(self.ws.recv(timeout))
        return message

    def waiting(self) -> list[Json]:
        """Collect the messages that have come."""
        found: list[Json] = []
        with suppress(TimeoutError):
            while True:
                found.append(self.receive(0))
        return found

    def until(self, kind: str) -> list[Json]:
        """Collect messages up to the first of a type."""
        messages = [self.receive()]
        while messages[-1]["type"] != kind:
            messages.append(self.receive())
        return messages

    def rest(self) -> list[Json]:
        """Collect messages up to the end of the socket."""
        return [json.loads(message) for message in self.ws]

    def whole(self, pcm: bytes) -> list[Json]:
        """Send audio, then `close`; collect all messages."""
        self.send(pcm)
        self.command("close")
        return self.rest()


@contextmanager
def stream(
    server: LocalServer | Running,
    query: Mapping[str, Any] = MANUAL,
    path: str = "/stt/websocket",
    version: str = NEWEST,
) -> Iterator[Stream]:
    """Open a socket; lists in the query are repeated, None leaves a parameter out."""
    whole = {"api_key": server.key, "cartesia_version": version, **query}
    text = urlencode({name: value for name, value in whole.items() if value is not None}, doseq=True)
    with connect(f"{server.websocket_url}{path}?{text}", compression=None, close_timeout=10, proxy=None) as ws:
        yield Stream(ws)


def turns(server: LocalServer | Running, version: str = NEWEST, **query: Any) -> AbstractContextManager[Stream]:
    """Open a socket with turns."""
    return stream(server, {**TURNS, **query}, "/stt/turns/websocket", version)


def finals(messages: list[Json]) -> str:
    """Join the finals as they are."""
    return "".join(each["text"] for each in messages if each["type"] == "transcript" and each["is_final"])


def kinds(messages: list[Json]) -> list[str]:
    """Give the types of all messages."""
    return [message["type"] for message in messages]


def wrong_words(reference: str, heard: str) -> int:
    """Count the words to add, take away or change."""
    wanted, found = reference.split(), heard.split()
    row = list(range(len(found) + 1))
    for one, word in enumerate(wanted, 1):
        before, row = row, [one]
        for two, other in enumerate(found, 1):
            row.append(min(before[two] + 1, row[-1] + 1, before[two - 1] + (word != other)))
    return row[-1]
