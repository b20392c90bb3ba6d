"""What the calls say, to ours and to every official SDK alike. Also read where ours is not installed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple, TypeAlias

Values: TypeAlias = Mapping[str, str]
"""Ids and files that a call needs, by name."""

MODEL: Final = "sonic-3"
OLD_MODEL: Final = "sonic-2"
TEXT: Final = "Hello there."
VOICE: Final = "6ccbfb76-1fc6-48f7-b71d-91ac6298247b"
OTHER_VOICE: Final = "f786b574-daa5-4673-aa0c-cbe3e8534c02"
AGENT: Final = "agent_front_desk"
SPARE_AGENT: Final = "agent_weather_line"
METRIC: Final = "metric_table_booked"
CALL: Final = "call_1"
DEPLOYMENT: Final = "deployment_front_desk_2"
RATE: Final = 16000
NUMBERS: Final = [0.5, -0.5] * 96
"""An embedding."""
WAV: Final[dict[str, Any]] = {"container": "wav", "encoding": "pcm_s16le", "sample_rate": RATE}
RAW: Final[dict[str, Any]] = {**WAV, "container": "raw"}
SPREAD: Final[dict[str, Any]] = {f"output_format_{name}": value for name, value in WAV.items()}
"""The format as forms of SDK 2 and 4 take it."""


class Official(NamedTuple):
    """A call of an official SDK.

    Attributes:
        form: Which form of the catalogue it makes.
        name: What a program writes.
        gives: Whether it gives something.
    """

    form: str
    name: str
    gives: bool = True
