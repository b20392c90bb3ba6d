"""How many words are wrong, there and back through our clients and the local server, in all three ways.

Twenty sentences with every client are a command of their own, `python -m tests.adapters.round_trip`; here each client
has two of them.
"""

from __future__ import annotations

from collections import Counter
from typing import Final

import pytest

from cartesia_local import LocalServer
from tests.adapters.round_trip import DIRECTLY, TRIPS, wrong
from tests.local.sentences import TUNED

pytest.importorskip("pocketsphinx")
pytestmark = pytest.mark.keeps_open

EACH: Final = 2


def test_no_way_is_worse_than_the_recogniser_called_directly() -> None:
    """On the same audio, with an open vocabulary; the figures of every client are told where it fails."""
    found: dict[str, dict[str, int]] = {}
    with LocalServer() as server:
        for place, (name, trip) in enumerate(TRIPS.items()):
            texts = TUNED[place * EACH : (place + 1) * EACH]
            found[name] = wrong(trip(server, texts), texts)
    total = sum(map(Counter, found.values()), Counter())
    assert set().union(*found.values()) == {DIRECTLY, "batch", "stream", "turns"}
    assert all(total[way] <= total[DIRECTLY] for way in ("batch", "stream", "turns")), found
