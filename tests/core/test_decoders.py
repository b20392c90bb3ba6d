"""Decoders of JSON answers: kinds of content, shapes by version, pages."""

from __future__ import annotations

import json

import pytest

from cartesia_core._json import JsonValue
from cartesia_core.decoders import ArrayOf, JsonAs, Nothing, PageOf, check_shape, expect_content, lacking
from cartesia_core.errors import DecodeError, UnexpectedContentType
from cartesia_core.http import Headers, Page, Request, Response
from cartesia_core.status import Status
from cartesia_core.voices import Voice
from tests.core.voice_samples import NEWEST_VOICE, voice


def answer(value: JsonValue, version: str = "2026-08-14", kind: str = "application/json; charset=utf-8") -> Response:
    """Make a success."""
    headers = Headers([("content-type", kind), ("x-request-id", "r-1")])
    return Response(200, headers, version, content=json.dumps(value).encode())


def test_content_of_the_right_kind_passes() -> None:
    """By the beginning of its type; what says nothing about itself has nothing against it."""
    expect_content(Response(200, Headers([("Content-Type", "Audio/x-wav; q=1")])), "audio/", "video/")
    expect_content(Response(200), "audio/")


def test_content_of_another_kind_is_refused() -> None:
    """A proxy's page with status 200 is not handed on as data, and the error says where to look."""
    with pytest.raises(UnexpectedContentType, match="the answer is text/html, not audio/ or video/: .*proxy") as caught:
        expect_content(answer(1, kind="text/html"), "audio/", "video/")
    error = caught.value
    assert (error.status, error.request_id, error.api_version) == (200, "r-1", "2026-08-14")


def test_json_answers_are_decoded_or_refused() -> None:
    """Type by its own word, then shape; errors say which answer it was."""
    decode = JsonAs(Status)
    assert decode(answer({"ok": True, "version": "2026-08-14"})) == Status(ok=True, version="2026-08-14")
    with pytest.raises(UnexpectedContentType):
        decode(answer({"ok": True, "version": "x"}, kind="text/html"))
    bodies: list[JsonValue] = [{"ok": True}, None, []]
    for bad in bodies:
        with pytest.raises(DecodeError) as caught:
            decode(answer(bad))
        error = caught.value
        assert (error.status, error.request_id, error.api_version) == (200, "r-1", "2026-08-14")


def test_decoders_are_values() -> None:
    """So that requests can be compared."""
    assert JsonAs(Status) == JsonAs(Status)
    assert len({JsonAs(Status), JsonAs(Status), JsonAs(Voice)}) == 2
    assert PageOf(Voice, "/voices") != PageOf(Voice, "/voices", (("limit", "1"),))


def test_fields_that_a_version_promises_are_required() -> None:
    """The same answer is complete for one version and broken for another."""
    check_shape(NEWEST_VOICE, "anything", "$")  # plain values promise nothing
    decode = JsonAs(Voice)
    old = voice("2025-04-16")
    assert decode(answer(old, "2025-04-16")).is_public is True
    with pytest.raises(DecodeError, match=r"documented for 2026-08-14: \$\.access: required field is missing; "):
        decode(answer(old, "2026-08-14"))


def page_of(value: JsonValue, *query: tuple[str, str], version: str = "2026-08-14") -> Page[Voice]:
    """Decode a page of voices."""
    return PageOf(Voice, "/voices", query)(answer(value, version))


def ids(page: Page[Voice]) -> list[str]:
    """Give the ids on a page."""
    return [item.id for item in page.data]


def successor(page: Page[Voice]) -> Request[Page[Voice]]:
    """Give the request for the page after this one."""
    assert page.next is not None
    return page.next


def voices(*names: str) -> list[JsonValue]:
    """Make voices with these ids."""
    return [{**NEWEST_VOICE, "id": name} for name in names]


def test_a_page_holds_its_successor() -> None:
    """After the last item, with the same filters; the successor makes the same kind of page."""
    page = page_of({"data": voices("a", "b"), "has_more": True, "next_page": None}, ("limit", "2"), ("q", "x"))
    assert (ids(page), page.has_more) == (["a", "b"], True)
    following = successor(page)
    assert (following.method, following.path) == ("GET", "/voices")
    assert following.query == (("limit", "2"), ("q", "x"), ("starting_after", "b"))
    again = following.decode(answer({"data": voices("c"), "has_more": True}))
    assert successor(again).query == (("limit", "2"), ("q", "x"), ("starting_after", "c"))


def test_the_servers_cursor_wins_over_the_last_id() -> None:
    """`next_page` is meant for it."""
    page = page_of({"data": voices("a"), "has_more": True, "next_page": "cursor"}, ("starting_after", "0"))
    assert successor(page).query == (("starting_after", "cursor"),)


def test_walking_backwards_goes_on_backwards() -> None:
    """Before the first item of the page; `next_page` points the other way."""
    page = page_of(
        {"data": voices("x", "y"), "has_more": True, "next_page": "y"}, ("ending_before", "z"), ("limit", "2")
    )
    assert successor(page).query == (("limit", "2"), ("ending_before", "x"))


@pytest.mark.parametrize(
    ("value", "goes_on"),
    [
        ({"data": voices("a"), "has_more": False}, False),
        ({"data": voices("a"), "has_more": False, "next_page": "a"}, False),
        ({"data": [], "has_more": True, "next_page": "a"}, False),
        ({"data": [], "has_more": True}, False),
        ({"data": voices("a")}, False),
        ({"data": voices("a"), "next_page": None}, False),
        ({"data": voices("a"), "next_page": "a"}, True),
        ({"data": voices("a"), "has_more": None, "next_page": "a"}, True),
        ({"data": voices("a"), "has_more": True}, True),
    ],
)
def test_where_a_list_ends(value: JsonValue, goes_on: bool) -> None:
    """`has_more` decides, without it `next_page` does; an empty page is an end, so no loop can arise."""
    page = page_of(value)
    assert page.has_more is goes_on
    assert (page.next is not None) is goes_on


def test_the_bare_array_of_the_oldest_version_is_one_page() -> None:
    """There is no envelope on 2024-06-10."""
    page = page_of([voice("2024-06-10")], version="2024-06-10")
    assert (len(page.data), page.next) == (1, None)


def test_broken_items_are_told_with_their_place() -> None:
    """Also what only this version promises, and which answer it was."""
    with pytest.raises(DecodeError, match=r"\$\.data\[1\]\.tagline: required field is missing") as caught:
        page_of({"data": [NEWEST_VOICE, {**NEWEST_VOICE, "tagline": None}], "has_more": False})
    assert caught.value.request_id == "r-1"
    with pytest.raises(DecodeError, match="not JSON"):
        PageOf(Voice, "/voices")(Response(200, content=b"<"))
    with pytest.raises(UnexpectedContentType):
        PageOf(Voice, "/voices")(answer([], kind="text/html"))


def test_broken_items_of_bare_arrays_are_told_with_their_place() -> None:
    """There is no `data` there."""
    with pytest.raises(DecodeError, match=r"2024-06-10: \$\[0\]\.is_public: required field is missing"):
        page_of([{**voice("2024-06-10"), "is_public": None}], version="2024-06-10")


def test_backwards_without_a_word_only_an_empty_page_is_the_end() -> None:
    """Where there is no `has_more`, `next_page` speaks of the other direction."""
    for value in ({"data": voices("x", "y")}, {"data": voices("x", "y"), "next_page": None}):
        assert successor(page_of(value, ("ending_before", "z"))).query == (("ending_before", "x"),)
    assert page_of({"data": []}, ("ending_before", "z")).next is None
    assert page_of({"data": voices("x"), "has_more": False}, ("ending_before", "z")).next is None


def test_the_pages_of_one_list_come_in_one_version() -> None:
    """That of the first, also when it was asked for in another than the client's."""
    body: JsonValue = {"data": [voice("2025-04-16")], "has_more": True}
    assert successor(page_of(body, version="2025-04-16")).version == "2025-04-16"
    assert PageOf(Voice, "/voices").request().version is None
    assert PageOf(Voice, "/voices").request("2025-04-16").version == "2025-04-16"


def test_lists_without_cursors_have_one_page() -> None:
    """It may say that there is more."""
    page = PageOf(Voice, "/voices", has_cursors=False)(answer({"data": voices("a"), "has_more": True}))
    assert (page.has_more, page.next) == (True, None)


def test_bare_arrays_are_read() -> None:
    """All of it at once; errors say where and in which answer."""
    decode = ArrayOf(Status)
    assert decode(answer([{"ok": True, "version": "x"}])) == (Status(ok=True, version="x"),)
    with pytest.raises(DecodeError, match=r"\$\[0\]\.ok: required field is missing") as caught:
        decode(answer([{"version": "x"}]))
    assert caught.value.request_id == "r-1"
    with pytest.raises(UnexpectedContentType):
        decode(answer([], kind="text/html"))


def test_answers_that_say_nothing() -> None:
    """No body, or one that the API may send; a proxy's page is no success."""
    decode = Nothing()
    decode(Response(204))
    decode(Response(200, Headers([("content-type", "text/html")]), content=b" \r\n"))
    decode(answer({}))
    decode(answer("done", kind="text/plain"))
    with pytest.raises(UnexpectedContentType):
        decode(Response(200, Headers([("content-type", "text/html")]), content=b"<html>"))


def test_what_is_lacking() -> None:
    """Fields that are None, in the order asked for."""
    assert lacking(Status(ok=True, version="x"), ("version", "ok")) == ()
    assert lacking(Page((), next=None), ("next", "has_more")) == ("next",)
