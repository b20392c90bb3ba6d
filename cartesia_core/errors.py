"""Every failure of this library, in one tree for HTTP, server-sent events, sockets and audio sinks.

What a caller needs in order to go on is data, not text: `retryable`, `may_have_been_billed` and `retry_after`
are set on every error; status, error_code, request_id and context_id where they are known.
All errors can be pickled and copied, and none of them holds a credential.
"""

from __future__ import annotations

from typing import ClassVar, TypeVar

from typing_extensions import Unpack

from cartesia_core.error_details import ErrorDetails

__all__ = [
    "ApiError",
    "AudioNotUsable",
    "AuthenticationError",
    "BadRequestError",
    "CartesiaError",
    "CloseTimeout",
    "ConcurrencyLimited",
    "ConflictError",
    "ConnectFailed",
    "ConnectTimeout",
    "ConnectionLost",
    "ConsumerTooSlow",
    "ContextCancelled",
    "ContextClosed",
    "ContextInterrupted",
    "DeadlineExceeded",
    "DecodeError",
    "ErrorDetails",
    "FirstAudioTimeout",
    "IncompleteAnswer",
    "IncompleteBody",
    "IncompleteStream",
    "InvalidArgument",
    "LocalProtocolError",
    "MissingExtra",
    "NotFoundError",
    "PaymentRequiredError",
    "PermissionDeniedError",
    "RateLimitedError",
    "ReadTimeout",
    "ReconnectStopped",
    "RedirectRefused",
    "RemoteProtocolError",
    "RequestTimeoutError",
    "ServerError",
    "SinkError",
    "SocketTimeout",
    "SourceError",
    "StallTimeout",
    "TokenUnavailable",
    "TotalTimeout",
    "TranscriptionInterrupted",
    "TransportError",
    "UnexpectedContentType",
    "UnprocessableEntityError",
    "UploadError",
    "WriteTimeout",
]

_E = TypeVar("_E", bound="CartesiaError")


class CartesiaError(Exception):
    """Base of every error this library raises on purpose.

    Args:
        message: What happened and what to do about it, in one or two sentences.
        status: HTTP status, or the `status_code` of an error event.
        error_code: The server's machine-readable code. An open set; seen: `voice_not_found`, `model_not_found`,
            `concurrency_limited`.
        title: The server's short text.
        doc_url: The server's link to an explanation.
        request_id: What to quote to the vendor's support.
        context_id: The TTS context concerned.
        retryable: Whether doing the same again can succeed; the class has a default.
        may_have_been_billed: Whether the server may have accepted work that costs credits; the class has a default.
        retry_after: Seconds that the server asked to wait.
        api_version: The `Cartesia-Version` that was asked for.
        close_code: Close code of the socket that ended the work.
        close_reason: The text beside the close code.
    """

    RETRYABLE: ClassVar[bool] = False
    MAY_HAVE_BEEN_BILLED: ClassVar[bool] = False

    def __init__(self, message: str = "", **details: Unpack[ErrorDetails]) -> None:
        super().__init__(message)
        self.message: str = message
        self.status: int | None = details.get("status")
        self.error_code: str | None = details.get("error_code")
        self.title: str | None = details.get("title")
        self.doc_url: str | None = details.get("doc_url")
        self.request_id: str | None = details.get("request_id")
        self.context_id: str | None = details.get("context_id")
        self.retryable: bool = details.get("retryable", self.RETRYABLE)
        self.may_have_been_billed: bool = details.get("may_have_been_billed", self.MAY_HAVE_BEEN_BILLED)
        self.retry_after: float | None = details.get("retry_after")
        self.api_version: str | None = details.get("api_version")
        self.close_code: int | None = details.get("close_code")
        self.close_reason: str | None = details.get("close_reason")

    def __reduce__(self) -> tuple[object, ...]:
        """Rebuild from the fields: exceptions with keyword parameters cannot be unpickled otherwise."""
        return _rebuild, (type(self), self.args, self.__dict__.copy())

    def __str__(self) -> str:
        """Give the message with the ids that support asks for."""
        details = [
            f"{name} {value}"
            for name, value in (
                ("status", self.status),
                ("code", self.error_code),
                ("request id", self.request_id),
                ("context", self.context_id),
                ("close code", self.close_code),
            )
            if value is not None
        ]
        return f"{self.message} ({', '.join(details)})" if details else self.message


def _rebuild(cls: type[_E], args: tuple[object, ...], state: dict[str, object]) -> _E:
    error = cls.__new__(cls, *args)
    error.args = args
    error.__dict__.update(state)
    return error


class InvalidArgument(CartesiaError, ValueError):
    """A parameter is wrong in a way that can be seen here; nothing was sent."""


class MissingExtra(CartesiaError, ImportError):
    """An optional dependency is not installed; the message names the extra to install."""


class LocalProtocolError(CartesiaError, RuntimeError):
    """You broke the protocol, e.g. by sending on a closed socket; nothing was queued or sent."""


class ContextClosed(LocalProtocolError):
    """Text or a flush for a context that is finishing, done, cancelled, failed or expired; nothing was sent."""


class ContextCancelled(CartesiaError):
    """The context was cancelled while somebody was waiting for its events."""

    MAY_HAVE_BEEN_BILLED: ClassVar[bool] = True


class ConsumerTooSlow(CartesiaError):
    """Nobody took what came for the context, so other contexts on its socket could not be served; it was cancelled."""

    MAY_HAVE_BEEN_BILLED: ClassVar[bool] = True


class SinkError(CartesiaError, OSError):
    """Audio could not be written: no space, no permission, device gone. The audio itself was generated and billed."""

    MAY_HAVE_BEEN_BILLED: ClassVar[bool] = True


class SourceError(CartesiaError, OSError):
    """Audio could not be read: no such file or device, no permission, a device that is gone, or bytes that are no audio."""


class UploadError(CartesiaError, OSError):
    """A file broke off, changed its size or could not be read on while it was sent; the server got a part of it."""


class TokenUnavailable(CartesiaError):
    """The provider of tokens given as `api_key` failed, so nothing was sent; its own error is the cause."""


class AudioNotUsable(CartesiaError, ValueError):
    """Bytes that should be audio are not, e.g. a WAV header that makes no sense."""


# --- the server said no -------------------------------------------------------------------------------------------


class ApiError(CartesiaError):
    """The server answered with an error, over HTTP, in an event stream, on a socket, or at its handshake.

    The class follows the status (source: protocol notes, section 3; the official SDK draws the same lines).
    """


class BadRequestError(ApiError):
    """400: the server refuses the request as it is, e.g. an unknown voice or model."""


class AuthenticationError(ApiError):
    """401: the key or token is missing, wrong or expired."""


class PaymentRequiredError(ApiError):
    """402: no credits left."""


class PermissionDeniedError(ApiError):
    """403: the plan or the token's grants do not allow this."""


class NotFoundError(ApiError):
    """404: there is nothing under that id or path."""


class RequestTimeoutError(ApiError):
    """408: the server gave up waiting for the request."""

    RETRYABLE: ClassVar[bool] = True


class ConflictError(ApiError):
    """409: the resource is in a state that does not allow this."""

    RETRYABLE: ClassVar[bool] = True


class UnprocessableEntityError(ApiError):
    """422: the request is well-formed but its values are refused."""


class RateLimitedError(ApiError):
    """429: too much at once; `retry_after` says how long to wait where the server did."""

    RETRYABLE: ClassVar[bool] = True


class ConcurrencyLimited(RateLimitedError):
    """429 with `concurrency_limited`: more contexts, streams or sockets at once than the plan allows."""


class ServerError(ApiError):
    """500 and above: the server failed. It may have done (and billed) the work before."""

    RETRYABLE: ClassVar[bool] = True
    MAY_HAVE_BEEN_BILLED: ClassVar[bool] = True


# --- the wire failed ------------------------------------------------------------------------------------------------


class TransportError(CartesiaError):
    """The network failed rather than the server."""

    RETRYABLE: ClassVar[bool] = True


class ConnectFailed(TransportError):
    """No connection: DNS, refused, TLS, proxy. Nothing was sent."""


class ReconnectStopped(TransportError):
    """Sockets fail again and again, so no other is opened for a while; `retry_after` tells how long. Nothing was sent."""


class ConnectionLost(TransportError):
    """The connection died after the request may have reached the server."""

    MAY_HAVE_BEEN_BILLED: ClassVar[bool] = True


class ContextInterrupted(ConnectionLost):
    """The socket died with this context open.

    Attributes:
        audio_nbytes: Bytes of audio received for the context until then.
        characters_sent: Characters of text sent for the context until then.
    """

    def __init__(
        self, message: str = "", *, audio_nbytes: int = 0, characters_sent: int = 0, **details: Unpack[ErrorDetails]
    ) -> None:
        super().__init__(message, **details)
        self.audio_nbytes: int = audio_nbytes
        self.characters_sent: int = characters_sent


class TranscriptionInterrupted(ConnectionLost):
    """The socket ended before the speech on it was transcribed to its end.

    Attributes:
        sent_nbytes: Bytes of audio given to the stream until then.
        accepted_nbytes: How many of them, from the beginning, what came of final transcripts is known to cover.
    """

    def __init__(
        self, message: str = "", *, sent_nbytes: int = 0, accepted_nbytes: int = 0, **details: Unpack[ErrorDetails]
    ) -> None:
        super().__init__(message, **details)
        self.sent_nbytes: int = sent_nbytes
        self.accepted_nbytes: int = accepted_nbytes


class RedirectRefused(TransportError):
    """The server sent us to another origin; neither key nor text was sent there."""

    RETRYABLE: ClassVar[bool] = False


class DeadlineExceeded(TransportError, TimeoutError):
    """Something took longer than its deadline; the class says what."""

    MAY_HAVE_BEEN_BILLED: ClassVar[bool] = True


class ConnectTimeout(DeadlineExceeded):
    """The connection or the WebSocket handshake was not there in time. No text was sent."""

    MAY_HAVE_BEEN_BILLED: ClassVar[bool] = False


class ReadTimeout(DeadlineExceeded):
    """The server fell silent in the middle of an answer, or never began one."""


class WriteTimeout(DeadlineExceeded):
    """The server took nothing more of the request."""


class FirstAudioTimeout(DeadlineExceeded):
    """Text was sent, but no audio came back in time."""


class StallTimeout(DeadlineExceeded):
    """Audio had begun, then nothing came for too long."""


class TotalTimeout(DeadlineExceeded):
    """The context was not done within its total deadline."""


class SocketTimeout(DeadlineExceeded):
    """All sockets of the pool were in use for too long. Nothing was sent."""

    MAY_HAVE_BEEN_BILLED: ClassVar[bool] = False


class CloseTimeout(DeadlineExceeded):
    """The peer did not acknowledge the close in time; the socket was cut."""

    MAY_HAVE_BEEN_BILLED: ClassVar[bool] = False


# --- the server broke the protocol -----------------------------------------------------------------------------------


class RemoteProtocolError(CartesiaError):
    """The server sent something that the protocol does not allow."""

    MAY_HAVE_BEEN_BILLED: ClassVar[bool] = True


class DecodeError(RemoteProtocolError):
    """An answer has not the documented shape; the message lists the paths, e.g. `$.words[3].start: expected float`."""


class UnexpectedContentType(RemoteProtocolError):
    """A success status with a body of another kind than asked for, e.g. a proxy's HTML page instead of audio."""


class IncompleteAnswer(RemoteProtocolError):
    """What came is not the whole answer: it was cut on its way."""


class IncompleteBody(IncompleteAnswer):
    """The body ended before its announced length, or was cut between chunks.

    Attributes:
        received_nbytes: Bytes that did come.
        expected_nbytes: Bytes announced, where a length was announced.
    """

    def __init__(
        self,
        message: str = "",
        *,
        received_nbytes: int = 0,
        expected_nbytes: int | None = None,
        **details: Unpack[ErrorDetails],
    ) -> None:
        super().__init__(message, **details)
        self.received_nbytes: int = received_nbytes
        self.expected_nbytes: int | None = expected_nbytes


class IncompleteStream(IncompleteAnswer):
    """An event stream ended without its `done` or `error` event; what came before it is not the whole answer."""
