"""How much of what is written may lie in the kernel, unsent."""

from __future__ import annotations

import socket
import sys
from contextlib import suppress
from typing import Final, Protocol, runtime_checkable

MAX_UNSENT_NBYTES: Final = 8192
"""A quarter of a second of speech at 16 kHz; what the network carries at the time comes on top."""
_TCP_NOTSENT_LOWAT: Final = {"linux": 25, "darwin": 0x201}.get(sys.platform)
"""Not in Python's `socket` everywhere. Source: Linux `tcp.h`, Darwin `tcp.h`."""


@runtime_checkable
class _Socket(Protocol):
    """What sockets have in common, whichever library gives them."""

    @property
    def family(self) -> int:
        """Which kind of address it has."""
        ...

    def setsockopt(self, level: int, optname: int, value: int, /) -> None:
        """Set an option."""
        ...


def limit_unsent(sock: object) -> None:
    """Have the kernel take no more than it can soon send, where it can be told so: on Linux and macOS.

    Otherwise it takes megabytes at once. Then who sends audio faster than the network is not held back, and a ping
    waits behind all of it, so that a slow network looks like a dead peer.

    Args:
        sock: A socket of TCP, or one of another kind, or None, which are left alone.
    """
    if _TCP_NOTSENT_LOWAT is None or not isinstance(sock, _Socket):
        return
    if sock.family not in (socket.AF_INET, socket.AF_INET6):
        return
    with suppress(OSError):  # an old kernel: as where there is none such
        sock.setsockopt(socket.IPPROTO_TCP, _TCP_NOTSENT_LOWAT, MAX_UNSENT_NBYTES)
