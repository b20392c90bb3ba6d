"""The body of a streamed answer as it is, for those who want to decode it themselves or keep it."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import asdict, frozen

from cartesia_core.http import Call, Head, StreamRequest


@frozen
class AsItIs:
    """Gives a body as it arrives.

    Attributes:
        is_done: Never: such a body has no end mark of its own.
    """

    is_done: bool = False

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Give the piece."""
        if data:
            yield data

    def finish(self) -> tuple[()]:
        """Nothing is held back."""
        return ()


def _as_it_is(_: Head) -> AsItIs:
    return AsItIs()


def undecoded(call: Call) -> StreamRequest[bytes]:
    """Give the same call with its body undecoded."""
    fields = asdict(call, recurse=False, filter=lambda field, _: field.name != "decoder")
    return StreamRequest(**fields, decoder=_as_it_is)
