"""One way to say a call, and the request that it must be."""

from __future__ import annotations

from typing import Final

from attrs import frozen

from cartesia_core._json import JsonObject
from cartesia_core.http import Pairs, Request, RetryKind

ID: Final = "an id/../?#ü\r\n"
QUOTED: Final = "an%20id%2F..%2F%3F%23%C3%BC%0D%0A"
NUMBERS: Final = [0.5] * 192

READ: Final = RetryKind.READ
UPDATE: Final = RetryKind.UPDATE


@frozen(kw_only=True)
class Form:
    """One way to say a call.

    Attributes:
        call: As ours describes it.
        method: HTTP method.
        path: With quoted ids.
        query: Query parameters.
        body: The JSON object.
        accept: What is accepted.
        version: The API version that it pins.
        retry: How it may be repeated.
    """

    call: Request[object]
    method: str = "GET"
    path: str
    query: Pairs = ()
    body: JsonObject | None = None
    accept: str = "application/json"
    version: str | None = None
    retry: RetryKind = RetryKind.WORK


def lists(path: str, forwards: Request[object], backwards: Request[object]) -> tuple[Form, Form]:
    """Give both forms of a list that takes limit and cursors only."""
    return (
        Form(call=forwards, path=path, query=(("limit", "100"), ("starting_after", "a")), retry=READ),
        Form(call=backwards, path=path, query=(("limit", "1"), ("ending_before", "b")), retry=READ),
    )
