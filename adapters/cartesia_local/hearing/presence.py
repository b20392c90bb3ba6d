"""How surely somebody speaks, and what that says of turns. No I/O and no clock: time is the audio's.

The detector says of 30 ms whether there is a voice. The probability that somebody is speaking follows it: each piece
with a voice takes away four tenths of what it lacks to 1, each piece without one takes away 13 percent. So thresholds
are times:

| threshold | crossed by |
|---|---|
| start 0.5 / 0.8 / 0.9 | 60 / 120 / 150 ms of voice |
| eager end 0.6 / 0.4 / 0.3 | 120 / 210 / 270 ms without |
| end 0.5 / 0.2 / 0.05 | 150 / 360 / 660 ms without |

The detector itself goes on hearing a voice for some 100 ms after it ended.
"""

from __future__ import annotations

from enum import Enum
from typing import Final

from attrs import frozen

FRAME_SECONDS: Final = 0.03
RISE: Final = 0.4
FALL: Final = 0.87


class Cue(Enum):
    """What happens in a conversation."""

    START = "turn.start"
    EAGER_END = "turn.eager_end"
    RESUME = "turn.resume"
    END = "turn.end"


@frozen(kw_only=True)
class Thresholds:
    """When turns begin and end.

    Attributes:
        start: Probability from which on somebody has begun, or goes on after an eager end.
        eager_end: Probability below which the turn may be over.
        end: Probability below which it is over.
        end_timeout_ms: It is over, too, when the probability has been below `start` for so long.
    """

    start: float = 0.8
    eager_end: float = 0.4
    end: float = 0.2
    end_timeout_ms: float = 5600


class _State(Enum):
    QUIET = "nobody speaks"
    TALKING = "a turn is open"
    PAUSED = "a turn is open, and may be over"


class TurnDetector:
    """Tells turns from silence.

    Args:
        thresholds: May be replaced at any time.
    """

    def __init__(self, thresholds: Thresholds) -> None:
        self.thresholds: Thresholds = thresholds
        self._state: _State = _State.QUIET
        self._probability = 0.0
        self._unsure_frames = 0

    @property
    def is_open(self) -> bool:
        """Whether a turn is."""
        return self._state is not _State.QUIET

    @property
    def is_talking(self) -> bool:
        """Whether somebody speaks, as far as one can tell."""
        return self._state is _State.TALKING

    def hear(self, *, is_voice: bool) -> Cue | None:
        """Take the detector's word on the next piece of audio."""
        lacking = 1 - self._probability
        self._probability = 1 - lacking * (1 - RISE) if is_voice else self._probability * FALL
        self._unsure_frames = 0 if self._is_sure() else self._unsure_frames + 1
        if self._state is _State.QUIET:
            return self._move(_State.TALKING, Cue.START) if self._is_sure() else None
        if self._state is _State.PAUSED:
            return self._paused()
        if self._probability < self.thresholds.eager_end:
            return self._move(_State.PAUSED, Cue.EAGER_END)
        return self.end() if self._is_late() else None

    def end(self) -> Cue:
        """End the turn."""
        self._probability = 0.0
        return self._move(_State.QUIET, Cue.END)

    def _paused(self) -> Cue | None:
        if self._is_sure():
            return self._move(_State.TALKING, Cue.RESUME)
        return self.end() if self._probability < self.thresholds.end or self._is_late() else None

    def _is_sure(self) -> bool:
        return self._probability >= self.thresholds.start

    def _is_late(self) -> bool:
        return self._unsure_frames * FRAME_SECONDS * 1000 >= self.thresholds.end_timeout_ms

    def _move(self, state: _State, cue: Cue) -> Cue:
        self._state = state
        return cue


class PauseDetector:
    """Tells utterances from silence, by how long it lasts.

    Args:
        silence_seconds: So long without a voice ends an utterance.
    """

    def __init__(self, silence_seconds: float) -> None:
        self._silence_seconds: Final = silence_seconds
        self._voiced = 0
        self._silent = 0

    @property
    def has_begun(self) -> bool:
        """Whether somebody speaks: two pieces with a voice in a row."""
        return self._voiced >= 2

    @property
    def has_ended(self) -> bool:
        """Whether it has been silent for long enough."""
        return self._silent * FRAME_SECONDS >= self._silence_seconds

    def hear(self, *, is_voice: bool) -> None:
        """Take the detector's word on the next piece of audio."""
        self._voiced, self._silent = (self._voiced + 1, 0) if is_voice else (0, self._silent + 1)
