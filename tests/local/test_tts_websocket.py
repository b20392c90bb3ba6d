"""`/tts/websocket`: contexts, buffering, flushes, cancel, errors, times, idleness, backpressure."""

from __future__ import annotations

import json
import time
from contextlib import ExitStack
from itertools import pairwise
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosedError, ConnectionClosedOK, InvalidStatus

from cartesia_core.versions import KNOWN, NEWEST, V2024_06_10, V2024_11_13, V2025_04_16, V2025_11_04, V2026_03_01
from cartesia_local import LocalServer
from tests.local.client import (
    LONG,
    OTHER_VOICE,
    RAW,
    VOICE,
    Json,
    Talk,
    api_facts,
    audio,
    http,
    raw_connection,
    receive_until,
    seconds,
    speech,
    talk,
    types,
)

BY_ID = {"mode": "id", "id": VOICE}


def flush_ids(messages: list[Json], kind: str) -> list[int]:
    return [message["flush_id"] for message in messages if message["type"] == kind and "flush_id" in message]


def words(messages: list[Json]) -> list[str]:
    return [
        word for message in messages if message["type"] == "timestamps" for word in message["word_timestamps"]["words"]
    ]


def is_flush_done(message: Json) -> bool:
    return bool(message["type"] == "flush_done")


def test_one_shot(server: LocalServer) -> None:
    """Chunks, then `done` once; the audio is that of /tts/bytes, and nothing has a flush id."""
    with talk(server) as conversation, http(server) as client:
        conversation.send()
        messages = conversation.until_done()
        whole = client.post("/tts/bytes", json=speech()).content
    assert types(messages) == ["chunk", "done"]
    assert audio(messages) == whole
    assert not flush_ids(messages, "chunk")
    assert messages[-1] == {"type": "done", "context_id": "c", "done": True, "status_code": 206}


@pytest.mark.parametrize("kind", ["chunk", "done", "timestamps", "phoneme_timestamps", "flush_done"])
def test_messages_have_the_documented_fields(server: LocalServer, kind: str) -> None:
    """Every required one, none that is not documented but the live service's empty `data` of a flush."""
    schemas = api_facts("schemas.json")
    union = schemas["unions"]["TTSWebSocketServerMessage"]["variants"]
    fields = {field["name"]: field for field in schemas["objects"][union[kind]]["fields"]}
    with talk(server) as conversation:
        conversation.send(more=True, flush=True, add_timestamps=True, add_phoneme_timestamps=True)
        conversation.send(transcript="")
        message = next(message for message in conversation.until_done() if message["type"] == kind)
    assert {name for name, field in fields.items() if field["required"]} <= set(message)
    assert set(message) - set(fields) <= ({"data"} if kind == "flush_done" else set())


def test_inputs_are_joined_byte_for_byte(server: LocalServer) -> None:
    """Pieces of words and a tag in pieces sound exactly like the whole text."""
    with talk(server) as conversation, http(server) as client:
        for piece in ("Hel", "lo the", "re <break ti", 'me="300ms"/> my', " friend."):
            conversation.send(transcript=piece, more=True)
        conversation.send(transcript="")
        messages = conversation.until_done()
        text = 'Hello there <break time="300ms"/> my friend.'
        assert audio(messages) == client.post("/tts/bytes", json=speech(transcript=text)).content


def test_the_buffer_gives_way_after_its_delay(server: LocalServer) -> None:
    """Half a sentence is spoken when it has waited, without any further message."""
    with talk(server) as conversation:
        began = time.monotonic()
        conversation.send(transcript="Half a sentence", max_buffer_delay_ms=200, more=True)
        assert conversation.receive()["type"] == "chunk"
        assert 0.2 <= time.monotonic() - began < 1


def test_a_whole_sentence_does_not_wait(server: LocalServer) -> None:
    """With the default delay of three seconds, its audio comes at once."""
    with talk(server) as conversation:
        began = time.monotonic()
        conversation.send(transcript="A whole sentence. And", more=True)
        assert conversation.receive()["type"] == "chunk"
        assert time.monotonic() - began < 1


def test_a_flush_separates_two_texts(server: LocalServer) -> None:
    """All audio of the first, then flush_done with id 1, then audio with id 2; `done` ends it."""
    with talk(server) as conversation:
        conversation.send(transcript="One", more=True)
        conversation.send(transcript="", more=True, flush=True)
        first = conversation.until(is_flush_done)
        conversation.send(transcript="Two")
        second = conversation.until_done()
    assert types(first) == ["chunk", "flush_done"]
    assert types(second) == ["chunk", "done"]
    assert set(flush_ids(first, "chunk")) == {1}
    assert set(flush_ids(second, "chunk")) == {2}
    assert first[-1] == {
        "type": "flush_done",
        "context_id": "c",
        "status_code": 206,
        "done": False,
        "data": "",
        "flush_id": 1,
        "flush_done": True,
    }


@pytest.mark.parametrize(
    ("version", "expected"), [(V2024_06_10, [0, 1]), (V2024_11_13, [0, 1]), (V2025_04_16, [1, 2]), (NEWEST, [1, 2])]
)
def test_flush_ids_count_from_one_or_in_old_versions_from_zero(
    server: LocalServer, version: str, expected: list[int]
) -> None:
    """SDK 2 takes them for indexes."""
    voice = VOICE if version == NEWEST else BY_ID
    with talk(server, version) as conversation:
        for _ in range(2):
            conversation.send(transcript="", voice=voice, max_buffer_delay_ms=100, more=True)
            conversation.send(transcript="", voice=voice, more=True, flush=True)
        conversation.send(transcript="", voice=voice)
        assert flush_ids(conversation.until_done(), "flush_done") == expected


@pytest.mark.parametrize("version", KNOWN)
def test_without_buffering_every_input_is_flushed_unasked(server: LocalServer, version: str) -> None:
    """Once per input with text, from 2025-04-16 on; clients of older versions cannot read it."""
    voice = VOICE if version == NEWEST else BY_ID
    with talk(server, version) as conversation:
        for text in ("One.", " ", "Two."):
            conversation.send(transcript=text, voice=voice, max_buffer_delay_ms=0, more=True)
        conversation.send(transcript=" ", voice=voice)
        messages = conversation.until_done()
    if version < V2025_04_16:
        assert types(messages) == ["chunk", "done"]
    else:
        assert types(messages) == ["chunk", "flush_done", "chunk", "flush_done", "done"]
        assert flush_ids(messages, "flush_done") == [1, 2]


@pytest.mark.parametrize(
    ("version", "delay", "is_taken"),
    [
        (NEWEST, 5000, True),
        (NEWEST, 5001, False),
        (NEWEST, -1, False),
        (NEWEST, 0.5, False),
        (V2025_04_16, 1000, True),
        (V2025_04_16, 1001, False),
    ],
)
def test_the_range_of_the_delay(server: LocalServer, version: str, delay: float, *, is_taken: bool) -> None:
    """It grew with 2025-11-04."""
    voice = VOICE if version == NEWEST else BY_ID
    with talk(server, version) as conversation:
        conversation.send(voice=voice, max_buffer_delay_ms=delay)
        assert (conversation.receive()["type"] == "chunk") is is_taken


def test_contexts_interleave(server: LocalServer) -> None:
    """Four long ones at once: each gets its turn long before any is done, and each is whole."""
    names = [f"c{number}" for number in range(4)]
    text = "One two three four five six seven. " * 12
    with talk(server) as conversation:
        for name in names:
            conversation.send(name, transcript=text)
        ended: set[str] = set()
        messages: list[Json] = []
        while len(ended) < len(names):
            messages.append(conversation.receive())
            if messages[-1]["done"]:
                ended.add(messages[-1]["context_id"])
    order = [message["context_id"] for message in messages]
    first_end = next(place for place, message in enumerate(messages) if message["done"])
    assert set(order[:first_end]) == set(names)
    assert sum(before != after for before, after in pairwise(order)) > 50
    assert len({audio(messages, name) for name in names}) == 1
    assert sum(message["done"] for message in messages) == len(names)


def test_cancel_stops_the_running_generation(server: LocalServer) -> None:
    """Of ten minutes of speech only little more comes; then `done`, and nothing of that context after it."""
    with talk(server) as conversation:
        conversation.send(transcript=LONG)
        conversation.receive()
        conversation.send_bare(context_id="c", cancel=True)
        assert seconds(audio(conversation.until_done())) < 300
        conversation.send("other")
        assert {message["context_id"] for message in conversation.until_done("other")} == {"other"}


def test_cancel_drops_what_has_not_begun(server: LocalServer) -> None:
    """Text that waits in the buffer is never spoken."""
    with talk(server) as conversation:
        conversation.send(transcript="Never said", more=True)
        conversation.send_bare(context_id="c", cancel=True)
        assert types(conversation.until_done()) == ["done"]


def test_cancel_of_what_is_not_there_is_ignored(server: LocalServer) -> None:
    """It may have ended meanwhile."""
    with talk(server) as conversation:
        conversation.send_bare(context_id="nobody", cancel=True)
        conversation.send()
        assert types(conversation.until_done()) == ["chunk", "done"]


@pytest.mark.parametrize("text", ["", " "])
def test_the_closing_message_needs_only_its_context(server: LocalServer, text: str) -> None:
    """Old clients close with another model, format and voice, SDK 4 with stock ones, livekit with a blank."""
    with talk(server) as conversation:
        conversation.send(transcript="Well then", more=True)
        conversation.send_bare(context_id="c", transcript=text, model_id="", voice={"id": "x"}, output_format={})
        assert types(conversation.until_done()) == ["chunk", "done"]


def test_the_config_may_change_within_a_context(server: LocalServer) -> None:
    """Each text is spoken as its own message says."""
    with talk(server) as conversation:
        lengths: list[float] = []
        for speed in (0.6, 1.5):
            conversation.send(transcript="The very same words", generation_config={"speed": speed}, more=True)
        conversation.send(transcript="", more=True, flush=True)
        messages = conversation.until(is_flush_done)
        for speed in (0.6, 1.5):
            conversation.send(f"s{speed}", transcript="The very same words", generation_config={"speed": speed})
            lengths.append(seconds(audio(conversation.until_done(f"s{speed}"))))
    assert lengths[0] > 1.5 * lengths[1]
    assert seconds(audio(messages)) == pytest.approx(sum(lengths), abs=0.02)


@pytest.mark.parametrize(
    "change",
    [
        {"voice": OTHER_VOICE},
        {"output_format": {**RAW, "sample_rate": 8000}},
        {"language": "de"},
    ],
)
def test_what_is_fixed_within_a_context(server: LocalServer, change: Json) -> None:
    """A change of voice, format or language is refused and ends the context."""
    with talk(server) as conversation:
        conversation.send(transcript="Well. ", more=True)
        conversation.send(transcript="Then.", **change)
        last = conversation.until_done()[-1]
    assert (last["type"], last["title"]) == ("error", "Conflicting fields")
    assert next(iter(change)) in last["message"]


def test_times_run_on_over_the_inputs_of_a_context(server: LocalServer) -> None:
    """From the beginning of the context, within its audio, in the order of its words."""
    with talk(server) as conversation:
        for text in ("One two. ", "Three four. ", "Five six."):
            conversation.send(
                transcript=text,
                add_timestamps=True,
                add_phoneme_timestamps=True,
                max_buffer_delay_ms=0,
                more=True,
            )
        conversation.send(transcript="")
        messages = conversation.until_done()
    assert words(messages) == ["One", "two.", "Three", "four.", "Five", "six."]
    starts = [
        time for message in messages if message["type"] == "timestamps" for time in message["word_timestamps"]["start"]
    ]
    sounds = [
        time
        for message in messages
        if message["type"] == "phoneme_timestamps"
        for time in message["phoneme_timestamps"]["start"]
    ]
    length = seconds(audio(messages))
    assert all(before < after for before, after in pairwise(starts))
    assert all(before <= after for before, after in pairwise(sounds))
    assert length * 0.5 < starts[4] < sounds[-1] < length
    assert flush_ids(messages, "timestamps")[-1] == 3


def test_a_context_expires_and_says_so() -> None:
    """After its last audio, without further input; then `done` comes, text for it is refused, its end is ignored."""
    with LocalServer(context_expiry_seconds=0.2) as server, talk(server) as conversation:
        conversation.send(transcript="Well. ", more=True)
        messages = conversation.until_done()
        assert types(messages) == ["chunk", "done"]
        conversation.send(transcript="")
        conversation.send(transcript="More.", more=True)
        refused = conversation.receive()
    assert (refused["type"], refused["title"], refused["context_id"]) == ("error", "Context expired", "c")


def test_a_context_whose_text_still_waits_does_not_expire() -> None:
    """The buffer's delay is longer than the expiry here."""
    with LocalServer(context_expiry_seconds=0.1) as server, talk(server) as conversation:
        conversation.send(transcript="Wait for me", max_buffer_delay_ms=400, more=True)
        assert types(conversation.until_done()) == ["chunk", "done"]


def test_expiry_can_be_switched_off() -> None:
    """The context is still there after what would have been its end."""
    with LocalServer(context_expiry_seconds=None) as server, talk(server) as conversation:
        conversation.send(transcript="Well. ", more=True)
        conversation.until(lambda message: message["type"] == "chunk")
        messages: list[Json] = []
        with pytest.raises(TimeoutError):
            messages.extend(iter(lambda: conversation.receive(timeout=1.3), None))
        assert types(messages) == ["chunk"]
        conversation.send(transcript="Still there.")
        assert types(conversation.until_done()) == ["chunk", "done"]


@pytest.mark.parametrize(("is_cancelled", "title"), [(True, "Context cancelled"), (False, "Context failed")])
def test_text_for_a_dead_context_is_refused(server: LocalServer, *, is_cancelled: bool, title: str) -> None:
    """A cancelled or failed one does not come back."""
    with talk(server) as conversation:
        conversation.send(transcript="Well", more=True)
        if is_cancelled:
            conversation.send_bare(context_id="c", cancel=True)
        else:
            conversation.send(transcript="Well", language=5)
        conversation.until_done()
        conversation.send()
        assert conversation.receive()["title"] == title


def test_the_id_of_a_finished_context_can_be_used_again(server: LocalServer) -> None:
    """Some clients use one id all the time; closing what is finished already does nothing."""
    with talk(server) as conversation:
        for _ in range(2):
            conversation.send()
            assert types(conversation.until_done()) == ["chunk", "done"]
            conversation.send(transcript="")


def test_text_after_the_last_input_is_refused(server: LocalServer) -> None:
    """While the audio of the last one still comes; the context ends with an error."""
    with talk(server) as conversation:
        conversation.send(transcript=LONG)
        conversation.send(transcript="")
        conversation.send(transcript="And more.")
        last = conversation.until_done()[-1]
    assert (last["type"], last["title"]) == ("error", "Context finished")


def test_an_error_ends_its_context_only(server: LocalServer) -> None:
    """Others go on, and the socket too."""
    with talk(server) as conversation:
        conversation.send("good", transcript="One two three. " * 20)
        conversation.send("bad", model_id="nothing")
        messages = conversation.until_done("good")
    errors = [message for message in messages if message["type"] == "error"]
    assert [(error["context_id"], error["error_code"]) for error in errors] == [("bad", "model_not_found")]


@pytest.mark.parametrize("version", KNOWN)
def test_errors_have_the_shape_of_their_version(server: LocalServer, version: str) -> None:
    """Title, message and status always; `error` for the clients of up to 2025-11-04."""
    with talk(server, version) as conversation:
        conversation.send(model_id="nothing")
        error = conversation.receive()
    assert (error["type"], error["done"], error["status_code"], error["context_id"]) == ("error", True, 400, "c")
    assert error["title"] == "Unknown model"
    assert error["request_id"].count(":") == 2
    if version <= V2025_11_04:
        assert error["error"] == f"{error['title']}: {error['message']}"
    else:
        assert "error" not in error


@pytest.mark.parametrize("frame", ["{", "[]", '"text"', "null", b"\x00\x01", '{"context_id": 5}'])
def test_a_message_that_cannot_be_read_is_an_error_without_a_context(server: LocalServer, frame: str | bytes) -> None:
    """And the socket goes on."""
    with talk(server) as conversation:
        conversation.ws.send(frame)
        error = conversation.receive()
        assert (error["type"], error["status_code"], "context_id" in error) == ("error", 400, False)
        conversation.send()
        assert types(conversation.until_done()) == ["chunk", "done"]


@pytest.mark.parametrize("version", KNOWN)
def test_required_fields_by_version(server: LocalServer, version: str) -> None:
    """Each of the documented ones is missed by name; `context_id` from 2025-11-04 on."""
    sockets = {socket["name"]: socket for socket in api_facts("websockets.json")["endpoints"]}
    required = sockets["tts.websocket"]["required_fields_by_version"][version]
    voice = VOICE if version == NEWEST else BY_ID
    whole = speech(voice=voice, context_id="c")
    with talk(server, version) as conversation:
        for name in whole:
            conversation.send_bare(**{key: value for key, value in whole.items() if key != name})
            message = conversation.receive()
            if name in required:
                assert (message["type"], message["message"]) == ("error", f"{name} is missing.")
            else:
                assert message["type"] == "chunk"


@pytest.mark.parametrize("message", [{"transcript": "", "flush": True, "continue": True}, {"transcript": " "}])
def test_nothing_to_say_in_a_context_that_is_not_there(server: LocalServer, message: Json) -> None:
    """A flush or an end of nothing."""
    with talk(server) as conversation:
        conversation.send(**message)
        assert conversation.receive()["title"] == "Empty transcript"


def test_a_context_can_be_opened_before_its_text(server: LocalServer) -> None:
    """With an empty transcript and `continue`."""
    with talk(server) as conversation:
        conversation.send(transcript="", more=True)
        conversation.send(transcript="Here it is.")
        assert types(conversation.until_done()) == ["chunk", "done"]


def test_an_idle_socket_is_closed() -> None:
    """With code 1000 and the reason that was seen; pings do not count as activity, a generation does."""
    with LocalServer(idle_seconds=0.4) as server, talk(server) as conversation:
        time_left = time.monotonic() + 0.3
        while time.monotonic() < time_left:
            conversation.ws.ping().wait(1)
        conversation.send()
        conversation.until_done()
        began = time.monotonic()
        with pytest.raises(ConnectionClosedOK) as caught:
            conversation.receive()
    assert time.monotonic() - began > 0.3
    assert caught.value.rcvd is not None
    assert (caught.value.rcvd.code, caught.value.rcvd.reason) == (1000, "connection idle timeout")


def test_a_socket_that_speaks_is_not_idle() -> None:
    """Audio that goes out counts as activity."""
    with LocalServer(idle_seconds=0.5, pace=1) as server, talk(server) as conversation:
        conversation.send(transcript="One two three four five six.")
        assert types(conversation.until_done()) == ["chunk", "done"]


def test_too_many_contexts(server: LocalServer) -> None:
    """429 with its code, for sockets as events, for requests as status; a place is free before `done` is sent."""
    with LocalServer(max_contexts=1) as limited, talk(limited) as conversation, http(limited) as client:
        for _ in range(3):
            conversation.send(transcript="Well", more=True)
            conversation.send("other")
            error = conversation.receive()
            assert (error["status_code"], error["error_code"]) == (429, "concurrency_limited")
            assert client.post("/tts/sse", json=speech()).status_code == 429
            conversation.send(transcript="")
            conversation.until_done()


def test_too_many_sockets() -> None:
    """Ten times the contexts; the next handshake gets 429."""
    with LocalServer(max_contexts=1) as server, ExitStack() as sockets:
        for _ in range(10):
            sockets.enter_context(talk(server))
        with pytest.raises(InvalidStatus) as caught:
            sockets.enter_context(talk(server))
        assert caught.value.response.status_code == 429


def test_a_client_that_does_not_read_stops_the_engine_not_the_others(server: LocalServer) -> None:
    """Hours of speech are asked for and not read; other clients are served meanwhile, and closing is quick."""
    with talk(server, max_queue=1, close_timeout=0.5) as stuck, talk(server) as conversation:
        for number in range(6):
            stuck.send(f"c{number}", transcript=LONG * 10)
        stuck.receive()
        for number in range(3):
            conversation.send(f"c{number}")
            conversation.until_done(f"c{number}")


def test_a_message_in_many_frames(server: LocalServer) -> None:
    """Fragments are joined, a ping between them is answered."""
    text = json.dumps(speech(context_id="c"))
    with talk(server) as conversation:
        conversation.ws.send(text[place : place + 10] for place in range(0, len(text), 10))
        assert types(conversation.until_done()) == ["chunk", "done"]


def test_a_message_that_is_too_big_closes_the_socket(server: LocalServer) -> None:
    """With code 1009; one just below the limit is taken."""
    limit = server.config.max_message_nbytes
    with talk(server) as conversation:
        conversation.send_bare(x=" " * (limit - 100))
        assert conversation.receive()["type"] == "error"
        conversation.send_bare(x=" " * limit)
        with pytest.raises(ConnectionClosedError) as caught:
            conversation.receive()
    assert caught.value.rcvd is not None
    assert caught.value.rcvd.code == 1009


def test_closing_in_mid_speech(server: LocalServer) -> None:
    """The close is answered at once, whatever else was to be said."""
    with talk(server, max_queue=None) as conversation:
        conversation.send(transcript=LONG)
        conversation.receive()
        began = time.monotonic()
    assert time.monotonic() - began < 2


def test_compression_is_declined(server: LocalServer) -> None:
    """It costs more CPU than loopback bandwidth is worth; a client that offers it goes without."""
    with talk(server, compression="deflate") as conversation:
        conversation.send()
        assert types(conversation.until_done()) == ["chunk", "done"]
        assert conversation.ws.protocol.extensions == []


def test_a_plain_request_is_told_to_upgrade(server: LocalServer) -> None:
    """426, and a handshake without a key 400."""
    with http(server) as client:
        assert client.get("/tts/websocket").status_code == 426
        assert client.get("/tts/websocket", headers={"Upgrade": "websocket"}).status_code == 400


def test_messages_sent_with_the_handshake_are_read(server: LocalServer) -> None:
    """A hasty client sends its first frame before the answer has come."""
    head = (
        f"GET /tts/websocket?api_key={server.key} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
    )
    with raw_connection(server) as sock:
        sock.sendall(head.encode() + b"\x81\x82\0\0\0\0{}")
        assert b"context_id is missing" in receive_until(sock, b"missing")


def test_the_stopping_server_says_so() -> None:
    """1001 to everyone who is connected."""
    with LocalServer() as server, talk(server) as conversation:
        server.stop()
        with pytest.raises(ConnectionClosedOK) as caught:
            conversation.receive()
    assert caught.value.rcvd is not None
    assert caught.value.rcvd.code == 1001


@pytest.mark.parametrize("version", [V2024_06_10, V2025_04_16, V2026_03_01])
def test_examples_of_the_documentation(server: LocalServer, version: str) -> None:
    """The documented conversations, played with a local voice, give messages of the documented order."""
    sockets = {socket["name"]: socket for socket in api_facts("websockets.json")["endpoints"]}
    played = 0
    for example in sockets["tts.websocket"]["examples"][:4]:
        with talk(server, version) as conversation:
            played += _play(conversation, example["messages"])
    assert played == 4


def _play(conversation: Talk, messages: list[Json]) -> int:
    """Send a client's part; check the last message and the types of the server's."""
    contexts = dict.fromkeys(message["json"]["context_id"] for message in messages)
    sent: Json = {}
    for message in messages:
        if message["dir"] == "c2s" and "cancel" in message["json"]:
            conversation.send_bare(**message["json"])
        elif message["dir"] == "c2s":
            sent = {**speech(voice=BY_ID), **message["json"], "voice": BY_ID}
            conversation.send_bare(**sent)
    received: list[Any] = []
    for context_id in contexts:
        if not any(message["done"] and message["context_id"] == context_id for message in received):
            received += conversation.until_done(context_id)
    for context_id in contexts:
        got = types([message for message in received if message["context_id"] == context_id])
        documented = [m["json"] for m in messages if m["dir"] == "s2c" and m["json"]["context_id"] == context_id]
        # A cancel may come before any audio; times come after the audio they belong to, in both as often as needed.
        assert got[-1] == documented[-1]["type"] == "done"
        assert set(got) | {"chunk"} == {message["type"] for message in documented}
    return 1
