"""The engine's side of a child process, and the few of them that are kept running."""

from __future__ import annotations

import importlib.util
import signal
import subprocess
import sys
from collections import deque
from contextlib import asynccontextmanager
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Final

import trio

from cartesia_core.errors import CartesiaError, MissingExtra
from cartesia_local.speech import protocol

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from typing_extensions import Self

__all__ = ["ChildProcess", "EngineCrashed", "Pool", "engine_command"]

# A child that was told to stop needs a few milliseconds; one that does not answer in this time is killed.
_PATIENCE_SECONDS: Final = 1.0
_READ_NBYTES: Final = 65536
# The package's own __init__ would load the server, which the child does not need: 0.2 s instead of 0.03 s.
_BOOT: Final = (
    "import sys, types; package = types.ModuleType('cartesia_local'); package.__path__ = [sys.argv.pop(1)]; "
    "sys.modules['cartesia_local'] = package; from cartesia_local.speech.child import main; main()"
)


class EngineCrashed(CartesiaError):
    """The speech engine died or failed on this utterance; others are not concerned, and the next one works.

    eSpeak NG crashes on some odd texts, e.g. of mixed scripts: the same text is likely to fail again.
    """


def engine_command() -> list[str]:
    """Give the command line of a child process.

    Raises:
        MissingExtra: `espeakng-loader` is not installed, or has no library for this platform.
    """
    spec = importlib.util.find_spec("espeakng_loader")
    if spec is None or spec.origin is None:
        raise MissingExtra(
            "The local server speaks with eSpeak NG, which is not installed: pip install 'cartesia-core[local]'."
        )
    folder = Path(spec.origin).parent
    name = {"win32": "espeak-ng.dll", "darwin": "libespeak-ng.dylib"}.get(sys.platform, "libespeak-ng.so")
    library, data = folder / name, folder / "espeak-ng-data"
    if not (library.exists() and data.exists()):
        raise MissingExtra(
            f"espeakng-loader is installed but has no {name} and data for this platform; "
            "reinstall it: pip install --force-reinstall 'cartesia-core[local]'."
        )
    package = Path(__file__).parent.parent
    return [sys.executable, "-I", "-S", "-c", _BOOT, str(package), str(library), str(data)]


class _State(Enum):
    IDLE = "waits for a job"
    SENDING = "a job may be half in the pipe"
    SPEAKING = "a job is running"
    GONE = "the process was ended"


class ChildProcess:
    """One child process, doing one job at a time. Not to be used by two tasks at once."""

    def __init__(self, process: trio.Process) -> None:
        self._process: Final = process
        self._buffer: Final = bytearray()
        self._state: _State = _State.IDLE
        self._ungranted: int = 0

    @classmethod
    async def start(cls, command: list[str]) -> Self:
        """Start a process; it is ready for `begin` at once.

        Raises:
            EngineCrashed: The operating system did not start it.
        """
        try:
            process = await trio.lowlevel.open_process(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
            )
        except OSError as error:
            raise EngineCrashed(f"The speech engine's process could not be started: {error}.") from error
        return cls(process)

    @property
    def pid(self) -> int:
        """The operating system's number of the process."""
        return self._process.pid

    @property
    def usable(self) -> bool:
        """Whether it runs and waits for a job."""
        return self._state is _State.IDLE and self._process.poll() is None

    async def begin(self, job: protocol.Job) -> None:
        """Start a job. Cancellation leaves the process unusable until `release`.

        Raises:
            EngineCrashed: The process is dead.
        """
        self._state = _State.SENDING
        await self._send(protocol.encode_job(job))
        self._state = _State.SPEAKING
        self._ungranted = 0

    async def next(self) -> protocol.Counts | protocol.Block | None:
        """Give what comes next, or `None` when the job is done. Cancellation loses nothing.

        Raises:
            EngineCrashed: The process died, or the job failed.
        """
        await self._grant()
        frame = await self._frame()
        if isinstance(frame, protocol.Block):
            self._ungranted += 1
        if not isinstance(frame, (protocol.Done, protocol.Failed)):
            return frame
        self._state = _State.IDLE
        if isinstance(frame, protocol.Failed):
            raise EngineCrashed(f"The speech engine failed: {frame.message}")
        return None

    async def release(self) -> None:
        """Stop the job if one is running, so that the next can begin; kill the process if it does not stop."""
        with trio.CancelScope(shield=True):
            with trio.move_on_after(_PATIENCE_SECONDS):
                await self._stop()
            if not self.usable:
                await self.kill()

    async def kill(self) -> None:
        """End the process at once and wait until it is gone."""
        self._state = _State.GONE
        with trio.CancelScope(shield=True):
            self._process.kill()
            for pipe in (self._process.stdin, self._process.stdout):
                if pipe is not None:
                    await pipe.aclose()
            await self._process.wait()

    async def _stop(self) -> None:
        if self._state is not _State.SPEAKING:
            return
        try:
            await self._send(protocol.STOP)
            while not isinstance(await self._frame(), (protocol.Done, protocol.Failed)):
                pass
        except EngineCrashed:
            return
        self._state = _State.IDLE

    async def _grant(self) -> None:
        if self._ungranted >= protocol.PERMITS:
            self._ungranted -= protocol.PERMITS
            await self._send(protocol.MORE)

    async def _send(self, data: bytes) -> None:
        assert self._process.stdin is not None
        try:
            await self._process.stdin.send_all(data)
        except (trio.BrokenResourceError, trio.ClosedResourceError) as error:
            raise await self._crash() from error

    async def _frame(self) -> protocol.Frame:
        assert self._process.stdout is not None
        try:
            while (frame := protocol.take_frame(self._buffer)) is None:
                data = await self._process.stdout.receive_some(_READ_NBYTES)
                if not data:
                    raise await self._crash()
                self._buffer.extend(data)
        except (trio.BrokenResourceError, trio.ClosedResourceError, ValueError) as error:
            raise await self._crash() from error
        return frame

    async def _crash(self) -> EngineCrashed:
        if self._state is _State.GONE:
            return EngineCrashed("The speech engine was closed while it was speaking.")
        await self.kill()
        return EngineCrashed(
            f"The speech engine died on this text ({_reason(self._process.returncode)}). "
            "It is started anew for the next one."
        )


def _reason(returncode: int | None) -> str:
    if returncode is not None and returncode < 0:
        try:
            return signal.Signals(-returncode).name
        except ValueError:
            return f"signal {-returncode}"
    return f"exit status {returncode}"


class Pool:
    """Children that are kept running, and more while they are needed; beyond that who asks waits in order of arrival.

    Args:
        size: How many are kept running.
        most: How many run at most.
    """

    def __init__(self, size: int, most: int) -> None:
        self._command: Final = engine_command()
        self._limit: Final = trio.Semaphore(most)
        self._idle: Final[deque[ChildProcess]] = deque()
        self._busy: Final[set[ChildProcess]] = set()
        self._size: Final = size

    @property
    def pids(self) -> tuple[int, ...]:
        """Numbers of the processes that run now."""
        return tuple(child.pid for child in (*self._idle, *self._busy))

    async def start(self) -> None:
        """Start all children, so that the first utterance need not wait.

        Raises:
            EngineCrashed: The operating system did not start them.
        """
        while len(self._idle) < self._size:
            self._idle.append(await ChildProcess.start(self._command))

    async def close(self) -> None:
        """End all children, also those at work."""
        while self._idle:
            await self._idle.pop().kill()
        for child in tuple(self._busy):
            await child.kill()

    @asynccontextmanager
    async def lease(self) -> AsyncGenerator[ChildProcess]:
        """Have a child for oneself. Leaving stops its job.

        Raises:
            EngineCrashed: A new child was needed, and the operating system did not start it.
        """
        async with self._limit:
            child = await self._take()
            self._busy.add(child)
            try:
                yield child
            finally:
                await child.release()
                self._busy.discard(child)
                if child.usable and len(self._idle) < self._size:
                    self._idle.append(child)
                else:
                    await child.kill()

    async def _take(self) -> ChildProcess:
        while self._idle:
            child = self._idle.popleft()
            if child.usable:
                return child
            await child.kill()
        return await ChildProcess.start(self._command)
