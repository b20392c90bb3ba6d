"""How a context on the TTS socket can die, as data, and the values that its stories are made of."""

from __future__ import annotations

from typing import Final, TypeAlias

from attrs import evolve

from cartesia_core import AudioChunk, RemoteProtocolError
from cartesia_core.errors import (
    BadRequestError,
    ContextInterrupted,
    DecodeError,
)
from tests.adapters.messages import chunk, done, error
from tests.adapters.steps import (
    Accept,
    Binary,
    Close,
    Expect,
    HangUp,
    Mark,
    Raw,
    Reset,
    Say,
    Step,
    Text,
    Together,
)
from tests.adapters.story import (
    AwaitFault,
    Ended,
    Failed,
    Failure,
    Finish,
    Got,
    Open,
    Push,
    Read,
    Scenario,
)

_Idle: TypeAlias = "tuple[str, tuple[Step, ...]]"
_Death: TypeAlias = "tuple[str, tuple[Step, ...], Failure]"
A, B, C = b"aa" * 50, b"bb" * 60, b"cc" * 70
ONE = (Open(), Push(0), Finish(0), Read(0))
TWO = (Open(), Open(), Push(0), Push(1), Finish(0), Finish(1), Read(0), Read(1))
SPOKEN = (Accept(), Expect("finish"), chunk(0, A), done(0))


def got(context: int, audio: bytes) -> Got:
    """Make the audio event as it must come."""
    return Got(context, AudioChunk(audio, None, None, 1.5))


def lost(code: int, reason: str = "", nbytes: int = len(A)) -> Failure:
    """Make the failure of a context whose socket died."""
    return Failure(
        kind=ContextInterrupted,
        retryable=True,
        may_have_been_billed=True,
        close_code=code,
        close_reason=reason,
        audio_nbytes=nbytes,
    )


def refused(*, billed: bool = False) -> Failure:
    """Make the failure of the usual error event."""
    return Failure(
        kind=BadRequestError,
        status=400,
        error_code="voice_not_found",
        request_id="req-7",
        may_have_been_billed=billed,
    )


BROKEN: Final = Failure(kind=DecodeError, may_have_been_billed=True)
_DEATHS: Final[tuple[_Death, ...]] = (
    (
        "F1-idle-close-in-mid-context",
        (Close(1000, "connection idle timeout"),),
        lost(1000, "connection idle timeout"),
    ),
    ("F2-restart-in-mid-context", (Close(1012, "service restart"),), lost(1012, "service restart")),
    ("F2-close-without-code", (Raw(b"\x88\x00"),), lost(1005)),
    ("F3-reset-in-mid-context", (Reset(),), lost(1006)),
    ("F3-end-of-file-in-mid-context", (HangUp(),), lost(1006)),
    ("F3-end-of-file-in-mid-frame", (Raw(b"\x81\x7e\x10\x00half"), HangUp()), lost(1006)),
    ("F4-error-for-the-whole-socket", (Mark(), error(None)), refused(billed=True)),
    ("F5-error-for-the-context", (Mark(), error(0)), refused(billed=True)),
    (
        "F6-error-then-close",
        (Together((error(None), Close(1008, "policy"))),),
        evolve(refused(billed=True), close_code=1008, close_reason="policy"),
    ),
    ("F9-malformed-json", (Mark(), Text('{"type": "chu'), Expect("close")), BROKEN),
    ("F10-array", (Mark(), Text("[1, 2]"), Expect("close")), BROKEN),
    ("F10-null", (Mark(), Text("null"), Expect("close")), BROKEN),
    ("F11-not-base64", (Mark(), Say({"type": "chunk", "data": "%%%"}, 0), Expect("cancel")), BROKEN),
    ("F12-junk-in-base64", (Mark(), Say({"type": "chunk", "data": "AAAA!AAA"}, 0), Expect("cancel")), BROKEN),
    ("F12-base64-without-padding", (Mark(), Say({"type": "chunk", "data": "AAA"}, 0), Expect("cancel")), BROKEN),
    ("F11-chunk-without-data", (Mark(), Say({"type": "chunk"}, 0), Expect("cancel")), BROKEN),
    (
        "F13-binary-message",
        (Mark(), Binary(b"\x00\x01"), Expect("close")),
        Failure(kind=RemoteProtocolError, may_have_been_billed=True),
    ),
    (
        "F21-broken-frame",
        (Raw(b"\xf3\x00"), Expect("close")),
        Failure(kind=RemoteProtocolError, may_have_been_billed=True),
    ),
    (
        "F21-broken-utf8",
        (Raw(b"\x81\x02\xff\xfe"), Expect("close")),
        Failure(kind=RemoteProtocolError, may_have_been_billed=True),
    ),
)
DEATHS: Final = tuple(
    Scenario(
        name=name,
        scripts=((Accept(), Expect("finish"), chunk(0, A), *steps),),
        commands=ONE,
        story=(got(0, A), Failed(0, failure)),
        is_timed=True,
    )
    for name, steps, failure in _DEATHS
)

_IDLE: Final[tuple[_Idle, ...]] = (
    ("close-1000", (Close(1000, "connection idle timeout"),)),
    ("close-1001", (Close(1001),)),
    ("end-of-file", (HangUp(),)),
    ("reset", (Reset(),)),
)
IDLE: Final = tuple(
    Scenario(
        name=f"idle-socket-ends-with-{name}-and-is-replaced",
        scripts=((*SPOKEN, *steps), (Accept(), Expect("finish"), chunk(0, B), done(0))),
        commands=(*ONE, AwaitFault(), Open(), Push(1), Finish(1), Read(1)),
        story=(got(0, A), Ended(0, len(A)), got(1, B), Ended(1, len(B))),
        connections=2,
    )
    for name, steps in _IDLE
)
