"""Streams of speech under pressure: peers that take nothing, callers that are cancelled, several at once."""

from __future__ import annotations

import time
from threading import Thread
from typing import Final

import anyio
import pytest

from cartesia_core import CartesiaError
from cartesia_core.errors import LocalProtocolError, TranscriptionInterrupted
from cartesia_core.stt.dialogue import SilenceKeepalive, SttLimits
from cartesia_core.stt.events import Transcript
from cartesia_sync import Client
from tests.adapters.flavours import FLAVOURS, Flavour
from tests.adapters.scripted import Script, ScriptedServer
from tests.adapters.secrecy import KEY
from tests.adapters.speech import BIG, MOST, OPTIONS, PATIENT, PIECE, final, say
from tests.adapters.steps import Accept, Close, Deaf, HearAudio, HearWord, Tell

END: Final = (HearWord("close"), say("done"), Close(1000))
on_every_loop = pytest.mark.parametrize("flavour", FLAVOURS, ids=lambda flavour: flavour.name)


@on_every_loop
def test_audio_in_flight_is_bounded(flavour: Flavour) -> None:
    """Who sends waits for the network; who receives does not, and what comes is told meanwhile."""
    sent: list[int] = []

    async def main() -> None:
        async with flavour.client(server.url, limits=PATIENT) as client, client.stt.websocket(**OPTIONS) as stt:

            async def send() -> None:
                for number in range(MOST):
                    await stt.send(BIG)
                    sent.append(number)

            async with anyio.create_task_group() as tasks:
                tasks.start_soon(send)
                assert isinstance(await stt.__anext__(), Transcript)
                await anyio.sleep(0.3)
                before = len(sent)
                await anyio.sleep(0.2)
                assert len(sent) == before < MOST
                tasks.cancel_scope.cancel()
            begun = time.monotonic()
        assert time.monotonic() - begun < 1.5

    with ScriptedServer((Accept(glued=(final("a"),)), Deaf())) as server:
        flavour.run(main)


@on_every_loop
def test_cancelling_a_sender_leaves_whole_frames(flavour: Flavour) -> None:
    """What was queued is sent all the same, so the stream goes on."""
    script: Script = (Accept(), HearAudio(len(BIG) + len(PIECE)), *END)

    async def main() -> None:
        async with flavour.client(server.url, limits=PATIENT) as client, client.stt.websocket(**OPTIONS) as stt:
            with anyio.CancelScope() as scope:
                scope.cancel()
                await stt.send(BIG)
            await stt.send(PIECE)
            await stt.finish()
            assert [event async for event in stt] == []

    with ScriptedServer(script) as server:
        flavour.run(main)
        audio = [each for each in server.records[0].heard if isinstance(each, bytes)]
        assert b"".join(audio) == BIG + PIECE


@on_every_loop
def test_cancelling_a_receiver_loses_nothing(flavour: Flavour) -> None:
    """The next one gets the event."""

    async def main() -> None:
        async with flavour.client(server.url, limits=PATIENT) as client, client.stt.websocket(**OPTIONS) as stt:
            with anyio.move_on_after(0.05) as scope:
                await stt.__anext__()
            assert scope.cancelled_caught
            await stt.send(PIECE)
            event = await stt.__anext__()
            assert isinstance(event, Transcript)
            assert event.text == "a"

    with ScriptedServer((Accept(), HearAudio(len(PIECE)), final("a"))) as server:
        flavour.run(main)


@on_every_loop
def test_silence_goes_out_while_nobody_receives(flavour: Flavour) -> None:
    """An idle stream stays alive by itself."""
    limits = SttLimits(silence=SilenceKeepalive(after_seconds=0.05, piece_seconds=0.01))

    async def main() -> None:
        async with (
            flavour.client(server.url, limits=PATIENT) as client,
            client.stt.turns(**OPTIONS, limits=limits) as stt,
        ):
            gives_up = time.monotonic() + 5
            while not server.flag("alive").is_set():
                assert time.monotonic() < gives_up
                await anyio.sleep(0.01)
            await stt.finish()
            assert [event async for event in stt] == []

    with ScriptedServer((Accept(), HearAudio(3 * 320), Tell("alive"), HearWord("close"), Close(1000))) as server:
        flavour.run(main)
        assert set(server.records[0].heard[:-1]) == {bytes(320)}


def test_threads_send_and_receive_at_once() -> None:
    """One iterates while another one sends; the audio keeps its order."""
    count = 200
    script: Script = (Accept(), HearAudio(count * 4), final("a"), *END)
    with (
        ScriptedServer(script) as server,
        Client(api_key=KEY, base_url=server.url, limits=PATIENT) as client,
        client.stt.websocket(**OPTIONS) as stt,
    ):
        told: list[object] = []
        reader = Thread(target=lambda: told.extend(stt))
        reader.start()
        for number in range(count):
            stt.send(number.to_bytes(4, "little"))
        stt.finish()
        reader.join(5)
        assert [type(event) for event in told] == [Transcript]
        assert server.records[0].heard == [*(number.to_bytes(4, "little") for number in range(count)), "close"]


def test_a_thread_that_cannot_send_is_freed_by_closing() -> None:
    """Within about a second, with an error; what it had sent is bounded by the kernel."""
    sent: list[int] = []
    errors: list[BaseException] = []
    with (
        ScriptedServer((Accept(glued=(final("a"),)), Deaf())) as server,
        Client(api_key=KEY, base_url=server.url, limits=PATIENT) as client,
        client.stt.websocket(**OPTIONS) as stt,
    ):

        def send() -> None:
            try:
                for number in range(MOST):
                    stt.send(BIG)
                    sent.append(number)
            except CartesiaError as error:
                errors.append(error)

        sender = Thread(target=send)
        sender.start()
        assert isinstance(next(stt), Transcript)
        sender.join(0.5)
        assert sender.is_alive()
        assert len(sent) < MOST
        begun = time.monotonic()
        stt.close()
        sender.join(2)
        assert not sender.is_alive()
        assert time.monotonic() - begun < 2.0
        assert isinstance(errors[0], (LocalProtocolError, TranscriptionInterrupted))


def test_a_thread_that_waits_is_freed_by_closing() -> None:
    """With an error that says so."""
    errors: list[BaseException] = []
    with (
        ScriptedServer((Accept(), HearAudio(len(PIECE)), Tell("heard"))) as server,
        Client(api_key=KEY, base_url=server.url, limits=PATIENT) as client,
        client.stt.websocket(**OPTIONS) as stt,
    ):

        def read() -> None:
            try:
                next(stt)
            except CartesiaError as error:
                errors.append(error)

        reader = Thread(target=read)
        reader.start()
        stt.send(PIECE)
        assert server.flag("heard").wait(5)
        stt.close()
        reader.join(2)
        assert not reader.is_alive()
        assert isinstance(errors[0], TranscriptionInterrupted)
        assert "closed here" in errors[0].message
