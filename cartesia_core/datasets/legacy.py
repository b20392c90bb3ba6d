"""Datasets as 2024-06-10 had them: each call pins that version.

Source: `datasets.*@legacy` of the endpoint catalogue.
"""

from __future__ import annotations

from cartesia_core import versions as v
from cartesia_core.datasets.models import Dataset, DatasetFile
from cartesia_core.decoders import JsonAs, PageOf
from cartesia_core.http import JsonBody, Page, Request
from cartesia_core.url import quote_id


def list() -> Request[Page[Dataset]]:  # noqa: A001 - the wire's own word, always used as `legacy.list`
    """Describe fetching datasets as 2024-06-10 gives them. `datasets.list` replaced it.

    The page may say that there are more, but this version cannot be asked for them.
    """
    return PageOf(Dataset, "/datasets/", has_cursors=False).request(v.V2024_06_10)


def create(*, name: str) -> Request[Dataset]:
    """Describe making an empty dataset as 2024-06-10 does. `datasets.create`, which takes a description, replaced it.

    Args:
        name: Its name.
    """
    return Request(
        method="POST",
        path="/datasets/",
        body=JsonBody({"name": name}),
        version=v.V2024_06_10,
        decode=JsonAs(Dataset),
    )


def list_files(dataset_id: str, /) -> Request[Page[DatasetFile]]:
    """Describe fetching the files of a dataset as 2024-06-10 gives them. `datasets.files.list` replaced it.

    The page may say that there are more, but this version cannot be asked for them.

    Args:
        dataset_id: Id of the dataset.
    """
    path = f"/datasets/{quote_id(dataset_id)}/files"
    return PageOf(DatasetFile, path, has_cursors=False).request(v.V2024_06_10)
