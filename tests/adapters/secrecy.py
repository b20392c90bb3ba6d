"""Looks for the API key in every place where an error can show it."""

from __future__ import annotations

import pickle
import traceback
from typing import Final

from cartesia_core import CartesiaError

KEY: Final = "sk_car_T0pS3cret_do_not_show"
_SECRET: Final = "T0pS3cret"


def assert_silent(error: BaseException) -> None:
    """Fail if an error, its causes, its traceback or its pickle hold the key."""
    seen: BaseException | None = error
    while seen is not None:
        for text in (repr(seen), str(seen), repr(vars(seen)), repr(seen.args)):
            assert _SECRET not in text, f"the key shows in {type(seen).__name__}"
        seen = seen.__cause__ or seen.__context__
    assert _SECRET not in "".join(traceback.format_exception(error))
    if isinstance(error, CartesiaError):
        pickled = pickle.dumps(error)
        assert _SECRET.encode() not in pickled
        again = pickle.loads(pickled)
        assert type(again) is type(error)
        assert vars(again) == vars(error)


def assert_text_silent(text: str) -> None:
    """Fail if a text holds the key."""
    assert _SECRET not in text, "the key shows in a log"
