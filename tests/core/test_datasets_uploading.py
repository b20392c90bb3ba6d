"""Putting files into datasets."""

from __future__ import annotations

import pytest

from cartesia_core.datasets import uploading
from cartesia_core.errors import InvalidArgument, UnexpectedContentType
from cartesia_core.http import FormBody, Headers, Response
from tests.core.form_parts import fields_of, files_of


def test_a_file_is_put_into_a_dataset() -> None:
    """The id is quoted; the purpose is optional."""
    request = uploading.upload("d/1", file="big.wav", progress=print)
    assert (request.method, request.path) == ("POST", "/datasets/d%2F1/files")
    assert (request.accept, request.version) == ("*/*", None)
    assert fields_of(request) == []
    assert files_of(request) == {"file": "big.wav"}
    assert isinstance(request.body, FormBody)
    assert request.body.progress is print
    assert fields_of(uploading.upload("d", file=b"x", purpose="fine_tune")) == [("purpose", "fine_tune")]


def test_the_oldest_version_needs_a_purpose() -> None:
    """And is pinned."""
    request = uploading.upload_file("d", file=b"x", progress=print)
    assert (request.version, request.accept) == ("2024-06-10", "application/json")
    assert fields_of(request) == [("purpose", "fine_tune")]
    assert files_of(request) == {"file": b"x"}
    with pytest.raises(InvalidArgument, match="purpose is empty"):
        uploading.upload_file("d", file=b"x", purpose="")


@pytest.mark.parametrize("wrong", ["", ".", ".."])
def test_ids_lead_nowhere_else(wrong: str) -> None:
    """A path is not to be had for an id."""
    for call in (uploading.upload, uploading.upload_file):
        with pytest.raises(InvalidArgument, match="is not an id"):
            call(wrong, file=b"x")
        with pytest.raises(InvalidArgument, match="file is empty"):
            call("d", file=b"")


def test_success_has_nothing_to_say() -> None:
    """A web page with status 200 is none."""
    decode = uploading.upload("d", file=b"x").decode
    for response in (Response(204), Response(200, Headers([("content-type", "application/json")]), content=b"{}")):
        decode(response)
    with pytest.raises(UnexpectedContentType):
        decode(Response(200, Headers([("content-type", "text/html")]), content=b"<html>"))
