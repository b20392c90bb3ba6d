"""One HTTP exchange as the resources see it: a call that was read whole, and the reply to write."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from attrs import field, frozen

from cartesia_core._fast import dumps
from cartesia_local.fields import Fields, parse_object

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cartesia_core._json import JsonValue

Headers = tuple[tuple[str, str], ...]


@frozen(kw_only=True)
class Call:
    """A request, its body read.

    Attributes:
        method: In capitals.
        path: Percent-encoded as it came, without the query.
        query: Decoded pairs, in order.
        headers: Names in lower case.
        version: The API version that it asks for.
        segments: What the route's `{...}` parts stand for, decoded.
    """

    method: str
    path: str
    query: tuple[tuple[str, str], ...]
    headers: Mapping[str, str] = field(repr=False)
    version: str
    segments: Mapping[str, str]
    body: bytes = field(default=b"", repr=False)

    def fields(self) -> Fields:
        """Parse the body.

        Raises:
            Refused: It is not a JSON object.
        """
        return Fields(parse_object(self.body, "The body"))

    def query_values(self, name: str) -> list[str]:
        """Give all values of a query parameter."""
        return [value for key, value in self.query if key == name]

    def query_value(self, name: str) -> str | None:
        """Give the last value of a query parameter."""
        values = self.query_values(name)
        return values[-1] if values else None


@frozen
class Answer:
    """A whole answer."""

    status: int
    content_type: str | None
    body: bytes = field(default=b"", repr=False)
    headers: Headers = ()


def json_answer(value: JsonValue, status: int = 200) -> Answer:
    """Answer with JSON."""
    return Answer(status, "application/json", dumps(value))


class Reply(Protocol):
    """Where a resource writes its answer: either `send` once, or `start`, any number of `write`, then `end`."""

    async def send(self, answer: Answer) -> None:
        """Write a whole answer."""
        ...

    async def start(self, status: int, content_type: str, headers: Headers = ()) -> None:
        """Begin an answer whose body comes piece by piece."""
        ...

    async def write(self, data: bytes) -> None:
        """Write a piece at once, unbuffered; waits while the client does not read."""
        ...

    async def end(self) -> None:
        """End the body. Without it the client sees a body that was cut."""
        ...
