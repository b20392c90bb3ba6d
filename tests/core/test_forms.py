"""Every call describes the request that it must be."""

from __future__ import annotations

import json

import pytest

from cartesia_core.errors import InvalidArgument
from cartesia_core.http import Headers, JsonBody, Response
from cartesia_core.versions import NEWEST
from tests.core.forms import FORMS, Form

EVERY = [(f"{name} {number}", form) for name, forms in FORMS.items() for number, form in enumerate(forms)]


@pytest.mark.parametrize("form", [form for _, form in EVERY], ids=[name for name, _ in EVERY])
def test_requests_are_as_they_must_be(form: Form) -> None:
    """Line, query, body, what is accepted, which version is pinned, and how it may be repeated."""
    call = form.call
    assert (call.method, call.path, call.query) == (form.method, form.path, form.query)
    assert (call.accept, call.version, call.retry) == (form.accept, form.version, form.retry)
    body = call.body.render(call.version or NEWEST) if isinstance(call.body, JsonBody) else None
    # as text: 1, 1.0 and true are three different things
    assert json.dumps(body) == json.dumps(form.body)


@pytest.mark.parametrize("form", [form for _, form in EVERY], ids=[name for name, _ in EVERY])
def test_pages_of_a_proxy_are_no_answers(form: Form) -> None:
    """Not even to a call whose answer says nothing."""
    page = Response(200, Headers([("content-type", "text/html")]), NEWEST, content=b"<html>Sign in</html>")
    with pytest.raises(Exception, match="the answer is text/html"):
        form.call.decode(page)


def test_the_table_is_whole() -> None:
    """Each call is there; a form of each pins its version."""
    assert len(FORMS) == 57
    assert {form.version for _, form in EVERY} == {None, "2024-06-10", "2024-11-13", "2025-04-16", "2026-03-01"}


@pytest.mark.parametrize("form", [forms[0] for forms in FORMS.values()], ids=list(FORMS))
def test_calls_can_be_asked_in_another_version(form: Form) -> None:
    """Of a date that is one."""
    assert form.call.at_version("2025-04-16").version == "2025-04-16"
    with pytest.raises(InvalidArgument):
        form.call.at_version("yesterday")
