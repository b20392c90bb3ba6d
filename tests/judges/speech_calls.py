"""Streams of speech, said to the official SDK and to ours."""

from __future__ import annotations

from typing import Any, Final

import cartesia as official

from cartesia_sync import Client
from tests.judges.pair import Pair

PCM: Final = b"\x00\x01\xff\x7f" * 40
BASIC: Final[dict[str, Any]] = {"model": "ink-2", "encoding": "pcm_s16le", "sample_rate": 16000}
MANUAL: Final[dict[str, Any]] = {
    "model": "ink-whisper",
    "encoding": "pcm_mulaw",
    "sample_rate": 8000,
    "language": "en",
    "keyterm": ["two words", "Grüße"],
    "min_volume": 0.25,
    "max_silence_duration_secs": 1.5,
}
TURNS: Final[dict[str, Any]] = {
    **BASIC,
    "keyterm": ["ink"],
    "turn_start_threshold": 0.75,
    "turn_eager_end_threshold": 0.5,
    "turn_end_threshold": 0.125,
    "turn_end_timeout_ms": 700,
}


def _official_manual(options: dict[str, Any], c: official.Cartesia) -> None:
    with c.stt.manual_finalize.websocket(**options) as ws:
        ws.send_raw(PCM)
        ws.send("finalize")
        ws.send_raw(PCM)
        ws.send("close")
        list(ws)


def _our_manual(options: dict[str, Any], c: Client) -> None:
    with c.stt.websocket(**options) as stt:
        stt.send(PCM)
        stt.finalize()
        stt.send(PCM)
        stt.finish()
        list(stt)


def _official_turns(options: dict[str, Any], c: official.Cartesia) -> None:
    with c.stt.auto_finalize.websocket(**options) as ws:
        ws.send_raw(PCM)
        ws.send({"type": "config", "turn": {"end_timeout_ms": 3000}})
        ws.send({"type": "close"})
        list(ws)


def _our_turns(options: dict[str, Any], c: Client) -> None:
    with c.stt.turns(**options) as turns:
        turns.send(PCM)
        turns.configure(end_timeout_ms=3000)
        turns.finish()
        list(turns)


SPEECH_PAIRS: Final = (
    Pair("stt socket", lambda c: _official_manual(BASIC, c), lambda c: _our_manual(BASIC, c)),
    Pair("stt socket all options", lambda c: _official_manual(MANUAL, c), lambda c: _our_manual(MANUAL, c)),
    Pair("stt socket turns", lambda c: _official_turns(BASIC, c), lambda c: _our_turns(BASIC, c)),
    Pair("stt socket turns all options", lambda c: _official_turns(TURNS, c), lambda c: _our_turns(TURNS, c)),
)
