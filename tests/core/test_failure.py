"""Errors of every API version, over HTTP and as events."""

from __future__ import annotations

import json

import pytest

from cartesia_core._json import JsonValue
from cartesia_core.errors import (
    ApiError,
    AuthenticationError,
    BadRequestError,
    ConcurrencyLimited,
    NotFoundError,
    PermissionDeniedError,
    RateLimitedError,
    ServerError,
)
from cartesia_core.failure import build_error, error_of, mask_keys
from cartesia_core.http import Headers, Response


def answer(status: int, content: bytes | str, kind: str = "", **headers: str) -> Response:
    """Make an error answer."""
    pairs = [(name.replace("_", "-"), value) for name, value in headers.items()]
    body = content.encode() if isinstance(content, str) else content
    return Response(status, Headers([("content-type", kind), *pairs]), "2025-11-04", content=body)


def test_structured_errors_keep_every_field() -> None:
    """The shape from 2026-03-01 on."""
    fields = {
        "error_code": "voice_not_found",
        "title": "Voice not found",
        "message": "There is no such voice.",
        "request_id": "r-1",
        "doc_url": "https://docs.example/x",
    }
    error = error_of(answer(404, json.dumps(fields), "application/json", x_request_id="other"))
    assert type(error) is NotFoundError
    assert str(error).startswith("Voice not found: There is no such voice.")
    assert (error.status, error.error_code, error.title) == (404, "voice_not_found", "Voice not found")
    assert (error.request_id, error.doc_url, error.api_version) == ("r-1", "https://docs.example/x", "2025-11-04")


def test_null_codes_are_no_codes() -> None:
    """`error_code` is nullable; the header's id stands in for one that is missing."""
    error = error_of(answer(400, b'{"error_code":null,"title":"Bad","message":"No."}', x_request_id="r-9"))
    assert (type(error), error.error_code, error.request_id) == (BadRequestError, None, "r-9")


@pytest.mark.parametrize(
    ("content", "title", "message"),
    [
        ("Invalid model: There is no such model.", "Invalid model", "Invalid model: There is no such model."),
        ("Something broke", None, "Something broke"),
        ("  many\n lines  ", None, "many lines"),
        ('{"error":"Bad voice: unknown"}', "Bad voice", "Bad voice: unknown"),
        ('{"error":"broken"}', None, "broken"),
        ('{"detail":"Not here"}', None, "Not here"),
        ('{"title":"T","error":"more"}', "T", "T: more"),
        ('{"title":"T"}', "T", "T"),
        ('{"message":"M"}', None, "M"),
        ("[1, 2]", None, "[1, 2]"),
        ('{"cut', None, '{"cut'),
        ("", None, "the server answered with status 400"),
        ("{}", None, "the server answered with status 400"),
        ('{"message": 5, "title": ""}', None, "the server answered with status 400"),
        (b"\xff\xfe", None, "\ufffd\ufffd"),
    ],
)
def test_older_errors_are_text_or_half_structured(content: str | bytes, title: str | None, message: str) -> None:
    """`Title: Message`, bare text, JSON with `error`, nothing at all: something readable comes of each."""
    error = error_of(answer(400, content))
    assert (error.title, error.message) == (title, message)


@pytest.mark.parametrize("kind", ["text/html; charset=utf-8", ""])
def test_web_pages_are_not_quoted(kind: str) -> None:
    """A proxy's page says nothing to the caller but what it is."""
    error = error_of(answer(502, "<!doctype html><h1>Bad gateway</h1>", kind))
    assert type(error) is ServerError
    assert "web page" in str(error)
    assert "<h1>" not in str(error)


def test_long_texts_are_cut() -> None:
    """An error is for reading."""
    assert len(error_of(answer(500, "x" * 100_000)).message) == 500


@pytest.mark.parametrize(
    ("status", "kind", "advice"),
    [
        (401, AuthenticationError, "check the API key"),
        (403, PermissionDeniedError, "plan or the token"),
        (429, RateLimitedError, "send less at once"),
    ],
)
def test_some_errors_come_with_advice(status: int, kind: type[ApiError], advice: str) -> None:
    """Where the user can do something, the text says what."""
    error = error_of(answer(status, "No"))
    assert type(error) is kind
    assert advice in str(error)


def test_concurrency_limits_have_their_own_class() -> None:
    """Told by code, with the advice of its base."""
    error = error_of(answer(429, '{"error_code":"concurrency_limited","message":"Too many"}'))
    assert type(error) is ConcurrencyLimited
    assert "send less at once" in str(error)


@pytest.mark.parametrize(
    ("content", "field"),
    [
        ("Unauthorized: key sk_car_hush123 is unknown", "title"),
        ("sk_car_hush123: is unknown", "title"),
        ('{"title":"sk_car_hush123","message":"x"}', "title"),
        ('{"message":"key \'sk_car_hush123\' is unknown"}', "message"),
        ('{"message":"x","error_code":"sk_car_hush123"}', "error_code"),
        ('{"message":"x","doc_url":"https://x?api_key=sk_car_hush123"}', "doc_url"),
        ('{"message":"x","request_id":"sk_car_hush123"}', "request_id"),
        ('{"message":"x","context_id":"sk_car_hush123"}', "context_id"),
        ('{"message":"eyJhbGciOiJub25l.eyJodXNoIjoxMjN9.hush123 expired"}', "message"),
    ],
)
def test_keys_that_servers_quote_are_blotted_out(content: str, field: str) -> None:
    """Whatever field they stand in, they reach no log."""
    error = error_of(answer(401, content))
    assert "hush123" not in f"{error} {error!r} {vars(error)}"
    assert getattr(error, field) is not None


def test_ordinary_words_are_not_blotted_out() -> None:
    """Only what begins like a key is."""
    assert mask_keys("ask_me task_1 sk-car eyJ sk_") == "ask_me task_1 sk-car eyJ sk_"
    assert mask_keys("sk_car_admin_x-9, then") == "sk_..., then"
    assert mask_keys("'sk_car_x'.") == "'sk_...'."


def test_error_events_carry_their_own_status() -> None:
    """The new shape of events, and the fields of the very old ones of STT."""
    event: dict[str, JsonValue] = {
        "type": "error",
        "done": True,
        "status_code": 429,
        "message": "M",
        "context_id": "c",
        "request_id": "a:b:c",
    }
    error = build_error(event, status=None, api_version="2026-08-14")
    assert (type(error), error.status, error.context_id, error.request_id) == (RateLimitedError, 429, "c", "a:b:c")
    assert build_error({"code": 404, "message": "M"}, status=None).status == 404
    assert build_error({"status_code": "404", "message": "M"}, status=500).status == 500


def test_error_events_of_older_versions_have_one_text() -> None:
    """`error` with title and message in one."""
    error = build_error({"type": "error", "done": True, "status_code": 400, "error": "Bad: No."}, status=None)
    assert (type(error), error.title, error.message) == (BadRequestError, "Bad", "Bad: No.")


def test_error_events_without_anything_still_say_what_they_are() -> None:
    """No status, no text: the message does not pretend to know one."""
    error = build_error({"type": "error"}, status=None)
    assert (type(error), error.message, error.status) == (ApiError, "the server reported an error", None)
