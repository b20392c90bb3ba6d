"""The socket cases, written by hand on picows with orjson and pybase64."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, Final

import orjson
import pybase64
from attrs import frozen
from picows import WSFrame, WSListener, WSMsgType, WSTransport, ws_connect

from benchmarks.by_hand import HEADERS, cases


class _Listener(WSListener):
    """Parses in the callback, and wakes the task that waits."""

    def __init__(self) -> None:
        self.messages: Final[deque[dict[str, Any]]] = deque()
        self.waiter: asyncio.Future[None] | None = None

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        if frame.msg_type is not WSMsgType.TEXT:
            transport.disconnect()
            return
        self.messages.append(orjson.loads(frame.get_payload_as_memoryview()))
        if self.waiter is not None and not self.waiter.done():
            self.waiter.set_result(None)


@frozen
class _Talk:
    transport: WSTransport
    listener: _Listener

    async def send(self, message: Mapping[str, object]) -> None:
        self.transport.send(WSMsgType.TEXT, orjson.dumps(message))

    async def audio(self, context_id: str) -> AsyncIterator[bytes]:
        messages = self.listener.messages
        while True:
            while not messages:
                self.listener.waiter = asyncio.get_running_loop().create_future()
                await self.listener.waiter
            message = messages.popleft()
            if message["context_id"] != context_id:
                continue
            if message["type"] == "done":
                return
            if message["type"] == "chunk":
                yield pybase64.b64decode(message["data"])


@asynccontextmanager
async def _opened(url: str) -> AsyncGenerator[_Talk]:
    address = url.replace("http", "ws") + "/tts/websocket"
    transport, listener = await ws_connect(_Listener, address, extra_headers=HEADERS)
    try:
        yield _Talk(transport, listener)
    finally:
        transport.disconnect()
        await transport.wait_disconnected()


CASES: Final = cases(_opened)
