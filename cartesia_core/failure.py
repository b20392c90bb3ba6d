"""Error answers of every API version, over HTTP and as events, turned into the typed error they stand for.

Source: protocol notes, section 3. From 2026-03-01 on, errors are JSON with `title`, `message`, `error_code` and
`request_id`; older ones may be plain text, usually `Title: Message`; in between, both occur.
"""

from __future__ import annotations

import re
from typing import Final

from cartesia_core._fast import loads
from cartesia_core._json import JsonObject, is_object
from cartesia_core.errors import (
    ApiError,
    AuthenticationError,
    BadRequestError,
    ConcurrencyLimited,
    ConflictError,
    NotFoundError,
    PaymentRequiredError,
    PermissionDeniedError,
    RateLimitedError,
    RequestTimeoutError,
    ServerError,
    UnprocessableEntityError,
)
from cartesia_core.http import Response

_KEY: Final = re.compile(r"\b(sk_|eyJ)[A-Za-z0-9_.-]*[A-Za-z0-9_-]")
"""API keys, and access tokens, which are JSON web tokens."""
_TEXT_LIMIT: Final = 500
_ADVICE: Final[dict[type[ApiError], str]] = {
    AuthenticationError: "check the API key",
    PermissionDeniedError: "the plan or the token's grants do not allow this",
    RateLimitedError: "send less at once, or wait",
}

_BY_STATUS: Final[dict[int, type[ApiError]]] = {
    400: BadRequestError,
    401: AuthenticationError,
    402: PaymentRequiredError,
    403: PermissionDeniedError,
    404: NotFoundError,
    408: RequestTimeoutError,
    409: ConflictError,
    422: UnprocessableEntityError,
    429: RateLimitedError,
}


def api_error(status: int | None, error_code: str | None = None) -> type[ApiError]:
    """Give the class that stands for a status and error code."""
    if error_code == "concurrency_limited":
        return ConcurrencyLimited
    if status is None:
        return ApiError
    return ServerError if status >= 500 else _BY_STATUS.get(status, ApiError)


def error_of(response: Response) -> ApiError:
    """Give the typed error for an answer whose status is not a success."""
    fields = _json_object(response.content)
    if fields is None:
        fields = _text_fields(response)
    return build_error(
        fields,
        status=response.status,
        request_id=response.request_id,
        api_version=response.version,
    )


def build_error(
    fields: JsonObject, *, status: int | None, request_id: str | None = None, api_version: str | None = None
) -> ApiError:
    """Give the typed error for the fields of an error body or error event.

    Args:
        fields: The JSON object; also understood are `error` (older versions) and `code` (very old STT errors).
        status: Status to use when the fields name none.
        request_id: Id to use when the fields name none.
        api_version: The version that was asked for.
    """
    stated = fields.get("status_code", fields.get("code"))
    status = stated if isinstance(stated, int) else status
    title, message = _words(fields)
    error_code = _text(fields, "error_code")
    kind = api_error(status, error_code)
    advice = next((text for base, text in _ADVICE.items() if issubclass(kind, base)), None)
    said = ": ".join(part for part in (title, message) if part)
    if not said:
        said = f"the server answered with status {status}" if status is not None else "the server reported an error"
    return kind(
        f"{said} - {advice}" if advice else said,
        status=status,
        error_code=error_code,
        title=title,
        doc_url=_text(fields, "doc_url"),
        request_id=_text(fields, "request_id") or request_id,
        context_id=_text(fields, "context_id"),
        api_version=api_version,
    )


def mask_keys(text: str) -> str:
    """Blot out what looks like an API key or access token: servers sometimes quote it in their errors."""
    return _KEY.sub(r"\1...", text)


def _words(fields: JsonObject) -> tuple[str | None, str | None]:
    title, message = _text(fields, "title"), _text(fields, "message")
    if message is None:
        old = _text(fields, "error") or _text(fields, "detail")
        if old is not None and title is None:
            head, colon, rest = old.partition(": ")
            return (head, rest) if colon else (None, old)
        message = old
    return title, message


def _text(fields: JsonObject, name: str) -> str | None:
    value = fields.get(name)
    return mask_keys(value) if isinstance(value, str) and value else None


def _json_object(content: bytes) -> JsonObject | None:
    try:
        value = loads(content)
    except ValueError:
        return None
    return value if is_object(value) else None


def _text_fields(response: Response) -> JsonObject:
    text = " ".join(response.content.decode("utf-8", "replace").split())
    if "html" in response.content_type or text.startswith("<"):
        return {"title": f"the answer is a web page, not the API's ({response.content_type or 'no content type'})"}
    return {"error": text[:_TEXT_LIMIT]}
