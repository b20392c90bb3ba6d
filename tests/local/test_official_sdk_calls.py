"""Every call that the vendor's own SDK has, found by reflection: none is forgotten, and all work."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any, Final

import pytest

from cartesia_local import LocalServer
from tests.local.client import OTHER_VOICE, RAW, VOICE

cartesia = pytest.importorskip("cartesia", reason="the official SDK is not installed")

from cartesia import Cartesia  # noqa: E402
from cartesia._resource import SyncAPIResource  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

AGENT: Final = "agent_front_desk"
METRIC: Final = "metric_table_booked"
WAV: Final = {f"output_format_{name}": value for name, value in {**RAW, "container": "wav"}.items()}
SPEECH: Final = {"model_id": "sonic-3", "transcript": "Hello there.", "voice": VOICE, "output_format": RAW}
SOCKETS: Final = {
    "tts.websocket",
    "tts.websocket_connect",
    "stt.auto_finalize.websocket",
    "stt.manual_finalize.websocket",
}
"""Told of elsewhere."""


class Things:
    """The client, and what its calls need."""

    def __init__(self, client: Any, clip: bytes) -> None:
        self.sdk = client
        self.clip = ("clip.wav", clip)

    def voice(self) -> str:
        """Clone a voice."""
        made: str = self.sdk.voices.clone(clip=self.clip, name="Mine", language="en").id
        return made

    def dictionary(self) -> str:
        """Make a dictionary."""
        made: str = self.sdk.pronunciation_dicts.create(name="D", items=[{"text": "NYC", "alias": "New York"}]).id
        return made

    def dataset(self) -> str:
        """Make a dataset with a file."""
        made: str = self.sdk.datasets.create(name="N", description="D").id
        self.sdk.datasets.files.upload(made, file=self.clip, purpose="fine_tune")
        return made

    def file(self, dataset: str) -> str:
        """Find the file of a dataset."""
        found: str = next(iter(self.sdk.datasets.files.list(dataset))).id
        return found

    def fine_tune(self) -> str:
        """Begin a fine-tune."""
        made: str = self.sdk.fine_tunes.create(
            name="F", description="D", language="en", model_id="sonic-3-2026-01-12", dataset=self.dataset()
        ).id
        return made

    def metric(self) -> str:
        """Make a metric."""
        made: str = self.sdk.agents.metrics.create(name="new-metric", prompt="Does somebody say hello?").id
        return made

    def change(self, call: Callable[..., Any]) -> Any:
        """Call the voice changer."""
        return call(clip=self.clip, voice_id=VOICE, **WAV)


def infill(things: Things) -> Any:
    return things.sdk.tts.infill(
        left_audio=things.clip,
        model_id="sonic-3",
        language="en",
        transcript="Between",
        voice_id=VOICE,
        output_format=RAW,
    )


def delete_accent(things: Things) -> Any:
    voice = things.voice()
    things.sdk.voices.add_accents(voice, accents=["parisian"])
    return things.sdk.voices.delete_accent("parisian", id=voice)


def delete_file(things: Things) -> Any:
    dataset = things.dataset()
    return things.sdk.datasets.files.delete(things.file(dataset), id=dataset)


CALLS: Final[dict[str, Callable[[Things], Any]]] = {
    "get_status": lambda t: t.sdk.get_status(),
    "access_token.create": lambda t: t.sdk.access_token.create(grants={"tts": True}, expires_in=60),
    "tts.generate": lambda t: t.sdk.tts.generate(**SPEECH).read(),
    "tts.bytes": lambda t: b"".join(t.sdk.tts.bytes(**SPEECH)),
    "tts.generate_sse": lambda t: list(t.sdk.tts.generate_sse(**SPEECH)),
    "tts.sse": lambda t: list(t.sdk.tts.sse(**SPEECH)),
    "tts.infill": lambda t: infill(t).read(),
    "voice_changer.generate": lambda t: t.change(t.sdk.voice_changer.generate).read(),
    "voice_changer.generate_sse": lambda t: list(t.change(t.sdk.voice_changer.generate_sse)),
    "voice_changer.change_voice_bytes": lambda t: t.change(t.sdk.voice_changer.change_voice_bytes).read(),
    "voice_changer.change_voice_sse": lambda t: t.change(t.sdk.voice_changer.change_voice_sse),
    "stt.transcribe": lambda t: t.sdk.stt.transcribe(
        file=t.clip, model="ink-whisper", timestamp_granularities=["word"], timeout=120
    ),
    "voices.list": lambda t: list(t.sdk.voices.list(limit=4, expand=["preview_file_url"], is_owner=False)),
    "voices.get": lambda t: t.sdk.voices.get(VOICE, expand=["preview_file_url"]),
    "voices.update": lambda t: t.sdk.voices.update(t.voice(), name="New", gender=None),
    "voices.delete": lambda t: t.sdk.voices.delete(t.voice()),
    "voices.clone": lambda t: t.sdk.voices.clone(clip=t.clip, name="Mine", language="en", accent="british"),
    "voices.localize": lambda t: t.sdk.voices.localize(
        voice_id=OTHER_VOICE, name="French", accent="parisian", description="D"
    ),
    "voices.list_accents": lambda t: t.sdk.voices.list_accents(),
    "voices.add_accents": lambda t: t.sdk.voices.add_accents(t.voice(), accents=["parisian"]),
    "voices.delete_accent": delete_accent,
    "pronunciation_dicts.create": lambda t: t.dictionary(),
    "pronunciation_dicts.retrieve": lambda t: t.sdk.pronunciation_dicts.retrieve(t.dictionary()),
    "pronunciation_dicts.update": lambda t: t.sdk.pronunciation_dicts.update(t.dictionary(), name="E"),
    "pronunciation_dicts.list": lambda t: (t.dictionary(), list(t.sdk.pronunciation_dicts.list(limit=1)))[1],
    "pronunciation_dicts.delete": lambda t: t.sdk.pronunciation_dicts.delete(t.dictionary()),
    "datasets.create": lambda t: t.dataset(),
    "datasets.retrieve": lambda t: t.sdk.datasets.retrieve(t.dataset()),
    "datasets.update": lambda t: t.sdk.datasets.update(t.dataset(), name="M", description="E"),
    "datasets.list": lambda t: (t.dataset(), list(t.sdk.datasets.list(limit=1)))[1],
    "datasets.delete": lambda t: t.sdk.datasets.delete(t.dataset()),
    "datasets.files.upload": lambda t: t.sdk.datasets.files.upload(t.dataset(), file=t.clip),
    "datasets.files.list": lambda t: list(t.sdk.datasets.files.list(t.dataset(), limit=1)),
    "datasets.files.delete": delete_file,
    "fine_tunes.create": lambda t: t.fine_tune(),
    "fine_tunes.retrieve": lambda t: t.sdk.fine_tunes.retrieve(t.fine_tune()).status == "completed",
    "fine_tunes.list": lambda t: (t.fine_tune(), list(t.sdk.fine_tunes.list(limit=1)))[1],
    "fine_tunes.list_voices": lambda t: list(t.sdk.fine_tunes.list_voices(t.fine_tune(), limit=1)),
    "fine_tunes.delete": lambda t: t.sdk.fine_tunes.delete(t.fine_tune()),
    "agents.list": lambda t: t.sdk.agents.list().summaries,
    "agents.retrieve": lambda t: t.sdk.agents.retrieve(AGENT),
    "agents.update": lambda t: t.sdk.agents.update(AGENT, name="Desk", tts_voice=OTHER_VOICE),
    "agents.delete": lambda t: t.sdk.agents.delete("agent_weather_line"),
    "agents.list_phone_numbers": lambda t: t.sdk.agents.list_phone_numbers(AGENT),
    "agents.list_templates": lambda t: t.sdk.agents.list_templates().templates,
    "agents.calls.list": lambda t: list(t.sdk.agents.calls.list(agent_id=AGENT, expand="transcript", limit=1)),
    "agents.calls.retrieve": lambda t: t.sdk.agents.calls.retrieve("call_1").transcript,
    "agents.calls.download_audio": lambda t: t.sdk.agents.calls.with_raw_response.download_audio("call_1").read(),
    "agents.deployments.list": lambda t: t.sdk.agents.deployments.list(AGENT),
    "agents.deployments.retrieve": lambda t: t.sdk.agents.deployments.retrieve("deployment_front_desk_1"),
    "agents.metrics.list": lambda t: list(t.sdk.agents.metrics.list(limit=1)),
    "agents.metrics.create": lambda t: t.metric(),
    "agents.metrics.retrieve": lambda t: t.sdk.agents.metrics.retrieve(METRIC),
    "agents.metrics.add_to_agent": lambda t: t.sdk.agents.metrics.add_to_agent(METRIC, agent_id=AGENT),
    "agents.metrics.remove_from_agent": lambda t: t.sdk.agents.metrics.remove_from_agent(METRIC, agent_id=AGENT),
    "agents.metrics.results.list": lambda t: list(t.sdk.agents.metrics.results.list(limit=1, agent_id=AGENT)),
    "agents.metrics.results.export": lambda t: t.sdk.agents.metrics.results.export(agent_id=AGENT),
}
SILENT: Final = {name for name in CALLS if name.rpartition(".")[2] == "delete"} | {
    "datasets.update",
    "datasets.files.upload",
    "agents.metrics.add_to_agent",
    "agents.metrics.remove_from_agent",
    "voice_changer.change_voice_sse",
}
"""Calls that give nothing. The last one is deprecated and throws its answer away."""


@pytest.fixture(scope="module")
def things(clip: bytes) -> Iterator[Things]:
    """A server of this module's own, whose fine-tunes are quick."""
    with (
        LocalServer(fine_tune_seconds=1e-6) as server,
        Cartesia(api_key=server.key, base_url=server.url, max_retries=0) as client,
    ):
        yield Things(client, clip)


def calls_of(resource: Any, prefix: str = "") -> Iterator[str]:
    """Give the names of the methods of a resource and of those in it."""
    for name in dir(type(resource)):
        if name.startswith(("_", "with_")):
            continue
        value = getattr(resource, name)
        if isinstance(value, SyncAPIResource):
            yield from calls_of(value, f"{prefix}{name}.")
        elif prefix and inspect.ismethod(value):
            yield prefix + name


def test_no_call_is_forgotten(things: Things) -> None:
    """The table above holds every call there is."""
    assert {*calls_of(things.sdk), "get_status"} == set(CALLS) | SOCKETS


@pytest.mark.filterwarnings("ignore:.*is deprecated:DeprecationWarning")
@pytest.mark.parametrize("name", CALLS)
def test_a_call_works(things: Things, name: str) -> None:
    """It gives something, where it gives something at all."""
    if name == "stt.transcribe":
        pytest.importorskip("pocketsphinx")
    found = CALLS[name](things)
    assert (found is None) if name in SILENT else found
