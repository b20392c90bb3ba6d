"""The error tree: fields, defaults, text, pickles and copies."""

from __future__ import annotations

import copy
import pickle

import pytest

from cartesia_core import errors
from cartesia_core.errors import (
    ApiError,
    CartesiaError,
    ConcurrencyLimited,
    ContextInterrupted,
    ErrorDetails,
    IncompleteBody,
)
from cartesia_core.failure import api_error

CLASSES = [
    value for name in errors.__all__ if isinstance(value := getattr(errors, name), type) and name != "ErrorDetails"
]
DETAILS: ErrorDetails = {
    "status": 429,
    "error_code": "concurrency_limited",
    "title": "Too many",
    "doc_url": "https://docs.example/e",
    "request_id": "r-1",
    "context_id": "c-1",
    "retryable": True,
    "may_have_been_billed": True,
    "retry_after": 1.5,
    "api_version": "2026-08-14",
    "close_code": 1008,
    "close_reason": "policy",
}
RETRYABLE = {
    "CloseTimeout",
    "ConcurrencyLimited",
    "ConflictError",
    "ConnectFailed",
    "ConnectTimeout",
    "ConnectionLost",
    "ContextInterrupted",
    "DeadlineExceeded",
    "FirstAudioTimeout",
    "RateLimitedError",
    "ReadTimeout",
    "ReconnectStopped",
    "RequestTimeoutError",
    "ServerError",
    "SocketTimeout",
    "StallTimeout",
    "TotalTimeout",
    "TranscriptionInterrupted",
    "TransportError",
    "WriteTimeout",
}
BILLED = {
    "ConnectionLost",
    "ConsumerTooSlow",
    "ContextCancelled",
    "ContextInterrupted",
    "DeadlineExceeded",
    "DecodeError",
    "FirstAudioTimeout",
    "IncompleteAnswer",
    "IncompleteBody",
    "IncompleteStream",
    "ReadTimeout",
    "RemoteProtocolError",
    "ServerError",
    "SinkError",
    "StallTimeout",
    "TotalTimeout",
    "TranscriptionInterrupted",
    "UnexpectedContentType",
    "WriteTimeout",
}


@pytest.mark.parametrize("kind", CLASSES)
def test_every_error_is_one_of_ours_and_explained(kind: type[CartesiaError]) -> None:
    """One base catches all; every class says what it stands for."""
    assert issubclass(kind, CartesiaError)
    assert kind.__doc__


@pytest.mark.parametrize("kind", CLASSES)
def test_fields_survive_pickling_and_copying(kind: type[CartesiaError]) -> None:
    """An error crosses processes with everything it knows, later changes included."""
    error = kind("It went wrong.", **DETAILS)
    error.retry_after = 2.5
    for twin in (
        *(pickle.loads(pickle.dumps(error, protocol)) for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1)),
        copy.copy(error),
        copy.deepcopy(error),
    ):
        assert type(twin) is kind
        assert vars(twin) == vars(error)
        assert (twin.args, str(twin), twin.retry_after) == (("It went wrong.",), str(error), 2.5)


@pytest.mark.parametrize("kind", CLASSES)
def test_defaults_say_whether_to_try_again_and_whether_it_may_cost(kind: type[CartesiaError]) -> None:
    """Both flags are set on every error, by its class unless told otherwise."""
    error = kind("x")
    assert (error.retryable, error.may_have_been_billed) == (kind.__name__ in RETRYABLE, kind.__name__ in BILLED)
    other = kind("x", retryable=not error.retryable, may_have_been_billed=not error.may_have_been_billed)
    assert (other.retryable, other.may_have_been_billed) != (error.retryable, error.may_have_been_billed)
    assert error.status is error.retry_after is error.close_code is None


def test_text_names_what_support_asks_for() -> None:
    """Status, code, request id, context and close code stand behind the message; what is unknown is left out."""
    assert str(CartesiaError("It went wrong.")) == "It went wrong."
    assert str(CartesiaError("It went wrong.", **DETAILS)) == (
        "It went wrong. (status 429, code concurrency_limited, request id r-1, context c-1, close code 1008)"
    )


def test_counts_of_interrupted_answers_survive_pickling() -> None:
    """How far the answer came is kept too."""
    lost = pickle.loads(pickle.dumps(ContextInterrupted("x", audio_nbytes=10, characters_sent=3, close_code=1012)))
    assert (lost.audio_nbytes, lost.characters_sent, lost.close_code) == (10, 3, 1012)
    cut = pickle.loads(pickle.dumps(IncompleteBody("x", received_nbytes=5, expected_nbytes=9)))
    assert (cut.received_nbytes, cut.expected_nbytes) == (5, 9)


@pytest.mark.parametrize(
    ("kind", "builtin"),
    [
        (errors.InvalidArgument, ValueError),
        (errors.AudioNotUsable, ValueError),
        (errors.MissingExtra, ImportError),
        (errors.LocalProtocolError, RuntimeError),
        (errors.SinkError, OSError),
        (errors.SourceError, OSError),
        (errors.ReadTimeout, TimeoutError),
        (errors.SocketTimeout, TimeoutError),
        (errors.TotalTimeout, TimeoutError),
    ],
)
def test_builtin_handlers_catch_what_they_mean(kind: type[CartesiaError], builtin: type[Exception]) -> None:
    """`except ValueError` and the like work as people expect."""
    with pytest.raises(builtin):
        raise kind("x")


@pytest.mark.parametrize(
    ("status", "name"),
    [
        (400, "BadRequestError"),
        (401, "AuthenticationError"),
        (402, "PaymentRequiredError"),
        (403, "PermissionDeniedError"),
        (404, "NotFoundError"),
        (408, "RequestTimeoutError"),
        (409, "ConflictError"),
        (418, "ApiError"),
        (422, "UnprocessableEntityError"),
        (429, "RateLimitedError"),
        (500, "ServerError"),
        (503, "ServerError"),
        (599, "ServerError"),
        (None, "ApiError"),
    ],
)
def test_class_follows_the_status(status: int | None, name: str) -> None:
    """Callers can catch by meaning instead of comparing numbers."""
    assert api_error(status).__name__ == name
    assert issubclass(api_error(status), ApiError)


def test_the_concurrency_code_wins_over_the_status() -> None:
    """On sockets the status may be missing; the code tells."""
    assert api_error(429, "concurrency_limited") is api_error(None, "concurrency_limited") is ConcurrencyLimited
    assert api_error(429, "something_new") is errors.RateLimitedError
