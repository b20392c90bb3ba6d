"""`POST /access-token`: a token for clients that must not have the key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cartesia_core.versions import V2025_11_04
from cartesia_local.app import App, Table, route
from cartesia_local.http.exchange import json_answer
from cartesia_local.tokens import GRANTS

if TYPE_CHECKING:
    from cartesia_local.http.exchange import Call, Reply

LONGEST_SECONDS: Final = 3600
USUAL_SECONDS: Final = 3600
"""Where the client does not say; the cloud's is not documented."""


async def create(app: App, call: Call, reply: Reply) -> None:
    """Mint a token; what is not granted is refused to it."""
    fields = call.fields()
    seconds = fields.integer("expires_in", 1, LONGEST_SECONDS)
    wanted = fields.inner("grants")
    known = GRANTS if call.version >= V2025_11_04 else GRANTS[:2]
    granted = [] if wanted is None else [name for name in known if wanted.flag(name)]
    await reply.send(json_answer({"token": app.tokens.mint(granted, USUAL_SECONDS if seconds is None else seconds)}))


TABLE: Final[Table] = (route("POST", "/access-token", create),)
