"""Calls about datasets, described and not sent.

Source: `datasets.*` of the endpoint catalogue. From 2025-04-16 on.
"""

from __future__ import annotations

from cartesia_core.datasets.models import Dataset
from cartesia_core.decoders import JsonAs, Nothing, PageOf
from cartesia_core.http import JsonBody, Page, Request, RetryKind
from cartesia_core.parameters import paging, query_of
from cartesia_core.url import quote_id


def list(  # noqa: A001 - the wire's own word, always used as `datasets.list`
    *, limit: int | None = None, starting_after: str | None = None, ending_before: str | None = None
) -> Request[Page[Dataset]]:
    """Describe fetching datasets, a page at a time.

    Args:
        limit: Datasets a page, 1 to 100; the server's default is 10.
        starting_after: Id of the dataset before the page.
        ending_before: Id of the dataset after the page; pages then go backwards.

    Raises:
        InvalidArgument: `limit` out of range, or both cursors given.
    """
    return PageOf(Dataset, "/datasets/", query_of(paging(limit, starting_after, ending_before))).request()


def create(*, name: str, description: str) -> Request[Dataset]:
    """Describe making an empty dataset.

    Args:
        name: Its name.
        description: What is in it.
    """
    return Request(
        method="POST",
        path="/datasets/",
        body=JsonBody({"name": name, "description": description}),
        decode=JsonAs(Dataset),
    )


def get(dataset_id: str, /) -> Request[Dataset]:
    """Describe fetching one dataset. Sending it raises `NotFoundError` if there is none.

    Args:
        dataset_id: Id of the dataset.
    """
    return Request(method="GET", path=f"/datasets/{quote_id(dataset_id)}", retry=RetryKind.READ, decode=JsonAs(Dataset))


def update(dataset_id: str, /, *, name: str, description: str) -> Request[None]:
    """Describe changing name and description of a dataset. The API wants both, and answers with nothing.

    Args:
        dataset_id: Id of the dataset.
        name: New name.
        description: New description.
    """
    return Request(
        method="PATCH",
        path=f"/datasets/{quote_id(dataset_id)}",
        body=JsonBody({"name": name, "description": description}),
        accept="*/*",
        retry=RetryKind.UPDATE,
        decode=Nothing(),
    )


def delete(dataset_id: str, /) -> Request[None]:
    """Describe deleting a dataset. Sending it raises `NotFoundError` if there is none.

    Args:
        dataset_id: Id of the dataset.
    """
    return Request(method="DELETE", path=f"/datasets/{quote_id(dataset_id)}", accept="*/*", decode=Nothing())
