"""Decoders of text-to-speech answers: a whole body of audio, a body as it arrives, and an event stream."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import TypeAlias

from attrs import define, field, frozen

from cartesia_core.audio import Mp3Format, OutputFormat, WavFormat
from cartesia_core.decoders import expect_content
from cartesia_core.errors import AudioNotUsable, IncompleteStream, RemoteProtocolError
from cartesia_core.http import Head, Response
from cartesia_core.sse import SseDecoder
from cartesia_core.tts.events import (
    AudioChunk,
    Done,
    FlushDone,
    PhonemeTimestamps,
    Unknown,
    WordTimestamps,
    read_message,
)
from cartesia_core.undecoded import AsItIs
from cartesia_core.wav import read as read_wav

SseEvent: TypeAlias = AudioChunk | WordTimestamps | PhonemeTimestamps | FlushDone | Unknown
"""What iterating over `generate_sse` gives; the stream ends after the server's `done`, and its errors raise."""

_AUDIO_TYPES = ("audio/", "application/octet-stream", "binary/octet-stream")
_MEDIA_TYPES = {"wav": "audio/wav", "mp3": "audio/mpeg", "raw": "application/octet-stream"}


@frozen
class Audio:
    """A whole piece of audio.

    Attributes:
        content: The bytes in the container asked for. The header of a WAV as the server sent it.
        format: What was asked for.
        request_id: The id to quote to support, where the server gave one.
        file_id: Id of the saved file, when `save` was asked.
    """

    content: bytes = field(repr=lambda content: f"<{len(content)} bytes>")
    format: OutputFormat
    request_id: str | None = None
    file_id: str | None = None

    @property
    def pcm(self) -> bytes:
        """The samples without a header.

        Raises:
            AudioNotUsable: The audio is MP3, or its WAV header makes no sense.
        """
        if isinstance(self.format, Mp3Format):
            raise AudioNotUsable("MP3 has no samples to give without decoding; ask for RawFormat or WavFormat")
        return read_wav(self.content)[1] if isinstance(self.format, WavFormat) else self.content

    @property
    def seconds(self) -> float:
        """How long it lasts; for MP3 by its constant bit rate.

        Raises:
            AudioNotUsable: The WAV header makes no sense.
        """
        if isinstance(self.format, Mp3Format):
            return self.format.seconds(len(self.content))
        return self.format.seconds(len(self.pcm))

    def _repr_html_(self) -> str | None:
        """Show a player in notebooks; raw samples have none."""
        kind = _MEDIA_TYPES[self.format.container]
        if self.format.container == "raw":
            return None
        data = base64.b64encode(self.content).decode("ascii")
        return f'<audio controls src="data:{kind};base64,{data}"></audio>'


@frozen
class AudioOf:
    """Decodes a whole answer of audio.

    Attributes:
        format: What was asked for.
    """

    format: OutputFormat

    def __call__(self, response: Response) -> Audio:
        """Decode the answer.

        Raises:
            UnexpectedContentType: It is not audio by its own word.
        """
        expect_content(response, *_AUDIO_TYPES)
        return Audio(response.content, self.format, response.request_id, response.headers.get("cartesia-file-id"))


def audio_pieces(head: Head) -> AsItIs:
    """Make the decoder for an audio answer.

    Raises:
        UnexpectedContentType: It is not audio by its own word.
    """
    expect_content(head, *_AUDIO_TYPES)
    return AsItIs()


@define
class TtsSseDecoder:
    """Decodes the event stream of `/tts/sse`.

    Attributes:
        head: Head of the answer.
        is_done: Whether the server's `done` has come.
    """

    head: Head
    is_done: bool = False
    _lines: SseDecoder = field(factory=SseDecoder, init=False)
    _count: int = field(default=0, init=False)

    def feed(self, data: bytes) -> Iterator[SseEvent]:
        """Give the events that this piece completes; nothing is read after `done`.

        Raises:
            ApiError: An error event came.
            DecodeError: An event has not the documented shape, or its audio is not base64.
        """
        for event in self._lines.feed(data):
            if self.is_done:
                return
            if not event.data:  # a keep-alive; the standard lets it through, JSON does not
                continue
            message = self._read(event.data)
            if isinstance(message, Done):
                self.is_done = True
            elif isinstance(message, Exception):
                raise message
            else:
                self._count += 1
                yield message

    def _read(self, data: bytes) -> SseEvent | Done | Exception:
        try:
            message = read_message(data, version=self.head.version)
        except RemoteProtocolError as error:
            error.request_id, error.api_version = self.head.request_id, self.head.version or None
            return error
        if isinstance(message, Exception):
            message.request_id = message.request_id or self.head.request_id
            message.may_have_been_billed = message.may_have_been_billed or self._count > 0
        return message

    def finish(self) -> tuple[()]:
        """Take notice of the end of the body.

        Raises:
            IncompleteStream: No `done` came: the connection was cut, and what came is not all.
        """
        if not self.is_done:
            raise IncompleteStream(
                f"the event stream was cut after {self._count} events, without its done event; "
                "the audio so far is not the whole answer",
                request_id=self.head.request_id,
                api_version=self.head.version,
            )
        return ()


def tts_sse(head: Head) -> TtsSseDecoder:
    """Make the decoder for the event stream of `/tts/sse`.

    Raises:
        UnexpectedContentType: It is not an event stream by its own word.
    """
    expect_content(head, "text/event-stream")
    return TtsSseDecoder(head)
