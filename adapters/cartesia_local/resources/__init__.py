"""All resources of the API: one module each, with its table of routes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cartesia_local.resources import (
    accents,
    access_token,
    agent_calls,
    agent_deployments,
    agent_metrics,
    agents,
    datasets,
    fine_tunes,
    infill,
    metric_results,
    pronunciation_dicts,
    status,
    stt_batch,
    stt_websocket,
    tts_bytes,
    tts_sse,
    tts_websocket,
    voice_changer,
    voice_cloning,
    voice_making,
    voices,
)

if TYPE_CHECKING:
    from cartesia_local.app import Table

TABLES: Final[tuple[Table, ...]] = (
    status.TABLE,
    access_token.TABLE,
    voices.TABLE,
    voice_cloning.TABLE,
    voice_making.TABLE,
    accents.TABLE,
    pronunciation_dicts.TABLE,
    datasets.TABLE,
    fine_tunes.TABLE,
    agents.TABLE,
    agent_calls.TABLE,
    agent_deployments.TABLE,
    agent_metrics.TABLE,
    metric_results.TABLE,
    infill.TABLE,
    voice_changer.TABLE,
    stt_batch.TABLE,
    stt_websocket.TABLE,
    tts_bytes.TABLE,
    tts_sse.TABLE,
    tts_websocket.TABLE,
)
