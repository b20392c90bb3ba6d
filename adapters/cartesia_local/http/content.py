"""What a body says that it is."""

from __future__ import annotations


def is_form(content_type: str) -> bool:
    """Tell whether a request's body is a form."""
    return content_type.partition(";")[0].strip().lower() == "multipart/form-data"
