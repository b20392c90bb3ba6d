"""Audio that knows what it is."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest
from attrs import frozen

from cartesia_core.errors import InvalidArgument
from cartesia_core.stt.samples import SttFormat
from cartesia_core.stt.sources import check_source, pieces_of
from tests.core.stt.speech import FORMAT


@frozen
class Recording:
    """A source."""

    format: SttFormat

    def __iter__(self) -> Iterator[bytes]:
        yield b"ab"


@frozen
class Radio:
    """A source that has to be awaited."""

    format: SttFormat

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield b"ab"


@pytest.mark.parametrize("kind", [Recording, Radio])
def test_sources_of_another_format_are_refused(kind: type[Recording | Radio]) -> None:
    """What does not know its format is believed."""
    check_source(kind(FORMAT), FORMAT)
    check_source([b"ab"], FORMAT)
    check_source(b"ab", FORMAT)
    with pytest.raises(InvalidArgument, match="8000"):
        check_source(kind(SttFormat("pcm_s16le", 8000)), FORMAT)


def test_bytes_are_one_piece() -> None:
    """And no sequence of numbers."""
    assert list(pieces_of(b"abc")) == [b"abc"]
    assert list(pieces_of(Recording(FORMAT))) == [b"ab"]
