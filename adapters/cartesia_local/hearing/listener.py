"""A recogniser in a process of its own."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import trio
from attrs import frozen

from cartesia_core._codec import load
from cartesia_core._fast import dumps
from cartesia_core.errors import CartesiaError, DecodeError
from cartesia_local.hearing.child import HEADER
from cartesia_local.hearing.words import HeardWord

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import TracebackType

    from typing_extensions import Self

    from cartesia_core._json import JsonValue
    from cartesia_local.hearing.phrases import Phrases

NAME: Final = "pocketsphinx"
CHILD: Final = str(Path(__file__).with_name("child.py"))
_READ_NBYTES: Final = 65536


class RecogniserFailed(CartesiaError):
    """The recogniser is not installed, does not know a word of the phrases, or its process died."""


@frozen
class _Missing:
    missing: tuple[str, ...]


def require() -> None:
    """Check that there is a recogniser.

    Raises:
        RecogniserFailed: There is none.
    """
    if importlib.util.find_spec(NAME) is None:
        raise RecogniserFailed(
            "PocketSphinx, which hears for the local server, is not installed: pip install 'cartesia-core[local]'. "
            "There is none for Python 3.14 yet."
        )


class Listener:
    """One process, hearing one utterance at a time. Not to be used by two tasks at once.

    It runs as long as its block, and is started anew at the first audio after it died.

    Args:
        phrases: What is heard, and nothing else; None hears anything.
        options: Arguments of the process, see `child`.
    """

    def __init__(self, phrases: Phrases | None, *options: str) -> None:
        self._phrases: Final = phrases
        self._options: Final = options
        self._process: trio.Process | None = None
        self._rest = b""

    @property
    def pid(self) -> int | None:
        """The operating system's number of the process; None where none runs."""
        return None if self._process is None else self._process.pid

    @property
    def is_running(self) -> bool:
        """Whether the process is there."""
        return self._process is not None and self._process.poll() is None

    async def __aenter__(self) -> Self:
        """Start the process. It loads its model while audio may be sent already.

        Raises:
            RecogniserFailed: There is no recogniser, or the operating system did not start it.
        """
        require()
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.close()

    async def start(self) -> None:
        """Start the process unless it runs. To be used in place of the block by those who call `close`.

        Raises:
            RecogniserFailed: The operating system did not start it.
        """
        if self._process is not None:
            return
        try:
            self._process = await trio.lowlevel.open_process(
                [sys.executable, "-I", CHILD, *self._options],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
        except OSError as error:
            raise RecogniserFailed(f"The recogniser's process could not be started: {error}.") from error
        if self._phrases is not None:
            words: list[JsonValue] = [[*phrase] for phrase in self._phrases.words]
            await self._send(b"G", dumps(words))

    async def check(self) -> None:
        """Wait until it knows its phrases, if it has any.

        Raises:
            RecogniserFailed: Its dictionary lacks a word of them.
        """
        if self._phrases is not None:
            await self.words()

    async def hear(self, pcm: bytes) -> None:
        """Give more of an utterance; the first begins it.

        Raises:
            RecogniserFailed: The process died.
        """
        await self.start()
        await self._send(b"A", pcm)

    async def words(self) -> Sequence[HeardWord]:
        """Tell what was heard so far, with times from the utterance's beginning on.

        Raises:
            RecogniserFailed: The process died.
        """
        return await self._ask(b"P")

    async def end(self) -> Sequence[HeardWord]:
        """End the utterance; tell what was heard in it.

        Raises:
            RecogniserFailed: The process died.
        """
        return await self._ask(b"E")

    async def recognise(self, pcm: bytes) -> Sequence[HeardWord]:
        """Tell what is heard in a recording.

        Raises:
            RecogniserFailed: The process died.
        """
        await self.start()
        return await self._ask(b"R", pcm)

    async def close(self) -> int | None:
        """End the process at once, and wait until it is gone; give its exit status."""
        process, self._process, self._rest = self._process, None, b""
        if process is None:
            return None
        with trio.CancelScope(shield=True):
            process.kill()
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    await pipe.aclose()
            await process.wait()
        return process.returncode

    async def _ask(self, kind: bytes, payload: bytes = b"") -> Sequence[HeardWord]:
        await self._send(kind, payload)
        line = await self._line()
        try:
            words = load(tuple[HeardWord, ...], line)
        except DecodeError as error:
            raise await self._refusal(line) from error
        return words if self._phrases is None else self._phrases.spell(words)

    async def _refusal(self, line: bytes) -> RecogniserFailed:
        try:
            missing = load(_Missing, line).missing
        except DecodeError:
            return await self._death()
        await self.close()
        return RecogniserFailed(
            f"The recogniser's dictionary does not have these words of stt_phrases: {', '.join(missing)}. "
            "Write them in another way, e.g. numbers as words."
        )

    async def _send(self, kind: bytes, payload: bytes) -> None:
        try:
            if self._process is None or self._process.stdin is None:
                raise trio.ClosedResourceError
            await self._process.stdin.send_all(HEADER.pack(kind, len(payload)) + payload)
        except (trio.BrokenResourceError, trio.ClosedResourceError) as error:
            # It may have said why before it ended.
            raise await self._refusal(await self._line()) from error

    async def _line(self) -> bytes:
        while b"\n" not in self._rest:
            data = await self._receive()
            if not data:
                return b""
            self._rest += data
        line, _, self._rest = self._rest.partition(b"\n")
        return line

    async def _receive(self) -> bytes:
        try:
            if self._process is None or self._process.stdout is None:
                return b""
            return bytes(await self._process.stdout.receive_some(_READ_NBYTES))
        except (trio.BrokenResourceError, trio.ClosedResourceError):
            return b""

    async def _death(self) -> RecogniserFailed:
        process = self._process
        with trio.move_on_after(1):
            if process is not None:
                await process.wait()
        status = await self.close()
        return RecogniserFailed(f"The recogniser died (exit status {status}). It is started anew for what follows.")
