"""Several tasks on one socket: cancelling, leaving, closing, idling and sharing it, on every event loop."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import anyio
import pytest

from cartesia_core import AudioChunk, CartesiaError
from cartesia_core.async_ports import AsyncTtsContext
from cartesia_core.errors import ContextCancelled, ContextInterrupted, LocalProtocolError
from cartesia_core.tts.context import ContextState
from cartesia_core.tts.dialogue import TtsLimits
from cartesia_core.ws.session import SessionLimits
from tests.adapters.flavours import FLAVOURS, LIMITS, AnySocket, Flavour, session_of, until
from tests.adapters.messages import chunk, done
from tests.adapters.scripted import ScriptedServer
from tests.adapters.steps import Accept, Close, Deaf, Drip, Expect, Flood, HangUp, Mute, Pings, Reset, Step, Tell, Wait
from tests.adapters.story import OPTIONS
from tests.adapters.test_threads import SOON, Parrot

every_loop = pytest.mark.parametrize("flavour", FLAVOURS, ids=lambda flavour: flavour.name)
pytestmark = every_loop


async def audio_of(context: AsyncTtsContext) -> bytes:
    """Read a context to its end."""
    return b"".join([event.audio async for event in context if isinstance(event, AudioChunk)])


async def timed(action: Callable[[], Awaitable[object]]) -> float:
    """Give the seconds that something takes."""
    before = time.monotonic()
    await action()
    return time.monotonic() - before


class Waiting:
    """What became of reading a context in a task of its own."""

    def __init__(self, context: AsyncTtsContext) -> None:
        self.context = context
        self.error: CartesiaError | None = None
        self.events = 0
        self.is_over = False

    async def read(self) -> None:
        """Read to the end."""
        try:
            async for _ in self.context:
                self.events += 1
        except CartesiaError as error:
            self.error = error
        self.is_over = True


@asynccontextmanager
async def open_socket(
    flavour: Flavour, server: ScriptedServer, *, limits: SessionLimits = LIMITS, tts: TtsLimits | None = None
) -> AsyncIterator[AnySocket]:
    """Open a socket to a scripted server."""
    async with flavour.client(server.url, limits=limits) as client, flavour.socket(client, tts) as ws:
        yield ws


@pytest.mark.parametrize("act", ["cancel", "leave"])
def test_cancelling_wakes_the_task_that_reads(flavour: Flavour, act: str) -> None:
    """F17: cancelled, or left, by one task, a context ends at once for another one that reads it."""

    async def main() -> None:
        async with open_socket(flavour, server) as ws, anyio.create_task_group() as tasks:
            context = ws.context(**OPTIONS)
            await context.push("Hello.")
            reading = Waiting(context)
            tasks.start_soon(reading.read)
            await until(lambda: reading.events > 0)
            await (context.cancel() if act == "cancel" else context.__aexit__(None, None, None))
            before = reading.events
            await until(lambda: reading.is_over, "the end", SOON)
            assert isinstance(reading.error, ContextCancelled)
            assert reading.events == before

    with ScriptedServer((Parrot(),)) as server:
        flavour.run(main)
        server.until(lambda: bool(server.records[0].messages[-1].get("cancel")), "the cancel message")


def test_reading_after_leaving_tells_so_and_does_not_wait(flavour: Flavour) -> None:
    """Asking a context for events after its block was left raises at once."""

    async def main() -> None:
        async with open_socket(flavour, server) as ws:
            async with ws.context(**OPTIONS) as context:
                await context.push("Hello.")
            with anyio.fail_after(SOON), pytest.raises(ContextCancelled):
                await context.__anext__()

    with ScriptedServer((Accept(),)) as server:
        flavour.run(main)


def test_a_cancel_is_not_held_up_by_a_push_that_cannot_be_written(flavour: Flavour) -> None:
    """While the peer takes no bytes and one task is stuck in push, cancelling wakes the reader, and closing all."""

    async def main() -> None:
        async with open_socket(flavour, server) as ws, anyio.create_task_group() as tasks:
            context = ws.context(**OPTIONS)
            await context.push("Hello.")
            reading, pushing = Waiting(context), Pushing(context, "many words " * 2_000_000)
            tasks.start_soon(reading.read)
            tasks.start_soon(pushing.push)
            await until(lambda: reading.events > 0)
            assert await timed(context.cancel) < SOON
            await until(lambda: reading.is_over, "the end", SOON)
            assert isinstance(reading.error, ContextCancelled)
            assert await timed(ws.aclose) < 1.0
            await until(lambda: pushing.is_over, "the end of the push", SOON)

    with ScriptedServer((Accept(), Expect("text"), chunk(0, b"aa"), Deaf())) as server:
        flavour.run(main)


class Pushing:
    """What became of pushing in a task of its own."""

    def __init__(self, context: AsyncTtsContext, text: str) -> None:
        self.context = context
        self.text = text
        self.error: CartesiaError | None = None
        self.is_over = False

    async def push(self) -> None:
        """Push."""
        try:
            await self.context.push(self.text)
        except CartesiaError as error:
            self.error = error
        self.is_over = True


def test_a_push_to_a_deaf_peer_ends_with_the_ping_deadline(flavour: Flavour) -> None:
    """F23 while writing: the push that cannot be written waits no longer than for the ping's answer."""

    async def main() -> None:
        async with open_socket(flavour, server) as ws, ws.context(**OPTIONS) as context:
            await context.push("Hello.")
            with anyio.fail_after(2.0):
                await context.push("many words " * 2_000_000)
                with pytest.raises(ContextInterrupted):
                    await context.push("more")

    with ScriptedServer((Accept(), Expect("text"), Deaf())) as server:
        flavour.run(main)


def test_a_push_that_waits_for_the_peer_reads_meanwhile(flavour: Flavour) -> None:
    """A peer that sends much before it reads again does not stop both sides."""
    script = (
        *(Accept(), Expect("text", 0), Flood(0, 8_000_000), done(0)),
        *(Expect("text", 1), chunk(1, b"bb"), Expect("finish", 1), done(1)),
    )

    async def main() -> None:
        async with open_socket(flavour, server, limits=roomy) as ws:
            one, other = ws.context(**OPTIONS), ws.context(**OPTIONS)
            await one.push("Hello.")
            await one.__anext__()
            await other.push("many words " * 500_000)
            await other.finish()
            assert len(await audio_of(one)) > 7_000_000
            assert await audio_of(other) == b"bb"

    roomy = SessionLimits(max_waiting_nbytes=32_000_000)
    with ScriptedServer(script) as server:
        flavour.run(main)


@pytest.mark.parametrize(
    ("name", "steps"), [("mute", (Mute(),)), ("deaf", (Deaf(),)), ("flooding", (Flood(0),))], ids=str
)
def test_closing_takes_at_most_a_second(flavour: Flavour, name: str, steps: tuple[Step, ...]) -> None:
    """F24: whether the peer is silent, deaf or talks on and on, the socket is cut after the close deadline."""

    async def main() -> None:
        async with open_socket(flavour, server, limits=SessionLimits()) as ws:
            context = ws.context(**OPTIONS)
            await context.push("Hello.")
            await context.__anext__()
            assert await timed(ws.aclose) < 1.0
            with pytest.raises(ContextInterrupted) as caught:
                await audio_of(context)
            assert caught.value.close_code in (1000, 1006)

    with ScriptedServer((Accept(), Expect("text"), chunk(0, b"aa"), *steps)) as server:
        flavour.run(main)


def test_closing_twice_and_after_the_peer_is_gone_is_quick(flavour: Flavour) -> None:
    """Closing again costs nothing."""

    async def main() -> None:
        async with open_socket(flavour, server) as ws:
            assert await timed(ws.aclose) < SOON
            assert await timed(ws.aclose) < 0.05
            assert server.records[0].close == (1000, "")
            with pytest.raises(LocalProtocolError):
                await ws.context(**OPTIONS).push("Hello.")

    with ScriptedServer((Accept(),)) as server:
        flavour.run(main)


def test_closing_ends_the_contexts_of_other_tasks(flavour: Flavour) -> None:
    """A task that waits for audio gets `ContextInterrupted` when another one closes the socket."""

    async def main() -> None:
        async with open_socket(flavour, server) as ws, anyio.create_task_group() as tasks:
            context = ws.context(**OPTIONS)
            await context.push("Hello.")
            reading = Waiting(context)
            tasks.start_soon(reading.read)
            await until(lambda: reading.events > 0)
            await ws.aclose()
            await until(lambda: reading.is_over, "the end", SOON)
            assert isinstance(reading.error, ContextInterrupted)
            assert reading.error.audio_nbytes == 2

    with ScriptedServer((Accept(), Expect("text"), chunk(0, b"aa"))) as server:
        flavour.run(main)


def test_leaving_the_block_cuts_what_still_runs(flavour: Flavour) -> None:
    """A context left open and a speech in mid-sentence end with the socket's block."""

    async def endless() -> AsyncIterator[str]:
        while True:
            yield "word "
            await anyio.sleep(0.01)

    async def main() -> None:
        async with open_socket(flavour, server) as ws:
            context = ws.context(**OPTIONS)
            await context.push("Hello.")
            speech = ws.speak(endless(), **OPTIONS)
            assert isinstance(await speech.__aiter__().__anext__(), AudioChunk)
        with pytest.raises(CartesiaError):
            await audio_of(context)

    with ScriptedServer((Parrot(),)) as server:
        flavour.run(main)


def test_tasks_with_a_context_each_share_one_socket(flavour: Flavour) -> None:
    """Eight tasks speak at once on one socket; each hears its own voice and nothing else."""

    async def speak(ws: AnySocket, number: int) -> None:
        for round_ in range(5):
            words = [f"<{number}.{round_}.{word}>" for word in range(10)]
            async with ws.context(**OPTIONS) as context:
                for word in words:
                    await context.push(word)
                await context.finish()
                assert await audio_of(context) == b"".join(word.encode() * 100 for word in words)
                assert context.state is ContextState.DONE

    async def main() -> None:
        async with open_socket(flavour, server) as ws, anyio.create_task_group() as tasks:
            for number in range(8):
                tasks.start_soon(speak, ws, number)

    with ScriptedServer((Parrot(),)) as server:
        flavour.run(main)
        assert len(server.requests) == 1


def test_an_idle_socket_answers_pings_with_nobody_receiving(flavour: Flavour) -> None:
    """Before, between and after contexts, and with a context that nobody reads."""

    async def main() -> None:
        async with open_socket(flavour, server) as ws:
            await until(lambda: server.records[0].pongs == [b"0"], "the first answer")
            context = ws.context(**OPTIONS)
            await context.push("Hello.")
            await context.finish()
            await until(lambda: len(server.records[0].pongs) == 2, "the second answer")
            assert await audio_of(context) == b"aa"
            assert ws.connections == 1

    steps = (Accept(), Pings(1), Expect("finish"), chunk(0, b"aa"), done(0), Pings(1))
    with ScriptedServer(steps) as server:
        flavour.run(main)


def test_an_idle_socket_stays_warm_by_its_own_pings(flavour: Flavour) -> None:
    """Silence is filled with pings, and the socket serves after many of them."""

    async def main() -> None:
        async with open_socket(flavour, server, limits=SessionLimits(ping_after_seconds=0.05)) as ws:
            await until(lambda: server.records[0].pings >= 5, "five pings")
            assert await audio_of_text(ws, "Hi") == b"Hi" * 100
            assert ws.connections == 1

    with ScriptedServer((Parrot(),)) as server:
        flavour.run(main)


async def audio_of_text(ws: AnySocket, text: str) -> bytes:
    """Speak a text."""
    return b"".join([event.audio async for event in ws.speak(text, **OPTIONS) if isinstance(event, AudioChunk)])


@pytest.mark.parametrize("steps", [(Deaf(),), (Mute(),), (HangUp(),), (Reset(),), (Close(1000, "idle"),)], ids=str)
def test_an_idle_socket_that_dies_is_replaced_silently(flavour: Flavour, steps: tuple[Step, ...]) -> None:
    """F23, F33: a half-open one is found by ping with nobody receiving; the next context has a new connection."""

    async def main() -> None:
        async with open_socket(flavour, server) as ws:
            server.flag("die").set()
            await until(lambda: ws.statistics().sockets == 0, "the end of the socket", 1.5)
            assert await audio_of_text(ws, "Hi") == b"Hi" * 100
            assert ws.connections == 2

    with ScriptedServer((Accept(), Wait("die"), *steps), (Parrot(),)) as server:
        flavour.run(main)


def test_two_tasks_that_need_a_new_socket_open_one(flavour: Flavour) -> None:
    """One attempt at a time: the second waits for the first one's."""

    async def main() -> None:
        async with open_socket(flavour, server) as ws, anyio.create_task_group() as tasks:
            server.flag("die").set()
            await until(lambda: ws.statistics().sockets == 0, "the end of the socket")
            for number in range(5):
                tasks.start_soon(audio_of_text, ws, str(number))
        assert ws.connections == 2

    with ScriptedServer((Accept(), Wait("die"), HangUp()), (Parrot(),)) as server:
        flavour.run(main)


def test_who_waits_for_a_socket_being_opened_can_be_cancelled(flavour: Flavour) -> None:
    """While one task waits for the handshake, cancelling its context returns at once and it sends nothing."""

    async def main() -> None:
        async with open_socket(flavour, server) as ws, anyio.create_task_group() as tasks:
            server.flag("die").set()
            await until(lambda: ws.statistics().sockets == 0, "the end of the socket")
            context = ws.context(**OPTIONS)
            pushing = Pushing(context, "Hello.")
            tasks.start_soon(pushing.push)
            await until(server.flag("connected").is_set)
            assert await timed(context.cancel) < SOON
            server.flag("answer").set()
            await until(lambda: pushing.is_over)
            assert isinstance(pushing.error, LocalProtocolError)
            assert server.records[1].messages == []

    scripts = ((Accept(), Wait("die"), HangUp()), (Tell("connected"), Wait("answer"), Accept()))
    with ScriptedServer(*scripts) as server:
        flavour.run(main)


def test_a_consumer_that_stops_reading_stops_the_socket(flavour: Flavour) -> None:
    """F26, F27: memory is bounded; others flow within the budget; nobody blames the server meanwhile."""
    budget = 1_000_000
    short = TtsLimits(first_audio_seconds=0.3, stall_seconds=0.3)

    async def main() -> None:
        limits = SessionLimits(ping_after_seconds=0.1, pong_seconds=0.1, max_waiting_nbytes=budget)
        async with open_socket(flavour, server, limits=limits, tts=short) as ws:
            slow, fast = ws.context(**OPTIONS), ws.context(**OPTIONS)
            for context in (slow, fast):
                await context.push("Hello.")
                await context.finish()
            assert await audio_of(fast) == b"bb"  # came behind a megabyte for the other one
            await until(lambda: session_of(ws).is_full(), "a full inbox")
            await anyio.sleep(1.0)  # several deadlines long
            assert not server.flag("all sent").is_set()
            assert session_of(ws)._inbox.largest_nbytes < budget + 200_000
            assert await audio_of(slow) == b"s" * 30_000_000
            assert slow.state is ContextState.DONE
            assert ws.connections == 1

    steps = (
        *(Accept(), Expect("finish", 1), Flood(0, 500_000, b"s" * 10_000), chunk(1, b"bb"), done(1)),
        *(Flood(0, 29_500_000, b"s" * 10_000), done(0), Tell("all sent")),
    )
    with ScriptedServer(steps) as server:
        flavour.run(main)


def test_leaving_a_context_makes_room_for_the_others(flavour: Flavour) -> None:
    """F26: what waited for the one left is dropped, and the socket is read on."""

    async def main() -> None:
        limits = SessionLimits(max_waiting_nbytes=200_000)
        async with open_socket(flavour, server, limits=limits) as ws:
            async with ws.context(**OPTIONS) as left:
                await left.push("Hello.")
                await until(lambda: session_of(ws).is_full(), "a full inbox")
            assert session_of(ws)._inbox.largest_nbytes == 0
            assert await audio_of_text(ws, "Hi") == b"bb"

    script = (Accept(), Expect("text", 0), Flood(0, 20_000_000), Expect("finish", 1), chunk(1, b"bb"), done(1))
    with ScriptedServer(script) as server:
        flavour.run(main)


def test_a_stalled_context_is_found_while_others_keep_the_socket_busy(flavour: Flavour) -> None:
    """The deadline of one context counts although audio of another one keeps coming."""

    async def main() -> None:
        async with (
            open_socket(flavour, server, tts=TtsLimits(stall_seconds=0.3)) as ws,
            anyio.create_task_group() as tasks,
        ):
            silent, loud = ws.context(**OPTIONS), ws.context(**OPTIONS)
            for context in (silent, loud):
                await context.push("Hello.")
                await context.finish()
            listening = Waiting(loud)
            tasks.start_soon(listening.read)
            with pytest.raises(CartesiaError) as caught:
                await audio_of(silent)
            assert type(caught.value).__name__ == "StallTimeout"
            assert not listening.is_over
            await loud.cancel()
            await until(lambda: listening.is_over, "the end", SOON)

    with ScriptedServer((Accept(), Expect("finish", 1), chunk(0, b"aa"), Drip(1))) as server:
        flavour.run(main)


def test_a_push_after_the_socket_died_tells_of_the_interruption(flavour: Flavour) -> None:
    """F34: pushing on when the socket has died raises what reading would, and reading raises it again and again."""

    async def main() -> None:
        async with open_socket(flavour, server) as ws:
            one, other = ws.context(**OPTIONS), ws.context(**OPTIONS)
            await one.push("Hello.")
            await other.push("Hello.")
            with pytest.raises(ContextInterrupted):
                await audio_of(one)
            with pytest.raises(ContextInterrupted) as caught:
                await other.push("more")
            assert caught.value.close_code == 1012
            for _ in range(2):
                with pytest.raises(ContextInterrupted):
                    await audio_of(other)

    with ScriptedServer((Accept(), Expect("text", 1), chunk(0, b"aa"), Close(1012, "restart"))) as server:
        flavour.run(main)


def test_a_socket_that_was_not_entered_or_was_left_says_so(flavour: Flavour) -> None:
    """Its tasks live in the block, so without it nothing can be sent."""

    async def main() -> None:
        async with flavour.client(server.url) as client:
            ws = flavour.socket(client)
            with pytest.raises(LocalProtocolError, match="enter the socket"):
                await ws.context(**OPTIONS).push("Hello.")
            with pytest.raises(LocalProtocolError, match="enter the socket"):
                ws.speak("Hello.", **OPTIONS)
            async with ws:
                pass
            with pytest.raises(LocalProtocolError):
                await ws.context(**OPTIONS).push("Hello.")

    with ScriptedServer((Accept(),)) as server:
        flavour.run(main)


def test_an_error_in_the_block_comes_out_as_it_is(flavour: Flavour) -> None:
    """Not wrapped in a group of exceptions, and the context is cancelled."""

    async def main() -> None:
        async with open_socket(flavour, server) as ws, ws.context(**OPTIONS) as context:
            await context.push("Hello.")
            raise ZeroDivisionError

    with ScriptedServer((Accept(), Expect("text"), Expect("cancel"), Tell("cancelled"))) as server:
        with pytest.raises(ZeroDivisionError):
            flavour.run(main)
        assert server.flag("cancelled").wait(5)
