"""Several threads on one socket: cancelling, leaving, closing and sharing it."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Barrier, Event
from typing import TypeVar

import pytest

from cartesia_core import AudioChunk, CartesiaError
from cartesia_core.errors import ContextCancelled, ContextInterrupted, LocalProtocolError
from cartesia_core.ports import SyncTtsContext
from cartesia_core.tts.context import ContextState
from cartesia_core.tts.dialogue import TtsLimits
from cartesia_sync import TtsSocket
from tests.adapters.drivers import sync_client
from tests.adapters.messages import chunk, done
from tests.adapters.peer import Peer
from tests.adapters.scripted import ScriptedServer
from tests.adapters.steps import Accept, Close, Deaf, Drip, Expect, Flood, HangUp, Mute, ReadRequest, Tell, Wait
from tests.adapters.story import OPTIONS

T = TypeVar("T")
SOON = 0.5
"""Seconds that a wake-up may take on a busy machine; what is waited for would take 5 seconds or more."""


def audio_of(context: SyncTtsContext) -> bytes:
    """Read a context to its end."""
    return b"".join(event.audio for event in context if isinstance(event, AudioChunk))


def timed(action: Callable[[], object]) -> float:
    """Give the seconds that something takes."""
    before = time.monotonic()
    action()
    return time.monotonic() - before


def error_of(future: Future[T], patience: float = SOON) -> BaseException | None:
    """Wait for what a thread raises."""
    return future.exception(timeout=patience)


@pytest.mark.parametrize("act", ["cancel", "leave"])
def test_cancelling_wakes_the_thread_that_reads(act: str) -> None:
    """Cancelled, or left, by one thread, a context ends at once for another one that reads it."""
    with (
        ThreadPoolExecutor(1) as pool,
        ScriptedServer((Parrot(),)) as server,
        sync_client(server) as client,
        client.tts.websocket() as ws,
    ):
        for _ in range(30):  # who comes first is chance
            context = ws.context(**OPTIONS)
            context.push("Hello.")
            has_begun = Event()
            reading = pool.submit(read_on, context, has_begun)
            assert has_begun.wait(5)
            context.cancel() if act == "cancel" else context.__exit__(None, None, None)
            assert isinstance(error_of(reading), ContextCancelled)
        server.until(lambda: bool(server.records[0].messages[-1].get("cancel")), "the cancel message")


def read_on(context: SyncTtsContext, has_begun: Event) -> None:
    """Read a context and tell when its first event has come."""
    for _ in context:
        has_begun.set()


def test_reading_after_leaving_tells_so_and_does_not_wait() -> None:
    """Asking a context for events after its block was left raises at once."""
    with (
        ThreadPoolExecutor(1) as pool,
        ScriptedServer((Accept(), Expect("text"), chunk(0, b"aa"))) as server,
        sync_client(server) as client,
        client.tts.websocket() as ws,
    ):
        with ws.context(**OPTIONS) as context:
            context.push("Hello.")
        asking = pool.submit(lambda: next(iter(context)))
        try:
            assert isinstance(error_of(asking), ContextCancelled)
        finally:
            ws.close()


def test_a_cancel_is_not_held_up_by_a_push_that_cannot_be_written() -> None:
    """While the peer takes no bytes and one thread is stuck in push, cancelling still wakes the reader at once."""
    with (
        ThreadPoolExecutor(3) as pool,
        ScriptedServer((Accept(), Expect("text"), chunk(0, b"aa"), Deaf())) as server,
        sync_client(server) as client,
        client.tts.websocket() as ws,
    ):
        context = ws.context(**OPTIONS)
        context.push("Hello.")
        next(iter(context))
        reading = pool.submit(lambda: list(context))
        pushing = pool.submit(context.push, "many words " * 2_000_000)  # more than all buffers hold
        assert isinstance(ws, TtsSocket)
        connection = ws._pool.newest
        assert connection is not None
        assert happens(connection.is_writing)
        cancelling = pool.submit(context.cancel)
        assert error_of(cancelling) is None
        assert isinstance(error_of(reading), ContextCancelled)
        assert timed(ws.close) < 0.9
        pushing.exception(timeout=SOON)


def happens(condition: Callable[[], bool]) -> bool:
    """Wait until something is so."""
    gives_up = time.monotonic() + 5
    while not condition() and time.monotonic() < gives_up:
        Event().wait(0.005)
    return condition()


def test_a_push_that_waits_for_the_peer_reads_meanwhile() -> None:
    """A peer that sends much before it reads again does not stop both sides: who writes reads what it sends."""
    text = "many words " * 500_000
    script = (
        *(Accept(), Expect("text", 0), Flood(0, 8_000_000), done(0)),
        *(Expect("text", 1), chunk(1, b"bb"), Expect("finish", 1), done(1)),
    )
    with (
        ScriptedServer(script) as server,
        sync_client(server) as client,
        client.tts.websocket() as ws,
        ws.context(**OPTIONS) as one,
        ws.context(**OPTIONS) as other,
    ):
        one.push("Hello.")
        next(iter(one))
        other.push(text)
        other.finish()
        assert len(audio_of(one)) > 7_000_000
        assert audio_of(other) == b"bb"


@pytest.mark.parametrize(
    ("name", "steps"), [("mute", (Mute(),)), ("deaf", (Deaf(),)), ("flooding", (Flood(0),))], ids=str
)
def test_closing_takes_at_most_a_second(name: str, steps: tuple[Mute | Deaf | Flood, ...]) -> None:
    """Whether the peer is silent, deaf or talks on and on: the socket is cut after the close deadline."""
    with (
        ScriptedServer((Accept(), Expect("text"), chunk(0, b"aa"), *steps)) as server,
        sync_client(server) as client,
        client.tts.websocket() as ws,
    ):
        context = ws.context(**OPTIONS)
        context.push("Hello.")
        next(iter(context))
        assert timed(ws.close) < 1.0
        with pytest.raises(ContextInterrupted) as caught:
            audio_of(context)
        assert caught.value.close_code in (1000, 1006)


def test_closing_twice_and_after_the_peer_is_gone_is_quick() -> None:
    """Closing again costs nothing."""
    with ScriptedServer((Accept(),)) as server, sync_client(server) as client:
        ws = client.tts.websocket()
        with ws:
            assert timed(ws.close) < SOON
        assert timed(ws.close) < 0.05
        assert server.records[0].close == (1000, "")


def test_closing_ends_the_contexts_of_other_threads() -> None:
    """A thread that waits for audio gets `ContextInterrupted` when another one closes the socket."""
    with (
        ThreadPoolExecutor(1) as pool,
        ScriptedServer((Accept(), Expect("text"), chunk(0, b"aa"))) as server,
        sync_client(server) as client,
        client.tts.websocket() as ws,
    ):
        context = ws.context(**OPTIONS)
        context.push("Hello.")
        next(iter(context))
        reading = pool.submit(lambda: list(context))
        assert timed(ws.close) < 1.0
        error = error_of(reading)
        assert isinstance(error, ContextInterrupted)
        assert error.audio_nbytes == 2


class Parrot:
    """Answers each context with audio made of its text, a piece each time any context says something."""

    def play(self, peer: Peer, /) -> None:
        """Answer until the client leaves."""
        Accept().play(peer)
        while True:
            message = peer.message()
            if not isinstance(message, dict):
                peer.send(peer.frames.send(message.response()))
                return
            number = peer.record.contexts.index(str(message["context_id"]))
            text = str(message.get("transcript", ""))
            if text:
                chunk(number, text.encode() * 100).play(peer)
            if message.get("continue") is False:
                done(number).play(peer)


@pytest.mark.parametrize("act", ["cancel", "close"])
def test_nobody_waits_for_a_socket_that_is_being_opened(act: str) -> None:
    """While one thread waits for the handshake, cancelling the context or closing the socket returns at once."""
    with (
        ThreadPoolExecutor(1) as pool,
        ScriptedServer((ReadRequest(), Tell("asked"), Wait("answer"), HangUp())) as server,
        sync_client(server) as client,
    ):
        ws = client.tts.websocket()
        context = ws.context(**OPTIONS)
        pushing = pool.submit(context.push, "Hello.")
        assert server.flag("asked").wait(5)
        assert timed(context.cancel if act == "cancel" else ws.close) < SOON
        server.flag("answer").set()
        assert isinstance(error_of(pushing, 5), CartesiaError)
        ws.close()


@pytest.mark.parametrize("act", ["cancel", "close"])
def test_a_socket_that_opens_too_late_is_not_used(act: str) -> None:
    """Cancelled or closed during the handshake, nothing is sent once it is through."""
    with (
        ThreadPoolExecutor(1) as pool,
        ScriptedServer((Tell("connected"), Wait("answer"), Accept())) as server,
        sync_client(server) as client,
    ):
        ws = client.tts.websocket()
        context = ws.context(**OPTIONS)
        pushing = pool.submit(context.push, "Hello.")
        assert server.flag("connected").wait(5)
        context.cancel() if act == "cancel" else ws.close()
        server.flag("answer").set()
        assert isinstance(error_of(pushing, 5), LocalProtocolError)
        ws.close()
        server.until(lambda: server.records[0].close == (1000, ""), "a polite end")
        assert server.records[0].messages == []


def test_threads_with_a_context_each_share_one_socket() -> None:
    """Eight threads speak at once on one socket; each hears its own voice and nothing else."""
    threads, rounds = 8, 5
    barrier = Barrier(threads, timeout=5)
    with (
        ThreadPoolExecutor(threads) as pool,
        ScriptedServer((Parrot(),)) as server,
        sync_client(server) as client,
        client.tts.websocket() as ws,
    ):

        def speak(number: int) -> None:
            barrier.wait()
            for round_ in range(rounds):
                words = [f"<{number}.{round_}.{word}>" for word in range(10)]
                with ws.context(**OPTIONS) as context:
                    for word in words:
                        context.push(word)
                    context.finish()
                    assert audio_of(context) == b"".join(word.encode() * 100 for word in words)
                    assert context.state is ContextState.DONE

        for future in [pool.submit(speak, number) for number in range(threads)]:
            future.result(timeout=20)
        assert len(server.requests) == 1


def test_a_stalled_context_is_found_while_others_keep_the_socket_busy() -> None:
    """The deadline of one context counts although audio of another one keeps coming."""
    limits = TtsLimits(stall_seconds=0.3)
    script = (Accept(), Expect("finish", 1), chunk(0, b"aa"), Drip(1))
    with (
        ThreadPoolExecutor(2) as pool,
        ScriptedServer(script) as server,
        sync_client(server) as client,
        client.tts.websocket(limits=limits) as ws,
        ws.context(**OPTIONS) as silent,
        ws.context(**OPTIONS) as loud,
    ):
        for context in (silent, loud):
            context.push("Hello.")
            context.finish()
        listening = pool.submit(lambda: audio_of(loud))
        with pytest.raises(CartesiaError) as caught:
            audio_of(silent)
        assert type(caught.value).__name__ == "StallTimeout"
        loud.cancel()
        assert isinstance(error_of(listening), ContextCancelled)


def test_a_push_after_the_socket_died_tells_of_the_interruption() -> None:
    """Pushing on when the socket has died raises what reading would: the caller did nothing wrong."""
    with (
        ScriptedServer((Accept(), Expect("text", 1), chunk(0, b"aa"), Close(1012, "restart"))) as server,
        sync_client(server) as client,
        client.tts.websocket() as ws,
    ):
        one, other = ws.context(**OPTIONS), ws.context(**OPTIONS)
        one.push("Hello.")
        other.push("Hello.")
        with pytest.raises(ContextInterrupted):
            audio_of(one)
        with pytest.raises(ContextInterrupted) as caught:
            other.push("more")
        assert caught.value.close_code == 1012
        with pytest.raises(ContextInterrupted):
            audio_of(other)


def test_the_tell_and_wait_flags_work() -> None:
    """The script waits for the test, and the test for the script."""
    with (
        ScriptedServer((Accept(), Tell("up"), Wait("go"), Expect("text"), chunk(0, b"aa"), done(0))) as server,
        sync_client(server) as client,
        client.tts.websocket() as ws,
        ws.context(**OPTIONS) as context,
    ):
        assert server.flag("up").wait(5)
        context.push("Hello.")
        server.flag("go").set()
        assert audio_of(context) == b"aa"
