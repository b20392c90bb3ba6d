"""Fine-tunes: models trained on a dataset, and the voices they speak with.

Source: `fine_tunes.*` of the endpoint catalogue. From 2025-04-16 on.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

from attrs import field, frozen

from cartesia_core._json import Extra, no_fields
from cartesia_core.decoders import JsonAs, Nothing, PageOf
from cartesia_core.http import JsonBody, Page, Request, RetryKind
from cartesia_core.languages import VoiceAccent
from cartesia_core.parameters import body_of, check_text, paging, query_of
from cartesia_core.unset import UNSET, Unset
from cartesia_core.url import quote_id
from cartesia_core.voices.models import Voice

FineTuneBaseModel: TypeAlias = Literal["sonic-3-2026-01-12", "sonic-3-2025-10-27"]
FineTuneStatus: TypeAlias = Literal["created", "training", "completed", "failed"]


@frozen(kw_only=True)
class FineTune:
    """A model trained on a dataset.

    Attributes:
        id: Its id.
        name: Its name.
        description: What it is for.
        dataset: Id of the dataset.
        language: Language code.
        model_id: The model it started from.
        status: How far the training is.
        accent: Accent id. From 2026-08-14 on.
        extra: Fields this library does not know.
    """

    id: str
    name: str
    description: str
    dataset: str
    language: str
    model_id: str
    status: FineTuneStatus | str
    accent: VoiceAccent | str | None = None
    extra: Extra = field(factory=no_fields, repr=False)


def list(  # noqa: A001 - the wire's own word, always used as `fine_tunes.list`
    *, limit: int | None = None, starting_after: str | None = None, ending_before: str | None = None
) -> Request[Page[FineTune]]:
    """Describe fetching fine-tunes, a page at a time.

    Args:
        limit: Fine-tunes a page, 1 to 100; the server's default is 10.
        starting_after: Id of the fine-tune before the page.
        ending_before: Id of the fine-tune after the page; pages then go backwards.

    Raises:
        InvalidArgument: `limit` out of range, or both cursors given.
    """
    return PageOf(FineTune, "/fine-tunes/", query_of(paging(limit, starting_after, ending_before))).request()


def create(
    *,
    name: str,
    description: str,
    language: str,
    model_id: FineTuneBaseModel | str,
    dataset: str,
    accent: VoiceAccent | str | None | Unset = UNSET,
) -> Request[FineTune]:
    """Describe starting to train a model. It takes the vendor a while: `get` tells its `status`.

    Args:
        name: Name of the fine-tune.
        description: What it is for.
        language: Language code of the recordings.
        model_id: The model to start from.
        dataset: Id of the dataset.
        accent: Accent id. From 2026-08-14 on.

    Raises:
        InvalidArgument: No model or no dataset is named.
    """
    check_text("model_id", model_id)
    check_text("dataset", dataset)
    values = {
        "name": name,
        "description": description,
        "language": language,
        "model_id": model_id,
        "dataset": dataset,
        "accent": accent,
    }
    return Request(method="POST", path="/fine-tunes/", body=JsonBody(body_of(values)), decode=JsonAs(FineTune))


def get(fine_tune_id: str, /) -> Request[FineTune]:
    """Describe fetching one fine-tune. Sending it raises `NotFoundError` if there is none.

    Args:
        fine_tune_id: Id of the fine-tune.
    """
    return Request(method="GET", path=_path(fine_tune_id), retry=RetryKind.READ, decode=JsonAs(FineTune))


def delete(fine_tune_id: str, /) -> Request[None]:
    """Describe deleting a fine-tune. Sending it raises `NotFoundError` if there is none.

    Args:
        fine_tune_id: Id of the fine-tune.
    """
    return Request(method="DELETE", path=_path(fine_tune_id), accept="*/*", decode=Nothing())


def list_voices(
    fine_tune_id: str,
    /,
    *,
    limit: int | None = None,
    starting_after: str | None = None,
    ending_before: str | None = None,
) -> Request[Page[Voice]]:
    """Describe fetching the voices of a fine-tune, a page at a time.

    Args:
        fine_tune_id: Id of the fine-tune.
        limit: Voices a page, 1 to 100; the server's default is 10.
        starting_after: Id of the voice before the page.
        ending_before: Id of the voice after the page; pages then go backwards.

    Raises:
        InvalidArgument: The id is none, `limit` out of range, or both cursors given.
    """
    query = query_of(paging(limit, starting_after, ending_before))
    return PageOf(Voice, f"{_path(fine_tune_id)}/voices", query).request()


def _path(fine_tune_id: str) -> str:
    return f"/fine-tunes/{quote_id(fine_tune_id)}"
