"""The facade over ports: every member sends what its builder describes, under all its names."""

from __future__ import annotations

import inspect
import json
from collections.abc import Iterator
from itertools import islice
from types import ModuleType

import pytest

from cartesia_core import accents, access_token, agents, datasets, fine_tunes, pronunciation_dicts, status, voices
from cartesia_core._json import JsonValue
from cartesia_core.api import (
    AgentCalls,
    AgentDeployments,
    AgentMetrics,
    Agents,
    Api,
    ApiStatus,
    Auth,
    Datasets,
    FineTunes,
    PronunciationDicts,
    Tts,
    Voices,
    VoicesLegacy,
)
from cartesia_core.audio import RawFormat, WavFormat
from cartesia_core.bind import Endpoint, Listing, Namespace, Socket, Stream
from cartesia_core.errors import IncompleteStream, InvalidArgument
from cartesia_core.http import Headers, Request, Response
from cartesia_core.ports import SyncPorts
from cartesia_core.stt import socket as stt_socket
from cartesia_core.tts import endpoints
from cartesia_core.tts import socket as tts_socket
from cartesia_core.tts.answers import Audio
from cartesia_core.tts.dialogue import TtsLimits
from tests.core.memory_ports import MemoryConnector, MemorySender, MemorySocket, NowhereError, ports
from tests.core.voice_samples import NEWEST_VOICE

WAV = WavFormat("pcm_s16le", 8000)
RAW = RawFormat("pcm_s16le", 8000)


def answer(value: JsonValue) -> Response:
    """Make a success."""
    headers = Headers([("content-type", "application/json"), ("x-request-id", "r-1")])
    return Response(200, headers, "2026-08-14", content=json.dumps(value).encode())


def api(*answers: Response) -> tuple[Api[SyncPorts], MemorySender]:
    """Make a facade over these answers."""
    pair = ports(*answers)
    assert isinstance(pair.http, MemorySender)
    return Api(pair), pair.http


def page(*names: str, has_more: bool) -> Response:
    """Make a page of voices."""
    return answer({"data": [{**NEWEST_VOICE, "id": name} for name in names], "has_more": has_more})


def test_a_call_sends_what_its_builder_describes() -> None:
    """And gives the decoded value."""
    client, sender = api(Response(200, content=b"RIFF"))
    audio = client.tts.generate(model_id="m", transcript="Hi.", voice="v", output_format=WAV)
    assert audio == Audio(b"RIFF", WAV)
    assert sender.sent == [endpoints.generate(model_id="m", transcript="Hi.", voice="v", output_format=WAV)]


def test_every_member_describes_its_call_without_sending_it() -> None:
    """`.request` is the builder itself."""
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
    raw = client.voices.get.raw("v-1")
    assert (raw.value.id, raw.status, raw.request_id) == ("v-1", 200, "r-1")
    listed = client.voices.list.raw(limit=1)
    assert ([voice.id for voice in listed.value.data], listed.request_id) == (["a"], "r-1")
    assert len(sender.sent) == 2


def test_wrong_arguments_send_nothing() -> None:
    """They are told before."""
    client, sender = api()
    with pytest.raises(InvalidArgument):
        client.tts.generate(model_id="m", transcript=" ", voice="v", output_format=WAV)
    with pytest.raises(InvalidArgument):
        client.voices.list(limit=0)
    assert sender.sent == []


def test_lists_are_walked_page_by_page() -> None:
    """Nothing is fetched before it is needed, and nothing after leaving."""
    client, sender = api(page("a", "b", has_more=True), page("c", has_more=True), page("d", has_more=False))
    walk = client.voices.list(limit=2)
    assert sender.sent == []
    found = [voice.id for voice in islice(walk, 3)]
    assert found == ["a", "b", "c"]
    assert [call.query for call in sender.sent] == [
        (("limit", "2"),),
        (("limit", "2"), ("starting_after", "b")),
    ]


def test_lists_end_with_their_last_page() -> None:
    """Every item comes once, in order."""
    client, sender = api(page("a", "b", has_more=True), page("c", has_more=False))
    assert [voice.id for voice in client.voices.list()] == ["a", "b", "c"]
    assert len(sender.sent) == 2


def test_lists_give_their_pages_too() -> None:
    """Each knows whether there is more; an empty one is the end."""
    client, sender = api(page("a", has_more=True), page(has_more=True))
    assert [len(found.data) for found in client.voices.list().pages()] == [1, 0]
    assert len(sender.sent) == 2


def test_streams_are_sent_when_entered() -> None:
    """Their events are decoded; a cut body is told."""
    body = b'data: {"type":"chunk","data":"AAA=","done":false}\n\n'
    client, sender = api(Response(200, Headers([("x-request-id", "r-1")]), content=body))
    stream = client.tts.generate_sse(model_id="m", transcript="Hi.", voice="v", output_format=RAW)
    assert sender.sent == []
    with stream as events:
        assert (events.request_id, events.head.status) == ("r-1", 200)
        with pytest.raises(IncompleteStream):
            list(events)
    assert len(sender.sent) == 1


def test_streams_can_be_had_undecoded() -> None:
    """The same call, its body as bytes."""
    client, sender = api(Response(200, content=b"anything"), Response(200, content=b"pcm"))
    with client.tts.generate_sse.raw(model_id="m", transcript="Hi.", voice="v", output_format=RAW) as pieces:
        assert list(pieces) == [b"anything"]
    with client.tts.stream(model_id="m", transcript="Hi.", voice="v", output_format=RAW) as pieces:
        assert list(pieces) == [b"pcm"]
    assert [call.path for call in sender.sent] == ["/tts/sse", "/tts/bytes"]


def test_sockets_are_asked_for() -> None:
    """With version and limits."""
    pair = ports()
    limits = TtsLimits(stall_seconds=1.0)
    with Api(pair).tts.websocket(version="2025-11-04", limits=limits) as socket:
        assert isinstance(socket, MemorySocket)
    assert isinstance(pair.sockets, MemoryConnector)
    assert pair.sockets.asked == [tts_socket.websocket(version="2025-11-04", limits=limits)]


def test_sockets_can_be_had_raw() -> None:
    """The same socket, its messages as they are."""
    pair = ports()
    with Api(pair).tts.websocket.raw(version="2025-11-04") as messages:
        messages.send("{}")
        assert list(messages) == ["{}"]
    assert isinstance(pair.sockets, MemoryConnector)
    assert pair.sockets.asked == [tts_socket.websocket(version="2025-11-04")]


def test_names_of_earlier_generations_lead_to_the_same_calls() -> None:
    """Users of every earlier SDK find theirs."""
    assert Tts.bytes.build is Tts.generate.build
    assert Tts.sse.build is Tts.generate_sse.build
    assert Tts.websocket_connect.build is Tts.websocket.build
    assert ApiStatus.get.build is Api.get_status.build
    assert Auth.access_token.build is access_token.create
    assert (Voices.create.build, Voices.mix.build) == (VoicesLegacy.create.build, VoicesLegacy.mix.build)
    assert Voices.list_accents.build is accents.list
    assert Datasets.list_files.build is datasets.files.list
    client, _ = api(answer({"ok": True, "version": "2026-08-14"}), answer({"ok": True, "version": "2026-08-14"}))
    assert client.api_status.get() == client.get_status()


@pytest.mark.parametrize(
    "group", [PronunciationDicts, Datasets, FineTunes, Agents, AgentCalls, AgentDeployments, AgentMetrics]
)
def test_one_thing_is_fetched_under_two_names(group: type[PronunciationDicts[SyncPorts]]) -> None:
    """The official SDK says `retrieve`, all else `get`."""
    assert group.retrieve.build is group.get.build


def test_every_resource_is_on_the_facade() -> None:
    """Under the official names, with groups inside of groups."""
    client, sender = api()
    assert client.access_token.create.request() == access_token.create()
    assert client.auth.access_token.request(expires_in=5) == access_token.create(expires_in=5)
    assert client.accents.list.request() == accents.list()
    assert client.pronunciation_dicts.get.request("d") == pronunciation_dicts.get("d")
    assert client.datasets.files.list.request("d") == datasets.files.list("d")
    assert client.datasets.legacy.list.request() == datasets.legacy.list()
    assert client.fine_tunes.list_voices.request("f") == fine_tunes.list_voices("f")
    assert client.agents.list_phone_numbers.request("a") == agents.list_phone_numbers("a")
    assert client.agents.calls.list.request(agent_id="a") == agents.calls.list(agent_id="a")
    assert client.agents.deployments.list.request("a") == agents.deployments.list("a")
    assert client.agents.metrics.add_to_agent.request("m", agent_id="a") == agents.metrics.add_to_agent(
        "m", agent_id="a"
    )
    assert client.agents.metrics.results.export.request() == agents.results.export()
    assert client.voices.legacy.list_2024_06_10.request() == voices.legacy.list_2024_06_10()
    assert sender.sent == []


def test_every_builder_has_its_line() -> None:
    """No call that can be described is missing on the facade."""
    on_facade = set(builders(Api(ports())))
    for module in BUILDERS:
        for name, build in vars(module).items():
            is_builder = inspect.isfunction(build) and "Request[" in str(build.__annotations__.get("return"))
            if is_builder and not name.startswith("_"):
                assert build in on_facade, f"{module.__name__}.{name}"


BUILDERS: tuple[ModuleType, ...] = (
    accents,
    access_token,
    agents.agents,
    agents.calls,
    agents.deployments,
    agents.metrics,
    agents.results,
    datasets.endpoints,
    datasets.files,
    datasets.legacy,
    fine_tunes,
    pronunciation_dicts,
    status,
    voices.endpoints,
    voices.legacy,
)


def builders(group: Namespace[SyncPorts]) -> Iterator[object]:
    """Give the builders of every member of a group, and of the groups inside."""
    for member in vars(type(group)).values():
        if isinstance(member, Endpoint | Listing):
            yield member.build
    for inner in vars(group).values():
        if isinstance(inner, Namespace):
            yield from builders(inner)


def test_lists_walk_backwards_too() -> None:
    """From the last page to the first, each page in its own order."""
    client, sender = api(page("c", "d", has_more=True), page("a", "b", has_more=False))
    assert [voice.id for voice in client.voices.list(ending_before="e", limit=2)] == ["c", "d", "a", "b"]
    assert [dict(call.query)["ending_before"] for call in sender.sent] == ["e", "c"]


def test_what_answers_with_nothing_gives_none() -> None:
    """`.raw` has the status all the same."""
    client, _ = api(Response(204), Response(204))
    client.voices.delete("v")
    raw = client.datasets.update.raw("d", name="N", description="D")
    assert (raw.value, raw.status) == (None, 204)


def test_a_wrong_id_sends_nothing() -> None:
    """It would lead to another path."""
    client, sender = api()
    for call in (client.voices.delete, client.agents.delete, client.fine_tunes.delete, client.datasets.delete):
        for wrong in ("", ".", ".."):
            with pytest.raises(InvalidArgument, match="is not an id"):
                call(wrong)
    assert sender.sent == []


def test_speech_to_text_sockets_are_asked_of_the_connector() -> None:
    """Under their names of today and of 4.x; what is wrong is refused before."""
    pair = ports()
    assert isinstance(pair.sockets, MemoryConnector)
    client = Api(pair)
    for call in (client.stt.websocket, client.stt.manual_finalize.websocket):
        with pytest.raises(NowhereError):
            call(model="ink-2", encoding="pcm_s16le", sample_rate=16000)
    for other in (client.stt.turns, client.stt.auto_finalize.websocket):
        with pytest.raises(NowhereError):
            other(model="ink-2", encoding="pcm_s16le", sample_rate=16000)
    with pytest.raises(InvalidArgument):
        client.stt.turns(model="ink-2", encoding="pcm_s16le", sample_rate=16000, turn_start_threshold=0.1)
    manual = stt_socket.websocket(model="ink-2", encoding="pcm_s16le", sample_rate=16000)
    turns = stt_socket.turns(model="ink-2", encoding="pcm_s16le", sample_rate=16000)
    assert pair.sockets.asked == [manual, manual, turns, turns]


def test_members_of_the_classes_are_descriptions_themselves() -> None:
    """Without ports there is nothing to send with."""
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
    """A call that this library does not know yet is one function and one line."""

    def build() -> Request[object]:
        return Request(method="GET", path="/new", decode=lambda response: response.content)

    class Mine(Api[SyncPorts]):
        """A facade with one member more."""

        fetch = Endpoint(build)

    pair = ports(Response(200, content=b"new"))
    client = Mine(pair)
    assert client.fetch() == b"new"
    assert client.ports is pair
