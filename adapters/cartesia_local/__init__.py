"""An embedded server that speaks the Cartesia protocol on loopback, with a real speech engine.

    with LocalServer() as server:
        Client(base_url=server.url, api_key=server.key)

Nothing is imported before it is used: the engine's child processes import this package too, and start in milliseconds.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from cartesia_local.config import Config, Running, ServerNotStarted
    from cartesia_local.server import LocalServer, run, serve

__all__ = ["Config", "LocalServer", "Running", "ServerNotStarted", "run", "serve"]

_HOMES: Final = {
    "Config": "config",
    "Running": "config",
    "ServerNotStarted": "config",
    "LocalServer": "server",
    "run": "server",
    "serve": "server",
}
_EXTRA: Final = frozenset(
    {"trio", "h11", "wsproto", "numpy", "soxr", "lameenc", "espeakng_loader", "python_multipart", "soundfile"}
)


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        value: object = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in _EXTRA:
            raise
        from cartesia_core.errors import MissingExtra

        raise MissingExtra("The local server needs the extra `local`: pip install 'cartesia-core[local]'.") from error
    globals()[name] = value
    return value
