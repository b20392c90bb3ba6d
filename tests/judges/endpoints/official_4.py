"""The calls of the official SDK 4.2.0 (2026-08-14)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from tests.judges.endpoints import words as w
from tests.judges.endpoints.words import Official, Values

_SAID: Final = {"model_id": w.MODEL, "transcript": w.TEXT, "voice": w.VOICE}
_FINE_TUNE: Final = {"name": "F", "description": "D", "language": "en", "model_id": "sonic-3-2026-01-12"}


def _change(call: Callable[..., Any], made: Values) -> Any:
    return call(clip=Path(made["clip"]), voice_id=w.VOICE, **w.SPREAD)


def _infill(sdk: Any, made: Values) -> Any:
    return sdk.tts.infill(
        model_id=w.OLD_MODEL,
        language="en",
        transcript=w.TEXT,
        voice_id=w.VOICE,
        output_format=w.WAV,
        left_audio=Path(made["clip"]),
        right_audio=Path(made["clip"]),
    ).read()


SPEECH: Final[dict[Official, Callable[[Any, Values], Any]]] = {
    Official("status.get", "get_status"): lambda c, _: c.get_status(),
    Official("access_token.create", "access_token.create"): lambda c, _: c.access_token.create(
        grants={"tts": True}, expires_in=60
    ),
    Official("tts.bytes", "tts.generate"): lambda c, _: c.tts.generate(output_format=w.WAV, **_SAID).read(),
    Official("tts.bytes", "tts.bytes"): lambda c, _: b"".join(c.tts.bytes(output_format=w.WAV, **_SAID)),
    Official("tts.sse", "tts.generate_sse"): lambda c, _: list(
        c.tts.generate_sse(output_format=w.RAW, add_timestamps=True, **_SAID)
    ),
    Official("tts.sse", "tts.sse"): lambda c, _: list(c.tts.sse(output_format=w.RAW, add_timestamps=True, **_SAID)),
    Official("infill.bytes", "tts.infill"): _infill,
    Official("voice_changer.bytes", "voice_changer.generate"): lambda c, made: _change(
        c.voice_changer.generate, made
    ).read(),
    Official("voice_changer.bytes", "voice_changer.change_voice_bytes"): lambda c, made: _change(
        c.voice_changer.change_voice_bytes, made
    ).read(),
    Official("voice_changer.sse", "voice_changer.generate_sse"): lambda c, made: list(
        _change(c.voice_changer.generate_sse, made)
    ),
    # It throws its answer away.
    Official("voice_changer.sse", "voice_changer.change_voice_sse", gives=False): lambda c, made: _change(
        c.voice_changer.change_voice_sse, made
    ),
    Official("stt.transcribe", "stt.transcribe"): lambda c, made: c.stt.transcribe(
        file=Path(made["clip"]), model="ink-whisper", language="en", timestamp_granularities=["word"]
    ),
}

VOICES: Final[dict[Official, Callable[[Any, Values], Any]]] = {
    Official("voices.list", "voices.list"): lambda c, _: list(c.voices.list(limit=4, is_owner=True)),
    Official("voices.get", "voices.get"): lambda c, made: c.voices.get(made["voice"]),
    Official("voices.update", "voices.update"): lambda c, made: c.voices.update(
        made["voice"], name="New", description="E"
    ),
    Official("voices.delete", "voices.delete", gives=False): lambda c, made: c.voices.delete(made["voice"]),
    Official("voices.clone", "voices.clone"): lambda c, made: c.voices.clone(
        clip=Path(made["clip"]), name="Mine", language="en", description="D", accent="british"
    ),
    Official("voices.localize", "voices.localize"): lambda c, _: c.voices.localize(
        voice_id=w.OTHER_VOICE, name="French", accent="parisian", description="D"
    ),
    Official("voices.add_accents", "voices.add_accents"): lambda c, made: c.voices.add_accents(
        made["voice"], accents=["parisian"]
    ),
    Official("voices.delete_accent", "voices.delete_accent"): lambda c, made: c.voices.delete_accent(
        "parisian", id=made["accented"]
    ),
    Official("accents.list", "voices.list_accents"): lambda c, _: c.voices.list_accents(),
}

TRAINING: Final[dict[Official, Callable[[Any, Values], Any]]] = {
    Official("pronunciation_dicts.list", "pronunciation_dicts.list"): lambda c, _: list(
        c.pronunciation_dicts.list(limit=1)
    ),
    Official("pronunciation_dicts.create", "pronunciation_dicts.create"): lambda c, _: c.pronunciation_dicts.create(
        name="D", items=[{"text": "NYC", "alias": "New York"}]
    ),
    Official("pronunciation_dicts.get", "pronunciation_dicts.retrieve"): lambda c, made: c.pronunciation_dicts.retrieve(
        made["dictionary"]
    ),
    Official("pronunciation_dicts.update", "pronunciation_dicts.update"): lambda c, made: c.pronunciation_dicts.update(
        made["dictionary"], name="E"
    ),
    Official("pronunciation_dicts.delete", "pronunciation_dicts.delete", gives=False): lambda c, made: (
        c.pronunciation_dicts.delete(made["dictionary"])
    ),
    Official("datasets.list", "datasets.list"): lambda c, _: list(c.datasets.list(limit=1)),
    Official("datasets.create", "datasets.create"): lambda c, _: c.datasets.create(name="N", description="D"),
    Official("datasets.get", "datasets.retrieve"): lambda c, made: c.datasets.retrieve(made["dataset"]),
    Official("datasets.update", "datasets.update", gives=False): lambda c, made: c.datasets.update(
        made["dataset"], name="M", description="E"
    ),
    Official("datasets.delete", "datasets.delete", gives=False): lambda c, made: c.datasets.delete(made["dataset"]),
    Official("datasets.files.list", "datasets.files.list"): lambda c, made: list(
        c.datasets.files.list(made["dataset"], limit=1)
    ),
    Official("datasets.files.upload", "datasets.files.upload", gives=False): lambda c, made: c.datasets.files.upload(
        made["dataset"], file=Path(made["clip"]), purpose="fine_tune"
    ),
    Official("datasets.files.delete", "datasets.files.delete", gives=False): lambda c, made: c.datasets.files.delete(
        made["file"], id=made["dataset"]
    ),
    Official("fine_tunes.list", "fine_tunes.list"): lambda c, _: list(c.fine_tunes.list(limit=1)),
    Official("fine_tunes.create", "fine_tunes.create"): lambda c, made: c.fine_tunes.create(
        dataset=made["dataset"], **_FINE_TUNE
    ),
    Official("fine_tunes.get", "fine_tunes.retrieve"): lambda c, made: c.fine_tunes.retrieve(made["fine_tune"]),
    Official("fine_tunes.delete", "fine_tunes.delete", gives=False): lambda c, made: c.fine_tunes.delete(
        made["fine_tune"]
    ),
    Official("fine_tunes.list_voices", "fine_tunes.list_voices"): lambda c, made: list(
        c.fine_tunes.list_voices(made["fine_tune"], limit=1)
    ),
}

AGENTS: Final[dict[Official, Callable[[Any, Values], Any]]] = {
    Official("agents.list", "agents.list"): lambda c, _: c.agents.list(),
    Official("agents.get", "agents.retrieve"): lambda c, _: c.agents.retrieve(w.AGENT),
    Official("agents.update", "agents.update"): lambda c, _: c.agents.update(
        w.AGENT, name="Desk", tts_voice=w.OTHER_VOICE
    ),
    Official("agents.delete", "agents.delete", gives=False): lambda c, _: c.agents.delete(w.SPARE_AGENT),
    Official("agents.list_phone_numbers", "agents.list_phone_numbers"): lambda c, _: c.agents.list_phone_numbers(
        w.AGENT
    ),
    Official("agents.list_templates", "agents.list_templates"): lambda c, _: c.agents.list_templates(),
    Official("agents.calls.list", "agents.calls.list"): lambda c, _: list(
        c.agents.calls.list(agent_id=w.AGENT, expand="transcript", limit=1)
    ),
    Official("agents.calls.get", "agents.calls.retrieve"): lambda c, _: c.agents.calls.retrieve(w.CALL),
    # It throws the recording away.
    Official("agents.calls.download_audio", "agents.calls.download_audio", gives=False): lambda c, _: (
        c.agents.calls.download_audio(w.CALL)
    ),
    Official("agents.deployments.list", "agents.deployments.list"): lambda c, _: c.agents.deployments.list(w.AGENT),
    Official("agents.deployments.get", "agents.deployments.retrieve"): lambda c, _: c.agents.deployments.retrieve(
        w.DEPLOYMENT
    ),
    Official("agents.metrics.list", "agents.metrics.list"): lambda c, _: c.agents.metrics.list(limit=10),
    Official("agents.metrics.create", "agents.metrics.create"): lambda c, made: c.agents.metrics.create(
        name=made["new_name"], prompt="Does somebody say hello?"
    ),
    Official("agents.metrics.get", "agents.metrics.retrieve"): lambda c, made: c.agents.metrics.retrieve(
        made["metric"]
    ),
    Official("agents.metrics.add_to_agent", "agents.metrics.add_to_agent", gives=False): lambda c, made: (
        c.agents.metrics.add_to_agent(made["metric"], agent_id=w.AGENT)
    ),
    Official("agents.metrics.remove_from_agent", "agents.metrics.remove_from_agent", gives=False): lambda c, made: (
        c.agents.metrics.remove_from_agent(made["used_metric"], agent_id=w.AGENT)
    ),
    Official("agents.metrics.results.list", "agents.metrics.results.list"): lambda c, _: list(
        c.agents.metrics.results.list(agent_id=w.AGENT, metric_id=w.METRIC, limit=1)
    ),
    Official("agents.metrics.results.export", "agents.metrics.results.export"): lambda c, _: (
        c.agents.metrics.results.export(agent_id=w.AGENT)
    ),
}

CALLS: Final = {**SPEECH, **VOICES, **TRAINING, **AGENTS}
NO_ENDPOINTS: Final = {
    "tts.websocket",
    "tts.websocket_connect",
    "stt.auto_finalize.websocket",
    "stt.manual_finalize.websocket",
}
"""Sockets."""
