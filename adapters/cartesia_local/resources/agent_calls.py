"""`/agents/calls`: calls that were held, with what was said and how it sounded.

Source: endpoint notes `agents.calls.*`; schema notes `AgentCall`, `AgentTranscript`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from cartesia_core.audio import WavFormat
from cartesia_core.versions import V2025_04_16
from cartesia_local.app import App, Table, route
from cartesia_local.http.exchange import json_answer
from cartesia_local.refusal import Refused, not_found
from cartesia_local.resources.agents import find_agent
from cartesia_local.resources.paging import page_in
from cartesia_local.speech.encoder import Encoder, encoder_for
from cartesia_local.speech.engine import SAMPLE_RATE, Samples, Utterance
from cartesia_local.store.seeds import GAP_SECONDS
from cartesia_local.tts.voices import find_voice

if TYPE_CHECKING:
    from cartesia_core._json import JsonValue
    from cartesia_local.http.exchange import Call, Reply
    from cartesia_local.store.agents import AgentCall, Turn

EXPAND: Final = "transcript"
AUDIO_FORMAT: Final = WavFormat("pcm_s16le", 16000)


async def list_calls(app: App, call: Call, reply: Reply) -> None:
    """Answer a page of an agent's calls; what was said only where it is asked for. There is no `has_more` here."""
    agent_id = call.query_value("agent_id")
    if not agent_id:
        raise Refused("The query parameter agent_id is missing.", title="Missing parameter")
    expand = call.query_values("expand")
    page = page_in(call, app.store.calls, parent=find_agent(app, agent_id).id)
    data = [_show(item, has_transcript=EXPAND in expand) for item in page.items]
    await reply.send(json_answer({"data": data, "next_page": page.next_page}))


async def get(app: App, call: Call, reply: Reply) -> None:
    """Answer one call, with what was said."""
    await reply.send(json_answer(_show(_find(app, call), has_transcript=True)))


async def download_audio(app: App, call: Call, reply: Reply) -> None:
    """Let the engine say what was said, each turn at its time."""
    held = _find(app, call)
    if not held.turns:
        raise Refused(f"There is no recording of call {held.id}.", status=404, title="No recording")
    with app.limits.context():
        await _Recording(app, held, call.version, reply).write()


def _find(app: App, call: Call) -> AgentCall:
    ident = call.segments["call_id"]
    held = app.store.calls.get(ident)
    if held is None:
        raise not_found("call", ident[:80])
    return held


class _Recording:
    """A call's audio on its way out."""

    def __init__(self, app: App, held: AgentCall, version: str, reply: Reply) -> None:
        self._app: Final = app
        self._held: Final = held
        self._reply: Final = reply
        self._voices: Final = {
            "assistant": find_voice(app.store, held.agent_voice, version),
            "user": find_voice(app.store, held.caller_voice, version),
        }
        self._encoder: Final[Encoder] = encoder_for(AUDIO_FORMAT)
        self._samples = 0

    async def write(self) -> None:
        """Write all turns, and the silence between them."""
        await self._reply.start(200, "audio/wav")
        for turn in self._held.turns:
            await self._silence_until(turn.start)
            await self._say(turn)
        await self._silence_until(self._held.turns[-1].end + GAP_SECONDS)
        await self._reply.write(self._encoder.finish())
        await self._reply.end()

    async def _say(self, turn: Turn) -> None:
        async with self._app.engine.speak(Utterance(turn.text, self._voices[turn.role].engine)) as pieces:
            async for piece in pieces:
                if isinstance(piece, Samples):
                    self._samples += len(piece.pcm)
                    await self._reply.write(self._encoder.encode(piece.pcm))

    async def _silence_until(self, seconds: float) -> None:
        count = max(0, round(seconds * SAMPLE_RATE) - self._samples)
        self._samples += count
        await self._reply.write(self._encoder.encode(np.zeros(count, dtype=np.float32)))


def _show(held: AgentCall, *, has_transcript: bool) -> JsonValue:
    shown: dict[str, JsonValue] = {
        "id": held.id,
        "agent_id": held.agent_id,
        "status": held.status,
        "deployment_id": held.deployment_id,
        "start_time": held.start_time,
        "end_time": held.end_time,
        "error_message": held.error,
        "summary": held.summary,
        "telephony_params": {"from": held.from_number, "to": held.to_number},
    }
    if has_transcript:
        shown["transcript"] = [_show_turn(turn, is_last=turn is held.turns[-1]) for turn in held.turns]
    return shown


def _show_turn(turn: Turn, *, is_last: bool) -> JsonValue:
    shown: dict[str, JsonValue] = {
        "role": turn.role,
        "start_timestamp": turn.start,
        "end_timestamp": turn.end,
        "text": turn.text,
    }
    if turn.role == "assistant":
        shown["end_reason"] = "call_ended" if is_last else "tts_completed"
        shown["text_chunks"] = [{"start_timestamp": turn.start, "text": turn.text}]
    return shown


TABLE: Final[Table] = (
    route("GET", "/agents/calls", list_calls, since=V2025_04_16),
    route("GET", "/agents/calls/{call_id}", get, since=V2025_04_16),
    route("GET", "/agents/calls/{call_id}/audio", download_audio, since=V2025_04_16),
)
