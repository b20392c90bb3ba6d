"""`/datasets/` and their files.

Source: endpoint notes `datasets.*` and their forms of 2024-06-10, which have no description and no pages.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import trio
from attrs import evolve

from cartesia_core.versions import V2025_04_16
from cartesia_local.app import App, Table, route
from cartesia_local.http.exchange import Answer, json_answer
from cartesia_local.refusal import Refused, not_found
from cartesia_local.resources.paging import page_in, page_json
from cartesia_local.sound.clips import measure, read_clip
from cartesia_local.store import new_id
from cartesia_local.store.datasets import Dataset, DatasetFile

if TYPE_CHECKING:
    from cartesia_core._json import JsonValue
    from cartesia_local.http.exchange import Call, Reply
    from cartesia_local.http.form import Upload


async def list_datasets(app: App, call: Call, reply: Reply) -> None:
    """Answer a page; on 2024-06-10 all of them."""
    if call.version < V2025_04_16:
        data = [_show(dataset, call.version) for dataset in app.store.datasets.all()]
        await reply.send(json_answer({"data": data, "has_more": False}))
        return
    page = page_in(call, app.store.datasets)
    await reply.send(json_answer(page_json(page, lambda dataset: _show(dataset, call.version))))


async def create(app: App, call: Call, reply: Reply) -> None:
    """Make a dataset."""
    fields = call.fields()
    name = fields.filled("name")
    description = fields.text("description") if call.version >= V2025_04_16 else ""
    dataset = Dataset(id=new_id("dataset_"), name=name, description=description, created_at=app.store.timestamp())
    app.store.datasets.add(dataset)
    await reply.send(json_answer(_show(dataset, call.version)))


async def get(app: App, call: Call, reply: Reply) -> None:
    """Answer one dataset."""
    await reply.send(json_answer(_show(find_dataset(app, call.segments["id"]), call.version)))


async def update(app: App, call: Call, reply: Reply) -> None:
    """Change name and description, which both must be given."""
    fields = call.fields()
    name, description = fields.filled("name"), fields.text("description")
    ident = call.segments["id"]
    if app.store.datasets.change(ident, lambda old: evolve(old, name=name, description=description)) is None:
        raise _unknown(ident)
    await reply.send(Answer(204, None))


async def delete(app: App, call: Call, reply: Reply) -> None:
    """Remove a dataset and its files."""
    ident = call.segments["id"]
    with app.store.writing():
        if not app.store.datasets.remove(ident):
            raise _unknown(ident)
        app.store.dataset_files.remove_of(ident)
    await reply.send(Answer(204, None))


async def list_files(app: App, call: Call, reply: Reply) -> None:
    """Answer a page of a dataset's files; on 2024-06-10 all of them."""
    dataset = find_dataset(app, call.segments["id"])
    if call.version < V2025_04_16:
        data = [_show_file(file, call.version) for file in app.store.dataset_files.all(dataset.id)]
        await reply.send(json_answer({"data": data, "has_more": False}))
        return
    page = page_in(call, app.store.dataset_files, parent=dataset.id)
    await reply.send(json_answer(page_json(page, lambda file: _show_file(file, call.version))))


async def upload(app: App, call: Call, reply: Reply) -> None:
    """Take a file: it is measured, not kept."""
    dataset = find_dataset(app, call.segments["id"])
    fields, sent = call.form_fields(), call.upload("file")
    purpose = fields.text("purpose") if call.version < V2025_04_16 else fields.optional_text("purpose")
    file = DatasetFile(
        id=new_id("file_"),
        dataset=dataset.id,
        filename=sent.filename or "file",
        created_at=app.store.timestamp(),
        size=sent.nbytes,
        purpose=purpose or "",
    )
    measured = await trio.to_thread.run_sync(lambda: _measured(file, sent))
    with app.store.writing():
        find_dataset(app, dataset.id)  # It may have been removed meanwhile.
        app.store.dataset_files.add(measured)
    await reply.send(Answer(204, None))


async def delete_file(app: App, call: Call, reply: Reply) -> None:
    """Remove a file."""
    dataset, ident = find_dataset(app, call.segments["id"]), call.segments["file_id"]
    with app.store.writing():
        file = app.store.dataset_files.get(ident)
        if file is None or file.dataset != dataset.id:
            raise not_found("file of this dataset", ident[:80])
        app.store.dataset_files.remove(ident)
    await reply.send(Answer(204, None))


def find_dataset(app: App, ident: str) -> Dataset:
    """Find a dataset.

    Raises:
        Refused: 404.
    """
    dataset = app.store.datasets.get(ident)
    if dataset is None:
        raise _unknown(ident)
    return dataset


def _unknown(ident: str) -> Refused:
    return not_found("dataset", ident[:80])


def _measured(file: DatasetFile, sent: Upload) -> DatasetFile:
    """Listen to a file; of what is no audio only the size is known."""
    try:
        clip = read_clip(sent.content, "file", is_cut=True)
    except Refused:
        return file
    heard = measure(clip)
    if heard is None:
        return evolve(file, seconds=round(clip.seconds, 3))
    return evolve(file, seconds=round(clip.seconds, 3), pitch_hz=heard.pitch_hz, pace=heard.pace)


def _show(dataset: Dataset, version: str) -> JsonValue:
    shown: dict[str, JsonValue] = {"id": dataset.id, "name": dataset.name, "created_at": dataset.created_at}
    return shown if version < V2025_04_16 else {**shown, "description": dataset.description}


def _show_file(file: DatasetFile, version: str) -> JsonValue:
    shown: dict[str, JsonValue] = {"id": file.id, "filename": file.filename, "created_at": file.created_at}
    return shown if version < V2025_04_16 else {**shown, "size": file.size}


TABLE: Final[Table] = (
    route("GET", "/datasets", list_datasets),
    route("POST", "/datasets", create),
    route("GET", "/datasets/{id}", get, since=V2025_04_16),
    route("PATCH", "/datasets/{id}", update, since=V2025_04_16),
    route("DELETE", "/datasets/{id}", delete, since=V2025_04_16),
    route("GET", "/datasets/{id}/files", list_files),
    route("POST", "/datasets/{id}/files", upload),
    route("DELETE", "/datasets/{id}/files/{file_id}", delete_file, since=V2025_04_16),
)
