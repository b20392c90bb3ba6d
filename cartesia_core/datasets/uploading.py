"""Putting files into datasets: descriptions of the calls, not sent.

Source: `datasets.files.upload` and `datasets.upload_file` of the endpoint catalogue.
"""

from __future__ import annotations

from cartesia_core import versions as v
from cartesia_core.decoders import Nothing
from cartesia_core.files import FileLike, Progress, as_upload
from cartesia_core.http import FormBody, Request
from cartesia_core.parameters import body_of, check_text
from cartesia_core.unset import UNSET, Unset
from cartesia_core.url import quote_id

__all__ = ["upload", "upload_file"]


def upload(
    dataset_id: str, /, *, file: FileLike, purpose: str | Unset = UNSET, progress: Progress | None = None
) -> Request[None]:
    """Describe putting a file into a dataset. It is read while it is sent, so it may be larger than memory.

    From 2025-04-16 on.

    Args:
        dataset_id: Id of the dataset.
        file: A recording: bytes, a path, an open binary file, or `(name, content, type)`.
        purpose: What it is for, e.g. `fine_tune`. An open set.
        progress: Is told the bytes sent, and those in all.

    Raises:
        InvalidArgument: A value can be seen to be wrong; nothing is sent.
    """
    body = FormBody({**body_of({"purpose": purpose}), "file": as_upload("file", file)}, progress)
    return Request(method="POST", path=_path(dataset_id), body=body, accept="*/*", decode=Nothing())


def upload_file(
    dataset_id: str, /, *, file: FileLike, purpose: str = "fine_tune", progress: Progress | None = None
) -> Request[None]:
    """Describe putting a file into a dataset as 2024-06-10 does it. `upload` replaced it.

    Args:
        dataset_id: Id of the dataset.
        file: A recording: bytes, a path, an open binary file, or `(name, content, type)`.
        purpose: What it is for; needed by this version.
        progress: Is told the bytes sent, and those in all.

    Raises:
        InvalidArgument: A value can be seen to be wrong; nothing is sent.
    """
    check_text("purpose", purpose)
    body = FormBody({"purpose": purpose, "file": as_upload("file", file)}, progress)
    return Request(method="POST", path=_path(dataset_id), body=body, version=v.V2024_06_10, decode=Nothing())


def _path(dataset_id: str) -> str:
    return f"/datasets/{quote_id(dataset_id)}/files"
