"""Transcribing a recording: one call, with the file as it is."""

from __future__ import annotations

import io
import json
import os
import sys
import time
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, BinaryIO, Final

import click

from cartesia_cli.heard import Heard, pace, say
from cartesia_cli.hearing import STDIN, model_of, raw_format
from cartesia_cli.outputs import print_line
from cartesia_cli.progress import UploadMeter, shown_upload
from cartesia_cli.reach import opened_client
from cartesia_cli.signals import Interrupts
from cartesia_core import UNSET, Timeouts
from cartesia_core.errors import CartesiaError, InvalidArgument

if TYPE_CHECKING:
    from collections.abc import Generator

    from cartesia_cli.hearing import Hearing
    from cartesia_core.stt.models import Transcription
    from cartesia_core.stt.samples import SttFormat
    from cartesia_sync import Client

__all__ = ["open_stdin", "transcribe"]

_LONGEST_SECONDS: Final = 3600.0
_SHORTEST_SECONDS: Final = 60.0
_PIECE_NBYTES: Final = 65536


def transcribe(given: Hearing) -> None:
    """Have it transcribed, and print what was said.

    Raises:
        CartesiaError, ClickException: What went wrong.
    """
    raw = raw_format(given)
    with ExitStack() as stack:
        stack.enter_context(Interrupts().installed())
        heard = Heard(given)
        stack.callback(heard.abort)
        file = stack.enter_context(_opened(given["file"] or STDIN))
        length = _seconds_of(file, raw)
        client = stack.enter_context(opened_client(given, _timeouts(length)))
        meter = stack.enter_context(shown_upload(length, is_wanted=not given["quiet"]))
        began = time.monotonic()
        found = _sent(client, given, file, raw, meter)
        took = time.monotonic() - began
        seconds = found.duration or length or 0.0
        heard.add(found.text, found.words)
        heard.close(seconds)
    _print(found, heard, given)
    say(f"Transcribed {pace(seconds, took)}: {heard}.", quiet=given["quiet"])


def _sent(client: Client, given: Hearing, file: BinaryIO, raw: SttFormat | None, meter: UploadMeter) -> Transcription:
    wants_words = given["words"] or given["captions"] is not None
    return client.stt.transcribe(
        file=(None if given["file"] == STDIN else Path(given["file"] or "").name, file),
        model=model_of(given),
        language=UNSET if given["language"] is None else given["language"],
        timestamp_granularities=("word",) if wants_words else (),
        encoding=None if raw is None else raw.encoding,
        sample_rate=None if raw is None else raw.sample_rate,
        progress=meter,
    )


def _print(found: Transcription, heard: Heard, given: Hearing) -> None:
    if given["is_json"]:
        print_line(json.dumps(_fields(found, has_words=given["words"]), ensure_ascii=False))
    elif heard.prints_text:
        print_line(heard.text)


def _fields(found: Transcription, *, has_words: bool) -> dict[str, object]:
    fields: dict[str, object] = {
        "text": found.text.strip(),
        "language": found.language,
        "duration_seconds": found.duration,
        "request_id": found.request_id,
    }
    if has_words:
        fields["words"] = [
            {"word": word.word, "start_seconds": word.start, "end_seconds": word.end} for word in found.words or ()
        ]
    return fields


def _timeouts(seconds: float | None) -> Timeouts:
    """Wait for the answer as long as the audio lasts: nothing comes before all of it was heard."""
    read = _LONGEST_SECONDS if seconds is None else max(_SHORTEST_SECONDS, seconds)
    return Timeouts(read=read)


def _seconds_of(file: BinaryIO, raw: SttFormat | None) -> float | None:
    """Tell how long a recording is, where that can be seen here; the server may know kinds that are not known here."""
    from cartesia_audio import FileSource

    try:
        size = file.seek(0, os.SEEK_END)
        file.seek(0)
        if raw is not None:
            return raw.seconds(size)
        with closing(FileSource(file)) as source:
            return source.seconds
    except CartesiaError:
        return None
    finally:
        file.seek(0)


@contextmanager
def _opened(name: str) -> Generator[BinaryIO, None, None]:
    with TemporaryFile() if name == STDIN else _file(name) as file:
        if name == STDIN:
            with open_stdin() as source:
                while data := source.read(_PIECE_NBYTES):
                    file.write(data)
        if not file.seek(0, os.SEEK_END):
            raise InvalidArgument(f"{'standard input' if name == STDIN else repr(name)} is empty; there is no audio")
        file.seek(0)
        yield file


def _file(name: str) -> BinaryIO:
    try:
        return Path(name).open("rb")
    except OSError as error:
        raise InvalidArgument(f"{name!r} cannot be read: {(error.strerror or str(error)).lower()}") from error


@contextmanager
def open_stdin() -> Generator[BinaryIO, None, None]:
    """Give standard input as it comes; it stays open.

    Raises:
        UsageError: It is a terminal.
    """
    if sys.stdin.isatty():
        raise click.UsageError("standard input is a terminal; pipe audio into it, or give a FILE")
    try:
        fd = sys.stdin.fileno()
    except (io.UnsupportedOperation, ValueError):
        yield io.BytesIO(sys.stdin.buffer.read())
        return
    # Not sys.stdin.buffer: its lock would be held by a thread that waits for ever, and ending the process would fail.
    with os.fdopen(fd, "rb", buffering=0, closefd=False) as raw:
        yield raw
