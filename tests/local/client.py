"""Helpers: plain clients for the local server, over real sockets."""

from __future__ import annotations

import base64
import io
import json
import os
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import httpx
import pytest
from websockets.sync.client import connect
from websockets.sync.connection import Connection

from cartesia_core.versions import NEWEST
from cartesia_local import LocalServer, Running
from cartesia_local.sound.clips import read_clip
from cartesia_local.sound.pitch import median_pitch
from cartesia_local.speech.engine import Float32Array

VOICE: Final = "6ccbfb76-1fc6-48f7-b71d-91ac6298247b"
OTHER_VOICE: Final = "f786b574-daa5-4673-aa0c-cbe3e8534c02"
RAW: Final = {"container": "raw", "encoding": "pcm_s16le", "sample_rate": 16000}
WAV: Final = {**RAW, "container": "wav"}
CLIP_TEXT: Final = "This is what I sound like. I say two sentences here."
NBYTES_PER_SECOND: Final = 32000
"""Of `RAW`."""
LONG: Final = "This sentence is one of very many that follow each other. " * 200
"""Some ten minutes of speech."""
API: Final = Path(__file__).parents[2] / ".." / "shared" / "api"

Json = dict[str, Any]

linux_only = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")


def children() -> set[int]:
    """Give the process numbers of this process's children."""
    while True:
        try:
            lists = [(task / "children").read_text() for task in Path("/proc/self/task").iterdir()]
        except (FileNotFoundError, ProcessLookupError):
            continue  # a thread ended meanwhile, and its children went to another one
        return {int(pid) for pids in lists for pid in pids.split()}


def kill(pids: set[int]) -> None:
    """End processes without warning, and wait until they have ended."""
    for pid in pids:
        os.kill(pid, signal.SIGKILL)
    give_up = time.monotonic() + 5
    while any(_is_alive(pid) for pid in pids) and time.monotonic() < give_up:
        pass


def _is_alive(pid: int) -> bool:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"


def api_facts(name: str) -> Any:
    """Read one of the files of wire facts beside the repository; skip where they are absent."""
    path = API / name
    if not path.exists():
        pytest.skip(f"the wire facts ({name}) are not beside the repository")
    return json.loads(path.read_text())


def speech(**changes: Any) -> Json:
    """Give the body of a generation; a change to None leaves the field out."""
    body: Json = {"model_id": "sonic-3", "transcript": "Hello there.", "voice": VOICE, "output_format": RAW, **changes}
    return {name: value for name, value in body.items() if value is not None}


def http(server: LocalServer | Running, version: str | None = NEWEST, **headers: str) -> httpx.Client:
    """Open a client with the right key."""
    fields = {"Authorization": f"Bearer {server.key}", **headers}
    if version is not None:
        fields["Cartesia-Version"] = version
    return httpx.Client(base_url=server.url, headers=fields, trust_env=False, timeout=20)


def spoken(server: LocalServer | Running, text: str = CLIP_TEXT, voice: str = OTHER_VOICE) -> bytes:
    """Speak a clip: a WAV file, mono, 16 kHz."""
    with http(server) as client:
        answer = client.post("/tts/bytes", json=speech(transcript=text, voice=voice, output_format=WAV))
    return answer.raise_for_status().content


def samples(wav: bytes) -> Float32Array:
    """Decode a sound file to samples at the engine's rate."""
    return read_clip(io.BytesIO(wav), "file").pcm


def pitch(wav: bytes) -> float:
    """Tell how high a sound file speaks, in Hz."""
    found = median_pitch(samples(wav))
    assert found is not None
    return found


class Clock:
    """A clock that goes when it is told to."""

    def __init__(self) -> None:
        self.now = time.time()

    def __call__(self) -> float:
        """Tell the seconds since the epoch."""
        return self.now


class Talk:
    """A TTS socket."""

    def __init__(self, ws: Connection) -> None:
        self.ws = ws

    def send(self, context_id: str | None = "c", *, more: bool | None = None, **changes: Any) -> None:
        """Send a generation; `more` is the field `continue`."""
        changes["continue"] = more
        self.ws.send(json.dumps(speech(context_id=context_id, **changes)))

    def send_bare(self, **message: Any) -> None:
        """Send a message as it is."""
        self.ws.send(json.dumps(message))

    def receive(self, timeout: float = 10) -> Json:
        """Wait for a message."""
        message: Json = json.loads(self.ws.recv(timeout))
        return message

    def until(self, is_last: Callable[[Json], bool]) -> list[Json]:
        """Collect messages up to the one that is the last."""
        messages = [self.receive()]
        while not is_last(messages[-1]):
            messages.append(self.receive())
        return messages

    def until_done(self, context_id: str = "c") -> list[Json]:
        """Collect messages up to the end of a context."""
        return self.until(lambda message: message["done"] is True and message.get("context_id") == context_id)


@contextmanager
def talk(server: LocalServer, version: str = NEWEST, **options: Any) -> Iterator[Talk]:
    """Open a TTS socket, with the key in the query as browsers have it."""
    query = f"api_key={server.key}&cartesia_version={version}"
    options = {"compression": None, "close_timeout": 5, **options}
    with connect(f"{server.websocket_url}/tts/websocket?{query}", proxy=None, **options) as ws:
        yield Talk(ws)


@contextmanager
def raw_connection(server: LocalServer) -> Iterator[socket.socket]:
    """Open a bare connection."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as sock:
        yield sock


def receive_until(sock: socket.socket, mark: bytes) -> bytes:
    """Read until the mark has come, or the end."""
    data = b""
    while mark not in data and (more := sock.recv(65536)):
        data += more
    return data


def types(messages: list[Json]) -> list[str]:
    """Give the types, of equal ones in a row one."""
    names = [message["type"] for message in messages]
    return [name for position, name in enumerate(names) if position == 0 or names[position - 1] != name]


def audio(messages: list[Json], context_id: str | None = None) -> bytes:
    """Give the audio of a context."""
    chunks = [message for message in messages if message["type"] == "chunk"]
    return b"".join(
        base64.b64decode(chunk["data"]) for chunk in chunks if context_id in {None, chunk.get("context_id")}
    )


def seconds(pcm: bytes) -> float:
    """Tell how long audio in the format `RAW` lasts."""
    return len(pcm) / NBYTES_PER_SECOND
