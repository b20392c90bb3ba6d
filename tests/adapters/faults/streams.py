"""A kind of check: a stream of speech, which our clients and the official ones speak and read to its end."""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import suppress
from typing import Any, Final

import anyio
from attrs import frozen
from cartesia import AsyncCartesia, Cartesia

from cartesia_core.errors import BadRequestError, CartesiaError, TranscriptionInterrupted
from cartesia_core.stt.accumulation import TranscriptBuilder
from cartesia_core.stt.dialogue import SttLimits
from cartesia_core.ws.session import SessionLimits
from tests.adapters.faults.checks import ERROR_AS_ITEM, watched
from tests.adapters.faults.official import PATIENCE_SECONDS, Call, Official, run
from tests.adapters.faults.ours import Ours
from tests.adapters.faults.results import (
    AS_IF_COMPLETE,
    HANG,
    Hung,
    Observed,
    Returned,
    error_phrase,
    failure_phrase,
    joined,
)
from tests.adapters.scripted import Script, ScriptedServer
from tests.adapters.secrecy import assert_silent
from tests.adapters.speech import LIVES, OPTIONS, PATIENT, PIECE, Stream, final, say
from tests.adapters.steps import Close, HearWord
from tests.adapters.story import failure_of

TEXT: Final = "Hello there."
ALL_TEXT: Final = "all text"
GREETING: Final = (final("Hello", end=0.1), final(" there."))
END: Final = (HearWord("close"), say("done"), Close(1000))


@frozen(kw_only=True)
class Speech:
    """One way in which a stream goes wrong.

    Attributes:
        script: What the server does.
        says: What the client says, in order: audio, or `finalize` or `close`, before it reads.
        error: What must be raised, once; None where nothing may be.
        goes_on: Whether the text must come all the same.
        limits: Of our sockets.
        stt_limits: Of our streams.
        seconds: How long the official clients are waited for.
        pause_seconds: Between the first message and the others.
        receive_nbytes: What the kernel may keep at the server's end.
        least_seconds: So long at least must ours be held back while it says all that, as little may be in flight.
    """

    script: Script
    says: Sequence[bytes | str] = (PIECE, "close")
    error: type[CartesiaError] | None = None
    goes_on: bool = True
    limits: SessionLimits = PATIENT
    stt_limits: SttLimits | None = None
    seconds: float = PATIENCE_SECONDS
    pause_seconds: float = 0.0
    least_seconds: float = 0.0
    receive_nbytes: int | None = None

    def ours(self, client: Ours, /) -> str:
        """Say it, and read to the end; give what the user gets. Fails if that is not what it must be."""
        said: list[str] = []

        async def story(stt: Stream) -> None:
            begun = time.monotonic()
            await _say(stt, self.says, self.pause_seconds)
            assert time.monotonic() - begun >= self.least_seconds
            text, errors = await _read(stt)
            assert [type(error) for error in errors] == ([] if self.error is None else [self.error])
            said.extend(map(_phrase, errors))
            assert (text == TEXT) == self.goes_on
            said.extend([ALL_TEXT] if self.goes_on else [])

        with ScriptedServer(self.script, receive_nbytes=self.receive_nbytes) as server:
            LIVES[client.name](server.url, story, limits=self.limits, stt_limits=self.stt_limits)
        return joined(said)

    def official(self, client: Official, /) -> str:
        """Do the same with one of the official clients."""
        events: list[Any] = []
        work = _async_read if client.is_async else _sync_read
        with watched(self.script, receive_nbytes=self.receive_nbytes) as server:
            seen = run(client.is_async, work, server.url, self.says, self.pause_seconds, events, seconds=self.seconds)
        return _judged(seen, events, is_complete=self.error is None)


async def _say(stt: Stream, says: Sequence[bytes | str], pause_seconds: float) -> None:
    for number, message in enumerate(says):
        if number == 1 and pause_seconds:
            await _pause(stt, pause_seconds)
        if isinstance(message, bytes):
            with suppress(CartesiaError):  # the iteration raises it, too
                await stt.send(message)
        elif message == "finalize":
            await stt.finalize()
        else:
            await stt.finish()


async def _pause(stt: Stream, seconds: float) -> None:
    begun = time.monotonic()
    await stt.until(lambda: time.monotonic() - begun > seconds)


async def _read(stt: Stream) -> tuple[str, list[CartesiaError]]:
    """Read to the end, past errors below 500; give the text and the errors."""
    text, errors = TranscriptBuilder(), list[CartesiaError]()
    while (error := await _read_on(stt, text)) is not None:
        assert_silent(error)
        errors.append(error)
        if not isinstance(error, BadRequestError):
            break
    return text.text, errors


async def _read_on(stt: Stream, text: TranscriptBuilder) -> CartesiaError | None:
    try:
        async for event in stt:
            text.add(event)
    except CartesiaError as error:
        return error
    return None


def _phrase(error: CartesiaError) -> str:
    phrase = failure_phrase(failure_of(error))
    if isinstance(error, TranscriptionInterrupted):
        return f"{phrase}, {error.accepted_nbytes} of {error.sent_nbytes} bytes of speech transcribed"
    return phrase


def _judged(seen: Observed, events: Sequence[Any], *, is_complete: bool) -> str:
    text = "".join(event.text for event in events if event.type == "transcript" and event.is_final)
    items = [ERROR_AS_ITEM] if any(event.type == "error" for event in events) else []
    if isinstance(seen, Hung):
        return joined([*items, HANG])
    if isinstance(seen, BaseException):
        return joined([*items, error_phrase(seen)])
    if items:
        return joined([*items, ALL_TEXT] if text == TEXT else [*items, "then nothing"])
    return ALL_TEXT if is_complete and text == TEXT else AS_IF_COMPLETE


def _sync_read(url: str, says: Sequence[bytes | str], pause_seconds: float, events: list[Any]) -> Returned:
    with (
        Cartesia(**Call(verb="open", url=url).settings()) as client,
        client.stt.manual_finalize.websocket(**OPTIONS) as ws,
    ):
        for number, message in enumerate(says):
            if number == 1:
                time.sleep(pause_seconds)
            ws.send_raw(message)
        for event in ws:
            events.append(event)
            if event.type == "done":
                break
    return Returned()


async def _async_read(url: str, says: Sequence[bytes | str], pause_seconds: float, events: list[Any]) -> Returned:
    async with (
        AsyncCartesia(**Call(verb="open", url=url).settings()) as client,
        client.stt.manual_finalize.websocket(**OPTIONS) as ws,
    ):
        for number, message in enumerate(says):
            if number == 1:
                await anyio.sleep(pause_seconds)
            await ws.send_raw(message)
        async for event in ws:
            events.append(event)
            if event.type == "done":
                break
    return Returned()
