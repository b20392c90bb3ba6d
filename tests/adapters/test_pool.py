"""The pool of sockets: warm ones, full ones, old ones, and those that cannot be had; alike with every client."""

from __future__ import annotations

import time
from threading import Event

import pytest

from cartesia_core import AudioChunk, CartesiaError, InvalidArgument
from cartesia_core.errors import (
    ApiError,
    ConsumerTooSlow,
    ContextInterrupted,
    RateLimitedError,
    ReconnectStopped,
    SocketTimeout,
    TotalTimeout,
)
from cartesia_core.tts.pool import PoolLimits
from cartesia_core.tts.record import TtsLimits
from cartesia_core.ws.notices import (
    RetiredFor,
    SocketFault,
    SocketLost,
    SocketNotice,
    SocketNotOpened,
    SocketOpened,
    SocketPause,
    SocketRetired,
)
from cartesia_core.ws.reconnect import ReconnectPolicy
from cartesia_core.ws.session import SessionLimits
from tests.adapters.everywhere import Act, Live, Setting, Socket, everywhere, nothing
from tests.adapters.messages import chunk, done, error
from tests.adapters.scripted import ScriptedServer
from tests.adapters.secrecy import assert_silent
from tests.adapters.steps import JSON, Accept, Answer, Close, Expect, Flood, HangUp, Step, Wait
from tests.adapters.story import OPTIONS
from tests.adapters.test_threads import Parrot


async def failure(act: Act) -> CartesiaError:
    """Give the error of what must fail; it does not show the key."""
    with pytest.raises(CartesiaError) as caught:
        await act()
    assert_silent(caught.value)
    return caught.value


async def audio_of(ws: Socket, text: str = "Hi") -> bytes:
    """Speak a text."""
    async with ws.context(**OPTIONS) as context:
        await context.push(text)
        await context.finish()
        return b"".join([event.audio async for event in context if isinstance(event, AudioChunk)])


def later() -> None:
    """Let time pass: what the limits of the tests call old is younger than this."""
    Event().wait(0.15)


def pushing(ws: Socket) -> Act:
    """Push a text to a context of its own."""
    return lambda: ws.context(**OPTIONS).push("Hi")


def let_die(server: ScriptedServer) -> None:
    """Have the server end its first connection."""
    server.flag("die").set()
    server.until(lambda: server.records[0].has_faulted)


SPOKEN: tuple[Step, ...] = (Accept(), Expect("finish"), chunk(0, b"aa"), done(0))
MORTAL: tuple[Step, ...] = (Accept(), Wait("die"), HangUp())
GONE: tuple[Step, ...] = (Accept(glued=(Close(1008, "policy"),)),)


# --- sockets that fail


@everywhere
def test_a_server_that_accepts_and_closes_is_tried_three_times(live: Live) -> None:
    """Then no more for a while; the error tells why and when to come back, and nothing more reaches the server."""

    async def story(ws: Socket) -> None:
        let_die(server)
        first = await failure(pushing(ws))
        assert type(first) is ReconnectStopped
        assert (first.close_code, first.close_reason, first.may_have_been_billed) == (1008, "policy", False)
        assert first.retryable
        assert first.retry_after is not None
        assert 0 < first.retry_after <= 30
        assert len(server.requests) == 3
        began = time.monotonic()
        assert type(await failure(pushing(ws))) is ReconnectStopped
        assert time.monotonic() - began < 0.5
        assert len(server.requests) == 3

    with ScriptedServer((Accept(), Wait("die"), Close(1008, "policy")), default=GONE) as server:
        told = live(server.url, story, Setting(reconnect=ReconnectPolicy(first_delay=0.02, max_delay=30)))
    assert sum(isinstance(notice, SocketOpened) for notice in told) == 3
    assert sum(isinstance(notice, SocketLost) for notice in told) == 3
    pauses = [notice for notice in told if isinstance(notice, SocketPause)]
    assert [pause.failures for pause in pauses] == [1, 2]
    assert 0 < pauses[0].seconds <= 0.02
    assert 0 < pauses[1].seconds <= 0.04


@everywhere
def test_a_pause_over_it_is_tried_once_more(live: Live) -> None:
    """A server that has recovered is found again, and success forgets the failures."""

    async def story(ws: Socket) -> None:
        let_die(server)
        assert type(await failure(pushing(ws))) is ReconnectStopped
        assert ws.statistics().failures == 3
        later()
        assert await audio_of(ws) == b"Hi" * 100
        await ws.warm()
        assert ws.statistics().failures == 0

    with ScriptedServer(MORTAL, GONE, GONE, (Parrot(),)) as server:
        live(server.url, story, Setting(reconnect=ReconnectPolicy(first_delay=0.01, max_delay=0.1)))
        assert len(server.requests) == 4


@everywhere
@pytest.mark.parametrize("status", [400, 401, 403, 404])
def test_a_refusal_for_good_is_never_tried_again(live: Live, status: int) -> None:
    """The error comes again at once, without another request."""

    async def story(ws: Socket) -> None:
        let_die(server)
        for _ in range(3):
            refused = await failure(pushing(ws))
            assert isinstance(refused, ApiError)
            assert refused.status == status
        assert len(server.requests) == 2

    with ScriptedServer(MORTAL, (Answer(status=status, kind=JSON, body=b"{}"), HangUp())) as server:
        told = live(server.url, story, Setting())
    assert sum(isinstance(notice, SocketNotOpened) for notice in told) == 1


@everywhere
def test_what_the_server_asks_for_is_waited_for(live: Live) -> None:
    """A refusal with `Retry-After` lets no socket be opened before; longer than a caller waits, it is told at once."""

    async def story(ws: Socket) -> None:
        let_die(server)
        assert type(await failure(pushing(ws))) is RateLimitedError
        later = await failure(pushing(ws))
        assert type(later) is ReconnectStopped
        assert later.status == 429
        assert later.retry_after is not None
        assert 100 < later.retry_after <= 120
        assert len(server.requests) == 2

    refusal = Answer(status=429, kind=JSON, body=b"{}", headers=(("Retry-After", "120"),))
    with ScriptedServer(MORTAL, (refusal, HangUp())) as server:
        live(server.url, story, Setting())


@everywhere
def test_text_that_was_on_its_way_is_never_sent_again(live: Live) -> None:
    """The loss of a socket with work in flight is told with what went out and came back; the next one is new."""

    async def story(ws: Socket) -> None:
        context = ws.context(**OPTIONS)
        await context.push("Hello.")
        assert await context.__anext__() == AudioChunk(b"aa", context.context_id, None, 1.5)
        lost = await failure(context.__anext__)
        assert isinstance(lost, ContextInterrupted)
        assert (lost.audio_nbytes, lost.characters_sent, lost.may_have_been_billed) == (2, 6, True)
        assert await audio_of(ws) == b"Hi" * 100
        assert [message["transcript"] for message in server.records[1].messages] == ["Hi", ""]

    with ScriptedServer((Accept(), Expect("text"), chunk(0, b"aa"), HangUp()), (Parrot(),)) as server:
        live(server.url, story, Setting())


# --- several sockets


@everywhere
def test_warm_opens_sockets_ahead(live: Live) -> None:
    """As many as asked for and not more than allowed; contexts then open none."""

    async def story(ws: Socket) -> None:
        assert ws.connections == 1
        await ws.warm(3)
        await ws.warm(2)
        assert (ws.connections, ws.statistics().sockets) == (3, 3)
        contexts = [ws.context(**OPTIONS) for _ in range(3)]
        for context in contexts:
            await context.push("Hi")
        server.until(lambda: [len(record.contexts) for record in server.records] == [1, 1, 1])
        assert ws.statistics().contexts == 3
        for context in contexts:
            await context.cancel()
        assert ws.statistics().contexts == 0
        with pytest.raises(InvalidArgument, match="max_sockets"):
            await ws.warm(4)
        with pytest.raises(InvalidArgument, match="1 to"):
            await ws.warm(0)

    with ScriptedServer(default=(Parrot(),)) as server:
        live(server.url, story, Setting(pool=PoolLimits(max_sockets=3)))


@everywhere
def test_a_full_socket_brings_another_and_a_full_pool_a_wait(live: Live) -> None:
    """When all are full for too long, the error says so and that nothing was sent; an end makes room."""

    async def story(ws: Socket) -> None:
        contexts = [ws.context(**OPTIONS) for _ in range(4)]
        for context in contexts:
            await context.push("Hi")
        server.until(lambda: [len(record.contexts) for record in server.records] == [2, 2])
        full = await failure(pushing(ws))
        assert type(full) is SocketTimeout
        assert (full.retryable, full.may_have_been_billed) == (True, False)
        await contexts[0].cancel()
        assert await audio_of(ws) == b"Hi" * 100
        assert ws.connections == 2

    pool = PoolLimits(max_sockets=2, max_contexts_per_socket=2, acquire_seconds=0.1)
    with ScriptedServer(default=(Parrot(),)) as server:
        live(server.url, story, Setting(pool=pool))


@everywhere
@pytest.mark.parametrize(
    ("pool", "reason"),
    [(PoolLimits(max_age_seconds=0.05), RetiredFor.AGE), (PoolLimits(max_idle_seconds=0.05), RetiredFor.IDLE)],
    ids=["age", "idleness"],
)
def test_an_old_socket_is_replaced_and_closed(live: Live, pool: PoolLimits, reason: RetiredFor) -> None:
    """The next context has a new one, and the server is told with a close frame."""

    async def story(ws: Socket) -> None:
        assert await audio_of(ws) == b"Hi" * 100
        later()
        assert await audio_of(ws, "Ho") == b"Ho" * 100
        assert ws.connections == 2
        assert ws.statistics().done_contexts == 2

    with ScriptedServer(default=(Parrot(),)) as server:
        told = live(server.url, story, Setting(pool=pool))
        server.until(lambda: all(record.has_ended for record in server.records))
        assert [record.close for record in server.records] == [(1000, ""), (1000, "")]
    assert [notice.reason for notice in told if isinstance(notice, SocketRetired)] == [reason, RetiredFor.END]


@everywhere
def test_a_busy_old_socket_is_used_rather_than_nothing(live: Live) -> None:
    """With no room for another socket, age does not stop new contexts."""

    async def story(ws: Socket) -> None:
        async with ws.context(**OPTIONS) as long:
            await long.push("Hi")
            later()
            assert await audio_of(ws) == b"Hi" * 100
            assert ws.connections == 1

    with ScriptedServer(default=(Parrot(),)) as server:
        live(server.url, story, Setting(pool=PoolLimits(max_age_seconds=0.05)))


# --- what an observer is told


@everywhere
def test_an_observer_is_told_of_loss_and_replacement(live: Live) -> None:
    """Opening, end and replacement, each with its number, how it ended, and how long it took."""

    async def story(ws: Socket) -> None:
        assert await audio_of(ws) == b"aa"
        let_die(server)
        assert await audio_of(ws) == b"Hi" * 100

    with ScriptedServer((*SPOKEN, Wait("die"), Close(1012, "restart")), (Parrot(),)) as server:
        told = live(server.url, story, Setting())
    assert [type(notice).__name__ for notice in told] == [
        *("SocketOpening", "SocketOpened", "SocketLost"),
        *("SocketOpening", "SocketOpened", "SocketRetired"),
    ]
    lost = told[2]
    assert isinstance(lost, SocketLost)
    assert (lost.number, lost.closed.code, lost.closed.reason) == (1, 1012, "restart")
    opened = told[4]
    assert isinstance(opened, SocketOpened)
    assert opened.number == 2
    assert 0 < opened.took_seconds < 5


@everywhere
def test_an_observer_is_told_of_errors_that_concern_no_context(live: Live) -> None:
    """F7, F19: an error for a context never opened here is raised nowhere, so it is told and counted."""

    async def story(ws: Socket) -> None:
        assert await audio_of(ws) == b"aa"
        assert ws.statistics().stray_frames == 2

    script = (Accept(), Expect("finish"), chunk(7, b"bb"), error(9), chunk(0, b"aa"), done(0))
    with ScriptedServer(script) as server:
        told = live(server.url, story, Setting())
    (fault,) = [notice for notice in told if isinstance(notice, SocketFault)]
    assert (fault.number, fault.error.status, fault.error.error_code) == (1, 400, "voice_not_found")


@everywhere
def test_an_observer_hears_of_the_first_socket_too(live: Live) -> None:
    """Opened when the block is entered, retired when it is left."""
    with ScriptedServer((Accept(),)) as server:
        told: list[SocketNotice] = live(server.url, nothing, Setting())
    assert [type(notice).__name__ for notice in told] == ["SocketOpening", "SocketOpened", "SocketRetired"]


# --- deadlines of contexts


@everywhere
def test_a_context_may_have_a_total_deadline(live: Live) -> None:
    """Whatever comes in between: audio keeps coming, but the end does not."""

    async def story(ws: Socket) -> None:
        context = ws.context(**OPTIONS)
        await context.push("Hello.")
        await context.finish()
        for _ in range(2):
            assert isinstance(await context.__anext__(), AudioChunk)
        late = await failure(context.__anext__)
        assert type(late) is TotalTimeout
        assert late.may_have_been_billed

    script = (Accept(), Expect("finish"), chunk(0, b"aa"), chunk(0, b"aa"), Expect("cancel"))
    with ScriptedServer(script) as server:
        live(server.url, story, Setting(tts=TtsLimits(total_seconds=0.3)))


@everywhere
def test_a_context_that_nobody_reads_cannot_hold_up_the_others_for_ever(live: Live) -> None:
    """F27: it fails after a while, is cancelled at the server, and what came for it is dropped; the other flows."""

    async def story(ws: Socket) -> None:
        slow, fast = ws.context(**OPTIONS), ws.context(**OPTIONS)
        for context in (slow, fast):
            await context.push("Hello.")
            await context.finish()
        assert [event.audio async for event in fast if isinstance(event, AudioChunk)] == [b"bb"]
        stopped = await failure(slow.__anext__)
        assert type(stopped) is ConsumerTooSlow
        assert stopped.context_id == slow.context_id

    limits = SessionLimits(max_waiting_nbytes=200_000, slow_consumer_seconds=0.3)
    script = (Accept(), Expect("finish", 1), Flood(0, 5_000_000), Expect("cancel", 0), chunk(1, b"bb"), done(1))
    with ScriptedServer(script) as server:
        live(server.url, story, Setting(limits=limits))
