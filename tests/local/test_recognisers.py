"""The processes that recognise: how many there are, what they remember, when they end."""

from __future__ import annotations

import json
from contextlib import ExitStack
from typing import TYPE_CHECKING, Final

import numpy as np
import pytest
import trio
import trio.lowlevel
from websockets.exceptions import InvalidStatus

from cartesia_local import LocalServer
from cartesia_local.hearing.recogniser import AT_ONCE, Recogniser
from tests.local.client import LONG, VOICE, children, http, kill, linux_only, raw_connection, spoken
from tests.local.hearing import MANUAL, TURNS, finals, kinds, say, silence, stream, turns

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cartesia_local.speech.engine import Float32Array

pytest.importorskip("pocketsphinx")

FIRST: Final = "Please send the report to my manager."
SECOND: Final = "I would like a table for two by the window."
REMEMBERED: Final = "The meeting has been moved to Thursday afternoon."
"""Something else is heard of it by a decoder that has heard other things before."""


@pytest.fixture(scope="module")
def sure() -> Iterator[LocalServer]:
    """A server that hears two sentences and nothing else."""
    with LocalServer(stt_phrases=[FIRST, SECOND]) as running:
        yield running


def samples(pcm: bytes) -> Float32Array:
    """Give 16 bit as the recogniser has samples."""
    found: Float32Array = np.frombuffer(pcm, "<i2").astype(np.float32) / np.float32(2**15)
    return found


def test_what_was_heard_before_makes_no_difference(server: LocalServer) -> None:
    """The same process hears the same words with the same times, first and after something else."""
    recording, other = samples(say(server, REMEMBERED)), samples(say(server, SECOND))

    async def main() -> None:
        async with Recogniser() as recogniser:
            first = await recogniser.hear(recording)
            (pid,) = recogniser.pids
            assert await recogniser.hear(other) != first
            assert await recogniser.hear(recording) == first
            assert recogniser.pids == [pid]

    trio.run(main)


@linux_only
def test_a_few_processes_serve_all(sure: LocalServer) -> None:
    """Two at most, which wait for what comes next, are replaced when they died, and end with the block."""
    before = children()

    async def main() -> None:
        async with Recogniser() as recogniser:
            async with trio.open_nursery() as nursery:
                for _ in range(5):
                    nursery.start_soon(recogniser.hear, np.zeros(1600, np.float32))
            assert len(recogniser.pids) == AT_ONCE
            assert set(recogniser.pids) == children() - before
            died = set(recogniser.pids)
            kill(died)
            await recogniser.hear(np.zeros(1600, np.float32))
            assert len(recogniser.pids) == 1
            assert not died & set(recogniser.pids)

    trio.run(main)
    assert children() == before


@linux_only
def test_cancelling_ends_the_process(sure: LocalServer) -> None:
    """Nobody gets its answer in place of another, and the next utterance is heard by a new one."""
    recording = samples(say(sure, SECOND))

    async def main() -> None:
        async with Recogniser() as recogniser:
            expected = await recogniser.hear(recording)
            (pid,) = recogniser.pids
            async with trio.open_nursery() as nursery:
                nursery.start_soon(recogniser.hear, np.tile(recording, 20))
                while recogniser.pids:
                    await trio.lowlevel.checkpoint()
                nursery.cancel_scope.cancel()
            assert pid not in children()
            assert await recogniser.hear(recording) == expected

    trio.run(main)


@linux_only
def test_a_client_that_leaves_ends_the_work() -> None:
    """Of ten minutes of speech, too: once the connection is closed, its recogniser ends."""
    with LocalServer() as server:
        recording = spoken(server, LONG, VOICE)
        before = children()
        with http(server) as client, raw_connection(server) as sock:
            request = client.build_request("POST", "/stt", data={"model": "ink-whisper"}, files={"file": recording})
            fields = "".join(f"{name}: {value}\r\n" for name, value in request.headers.items())
            sock.sendall(f"POST /stt HTTP/1.1\r\n{fields}\r\n".encode() + request.read())
            while not children() - before:
                pass
        while children() - before:
            pass


@linux_only
def test_streams_side_by_side(sure: LocalServer) -> None:
    """Four on each socket, their audio interleaved; each hears its own, and their recognisers end with them."""
    audio = [say(sure, text) + silence(0.5) for text in (FIRST, SECOND)] * 2
    before = children()
    with ExitStack() as opened:
        manual = [opened.enter_context(stream(sure)) for _ in audio]
        turned = [opened.enter_context(turns(sure)) for _ in audio]
        for begin in range(0, max(map(len, audio)), 3200):
            for each, pcm in zip(manual + turned, audio * 2, strict=True):
                each.send(pcm[begin : begin + 3200])
        while len(children() - before) < 8:  # each begins when its first audio has arrived
            pass
        assert len(children() - before) == 8
        for each in turned:
            each.close_turns()
        assert [finals(each.whole(b"")) for each in manual] == [FIRST, SECOND] * 2
        ends = [each.rest()[-1] for each in turned]
        assert [(each["type"], each["transcript"]) for each in ends] == [("turn.end", FIRST), ("turn.end", SECOND)] * 2
        while children() - before:
            pass


def test_there_is_a_limit(sure: LocalServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of both sockets together, whatever the configuration allows; then a 429 in place of the upgrade."""
    monkeypatch.setattr("cartesia_local.limits.MOST_LIVE_STREAMS", 2)
    with stream(sure) as one, turns(sure):
        for path, query in (("/stt/websocket", MANUAL), ("/stt/turns/websocket", TURNS)):
            with pytest.raises(InvalidStatus) as refused, stream(sure, query, path):
                pass
            assert refused.value.response.status_code == 429
            assert json.loads(refused.value.response.body)["error_code"] == "concurrency_limited"
        one.whole(b"")
        with stream(sure) as other:
            assert kinds(other.whole(b"")) == ["done"]
