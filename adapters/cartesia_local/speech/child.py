"""The child process: `python -m cartesia_local.speech.child LIBRARY DATA` speaks the protocol on its pipes.

It lives as long as its standard input is open, so it dies with the engine, however that ends.
"""

from __future__ import annotations

import os
import signal
import sys
from typing import BinaryIO

from cartesia_local.speech import protocol
from cartesia_local.speech._espeak import Library, LibraryError

__all__ = ["main"]


class _GoneError(Exception):
    """The engine has closed a pipe."""


class Child:
    """Does one job after the other.

    Args:
        library: Path of the shared library.
        commands: Where jobs come from.
        answers: Where frames go.
    """

    def __init__(self, library: str, commands: BinaryIO, answers: BinaryIO) -> None:
        self._library = library
        self._commands = commands
        self._answers = answers
        self._permits = 0

    def run(self) -> None:
        """Work until the engine is gone."""
        try:
            while True:
                self._next()
        except (_GoneError, BrokenPipeError):
            return

    def _next(self) -> None:
        kind = self._read(1)
        if kind == protocol.SPEAK:
            (nbytes,) = protocol.LENGTH.unpack(self._read(protocol.LENGTH.size))
            self._do(protocol.decode_job(self._read(nbytes)))
        # Anything else is a permit or a stop that came after its job's end.

    def _do(self, job: protocol.Job) -> None:
        try:
            library = Library(self._library)
            try:
                self._speak(library, job)
            finally:
                library.close()
        except (LibraryError, OSError) as error:
            self._write(protocol.encode_failed(str(error)))
        else:
            self._write(protocol.encode_done())

    def _speak(self, library: Library, job: protocol.Job) -> None:
        library.prepare(job)
        self._permits = protocol.WINDOW
        self._write(protocol.encode_counts([library.count_phonemes(job.text[start:end]) for start, end in job.spans]))
        library.speak(job, self._take)

    def _take(self, events: list[tuple[int, int, int, bytes]], pcm: bytes) -> bool:
        if not (events or pcm):
            return True
        if not self._permits and not self._wait():
            return False
        self._permits -= 1
        self._write(protocol.encode_block(events, pcm))
        return True

    def _wait(self) -> bool:
        kind = self._read(1)
        self._permits += protocol.PERMITS
        return kind == protocol.MORE

    def _read(self, nbytes: int) -> bytes:
        data = self._commands.read(nbytes)
        if len(data) < nbytes:
            raise _GoneError
        return data

    def _write(self, data: bytes) -> None:
        self._answers.write(data)
        self._answers.flush()


def main() -> None:
    """Take over the pipes and work."""
    # Ctrl-C goes to the whole group of a terminal; the engine decides when we end.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    library, data = sys.argv[1:]
    # The library looks for `espeak-ng-data` here; whole paths it takes only up to 160 bytes.
    os.chdir(os.path.dirname(data))  # noqa: PTH120 -- pathlib would double the start-up time
    answers = os.fdopen(os.dup(1), "wb")
    # Should the library ever print something, it must not get between the frames.
    quiet = os.open(os.devnull, os.O_WRONLY)
    os.dup2(quiet, 1)
    Child(library, sys.stdin.buffer, answers).run()
    # Whoever closed the pipe is gone: nothing is left to flush or to report.
    os._exit(0)


if __name__ == "__main__":
    main()
