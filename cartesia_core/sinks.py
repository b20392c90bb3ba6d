"""Where audio goes to: small protocols, and nothing that does any I/O.

The life of a sink: `open` once, `write` as often as needed, then either `close` (what was written is kept and is
playable) or `abort` (nothing remains). Whether something that stopped half-way is kept is thus the caller's word;
`opened` says it for the usual case: an interruption on purpose keeps, an error aborts.
"""

from __future__ import annotations

from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING, Literal, Protocol, TypeAlias, TypeVar, runtime_checkable

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Generator

    from cartesia_core.audio import OutputFormat

__all__ = ["AsyncAudioSink", "AudioSink", "Keep", "opened", "opened_async"]

Keep: TypeAlias = Literal["interrupted", "always", "never"]
"""What is kept of audio that was not written to its end: `interrupted`: if the reason was an interruption on purpose
(Ctrl-C, a cancelled task, a generator that was closed), but not after an error; `always`; `never`."""


@runtime_checkable
class AudioSink(Protocol):
    """Takes the audio of one answer, in order, as it arrives.

    Every method may raise `SinkError` (no space, no permission, device gone) and `LocalProtocolError` (not open, or
    opened twice). A sink that has raised `SinkError` takes nothing more; it still must be closed or aborted.
    """

    def open(self, audio_format: OutputFormat, /) -> None:
        """Begin. `audio_format` says what the bytes will be; it includes the container.

        Raises:
            InvalidArgument: This sink cannot take such audio.
        """
        ...

    def write(self, data: bytes, /) -> None:
        """Take the next bytes, cut anywhere. Returns when they are written or queued in bounded space."""
        ...

    def close(self) -> None:
        """End: keep what was written, complete and playable. A player or device plays to the end first. Idempotent."""
        ...

    def abort(self) -> None:
        """End at once: keep nothing, play no further. Idempotent, without effect after `close`, raises nothing."""
        ...


@runtime_checkable
class AsyncAudioSink(Protocol):
    """`AudioSink` for an event loop. A cancelled `write` may have written some of its bytes; abort or close then."""

    async def open(self, audio_format: OutputFormat, /) -> None:
        """See `AudioSink.open`."""
        ...

    async def write(self, data: bytes, /) -> None:
        """See `AudioSink.write`."""
        ...

    async def close(self) -> None:
        """See `AudioSink.close`."""
        ...

    async def abort(self) -> None:
        """See `AudioSink.abort`. Does not wait, so that it works in a cancelled task."""
        ...


_Sink = TypeVar("_Sink", bound=AudioSink)
_AsyncSink = TypeVar("_AsyncSink", bound=AsyncAudioSink)


@contextmanager
def opened(sink: _Sink, format: OutputFormat, *, keep: Keep = "interrupted") -> Generator[_Sink, None, None]:  # noqa: A002
    """Open a sink for the length of a `with` block; close it at the end, close or abort it when the block fails.

    Args:
        sink: A sink that was not opened yet.
        format: What the bytes will be.
        keep: What to keep when the block ends by an exception.

    Raises:
        SinkError: Opening, writing or closing failed; then nothing was kept.
    """
    sink.open(format)
    try:
        yield sink
        sink.close()
    except BaseException as reason:
        if _is_kept(reason, keep):
            sink.close()
        raise
    finally:
        sink.abort()


@asynccontextmanager
async def opened_async(
    sink: _AsyncSink,
    format: OutputFormat,  # noqa: A002
    *,
    keep: Keep = "interrupted",
) -> AsyncGenerator[_AsyncSink, None]:
    """Do for an asynchronous sink what `opened` does.

    After a cancellation `close` runs inside the cancelled task; a sink that has to wait there keeps nothing.
    """
    await sink.open(format)
    try:
        yield sink
        await sink.close()
    except BaseException as reason:
        if _is_kept(reason, keep):
            await sink.close()
        raise
    finally:
        await sink.abort()


def _is_kept(reason: BaseException, keep: Keep) -> bool:
    return keep == "always" or (keep == "interrupted" and not isinstance(reason, Exception))
