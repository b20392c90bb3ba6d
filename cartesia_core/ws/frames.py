"""Where frames begin and end (RFC 6455, section 5.2), so that simple ones need no state machine.

Nearly everything a server sends is a whole text message in one frame of at most 64 KiB. wsproto spends 8 microseconds
of CPU on one of 11 KiB, finding its end and decoding it takes 2; the rest of the library needs 9. So such frames are
taken out of the stream here, and all others are left to wsproto as they are.
"""

from __future__ import annotations

from typing import Final

_WHOLE_TEXT: Final = 0x81
"""First byte: FIN, no reserved bit, opcode 1."""
_FIN: Final = 0x80
_MASK: Final = 0x80
_TWO_BYTES: Final = 126
_EIGHT_BYTES: Final = 127
_DATA: Final = frozenset({0, 1, 2})


class FrameSplitter:
    """Cuts what a server sends into the texts of simple frames and the bytes of all others.

    Nothing is checked here: whatever is not exactly a simple frame, a broken one included, is left over. It has to
    start at the beginning of a frame.

    Args:
        max_nbytes: Largest text that is taken out; larger ones are left over.
    """

    def __init__(self, max_nbytes: int) -> None:
        self._max_nbytes: Final = max_nbytes
        self._held: bytes = b""
        """A frame that has begun and may become a simple one."""
        self._owed: int = 0
        """Bytes still to come of a frame that is left over."""
        self._is_fragmented: bool = False
        """Whether later frames continue a message: until its end none is simple."""

    def feed(self, data: bytes) -> list[str | bytes]:
        """Take bytes in pieces of any length; give texts, and bytes that are left over, in their order."""
        if self._held:
            data = self._held + data
        pieces: list[str | bytes] = []
        at = 0
        while at < len(data) and (end := self._take(data, at, pieces)) > at:
            at = end
        self._held = data[at:]
        return pieces

    def _take(self, data: bytes, at: int, pieces: list[str | bytes]) -> int:
        """Take simple frames, then one that is left over, or what has come of it; give the place behind."""
        if not self._owed:
            if not self._is_fragmented:
                at = self._take_texts(data, at, pieces)
            if at == len(data) or not self._begins(data, at):
                return at
        return self._leave(data, at, pieces)

    def _take_texts(self, data: bytes, at: int, pieces: list[str | bytes]) -> int:
        """Take simple frames up to the first other one; what is no UTF-8 is left over, and wsproto closes over it."""
        size = len(data)
        while size - at > 2 and data[at] == _WHOLE_TEXT:
            start, nbytes = at + 2, data[at + 1]
            if nbytes == _TWO_BYTES and size - at > 4:
                start, nbytes = at + 4, data[at + 2] << 8 | data[at + 3]
            end = start + nbytes
            if end > size or not self._is_simple(data, at, nbytes):
                break
            try:
                pieces.append(data[start:end].decode())
            except UnicodeDecodeError:
                break
            at = end
        return at

    def _begins(self, data: bytes, at: int) -> bool:
        """Whether a frame that is left over begins here; not before it is clear that it cannot become a simple one."""
        span = _span(data, at)
        if span is None:
            return False
        start, end = span
        is_simple = not self._is_fragmented and self._is_simple(data, at, end - start)
        if is_simple and end > len(data):
            return False
        self._owed = end - at
        if data[at] & 0x0F in _DATA:
            self._is_fragmented = not data[at] & _FIN
        return True

    def _leave(self, data: bytes, at: int, pieces: list[str | bytes]) -> int:
        piece = data[at : at + self._owed]
        pieces.append(piece)
        self._owed -= len(piece)
        return at + len(piece)

    def _is_simple(self, data: bytes, at: int, nbytes: int) -> bool:
        kind = data[at + 1]
        if data[at] != _WHOLE_TEXT or not 0 < nbytes <= self._max_nbytes:
            return False
        return kind < _TWO_BYTES or (kind == _TWO_BYTES and nbytes >= _TWO_BYTES)


def _span(data: bytes, at: int) -> tuple[int, int] | None:
    """Find where the payload of the frame at a place starts and ends; None while its header is not whole."""
    start = at + 2
    if len(data) < start:
        return None
    nbytes = data[at + 1] & ~_MASK
    if nbytes >= _TWO_BYTES:
        start += 2 if nbytes == _TWO_BYTES else 8
        if len(data) < start:
            return None
        nbytes = int.from_bytes(data[at + 2 : start], "big")
    if data[at + 1] & _MASK:
        start += 4
    return start, start + nbytes
