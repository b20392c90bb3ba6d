"""Looks for the API key in every place where an error can show it."""

from __future__ import annotations

import pickle
import traceback
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from typing import Final

from cartesia_core import CartesiaError

KEY: Final = "sk_car_T0pS3cret_do_not_show"
SECRET: Final = "T0pS3cret"
_WITNESSES: Final[list[list[BaseException]]] = []


@contextmanager
def witnessed() -> Generator[list[BaseException]]:
    """Collect the errors that are looked at within the block."""
    errors: list[BaseException] = []
    _WITNESSES.append(errors)
    try:
        yield errors
    finally:
        _WITNESSES.remove(errors)


def chain(error: BaseException) -> Iterator[BaseException]:
    """Give an error and all that led to it: causes, contexts and members of groups, also those that are not printed."""
    waiting, seen = [error], set[int]()
    while waiting:
        each = waiting.pop()
        if id(each) in seen:
            continue
        seen.add(id(each))
        yield each
        members = getattr(each, "exceptions", ())
        waiting.extend(led for led in (each.__cause__, each.__context__, *members) if led is not None)


def assert_silent(error: BaseException) -> None:
    """Fail if an error, all that led to it, its traceback or its pickle hold the key."""
    for errors in _WITNESSES:
        errors.append(error)
    for each in chain(error):
        for text in (repr(each), str(each), repr(vars(each)), repr(each.args), *getattr(each, "__notes__", ())):
            assert SECRET not in text, f"the key shows in {type(each).__name__}"
    assert SECRET not in "".join(traceback.format_exception(error))
    if isinstance(error, CartesiaError):
        pickled = pickle.dumps(error)
        assert SECRET.encode() not in pickled
        again = pickle.loads(pickled)
        assert type(again) is type(error)
        assert vars(again) == vars(error)


def assert_text_silent(text: str, where: str = "a log") -> None:
    """Fail if a text holds the key."""
    assert SECRET not in text, f"the key shows in {where}"
