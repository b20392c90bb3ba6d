"""`/stt/websocket`: transcripts while one speaks, finals, flushes, the end, errors, limits, idleness."""

from __future__ import annotations

import json
from contextlib import ExitStack
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import soxr
from websockets.exceptions import ConnectionClosedError, ConnectionClosedOK, InvalidStatus

from cartesia_core.versions import KNOWN, NEWEST, V2024_06_10, V2024_11_13, V2025_04_16, V2025_11_04, V2026_03_01
from cartesia_local import LocalServer
from cartesia_local.hearing.intake import ENCODINGS
from cartesia_local.hearing.phrases import Phrases
from cartesia_local.speech.companding import to_alaw, to_mulaw
from tests.local.client import children, http, kill, linux_only
from tests.local.hearing import MANUAL, RATE, finals, kinds, say, seconds, silence, stream
from tests.local.shapes import check

if TYPE_CHECKING:
    from collections.abc import Iterator

pytest.importorskip("pocketsphinx")

FIRST = "Please send the report to my manager."
SECOND = "I would like a table for two by the window."


@pytest.fixture(scope="module")
def sure() -> Iterator[LocalServer]:
    """A server that hears two sentences and nothing else."""
    with LocalServer(stt_phrases=[FIRST, SECOND]) as running:
        yield running


@pytest.fixture(scope="module")
def first(sure: LocalServer) -> bytes:
    """The first sentence."""
    return say(sure, FIRST)


@pytest.fixture(scope="module")
def second(sure: LocalServer) -> bytes:
    """The second sentence."""
    return say(sure, SECOND)


@pytest.fixture
def sentences(first: bytes, second: bytes) -> tuple[bytes, bytes]:
    """Both."""
    return first, second


def test_interims_then_a_final_then_done(sure: LocalServer, first: bytes) -> None:
    """Every message has the documented shape and the same request id; the text grows to what was said."""
    with stream(sure) as heard:
        messages = heard.whole(silence(0.5) + first)
        assert heard.ws.close_code == 1000
    texts = [message["text"] for message in messages[:-1]]
    assert kinds(messages) == ["transcript"] * len(texts) + ["done"]
    assert [message["is_final"] for message in messages[:-1]] == [False] * (len(texts) - 1) + [True]
    assert len(texts) > 4
    assert texts[-1] == FIRST
    assert all(one and FIRST.startswith(one) for one in texts[:-1])
    assert len({message["request_id"] for message in messages}) == 1
    for message in messages[:-1]:
        check(message, "STTManualTranscript")
    check(messages[-1], "STTManualDone")


def test_words_have_their_times_in_the_stream(sure: LocalServer, first: bytes) -> None:
    """From where the voice begins to where it ends; the duration is that of the audio since the last final."""
    lead = 1.5
    with stream(sure) as heard:
        *_, final, _ = heard.whole(silence(lead) + first + silence(0.3))
    words = final["words"]
    assert [word["word"] for word in words] == FIRST.split()
    assert words[0]["start"] == pytest.approx(lead, abs=0.15)
    assert words[-1]["end"] == pytest.approx(lead + seconds(first), abs=0.15)
    assert all(one["start"] < one["end"] <= two["start"] + 0.02 for one, two in pairwise(words))
    assert final["duration"] == pytest.approx(lead + seconds(first) + 0.3, abs=0.1)


def test_finalize_gives_the_final_then_flush_done(sure: LocalServer, first: bytes, second: bytes) -> None:
    """At once, without any silence; finals are joined as they are, so that the second begins with a space."""
    with stream(sure) as heard:
        heard.send(first)
        heard.command("finalize")
        messages = heard.until("flush_done")
        assert (messages[-2]["text"], messages[-2]["is_final"]) == (FIRST, True)
        check(messages[-1], "STTManualFlushDone")
        rest = heard.whole(silence(0.2) + second)
    assert finals(messages + rest) == f"{FIRST} {SECOND}"
    assert rest[-2]["duration"] == pytest.approx(0.2 + seconds(second), abs=0.1)


def test_finalize_within_a_sentence(sure: LocalServer, second: bytes) -> None:
    """What was said so far is final; what follows is the next final, and no word comes twice."""
    half = len(second) // 4 * 2
    with stream(sure) as heard:
        heard.send(second[:half])
        heard.command("finalize")
        messages = [*heard.until("flush_done"), *heard.whole(second[half:])]
    assert kinds(messages).count("flush_done") == 1
    said = finals(messages).split()
    assert len(said) <= len(SECOND.split()) + 1
    assert said[:3] == SECOND.split()[:3]
    assert said[-2:] == SECOND.split()[-2:]


def test_finalize_without_speech(sure: LocalServer) -> None:
    """It is acknowledged once each, and there is no transcript."""
    with stream(sure) as heard:
        heard.command("finalize")
        heard.send(silence(1))
        heard.command("finalize")
        assert kinds(heard.whole(b"")) == ["flush_done", "flush_done", "done"]


def test_silence_makes_a_final(sure: LocalServer, first: bytes, second: bytes) -> None:
    """Two sentences with a second between them are two finals, without any command."""
    with stream(sure) as heard:
        messages = heard.whole(first + silence(1.2) + second)
    found = [message["text"] for message in messages if message.get("is_final")]
    assert found == [FIRST, f" {SECOND}"]


@pytest.mark.parametrize(
    ("model", "seconds_of_silence", "expected"), [("ink-whisper", 2, 1), ("ink-whisper", 0.5, 2), ("ink-2", 2, 2)]
)
def test_how_long_a_silence_makes_a_final(
    sure: LocalServer, sentences: tuple[bytes, bytes], model: str, seconds_of_silence: float, expected: int
) -> None:
    """The parameter says it for ink-whisper; ink-2 has its own."""
    query = {**MANUAL, "model": model, "max_silence_duration_secs": seconds_of_silence}
    with stream(sure, query) as heard:
        messages = heard.whole(sentences[0] + silence(1.2) + sentences[1])
    assert sum(bool(message.get("is_final")) for message in messages) == expected
    assert finals(messages) == f"{FIRST} {SECOND}"


def test_what_is_quieter_than_the_volume_is_silence(sure: LocalServer, first: bytes) -> None:
    """Nothing is heard of a voice at a tenth of its loudness; at its own it is."""
    quiet = (np.frombuffer(first, "<i2") // 10).astype("<i2").tobytes()
    for pcm, expected in ((quiet, ""), (first, FIRST)):
        with stream(sure, {**MANUAL, "min_volume": 0.03}) as heard:
            assert finals(heard.whole(silence(0.3) + pcm)) == expected


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("rate", [8000, 16000, 44100])
def test_every_encoding_and_rate(sure: LocalServer, first: bytes, encoding: str, rate: int) -> None:
    """The same sentence, in messages that end within samples."""
    samples = soxr.resample(np.frombuffer(first, "<i2").astype(np.float32) / 2**15, RATE, rate) * 0.9
    s16 = (samples * 2**15).astype("<i2")
    data = {
        "pcm_s16le": s16.tobytes,
        "pcm_s32le": lambda: (samples.astype(np.float64) * 2**31).astype("<i4").tobytes(),
        "pcm_f16le": lambda: samples.astype("<f2").tobytes(),
        "pcm_f32le": lambda: samples.astype("<f4").tobytes(),
        "pcm_mulaw": lambda: to_mulaw(s16).tobytes(),
        "pcm_alaw": lambda: to_alaw(s16).tobytes(),
    }[encoding]()
    with stream(sure, {**MANUAL, "encoding": encoding, "sample_rate": rate}) as heard:
        for begin in range(0, len(data), 4099):
            heard.ws.send(data[begin : begin + 4099])
        assert finals(heard.whole(b"")) == FIRST


@pytest.mark.parametrize("version", KNOWN)
def test_every_version_and_the_older_end(sure: LocalServer, first: bytes, version: str) -> None:
    """`done` ends a stream as `close` does."""
    with stream(sure, version=version) as heard:
        heard.send(first)
        heard.command("done")
        messages = heard.rest()
        assert heard.ws.close_code == 1000
    assert finals(messages) == FIRST
    assert kinds(messages)[-1] == "done"


@pytest.mark.parametrize(
    ("changes", "status", "said"),
    [
        ({"model": None}, 400, "model is missing"),
        ({"model": "ink-9"}, 400, "ink-9"),
        ({"encoding": None}, 400, "encoding is missing"),
        ({"encoding": "mp3"}, 400, "pcm_f16le"),
        ({"sample_rate": None}, 400, "sample_rate is missing"),
        ({"sample_rate": "fast"}, 400, "sample_rate"),
        ({"sample_rate": 0}, 400, "sample_rate"),
        ({"language": "de"}, 501, "English"),
        ({"min_volume": 1.5}, 400, "min_volume"),
        ({"max_silence_duration_secs": -1}, 400, "max_silence_duration_secs"),
        ({"keyterm": ["x"] * 101}, 400, "keyterm"),
        ({"keyterm": ["x" * 1201]}, 400, "keyterm"),
        ({"keyterm": [" "]}, 400, "keyterm"),
        ({"api_key": "wrong"}, 401, "API key"),
    ],
)
def test_queries_that_are_refused(server: LocalServer, changes: dict[str, Any], status: int, said: str) -> None:
    """With an answer in place of the upgrade, in the shape of each version."""
    for version in (NEWEST, V2025_04_16):
        with pytest.raises(InvalidStatus) as refused, stream(server, {**MANUAL, **changes}, version=version):
            pass
        assert refused.value.response.status_code == status
        text = refused.value.response.body.decode()
        assert said in (json.loads(text)["message"] if version == NEWEST else text)


def test_an_unknown_model_has_its_code(server: LocalServer) -> None:
    """As for speech."""
    with pytest.raises(InvalidStatus) as refused, stream(server, {**MANUAL, "model": "x"}):
        pass
    assert json.loads(refused.value.response.body)["error_code"] == "model_not_found"


def test_an_access_token_opens_it(server: LocalServer) -> None:
    """When it grants `stt`; one that grants `tts` does not."""
    with http(server) as client:
        tokens = {
            grant: client.post("/access-token", json={"grants": {grant: True}}).json()["token"]
            for grant in ("stt", "tts")
        }
    query = {**MANUAL, "api_key": None, "keyterm": ["Cartesia Sonic", "ink"]}
    with stream(server, {**query, "access_token": tokens["stt"]}) as heard:
        assert kinds(heard.whole(b"")) == ["done"]
    with (
        pytest.raises(InvalidStatus) as refused,
        stream(server, {**query, "access_token": tokens["tts"]}),
    ):
        pass
    assert refused.value.response.status_code == 403


def test_a_request_without_an_upgrade(server: LocalServer) -> None:
    """It is told to ask for one."""
    with http(server) as client:
        assert client.get("/stt/websocket", params=MANUAL).status_code == 426


@pytest.mark.parametrize("version", [V2024_06_10, V2024_11_13, V2025_04_16, V2025_11_04, V2026_03_01, NEWEST])
def test_a_message_that_makes_no_sense(sure: LocalServer, first: bytes, version: str) -> None:
    """It gets an error in the version's shape, after which the stream goes on."""
    with stream(sure, version=version) as heard:
        heard.send(first)
        heard.command('{"type": "close"}')
        messages = heard.until("error")
        error, rest = messages[-1], heard.whole(b"")
    assert finals(messages + rest) == FIRST
    assert error["request_id"] == rest[-1]["request_id"]
    assert ("code" in error) == (version <= V2025_11_04)
    if version >= V2025_11_04:
        assert (error["status_code"], error["title"]) == (400, "Unknown command")
        assert "finalize" in error["message"]
    else:
        assert error["code"] == 400
        assert error["message"].startswith("Unknown command: ")
    if version >= V2026_03_01:
        check(error, "STTError")


def test_an_idle_socket_is_closed(first: bytes) -> None:
    """With 1000 and the reason; any message puts it off."""
    with LocalServer(stt_idle_seconds=0.3) as server, stream(server) as heard:
        heard.command("finalize")
        assert heard.receive()["type"] == "flush_done"
        with pytest.raises(ConnectionClosedOK) as closed:
            heard.receive()
    assert closed.value.rcvd is not None
    assert (closed.value.rcvd.code, closed.value.rcvd.reason) == (1000, "connection idle timeout")


def test_streams_are_limited() -> None:
    """To four times the contexts, at the handshake; sockets for speech do not count, and an end makes room."""
    with LocalServer(max_contexts=1) as server, ExitStack() as opened:
        streams = [opened.enter_context(stream(server)) for _ in range(4)]
        with pytest.raises(InvalidStatus) as refused, stream(server):
            pass
        assert refused.value.response.status_code == 429
        assert json.loads(refused.value.response.body)["error_code"] == "concurrency_limited"
        with http(server) as client:
            assert client.post("/stt", data={"model": "ink-whisper"}, files={"file": b"x"}).status_code == 429
        streams[0].whole(b"")
        with stream(server) as heard:
            assert kinds(heard.whole(b"")) == ["done"]


@linux_only
@pytest.mark.parametrize("end", ["close", "leave", "stop"])
def test_a_recogniser_ends_with_its_stream(first: bytes, end: str) -> None:
    """However the stream ends, in the middle of a sentence too."""
    with LocalServer() as server:
        before = children()
        with stream(server) as heard:
            heard.command("finalize")
            heard.receive()
            own = children() - before
            assert len(own) == 1
            heard.send(first)
            if end == "close":
                heard.whole(b"")
            elif end == "stop":
                server.stop()
        while end != "stop" and children() & own:
            pass
    assert not children() - before


@linux_only
def test_a_recogniser_that_dies(sure: LocalServer, first: bytes, second: bytes) -> None:
    """An error tells it, and what is said next is heard by another one."""
    before = children()
    with stream(sure) as heard:
        heard.send(first)
        heard.until("transcript")
        kill(children() - before)
        heard.command("finalize")
        messages = heard.until("flush_done")
        error = next(message for message in messages if message["type"] == "error")
        assert (error["status_code"], error["title"]) == (500, "Recogniser failed")
        rest = heard.whole(silence(0.2) + second)
    assert finals(rest).strip() == SECOND


def test_words_that_the_dictionary_lacks() -> None:
    """They are named, and the socket is closed."""
    with LocalServer(stt_phrases=["Ask Blorptang about the weather."]) as server, stream(server) as heard:
        assert "blorptang" in heard.receive()["message"]
        with pytest.raises(ConnectionClosedError) as closed:
            heard.receive()
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 1011


def test_phrases_for_recordings(sure: LocalServer, first: bytes) -> None:
    """They hold for batch recognition as well."""
    with http(sure) as client:
        answer = client.post(
            "/stt",
            params={"encoding": "pcm_s16le", "sample_rate": RATE},
            data={"model": "ink-whisper"},
            files={"file": first},
            timeout=60,
        )
    assert answer.json()["text"] == FIRST


def test_phrases_that_are_none() -> None:
    """They are refused before the server starts."""
    for phrases in ("a text", [], ["..."], ["good", "long " * 10_001]):
        with pytest.raises(ValueError, match="stt_phrases"):
            LocalServer(stt_phrases=phrases)


def test_how_phrases_are_spelled() -> None:
    """Their own capitals and marks come back, dashes between words are left out, unknown words stay."""
    from cartesia_local.hearing.words import HeardWord

    phrases = Phrases(["Yes, I\u2019ll take it!", "Yes - today."])
    assert phrases.words == [["yes", "i'll", "take", "it"], ["yes", "today"]]
    for said, spelled in (
        ("yes i'll take it", ["Yes,", "I\u2019ll", "take", "it!"]),
        ("yes today yes", ["Yes", "today.", "Yes,"]),
        ("take it yes", ["take", "it!", "Yes,"]),
        ("well yes today", ["well", "Yes", "today."]),
        ("", []),
    ):
        heard = phrases.spell([HeardWord(word, 0.0, 0.1) for word in said.split()])
        assert [word.word for word in heard] == spelled


def test_without_a_recogniser(server: LocalServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """The handshake is a 501 that says what to install."""
    monkeypatch.setattr("cartesia_local.hearing.listener.NAME", "no_such_recogniser")
    with pytest.raises(InvalidStatus) as refused, stream(server):
        pass
    assert refused.value.response.status_code == 501
    assert b"cartesia-core[local]" in refused.value.response.body
