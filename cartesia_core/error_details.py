"""What errors know beside their message, as the keyword parameters of their classes."""

from __future__ import annotations

from typing import TypedDict

__all__ = ["ErrorDetails"]


class ErrorDetails(TypedDict, total=False):
    """What an error may know beside its message; `CartesiaError` says what each means."""

    status: int | None
    error_code: str | None
    title: str | None
    doc_url: str | None
    request_id: str | None
    context_id: str | None
    retryable: bool
    may_have_been_billed: bool
    retry_after: float | None
    api_version: str | None
    close_code: int | None
    close_reason: str | None
