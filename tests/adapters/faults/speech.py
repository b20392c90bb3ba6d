"""Faults of streams of speech, S1 to S8: what the speech-to-text sockets are put to beside F37 to F39."""

from __future__ import annotations

import time
from contextlib import suppress
from threading import Thread
from typing import Final

import anyio
from cartesia import AsyncCartesia, Cartesia

from cartesia_core.errors import BadRequestError, CartesiaError, ServerError, StallTimeout, TranscriptionInterrupted
from cartesia_core.stt.accumulation import TranscriptBuilder
from cartesia_core.stt.dialogue import SilenceKeepalive, SttLimits
from cartesia_core.ws.session import SessionLimits
from cartesia_sync import Client
from tests.adapters.faults.checks import watched
from tests.adapters.faults.fault import Fault, Program
from tests.adapters.faults.official import PATIENCE_SECONDS, Call, Official, run
from tests.adapters.faults.ours import OURS
from tests.adapters.faults.results import (
    Hung,
    Returned,
    error_phrase,
)
from tests.adapters.faults.streams import ALL_TEXT, END, GREETING, TEXT, Speech
from tests.adapters.flavours import Flavour
from tests.adapters.hearing_steps import SMALL_NBYTES, HearSlowly, HearUnlessIdle
from tests.adapters.scripted import ScriptedServer
from tests.adapters.secrecy import KEY
from tests.adapters.speech import BIG, MOST, OPTIONS, PATIENT, PIECE, say
from tests.adapters.steps import Accept, Deaf, HearAudio, HearWord, Mute, Reset

# --- S7: a pause

AFTER: Final = PIECE[::-1]
PAUSE: Final = Speech(
    script=(Accept(), HearUnlessIdle(AFTER, 0.4), *GREETING, *END),
    says=(PIECE, AFTER, "close"),
    stt_limits=SttLimits(silence=SilenceKeepalive(after_seconds=0.1, piece_seconds=0.01)),
    pause_seconds=1.6,
)


def _pause_a_thread() -> str:
    """Whoever iterates sends the silence, so another thread speaks."""
    with (
        ScriptedServer(PAUSE.script) as server,
        Client(api_key=KEY, base_url=server.url, limits=PATIENT) as client,
        client.stt.websocket(**OPTIONS, limits=PAUSE.stt_limits) as stt,
    ):

        def speak() -> None:
            stt.send(PIECE)
            time.sleep(PAUSE.pause_seconds)
            stt.send(AFTER)
            stt.finish()

        speaker = Thread(target=speak)
        speaker.start()
        text = TranscriptBuilder()
        for event in stt:
            text.add(event)
        speaker.join()
    assert text.text == TEXT
    return ALL_TEXT


# --- S8: cancelling who sends

STOPPED: Final = "the sender is freed, and the socket closed within 1 s"


def _stop_a_thread() -> str:
    errors: list[BaseException] = []
    with (
        ScriptedServer((Accept(), Deaf())) as server,
        Client(api_key=KEY, base_url=server.url, limits=PATIENT) as client,
        client.stt.websocket(**OPTIONS) as stt,
    ):

        def send() -> None:
            try:
                for _ in range(MOST):
                    stt.send(BIG)
            except CartesiaError as error:
                errors.append(error)

        sender = Thread(target=send)
        sender.start()
        sender.join(0.3)
        assert sender.is_alive()
        begun = time.monotonic()
        stt.close()
        sender.join(1.0)
        assert not sender.is_alive()
        assert errors
    assert time.monotonic() - begun < 1.5
    return STOPPED


def _stop_a_task(flavour: Flavour) -> str:
    async def main() -> None:
        async with flavour.client(server.url, limits=PATIENT) as client, client.stt.websocket(**OPTIONS) as stt:
            with anyio.move_on_after(0.3) as scope:
                for _ in range(MOST):
                    await stt.send(BIG)
            assert scope.cancelled_caught
            begun = time.monotonic()
        assert time.monotonic() - begun < 1.5

    with ScriptedServer((Accept(), Deaf())) as server:
        flavour.run(main)
    return STOPPED


def _stop_officially(client: Official) -> str:
    async def main() -> Returned:
        async with AsyncCartesia(**Call(verb="open", url=server.url).settings()) as official:
            ws = await official.stt.manual_finalize.websocket(**OPTIONS).enter()
            with anyio.move_on_after(0.3):
                for _ in range(MOST):
                    await ws.send_raw(BIG)
            await ws.close()
        return Returned()

    def in_a_thread() -> Returned:
        with Cartesia(**Call(verb="open", url=server.url).settings()) as official:
            ws = official.stt.manual_finalize.websocket(**OPTIONS).enter()

            def send() -> None:
                with suppress(Exception):  # the end of the server, in the end
                    for _ in range(MOST):
                        ws.send_raw(BIG)

            sender = Thread(target=send, daemon=True)
            sender.start()
            sender.join(0.3)
            ws.close()
        return Returned()

    with watched((Accept(), Deaf())) as server:
        seen = run(client.is_async, main if client.is_async else in_a_thread, seconds=PATIENCE_SECONDS)
    if isinstance(seen, Hung):
        return "`close()` takes more than 3 s"
    return error_phrase(seen) if isinstance(seen, BaseException) else STOPPED


SLOW_NBYTES_PER_SECOND: Final = 20_000
SLOW_PIECES: Final = 25
"""4 seconds on such a network."""
SPEECH_FAULTS: Final = (
    Fault(
        letter="S",
        number=1,
        title="TCP reset in the middle of an utterance",
        checks=(
            Speech(
                script=(Accept(), HearAudio(2 * len(PIECE)), *GREETING[:1], say("transcript", text=" th"), Reset()),
                says=(PIECE, PIECE),
                error=TranscriptionInterrupted,
                goes_on=False,
            ),
        ),
    ),
    Fault(
        letter="S",
        number=2,
        title="an error event below 500, and the stream goes on",
        checks=(
            Speech(
                script=(Accept(), HearAudio(len(PIECE)), say("error", status_code=400), *GREETING, *END),
                error=BadRequestError,
            ),
        ),
    ),
    Fault(
        letter="S",
        number=3,
        title="an error event from 500 up; the socket stays open",
        checks=(
            Speech(
                script=(Accept(), HearAudio(len(PIECE)), say("error", status_code=500)),
                says=(PIECE,),
                error=ServerError,
                goes_on=False,
            ),
        ),
    ),
    Fault(
        letter="S",
        number=4,
        title="`flush_done` before the last final text",
        checks=(
            Speech(
                script=(Accept(), GREETING[0], HearWord("finalize"), say("flush_done"), GREETING[1], *END),
                says=(PIECE, "finalize", "close"),
            ),
        ),
    ),
    Fault(
        letter="S",
        number=5,
        title="after `close` the server is silent: it answers pings only, or not even those",
        checks=(
            Speech(
                script=(Accept(), HearWord("close")),
                error=StallTimeout,
                goes_on=False,
                limits=SessionLimits(ping_after_seconds=0.1, pong_seconds=2.0),
                stt_limits=SttLimits(answer_seconds=0.5),
            ),
            Speech(
                script=(Accept(), HearWord("close"), Mute()),
                error=TranscriptionInterrupted,
                goes_on=False,
                limits=SessionLimits(ping_after_seconds=0.2, pong_seconds=0.2),
            ),
        ),
    ),
    Fault(
        letter="S",
        number=6,
        title="100 kB of audio sent at once over a network of 20 kB/s",
        checks=(
            Speech(
                script=(Accept(), HearSlowly(SLOW_PIECES * 4000, SLOW_NBYTES_PER_SECOND), *GREETING, *END),
                says=(*[bytes(4000)] * SLOW_PIECES, "close"),
                limits=SessionLimits(ping_after_seconds=0.5, pong_seconds=3.0),
                seconds=9.0,
                least_seconds=3.0,
                receive_nbytes=SMALL_NBYTES,
            ),
        ),
    ),
    Fault(
        letter="S",
        number=7,
        title="a pause, scaled from 5 minutes; the server closes a stream that is idle for a quarter of it",
        checks=(
            Program(
                sync=_pause_a_thread,
                loop=lambda flavour: PAUSE.ours(next(ours for ours in OURS if ours.flavour is flavour)),
                judge=PAUSE.official,
            ),
        ),
    ),
    Fault(
        letter="S",
        number=8,
        title="the program cancels, or closes, while sending to a peer that takes nothing",
        checks=(Program(sync=_stop_a_thread, loop=_stop_a_task, judge=_stop_officially),),
    ),
)
