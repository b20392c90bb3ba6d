"""`POST /tts/sse`: audio and times as server-sent events, one JSON object on one `data:` line each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from uuid import uuid4

from cartesia_core._fast import dumps
from cartesia_local.app import App, Table, as_refused, route
from cartesia_local.refusal import stream_error
from cartesia_local.tasks import ClientGone
from cartesia_local.tts.generation import read_generation, read_transcript
from cartesia_local.tts.messages import done_message, output_message
from cartesia_local.tts.narrator import Narrator, Output

if TYPE_CHECKING:
    from cartesia_core._json import JsonValue
    from cartesia_local.http.exchange import Call, Reply


async def generate_sse(app: App, call: Call, reply: Reply) -> None:
    """Speak a text as events; `context_id` is only echoed."""
    fields = call.fields()
    text = read_transcript(fields)
    generation = read_generation(fields, app.store, call.version, is_raw_only=True)
    context_id = fields.optional_text("context_id")
    with app.limits.context():
        events = _Events(reply, context_id)
        narrator = Narrator(app.engine, generation.format, events.emit, pace=app.config.pace)
        try:
            await narrator.speak(text, generation)
            await narrator.finish()
            await events.send(done_message(context_id))
        except ClientGone:
            raise
        except Exception as error:
            if not events.is_started:
                raise
            refused = as_refused(error)
            await events.send(stream_error(refused, call.version, request_id=str(uuid4()), context_id=context_id))
        await reply.end()


class _Events:
    """Begins the stream with the first event, so that whatever fails before is an error with a status."""

    def __init__(self, reply: Reply, context_id: str | None) -> None:
        self._reply: Final = reply
        self._context_id: Final = context_id
        self.is_started = False

    async def emit(self, output: Output) -> None:
        """Send audio or times."""
        await self.send(output_message(output, self._context_id))

    async def send(self, event: dict[str, JsonValue]) -> None:
        """Send an event."""
        if not self.is_started:
            self.is_started = True
            await self._reply.start(200, "text/event-stream")
        await self._reply.write(b"data: " + dumps(event) + b"\n\n")


TABLE: Final[Table] = (route("POST", "/tts/sse", generate_sse, grant="tts"),)
