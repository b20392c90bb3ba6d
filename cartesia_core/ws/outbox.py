"""The frames that wait to be written."""

from __future__ import annotations

from typing import Final

WRITE_NBYTES: Final = 8192
"""How much an adapter takes at a time, so that a ping waits behind no more than that and what the kernel holds."""


class Outbox:
    """Frames in the order in which they are written. Pings and their answers come before the messages.

    That they do is why a slow network does not look like a dead peer (control frames may stand between any two frames:
    RFC 6455, 5.4).
    """

    def __init__(self) -> None:
        self._frames: Final[list[bytes]] = []
        self._pong: bytes = b""

    def __bool__(self) -> bool:
        """Whether something waits."""
        return bool(self._frames or self._pong)

    def add(self, frame: bytes) -> None:
        """Add a message."""
        self._frames.append(frame)

    def ping(self, frame: bytes) -> None:
        """Add a ping."""
        self._frames.insert(0, frame)

    def pong(self, frame: bytes) -> None:
        """Add the answer to a ping; only the latest one needs its answer (RFC 6455, 5.5.3)."""
        self._pong = frame

    def close(self, frame: bytes) -> None:
        """Add the close frame. Nothing may follow it (RFC 6455, 5.5.1), so the answer to a ping goes before."""
        self._frames.append(self._pong + frame)
        self._pong = b""

    def take(self, max_nbytes: int | None) -> bytes:
        """Give the bytes of whole frames up to that number, but of one at least, and forget them; None gives all."""
        frames = self._frames
        if not (frames or self._pong):
            return b""
        if len(frames) == 1 and not self._pong:
            return frames.pop()
        count = len(frames) if max_nbytes is None else self._count_within(max_nbytes)
        data = b"".join((self._pong, *frames[:count]))
        del frames[:count]
        self._pong = b""
        return data

    def _count_within(self, max_nbytes: int) -> int:
        for count, frame in enumerate(self._frames):
            max_nbytes -= len(frame)
            if max_nbytes < 0 and count:
                return count
        return len(self._frames)
