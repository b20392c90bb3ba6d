"""What requests carry as `decode`: small values, so that requests can be compared, logged and pickled."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import Final, Generic, Protocol, TypeVar

from attrs import evolve, field, frozen

from cartesia_core._codec import Envelope, load, parse, structure_array, structure_envelope
from cartesia_core._json import JsonValue, is_object
from cartesia_core.errors import DecodeError, UnexpectedContentType
from cartesia_core.http import Call, Head, Page, Pairs, Request, Response, RetryKind

T = TypeVar("T")
CURSORS: Final = ("starting_after", "ending_before")


class Identified(Protocol):
    """Anything with an id."""

    @property
    def id(self) -> str:
        """The id."""
        ...


IdentifiedT = TypeVar("IdentifiedT", bound=Identified)


def expect_content(head: Head, *allowed: str) -> None:
    """Refuse a success whose body is of another kind than asked for.

    Args:
        head: Head of the answer. One without a content type passes: nothing is known against it.
        allowed: Beginnings of media types.

    Raises:
        UnexpectedContentType: For example a proxy's HTML page with status 200.
    """
    kind = head.content_type
    if kind and not kind.startswith(allowed):
        raise UnexpectedContentType(
            f"the answer is {kind}, not {' or '.join(allowed)}: something between here and the API may have answered, "
            "such as a proxy's login page; check base_url and proxy",
            status=head.status,
            request_id=head.request_id,
            api_version=head.version,
        )


@frozen
class JsonAs(Generic[T]):
    """Decodes a JSON body to one type."""

    kind: type[T]

    def __call__(self, response: Response) -> T:
        """Decode the answer.

        Raises:
            UnexpectedContentType: It is not JSON by its own word.
            DecodeError: It has not the documented shape.
        """
        expect_content(response, "application/json")
        try:
            value = load(self.kind, response.content)
            check_shape(value, response.version, "$")
        except DecodeError as error:
            raise identify(error, response) from None
        return value


@frozen
class ArrayOf(Generic[T]):
    """Decodes a bare JSON array.

    Attributes:
        item: Type of the items.
    """

    item: type[T]

    def __call__(self, response: Response) -> tuple[T, ...]:
        """Decode the answer.

        Raises:
            UnexpectedContentType: It is not JSON by its own word.
            DecodeError: It has not the documented shape.
        """
        expect_content(response, "application/json")
        try:
            return structure_array(self.item, parse(response.content))
        except DecodeError as error:
            raise identify(error, response) from None


@frozen
class Nothing:
    """Decodes an answer that says no more than that it worked."""

    def __call__(self, response: Response) -> None:
        """Take notice of the answer.

        Raises:
            UnexpectedContentType: There is a body, and it is of a kind that the API does not send: nothing was done.
        """
        if response.content.strip():
            expect_content(response, "application/json", "text/plain")


class Shaped(ABC):
    """A model whose required fields depend on the API version."""

    __slots__ = ()

    @abstractmethod
    def missing(self, version: str) -> tuple[str, ...]:
        """Give the fields that answers of this API version always have and that this one lacks."""


def lacking(value: object, names: Iterable[str]) -> tuple[str, ...]:
    """Give those of the fields that are None."""
    return tuple(name for name in names if getattr(value, name) is None)


def check_shape(value: object, version: str, path: str) -> None:
    """Refuse a model that lacks what its API version promises.

    Raises:
        DecodeError: Fields are missing; the message lists their paths.
    """
    if isinstance(value, Shaped) and (names := value.missing(version)):
        paths = "; ".join(f"{path}.{name}: required field is missing" for name in names)
        raise DecodeError(f"the answer has not the shape documented for {version}: {paths}")


def identify(error: DecodeError, head: Head) -> DecodeError:
    """Put status, request id and version of the answer on an error made without knowing them."""
    error.status, error.request_id, error.api_version = head.status, head.request_id, head.version
    return error


@frozen
class PageOf(Generic[IdentifiedT]):
    """Decodes one page of a list, and makes the request for the next.

    Attributes:
        item: Type of the items.
        path: Path of the list.
        query: Query of the request this page answers.
        has_cursors: Whether the list can be asked to go on after an item; the oldest ones cannot.
        like: The request whose options this page and the next ones are asked for with.
    """

    item: type[IdentifiedT]
    path: str
    query: Pairs = field(default=(), repr=False)
    has_cursors: bool = True
    like: Call | None = field(default=None, repr=False)

    def request(self, version: str | None = None) -> Request[Page[IdentifiedT]]:
        """Describe fetching the page, in the client's API version or in one that this form of the list needs."""
        like = self.like or Call(method="GET", path=self.path)
        return Request(
            method="GET",
            path=self.path,
            query=self.query,
            headers=like.headers,
            version=version or like.version,
            retry=RetryKind.READ,
            timeouts=like.timeouts,
            policy=like.policy,
            decode=self,
            follow=self.following,
        )

    def following(self, call: Call) -> PageOf[IdentifiedT]:
        """Give the same with query, header fields, version and limits of a call that was changed."""
        options = Call(
            method="GET",
            path=self.path,
            headers=call.headers,
            version=call.version,
            timeouts=call.timeouts,
            policy=call.policy,
        )
        return evolve(self, query=call.query, like=options)

    def __call__(self, response: Response) -> Page[IdentifiedT]:
        """Decode the answer.

        Raises:
            UnexpectedContentType: It is not JSON by its own word.
            DecodeError: It has not the documented shape.
        """
        expect_content(response, "application/json")
        try:
            return self._page(parse(response.content), response.version)
        except DecodeError as error:
            raise identify(error, response) from None

    def _page(self, body: JsonValue, version: str) -> Page[IdentifiedT]:
        envelope = structure_envelope(self.item, body)
        data = envelope.data
        place = "$.data" if is_object(body) else "$"
        for index, item in enumerate(data):
            check_shape(item, version, f"{place}[{index}]")
        has_more = self._goes_on(envelope)
        if not (has_more and data):
            return Page(data)
        following = self._after(data, envelope.next_page, version) if self.has_cursors else None
        return Page(data, has_more=True, next=following)

    @property
    def _is_backwards(self) -> bool:
        return any(name == "ending_before" for name, _ in self.query)

    def _goes_on(self, envelope: Envelope[IdentifiedT]) -> bool:
        if envelope.has_more is not None:
            return envelope.has_more
        # `next_page` speaks of the items after the page; backwards, only an empty page is an end.
        return self._is_backwards or envelope.next_page is not None

    def _after(self, data: tuple[IdentifiedT, ...], next_page: str | None, version: str) -> Request[Page[IdentifiedT]]:
        cursor = ("ending_before", data[0].id) if self._is_backwards else ("starting_after", next_page or data[-1].id)
        kept = tuple(pair for pair in self.query if pair[0] not in CURSORS)
        # In the version of this page: it may have been asked for in another than the client's.
        return evolve(self, query=(*kept, cursor)).request(version or None)
