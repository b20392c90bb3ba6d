"""`POST /voice-changer/bytes` and `/voice-changer/sse`: a clip in another voice, of exactly the same length.

What stands in for the cloud's model: the clip's pitch is moved to the voice's, and nothing else of it is changed.

Source: endpoint notes `voice_changer.*`; schema notes `VoiceChangerSSEEvent`; client notes 12: SDK 2.0.17 reads lines of
bare JSON. So up to 2024-11-13 each event is written in both ways; whoever reads server-sent events skips the bare line.
"""

from __future__ import annotations

from base64 import b64encode
from typing import TYPE_CHECKING, Final
from uuid import uuid4

import trio

from cartesia_core._fast import dumps
from cartesia_core.versions import V2024_11_13, V2025_04_16
from cartesia_local.app import App, Table, as_refused, route
from cartesia_local.refusal import Refused, stream_error
from cartesia_local.resources.tts_bytes import Body
from cartesia_local.sound.clips import read_clip
from cartesia_local.sound.pitch import median_pitch
from cartesia_local.sound.stretch import shifted
from cartesia_local.speech.engine import SAMPLE_RATE, Float32Array
from cartesia_local.tasks import ClientGone
from cartesia_local.tts.cloning import pitch_of
from cartesia_local.tts.generation import read_format
from cartesia_local.tts.messages import PARTIAL
from cartesia_local.tts.narrator import Audio, Output, Playback
from cartesia_local.tts.voices import find_voice

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from cartesia_core._json import JsonValue
    from cartesia_core.audio import OutputFormat
    from cartesia_local.http.exchange import Call, Reply

BLOCK: Final = SAMPLE_RATE // 10


async def change(app: App, call: Call, reply: Reply) -> None:
    """Answer the changed clip."""
    with app.limits.context():
        format_, pcm = await _changed(app, call)
        body = Body(reply, format_, None)
        await _play(app, pcm, format_, body.emit)
        await body.end()


async def change_sse(app: App, call: Call, reply: Reply) -> None:
    """Answer the changed clip as events."""
    with app.limits.context():
        format_, pcm = await _changed(app, call)
        events = _Events(reply, call.version, format_.sample_rate)
        await reply.start(200, "text/event-stream")
        try:
            await _play(app, pcm, format_, events.emit)
            await events.send({"done": True, "status_code": 200}, "done")
        except ClientGone:
            raise
        except Exception as error:
            refused = as_refused(error)
            await events.send(stream_error(refused, call.version, request_id=str(uuid4()), context_id=None), "error")
        await reply.end()


async def _changed(app: App, call: Call) -> tuple[OutputFormat, Float32Array]:
    fields, upload = call.form_fields(), call.upload("clip")
    voice = fields.inner("voice")
    if voice is None:
        raise fields.missing("voice[id]")
    target = pitch_of(find_voice(app.store, voice.text("id"), call.version))
    format_ = read_format(fields, is_raw_only=False)
    return format_, await trio.to_thread.run_sync(lambda: _moved(read_clip(upload.content, "clip").pcm, target))


def _moved(pcm: Float32Array, pitch_hz: float) -> Float32Array:
    heard = median_pitch(pcm)
    if heard is None:
        raise Refused("Nobody speaks in the clip.", title="No speech")
    return shifted(pcm, pitch_hz / heard)


async def _play(app: App, pcm: Float32Array, format_: OutputFormat, emit: Callable[[Output], Awaitable[None]]) -> None:
    playback = Playback(format_, emit, pace=app.config.pace)
    for start in range(0, len(pcm), BLOCK):
        await playback.play(pcm[start : start + BLOCK])
    await playback.finish()


class _Events:
    """Events of the stream; those of older versions have a type."""

    def __init__(self, reply: Reply, version: str, sample_rate: int) -> None:
        self._reply: Final = reply
        self._version: Final = version
        self._sample_rate: Final = sample_rate
        self._context_id: Final = str(uuid4())

    async def emit(self, output: Output) -> None:
        """Send audio."""
        if isinstance(output, Audio):
            chunk: dict[str, JsonValue] = {
                "data": b64encode(output.data).decode("ascii"),
                "done": False,
                "sample_rate": self._sample_rate,
                "status_code": PARTIAL,
                "step_time": output.step_ms,
            }
            await self.send(chunk, "chunk")

    async def send(self, event: dict[str, JsonValue], kind: str) -> None:
        """Send an event."""
        if self._version <= V2025_04_16:
            event = {"type": kind, "context_id": self._context_id, **event}
        data = dumps(event)
        bare = data + b"\n" if self._version <= V2024_11_13 else b""
        await self._reply.write(b"data: " + data + b"\n" + bare + b"\n")


TABLE: Final[Table] = (
    route("POST", "/voice-changer/bytes", change),
    route("POST", "/voice-changer/sse", change_sse),
)
