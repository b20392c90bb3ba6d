"""`POST /tts/bytes`: audio as it is made, in any container. Also what `preview_file_url` and saved files lead to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cartesia_core.audio import OutputFormat, WavFormat
from cartesia_core.versions import V2025_04_16
from cartesia_local.app import App, Table, route
from cartesia_local.http.exchange import Answer, Call, Headers, Reply
from cartesia_local.refusal import not_found
from cartesia_local.resources.voices import find_voice
from cartesia_local.store import new_id
from cartesia_local.tts.generation import Generation, read_generation, read_transcript
from cartesia_local.tts.narrator import Audio, Narrator, Output

if TYPE_CHECKING:
    from collections.abc import Mapping

CONTENT_TYPES: Final[Mapping[str, str]] = {
    "raw": "application/octet-stream",
    "wav": "audio/wav",
    "mp3": "audio/mpeg",
}
"""By container. The cloud's are not documented; headerless samples have no type of their own that says all."""
PREVIEW_FORMAT: Final = WavFormat("pcm_s16le", 24000)


async def generate(app: App, call: Call, reply: Reply) -> None:
    """Speak a text in one answer."""
    fields = call.fields()
    text = read_transcript(fields)
    generation = read_generation(fields, app.store, call.version, is_raw_only=False)
    is_saved = fields.flag("save") and call.version >= V2025_04_16
    with app.limits.context():
        body = Body(reply, generation.format, new_id() if is_saved else None)
        await narrate(app, text, generation, body)
        if body.file_id is not None:
            app.store.files.save(body.file_id, body.content_type, bytes(body.kept))


async def get_preview(app: App, call: Call, reply: Reply) -> None:
    """Let a voice say its name and description: the sample that `preview_file_url` points to."""
    voice = find_voice(app, call)
    body = Body(reply, PREVIEW_FORMAT, None)
    await narrate(app, f"{voice.name}. {voice.description}", Generation(format=PREVIEW_FORMAT, voice=voice), body)


async def download_file(app: App, call: Call, reply: Reply) -> None:
    """Give saved audio. In the cloud this is on another host, `files.cartesia.ai`."""
    found = app.store.files.get(call.segments["id"])
    if found is None:
        raise not_found("file", call.segments["id"][:80])
    await reply.send(Answer(200, *found))


class Body:
    """Begins the answer with the first audio, so that whatever fails before is an error with a status."""

    def __init__(self, reply: Reply, format: OutputFormat, file_id: str | None) -> None:  # noqa: A002 -- the API's word
        self._reply: Final = reply
        self._is_started = False
        self.content_type: Final = CONTENT_TYPES[format.container]
        self.file_id: Final = file_id
        self.kept: Final = bytearray()

    async def emit(self, output: Output) -> None:
        """Write audio."""
        if not isinstance(output, Audio):
            return
        await self.start()
        await self._reply.write(output.data)
        if self.file_id is not None:
            self.kept.extend(output.data)

    async def start(self) -> None:
        """Begin, if nothing has."""
        if not self._is_started:
            self._is_started = True
            headers: Headers = () if self.file_id is None else (("Cartesia-File-ID", self.file_id),)
            await self._reply.start(200, self.content_type, headers)

    async def end(self) -> None:
        """End the answer, even one without audio."""
        await self.start()
        await self._reply.end()


async def narrate(app: App, text: str, generation: Generation, body: Body) -> None:
    """Speak a text as the whole of an answer."""
    narrator = Narrator(app.engine, generation.format, body.emit, pace=app.config.pace)
    await narrator.speak(text, generation)
    await narrator.finish()
    await body.end()


TABLE: Final[Table] = (
    route("POST", "/tts/bytes", generate, grant="tts"),
    route("GET", "/voices/{id}/preview", get_preview),
    route("GET", "/files/{id}/download", download_file),
)
