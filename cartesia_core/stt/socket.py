"""Opening the speech-to-text sockets, described and not done."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Final, Generic, TypeVar

from attrs import field, frozen
from typing_extensions import override

from cartesia_core.errors import InvalidArgument
from cartesia_core.http import Call, Pairs, RetryKind
from cartesia_core.parameters import check_count, check_range, check_text, query_of, whole_above_zero
from cartesia_core.stt.commands import TurnSettings
from cartesia_core.stt.dialogue import SttDialogue, SttLimits
from cartesia_core.stt.events import ManualEvent, TurnEvent
from cartesia_core.stt.manual import ManualDialogue
from cartesia_core.stt.models import SttEncoding
from cartesia_core.stt.samples import SttFormat
from cartesia_core.stt.turns import TurnsDialogue
from cartesia_core.unset import UNSET, Unset
from cartesia_core.versions import NEWEST
from cartesia_core.ws.reconnect import ReconnectPolicy

E = TypeVar("E")
MAX_KEYTERMS: Final = 100
MAX_KEYTERM_CHARACTERS: Final = 1200
"""Of all key terms together."""


@frozen(kw_only=True)
class SttReconnect:
    """A socket that is lost in mid-speech is replaced by a new one; without this, `TranscriptionInterrupted` is raised.

    The audio that is not known to be transcribed is sent once more, as audio. A `Reconnected` event says so.

    Attributes:
        max_replay_nbytes: How much audio is kept for that. When there is more, the oldest is dropped, and counted in the
            event: who speaks now must not wait for what was said minutes ago.
        policy: How often and how fast to try.
    """

    max_replay_nbytes: int = field(default=1024 * 1024, validator=whole_above_zero)
    policy: ReconnectPolicy = field(factory=ReconnectPolicy)


@frozen(kw_only=True)
class SttSocketRequest(ABC, Generic[E]):
    """Opening a speech-to-text socket: send `call` with the upgrade fields, then speak `dialogue`.

    Attributes:
        format: The samples that will be sent.
        query: The parameters of the opening request.
        version: The API version to speak; None takes the client's.
        limits: How long to wait, and whether to send silence.
        reconnect: Whether a lost socket is replaced; None for no.
        settings: The settings of turns asked for with the opening request.
    """

    format: SttFormat
    query: Pairs = ()
    version: str | None = None
    limits: SttLimits = field(factory=SttLimits)
    reconnect: SttReconnect | None = None
    settings: TurnSettings = field(factory=TurnSettings)

    @abstractmethod
    def call(self) -> Call:
        """Describe the opening request, without the upgrade fields."""

    @abstractmethod
    def dialogue(self, version: str = NEWEST, *, now: float = 0.0) -> SttDialogue[E]:
        """Make the conversation for a socket opened with an API version, at a time on the caller's clock."""


def _call(path: str, query: Pairs, version: str | None) -> Call:
    # Opening costs nothing, so it may be repeated.
    return Call(method="GET", path=path, query=query, accept="*/*", version=version, retry=RetryKind.READ)


@frozen(kw_only=True)
class ManualSocketRequest(SttSocketRequest[ManualEvent]):
    """Opening `/stt/websocket`."""

    @override
    def call(self) -> Call:
        """Describe the opening request, without the upgrade fields."""
        return _call("/stt/websocket", self.query, self.version)

    @override
    def dialogue(self, version: str = NEWEST, *, now: float = 0.0) -> ManualDialogue:
        """Make the conversation."""
        return ManualDialogue(self.format, version=version, limits=self.limits, now=now)


@frozen(kw_only=True)
class TurnsSocketRequest(SttSocketRequest[TurnEvent]):
    """Opening `/stt/turns/websocket`."""

    @override
    def call(self) -> Call:
        """Describe the opening request, without the upgrade fields."""
        return _call("/stt/turns/websocket", self.query, self.version)

    @override
    def dialogue(self, version: str = NEWEST, *, now: float = 0.0) -> TurnsDialogue:
        """Make the conversation."""
        return TurnsDialogue(self.format, version=version, limits=self.limits, now=now)


def websocket(
    *,
    model: str,
    encoding: SttEncoding,
    sample_rate: int,
    language: str | Unset = UNSET,
    keyterm: Sequence[str] = (),
    min_volume: float | None = None,
    max_silence_duration_secs: float | None = None,
    version: str | None = None,
    limits: SttLimits | None = None,
    reconnect: SttReconnect | None = None,
) -> ManualSocketRequest:
    """Describe opening the speech-to-text socket on which the program says when to finalize.

    It costs one credit for a second of audio.

    Args:
        model: For example `ink-whisper` or `ink-2`. An open set.
        encoding: Of the samples that will be sent, mono and without a header.
        sample_rate: Of the samples, in Hz; 16000 is recommended.
        language: Language code of the speech; the server's default is `en`.
        keyterm: Up to 100 words or phrases to listen for, with 1200 characters together; for `ink-2`.
        min_volume: 0 to 1: loudness below which audio counts as silence; for `ink-whisper`.
        max_silence_duration_secs: Seconds of silence after which the server finalizes by itself; for `ink-whisper`.
        version: The API version to speak; None takes the client's.
        limits: How long to wait for the server, and whether to send silence while the program sends nothing.
        reconnect: Replace a socket that is lost; None raises `TranscriptionInterrupted`.

    Raises:
        InvalidArgument: A value can be seen to be wrong; nothing is sent.
    """
    check_text("model", model)
    if language is not UNSET:
        check_text("language", language)
    check_range("min_volume", min_volume, 0.0, 1.0)
    check_range("max_silence_duration_secs", max_silence_duration_secs, 0.0, 86_400.0)
    format_ = SttFormat(encoding, sample_rate)
    query = query_of(
        {
            "model": model,
            "encoding": encoding,
            "sample_rate": sample_rate,
            "language": language,
            "keyterm": _keyterms(keyterm),
            "min_volume": min_volume,
            "max_silence_duration_secs": max_silence_duration_secs,
        }
    )
    return ManualSocketRequest(
        format=format_, query=query, version=version, limits=limits or SttLimits(), reconnect=reconnect
    )


def turns(
    *,
    model: str,
    encoding: SttEncoding,
    sample_rate: int,
    keyterm: Sequence[str] = (),
    turn_start_threshold: float | None = None,
    turn_eager_end_threshold: float | None = None,
    turn_end_threshold: float | None = None,
    turn_end_timeout_ms: float | None = None,
    version: str | None = None,
    limits: SttLimits | None = None,
    reconnect: SttReconnect | None = None,
) -> TurnsSocketRequest:
    """Describe opening the speech-to-text socket that finds out by itself when somebody begins and ends to speak.

    Audio has to go on while nobody speaks, or a turn stays open: see `SilenceKeepalive`.

    Args:
        model: For example `ink-2`. An open set.
        encoding: Of the samples that will be sent, mono and without a header.
        sample_rate: Of the samples, in Hz; 16000 is recommended.
        keyterm: Up to 100 words or phrases to listen for, with 1200 characters together.
        turn_start_threshold: 0.5 to 0.9, the server's default is 0.8.
        turn_eager_end_threshold: 0.3 to 0.6, the server's default is 0.4.
        turn_end_threshold: 0.05 to 0.5, the server's default is 0.2.
        turn_end_timeout_ms: 640 to 11200 milliseconds, the server's default is 5600.
        version: The API version to speak; None takes the client's. Documented from 2025-11-04 on.
        limits: How long to wait for the server, and whether to send silence while the program sends nothing.
        reconnect: Replace a socket that is lost; None raises `TranscriptionInterrupted`.

    Raises:
        InvalidArgument: A value can be seen to be wrong, or the thresholds are in the wrong order; nothing is sent.
    """
    check_text("model", model)
    settings = TurnSettings(
        start_threshold=turn_start_threshold,
        eager_end_threshold=turn_eager_end_threshold,
        end_threshold=turn_end_threshold,
        end_timeout_ms=turn_end_timeout_ms,
    )
    settings.check_order()
    format_ = SttFormat(encoding, sample_rate)
    query = query_of(
        {
            "model": model,
            "encoding": encoding,
            "sample_rate": sample_rate,
            "keyterm": _keyterms(keyterm),
            **{f"turn_{name}": value for name, value in settings.given().items()},
        }
    )
    return TurnsSocketRequest(
        format=format_,
        query=query,
        version=version,
        limits=limits or SttLimits(),
        reconnect=reconnect,
        settings=settings,
    )


def _keyterms(terms: Sequence[str]) -> tuple[str, ...]:
    check_count("keyterm", terms, 0, MAX_KEYTERMS)
    for term in terms:
        check_text("keyterm", term)
    if (characters := sum(map(len, terms))) > MAX_KEYTERM_CHARACTERS:
        raise InvalidArgument(f"keyterm has {characters} characters in all, but may have {MAX_KEYTERM_CHARACTERS}")
    return tuple(terms)
