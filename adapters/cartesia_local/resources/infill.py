"""`POST /infill/bytes`: what is to be said between two pieces of audio.

The answer is the infilled part only. What stands in for the cloud's model: the voice speaks the transcript, as loud as
the pieces beside it. Source: endpoint notes `infill.bytes` and its legacy form.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import trio

from cartesia_local.app import App, Table, route
from cartesia_local.refusal import Refused
from cartesia_local.resources.tts_bytes import Body, narrate
from cartesia_local.sound.clips import read_clip
from cartesia_local.tts.generation import read_infill, read_transcript

if TYPE_CHECKING:
    from cartesia_local.http.exchange import Call, Reply
    from cartesia_local.http.form import Upload
    from cartesia_local.speech.engine import Float32Array

USUAL_LOUDNESS: Final = 0.1
"""Root mean square of the engine's speech, pauses left out, measured."""
SOFTEST: Final = 0.25
LOUDEST: Final = 2.0
_QUIET: Final = 0.05
"""Below this part of the peak nobody speaks."""


async def generate(app: App, call: Call, reply: Reply) -> None:
    """Speak the part between."""
    sent = {name: call.optional_upload(name) for name in ("left_audio", "right_audio")}
    beside = [(name, upload) for name, upload in sent.items() if upload is not None]
    if not beside:
        raise Refused("left_audio or right_audio is needed.", title="Missing field")
    fields = call.form_fields()
    text = read_transcript(fields)
    generation = read_infill(fields, app.store, call.version)
    with app.limits.context():
        loudness = await trio.to_thread.run_sync(lambda: _loudness(beside))
        body = Body(reply, generation.format, None)
        await narrate(app, text, generation.louder(_gain(loudness)), body)


def _loudness(beside: list[tuple[str, Upload]]) -> float:
    pieces: list[Float32Array] = [read_clip(upload.content, name).pcm for name, upload in beside]
    pcm = np.concatenate(pieces)
    level = np.abs(pcm)
    spoken = pcm[level > _QUIET * level.max()]
    return float(np.sqrt(np.mean(spoken**2))) if len(spoken) else 0.0


def _gain(loudness: float) -> float:
    """Give the factor on the engine's volume; beside silence there is none to match."""
    return max(SOFTEST, min(loudness / USUAL_LOUDNESS, LOUDEST)) if loudness else 1.0


TABLE: Final[Table] = (route("POST", "/infill/bytes", generate),)
