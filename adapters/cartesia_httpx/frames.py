"""Frames of sockets, with random numbers, and masked in C where there is a wheel for it."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Final

from cartesia_core.ws.masking import KEY_NBYTES, Frames, client_frame, mask

_mask: Callable[[bytes, bytes], bytes] = mask

try:
    from websockets.speedups import apply_mask
except ImportError:  # other interpreters than CPython, or no wheel
    pass
else:
    _mask = apply_mask

_KEYS_AT_ONCE: Final = 256


def random_frames() -> Frames:
    """Give what makes frames for one session, with a masking key for each from the system's source of randomness.

    Keys are drawn many at a time: a system call for each frame would cost as much as masking it.
    """
    keys: list[bytes] = []

    def make(first: int, payload: bytes) -> bytes:
        if not keys:
            pool = os.urandom(_KEYS_AT_ONCE * KEY_NBYTES)
            keys.extend(pool[at : at + KEY_NBYTES] for at in range(0, len(pool), KEY_NBYTES))
        return client_frame(first, payload, keys.pop(), _mask)

    return make
