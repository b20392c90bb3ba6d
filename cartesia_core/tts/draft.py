"""A context before its first word: held back here, so that an idle socket may die and be replaced unnoticed."""

from __future__ import annotations

from typing import Final

from cartesia_core._fast import dumps
from cartesia_core.errors import LocalProtocolError
from cartesia_core.tts.commands import ContextOptions, OpenContext, Push, TtsCommand


class Draft:
    """Keeps blank text until there is something to speak.

    Args:
        context_id: Id for the context to be.
        options: What all its messages will say.
        version: The API version of the sockets it may go out on.

    Raises:
        InvalidArgument: That version has no such option.
    """

    def __init__(self, context_id: str, options: ContextOptions, version: str) -> None:
        options.wire(context_id, version)
        self.context_id: Final = context_id
        self.options: Final = options
        self._text: str = ""

    def add(self, text: str) -> tuple[TtsCommand, ...]:
        """Give the commands that open the context with this text and the blank text before it; none while it is blank.

        Only blank text is kept: whoever cannot carry out the commands has to give the text again.

        Raises:
            InvalidArgument: The text cannot be sent as JSON.
        """
        dumps(text)  # later, the context would be open already
        text = self._text + text
        if text.strip():
            return OpenContext(self.context_id, self.options), Push(self.context_id, text)
        self._text = text
        return ()

    def refuse(self, what: str) -> LocalProtocolError:
        """Make the error for what needs an open context."""
        return LocalProtocolError(
            f"nothing has been pushed yet, so there is nothing to {what}", context_id=self.context_id
        )
