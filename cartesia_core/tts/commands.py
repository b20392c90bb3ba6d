"""What a client can say on the TTS socket.

Source: `GenerationRequest` and `CancelContextRequest` of the schema catalogue; protocol notes, section 9.
"""

from __future__ import annotations

from typing import Final, TypeAlias, TypedDict

from attrs import fields, frozen
from typing_extensions import Required

from cartesia_core import versions as v
from cartesia_core._json import JsonValue
from cartesia_core.audio import RawFormat
from cartesia_core.errors import InvalidArgument
from cartesia_core.http import JsonBody
from cartesia_core.parameters import body_of, check_range, check_text
from cartesia_core.tts.models import (
    GenerationConfig,
    ModelSpeed,
    VoiceSpecifier,
    as_voice,
    check_options,
    check_raw,
    newest_for,
)
from cartesia_core.unset import UNSET, Unset

_NOT_SENT: Final = ("voice", "output_format")


@frozen(kw_only=True)
class ContextOptions:
    """Everything about a context but its text. It stays the same for the context's whole life.

    Attributes:
        model_id: For example `sonic-3`. An open set.
        voice: Id of a voice, a `Voice`, or an older form (up to 2024-11-13).
        output_format: Encoding and sample rate; sockets carry raw audio only.
        language: Language code; not together with `locale`.
        locale: BCP-47 tag. Documented for HTTP only; whether the socket obeys it is not.
        normalization: `auto`, `off` or a locale code. Documented for HTTP only.
        generation_config: Speed, volume and emotion; sonic-3 and newer.
        pronunciation_dict_id: Id of a pronunciation dictionary; sonic-3 and newer.
        add_timestamps: Ask for `WordTimestamps`.
        add_phoneme_timestamps: Ask for `PhonemeTimestamps`.
        use_normalized_timestamps: Ask for the times of the normalized text; the default is not documented.
        max_buffer_delay_ms: How long the server may collect text before it speaks: 0 to 5000 (1000 before
            2025-11-04). With 0 every push is spoken at once, so push whole sentences. Left out, the server takes its
            own default, 3000 (0 before 2025-11-04).
        speed: Deprecated by the vendor in favour of `generation_config`.
        duration: Limit in seconds, up to 2025-04-16.
    """

    model_id: str
    voice: VoiceSpecifier
    output_format: RawFormat
    language: str | Unset = UNSET
    locale: str | Unset = UNSET
    normalization: str | Unset = UNSET
    generation_config: GenerationConfig | Unset = UNSET
    pronunciation_dict_id: str | None | Unset = UNSET
    add_timestamps: bool | None | Unset = UNSET
    add_phoneme_timestamps: bool | None | Unset = UNSET
    use_normalized_timestamps: bool | None | Unset = UNSET
    max_buffer_delay_ms: int | None | Unset = UNSET
    speed: ModelSpeed | Unset = UNSET
    duration: float | Unset = UNSET

    def __attrs_post_init__(self) -> None:
        check_raw(self.output_format)
        check_options(
            {"model_id": self.model_id, "language": self.language, "locale": self.locale, "speed": self.speed}
        )
        check_range("max_buffer_delay_ms", self.max_buffer_delay_ms, 0, 5000)
        check_range("duration", self.duration, 0, 3600)
        as_voice(self.voice)

    def wire(self, context_id: str, version: str) -> dict[str, JsonValue]:
        """Give the fields that every message of the context repeats.

        Raises:
            InvalidArgument: The API version has no such option.
        """
        speaker = as_voice(self.voice)
        self._check_version(version, newest_for(speaker))
        given = {
            field.name: getattr(self, field.name) for field in fields(ContextOptions) if field.name not in _NOT_SENT
        }
        body = JsonBody(body_of({**given, "voice": speaker, "output_format": self.output_format.wire()}))
        return {"context_id": context_id, **body.render(version)}

    def _check_version(self, version: str, newest: str | None) -> None:
        if self.duration is not UNSET:
            newest = newest or v.V2025_04_16
        if newest is not None and version > newest:
            raise InvalidArgument(f"these options need API version {newest} or older; the socket speaks {version}")
        limit = 5000 if version >= v.V2025_11_04 else 1000
        check_range("max_buffer_delay_ms", self.max_buffer_delay_ms, 0, limit)


class ContextKeywords(TypedDict, total=False):
    """The keywords of `context` and `speak`, in every flavour; `ContextOptions` says what each means."""

    model_id: Required[str]
    voice: Required[VoiceSpecifier]
    output_format: Required[RawFormat]
    language: str
    locale: str
    normalization: str
    generation_config: GenerationConfig
    pronunciation_dict_id: str | None
    add_timestamps: bool | None
    add_phoneme_timestamps: bool | None
    use_normalized_timestamps: bool | None
    max_buffer_delay_ms: int | None
    speed: ModelSpeed
    duration: float


@frozen
class OpenContext:
    """Make a context known here. Nothing is sent before its first text.

    Attributes:
        context_id: Any string that is new on this socket.
        options: What all its messages say.
    """

    context_id: str
    options: ContextOptions

    def __attrs_post_init__(self) -> None:
        check_text("context_id", self.context_id)


@frozen
class Push:
    """Add text; it is joined to what came before as it is, so spaces are yours to give."""

    context_id: str
    text: str


@frozen
class Flush:
    """Have everything pushed so far spoken now; `FlushDone` tells when it was."""

    context_id: str


@frozen
class Finish:
    """Announce that no text follows."""

    context_id: str


@frozen
class Cancel:
    """Stop the context and drop what was received for it and not yet taken."""

    context_id: str


TtsCommand: TypeAlias = OpenContext | Push | Flush | Finish | Cancel
