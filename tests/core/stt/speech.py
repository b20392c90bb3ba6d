"""Messages of a speech-to-text server, written by hand, and a dialogue whose clock the test moves."""

from __future__ import annotations

import json
from typing import Final, Generic, TypeVar

from cartesia_core.stt.commands import SttCommand
from cartesia_core.stt.dialogue import SttDialogue
from cartesia_core.stt.events import StreamEvent
from cartesia_core.stt.samples import SttFormat
from cartesia_core.ws.dialogue import Message

E = TypeVar("E")
FORMAT: Final = SttFormat("pcm_s16le", 100)
"""200 bytes a second."""
SECOND: Final = bytes(200)


def server(kind: str, /, **fields: object) -> str:
    """Write a message of the server."""
    return json.dumps({"type": kind, "request_id": "r", **fields})


def final(text: str, end: float | None = None, **fields: object) -> str:
    """Write a final transcript, of one word if it says when that ended."""
    words = {} if end is None else {"words": [{"word": text, "start": 0.0, "end": end}]}
    return server("transcript", text=text, is_final=True, **words, **fields)


class Talk(Generic[E]):
    """A dialogue with a clock that the test moves."""

    def __init__(self, dialogue: SttDialogue[E]) -> None:
        self.dialogue: Final = dialogue
        self.now: float = 0.0

    def send(self, *commands: SttCommand) -> list[Message]:
        """Carry out commands; give the messages."""
        sent: list[Message] = []
        for command in commands:
            messages, events = self.dialogue.send(command, now=self.now)
            assert events == ()
            sent.extend(messages)
        return sent

    def hear(self, *messages: str) -> list[E | StreamEvent]:
        """Take messages of the server."""
        return [event for message in messages for event in self.dialogue.receive(message, now=self.now)]

    def ring(self, now: float) -> list[E | StreamEvent]:
        """Let a deadline pass."""
        self.now = now
        return list(self.dialogue.handle_timeout(now))
