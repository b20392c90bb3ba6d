"""Kinds of checks: a conversation on the TTS socket, and a single call, which our clients and the official ones do alike."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from contextlib import contextmanager, suppress
from typing import Any, Protocol

from attrs import field, frozen

from cartesia_core import NO_RETRIES, RetryPolicy, Timeouts
from tests.adapters.faults.official import PATIENCE_SECONDS, Call, ErrorAsItem, Heard, Official, Verb
from tests.adapters.faults.ours import Ours
from tests.adapters.faults.results import (
    ALL_AUDIO,
    AS_IF_COMPLETE,
    HANG,
    OK,
    Observed,
    Returned,
    audio_nbytes,
    ends,
    error_phrase,
    failure_phrase,
    joined,
    observed_phrase,
    story_phrase,
)
from tests.adapters.peer import ScriptFailed
from tests.adapters.scripted import Script, ScriptedServer
from tests.adapters.steps import Step
from tests.adapters.story import Ended, Failed, Failure, Scenario

ERROR_AS_ITEM = "error handed on as an item"


class Check(Protocol):
    """One way for a fault to happen."""

    def ours(self, client: Ours, /) -> str:
        """Have the fault happen to one of ours; give what the user gets. Fails if that is not what it must be."""
        ...

    def official(self, client: Official, /) -> str:
        """Have it happen to one of the official clients; give what its user gets, or nothing if it cannot."""
        ...


@contextmanager
def watched(*scripts: Script, **options: Any) -> Generator[ScriptedServer]:
    """Run a server for a client that need not do what the script expects."""
    with suppress(ScriptFailed), ScriptedServer(*scripts, **options) as server:
        yield server


@frozen(kw_only=True)
class Conversation:
    """A scenario of the TTS socket.

    Attributes:
        scenario: What happens, and what a program must get.
        timeout: Seconds that the official contexts are told to wait at most.
        must_cancel: The server must be told to stop.
        seconds: How long the official clients are waited for.
        attempts: How often ours may try where it is so much work that a busy machine misses the deadlines of tests.
    """

    scenario: Scenario
    timeout: float | None = None
    must_cancel: bool = False
    seconds: float = PATIENCE_SECONDS
    attempts: int = 1

    def ours(self, client: Ours, /) -> str:
        """Compare the story with what it must be."""
        for _ in range(self.attempts):
            with ScriptedServer(*self.scenario.scripts) as server:
                driven = client.drive(server, self.scenario.commands)
            if tuple(driven.outcomes) == self.scenario.story:
                break
        assert tuple(driven.outcomes) == self.scenario.story, f"{self.scenario.name}: {driven.outcomes[-1:]}"
        assert len(server.requests) == self.scenario.connections
        return story_phrase(driven.outcomes)

    def official(self, client: Official, /) -> str:
        """Compare what was heard of each context with the story."""
        with watched(*self.scenario.scripts) as server:
            heard = client.talk(server, self.scenario.commands, timeout=self.timeout, seconds=self.seconds)
            phrases = [
                self._judged(number, wanted, heard.get(number, Heard()))
                for number, wanted in ends(self.scenario.story).items()
            ]
            if self.must_cancel and not any(message.get("cancel") for message in server.records[0].messages):
                phrases.append("the server is not told to stop")
        return joined(filter(None, phrases))

    def _judged(self, number: int, wanted: Ended | Failed, heard: Heard) -> str:
        audio = audio_nbytes(self.scenario.story, number)
        if heard.error is not None:
            return error_phrase(heard.error)
        if heard.nbytes > audio:
            return f"{heard.nbytes - audio} wrong bytes of audio"
        if not heard.is_over:
            return _unfinished(heard)
        if isinstance(wanted, Failed):
            return ERROR_AS_ITEM if "error" in heard.others else AS_IF_COMPLETE
        if "error" in heard.others:
            return f"another context's {ERROR_AS_ITEM}"
        if heard.nbytes < audio:
            return f"ends after {heard.nbytes} of {audio} bytes"
        if wanted.audio_nbytes:
            return ALL_AUDIO
        return OK if heard.others else "ends without a sign"


def _unfinished(heard: Heard) -> str:
    if not heard.is_waiting:
        return ""
    return f"{ERROR_AS_ITEM}, then {HANG}" if "error" in heard.others else HANG


@frozen(kw_only=True)
class Single:
    """A single call.

    Attributes:
        verb: Which.
        scripts: One for each connection.
        wanted: What must come of it.
        requests: How many requests the server must see of ours; None for any number.
        default: What further connections get.
        timeouts: Of either client.
        retry: How ours repeats; None for what users get by default.
        server: Further options of the server.
        http: What clients of httpx are made with.
        seconds: How long the official clients are waited for.
    """

    verb: Verb
    scripts: tuple[tuple[Step, ...], ...]
    wanted: Returned | Failure
    requests: int | None = 1
    default: tuple[Step, ...] | None = None
    timeouts: Timeouts | None = None
    retry: RetryPolicy | None = NO_RETRIES
    server: Mapping[str, Any] = field(factory=dict)
    http: Mapping[str, Any] | None = None
    seconds: float = PATIENCE_SECONDS

    def ours(self, client: Ours, /) -> str:
        """Compare the outcome, and count the requests."""
        with ScriptedServer(*self.scripts, default=self.default, **self.server) as server:
            outcome = client.call(self.verb, server.url, timeouts=self.timeouts, retry=self.retry, http=self.http)
            assert outcome == self.wanted, f"{outcome} is not {self.wanted}"
            assert self.requests in (None, len(server.requests))
        return outcome_phrase(outcome)

    def official(self, client: Official, /) -> str:
        """Say what came of it, and after how many requests."""
        with watched(*self.scripts, default=self.default or self.scripts[-1], **self.server) as server:
            call = Call(verb=self.verb, url=server.url, timeouts=self.timeouts, http=self.http)
            observed = client.call(call, seconds=self.seconds)
            said = call_phrase(observed, self.wanted)
            sent = len(server.requests)
        return said if sent <= 1 else f"{said} after {sent} requests"


def outcome_phrase(outcome: Returned | Failure) -> str:
    """Say what came of a call of ours."""
    return failure_phrase(outcome) if isinstance(outcome, Failure) else (ALL_AUDIO if outcome.nbytes else OK)


def call_phrase(observed: Observed, wanted: Returned | Failure) -> str:
    """Say what came of an official call."""
    return ERROR_AS_ITEM if isinstance(observed, ErrorAsItem) else observed_phrase(observed, wanted)
