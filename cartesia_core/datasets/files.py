"""Calls about the files of a dataset, described and not sent.

Source: `datasets.files.*` of the endpoint catalogue. From 2025-04-16 on.
"""

from __future__ import annotations

from cartesia_core.datasets.models import DatasetFile
from cartesia_core.datasets.uploading import upload
from cartesia_core.decoders import Nothing, PageOf
from cartesia_core.http import Page, Request
from cartesia_core.parameters import paging, query_of
from cartesia_core.url import quote_id

__all__ = ["delete", "list", "upload"]


def list(  # noqa: A001 - the wire's own word, always used as `datasets.files.list`
    dataset_id: str,
    /,
    *,
    limit: int | None = None,
    starting_after: str | None = None,
    ending_before: str | None = None,
) -> Request[Page[DatasetFile]]:
    """Describe fetching the files of a dataset, a page at a time.

    Args:
        dataset_id: Id of the dataset.
        limit: Files a page, 1 to 100; the server's default is 10.
        starting_after: Id of the file before the page.
        ending_before: Id of the file after the page; pages then go backwards.

    Raises:
        InvalidArgument: The id is none, `limit` out of range, or both cursors given.
    """
    query = query_of(paging(limit, starting_after, ending_before))
    return PageOf(DatasetFile, f"/datasets/{quote_id(dataset_id)}/files", query).request()


def delete(file_id: str, /, *, dataset_id: str) -> Request[None]:
    """Describe deleting a file of a dataset. Sending it raises `NotFoundError` if there is none.

    Args:
        file_id: Id of the file.
        dataset_id: Id of the dataset.
    """
    path = f"/datasets/{quote_id(dataset_id)}/files/{quote_id(file_id)}"
    return Request(method="DELETE", path=path, accept="*/*", decode=Nothing())
