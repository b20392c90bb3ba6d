"""Requests and answers as values."""

from __future__ import annotations

import copy
import pickle

import pytest

from cartesia_core import status, tts, voices
from cartesia_core.audio import RawFormat
from cartesia_core.errors import InvalidArgument
from cartesia_core.http import Call, Head, Headers, JsonBody, Page, Raw, Response
from cartesia_core.policy import NO_RETRIES, Timeouts
from cartesia_core.tts.models import VoiceById
from tests.core.requests_catalogue import CALLS


@pytest.mark.parametrize("call", CALLS.values(), ids=list(CALLS))
def test_requests_are_values(call: Call) -> None:
    """They can be queued, sent to other processes, copied and compared."""
    for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1):
        assert pickle.loads(pickle.dumps(call, protocol)) == call
    assert copy.deepcopy(call) == call
    with pytest.raises(AttributeError):
        call.path = "/elsewhere"  # type: ignore[misc]


@pytest.mark.parametrize("call", CALLS.values(), ids=list(CALLS))
def test_requests_can_be_logged(call: Call) -> None:
    """Their text names method and path."""
    assert call.method in repr(call)
    assert call.path in repr(call)


def test_header_names_compare_without_case_and_repeated_fields_are_joined() -> None:
    """As RFC 9110, 5.3 allows; the pairs as they came stay reachable."""
    headers = Headers([("Content-Type", "text/html"), ("Via", "a"), ("via", "b")])
    assert headers["content-TYPE"] == "text/html"
    assert headers["VIA"] == "a, b"
    assert (list(headers), len(headers)) == (["content-type", "via"], 2)
    assert headers.pairs[1:] == (("Via", "a"), ("via", "b"))
    assert headers.get("x") is None
    assert "X" not in headers


def test_what_is_said_does_not_show() -> None:
    """The repr of a body names its fields, not the text of somebody's conversation."""
    assert "secret" not in repr(JsonBody({"transcript": "secret", "voice": "v"}))
    assert "transcript, voice" in repr(JsonBody({"transcript": "secret", "voice": "v"}))


def test_header_values_do_not_show() -> None:
    """Cookies and the like do not belong in logs."""
    assert repr(Headers([("Set-Cookie", "secret"), ("Date", "today")])) == "Headers(set-cookie, date)"


def test_headers_are_equal_by_content_and_survive_pickling() -> None:
    """The pairs travel along."""
    headers = Headers([("A", "1"), ("a", "2")])
    twin = pickle.loads(pickle.dumps(headers))
    assert twin == headers == Headers([("a", "1, 2")])
    assert twin.pairs == headers.pairs


@pytest.mark.parametrize("name", ["X-Request-ID", "Request-Id", "cartesia-request-id"])
def test_request_ids_are_found_under_all_usual_names(name: str) -> None:
    """None is documented, so all are read; absent is None."""
    head = Head(200, Headers([(name, "r-1")]))
    assert head.request_id == Raw("value", Response(200, head.headers)).request_id == "r-1"
    assert Head(200).request_id is None


def test_heads_tell_success_and_media_type() -> None:
    """Success is 2xx; the type comes without parameters and in lower case."""
    assert [status for status in (199, 200, 204, 299, 300, 404) if Head(status).is_success] == [200, 204, 299]
    assert Head(200, Headers([("content-type", "Audio/WAV; charset=x")])).content_type == "audio/wav"
    assert Head(200).content_type == ""


def test_raw_gives_the_value_beside_its_answer() -> None:
    """Status and header fields are one attribute away."""
    headers = Headers([("a", "b")])
    raw = Raw(5, Response(201, headers, content=b"body"))
    assert (raw.value, raw.status, raw.headers["A"], raw.response.content) == (5, 201, "b", b"body")


def test_bodies_do_not_show() -> None:
    """An answer's text says nothing of its content."""
    assert "secret" not in repr(Response(200, content=b"secret"))


@pytest.mark.parametrize("name", ["", "A B", "A:", "A\n", "\u00e9", "A\0", "(a)"])
def test_header_names_are_tokens(name: str) -> None:
    """Anything else would break the request apart."""
    with pytest.raises(InvalidArgument, match="not a token"):
        Call(method="GET", path="/", headers=((name, "x"),))


@pytest.mark.parametrize(("value", "words"), [("a\nb", "line break"), ("a\rb", "line break"), ("\0", "line break")])
def test_header_values_have_no_line_breaks(value: str, words: str) -> None:
    """Fields cannot be smuggled in."""
    with pytest.raises(InvalidArgument, match=words):
        Call(method="GET", path="/", headers=(("A", value),))


def test_header_values_are_ascii() -> None:
    """Transports refuse others with errors that do not say which field it was."""
    with pytest.raises(InvalidArgument, match="'X-Name' has characters beyond ASCII"):
        Call(method="GET", path="/", headers=(("X-Name", "caf\u00e9"),))


def test_bodies_are_rendered_for_a_version() -> None:
    """What depends on the version is decided when it is known; everything else passes."""
    body = JsonBody({"voice": VoiceById("v1"), "n": None, "items": [1, {"a": True}]})
    assert body.render("2026-08-14") == {"voice": "v1", "n": None, "items": [1, {"a": True}]}
    assert body.render("2026-03-01")["voice"] == {"mode": "id", "id": "v1"}


def test_requests_can_be_pinned_to_a_version() -> None:
    """The original stays as it is; a version that does not exist is refused."""
    request = status.get()
    assert request.at_version("2025-04-16").version == "2025-04-16"
    assert request.version is None
    streaming = tts.generate_sse(
        model_id="sonic-3", transcript="Hi.", voice="v", output_format=RawFormat("pcm_s16le", 8000)
    )
    assert streaming.at_version("2025-11-04").version == "2025-11-04"
    for pin in (request.at_version, streaming.at_version):
        with pytest.raises(InvalidArgument):
            pin("2025-01-01")


def test_a_page_is_the_last_unless_told() -> None:
    """No further request hangs on it."""
    page = Page((1, 2))
    assert (page.has_more, page.next) == (False, None)


def test_requests_have_options_of_their_own() -> None:
    """What is not given stays; header fields are added to those there are."""
    request = voices.get("v").with_options(timeout=2.0, headers={"X-A": "1"})
    assert request.timeouts == Timeouts(connect=2.0, read=2.0, write=2.0, pool=2.0)
    assert (request.policy, request.version, request.headers) == (None, None, (("X-A", "1"),))
    again = request.with_options(retry=NO_RETRIES, headers={"x-a": "2", "X-B": "3"}, version="2025-04-16")
    assert again.timeouts == request.timeouts
    assert (again.policy, again.version) == (NO_RETRIES, "2025-04-16")
    assert again.headers == (("x-a", "2"), ("X-B", "3"))
    assert again.with_options() == again
    assert again.decode is request.decode


@pytest.mark.parametrize(
    "wrong", [{"timeout": 0}, {"headers": {"A": "b\r\nC: d"}}, {"headers": {"A B": "c"}}, {"version": "today"}]
)
def test_wrong_options_are_refused(wrong: dict[str, object]) -> None:
    """Before anything is sent."""
    with pytest.raises(InvalidArgument):
        status.get().with_options(**wrong)  # type: ignore[arg-type]


def test_fields_can_be_sent_that_are_not_known_here() -> None:
    """In body and query; the original stays as it is, and streams can have them too."""
    request = tts.stream(model_id="m", transcript="Hi.", voice="v", output_format=RawFormat("pcm_s16le", 8000))
    extended = request.with_extra(body={"seed": 7}, query={"trace": True, "tag": ["a", "b"]})
    assert isinstance(extended.body, JsonBody)
    assert extended.body.value["seed"] == 7
    assert extended.query == (("trace", "true"), ("tag", "a"), ("tag", "b"))
    assert request.query == ()
    assert request.with_extra() == request


def test_known_fields_are_not_overwritten() -> None:
    """A misspelt parameter would be lost otherwise."""
    request = voices.get("v", expand=["is_starred"])
    with pytest.raises(InvalidArgument, match="query parameter 'expand\\[\\]' is set already"):
        request.with_extra(query={"expand[]": "x"})
    with pytest.raises(InvalidArgument, match="no body"):
        request.with_extra(body={"a": 1})


def test_pages_that_follow_have_the_same_options() -> None:
    """Whoever pins a list or bounds its time means all of it."""
    first = voices.list(limit=1).with_options(timeout=2.0, retry=NO_RETRIES, headers={"X-A": "1"}, version="2025-04-16")
    first = first.with_extra(query={"new": "x"})
    for _ in range(2):
        page = first.decode(Response(200, content=b'{"data": [%s], "has_more": true}' % _VOICE, version="2025-04-16"))
        assert page.next is not None
        assert page.next.query == (("limit", "1"), ("new", "x"), ("starting_after", "v1"))
        for name in ("timeouts", "policy", "headers", "version", "method", "path", "retry"):
            assert getattr(page.next, name) == getattr(first, name)
        first = page.next


_VOICE = (
    b'{"id": "v1", "name": "n", "description": "", "language": "en", "created_at": "2026", '
    b'"is_owner": true, "is_public": false}'
)
