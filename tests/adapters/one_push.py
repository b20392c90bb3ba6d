"""A program that warms a socket up by one turn, then pushes between two marks: `python -m ... FLAVOUR URL`."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable

from cartesia_sync import Client
from tests.adapters.flavours import FLAVOURS, Flavour
from tests.adapters.secrecy import KEY
from tests.adapters.story import OPTIONS

BEGIN, END = b"the push begins", b"the push has ended"
Mark = Callable[[bytes], object]


def push_sync(url: str, mark: Mark) -> None:
    """Push with the client for threads."""
    with Client(api_key=KEY, base_url=url) as client, client.tts.websocket() as ws:
        assert list(ws.speak("Warm.", **OPTIONS))
        with ws.context(**OPTIONS) as context:
            mark(BEGIN)
            context.push("Hello.")
            mark(END)
            context.finish()
            assert list(context)


def push_async(flavour: Flavour, url: str, mark: Mark) -> None:
    """Push on an event loop."""

    async def main() -> None:
        async with flavour.client(url) as client, flavour.socket(client) as ws:
            assert [event async for event in ws.speak("Warm.", **OPTIONS)]
            async with ws.context(**OPTIONS) as context:
                mark(BEGIN)
                await context.push("Hello.")
                mark(END)
                await context.finish()
                assert [event async for event in context]

    flavour.run(main)


def push(name: str, url: str, mark: Mark) -> None:
    """Push with the client of that name."""
    if name == "sync":
        push_sync(url, mark)
    else:
        push_async(next(flavour for flavour in FLAVOURS if flavour.name == name), url, mark)


NAMES = ("sync", *(flavour.name for flavour in FLAVOURS))

if __name__ == "__main__":
    descriptor = os.open(os.devnull, os.O_WRONLY)
    push(sys.argv[1], sys.argv[2], lambda text: os.write(descriptor, text))
