"""What goes over the pipes between the engine and its child processes.

The engine sends jobs and, while one is running, permits (`more`) or its end (`stop`); the child sends `Counts` first,
then `Block`s as they are made, and `Done` or `Failed` at last. The child makes at most `WINDOW` blocks more than it
has permits for, then it waits: so a slow listener stops the synthesis, whatever the size of the pipe.

This module needs the standard library only, as the child has nothing else.
"""

from __future__ import annotations

import json
import struct
from typing import Final, NamedTuple, TypeAlias

__all__ = [
    "BLOCK_SAMPLES",
    "CLAUSE_END",
    "MORE",
    "PERMITS",
    "PHONEME",
    "SAMPLE_RATE",
    "STOP",
    "WINDOW",
    "WORD",
    "Block",
    "Counts",
    "Done",
    "Event",
    "Failed",
    "Frame",
    "Job",
    "decode_job",
    "encode_block",
    "encode_counts",
    "encode_done",
    "encode_failed",
    "encode_job",
    "take_frame",
]

SAMPLE_RATE: Final = 22050
"""Hz; what eSpeak NG makes."""
BLOCK_SAMPLES: Final = 1323
"""About the length of one block: 60 ms."""
WINDOW: Final = 16
"""Blocks that a job may be ahead of its listener: about a second."""
PERMITS: Final = 8
"""Blocks allowed by one `MORE`."""

SPEAK: Final = b"S"
MORE: Final = b"M"
STOP: Final = b"X"

# Values of espeak_EVENT_TYPE in speak_lib.h.
WORD: Final = 1
CLAUSE_END: Final = 5
PHONEME: Final = 7

LENGTH: Final = struct.Struct("<I")
_HEAD: Final = struct.Struct("<cI")
_COUNT: Final = struct.Struct("<H")
_EVENT: Final = struct.Struct("<Bii8s")


class Job(NamedTuple):
    """One piece of text to be spoken with one set of parameters."""

    voice: str
    """eSpeak NG's name for it, with variant: `gmw/en-US+klatt5`."""
    rate: int
    """Words per minute, 80 to 450."""
    pitch: int
    """0 to 99; 50 is the voice's own."""
    pitch_range: int
    """0 to 99; 50 is the voice's own, 0 is monotonous."""
    text: str
    flags: int
    """Bits of `espeak_Synth` beside UTF-8: 0x10 SSML, 0x100 phonemes in double brackets, 0x1000 pause at the end."""
    spans: tuple[tuple[int, int], ...] = ()
    """Where the words stand in the text (code points, end exclusive); each one's phonemes are counted."""


class Event(NamedTuple):
    """Something that happens at a sample."""

    kind: int
    sample: int
    """Samples from the beginning of the job."""
    position: int
    """Place in the text: code points, from 1 on. After `CLAUSE_END` how many code points have been read."""
    label: str
    """The phoneme in IPA; "" is a pause, "(en)" a change of language."""


class Counts(NamedTuple):
    """How many phonemes each span has when spoken alone."""

    counts: tuple[int, ...]


class Block(NamedTuple):
    """Samples (16 bit, little endian, mono), and what happens in them."""

    events: tuple[Event, ...]
    pcm: bytes


class Done(NamedTuple):
    """The job is over: spoken or stopped."""


class Failed(NamedTuple):
    """The job could not be done; the child is usable still."""

    message: str


Frame: TypeAlias = Counts | Block | Done | Failed


def encode_job(job: Job) -> bytes:
    """Give the bytes that start a job. What UTF-8 cannot hold becomes a question mark, a NUL a space."""
    text = job.text.replace("\0", " ").encode("utf-8", "replace").decode("utf-8")
    payload = json.dumps(job._replace(text=text)).encode()
    return SPEAK + LENGTH.pack(len(payload)) + payload


def decode_job(payload: bytes) -> Job:
    """Read a job without its first byte and length."""
    voice, rate, pitch, pitch_range, text, flags, spans = json.loads(payload)
    return Job(voice, rate, pitch, pitch_range, text, flags, tuple((start, end) for start, end in spans))


def encode_counts(counts: list[int]) -> bytes:
    """Give the bytes of `Counts`."""
    return _frame(b"C", json.dumps(counts).encode())


def encode_block(events: list[tuple[int, int, int, bytes]], pcm: bytes) -> bytes:
    """Give the bytes of a `Block`; the events come as (kind, sample, position, label in UTF-8)."""
    packed = b"".join(_EVENT.pack(*event) for event in events)
    return _frame(b"B", _COUNT.pack(len(events)) + packed + pcm)


def encode_done() -> bytes:
    """Give the bytes of `Done`."""
    return _frame(b"D", b"")


def encode_failed(message: str) -> bytes:
    """Give the bytes of `Failed`."""
    return _frame(b"F", message.encode("utf-8", "replace"))


def _frame(kind: bytes, payload: bytes) -> bytes:
    return _HEAD.pack(kind, len(payload)) + payload


def take_frame(buffer: bytearray) -> Frame | None:
    """Take the first frame out of the buffer; `None` if it is not whole yet.

    Raises:
        ValueError: These bytes are no frame; something else has written to the pipe.
    """
    if len(buffer) < _HEAD.size:
        return None
    kind: bytes
    nbytes: int
    kind, nbytes = _HEAD.unpack_from(buffer)
    end = _HEAD.size + nbytes
    if kind not in {b"B", b"C", b"D", b"F"}:
        raise ValueError(f"no frame begins with {kind!r}")
    if len(buffer) < end:
        return None
    payload = bytes(buffer[_HEAD.size : end])
    del buffer[:end]
    return _decode(kind, payload)


def _decode(kind: bytes, payload: bytes) -> Frame:
    if kind == b"B":
        return _block(payload)
    if kind == b"C":
        return Counts(tuple(json.loads(payload)))
    return Done() if kind == b"D" else Failed(payload.decode())


def _block(payload: bytes) -> Block:
    count: int
    (count,) = _COUNT.unpack_from(payload)
    end = _COUNT.size + count * _EVENT.size
    events = tuple(
        # The label's eight bytes have no NUL when all are used, and may be cut inside a character.
        Event(kind, sample, position, label.split(b"\0", 1)[0].decode("utf-8", "ignore"))
        for kind, sample, position, label in _EVENT.iter_unpack(payload[_COUNT.size : end])
    )
    return Block(events, payload[end:])
