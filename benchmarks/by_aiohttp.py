"""The socket cases, written by hand on aiohttp with the standard library's JSON and base64."""

from __future__ import annotations

import base64
import json
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Final

from aiohttp import ClientSession, ClientWebSocketResponse
from attrs import frozen

from benchmarks.by_hand import HEADERS, cases


@frozen
class _Talk:
    ws: ClientWebSocketResponse

    async def send(self, message: Mapping[str, object]) -> None:
        await self.ws.send_str(json.dumps(message))

    async def audio(self, context_id: str) -> AsyncIterator[bytes]:
        async for frame in self.ws:
            message = json.loads(frame.data)
            if message["context_id"] != context_id:
                continue
            if message["type"] == "done":
                return
            if message["type"] == "chunk":
                yield base64.b64decode(message["data"])


@asynccontextmanager
async def _opened(url: str) -> AsyncGenerator[_Talk]:
    async with ClientSession() as session, session.ws_connect(f"{url}/tts/websocket", headers=HEADERS) as ws:
        yield _Talk(ws)


CASES: Final = cases(_opened)
