"""How a command reaches the API: the options all of them share, and the client they make."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, TypedDict, TypeVar

import click
from click.core import ParameterSource

from cartesia_cli.app import debug_option
from cartesia_cli.exits import MissingKey
from cartesia_core.auth import DEFAULT_BASE_URL, ApiKey
from cartesia_core.errors import InvalidArgument
from cartesia_core.versions import NEWEST

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from cartesia_core import Timeouts
    from cartesia_sync import Client

__all__ = ["Reach", "opened_client", "reach_options", "started_server"]

F = TypeVar("F", bound="Callable[..., object]")


class Reach(TypedDict):
    """The options' values."""

    is_local: bool
    api_key: str | None
    base_url: str
    api_version: str


def reach_options(function: F) -> F:
    """Add the options to a command."""
    for option in reversed(
        (
            click.option(
                "--local",
                "is_local",
                is_flag=True,
                help="Run against a server started for this call on this machine; needs no key and no network.",
            ),
            click.option(
                "--api-key",
                metavar="KEY",
                envvar="CARTESIA_API_KEY",
                show_envvar=True,
                help="API key or access token. Better set in the environment, where other users cannot see it.",
            ),
            click.option(
                "--base-url",
                metavar="URL",
                envvar="CARTESIA_BASE_URL",
                default=DEFAULT_BASE_URL,
                show_default=True,
                show_envvar=True,
                help="Where the API is.",
            ),
            click.option(
                "--version-date",
                "api_version",
                metavar="DATE",
                default=NEWEST,
                show_default=True,
                help="API version (Cartesia-Version) to speak.",
            ),
            debug_option,
        )
    ):
        function = option(function)
    return function


@contextmanager
def opened_client(reach: Reach, timeouts: Timeouts | None = None) -> Generator[Client, None, None]:
    """Make the client, with a server of its own for `--local`.

    Args:
        reach: The options.
        timeouts: None for the usual ones.

    Raises:
        MissingKey: There is no API key.
        InvalidArgument: An option is wrong, or two exclude each other.
        ServerNotStarted, MissingExtra: The server for `--local` cannot run.
    """
    from cartesia_sync import Client

    with ExitStack() as stack:
        base_url, key = stack.enter_context(started_server()) if _wants_local(reach) else _remote(reach)
        yield stack.enter_context(
            Client(api_key=key, base_url=base_url, version=reach["api_version"], timeout=timeouts)
        )


@contextmanager
def started_server() -> Generator[tuple[str, str], None, None]:
    """Start a server for the call; give its URL and key."""
    from cartesia_local import LocalServer

    with LocalServer() as server:
        yield server.url, server.key


def _wants_local(reach: Reach) -> bool:
    if not reach["is_local"]:
        return False
    context = click.get_current_context()
    for name in ("base_url", "api_key"):
        if context.get_parameter_source(name) is ParameterSource.COMMANDLINE:
            option = "--" + name.replace("_", "-")
            raise InvalidArgument(f"--local and {option} exclude each other; leave one out")
    return True


def _remote(reach: Reach) -> tuple[str, ApiKey | str]:
    if not (reach["api_key"] or "").strip():
        raise MissingKey(
            "there is no API key; set CARTESIA_API_KEY, pass --api-key, or add --local to do without an account"
        )
    return reach["base_url"], ApiKey(reach["api_key"] or "")
