"""Faults on an open TTS socket: F1 to F24, F26, F27, F33 to F36."""

from __future__ import annotations

from typing import Final

from tests.adapters.deaths import BROKEN, ONE, TWO, A, B, got
from tests.adapters.faults.checks import Check, Conversation
from tests.adapters.faults.fault import Fault
from tests.adapters.faults.together import CANCEL, CLOSE, FINISH, THREE_READERS
from tests.adapters.messages import chunk, done
from tests.adapters.scenarios import SCENARIOS
from tests.adapters.steps import Accept, Expect, Pings, Say
from tests.adapters.story import Ended, Failed, Scenario


def scenarios(number: int) -> tuple[Check, ...]:
    """Give the scenarios of a fault."""
    return tuple(Conversation(scenario=each) for each in SCENARIOS if each.name.startswith(f"F{number}-"))


def spoilt(name: str, data: str) -> Check:
    """Make a conversation with one broken chunk between good ones."""
    script = (Accept(), Expect("finish"), chunk(0, A), Say({"type": "chunk", "data": data}, 0), done(0))
    return Conversation(
        scenario=Scenario(name=name, scripts=(script,), commands=ONE, story=(got(0, A), Failed(0, BROKEN)))
    )


BESIDE: Final = Conversation(
    scenario=Scenario(
        name="F11-not-base64-beside-another-context",
        scripts=(
            (
                *(Accept(), Expect("finish", 1), Say({"type": "chunk", "data": "%%%"}, 0), done(0)),
                *(chunk(1, B), done(1)),
            ),
        ),
        commands=TWO,
        story=(Failed(0, BROKEN), got(1, B), Ended(1, len(B))),
    )
)
PINGS: Final = Conversation(
    attempts=3,
    scenario=Scenario(
        name="F22-pings-among-audio",
        scripts=(
            (
                *(Accept(), Expect("finish")),
                *(step for _ in range(10) for step in (Pings(500), chunk(0, A))),
                done(0),
            ),
        ),
        commands=ONE,
        story=(*[got(0, A)] * 10, Ended(0, 10 * len(A))),
    ),
)
STALLS: Final = tuple(
    Conversation(scenario=each, timeout=0.3, must_cancel=True) for each in SCENARIOS if each.name.startswith("F35-")
)
TITLES: Final = {
    1: 'audio, then close 1000 "connection idle timeout" in the middle of a context',
    2: "close 1012, or a close without a code, in the middle of a context",
    3: "TCP reset or end, also within a frame, in the middle of a context",
    4: "an error event that names no context; the socket stays open",
    5: "an error event for one of two contexts",
    6: "an error event, then close 1008",
    7: "an error event for a context nobody opened",
    8: "a message of an unknown type",
    9: "malformed JSON between good messages",
    10: "a JSON array, or `null`",
    13: "a binary message",
    14: "`done` without any audio",
    15: "`done` twice",
    16: "late audio and `done` of a cancelled context, before the next one's",
    19: "audio of a context nobody opened",
    20: "one message of 1.7 MB",
    21: "a message in frames of one byte; broken frames and broken UTF-8",
    23: "the peer falls silent: it answers no ping, or does not even read",
    26: "the program leaves while megabytes are in flight",
    27: "one context is read slowly, another one fast",
    33: "close 1012 after a context has ended; then the program speaks again",
    34: "TCP reset with two contexts open",
}
SOCKET_FAULTS: Final = (
    *(Fault(number=number, title=title, checks=scenarios(number)) for number, title in TITLES.items()),
    Fault(
        number=11,
        title="audio that is no base64",
        checks=(spoilt("F11-not-base64-and-on", "%%%"), BESIDE),
    ),
    Fault(
        number=12,
        title="base64 with junk in it, or without its padding",
        checks=(spoilt("F12-junk-and-on", "AAAA!AAAA"), spoilt("F12-no-padding-and-on", "AAA")),
    ),
    Fault(number=17, title="the program cancels a context that another task or thread reads", checks=(CANCEL,)),
    Fault(
        number=18,
        title="three contexts interleaved on one socket, read by one and by three readers",
        checks=(*scenarios(18), THREE_READERS),
    ),
    Fault(number=22, title="5,000 pings among the audio", checks=(PINGS,)),
    Fault(number=24, title="the peer does not answer the close, or sends on and on", checks=(CLOSE,)),
    Fault(number=35, title="no audio comes, or audio stalls, and a time-out is set", checks=STALLS),
    Fault(number=36, title="a context is closed by hand, its options given with its text", checks=(FINISH,)),
)
