"""One call of ours for every form of the catalogue, and what has to come of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, TypeAlias

from attrs import frozen

from cartesia_core import (
    AccessTokenGrants,
    AudioChunk,
    LegacyControls,
    MixVoiceById,
    PronunciationDictItem,
    RawFormat,
    VoiceByEmbedding,
    WavFormat,
    WordTimestamps,
)
from tests.judges.endpoints import words as w
from tests.judges.endpoints.words import Values

Arguments: TypeAlias = tuple[tuple[object, ...], dict[str, object]]

WAV: Final = WavFormat("pcm_s16le", w.RATE)
RAW: Final = RawFormat("pcm_s16le", w.RATE)
CONTROLS: Final = LegacyControls(speed="slow", emotion=("anger:high",))


@frozen
class Ours:
    """One call.

    Attributes:
        member: Name in the facade.
        says: Its arguments, from what was made for it.
        is_right: Tells whether the value is a plausible one.
        needs: What has to be made for it.
    """

    member: str
    says: Callable[[Values], Arguments]
    is_right: Callable[[Any, Values], bool]
    needs: tuple[str, ...] = ()


def with_(*args: object, **kwargs: object) -> Callable[[Values], Arguments]:
    """Say the same always."""
    return lambda _: (args, kwargs)


def of(*names: str, **kwargs: object) -> Callable[[Values], Arguments]:
    """Say ids in their places, by the names of what was made."""
    return lambda made: (tuple(made[name] for name in names), kwargs)


def file(name: str, /, **kwargs: object) -> Callable[[Values], Arguments]:
    """Upload the clip."""
    return lambda made: ((), {name: Path(made["clip"]), **kwargs})


def nothing(value: object, _: Values) -> bool:
    """Expect no value."""
    return value is None


def is_named(name: str) -> Callable[[Any, Values], bool]:
    """Expect something of a name, with an id."""
    return lambda value, _: value.name == name and bool(value.id)


def is_the(need: str) -> Callable[[Any, Values], bool]:
    """Expect what was made."""
    return lambda value, made: value.id == made[need]


def has_the(need: str) -> Callable[[Any, Values], bool]:
    """Expect a list with what was made."""
    return lambda value, made: made[need] in [item.id for item in value]


def is_speech(value: Any, _: Values) -> bool:
    """Expect audio of some length."""
    return 0.3 < value.seconds < 20 and len(value.content) > 5000


def is_stream(value: Any, _: Values) -> bool:
    """Expect pieces of audio."""
    return all(isinstance(piece, bytes) for piece in value) and sum(map(len, value)) > 5000


def is_events(value: Any, _: Values) -> bool:
    """Expect audio."""
    return sum(len(event.audio) for event in value if isinstance(event, AudioChunk)) > 5000


def is_timed(value: Any, made: Values) -> bool:
    """Expect audio, and the words."""
    words = [word for event in value if isinstance(event, WordTimestamps) for word in event.words]
    return is_events(value, made) and " ".join(words) == w.TEXT


def is_embedding(value: Any, _: Values) -> bool:
    """Expect 192 numbers."""
    return len(value.embedding) == 192


def is_heard(value: Any, _: Values) -> bool:
    """Expect the sentence of the clip, as far as a small recogniser hears it."""
    return len(value.text.split()) > 1 and bool(value.words) and value.duration > 1


def _generate(**changes: object) -> Callable[[Values], Arguments]:
    return with_(**{"model_id": w.MODEL, "transcript": w.TEXT, "voice": w.VOICE, "output_format": WAV, **changes})


def _generate_sse(**changes: object) -> Callable[[Values], Arguments]:
    return _generate(output_format=RAW, **changes)


def _infill(**changes: object) -> Callable[[Values], Arguments]:
    words = {"model_id": w.OLD_MODEL, "language": "en", "transcript": w.TEXT, "voice_id": w.VOICE, "output_format": WAV}
    return lambda made: ((), {**words, "left_audio": Path(made["clip"]), "right_audio": Path(made["clip"]), **changes})


_CHANGE: Final = file("clip", voice_id=w.VOICE, output_format=WAV)
_OLD_VOICE: Final = {"model_id": w.OLD_MODEL, "voice": VoiceByEmbedding(w.NUMBERS)}
_HEAR: Final = file("file", model="ink-whisper", language="en", timestamp_granularities=["word"])

SPEECH: Final[dict[str, Ours]] = {
    "status.get": Ours("get_status", with_(), lambda value, _: value.ok and value.version == "2026-08-14"),
    "access_token.create": Ours(
        "access_token.create",
        with_(grants=AccessTokenGrants(tts=True), expires_in=60),
        lambda value, _: len(value.token.reveal()) > 20,
    ),
    "tts.bytes": Ours("tts.generate", _generate(), is_speech),
    "tts.sse": Ours("tts.generate_sse", _generate_sse(add_timestamps=True), is_timed),
    "infill.bytes": Ours("tts.infill", _infill(), is_speech, ("clip",)),
    "voice_changer.bytes": Ours("voice_changer.generate", _CHANGE, is_speech, ("clip",)),
    "voice_changer.sse": Ours("voice_changer.generate_sse", _CHANGE, is_events, ("clip",)),
    "stt.transcribe": Ours("stt.transcribe", _HEAR, is_heard, ("clip",)),
    "tts.bytes@legacy": Ours("tts.generate", _generate(**_OLD_VOICE), is_speech),
    "tts.sse@legacy": Ours("tts.generate_sse", _generate_sse(**_OLD_VOICE), is_events),
    "infill.bytes@legacy": Ours("tts.infill", _infill(controls=CONTROLS), is_speech, ("clip",)),
    "stt.transcribe@openai": Ours("stt.transcribe_openai", _HEAR, is_heard, ("clip",)),
}

_CLONE: Final = {"name": "Mine", "language": "en", "description": "D"}
_LOCALIZE: Final = {"name": "French", "description": "D", "language": "fr", "original_speaker_gender": "female"}

VOICES: Final[dict[str, Ours]] = {
    "voices.list": Ours("voices.list", with_(limit=4, is_owner=True), has_the("voice"), ("voice",)),
    "voices.get": Ours("voices.get", of("voice"), is_the("voice"), ("voice",)),
    "voices.update": Ours("voices.update", of("voice", name="New", description="E"), is_named("New"), ("voice",)),
    "voices.delete": Ours("voices.delete", of("voice"), nothing, ("voice",)),
    "voices.clone": Ours("voices.clone", file("clip", accent="british", **_CLONE), is_named("Mine"), ("clip",)),
    "voices.localize": Ours(
        "voices.localize",
        with_(voice_id=w.OTHER_VOICE, name="French", accent="parisian", description="D"),
        is_named("French"),
    ),
    "voices.add_accents": Ours("voices.add_accents", of("voice", accents=["parisian"]), is_the("voice"), ("voice",)),
    "voices.delete_accent": Ours(
        "voices.delete_accent",
        lambda made: (("parisian",), {"voice_id": made["accented"]}),
        is_the("accented"),
        ("accented",),
    ),
    "accents.list": Ours("accents.list", with_(), lambda value, _: len(value.accents) > 5),
    "voices.list@2024-06-10": Ours(
        "voices.legacy.list_2024_06_10", with_(), lambda value, _: all(len(voice.embedding) == 192 for voice in value)
    ),
    "voices.list@2024-11-13": Ours(
        "voices.legacy.list_2024_11_13", with_(limit=4, is_owner=True), has_the("voice"), ("voice",)
    ),
    "voices.list@2025-04-16": Ours(
        "voices.legacy.list_2025_04_16", with_(limit=4, is_owner=True), has_the("voice"), ("voice",)
    ),
    "voices.create": Ours(
        "voices.create", with_(name="Made", description="D", embedding=w.NUMBERS, language="en"), is_named("Made")
    ),
    "voices.mix": Ours(
        "voices.mix", with_(voices=[MixVoiceById(w.VOICE, 0.25), MixVoiceById(w.OTHER_VOICE, 0.75)]), is_embedding
    ),
    "voices.localize@embedding": Ours(
        "voices.legacy.localize_embedding",
        with_(embedding=w.NUMBERS, language="fr", original_speaker_gender="female"),
        is_embedding,
    ),
    "voices.localize@legacy": Ours(
        "voices.legacy.localize", with_(voice_id=w.OTHER_VOICE, **_LOCALIZE), is_named("French")
    ),
    "voices.clone@legacy": Ours(
        "voices.clone",
        file("clip", mode="similarity", enhance=True, **_CLONE),
        is_named("Mine"),
        ("clip",),
    ),
    "voices.clone@2025-04-16": Ours("voices.clone", file("clip", enhance=True, **_CLONE), is_named("Mine"), ("clip",)),
    "voices.clone_clip": Ours("voices.clone_clip", file("clip", enhance=True, mode="clip"), is_embedding, ("clip",)),
}

_ITEM: Final = PronunciationDictItem("NYC", "New York")
_DATASET: Final = {"name": "N", "description": "D"}
_FINE_TUNE: Final = {"name": "F", "description": "D", "language": "en", "model_id": "sonic-3-2026-01-12"}

TRAINING: Final[dict[str, Ours]] = {
    "pronunciation_dicts.list": Ours(
        "pronunciation_dicts.list", with_(limit=1), has_the("dictionary"), ("dictionary",)
    ),
    "pronunciation_dicts.create": Ours(
        "pronunciation_dicts.create",
        with_(name="D", items=[_ITEM]),
        lambda value, _: [(item.text, item.alias) for item in value.items] == [("NYC", "New York")],
    ),
    "pronunciation_dicts.get": Ours("pronunciation_dicts.get", of("dictionary"), is_the("dictionary"), ("dictionary",)),
    "pronunciation_dicts.update": Ours(
        "pronunciation_dicts.update", of("dictionary", name="E"), is_named("E"), ("dictionary",)
    ),
    "pronunciation_dicts.delete": Ours("pronunciation_dicts.delete", of("dictionary"), nothing, ("dictionary",)),
    "pronunciation_dicts.pin": Ours("pronunciation_dicts.pin", of("dictionary"), nothing, ("dictionary",)),
    "pronunciation_dicts.unpin": Ours("pronunciation_dicts.unpin", of("dictionary"), nothing, ("dictionary",)),
    "datasets.list": Ours("datasets.list", with_(limit=1), has_the("dataset"), ("dataset",)),
    "datasets.create": Ours("datasets.create", with_(**_DATASET), is_named("N")),
    "datasets.get": Ours("datasets.get", of("dataset"), is_the("dataset"), ("dataset",)),
    "datasets.update": Ours("datasets.update", of("dataset", name="M", description="E"), nothing, ("dataset",)),
    "datasets.delete": Ours("datasets.delete", of("dataset"), nothing, ("dataset",)),
    "datasets.files.list": Ours("datasets.files.list", of("dataset", limit=1), has_the("file"), ("file",)),
    "datasets.files.upload": Ours(
        "datasets.files.upload",
        lambda made: ((made["dataset"],), {"file": Path(made["clip"]), "purpose": "fine_tune"}),
        nothing,
        ("dataset", "clip"),
    ),
    "datasets.files.delete": Ours(
        "datasets.files.delete", lambda made: ((made["file"],), {"dataset_id": made["dataset"]}), nothing, ("file",)
    ),
    "fine_tunes.list": Ours("fine_tunes.list", with_(limit=1), has_the("fine_tune"), ("fine_tune",)),
    "fine_tunes.create": Ours(
        "fine_tunes.create", lambda made: ((), {"dataset": made["dataset"], **_FINE_TUNE}), is_named("F"), ("file",)
    ),
    "fine_tunes.get": Ours(
        "fine_tunes.get", of("fine_tune"), lambda value, _: value.status == "completed", ("fine_tune",)
    ),
    "fine_tunes.delete": Ours("fine_tunes.delete", of("fine_tune"), nothing, ("fine_tune",)),
    "fine_tunes.list_voices": Ours(
        "fine_tunes.list_voices", of("fine_tune", limit=1), lambda value, _: len(value) == 1, ("fine_tune",)
    ),
    "datasets.list@legacy": Ours("datasets.legacy.list", with_(), has_the("dataset"), ("dataset",)),
    "datasets.create@legacy": Ours("datasets.legacy.create", with_(name="N"), is_named("N")),
    "datasets.list_files@legacy": Ours("datasets.legacy.list_files", of("dataset"), has_the("file"), ("file",)),
    "datasets.upload_file@legacy": Ours(
        "datasets.upload_file",
        lambda made: ((made["dataset"],), {"file": Path(made["clip"])}),
        nothing,
        ("dataset", "clip"),
    ),
}

AGENTS: Final[dict[str, Ours]] = {
    "agents.list": Ours("agents.list", with_(), lambda value, _: w.AGENT in [one.id for one in value.summaries]),
    "agents.get": Ours("agents.get", with_(w.AGENT), lambda value, _: value.id == w.AGENT),
    "agents.update": Ours(
        "agents.update",
        with_(w.AGENT, name="Desk", tts_voice=w.OTHER_VOICE),
        lambda value, _: (value.name, value.tts_voice) == ("Desk", w.OTHER_VOICE),
    ),
    "agents.delete": Ours("agents.delete", with_(w.SPARE_AGENT), nothing),
    "agents.list_phone_numbers": Ours(
        "agents.list_phone_numbers", with_(w.AGENT), lambda value, _: [n.agent_id for n in value] == [w.AGENT]
    ),
    "agents.list_templates": Ours("agents.list_templates", with_(), lambda value, _: len(value.templates) > 0),
    "agents.calls.list": Ours(
        "agents.calls.list",
        with_(agent_id=w.AGENT, expand="transcript", limit=1),
        lambda value, _: w.CALL in [call.id for call in value if call.transcript],
    ),
    "agents.calls.get": Ours("agents.calls.get", with_(w.CALL), lambda value, _: bool(value.transcript)),
    "agents.calls.download_audio": Ours(
        "agents.calls.download_audio", with_(w.CALL), lambda value, _: value.content[:4] == b"RIFF"
    ),
    "agents.deployments.list": Ours(
        "agents.deployments.list", with_(w.AGENT), lambda value, _: w.DEPLOYMENT in [one.id for one in value]
    ),
    "agents.deployments.get": Ours(
        "agents.deployments.get", with_(w.DEPLOYMENT), lambda value, _: value.agent_id == w.AGENT
    ),
    "agents.metrics.list": Ours("agents.metrics.list", with_(limit=10), has_the("metric"), ("metric",)),
    "agents.metrics.create": Ours(
        "agents.metrics.create",
        lambda made: ((), {"name": made["new_name"], "prompt": "Does somebody say hello?"}),
        lambda value, made: value.name == made["new_name"],
        ("new_name",),
    ),
    "agents.metrics.get": Ours("agents.metrics.get", of("metric"), is_the("metric"), ("metric",)),
    "agents.metrics.add_to_agent": Ours(
        "agents.metrics.add_to_agent", of("metric", agent_id=w.AGENT), nothing, ("metric",)
    ),
    "agents.metrics.remove_from_agent": Ours(
        "agents.metrics.remove_from_agent", of("used_metric", agent_id=w.AGENT), nothing, ("used_metric",)
    ),
    "agents.metrics.results.list": Ours(
        "agents.metrics.results.list",
        with_(agent_id=w.AGENT, metric_id=w.METRIC, limit=1),
        lambda value, _: {result.metric_id for result in value} == {w.METRIC},
    ),
    "agents.metrics.results.export": Ours(
        "agents.metrics.results.export", with_(agent_id=w.AGENT), lambda value, _: value.text.count("\n") > 1
    ),
}

FORMS: Final[dict[str, Ours]] = {**SPEECH, **VOICES, **TRAINING, **AGENTS}
"""By the names of the catalogue."""

STREAMS: Final = (
    Ours("tts.stream", _generate(), is_stream),
    Ours("tts.infill_stream", _infill(), is_stream, ("clip",)),
    Ours("voice_changer.stream", _CHANGE, is_stream, ("clip",)),
)
"""Further calls to the same endpoints."""
