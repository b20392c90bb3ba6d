"""Calls about datasets and fine-tunes."""

from __future__ import annotations

from typing import Final

from cartesia_core import datasets, fine_tunes
from tests.core.forms.form import ID, QUOTED, READ, UPDATE, Form, lists

_DATASET: Final = f"/datasets/{QUOTED}"
_FINE_TUNE: Final = f"/fine-tunes/{QUOTED}"

TRAINING: Final[dict[str, tuple[Form, ...]]] = {
    "datasets.list": lists(
        "/datasets/", datasets.list(limit=100, starting_after="a"), datasets.list(limit=1, ending_before="b")
    ),
    "datasets.create": (
        Form(
            call=datasets.create(name="N", description="D"),
            method="POST",
            path="/datasets/",
            body={"name": "N", "description": "D"},
        ),
    ),
    "datasets.get": (Form(call=datasets.get(ID), path=_DATASET, retry=READ),),
    "datasets.update": (
        Form(
            call=datasets.update(ID, name="N", description="D"),
            method="PATCH",
            path=_DATASET,
            body={"name": "N", "description": "D"},
            accept="*/*",
            retry=UPDATE,
        ),
    ),
    "datasets.delete": (Form(call=datasets.delete(ID), method="DELETE", path=_DATASET, accept="*/*"),),
    "datasets.files.list": lists(
        f"{_DATASET}/files",
        datasets.files.list(ID, limit=100, starting_after="a"),
        datasets.files.list(ID, limit=1, ending_before="b"),
    ),
    "datasets.files.delete": (
        Form(call=datasets.files.delete("f", dataset_id=ID), method="DELETE", path=f"{_DATASET}/files/f", accept="*/*"),
    ),
    "datasets.list@legacy": (Form(call=datasets.legacy.list(), path="/datasets/", version="2024-06-10", retry=READ),),
    "datasets.create@legacy": (
        Form(
            call=datasets.legacy.create(name="N"),
            method="POST",
            path="/datasets/",
            body={"name": "N"},
            version="2024-06-10",
        ),
    ),
    "datasets.list_files@legacy": (
        Form(call=datasets.legacy.list_files(ID), path=f"{_DATASET}/files", version="2024-06-10", retry=READ),
    ),
    "fine_tunes.list": lists(
        "/fine-tunes/", fine_tunes.list(limit=100, starting_after="a"), fine_tunes.list(limit=1, ending_before="b")
    ),
    "fine_tunes.create": (
        Form(
            call=fine_tunes.create(
                name="N",
                description="D",
                language="en",
                model_id="sonic-3-2026-01-12",
                dataset="d",
                accent="general-american",
            ),
            method="POST",
            path="/fine-tunes/",
            body={
                "name": "N",
                "description": "D",
                "language": "en",
                "model_id": "sonic-3-2026-01-12",
                "dataset": "d",
                "accent": "general-american",
            },
        ),
        Form(
            call=fine_tunes.create(
                name="N", description="D", language="en", model_id="sonic-new", dataset="d", accent=None
            ),
            method="POST",
            path="/fine-tunes/",
            body={
                "name": "N",
                "description": "D",
                "language": "en",
                "model_id": "sonic-new",
                "dataset": "d",
                "accent": None,
            },
        ),
        Form(
            call=fine_tunes.create(name="N", description="D", language="en", model_id="m", dataset="d"),
            method="POST",
            path="/fine-tunes/",
            body={"name": "N", "description": "D", "language": "en", "model_id": "m", "dataset": "d"},
        ),
    ),
    "fine_tunes.get": (Form(call=fine_tunes.get(ID), path=_FINE_TUNE, retry=READ),),
    "fine_tunes.delete": (Form(call=fine_tunes.delete(ID), method="DELETE", path=_FINE_TUNE, accept="*/*"),),
    "fine_tunes.list_voices": lists(
        f"{_FINE_TUNE}/voices",
        fine_tunes.list_voices(ID, limit=100, starting_after="a"),
        fine_tunes.list_voices(ID, limit=1, ending_before="b"),
    ),
}
