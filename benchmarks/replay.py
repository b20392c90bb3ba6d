"""A server process that only replays canned bytes. The transcript says how many chunks: `100`, or `paced 100`."""

from __future__ import annotations

import base64
import hashlib
import json
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from threading import Thread
from typing import Final

from benchmarks import canned
from benchmarks.canned_speech import A_BURST, FRAMES_PER_TRANSCRIPT, TRANSCRIPTS, flush_done

HOST: Final = "127.0.0.1"
PACE_SECONDS: Final = 0.0005
_GUID: Final = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


class Peer:
    """One connection."""

    def __init__(self, connection: socket.socket) -> None:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket: Final = connection
        self._file: Final = connection.makefile("rb", buffering=256 * 1024)

    def serve(self) -> None:
        """Answer requests until the client leaves."""
        with self._socket, self._file:
            try:
                while (line := self._file.readline()) and self._answer(line.split(b" ")[1], self._headers()):
                    pass
            except OSError:
                return

    def _headers(self) -> dict[bytes, bytes]:
        headers: dict[bytes, bytes] = {}
        while line := self._file.readline().strip():
            name, _, value = line.partition(b":")
            headers[name.lower()] = value.strip()
        return headers

    def _answer(self, target: bytes, headers: dict[bytes, bytes]) -> bool:
        """Answer; tell whether the connection goes on."""
        left = int(headers.get(b"content-length", b"0"))
        if target.startswith(b"/datasets/"):
            self._swallow(left)
            return True
        body = self._file.read(left)
        if target == b"/tts/websocket":
            self._upgrade(headers[b"sec-websocket-key"])
            self._talk()
            return False
        if target.startswith(b"/stt/websocket"):
            self._upgrade(headers[b"sec-websocket-key"])
            self._hear(is_talkative=b"language=" in target)
            return False
        if target == b"/tts/sse":
            self._socket.sendall(canned.EVENTS_HEAD)
            self._replay(json.loads(body)["transcript"], canned.EVENT_CHUNKS)
            self._socket.sendall(canned.EVENTS_END)
        elif target == b"/tts/bytes":
            self._socket.sendall(canned.CALL)
        else:
            self._socket.sendall(canned.VOICE_PAGE if target.startswith(b"/voices") else canned.NOT_FOUND)
        return True

    def _swallow(self, left: int) -> None:
        """Read an upload and keep nothing of it."""
        while left:
            left -= len(self._file.read(min(left, 1024 * 1024)))
        self._socket.sendall(b"HTTP/1.1 204 No Content\r\n\r\n")

    def _replay(self, transcript: str, chunks: Sequence[bytes]) -> None:
        pace, _, number = transcript.strip().rpartition(" ")
        whole, rest = divmod(int(number), len(chunks))
        if pace:
            for _ in range(int(number)):
                self._socket.sendall(chunks[0])
                time.sleep(PACE_SECONDS)
            return
        everything = b"".join(chunks)
        for _ in range(whole):
            self._socket.sendall(everything)
        self._socket.sendall(b"".join(chunks[:rest]))

    def _upgrade(self, key: bytes) -> None:
        accept = base64.b64encode(hashlib.sha1(key + _GUID).digest())
        self._socket.sendall(
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: " + accept + b"\r\n\r\n"
        )

    def _talk(self) -> None:
        own: dict[str, tuple[list[bytes], bytes]] = {}
        while (payload := self._message()) is not None:
            message = json.loads(payload)
            if "cancel" in message:
                continue
            context_id: str = message["context_id"]
            if context_id not in own:
                own = {context_id: _for_context(context_id.encode())}
            chunks, done = own[context_id]
            if message["transcript"]:
                self._replay(message["transcript"], chunks)
            else:
                self._socket.sendall(done)

    def _hear(self, *, is_talkative: bool) -> None:
        """Swallow audio; answer `finalize` with how much came, or, when none came since the last, with transcripts."""
        heard_nbytes = answered_nbytes = frames = 0
        while (payload := self._message(keep_audio=False)) is not None:
            if payload == b"finalize":
                self._socket.sendall((A_BURST if heard_nbytes == answered_nbytes else b"") + flush_done(heard_nbytes))
                answered_nbytes = heard_nbytes
                continue
            heard_nbytes += len(payload)
            frames += 1
            if is_talkative and not frames % FRAMES_PER_TRANSCRIPT:
                self._socket.sendall(TRANSCRIPTS[frames // FRAMES_PER_TRANSCRIPT % len(TRANSCRIPTS)])

    def _message(self, *, keep_audio: bool = True) -> bytes | None:
        head = self._file.read(2)
        if len(head) < 2:
            return None
        size = head[1] & 0x7F
        if size == 126:
            size = int.from_bytes(self._file.read(2), "big")
        mask = self._file.read(4)
        payload: bytes = self._file.read(size)
        if head[0] & 0x0F == 8:
            self._socket.sendall(b"\x88\x02\x03\xe8")
            return None
        if head[0] & 0x0F == 2 and not keep_audio:
            return payload
        repeated = (mask * (size // 4 + 1))[:size]
        return (int.from_bytes(payload, "big") ^ int.from_bytes(repeated, "big")).to_bytes(size, "big")


def _for_context(context_id: bytes) -> tuple[list[bytes], bytes]:
    replace: Callable[[bytes], bytes] = lambda data: data.replace(canned.CONTEXT_ID.encode(), context_id)  # noqa: E731
    return [replace(chunk) for chunk in canned.SOCKET_CHUNKS], replace(canned.SOCKET_DONE)


@contextmanager
def replaying() -> Generator[str]:
    """Run the server in a process of its own; give its base URL."""
    process = subprocess.Popen([sys.executable, "-m", "benchmarks.replay"], stdout=subprocess.PIPE, text=True)
    with process:
        try:
            assert process.stdout is not None
            yield process.stdout.readline().strip()
        finally:
            process.terminate()


def main() -> None:
    """Serve until terminated; print the base URL once listening."""
    with socket.create_server((HOST, 0), backlog=64) as listener:
        print(f"http://{HOST}:{listener.getsockname()[1]}", flush=True)
        while True:
            connection, _ = listener.accept()
            Thread(target=Peer(connection).serve, daemon=True).start()


if __name__ == "__main__":
    main()
