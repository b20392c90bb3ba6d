"""Transcribing while it is spoken: a microphone, or a recording at its own pace, over a speech-to-text socket."""

from __future__ import annotations

import time
from contextlib import ExitStack, suppress
from threading import Event, Thread
from typing import TYPE_CHECKING, Final, TypeAlias

from cartesia_cli.heard import Heard, count, pace, say
from cartesia_cli.hearing import STDIN, model_of, raw_format
from cartesia_cli.lines import EventLines, opened_lines
from cartesia_cli.reach import opened_client
from cartesia_cli.recording import open_stdin
from cartesia_cli.signals import Interrupts
from cartesia_core import UNSET
from cartesia_core.errors import CartesiaError, LocalProtocolError
from cartesia_core.stt.events import Transcript, TurnEnd

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cartesia_audio import PieceSource
    from cartesia_cli.hearing import Hearing
    from cartesia_core.stt.events import ManualEvent, TurnEvent
    from cartesia_core.stt.ports import SyncSttSocket, SyncTurnsSocket
    from cartesia_core.stt.samples import SttFormat
    from cartesia_sync import Client

    Stream: TypeAlias = SyncSttSocket | SyncTurnsSocket

__all__ = ["Sender", "listen"]


def listen(given: Hearing) -> None:
    """Print what is said until the audio ends, the time is over, or Ctrl-C.

    Raises:
        CartesiaError, ClickException: What went wrong.
    """
    with ExitStack() as stack:
        interrupts = Interrupts()
        stack.enter_context(interrupts.installed())
        heard = Heard(given)
        stack.callback(heard.abort)
        source = _source(given, stack)
        client = stack.enter_context(opened_client(given))
        stream = _stream(client, given, source.format)
        stack.enter_context(stream)
        sender = Sender(
            stream, source, seconds=given["seconds"], realtime=given["file"] is not None and not given["fast"]
        )
        stack.callback(sender.stop)
        lines = stack.enter_context(opened_lines(heard, is_json=given["is_json"]))
        began = time.monotonic()
        sender.start()
        with interrupts.first_calls(sender.stop):
            finals = _follow(stream, sender, lines, heard)
        took = time.monotonic() - began
        heard.close(sender.sent_seconds)
    what = count(finals, "turn" if given["turns"] else "part")
    audio = pace(sender.sent_seconds, took) if given["fast"] else f"{sender.sent_seconds:.1f} s of audio"
    say(f"Heard {audio}: {what}, {heard}.{sender.losses}", quiet=given["quiet"])


def _follow(stream: Stream, sender: Sender, lines: EventLines, heard: Heard) -> int:
    """Print events to the end; give how many finals there were. What the sender failed with is raised."""
    finals = 0
    try:
        for event in _events(stream):
            if isinstance(event, Transcript) and event.is_final:
                heard.add(event.text, event.words)
            elif isinstance(event, TurnEnd):
                heard.add(event.transcript, None)
            finals += bool(isinstance(event, TurnEnd) or (isinstance(event, Transcript) and event.is_final))
            lines.show(event)
    except LocalProtocolError:  # the sender failed, and closed the stream
        sender.check()
        raise
    sender.check()
    return finals


def _events(stream: Stream) -> Iterator[ManualEvent | TurnEvent]:
    yield from stream


class Sender:
    """Sends a source in a thread of its own, and then finishes the stream.

    Args:
        stream: Where it goes. Closed when reading or sending fails.
        source: Where it comes from.
        seconds: Stop after so much audio; None for all.
        realtime: Whether to keep the pace at which it was spoken.
    """

    def __init__(self, stream: Stream, source: PieceSource, *, seconds: float | None, realtime: bool) -> None:
        self._stream: Final = stream
        self._source: Final = source
        self._nbytes: Final = None if seconds is None else source.format.nbytes(seconds)
        self._realtime: Final = realtime
        self._stopped: Final = Event()
        self._error: CartesiaError | None = None

    def start(self) -> None:
        """Begin to send."""
        # A daemon: a pipe that gives nothing more must not keep the process alive.
        Thread(target=self._send, name="cartesia-sender", daemon=True).start()

    def stop(self) -> None:
        """End the audio here; what was sent is still transcribed. For signal handlers, so it waits for nothing."""
        self._stopped.set()
        # Not in this thread, which may be in the middle of the stream's lock.
        Thread(target=self._end, name="cartesia-end", daemon=True).start()

    def check(self) -> None:
        """Raise what reading or sending failed with."""
        if self._error is not None:
            raise self._error

    @property
    def sent_seconds(self) -> float:
        """How much audio was sent."""
        return self._source.format.seconds(self._stream.sent_nbytes)

    @property
    def losses(self) -> str:
        """What the microphone lost, as a sentence; nothing if nothing."""
        lost: float = getattr(self._source, "dropped_seconds", 0.0)
        gaps: int = getattr(self._source, "gaps", 0)
        return f" {lost:.1f} s of audio were lost, in {count(gaps, 'gap')}." if lost or gaps else ""

    def _end(self) -> None:
        self._source.close()
        with suppress(CartesiaError):
            self._stream.finish()

    def _send(self) -> None:
        try:
            self._stream.stream(self._pieces(), realtime=self._realtime)
            self._stream.finish()
        except CartesiaError as error:
            if not self._stopped.is_set():
                self._error = error
                self._stream.close()

    def _pieces(self) -> Iterator[bytes]:
        left = self._nbytes
        for piece in self._source:
            if self._stopped.is_set():
                return
            yield piece if left is None else piece[:left]
            if left is not None and (left := left - len(piece)) <= 0:
                return


def _source(given: Hearing, stack: ExitStack) -> PieceSource:
    from cartesia_audio import FileSource, MicrophoneSource

    if given["file"] is None:
        device = given["device"]
        number = int(device) if device is not None and device.isdecimal() else device
        return stack.enter_context(MicrophoneSource(device=number))
    file = stack.enter_context(open_stdin()) if given["file"] == STDIN else given["file"]
    return stack.enter_context(FileSource(file, raw=raw_format(given)))


def _stream(client: Client, given: Hearing, audio: SttFormat) -> Stream:
    if given["turns"]:
        return client.stt.turns(
            model=model_of(given), encoding=audio.encoding, sample_rate=audio.sample_rate, keyterm=given["keyterms"]
        )
    return client.stt.websocket(
        model=model_of(given),
        encoding=audio.encoding,
        sample_rate=audio.sample_rate,
        language=UNSET if given["language"] is None else given["language"],
        keyterm=given["keyterms"],
    )
