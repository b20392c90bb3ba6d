"""The body of a streamed answer as it is, for those who want to decode it themselves or keep it."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import asdict, frozen

from cartesia_core.http import Call, Head, StreamRequest


@frozen
class _AsItIs:
    is_done: bool = False

    def feed(self, data: bytes) -> Iterator[bytes]:
        if data:
            yield data

    def finish(self) -> tuple[()]:
        return ()


def _as_it_is(_: Head) -> _AsItIs:
    return _AsItIs()


def undecoded(call: Call) -> StreamRequest[bytes]:
    """Give the same call with its body undecoded."""
    fields = asdict(call, recurse=False, filter=lambda field, _: field.name != "decoder")
    return StreamRequest(**fields, decoder=_as_it_is)
