"""The facade over awaitable ports: the same members, awaited; no event loop is needed to see it."""

from __future__ import annotations

import inspect

import pytest

from cartesia_core import status, voices
from cartesia_core.api import Api, Tts, Voices
from cartesia_core.async_ports import AsyncPorts
from cartesia_core.bind import Endpoint, Listing, Socket, Stream
from cartesia_core.errors import DecodeError, IncompleteStream, InvalidArgument
from cartesia_core.http import Headers, Request, Response
from cartesia_core.stt import socket as stt_socket
from cartesia_core.tts import endpoints
from cartesia_core.tts import socket as tts_socket
from cartesia_core.tts.answers import Audio
from cartesia_core.tts.dialogue import TtsLimits
from tests.core.async_memory_ports import (
    AsyncMemoryConnector,
    AsyncMemorySender,
    AsyncMemorySocket,
    async_ports,
    collect,
    run,
)
from tests.core.memory_ports import NowhereError
from tests.core.test_api import RAW, WAV, answer, page
from tests.core.voice_samples import NEWEST_VOICE


def api(*answers: Response) -> tuple[Api[AsyncPorts], AsyncMemorySender]:
    """Make a facade over these answers."""
    pair = async_ports(*answers)
    assert isinstance(pair.http, AsyncMemorySender)
    return Api(pair), pair.http


def test_a_call_sends_what_its_builder_describes() -> None:
    """When it is awaited, and not before; then it gives the decoded value."""
    client, sender = api(Response(200, content=b"RIFF"))
    call = client.tts.generate(model_id="m", transcript="Hi.", voice="v", output_format=WAV)
    assert sender.sent == []
    assert run(call) == Audio(b"RIFF", WAV)
    assert sender.sent == [endpoints.generate(model_id="m", transcript="Hi.", voice="v", output_format=WAV)]


def test_wrong_arguments_are_told_at_once() -> None:
    """Where the call is written, even if it is awaited elsewhere; there is no coroutine to forget then."""
    client, sender = api()
    with pytest.raises(InvalidArgument):
        _ = client.tts.generate(model_id="m", transcript=" ", voice="v", output_format=WAV)
    with pytest.raises(InvalidArgument):
        client.voices.list(limit=0)
    assert sender.sent == []


def test_every_member_describes_its_call_without_sending_it() -> None:
    """`.request` is the builder itself, so it needs no `await`."""
    client, sender = api()
    assert client.voices.get.request("v") == voices.get("v")
    assert client.voices.list.request(limit=5) == voices.list(limit=5)
    assert client.get_status.request() == status.get()
    sse = client.tts.generate_sse.request(model_id="m", transcript="Hi.", voice="v", output_format=RAW)
    assert sse == endpoints.generate_sse(model_id="m", transcript="Hi.", voice="v", output_format=RAW)
    assert client.tts.websocket.request(version="2025-04-16").version == "2025-04-16"
    assert sender.sent == []


def test_raw_gives_the_answer_beside_the_value() -> None:
    """Status, header fields, request id; a list gives one page."""
    client, sender = api(answer(NEWEST_VOICE), page("a", has_more=True))
    raw = run(client.voices.get.raw("v-1"))
    assert (raw.value.id, raw.status, raw.request_id) == ("v-1", 200, "r-1")
    listed = run(client.voices.list.raw(limit=1))
    assert ([voice.id for voice in listed.value.data], listed.request_id) == (["a"], "r-1")
    assert len(sender.sent) == 2


def test_lists_are_walked_page_by_page() -> None:
    """Nothing is fetched before it is needed, and nothing after leaving."""
    client, sender = api(page("a", "b", has_more=True), page("c", has_more=True), page("d", has_more=False))

    async def three() -> list[str]:
        found: list[str] = []
        async for voice in client.voices.list(limit=2):
            found.append(voice.id)
            if len(found) == 3:
                break
        return found

    work = three()
    assert sender.sent == []
    assert run(work) == ["a", "b", "c"]
    assert [call.query for call in sender.sent] == [
        (("limit", "2"),),
        (("limit", "2"), ("starting_after", "b")),
    ]


def test_lists_end_with_their_last_page() -> None:
    """Every item comes once, in order; each walk is one of its own, and one that has ended stays so."""
    pages = (page("a", "b", has_more=True), page("c", has_more=False))
    client, sender = api(*pages, *pages)
    listed = client.voices.list()
    walk = listed.__aiter__()
    assert [voice.id for voice in run(collect(walk))] == ["a", "b", "c"]
    assert run(collect(walk)) == []
    assert [voice.id for voice in run(collect(listed))] == ["a", "b", "c"]
    assert len(sender.sent) == 4


def test_lists_give_their_pages_too() -> None:
    """Each knows whether there is more; an empty one is the end."""
    client, sender = api(page("a", has_more=True), page(has_more=True))
    assert [len(found.data) for found in run(collect(client.voices.list().pages()))] == [1, 0]
    assert len(sender.sent) == 2


def test_a_walk_goes_on_after_a_page_that_failed() -> None:
    """Asking again fetches the page that is missing; nothing is left out."""
    client, _ = api(page("a", has_more=True), Response(200, content=b"{"), page("b", has_more=False))
    walk = client.voices.list().__aiter__()
    assert run(walk.__anext__()).id == "a"
    with pytest.raises(DecodeError):
        run(walk.__anext__())
    assert run(walk.__anext__()).id == "b"


def test_streams_are_sent_when_entered() -> None:
    """Their events are decoded; a cut body is told."""
    body = b'data: {"type":"chunk","data":"AAA=","done":false}\n\n'
    client, sender = api(Response(200, Headers([("x-request-id", "r-1")]), content=body))
    stream = client.tts.generate_sse(model_id="m", transcript="Hi.", voice="v", output_format=RAW)
    assert sender.sent == []

    async def read() -> None:
        async with stream as events:
            assert (events.request_id, events.head.status) == ("r-1", 200)
            with pytest.raises(IncompleteStream):
                await collect(events)

    run(read())
    assert len(sender.sent) == 1


def test_streams_can_be_had_undecoded() -> None:
    """The same call, its body as bytes."""
    client, sender = api(Response(200, content=b"anything"), Response(200, content=b"pcm"))

    async def read() -> tuple[list[bytes], list[bytes]]:
        sse, tts = client.tts.generate_sse, client.tts.stream
        async with sse.raw(model_id="m", transcript="Hi.", voice="v", output_format=RAW) as pieces:
            body = await collect(pieces)
        async with tts(model_id="m", transcript="Hi.", voice="v", output_format=RAW) as pieces:
            return body, await collect(pieces)

    assert run(read()) == ([b"anything"], [b"pcm"])
    assert [call.path for call in sender.sent] == ["/tts/sse", "/tts/bytes"]
    request = client.tts.stream.request(model_id="m", transcript="Hi.", voice="v", output_format=RAW)
    assert sender.sent[1] == request


def test_sockets_are_asked_for() -> None:
    """With version and limits."""
    pair = async_ports()
    limits = TtsLimits(stall_seconds=1.0)
    socket = Api(pair).tts.websocket(version="2025-11-04", limits=limits)
    assert isinstance(socket, AsyncMemorySocket)
    assert isinstance(pair.sockets, AsyncMemoryConnector)
    assert pair.sockets.asked == [socket.request] == [tts_socket.websocket(version="2025-11-04", limits=limits)]


def test_sockets_can_be_had_raw() -> None:
    """The same socket, its messages as they are."""
    pair = async_ports()

    async def talk() -> list[str | bytes]:
        async with Api(pair).tts.websocket.raw(version="2025-11-04") as messages:
            await messages.send("{}")
            return await collect(messages)

    assert run(talk()) == ["{}"]
    assert isinstance(pair.sockets, AsyncMemoryConnector)
    assert pair.sockets.asked == [tts_socket.websocket(version="2025-11-04")]


def test_speech_to_text_sockets_are_asked_of_the_connector() -> None:
    """Under their names of today and of 4.x."""
    pair = async_ports()
    assert isinstance(pair.sockets, AsyncMemoryConnector)
    client = Api(pair)
    for call in (client.stt.websocket, client.stt.manual_finalize.websocket):
        with pytest.raises(NowhereError):
            call(model="ink-2", encoding="pcm_s16le", sample_rate=16000)
    for other in (client.stt.turns, client.stt.auto_finalize.websocket):
        with pytest.raises(NowhereError):
            other(model="ink-2", encoding="pcm_s16le", sample_rate=16000)
    manual = stt_socket.websocket(model="ink-2", encoding="pcm_s16le", sample_rate=16000)
    turns = stt_socket.turns(model="ink-2", encoding="pcm_s16le", sample_rate=16000)
    assert pair.sockets.asked == [manual, manual, turns, turns]


def test_members_of_the_classes_are_descriptions_of_either_colour() -> None:
    """One definition serves both."""
    assert isinstance(Tts.generate, Endpoint)
    assert isinstance(Tts.stream, Stream)
    assert isinstance(Tts.websocket, Socket)
    assert isinstance(Voices.list, Listing)


def test_members_show_the_documentation_and_signature_of_their_builders() -> None:
    """`help(client.tts.generate)` is of use."""
    client, _ = api()
    for member, builder in (
        (client.tts.generate, endpoints.generate),
        (client.tts.stream, endpoints.stream),
        (client.voices.list, voices.list),
        (client.tts.websocket, tts_socket.websocket),
    ):
        assert member.__doc__ == builder.__doc__
        assert inspect.signature(member) == inspect.signature(builder)


def test_foreign_builders_can_be_bound() -> None:
    """A call that this library does not know yet is one function and one line, in both colours."""

    def build() -> Request[object]:
        return Request(method="GET", path="/new", decode=lambda response: response.content)

    class Mine(Api[AsyncPorts]):
        """A facade with one member more."""

        fetch = Endpoint(build)

    pair = async_ports(Response(200, content=b"new"))
    client = Mine(pair)
    assert run(client.fetch()) == b"new"
    assert client.ports is pair
