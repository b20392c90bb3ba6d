"""What a program says on the speech-to-text sockets."""

from __future__ import annotations

from typing import Final, TypeAlias, TypedDict

from attrs import field, frozen

from cartesia_core.errors import InvalidArgument
from cartesia_core.parameters import check_range

DEFAULT_START_THRESHOLD: Final = 0.8
DEFAULT_EAGER_END_THRESHOLD: Final = 0.4
DEFAULT_END_THRESHOLD: Final = 0.2


@frozen
class SendAudio:
    """Listen to this.

    Attributes:
        data: Samples without a header.
    """

    data: bytes = field(repr=lambda data: f"<{len(data)} bytes>")


@frozen
class Finalize:
    """Transcribe now what was sent so far. Of `/stt/websocket` alone."""


@frozen
class FinishAudio:
    """No audio follows: transcribe the rest, then end."""


@frozen(kw_only=True)
class TurnSettings:
    """When turns begin and end. None leaves a setting as it is; the server's defaults stand in brackets.

    The thresholds are confidences of the model; start must be above eager end, and that above end.

    Attributes:
        start_threshold: 0.5 to 0.9 (0.8): from which on a turn begins.
        eager_end_threshold: 0.3 to 0.6 (0.4): below which a turn may be over.
        end_threshold: 0.05 to 0.5 (0.2): below which a turn is over.
        end_timeout_ms: 640 to 11200 (5600): milliseconds of silence that end a turn at the latest.

    Raises:
        InvalidArgument: A number is outside of its limits.
    """

    start_threshold: float | None = None
    eager_end_threshold: float | None = None
    end_threshold: float | None = None
    end_timeout_ms: float | None = None

    def __attrs_post_init__(self) -> None:
        check_range("start_threshold", self.start_threshold, 0.5, 0.9)
        check_range("eager_end_threshold", self.eager_end_threshold, 0.3, 0.6)
        check_range("end_threshold", self.end_threshold, 0.05, 0.5)
        check_range("end_timeout_ms", self.end_timeout_ms, 640, 11_200)

    def check_order(self) -> None:
        """Refuse thresholds in the wrong order; those that are not given count with the server's defaults.

        Raises:
            InvalidArgument: Start is not above eager end, or eager end not above end.
        """
        start = _or(self.start_threshold, DEFAULT_START_THRESHOLD)
        eager = _or(self.eager_end_threshold, DEFAULT_EAGER_END_THRESHOLD)
        end = _or(self.end_threshold, DEFAULT_END_THRESHOLD)
        if not start > eager > end:
            raise InvalidArgument(
                f"start_threshold ({start}) must be above eager_end_threshold ({eager}), and that above "
                f"end_threshold ({end})"
            )

    def given(self) -> dict[str, float]:
        """Give those that are set, by their names on the wire within `turn`."""
        named = {
            "start_threshold": self.start_threshold,
            "eager_end_threshold": self.eager_end_threshold,
            "end_threshold": self.end_threshold,
            "end_timeout_ms": self.end_timeout_ms,
        }
        return {name: value for name, value in named.items() if value is not None}

    def changed_by(self, other: TurnSettings) -> TurnSettings:
        """Give these settings with what the other ones set.

        Raises:
            InvalidArgument: The thresholds are in the wrong order then.
        """
        changed = TurnSettings(**{**self.given(), **other.given()})
        changed.check_order()
        return changed


class TurnKeywords(TypedDict, total=False):
    """The fields of `TurnSettings`, as keywords."""

    start_threshold: float
    eager_end_threshold: float
    end_threshold: float
    end_timeout_ms: float


def _or(value: float | None, default: float) -> float:
    return default if value is None else value


@frozen
class Configure:
    """Change the settings of turns from here on. Of `/stt/turns/websocket` alone."""

    settings: TurnSettings


SttCommand: TypeAlias = SendAudio | Finalize | FinishAudio | Configure
