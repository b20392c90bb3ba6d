"""Frames and the answer to an upgrade, written by hand: libraries refuse to write what is wrong."""

from __future__ import annotations

from typing import Final

from cartesia_local.faults.answers import BadHandshake

CONTINUATION: Final = 0x0
TEXT: Final = 0x1
BINARY: Final = 0x2
CLOSE: Final = 0x8
PING: Final = 0x9
_FIN: Final = 0x80
_SHORT: Final = 126
_LONG: Final = 1 << 16


def frame(opcode: int, payload: bytes, *, is_final: bool = True) -> bytes:
    """Write one frame as a server does, unmasked. Source: RFC 6455, section 5.2."""
    first, nbytes = (_FIN if is_final else 0) | opcode, len(payload)
    if nbytes < _SHORT:
        return bytes((first, nbytes)) + payload
    if nbytes < _LONG:
        return bytes((first, 126)) + nbytes.to_bytes(2, "big") + payload
    return bytes((first, 127)) + nbytes.to_bytes(8, "big") + payload


def fragments(payload: bytes, nbytes: int) -> bytes:
    """Write one text message in frames of so many bytes each."""
    cuts = [payload[start : start + nbytes] for start in range(0, len(payload), nbytes)]
    last = len(cuts) - 1
    return b"".join(
        frame(TEXT if number == 0 else CONTINUATION, cut, is_final=number == last) for number, cut in enumerate(cuts)
    )


def close_frame(code: int | None, reason: str) -> bytes:
    """Write a close frame with any code, or none."""
    return frame(CLOSE, b"" if code is None else code.to_bytes(2, "big") + reason.encode())


def edited(answer: bytes, fault: BadHandshake) -> bytes:
    """Give the answer to an upgrade with other header fields in it."""
    line, *fields = answer.rstrip(b"\r\n").split(b"\r\n")
    wanted = {
        b"sec-websocket-accept": fault.accept,
        b"upgrade": fault.upgrade,
        b"sec-websocket-extensions": fault.extensions,
        b"sec-websocket-protocol": fault.subprotocol,
    }
    new = {name: text.encode("latin-1") for name, text in wanted.items() if text is not None}
    kept = [field for field in fields if field.partition(b":")[0].strip().lower() not in new]
    return b"\r\n".join([line, *kept, *(name + b": " + text for name, text in new.items())]) + b"\r\n\r\n"
