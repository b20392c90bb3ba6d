"""What a client is set up with, and what goes out."""

from __future__ import annotations

import json

import pytest

from cartesia_core import status, tts, voices
from cartesia_core.audio import RawFormat
from cartesia_core.auth import USER_AGENT
from cartesia_core.errors import InvalidArgument
from cartesia_core.http import Call, FormBody
from cartesia_core.retry import NO_RETRIES
from cartesia_core.settings import Timeouts, as_timeouts, merge_headers, outgoing, settings_from, settings_of
from cartesia_core.versions import NEWEST


def test_defaults() -> None:
    """The vendor's host, the newest version, patient timeouts."""
    settings = settings_of(api_key="sk_car_x")
    assert settings.base_url == "https://api.cartesia.ai"
    assert settings.identity.version == NEWEST
    assert settings.timeouts == Timeouts(connect=5.0, read=60.0, write=60.0, pool=60.0)
    assert settings.retry.max_retries == 2


def test_everything_can_be_set() -> None:
    """What callers write reaches its place."""
    settings = settings_of(
        api_key="k",
        base_url="http://127.0.0.1:80/",
        version="2025-04-16",
        timeout=2.0,
        retry=NO_RETRIES,
        headers={"X-A": "b"},
    )
    assert settings.base_url == "http://127.0.0.1:80"
    assert (settings.identity.version, settings.identity.headers) == ("2025-04-16", (("X-A", "b"),))
    assert settings.retry is NO_RETRIES
    assert settings.timeouts == Timeouts(connect=2.0, read=2.0, write=2.0, pool=2.0)


@pytest.mark.parametrize(
    "wrong",
    [{"base_url": "api.cartesia.ai"}, {"version": "today"}, {"api_key": ""}, {"timeout": 0}, {"headers": {"A B": "c"}}],
)
def test_wrong_settings_are_refused(wrong: dict[str, object]) -> None:
    """Before anything is sent."""
    with pytest.raises(InvalidArgument):
        settings_of(**{"api_key": "k", **wrong})  # type: ignore[arg-type]


def test_timeouts_from_what_callers_write() -> None:
    """A number does not lengthen connecting; values pass; None is the default."""
    assert as_timeouts(None) == Timeouts()
    assert as_timeouts(Timeouts(read=1.0)) == Timeouts(read=1.0)
    assert as_timeouts(300.0) == Timeouts(connect=5.0, read=300.0, write=300.0, pool=300.0)


@pytest.mark.parametrize("value", [0, -1.0, float("nan")])
def test_timeouts_are_above_zero(value: float) -> None:
    """As a number and as single steps."""
    with pytest.raises(InvalidArgument, match="above 0"):
        as_timeouts(value)
    for name in ("connect", "read", "write", "pool"):
        with pytest.raises(InvalidArgument, match=name):
            Timeouts(**{name: value})


def test_a_call_without_a_body_goes_out() -> None:
    """Absolute URL, credential, version, agent, accept; no content type."""
    out = outgoing(voices.list(limit=5, q="a b"), settings_of(api_key="sk_car_x"))
    assert (out.method, out.url) == ("GET", "https://api.cartesia.ai/voices?limit=5&q=a%20b")
    assert (out.content, out.version) == (b"", NEWEST)
    assert dict(out.headers) == {
        "Authorization": "Bearer sk_car_x",
        "Cartesia-Version": NEWEST,
        "User-Agent": USER_AGENT,
        "Accept": "application/json",
    }


def test_a_call_with_a_body_goes_out() -> None:
    """The body is rendered for the version the call speaks: its own pin, else the client's."""
    request = tts.generate(
        model_id="sonic-3", transcript="Hi \u00e9.", voice="v", output_format=RawFormat("pcm_s16le", 8000)
    )
    out = outgoing(request, settings_of(api_key="k", version="2025-11-04"))
    assert dict(out.headers)["Content-Type"] == "application/json"
    assert json.loads(out.content)["voice"] == {"mode": "id", "id": "v"}
    pinned = outgoing(request.at_version("2026-08-14"), settings_of(api_key="k", version="2025-11-04"))
    assert json.loads(pinned.content)["voice"] == "v"
    assert dict(pinned.headers)["Cartesia-Version"] == pinned.version == "2026-08-14"
    assert "\u00e9".encode() in out.content


def test_later_header_fields_win_whatever_their_case() -> None:
    """Ours, then the client's, then the call's; each name goes out once."""
    settings = settings_of(api_key="k", headers={"user-agent": "mine/1", "X-A": "client"})
    call = Call(method="GET", path="/", headers=(("x-a", "call"), ("ACCEPT", "*/*")))
    out = outgoing(call, settings)
    assert [name.lower() for name, _ in out.headers].count("x-a") == 1
    assert {("user-agent", "mine/1"), ("x-a", "call"), ("ACCEPT", "*/*")} < set(out.headers)
    assert merge_headers([("A", "1")], (("a", "2"),), (("B", "3"),)) == (("a", "2"), ("B", "3"))


def test_other_versions_of_the_same_settings() -> None:
    """Everything else stays."""
    settings = settings_of(api_key="k", headers={"A": "b"})
    other = settings.with_version("2024-06-10")
    assert (other.identity.version, other.identity.headers) == ("2024-06-10", (("A", "b"),))
    assert settings.identity.version == NEWEST
    assert dict(outgoing(status.get(), other).headers)["X-API-Key"] == "k"


def test_the_environment_sets_a_client_up() -> None:
    """Key, host and header fields; a value may have colons, and blank lines say nothing."""
    found = settings_from(
        {
            "CARTESIA_API_KEY": "sk_car_x",
            "CARTESIA_BASE_URL": "http://127.0.0.1:80",
            "CARTESIA_CUSTOM_HEADERS": "X-One: 1\n\n X-Two :a: b\n",
        }
    )
    assert settings_of(api_key=found.api_key).identity.fields(NEWEST)[0] == ("Authorization", "Bearer sk_car_x")
    assert found.base_url == "http://127.0.0.1:80"
    assert found.headers == {"X-One": "1", "X-Two": "a: b"}


def test_a_key_is_all_that_the_environment_needs() -> None:
    """Variables that are empty are as good as none."""
    found = settings_from({"CARTESIA_API_KEY": "k", "CARTESIA_BASE_URL": ""})
    assert (found.base_url, found.headers) == ("https://api.cartesia.ai", {})


@pytest.mark.parametrize("variables", [{}, {"CARTESIA_API_KEY": ""}])
def test_an_environment_without_a_key_says_which_variable_is_missing(variables: dict[str, str]) -> None:
    """And what else can be done."""
    with pytest.raises(InvalidArgument, match="CARTESIA_API_KEY is not set; set it, or pass api_key"):
        settings_from(variables)


def test_lines_of_the_environment_that_are_no_header_fields_are_refused() -> None:
    """By number: the line may be a secret in the wrong place."""
    with pytest.raises(InvalidArgument, match="line 2 of CARTESIA_CUSTOM_HEADERS") as caught:
        settings_from({"CARTESIA_API_KEY": "k", "CARTESIA_CUSTOM_HEADERS": "X-One: 1\nsecret"})
    assert "secret" not in str(caught.value)


def test_what_was_found_in_the_environment_does_not_show_itself() -> None:
    """Neither the key nor the header fields, which may be credentials too."""
    found = settings_from({"CARTESIA_API_KEY": "hidden1", "CARTESIA_CUSTOM_HEADERS": "X-Token: hidden2"})
    assert "hidden" not in repr(found)


def test_options_change_some_of_the_settings() -> None:
    """None keeps what is there; header fields are added, whatever their case."""
    settings = settings_of(api_key="k", timeout=9.0, headers={"X-A": "1"})
    assert settings.with_options() == settings
    other = settings.with_options(timeout=2.0, retry=NO_RETRIES, headers={"x-a": "2", "X-B": "3"}, version="2025-04-16")
    assert other.timeouts == as_timeouts(2.0)
    assert other.retry is NO_RETRIES
    assert other.identity.headers == (("x-a", "2"), ("X-B", "3"))
    assert (other.identity.version, other.identity.key, other.base_url) == (
        "2025-04-16",
        settings.identity.key,
        settings.base_url,
    )
    with pytest.raises(InvalidArgument):
        settings.with_options(headers={"A": "b\nc"})


def test_the_type_of_a_form_is_its_own() -> None:
    """It names the boundary; a header field of the client's would make the body unreadable."""
    settings = settings_of(api_key="k", headers={"content-type": "text/plain"})
    out = outgoing(Call(method="POST", path="/", body=FormBody({"a": 1})), settings, boundary="edge")
    assert dict(out.headers)["Content-Type"] == "multipart/form-data; boundary=edge"
    assert "content-type" not in dict(out.headers)
    assert out.form is not None
    assert out.form.pieces[0].startswith(b"--edge")  # type: ignore[union-attr]
