"""One HTTP exchange as the resources see it: a call that was read whole, and the reply to write."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from attrs import field, frozen

from cartesia_core._fast import dumps
from cartesia_local.fields import Fields, FormFields, nested, parse_object
from cartesia_local.refusal import Refused

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cartesia_core._json import JsonValue
    from cartesia_local.http.form import Form, Upload

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
        body: Empty when it was a form.
        form: What a body of `multipart/form-data` held.
    """

    method: str
    path: str
    query: tuple[tuple[str, str], ...]
    headers: Mapping[str, str] = field(repr=False)
    version: str
    segments: Mapping[str, str]
    body: bytes = field(default=b"", repr=False)
    form: Form | None = field(default=None, repr=False)

    def fields(self) -> Fields:
        """Parse the body.

        Raises:
            Refused: It is not a JSON object.
        """
        if self.form is not None:
            raise Refused("The body is a form; a JSON object is needed.", title="Malformed JSON")
        return Fields(parse_object(self.body, "The body"))

    def form_fields(self) -> FormFields:
        """Give the form's text fields.

        Raises:
            Refused: The body is no form, or a field's name makes no sense.
        """
        return FormFields(nested(self._sent_form().texts))

    def upload(self, name: str) -> Upload:
        """Give a file of the form.

        Raises:
            Refused: The body is no form, or the file is missing.
        """
        found = self.optional_upload(name)
        if found is None:
            raise Refused(f"The file {name} is missing.", title="Missing field")
        return found

    def optional_upload(self, name: str) -> Upload | None:
        """Give a file of the form, or None.

        Raises:
            Refused: The body is no form, or the name is that of a text.
        """
        form = self._sent_form()
        if name not in form.files and any(name == key for key, _ in form.texts):
            raise Refused(f"{name} is text; a file is needed.", title="Invalid field")
        return form.files.get(name)

    def _sent_form(self) -> Form:
        if self.form is None:
            raise Refused("A body of multipart/form-data is needed.", title="Malformed form")
        return self.form

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
