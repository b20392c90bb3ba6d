"""`/tts/websocket`: many contexts on one socket.

Source: protocol notes, section 9; socket notes `tts.websocket`; client notes 6 to 11. What these leave open is
decided as follows.

- An error on a context ends that context; others and the socket go on. A message that cannot be read is answered
  with an error without `context_id`.
- `cancel` stops the running generation too, then `done` comes; for a context that is not there it is ignored.
- A context that expires gets `done`. Text for an expired, cancelled or failed context is refused; an empty last input
  or a flush for it is ignored. Text for a finished one opens a new context of that id.
- Within a context voice, format and language are fixed, as is the first message's `max_buffer_delay_ms`;
  `generation_config` and the timestamp flags may change with each text.
- Of an input without text only `context_id`, `continue` and `flush` count.
- Chunks carry `flush_id` in contexts that were opened with `continue`, not in one-shot ones.
- With `max_buffer_delay_ms: 0`, from 2025-04-16 on, every input with text is followed by an unasked `flush_done`.
  Clients of older versions cannot read one that they did not ask for; where 0 is only the version's default, the
  documentation's examples show none.
"""

from __future__ import annotations

import math
from contextlib import suppress
from typing import TYPE_CHECKING, Final
from uuid import uuid4

import trio

from cartesia_core.versions import V2024_11_13, V2025_04_16, V2025_11_04
from cartesia_local.app import App, Table, socket_route
from cartesia_local.fields import Fields, parse_object
from cartesia_local.refusal import Refused, stream_error
from cartesia_local.tasks import ClientGone
from cartesia_local.tts.buffering import TextBuffer
from cartesia_local.tts.context import Context, End, Ended
from cartesia_local.tts.generation import Generation, read_generation
from cartesia_local.tts.messages import Json, done_message

if TYPE_CHECKING:
    from cartesia_local.http.exchange import Call
    from cartesia_local.ws.socket import Message, Socket

IDLE_CODE: Final = 1000
IDLE_REASON: Final = "connection idle timeout"
REMEMBERED: Final = 1000
"""How many ended contexts a socket remembers."""


async def converse(app: App, call: Call, socket: Socket) -> None:
    """Serve one TTS socket."""
    async with trio.open_nursery() as nursery:
        with suppress(ClientGone):  # Then nobody is left to tell; the contexts end here.
            await _Conversation(app, call.version, socket, nursery).run()
        nursery.cancel_scope.cancel()


class _Conversation:
    """The contexts of one socket."""

    def __init__(self, app: App, version: str, socket: Socket, nursery: trio.Nursery) -> None:
        self._app: Final = app
        self._version: Final = version
        self._socket: Final = socket
        self._nursery: Final = nursery
        self._contexts: Final[dict[str, Context]] = {}
        self._ended: Final[dict[str, End]] = {}
        self._connection_id: Final = uuid4()
        self._messages = 0
        self._last_activity = trio.current_time()

    async def run(self) -> None:
        """Take messages until the client or idleness ends the socket."""
        while True:
            message: Message | None = None
            with trio.move_on_at(self._idle_at()) as waiting:
                message = await self._socket.receive()
            if waiting.cancelled_caught:
                if trio.current_time() < self._idle_at():
                    continue  # Audio went out meanwhile.
                await self._socket.close(IDLE_CODE, IDLE_REASON)
            if message is None:
                return
            self._messages += 1
            await self._take(message)

    def _idle_at(self) -> float:
        seconds = self._app.config.idle_seconds
        return math.inf if seconds is None else self._last_activity + seconds

    async def _take(self, message: Message) -> None:
        context_id: str | None = None
        try:
            if isinstance(message, bytes):
                raise Refused("This socket takes text messages, not binary ones.", title="Malformed message")
            fields = Fields(parse_object(message, "The message"))
            context_id = fields.optional_text("context_id")
            self._dispatch(fields, context_id)
        except Refused as error:
            await self._refuse(error, context_id)

    def _dispatch(self, fields: Fields, context_id: str | None) -> None:
        if context_id is None and (self._version >= V2025_11_04 or fields.flag("cancel")):
            raise Refused("context_id is missing.", title="Missing field")
        if context_id is not None and fields.flag("cancel"):
            if context := self._contexts.get(context_id):
                context.cancel()
            return
        self._last_activity = trio.current_time()
        self._generate(fields, str(uuid4()) if context_id is None else context_id)

    def _generate(self, fields: Fields, context_id: str) -> None:
        text = fields.text("transcript")
        goes_on, is_flush = fields.flag("continue"), fields.flag("flush")
        context = self._contexts.get(context_id)
        is_bare = not text.strip() and (is_flush or not goes_on)
        if context is None:
            if is_bare and context_id in self._ended:
                return
            context = self._open(fields, context_id, is_bare=is_bare, goes_on=goes_on)
        if context.is_finishing:
            if is_bare:
                return
            raise Refused("This context has had its last input (continue: false).", title="Context finished")
        if not is_bare:
            context.push(text, self._continued(context, fields))
        if is_flush:
            context.flush()
        if not goes_on:
            context.finish()

    def _open(self, fields: Fields, context_id: str, *, is_bare: bool, goes_on: bool) -> Context:
        end = self._ended.get(context_id, End.FINISHED)
        if end is not End.FINISHED:
            raise Refused(f"This context has {end.value}; open another one.", title=f"Context {end.value}")
        if is_bare:
            raise Refused("transcript is empty and there is no such context to end.", title="Empty transcript")
        delay = _read_delay(fields, self._version)
        is_every_input_flushed = fields.value("max_buffer_delay_ms") == 0 and self._version >= V2025_04_16
        context = Context(
            self._app,
            context_id,
            read_generation(fields, self._app.store, self._version, is_raw_only=True),
            TextBuffer(
                delay,
                first_flush_id=0 if self._version <= V2024_11_13 else 1,
                is_every_input_flushed=is_every_input_flushed,
            ),
            shows_flush_ids=goes_on or is_every_input_flushed,
            send=self._send,
        )
        self._ended.pop(context_id, None)
        self._contexts[context_id] = context
        self._nursery.start_soon(self._run, context)
        return context

    def _continued(self, context: Context, fields: Fields) -> Generation:
        """Check a message with text for a context, the first one too."""
        generation = read_generation(fields, self._app.store, self._version, is_raw_only=True)
        opened = context.generation
        fixed = (
            ("voice", generation.voice == opened.voice),
            ("output_format", generation.format == opened.format),
            ("language", generation.language == opened.language),
        )
        for name, is_same in fixed:
            if not is_same:
                raise Refused(f"{name} cannot change within a context.", title="Conflicting fields")
        return generation

    async def _run(self, context: Context) -> None:
        with suppress(ClientGone):  # The reader sees it too and ends the conversation.
            ended = await context.run()
            self._forget(context, ended.end)
            await self._send(self._last_message(context, ended))

    def _last_message(self, context: Context, ended: Ended) -> Json:
        if ended.error is None:
            return done_message(context.context_id)
        return self._error_message(ended.error, context.context_id)

    def _forget(self, context: Context, end: End) -> None:
        del self._contexts[context.context_id]
        self._ended[context.context_id] = end
        if len(self._ended) > REMEMBERED:
            del self._ended[next(iter(self._ended))]

    async def _refuse(self, error: Refused, context_id: str | None) -> None:
        if context_id is not None and (context := self._contexts.get(context_id)):
            context.fail(error)
        else:
            await self._send(self._error_message(error, context_id))

    def _error_message(self, error: Refused, context_id: str | None) -> Json:
        request_id = f"{self._connection_id}:{context_id or ''}:{self._messages}"
        return stream_error(error, self._version, request_id=request_id, context_id=context_id)

    async def _send(self, message: Json) -> None:
        await self._socket.send_json(message)
        self._last_activity = trio.current_time()


def _read_delay(fields: Fields, version: str) -> float:
    """Give `max_buffer_delay_ms` in seconds. Its range and default grew with 2025-11-04."""
    longest, usual = (5000, 3000) if version >= V2025_11_04 else (1000, 0)
    wanted = fields.integer("max_buffer_delay_ms", 0, longest)
    return (usual if wanted is None else wanted) / 1000


TABLE: Final[Table] = (socket_route("/tts/websocket", converse, grant="tts"),)
