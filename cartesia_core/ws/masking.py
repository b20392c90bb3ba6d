"""Frames as a client sends them: a header, and a payload that is masked (RFC 6455, 5.2 and 5.3).

wsproto spends 14 microseconds of CPU on a tenth of a second of speech, of which masking in Python takes 6; in C it takes
0.3. Random numbers and C belong to the caller, though, who gives both.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeAlias

TEXT: Final = 0x81
"""First byte of a text message in one frame."""
BINARY: Final = 0x82
"""First byte of a binary message in one frame."""
KEY_NBYTES: Final = 4
_MASKED: Final = 0x80
_SMALL: Final = 126

Frames: TypeAlias = Callable[[int, bytes], bytes]
"""Gives the one frame of a message: of its first byte, `TEXT` or `BINARY`, and its payload. `client_frame` does all of
it but draw the key."""
_MEDIUM: Final = 1 << 16


def mask(payload: bytes, key: bytes) -> bytes:
    """Apply a key to a payload with the standard library; applied again, it gives the payload back."""
    size = len(payload)
    repeated = (key * (size // KEY_NBYTES + 1))[:size]
    return (int.from_bytes(payload, "little") ^ int.from_bytes(repeated, "little")).to_bytes(size, "little")


def client_frame(first: int, payload: bytes, key: bytes, masked: Callable[[bytes, bytes], bytes] = mask) -> bytes:
    """Give the one frame of a message.

    Args:
        first: `TEXT` or `BINARY`.
        payload: The message.
        key: Four random bytes, new for each frame.
        masked: Applies a key to a payload, as `mask` does.
    """
    size = len(payload)
    if size < _SMALL:
        head = bytes((first, _MASKED | size))
    elif size < _MEDIUM:
        head = bytes((first, _MASKED | _SMALL, size >> 8, size & 0xFF))
    else:
        head = bytes((first, _MASKED | _SMALL + 1)) + size.to_bytes(8, "big")
    return b"".join((head, key, masked(payload, key)))
