"""Random conversations: any commands, any answers, in any pieces, against a model of client and server.

The client is a whole session with its dialogue; at the other end of the wire is a wsproto server that joins inputs as
the real one does. The model knows what each context may deliver next, and nothing else may come.
"""

from __future__ import annotations

import base64
import json
from collections import deque
from collections.abc import Callable
from typing import Final, TypeAlias

from attrs import define, field
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, precondition, rule
from wsproto import events as w

from cartesia_core.errors import CartesiaError, ContextClosed, LocalProtocolError
from cartesia_core.tts.commands import Cancel, Finish, Flush, OpenContext, Push, TtsCommand
from cartesia_core.tts.context import ENDED, MOVES, Cause, ContextState
from cartesia_core.tts.dialogue import ContextDone, ContextFailed, ContextWasCancelled, TtsDialogue, TtsEvent, TtsLimits
from cartesia_core.tts.events import AudioChunk, FlushDone, Unknown
from cartesia_core.ws import NEED_DATA, Closed, Session, SessionLimits, State
from tests.core.tts.talk import OPTIONS, chunk, server
from tests.core.ws.peer import Peer

Token: TypeAlias = tuple[object, ...]
LIMITS: Final = TtsLimits(first_audio_seconds=20.0, stall_seconds=15.0, idle_seconds=60.0)
TEXTS: Final = st.sampled_from(
    ["", " ", "\n", "Hello", " world.", "\u65e5\u672c", "a\u2028b ", "\U0001f600 ", '"\\']
) | st.text(st.characters(exclude_categories=["Cs"]), max_size=5)


@define
class Model:
    """What is known of one context."""

    id: str
    state: ContextState = ContextState.OPEN
    pushed: str = ""
    heard_by_server: str = ""
    is_known: bool = False
    audio_nbytes: int = 0
    chunks: int = 0
    last: float = 0.0
    ends: int = 0
    due: deque[Token] = field(factory=deque)
    """What is still to be taken, in order."""

    def move(self, cause: Cause) -> None:
        """Follow the table."""
        self.state = MOVES[self.state, cause]

    def end(self, *token: object) -> None:
        """Expect the event that ends it."""
        self.due.append(token)
        self.ends += 1


class Conversation(RuleBasedStateMachine):
    """Commands and answers in any order."""

    contexts = Bundle("contexts")

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0
        self.count = 0
        self.models: dict[str, Model] = {}
        self.begin()

    def begin(self) -> None:
        """Open a new socket; what was before concerns nobody."""
        self.dialogue = TtsDialogue(limits=LIMITS)
        limits = SessionLimits(ping_after_seconds=None)
        self.session: Session[TtsCommand, TtsEvent] = Session(self.dialogue, limits=limits, now=self.now)
        self.peer = Peer(self.session, upgraded=True)
        self.under_way: deque[tuple[bytes, Callable[[], None]]] = deque()
        self.models = {}

    # --- the client

    def command(self, model: Model, command: TtsCommand, cause: Cause) -> bool:
        """Carry out a command if the table allows it; see it refused, without effect, if not."""
        if self.session.state is not State.OPEN:
            self.refused(command, LocalProtocolError)
            return False
        if (model.state, cause) not in MOVES:
            self.refused(command, ContextClosed)
            return False
        self.session.send(command, now=self.now)
        return True

    def refused(self, command: TtsCommand, kind: type[CartesiaError]) -> None:
        """See a command refused."""
        try:
            self.session.send(command, now=self.now)
        except kind:
            assert self.session.data_to_send() == b""
        else:
            raise AssertionError(f"{command} was not refused")

    @precondition(lambda self: self.session.state is State.OPEN)
    @rule(target=contexts)
    def open(self) -> str:
        """Open a context under a new id."""
        self.count += 1
        model = Model(f"context-{self.count}")
        self.models[model.id] = model
        self.session.send(OpenContext(model.id, OPTIONS), now=self.now)
        return model.id

    def find(self, context_id: str) -> Model:
        """Give the model of a context of this or of an earlier socket."""
        return self.models.get(context_id) or Model(context_id, state=ContextState.FAILED)

    @rule(context_id=contexts, text=TEXTS)
    def push(self, context_id: str, text: str) -> None:
        """Add text, blank or not."""
        model = self.models.get(context_id)
        if model is not None and self.command(model, Push(context_id, text), Cause.TEXT):
            model.pushed += text
            model.last = self.now

    @rule(context_id=contexts)
    def flush(self, context_id: str) -> None:
        """Flush; without any words yet there is nothing to flush."""
        model = self.models.get(context_id)
        if model is None:
            return
        if model.state is ContextState.OPEN and not model.pushed.strip() and self.session.state is State.OPEN:
            self.refused(Flush(context_id), LocalProtocolError)
        elif self.command(model, Flush(context_id), Cause.FLUSH):
            model.last = self.now

    @rule(context_id=contexts)
    def finish(self, context_id: str) -> None:
        """End the text; a context without words is done at once."""
        model = self.models.get(context_id)
        if model is None or not self.command(model, Finish(context_id), Cause.FINISH):
            return
        if model.state is ContextState.OPEN:
            model.last = self.now
            model.move(Cause.FINISH)
            if not model.pushed.strip():
                model.move(Cause.SERVER_DONE)
                model.end("done", model.audio_nbytes, model.chunks, False)

    @rule(context_id=contexts)
    def cancel(self, context_id: str) -> None:
        """Cancel: what was received and not taken is gone."""
        model = self.models.get(context_id)
        if model is None or not self.command(model, Cancel(context_id), Cause.CANCEL):
            return
        if model.state not in ENDED:
            model.move(Cause.CANCEL)
            model.due.clear()
            model.end("cancelled")

    @rule(context_id=contexts)
    def misuse(self, context_id: str) -> None:
        """Ids are used once, and must have been opened."""
        if self.session.state is State.OPEN and context_id in self.models:
            self.refused(OpenContext(context_id, OPTIONS), LocalProtocolError)
            self.refused(Push("never opened", "x"), LocalProtocolError)

    # --- the server

    def say(self, message: str, effect: Callable[[], None]) -> None:
        """Put a message on the wire; its effect comes when all of it has arrived."""
        if self.session.state is not State.CLOSED:
            self.under_way.append((self.peer.write(w.TextMessage(message)), effect))

    @rule(context_id=contexts, pcm=st.binary(max_size=9))
    def chunk(self, context_id: str, pcm: bytes) -> None:
        """Send audio, be the context alive or not."""

        def effect() -> None:
            model = self.find(context_id)
            if model.state not in ENDED:
                model.audio_nbytes += len(pcm)
                model.chunks += 1
                model.last = self.now
                model.due.append(("audio", pcm))

        self.say(chunk(context_id, pcm), effect)

    @rule(context_id=contexts, kind=st.sampled_from(["flush_done", "visemes"]))
    def other(self, context_id: str, kind: str) -> None:
        """Send something else for a context."""

        def effect() -> None:
            model = self.find(context_id)
            if model.state not in ENDED:
                model.last = self.now
                model.due.append((kind,))

        self.say(server(kind, context_id), effect)

    @rule(context_id=contexts)
    def done(self, context_id: str) -> None:
        """End a context, asked or not, once or again."""

        def effect() -> None:
            model = self.find(context_id)
            if model.state not in ENDED:
                model.move(Cause.SERVER_DONE)
                model.end("done", model.audio_nbytes, model.chunks, model.state is ContextState.EXPIRED)

        self.say(server("done", context_id), effect)

    def fail(self, model: Model, *kinds: str) -> None:
        """Expect a context to fail, if it has not ended."""
        if model.state not in ENDED:
            model.move(Cause.FAULT)
            model.end("failed", frozenset(kinds))

    @rule(context_id=contexts, is_broken=st.booleans())
    def error(self, context_id: str, is_broken: bool) -> None:
        """Send an error, or broken audio, for one context."""
        message = server("chunk", context_id, data="?") if is_broken else server("error", context_id, status_code=500)
        kind = "DecodeError" if is_broken else "ServerError"
        self.say(message, lambda: self.fail(self.find(context_id), kind))

    @rule()
    def error_for_all(self) -> None:
        """Send an error that names no context."""
        self.say(server("error", status_code=500), lambda: self.fail_all("ServerError"))

    def fail_all(self, *kinds: str) -> None:
        """Expect every living context to fail."""
        for model in self.models.values():
            self.fail(model, *kinds)

    @rule()
    def nonsense_for_nobody(self) -> None:
        """Send what reaches no context of ours."""
        for message in (chunk("never opened"), server("done", "never opened"), server("notice")):
            self.say(message, lambda: None)

    # --- the wire and the clock

    @rule(nbytes=st.integers(1, 400))
    def arrive(self, nbytes: int) -> None:
        """Let some bytes arrive, in the middle of a frame or over several."""
        data, effects = b"", []
        while self.under_way and len(data) < nbytes:
            frame, effect = self.under_way.popleft()
            room = nbytes - len(data)
            data += frame[:room]
            if len(frame) > room:
                self.under_way.appendleft((frame[room:], effect))
            else:
                effects.append(effect)
        if data:
            self.session.receive_data(data, now=self.now)
            for effect in effects:
                effect()

    @rule(seconds=st.sampled_from([0.1, 5.0, 14.9, 15.0, 20.0, 61.0]))
    def wait(self, seconds: float) -> None:
        """Let time pass; contexts that the server owes something for too long fail, no others do."""
        self.now += seconds
        deadline = self.session.next_deadline()
        self.session.handle_timeout(self.now)
        for model in self.models.values():
            if model.state in ENDED or self.dialogue.state(model.id) is not ContextState.FAILED:
                continue
            assert deadline is not None
            assert deadline <= self.now
            assert model.pushed.strip()
            assert self.now - model.last >= LIMITS.stall_seconds
            self.fail(model, "StallTimeout", "FirstAudioTimeout")
        for model in self.models.values():
            if model.state not in ENDED and model.pushed.strip():
                assert self.now - model.last < LIMITS.idle_seconds

    @precondition(lambda self: self.session.state is State.OPEN)
    @rule(how=st.sampled_from(["end", "close", "abort", "nonsense"]))
    def lose(self, how: str) -> None:
        """Lose the socket, one way or another."""
        kinds = ["ContextInterrupted"]
        if how == "end":
            self.session.receive_data(b"", now=self.now)
        elif how == "abort":
            self.session.abort()
        elif how == "close":
            self.say("", lambda: None)  # frames before the close frame arrive first
            self.under_way.pop()
            self.arrive(1_000_000)
            if self.session.state is State.OPEN:
                self.session.receive_data(self.peer.write(w.CloseConnection(1012)), now=self.now)
        else:
            self.arrive(1_000_000)
            self.session.receive_data(self.peer.write(w.TextMessage("[]")), now=self.now)
            kinds = ["DecodeError"]
        self.under_way.clear()
        self.fail_all(*kinds)
        assert self.session.state is State.CLOSED

    @precondition(lambda self: self.session.state is State.CLOSED)
    @rule()
    def reconnect(self) -> None:
        """Begin anew, with nothing left over from before."""
        self.take_everything()
        self.begin()

    # --- whoever listens

    @rule(context_id=contexts)
    def take(self, context_id: str) -> None:
        """Take one event of one context: exactly what is due."""
        model = self.models.get(context_id)
        if model is None:
            return
        event = self.session.next_event(context_id)
        if model.due:
            assert matches(event, context_id, model.due.popleft())
        elif self.session.closed is not None:
            assert event is self.session.closed
        else:
            assert event is NEED_DATA

    @rule()
    def take_everything(self) -> None:
        """Take all there is: every context gives what is due, then nothing."""
        for model in self.models.values():
            while model.due:
                assert matches(self.session.next_event(model.id), model.id, model.due.popleft())
            after = self.session.next_event(model.id)
            assert after is NEED_DATA or isinstance(after, Closed)

    # --- what always holds

    @invariant()
    def the_server_joins_what_was_pushed(self) -> None:
        """Verbatim; what is held back is blank, and goes out with more words or with the end of the text."""
        for event in self.peer.listen():
            assert isinstance(event, w.TextMessage | w.CloseConnection)
            if isinstance(event, w.TextMessage):
                self.understand(json.loads(event.data))
        for model in self.models.values():
            assert model.pushed.startswith(model.heard_by_server)
            held = model.pushed[len(model.heard_by_server) :]
            assert not held.strip()
            if model.state in (ContextState.FINISHING, ContextState.DONE) and model.pushed.strip():
                assert held == ""

    def understand(self, message: dict[str, object]) -> None:
        """Be the server: join inputs, know contexts by their first text."""
        context_id = message.pop("context_id")
        assert isinstance(context_id, str)
        model = self.models[context_id]
        if message.get("cancel") is True:
            assert message == {"cancel": True}
            assert model.is_known
            return
        text = message.pop("transcript")
        assert isinstance(text, str)
        assert model.is_known or text.strip()
        model.is_known = True
        model.heard_by_server += text
        is_flush = message.pop("flush", False)
        goes_on = message.pop("continue")
        assert goes_on or not is_flush
        options = OPTIONS.wire(context_id, "2026-08-14")
        assert {"context_id": context_id, **message} == options

    @invariant()
    def states_follow_the_table(self) -> None:
        """The dialogue's word for each context is the model's."""
        for model in self.models.values():
            assert self.dialogue.state(model.id) is model.state
            assert model.ends == (model.state in ENDED)
        assert self.dialogue.open_contexts == sum(model.state not in ENDED for model in self.models.values())
        is_idle = not any(model.state not in ENDED and model.pushed.strip() for model in self.models.values())
        assert self.session.is_idle() is is_idle

    def teardown(self) -> None:
        """In the end everything that is due can be taken."""
        self.take_everything()


def matches(event: object, context_id: str, token: Token) -> bool:
    """Whether an event is the one that is due."""
    assert getattr(event, "context_id", None) == context_id, (event, token)
    if isinstance(event, AudioChunk):
        return token == ("audio", event.audio)
    if isinstance(event, FlushDone):
        return token == ("flush_done",)
    if isinstance(event, Unknown):
        return token == (event.type,)
    if isinstance(event, ContextDone):
        return token == ("done", event.audio_nbytes, event.chunks, event.expired)
    if isinstance(event, ContextWasCancelled):
        return token == ("cancelled",)
    assert isinstance(event, ContextFailed)
    kinds = token[1]
    return token[0] == "failed" and isinstance(kinds, frozenset) and type(event.error).__name__ in kinds


def test_the_text_of_a_message_is_what_the_model_thinks() -> None:
    """The model server reads base64 as everybody does."""
    assert json.loads(chunk("c", b"ab"))["data"] == base64.b64encode(b"ab").decode()


TestConversation = Conversation.TestCase
TestConversation.settings = settings(settings.default, max_examples=250, stateful_step_count=40)
