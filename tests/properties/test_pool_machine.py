"""Random lives of a pool: asked by many at once, with failures, losses and time, against a model of its sockets.

The sockets are whole sessions. The test does what an adapter does: it carries out each step, or fails, or is cancelled.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from attrs import define
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from cartesia_core.errors import (
    AuthenticationError,
    CartesiaError,
    ConnectFailed,
    RateLimitedError,
    ReconnectStopped,
    SocketTimeout,
)
from cartesia_core.tts.pool import (
    OpenSocket,
    PauseBeforeOpening,
    PooledSocket,
    PoolLimits,
    PoolStatistics,
    PoolStep,
    UseSocket,
)
from cartesia_core.ws.notices import RetiredFor, SocketLost, SocketRetired
from cartesia_core.ws.reconnect import ReconnectPolicy
from tests.core.tts.sockets import Pool, Wire
from tests.core.tts.talk import chunk, server

POLICY: Final = ReconnectPolicy(max_failures=3, first_delay=0.5, max_delay=8.0, short_life_seconds=5.0)
PATIENCE: Final = 10.0
SECONDS: Final = st.sampled_from([0.125, 0.5, 0.5, 1.0, 3.0, 5.0, 8.0, 20.0, 61.0, 100.0])
WAITED: Final = st.sampled_from([0.0, 0.0, 3.0, PATIENCE])
ANY: Final = st.integers(0, 1000)


@define(eq=False)
class Model:
    """What is known of one socket."""

    wire: Wire
    opened_at: float
    active_at: float
    contexts: list[str]
    leases: int = 0
    done: int = 0
    late: int = 0
    is_dead: bool = False
    is_out: bool = False

    @property
    def load(self) -> int:
        """Contexts on it, and about to be."""
        return len(self.contexts) + self.leases


class Sockets(RuleBasedStateMachine):
    """Askers, failures, losses and time in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.limits = PoolLimits()
        self.pool = Pool()
        self.models: list[Model] = []
        self.leases: list[tuple[Model, PooledSocket[Wire]]] = []
        self.count = 0
        self.is_opening = False
        self.failures = 0
        self.failed_at = 0.0
        self.not_before = 0.0
        self.is_final = False

    @initialize(
        sockets=st.integers(1, 3),
        contexts=st.sampled_from([None, 1, 2]),
        age=st.sampled_from([None, 60.0]),
        idle=st.sampled_from([None, 90.0]),
    )
    def begin(self, sockets: int, contexts: int | None, age: float | None, idle: float | None) -> None:
        """Choose the limits."""
        self.limits = PoolLimits(
            max_sockets=sockets,
            max_contexts_per_socket=contexts,
            max_age_seconds=age,
            max_idle_seconds=idle,
            acquire_seconds=PATIENCE,
        )
        self.pool = Pool(self.limits, POLICY)

    # --- what the model thinks

    def members(self) -> list[Model]:
        """Give the sockets that are in the pool, the dead that it has not noticed among them."""
        return [model for model in self.models if not model.is_out]

    def with_contexts(self) -> list[Model]:
        """Give the sockets that carry a context."""
        return [model for model in self.members() if model.contexts]

    def has_room(self, model: Model) -> bool:
        """Whether a socket takes another context."""
        limit = self.limits.max_contexts_per_socket
        return not model.is_dead and (limit is None or model.load < limit)

    def fail(self, retry_after: float = 0.0) -> None:
        """Count a failure now."""
        self.failures += 1
        if self.failures < POLICY.max_failures:
            delay = POLICY.first_delay * 2 ** (self.failures - 1) * (1.0 - 0.25 * self.pool.jitter)
        else:
            delay = POLICY.max_delay
        self.failed_at = self.pool.now
        self.not_before = max(self.not_before, self.pool.now + max(delay, retry_after))

    def looked(self) -> None:
        """Take notice of what the pool has seen when it looked: ends, and sockets that have proved themselves."""
        for model in self.members():
            has_proved = model.done > 0 or self.pool.now - model.opened_at >= POLICY.short_life_seconds
            model.is_out = model.is_dead
            if has_proved and model.opened_at >= self.failed_at:
                self.failures, self.not_before = 0, 0.0
            elif model.is_dead and not has_proved:
                self.fail()

    def retired(self, notice: SocketRetired) -> None:
        """See that a socket was given up for a reason, and take notice."""
        model = self.models[notice.number - 1]
        assert not model.is_out
        assert model.load == 0
        limits, now = self.limits, self.pool.now
        if notice.reason is RetiredFor.IDLE:
            assert limits.max_idle_seconds is not None
            assert now - model.active_at >= limits.max_idle_seconds
        else:
            assert notice.reason is RetiredFor.AGE
            assert limits.max_age_seconds is not None
            assert now - model.opened_at >= limits.max_age_seconds
        model.is_out = True

    def told(self) -> None:
        """Take what the pool tells: each socket that it gives up is told, and is to be closed, once."""
        given_up: list[str] = []
        for notice in self.pool.told():
            if isinstance(notice, SocketRetired):
                self.retired(notice)
            if isinstance(notice, (SocketLost, SocketRetired)):
                given_up.append(f"s{notice.number}")
        assert self.pool.to_close() == given_up

    # --- asking

    def answer(self, waited: float, question: Callable[[float], PoolStep[Wire] | None]) -> PoolStep[Wire] | None:
        """Put a question of somebody who has waited so long; see that an error has its reason, and give the step."""
        since = self.pool.now - waited
        step: PoolStep[Wire] | None = None
        try:
            step = question(since)
        except CartesiaError as error:
            self.looked()
            self.refused(error, since)
        else:
            self.looked()
        self.told()
        return step

    def refused(self, error: CartesiaError, since: float) -> None:
        """See that an error has its reason."""
        if isinstance(error, SocketTimeout):
            assert self.pool.now >= since + PATIENCE
        elif isinstance(error, ReconnectStopped):
            assert self.pool.now < self.not_before
            assert self.failures >= POLICY.max_failures or self.not_before > since + PATIENCE
        else:
            assert isinstance(error, AuthenticationError)
            assert self.is_final

    def carry_out(self, step: PoolStep[Wire] | None) -> None:
        """See that a step is allowed, and begin it."""
        now = self.pool.now
        if isinstance(step, UseSocket):
            model = self.models[step.socket.number - 1]
            assert model in self.members()
            assert self.has_room(model)
            model.leases += 1
            self.leases.append((model, step.socket))
        elif isinstance(step, OpenSocket):
            assert (self.is_opening, self.is_final) == (False, False)
            assert now >= self.not_before
            self.is_opening = True
        elif isinstance(step, PauseBeforeOpening):
            assert step.seconds == self.not_before - now > 0
            assert self.failures < POLICY.max_failures
            assert (self.is_opening, self.is_final) == (False, False)

    @rule(waited=WAITED)
    def ask(self, waited: float) -> None:
        """Ask for a socket."""
        self.asked(waited)

    @rule()
    def begin_context(self) -> None:
        """Ask for a socket, open it if need be, and open a context on it."""
        if self.asked(0.0) is not None and self.is_opening:
            self.is_opened()
            self.asked(0.0)
        if self.leases:
            self.release(which=-1, uses_it=True)

    @rule(count=st.integers(1, 3))
    def open_ahead(self, count: int) -> None:
        """Open sockets ahead, as far as it may be."""
        for _ in range(count):
            self.warm(0.0, count)
            if self.is_opening:
                self.is_opened()

    def asked(self, waited: float) -> PoolStep[Wire] | None:
        """Ask for a socket; see that the answer is right."""
        step = self.answer(waited, lambda since: self.pool.ask(since=since))
        if not isinstance(step, UseSocket):  # a socket with room that is young is used
            assert not any(self.has_room(model) for model in self.members() if not self.is_old(model))
        self.carry_out(step)
        assert not any(model.load == 0 and self.is_old(model) for model in self.members())
        return step

    def is_old(self, model: Model) -> bool:
        """Whether a socket has passed its age."""
        limit = self.limits.max_age_seconds
        return limit is not None and self.pool.now - model.opened_at >= limit

    @rule(waited=WAITED, count=st.integers(1, 3))
    def warm(self, waited: float, count: int) -> None:
        """Ask for sockets ahead."""
        count = min(count, self.limits.max_sockets)
        step = self.answer(waited, lambda since: self.pool.warm(count, since=since))
        assert not isinstance(step, UseSocket)
        if len(self.members()) >= count:
            assert step is None
        self.carry_out(step)

    @rule()
    def look(self) -> None:
        """Have the pool look, as when something has come."""
        self.pool.look()
        self.looked()
        self.told()

    # --- carrying out

    @precondition(lambda self: self.is_opening)
    @rule()
    def is_opened(self) -> None:
        """A socket is there."""
        now = self.pool.now
        self.is_opening = False
        self.models.append(Model(self.pool.opened(), now, now, []))

    @precondition(lambda self: self.is_opening)
    @rule(retry_after=st.sampled_from([0.0, 0.0, 0.0, 0.5, 9.0, 30.0]))
    def is_not_opened(self, retry_after: float) -> None:
        """It failed; the server may have said for how long."""
        error = RateLimitedError("no", status=429, retry_after=retry_after) if retry_after else ConnectFailed("no")
        self.is_opening = False
        self.pool.pool.not_opened(error, now=self.pool.now, jitter=self.pool.jitter)
        self.fail(retry_after)

    @precondition(lambda self: self.is_opening and len(self.models) > 3)
    @rule()
    def is_refused_for_good(self) -> None:
        """The key was withdrawn."""
        self.is_opening, self.is_final = False, True
        error = AuthenticationError("no", status=401)
        self.pool.pool.not_opened(error, now=self.pool.now, jitter=self.pool.jitter)
        self.fail()

    @precondition(lambda self: self.is_opening)
    @rule()
    def is_cancelled(self) -> None:
        """Whoever opened it was cancelled."""
        self.is_opening = False
        self.pool.pool.not_opened(None, now=self.pool.now, jitter=self.pool.jitter)

    @precondition(lambda self: self.leases)
    @rule(which=ANY, uses_it=st.booleans())
    def release(self, *, which: int, uses_it: bool) -> None:
        """Open a context with a lease, or be cancelled before; a dead socket takes none."""
        model, socket = self.leases.pop(which % len(self.leases))
        if uses_it and not model.is_dead:
            self.count += 1
            model.contexts.append(f"c{self.count}")
            model.wire.begin(model.contexts[-1], now=self.pool.now)
            model.active_at = self.pool.now
        self.pool.pool.release(socket)
        model.leases -= 1

    # --- what happens to sockets

    @precondition(lambda self: self.with_contexts())
    @rule(which=ANY, way=st.sampled_from(["done", "cancelled", "failed"]))
    def end_context(self, which: int, way: str) -> None:
        """A context ends."""
        model = self.with_contexts()[which % len(self.with_contexts())]
        context_id = model.contexts.pop(which % len(model.contexts))
        model.active_at = self.pool.now
        if way == "done":
            model.wire.hear(chunk(context_id), server("done", context_id), now=self.pool.now)
            model.done += 1
        elif way == "failed":
            message = server("error", context_id, status_code=500, title="T", message="M")
            model.wire.hear(message, now=self.pool.now)
        else:
            model.wire.cancel(context_id, now=self.pool.now)
            model.wire.hear(chunk(context_id), now=self.pool.now)
            model.late += 1

    @precondition(lambda self: self.members())
    @rule(which=ANY, closes=st.booleans())
    def lose(self, *, which: int, closes: bool) -> None:
        """A socket dies, or the server closes it."""
        model = self.members()[which % len(self.members())]
        if closes:
            model.wire.be_closed(now=self.pool.now)
        else:
            model.wire.die()
        model.is_dead = True
        model.contexts.clear()

    @rule(seconds=SECONDS, chance=st.sampled_from([0.0, 0.5, 1.0]))
    def pass_time(self, seconds: float, chance: float) -> None:
        """Move the clock, and throw the dice."""
        self.pool.now += seconds
        self.pool.jitter = chance

    # --- what always holds

    @invariant()
    def limits_hold(self) -> None:
        """Never too many sockets, never too many contexts on one."""
        assert len(self.members()) + self.is_opening <= self.limits.max_sockets
        limit = self.limits.max_contexts_per_socket
        assert limit is None or all(model.load <= limit for model in self.members())

    @invariant()
    def counts_add_up(self) -> None:
        """Over the sockets that are there and those that were."""
        alive = [model for model in self.members() if not model.is_dead]
        assert self.pool.pool.statistics() == PoolStatistics(
            sockets=len(alive),
            contexts=sum(len(model.contexts) for model in alive),
            opened=len(self.models),
            lost=sum(model.is_dead for model in self.models if model.is_out),
            failures=self.failures,
            done_contexts=sum(model.done for model in self.models),
            late_frames=sum(model.late for model in self.models),
            late_nbytes=sum(model.late for model in self.models) * 2,
            stray_frames=0,
        )

    @invariant()
    def leases_are_kept(self) -> None:
        """Each is held by somebody, or was given back."""
        for model in self.members():
            held = [socket for owner, socket in self.leases if owner is model]
            assert model.leases == len(held)
            assert all(socket.leases == len(held) and socket.load == model.load for socket in held)

    def teardown(self) -> None:
        """In the end all that are left are to be closed, once each."""
        left = [model.wire.name for model in self.members()]
        assert [wire.name for wire in self.pool.pool.empty(now=self.pool.now)] == left
        assert self.pool.pool.empty(now=self.pool.now) == []


TestSockets = Sockets.TestCase
TestSockets.settings = settings(
    settings.default,
    max_examples=150,
    stateful_step_count=50,
    suppress_health_check=[HealthCheck.too_slow],  # a whole life takes a while on a machine that is busy
)
