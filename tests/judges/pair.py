"""One call, said to the official SDK and to ours."""

from __future__ import annotations

from collections.abc import Callable

import cartesia as official
from attrs import frozen

from cartesia_sync import Client
from tests.judges.capture import Json


@frozen
class Pair:
    """One call in both libraries.

    Attributes:
        name: What it is.
        official: The call with the official SDK.
        ours: The call with ours.
        status: Status that the server answers with.
        answer: JSON that it answers with; None leaves it to the server.
    """

    name: str
    official: Callable[[official.Cartesia], object]
    ours: Callable[[Client], object]
    status: int = 200
    answer: Json = None
