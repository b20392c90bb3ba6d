"""Playing through a program that is installed: ffplay, mpv, SoX or aplay."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from contextlib import suppress
from typing import IO, TYPE_CHECKING, Final

from attrs import frozen

from cartesia_audio._samples import Samples
from cartesia_core import wav
from cartesia_core.audio import Mp3Format
from cartesia_core.errors import InvalidArgument, LocalProtocolError, SinkError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cartesia_core.audio import OutputFormat

__all__ = ["PLAYERS", "PlayerSink"]


@frozen
class _Player:
    name: str
    arguments: tuple[str, ...]
    """So that it reads WAV from standard input, ends with it, and is quiet."""
    mp3_arguments: tuple[str, ...] | None
    """The same for MP3; `None` if it cannot."""


_FFPLAY: Final = ("-nodisp", "-autoexit", "-loglevel", "error", "-i", "pipe:0")
_MPV: Final = ("--no-video", "--no-terminal", "--", "-")
_PLAYERS: Final = (
    _Player("ffplay", _FFPLAY, _FFPLAY),
    _Player("mpv", _MPV, _MPV),
    # The header of a stream says that its length is unknown; SoX must be told not to believe it.
    _Player("play", ("-q", "--ignore-length", "-t", "wav", "-"), ("-q", "-t", "mp3", "-")),
    _Player("aplay", ("-q", "-t", "wav", "-"), None),
)

PLAYERS: Final[tuple[str, ...]] = tuple(player.name for player in _PLAYERS)
"""Programs that are looked for, in this order."""


class PlayerSink:
    """Plays audio as it arrives, by a program that reads it from its standard input.

    `write` waits while the program's pipe is full, which keeps the sender at the pace of playing. `close` waits until
    everything was heard; `abort` falls silent at once. The program never outlives the sink.

    Args:
        command: Program and arguments, which must read WAV (or MP3, if that arrives) from standard input and end with
            it. By default the first of `PLAYERS` that is installed.
    """

    def __init__(self, command: Sequence[str] | None = None) -> None:
        self._command: Final = None if command is None else list(command)
        self._process: subprocess.Popen[bytes] | None = None
        self._complaints: IO[bytes] | None = None
        self._samples: Samples | None = None
        self._name = ""

    def open(self, audio_format: OutputFormat, /) -> None:
        """Start the program.

        Raises:
            InvalidArgument: The command is empty.
            SinkError: No program is installed that plays such audio, or it does not start.
            LocalProtocolError: The sink is open already.
        """
        if self._process is not None:
            raise LocalProtocolError("The player is open already.")
        command = _command(audio_format) if self._command is None else self._command
        if not command:
            raise InvalidArgument("The player's command is empty.")
        self._name = command[0]
        is_mp3 = isinstance(audio_format, Mp3Format)
        self._samples = None if is_mp3 else Samples(audio_format, wanted_by="The player")
        self._start(command)
        if self._samples is not None:
            self._send(wav.header(self._samples.format))

    def write(self, data: bytes, /) -> None:
        """Play the next bytes.

        Raises:
            SinkError: The program has ended; the message has what it said.
            LocalProtocolError: The sink is not open.
        """
        self._send(data if self._samples is None else self._samples.feed(data))

    def close(self) -> None:
        """Wait until everything was heard.

        Raises:
            SinkError: The program failed.
        """
        if self._process is None:
            return
        try:
            if self._process.stdin is not None:
                self._process.stdin.close()
            if self._process.wait():
                raise self._failure()
        finally:
            self.abort()

    def abort(self) -> None:
        """Fall silent at once."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.communicate()
        if self._complaints is not None:
            self._complaints.close()
            self._complaints = None

    def _start(self, command: list[str]) -> None:
        # Not a pipe: nobody would read it while we write.
        self._complaints = tempfile.TemporaryFile()  # noqa: SIM115 -- lives as long as the process
        try:
            self._process = subprocess.Popen(  # noqa: S603 -- the user's own command
                command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=self._complaints, bufsize=0
            )
        except OSError as error:
            self.abort()
            raise SinkError(f"The player {command[0]!r} could not be started: {error.strerror}.") from error

    def _send(self, data: bytes) -> None:
        if self._process is None or self._process.stdin is None:
            raise LocalProtocolError("The player is not open.")
        view = memoryview(data)
        try:
            while view:
                view = view[self._process.stdin.write(view) or 0 :]
        except OSError as error:
            # It reads no more, so it is ending; if not, its window would outlive us.
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(timeout=1)
            raise self._failure() from error

    def _failure(self) -> SinkError:
        said = b""
        if self._complaints is not None:
            self._complaints.seek(0)
            said = self._complaints.read(2000)
        lines = said.decode("utf-8", "replace").strip().splitlines()
        status = None if self._process is None else self._process.poll()
        return SinkError(
            f"The player {self._name!r} ended early with status {status}" + (f": {lines[-1]}" if lines else ".")
        )


def _command(audio_format: OutputFormat) -> list[str]:
    is_mp3 = isinstance(audio_format, Mp3Format)
    for player in _PLAYERS:
        arguments = player.mp3_arguments if is_mp3 else player.arguments
        program = None if arguments is None else shutil.which(player.name)
        if program is not None and arguments is not None:
            return [program, *arguments]
    raise SinkError(
        f"No program to play {audio_format.container} audio was found; install one of {', '.join(PLAYERS)}."
    )
