"""What a speech leaves behind: audio, captions, printed word times, and a line about them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cartesia_cli.outputs import STDOUT, CaptionFile, sink_of
from cartesia_cli.word_times import WordPrinter

if TYPE_CHECKING:
    from cartesia_cli.formats import AudioPlan
    from cartesia_cli.speech import Spoken

__all__ = ["Result"]


class Result:
    """Everything is begun at once, so that what cannot be written is noticed before anything is spoken.

    Args:
        output: Path of the audio, `-` or None for playing.
        plan: What the audio is.
        captions: Path of the captions.
        language: Decides how the words of captions are joined.
        printer: Prints word times, where wanted.

    Raises:
        InvalidArgument, MissingExtra, SinkError: Something cannot be written.
    """

    def __init__(
        self,
        output: str | None,
        plan: AudioPlan,
        *,
        captions: str | None,
        language: str | None,
        printer: WordPrinter | None,
    ) -> None:
        self._output: Final = output
        self._captions_path: Final = captions
        self._printer: Final = printer
        self._format: Final = plan.wire
        self._nbytes = 0
        self._sink: Final = sink_of(output, plan)
        self._captions: Final = CaptionFile(captions, language) if captions is not None else None
        self._sink.open(plan.wire)

    @property
    def wants_words(self) -> bool:
        """Whether word times are of any use."""
        return self._captions is not None or self._printer is not None

    @property
    def seconds(self) -> float:
        """How much audio was written."""
        return self._format.seconds(self._nbytes)

    @property
    def is_file(self) -> bool:
        """Whether a write ends soon: a pipe or player may make it wait for ever."""
        return self._output not in {None, STDOUT}

    def take(self, spoken: Spoken) -> None:
        """Take what came. Raises `SinkError`."""
        if spoken.audio:
            self._sink.write(spoken.audio)
            self._nbytes += len(spoken.audio)
        if self._printer is not None:
            self._printer.add(spoken.words)
        if self._captions is not None:
            self._captions.add(spoken.words)

    def close(self) -> None:
        """Complete everything. Raises `SinkError`."""
        self._sink.close()
        if self._captions is not None:
            self._captions.close(self.seconds)

    def keep(self) -> str:
        """Complete what there is of a speech that broke off; say what that is. Raises `SinkError`."""
        if self._output is None or not self._nbytes:
            self.abort()
            return f"{self.seconds:.1f} s had come" if self._nbytes else "nothing was written"
        self.close()
        where = "standard output has" if self._output == STDOUT else f"{self._output} keeps"
        return f"{where} the first {self.seconds:.1f} s"

    def abort(self) -> None:
        """Leave nothing behind, unless it was closed."""
        self._sink.abort()
        if self._captions is not None:
            self._captions.abort()

    def __str__(self) -> str:
        """Say where things went."""
        done = "played" if self._output is None else "to standard output" if self._output == STDOUT else self._output
        wrote = "" if self._output in {None, STDOUT} else "wrote "
        return f"{wrote}{done}" + (f" and {self._captions_path}" if self._captions_path else "")
