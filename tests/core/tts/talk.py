"""Messages of a TTS server, written by hand, and what a client said."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable
from typing import Final

from cartesia_core.audio import RawFormat
from cartesia_core.tts.commands import ContextOptions, OpenContext, TtsCommand
from cartesia_core.tts.dialogue import TtsDialogue, TtsEvent, TtsLimits
from cartesia_core.ws.dialogue import Message

OPTIONS: Final = ContextOptions(model_id="sonic-3", voice="v", output_format=RawFormat("pcm_s16le", 16000))


def said(message: Message) -> dict[str, object]:
    """Read what the client said."""
    assert isinstance(message, str)
    value: dict[str, object] = json.loads(message)
    return value


def server(kind: str, context_id: str | None = None, /, **fields: object) -> str:
    """Write a message of the server."""
    owner = {} if context_id is None else {"context_id": context_id}
    return json.dumps({"type": kind, "done": kind in ("done", "error"), **owner, **fields})


def chunk(context_id: str | None, pcm: bytes = b"\1\2") -> str:
    """Write a chunk of audio."""
    return server("chunk", context_id, data=base64.b64encode(pcm).decode(), step_time=1.0, status_code=206)


class Talk:
    """A dialogue with a clock that the test moves."""

    def __init__(self, *open_ids: str, limits: TtsLimits | None = None) -> None:
        self.dialogue: Final = TtsDialogue(limits=limits)
        self.now: float = 0.0
        for context_id in open_ids:
            self.send(OpenContext(context_id, OPTIONS))

    def send(self, *commands: TtsCommand) -> list[dict[str, object]]:
        """Carry out commands; give the messages, and keep the events."""
        messages: list[dict[str, object]] = []
        self.events: list[TtsEvent] = []
        for command in commands:
            sent, events = self.dialogue.send(command, now=self.now)
            messages.extend(map(said, sent))
            self.events.extend(events)
        return messages

    def hear(self, *messages: str) -> list[TtsEvent]:
        """Take messages of the server."""
        return [event for message in messages for event in self.dialogue.receive(message, now=self.now)]

    def replies(self) -> list[dict[str, object]]:
        """Give what the dialogue wants said unasked."""
        return [said(message) for message in self.dialogue.replies()]


def joined(messages: Iterable[dict[str, object]], context_id: str) -> str:
    """Give the text that the server would join from a client's messages."""
    return "".join(str(m["transcript"]) for m in messages if m["context_id"] == context_id and "transcript" in m)
