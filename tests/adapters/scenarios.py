"""What can happen on the TTS socket, as data: every flavour of the client must tell the same story."""

from __future__ import annotations

from typing import Final

from attrs import evolve

from cartesia_core import AudioChunk, FlushDone, PhonemeTimestamps, Unknown, WordTimestamps
from cartesia_core.errors import (
    ContextCancelled,
    ContextClosed,
    FirstAudioTimeout,
    PaymentRequiredError,
    ServerError,
    StallTimeout,
)
from cartesia_core.tts.context import ContextState
from tests.adapters.deaths import BROKEN, DEATHS, IDLE, ONE, SPOKEN, TWO, A, B, C, got, lost, refused
from tests.adapters.messages import chunk, done, error
from tests.adapters.steps import (
    Accept,
    Close,
    Deaf,
    Expect,
    Flood,
    Fragments,
    Mute,
    Pings,
    Reset,
    Say,
    Text,
    Together,
)
from tests.adapters.story import (
    AwaitFault,
    Cancel,
    Ended,
    Failed,
    Failure,
    Finish,
    Flush,
    Got,
    Leave,
    Open,
    Push,
    Read,
    Scenario,
    Take,
)

OTHERS: Final = (
    Scenario(
        name="F4-error-for-the-whole-socket-ends-all-contexts",
        scripts=((Accept(), Expect("finish", 1), chunk(0, A), error(None, 402, "quota")),),
        commands=TWO,
        story=(
            got(0, A),
            Failed(
                0,
                Failure(
                    kind=PaymentRequiredError,
                    status=402,
                    error_code="quota",
                    request_id="req-7",
                    may_have_been_billed=True,
                ),
            ),
            Failed(1, Failure(kind=PaymentRequiredError, status=402, error_code="quota", request_id="req-7")),
        ),
    ),
    Scenario(
        name="F5-error-leaves-the-other-context-alone",
        scripts=((Accept(), Expect("finish", 1), error(0, 500, "internal"), chunk(1, B), done(1)),),
        commands=TWO,
        story=(
            Failed(
                0,
                Failure(
                    kind=ServerError,
                    status=500,
                    error_code="internal",
                    request_id="req-7",
                    retryable=True,
                    may_have_been_billed=True,
                ),
            ),
            got(1, B),
            Ended(1, len(B)),
        ),
    ),
    Scenario(
        name="F6-after-error-and-close-the-next-context-gets-a-new-socket",
        scripts=((Accept(), Expect("finish"), Together((error(None), Close(1008, "policy")))), SPOKEN),
        commands=(*ONE, AwaitFault(), Open(), Push(1), Finish(1), Read(1)),
        story=(
            Failed(0, evolve(refused(), close_code=1008, close_reason="policy")),
            *(got(1, A), Ended(1, len(A))),
        ),
        connections=2,
    ),
    Scenario(
        name="F7-error-for-an-unknown-context-harms-nobody",
        scripts=((Accept(), Expect("finish"), error(9), chunk(0, A), done(0)),),
        commands=ONE,
        story=(got(0, A), Ended(0, len(A))),
    ),
    Scenario(
        name="F8-unknown-message-type",
        scripts=((Accept(), Expect("finish"), Say({"type": "news", "n": 1}, 0), chunk(0, A), done(0)),),
        commands=ONE,
        story=(Got(0, Unknown("news", {"type": "news", "n": 1}, None)), got(0, A), Ended(0, len(A))),
    ),
    Scenario(
        name="F9-malformed-json-ends-all-contexts",
        scripts=((Accept(), Expect("finish", 1), Text("}"), Expect("close")),),
        commands=TWO,
        story=(Failed(0, BROKEN), Failed(1, BROKEN)),
    ),
    Scenario(
        name="F11-bad-audio-leaves-the-other-context-alone",
        scripts=((Accept(), Expect("finish", 1), Say({"type": "chunk", "data": "?"}, 0), chunk(1, B), done(1)),),
        commands=TWO,
        story=(Failed(0, BROKEN), got(1, B), Ended(1, len(B))),
    ),
    Scenario(
        name="F14-done-without-audio",
        scripts=((Accept(), Expect("finish"), done(0)),),
        commands=ONE,
        story=(Ended(0, 0),),
    ),
    Scenario(
        name="F15-done-twice",
        scripts=((Accept(), Expect("finish", 0), done(0), done(0), Expect("finish", 1), chunk(1, B), done(1)),),
        commands=(*ONE, Open(), Push(1), Finish(1), Read(1)),
        story=(Ended(0, 0), got(1, B), Ended(1, len(B))),
    ),
    Scenario(
        name="F16-late-audio-of-a-cancelled-context",
        scripts=(
            (
                Accept(),
                Expect("text"),
                chunk(0, A),
                Expect("cancel", 0),
                chunk(0, A),
                done(0),
                Expect("finish", 1),
                chunk(0, A),
                chunk(1, B),
                done(1),
            ),
        ),
        commands=(Open(), Push(0), Take(0), Leave(0), Open(), Push(1), Finish(1), Read(1)),
        story=(got(0, A), got(1, B), Ended(1, len(B))),
    ),
    Scenario(
        name="F17-events-after-cancel-are-dropped",
        scripts=((Accept(), Expect("text"), chunk(0, A), chunk(0, A), chunk(0, A), Expect("cancel", 0)),),
        commands=(Open(), Push(0), Take(0), Cancel(0), Read(0)),
        story=(got(0, A), Failed(0, Failure(kind=ContextCancelled, may_have_been_billed=True))),
    ),
    Scenario(
        name="F18-three-contexts-interleaved",
        scripts=(
            (
                Accept(),
                Expect("finish", 2),
                *(step for _ in range(3) for step in (chunk(2, C), chunk(0, A), chunk(1, B))),
                done(1),
                chunk(0, A),
                done(2),
                done(0),
            ),
        ),
        commands=(
            *(Open(), Open(), Open(), Push(0), Push(1), Push(2), Finish(0), Finish(1), Finish(2)),
            *(Take(1), Take(0), Take(2), Read(1), Read(0), Read(2)),
        ),
        story=(
            *(got(1, B), got(0, A), got(2, C)),
            *(got(1, B), got(1, B), Ended(1, 3 * len(B))),
            *(got(0, A), got(0, A), got(0, A), Ended(0, 4 * len(A))),
            *(got(2, C), got(2, C), Ended(2, 3 * len(C))),
        ),
    ),
    Scenario(
        name="F19-audio-of-a-context-never-opened",
        scripts=((Accept(), Expect("finish"), chunk(7, B), done(7), chunk(0, A), done(0)),),
        commands=ONE,
        story=(got(0, A), Ended(0, len(A))),
    ),
    Scenario(
        name="F20-large-message",
        scripts=((Accept(), Expect("finish"), chunk(0, A * 13000), done(0)),),
        commands=ONE,
        story=(got(0, A * 13000), Ended(0, 1300000)),
    ),
    Scenario(
        name="F21-fragments-of-one-byte",
        scripts=(
            (
                Accept(),
                Expect("finish"),
                Fragments({"type": "news", "text": "Zoë ✓ 語"}, 0, 1, single_packets=True),
                done(0),
            ),
        ),
        commands=ONE,
        story=(Got(0, Unknown("news", {"type": "news", "text": "Zoë ✓ 語"}, None)), Ended(0, 0)),
    ),
    Scenario(
        name="F22-many-pings",
        scripts=((Accept(), Expect("finish"), Pings(5000), chunk(0, A), done(0)),),
        commands=ONE,
        story=(got(0, A), Ended(0, len(A))),
    ),
    Scenario(
        name="F23-silent-peer-is-found-by-ping",
        scripts=((Accept(), Expect("finish"), chunk(0, A), Mute()),),
        commands=ONE,
        story=(got(0, A), Failed(0, lost(1006))),
    ),
    Scenario(
        name="F23-half-open-peer-is-found-by-ping",
        scripts=((Accept(), Expect("finish"), chunk(0, A), Deaf()),),
        commands=ONE,
        story=(got(0, A), Failed(0, lost(1006))),
    ),
    Scenario(
        name="F26-early-exit-with-much-audio-in-flight",
        scripts=((Accept(), Expect("text", 0), Flood(0, 6_000_000), Expect("finish", 1), chunk(1, B), done(1)),),
        commands=(Open(), Push(0), Take(0), Leave(0), Open(), Push(1), Finish(1), Read(1)),
        story=(got(0, b"\x55" * 16384), got(1, B), Ended(1, len(B))),
    ),
    Scenario(
        name="F27-slow-consumer-beside-a-fast-one",
        scripts=((Accept(), Expect("finish", 1), Flood(0, 1_000_000, b"s" * 500_000), chunk(1, B), done(1), done(0)),),
        commands=(Open(), Open(), Push(0), Push(1), Finish(0), Finish(1), Read(1), Read(0)),
        story=(
            *(got(1, B), Ended(1, len(B))),
            *(got(0, b"s" * 500_000), got(0, b"s" * 500_000), Ended(0, 1_000_000)),
        ),
    ),
    Scenario(
        name="F33-restart-after-a-context-has-ended",
        scripts=(
            (Accept(), Expect("finish"), chunk(0, A), done(0), Close(1012, "service restart")),
            (Accept(), Expect("finish"), chunk(0, B), done(0)),
        ),
        commands=(*ONE, AwaitFault(), Open(), Push(1), Finish(1), Read(1)),
        story=(got(0, A), Ended(0, len(A)), got(1, B), Ended(1, len(B))),
        connections=2,
    ),
    Scenario(
        name="F34-death-is-told-to-every-context",
        scripts=((Accept(), Expect("finish", 1), chunk(0, A), chunk(1, B), Reset()),),
        commands=(Open(), Open(), Push(0), Push(1), Finish(0), Finish(1), Read(0), Read(1)),
        story=(got(0, A), Failed(0, lost(1006)), got(1, B), Failed(1, lost(1006, nbytes=len(B)))),
    ),
    Scenario(
        name="F35-no-audio-comes",
        scripts=((Accept(), Expect("finish"), Pings(1), Expect("cancel", 0)),),
        commands=ONE,
        story=(Failed(0, Failure(kind=FirstAudioTimeout, retryable=True, may_have_been_billed=True)),),
    ),
    Scenario(
        name="F35-audio-stalls",
        scripts=((Accept(), Expect("finish"), chunk(0, A), Expect("cancel", 0)),),
        commands=ONE,
        story=(got(0, A), Failed(0, Failure(kind=StallTimeout, retryable=True, may_have_been_billed=True))),
    ),
    Scenario(
        name="blank-pieces-open-no-context",
        scripts=((Accept(),),),
        commands=(Open(), Push(0, " \n"), Push(0, ""), Finish(0), Read(0)),
        story=(Ended(0, 0),),
    ),
    Scenario(
        name="flush-separates-two-texts",
        scripts=(
            (
                Accept(),
                Expect("flush"),
                Say({"type": "chunk", "data": "YWE=", "flush_id": 1}, 0),
                Say({"type": "flush_done", "flush_id": 1, "flush_done": True}, 0),
                Expect("finish"),
                Say({"type": "chunk", "data": "YmI=", "flush_id": 2}, 0),
                done(0),
            ),
        ),
        commands=(Open(), Push(0), Flush(0), Take(0), Take(0), Push(0, "More."), Finish(0), Read(0)),
        story=(
            Got(0, AudioChunk(b"aa", None, 1)),
            Got(0, FlushDone(None, 1)),
            Got(0, AudioChunk(b"bb", None, 2)),
            Ended(0, 4),
        ),
    ),
    Scenario(
        name="timestamps",
        scripts=(
            (
                Accept(),
                Expect("finish"),
                Say({"type": "timestamps", "word_timestamps": {"words": ["Hi"], "start": [0], "end": [0.5]}}, 0),
                Say(
                    {
                        "type": "phoneme_timestamps",
                        "phoneme_timestamps": {"phonemes": ["h"], "start": [0.0], "end": [0.1]},
                    },
                    0,
                ),
                done(0),
            ),
        ),
        commands=ONE,
        story=(
            Got(0, WordTimestamps(("Hi",), (0.0,), (0.5,))),
            Got(0, PhonemeTimestamps(("h",), (0.0,), (0.1,))),
            Ended(0, 0),
        ),
    ),
    Scenario(
        name="frames-right-behind-the-agreement-are-not-lost",
        scripts=((Accept(glued=(Pings(3), Text('{"type": "news"}'))), Expect("finish"), chunk(0, A), done(0)),),
        commands=ONE,
        story=(got(0, A), Ended(0, len(A))),
    ),
    Scenario(
        name="close-right-behind-the-agreement-brings-another-socket",
        scripts=((Accept(glued=(Close(1001, "going away"),)),), SPOKEN),
        commands=ONE,
        story=(got(0, A), Ended(0, len(A))),
        connections=2,
    ),
    Scenario(
        name="nothing-follows-finish",
        scripts=(SPOKEN,),
        commands=(Open(), Push(0), Finish(0), Finish(0), Push(0, "more"), Flush(0), Read(0), Cancel(0), Read(0)),
        story=(
            *(Failed(0, Failure(kind=ContextClosed)), Failed(0, Failure(kind=ContextClosed))),
            *(got(0, A), Ended(0, len(A)), Ended(0, len(A))),
        ),
    ),
    Scenario(
        name="done-without-finish-is-expiry",
        scripts=((Accept(), Expect("text"), chunk(0, A), done(0)),),
        commands=(Open(), Push(0), Read(0)),
        story=(got(0, A), Ended(0, len(A), ContextState.EXPIRED)),
    ),
)

SCENARIOS: Final = (*DEATHS, *OTHERS, *IDLE)
