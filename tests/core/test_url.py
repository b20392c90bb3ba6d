"""URLs: origins, base URLs, targets, ids."""

from __future__ import annotations

import pytest

from cartesia_core.errors import InvalidArgument
from cartesia_core.url import Origin, check_base_url, origin_of, quote_id, same_origin, target_url


def test_origins_have_their_default_ports() -> None:
    """Sockets count as their HTTP scheme; names compare without case."""
    assert origin_of("https://API.example/x?y") == Origin("https", "api.example", 443)
    assert origin_of("wss://api.example:443") == Origin("https", "api.example", 443)
    assert origin_of("ws://[::1]:8080/") == Origin("http", "::1", 8080)
    assert origin_of("http://api.example:0").port == 0


@pytest.mark.parametrize(
    "url", ["", "api.example", "/voices", "ftp://api.example", "https://", "https://[", "http://a:b"]
)
def test_what_is_no_absolute_url_has_no_origin(url: str) -> None:
    """A forgotten scheme is told, not guessed."""
    with pytest.raises(InvalidArgument):
        origin_of(url)
    assert not same_origin(url, "https://api.example")


def test_same_origin_is_scheme_host_and_port() -> None:
    """Anything else would send the key to somebody else."""
    assert same_origin("https://api.example/a", "wss://API.example:443/b")
    assert not same_origin("https://api.example", "http://api.example")
    assert not same_origin("https://api.example", "https://api.example:444")
    assert not same_origin("https://api.example", "https://api.example.evil")
    assert not same_origin("https://api.example", "https://api.example@evil.example")


def test_base_urls_lose_their_trailing_slash() -> None:
    """Paths begin with one; a path prefix stays."""
    assert check_base_url("https://api.example/") == "https://api.example"
    assert check_base_url("wss://api.example:8443/v/") == "https://api.example:8443/v"


@pytest.mark.parametrize(
    "url",
    ["https://user:pw@api.example", "https://user@api.example", "https://api.example?key=1", "https://api.example/#x"],
)
def test_base_urls_carry_no_credentials_and_no_query(url: str) -> None:
    """Both would be lost, or end in logs."""
    with pytest.raises(InvalidArgument, match="api_key"):
        check_base_url(url)


@pytest.mark.parametrize("url", ["sk_car_secret1", "htps://me:secret1@api.example", "https://me:secret1@api.example:x"])
def test_errors_about_urls_show_no_credential(url: str) -> None:
    """Arguments in the wrong order, or a key inside a URL, do not end in a traceback."""
    with pytest.raises(InvalidArgument) as caught:
        check_base_url(url)
    assert "secret1" not in str(caught.value)


def test_targets_are_quoted_as_every_server_reads_it() -> None:
    """Spaces travel as %20, names may repeat."""
    assert target_url("https://a", "/voices") == "https://a/voices"
    assert target_url("https://a", "/v", (("q", "a b&c"), ("expand[]", "x"), ("expand[]", "\u00e9"))) == (
        "https://a/v?q=a%20b%26c&expand%5B%5D=x&expand%5B%5D=%C3%A9"
    )


def test_ids_are_one_path_segment() -> None:
    """No id leads to another path."""
    assert quote_id("a/b?c#d %") == "a%2Fb%3Fc%23d%20%25"
    assert quote_id("../x\r\nHost: \u00fc") == "..%2Fx%0D%0AHost%3A%20%C3%BC"
    assert quote_id("%2e%2e") == "%252e%252e"
    for bad in ("", ".", "..", "\udcff", None, 5):
        with pytest.raises(InvalidArgument):
            quote_id(bad)  # type: ignore[arg-type]
