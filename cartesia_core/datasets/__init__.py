"""Datasets: recordings to fine-tune a model with; `datasets.files` has their files, `datasets.legacy` older forms."""

from cartesia_core.datasets import files, legacy, uploading
from cartesia_core.datasets.endpoints import create, delete, get, list, update  # noqa: A004
from cartesia_core.datasets.models import Dataset, DatasetFile

__all__ = [
    "Dataset",
    "DatasetFile",
    "create",
    "delete",
    "files",
    "get",
    "legacy",
    "list",
    "update",
    "uploading",
]
