"""Fields that a body gets beyond those of its parameters."""

from __future__ import annotations

import pytest

from cartesia_core.bodies import FormBody, JsonBody, extended
from cartesia_core.errors import InvalidArgument
from cartesia_core.files import FileUpload
from cartesia_core.tts.models import VoiceById


def test_fields_are_added_behind_the_others() -> None:
    """To objects and forms alike; the original stays as it is."""
    body = JsonBody({"a": 1})
    assert extended(body, {"b": VoiceById("v")}) == JsonBody({"a": 1, "b": VoiceById("v")})
    assert body == JsonBody({"a": 1})
    form = extended(FormBody({"a": 1}), {"f": FileUpload(b"x")})
    assert form == FormBody({"a": 1, "f": FileUpload(b"x")})


def test_forms_keep_their_listener() -> None:
    """Progress is told all the same."""

    def listen(_: int, __: int | None) -> None:
        """Hear."""

    form = extended(FormBody({}, listen), {"a": 1})
    assert isinstance(form, FormBody)
    assert form.progress is listen


def test_nothing_is_overwritten() -> None:
    """A field that is set is set by its parameter."""
    for body in (JsonBody({"a": None}), FormBody({"a": 1})):
        with pytest.raises(InvalidArgument, match="field of the body 'a' is set already"):
            extended(body, {"a": 2})


def test_no_body_has_no_fields() -> None:
    """And nothing to add leaves all as it was."""
    assert extended(None, {}) is None
    with pytest.raises(InvalidArgument, match="has no body"):
        extended(None, {"a": 1})


def test_json_has_no_files() -> None:
    """They are for forms."""
    with pytest.raises(InvalidArgument, match="f is a file, but this call sends JSON"):
        extended(JsonBody({}), {"f": FileUpload(b"x")})
