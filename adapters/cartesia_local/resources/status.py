"""`GET /`: is the server there, and what is the newest version it knows. Needs no key."""

from __future__ import annotations

from typing import Final

from cartesia_core.versions import NEWEST
from cartesia_local.app import App, Table, route
from cartesia_local.http.exchange import Call, Reply, json_answer


async def get_status(_app: App, _call: Call, reply: Reply) -> None:
    """Say that all is well."""
    await reply.send(json_answer({"ok": True, "version": NEWEST}))


TABLE: Final[Table] = (route("GET", "/", get_status, needs_key=False),)
