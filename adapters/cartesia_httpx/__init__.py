"""HTTP and WebSocket upgrades on httpx."""

from importlib.util import find_spec

from cartesia_core.errors import MissingExtra

if find_spec("httpx") is None:
    raise MissingExtra("httpx is not installed; install cartesia-core[httpx]")

from cartesia_httpx.async_sender import AsyncHttpxSender, Home
from cartesia_httpx.async_stream import AsyncHttpxStream
from cartesia_httpx.async_upgrade import AsyncUpgraded, upgrade_async
from cartesia_httpx.frames import random_frames
from cartesia_httpx.sender import HttpxSender
from cartesia_httpx.stream import HttpxStream
from cartesia_httpx.tokens import AsyncCachedToken, CachedToken
from cartesia_httpx.upgrade import Upgraded, upgrade

__all__ = [
    "AsyncCachedToken",
    "AsyncHttpxSender",
    "AsyncHttpxStream",
    "AsyncUpgraded",
    "CachedToken",
    "Home",
    "HttpxSender",
    "HttpxStream",
    "Upgraded",
    "random_frames",
    "upgrade",
    "upgrade_async",
]
