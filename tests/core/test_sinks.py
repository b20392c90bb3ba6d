"""Sinks: what `with opened(...)` does when all goes well, when it fails, and when it is interrupted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import trio

from cartesia_core.audio import RawFormat
from cartesia_core.errors import SinkError
from cartesia_core.sinks import AsyncAudioSink, AudioSink, Keep, opened, opened_async

if TYPE_CHECKING:
    from cartesia_core.audio import OutputFormat

FORMAT = RawFormat("pcm_s16le", 16000)


class Recorder:
    """A sink that notes what it is told."""

    def __init__(self, *, fails: str = "") -> None:
        self.calls: list[str] = []
        self._fails = fails

    def _note(self, call: str) -> None:
        self.calls.append(call)
        if call == self._fails:
            raise SinkError(f"no {call}")

    def open(self, _audio_format: OutputFormat, /) -> None:
        """Note it."""
        self._note("open")

    def write(self, data: bytes, /) -> None:
        """Note it."""
        self._note(data.decode())

    def close(self) -> None:
        """Note it."""
        self._note("close")

    def abort(self) -> None:
        """Note it."""
        self._note("abort")


class AsyncRecorder:
    """The same for an event loop."""

    def __init__(self) -> None:
        self.calls: list[str] = []

    async def open(self, _audio_format: OutputFormat, /) -> None:
        """Note it."""
        self.calls.append("open")

    async def write(self, data: bytes, /) -> None:
        """Note it."""
        self.calls.append(data.decode())

    async def close(self) -> None:
        """Note it."""
        self.calls.append("close")

    async def abort(self) -> None:
        """Note it."""
        self.calls.append("abort")


CASES = [
    (ValueError, "interrupted", []),
    (KeyboardInterrupt, "interrupted", ["close"]),
    (GeneratorExit, "interrupted", ["close"]),
    (ValueError, "always", ["close"]),
    (KeyboardInterrupt, "never", []),
]


def test_protocols() -> None:
    """The recorders are sinks, as the type checkers and `isinstance` see it."""
    sink: AudioSink = Recorder()
    later: AsyncAudioSink = AsyncRecorder()
    assert isinstance(sink, AudioSink)
    assert isinstance(later, AsyncAudioSink)


def test_good_end() -> None:
    """A block that ends well closes the sink."""
    sink = Recorder()
    with opened(sink, FORMAT) as same:
        same.write(b"x")
    assert sink.calls == ["open", "x", "close", "abort"]


@pytest.mark.parametrize(("reason", "keep", "ended"), CASES)
def test_bad_end(reason: type[BaseException], keep: Keep, ended: list[str]) -> None:
    """An error keeps nothing, an interruption keeps what is there, unless told otherwise."""
    sink = Recorder()
    with pytest.raises(reason), opened(sink, FORMAT, keep=keep):
        raise reason
    assert sink.calls == ["open", *ended, "abort"]


def test_open_that_fails() -> None:
    """A sink that cannot be opened is not closed."""
    sink = Recorder(fails="open")
    with pytest.raises(SinkError, match="no open"), opened(sink, FORMAT):
        pytest.fail("the block must not run")
    assert sink.calls == ["open"]


def test_close_that_fails() -> None:
    """A sink that cannot be closed is aborted, and the error arrives."""
    sink = Recorder(fails="close")
    with pytest.raises(SinkError, match="no close"), opened(sink, FORMAT):
        pass
    assert sink.calls == ["open", "close", "abort"]


def test_good_end_in_a_loop() -> None:
    """The asynchronous one does the same."""
    sink = AsyncRecorder()

    async def use() -> None:
        async with opened_async(sink, FORMAT) as same:
            await same.write(b"x")

    trio.run(use)
    assert sink.calls == ["open", "x", "close", "abort"]


@pytest.mark.parametrize(("reason", "keep", "ended"), CASES)
def test_bad_end_in_a_loop(reason: type[BaseException], keep: Keep, ended: list[str]) -> None:
    """Errors and interruptions are told apart there too."""
    sink = AsyncRecorder()

    async def use() -> None:
        with pytest.raises(reason):
            async with opened_async(sink, FORMAT, keep=keep):
                raise reason

    trio.run(use)
    assert sink.calls == ["open", *ended, "abort"]
