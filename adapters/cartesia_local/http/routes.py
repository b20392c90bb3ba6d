"""Which resource answers which method and path."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Generic, TypeVar
from urllib.parse import unquote

from attrs import frozen

from cartesia_core.versions import KNOWN, NEWEST
from cartesia_local.refusal import Refused

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

H = TypeVar("H")

ANYONE: Final = False


class MethodNotAllowed(Refused):
    """405; `allowed` goes into the `Allow` header."""

    def __init__(self, path: str, method: str, allowed: Sequence[str]) -> None:
        super().__init__(
            f"{path} does not take {method}, only {', '.join(allowed)}.", status=405, title="Method not allowed"
        )
        self.allowed: Final = tuple(allowed)


@frozen
class Route(Generic[H]):
    """One line of a resource's table.

    Attributes:
        method: `GET`, `POST`, ...; a `GET` route answers `HEAD` too.
        path: With `{name}` for a variable segment. A slash at the end does not matter, neither here nor in requests.
        handler: Who answers.
        needs_key: Whether a credential is asked for.
        grant: What an access token must grant; None where only the API key is accepted.
        since: First API version that has it.
        until: Last API version that has it.
    """

    method: str
    path: str
    handler: H
    needs_key: bool = True
    grant: str | None = None
    since: str = KNOWN[0]
    until: str = NEWEST

    def is_in(self, version: str) -> bool:
        """Tell whether a version has it."""
        return self.since <= version <= self.until


@frozen
class Match(Generic[H]):
    """A route with the values of its variable segments."""

    route: Route[H]
    segments: Mapping[str, str]


class Routes(Generic[H]):
    """All tables together. Fixed segments win over variable ones."""

    def __init__(self, routes: Sequence[Route[H]]) -> None:
        self._routes: Final = sorted(routes, key=lambda route: route.path.count("{"))

    def match(self, method: str, path: str, version: str) -> Match[H]:
        """Find who answers.

        Raises:
            Refused: 404 where no route of the version has the path, 405 where some have it for other methods.
        """
        everywhere = [found for route in self._routes if (found := _fit(route, path)) is not None]
        fitting = [found for found in everywhere if found.route.is_in(version)]
        if not fitting:
            raise _nothing(path, everywhere, version)
        wanted = "GET" if method == "HEAD" else method
        for found in fitting:
            if found.route.method == wanted:
                return found
        raise MethodNotAllowed(path, method, _methods(fitting))


def _nothing(path: str, elsewhere: Sequence[Match[H]], version: str) -> Refused:
    message = f"There is nothing at {path}"
    if elsewhere:
        route = elsewhere[0].route
        message += f" in version {version}, which the request asks for; it is there {_span(route.since, route.until)}"
    return Refused(message + ".", status=404, title="Not found")


def _span(since: str, until: str) -> str:
    if until == NEWEST:
        return f"from version {since} on"
    return f"up to version {until}" if since == KNOWN[0] else f"from version {since} to {until}"


def _methods(fitting: Sequence[Match[H]]) -> list[str]:
    methods = {found.route.method for found in fitting}
    return sorted(methods | ({"HEAD"} if "GET" in methods else set()))


def _fit(route: Route[H], path: str) -> Match[H] | None:
    wanted, given = _split(route.path), _split(path)
    if len(wanted) != len(given):
        return None
    segments: dict[str, str] = {}
    for pattern, segment in zip(wanted, given, strict=True):
        if pattern.startswith("{"):
            segments[pattern.strip("{}")] = unquote(segment)
        elif pattern != unquote(segment):
            return None
    return Match(route, segments)


def _split(path: str) -> list[str]:
    return path.strip("/").split("/")
