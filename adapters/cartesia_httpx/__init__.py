"""HTTP and WebSocket upgrades on httpx."""

from importlib.util import find_spec

from cartesia_core.errors import MissingExtra

if find_spec("httpx") is None:
    raise MissingExtra("httpx is not installed; install cartesia-core[httpx]")

from cartesia_httpx.sender import HttpxSender
from cartesia_httpx.stream import HttpxStream
from cartesia_httpx.upgrade import Upgraded, upgrade

__all__ = ["HttpxSender", "HttpxStream", "Upgraded", "upgrade"]
