"""An hour of audio, with somebody who speaks now and then: as a recording and on a socket, in bounded memory."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Final

import numpy as np
import pytest
import soundfile

from tests.local.client import http, linux_only
from tests.local.hearing import MANUAL, say, stream
from tests.local.processes import served

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.local.client import Json
    from tests.local.processes import Memory, Served

pytest.importorskip("pocketsphinx")
pytestmark = linux_only

SAID: Final = "Please send the report to my manager."
RATE: Final = 8000
MINUTE: Final = 60 * RATE
EVERY_MINUTES: Final = 6
SILENCE: Final = b"\xff"
"""Of mu-law."""
MAY_GROW_MIB: Final = 24
"""Between a minute and an hour. As samples for the recogniser the hour has 220 MiB, and 27 as it is sent."""


@pytest.fixture(scope="module")
def server() -> Iterator[Served]:
    """A server in a process of its own."""
    with served([SAID]) as running:
        yield running


@pytest.fixture(scope="module")
def minute(server: Served) -> bytes:
    """A minute of mu-law that begins with the sentence."""
    pcm = np.frombuffer(say(server.running, SAID), "<i2")[::2]
    file = io.BytesIO()
    soundfile.write(file, pcm, RATE, "ULAW", "LITTLE", "RAW")
    return SILENCE * RATE + file.getvalue().ljust(MINUTE - RATE, SILENCE)


def minutes(minute: bytes, count: int) -> Iterator[bytes]:
    """Give so many minutes, every sixth of them the one with the sentence."""
    for number in range(count):
        yield SILENCE * MINUTE if number % EVERY_MINUTES else minute


def transcribed(server: Served, audio: bytes) -> Json:
    """Upload a recording."""
    query = {"encoding": "pcm_mulaw", "sample_rate": str(RATE)}
    fields = {"model": "ink-whisper", "timestamp_granularities[]": "word"}
    with http(server.running) as client:
        answer = client.post("/stt", params=query, data=fields, files={"file": audio}, timeout=300)
    found: Json = answer.raise_for_status().json()
    return found


def check_words(words: list[Json], count: int) -> None:
    """Check that the sentence was heard whenever it was said, and when that was."""
    assert [word["word"] for word in words] == SAID.split() * count
    starts = [word["start"] for word in words[:: len(SAID.split())]]
    assert starts == pytest.approx([1 + 60 * EVERY_MINUTES * number for number in range(count)], abs=0.3)


def grown(before: Memory, after: Memory) -> float:
    """Tell by how many MiB the peaks have grown."""
    return after.server - before.server + after.children - before.children


def test_an_hour_as_a_recording(server: Served, minute: bytes) -> None:
    """All words with their times, the right length, and hardly more memory than a minute took."""
    assert transcribed(server, b"".join(minutes(minute, 1)))["duration"] == 60
    before = server.memory
    answer = transcribed(server, b"".join(minutes(minute, 60)))
    assert answer["duration"] == 3600
    check_words(answer["words"], 60 // EVERY_MINUTES)
    assert grown(before, server.memory) < MAY_GROW_MIB


def test_an_hour_on_a_socket(server: Served, minute: bytes) -> None:
    """The same, with a final for each time that somebody spoke."""
    with stream(server.running, {**MANUAL, "encoding": "pcm_mulaw", "sample_rate": RATE}) as heard:
        heard.ws.send(minute)
        heard.command("finalize")
        messages = heard.until("flush_done")
        before = server.memory
        for piece in [*minutes(minute, 60)][1:]:
            heard.ws.send(piece)
        heard.command("finalize")
        messages += heard.until("flush_done")
        after = server.memory
    finals = [message for message in messages if message.get("is_final")]
    check_words([word for final in finals for word in final["words"]], 60 // EVERY_MINUTES)
    assert grown(before, after) < MAY_GROW_MIB
