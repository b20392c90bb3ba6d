"""`cartesia-core local`."""

from __future__ import annotations

import click

from cartesia_cli.app import debug_option
from cartesia_cli.exits import EPILOG
from cartesia_core.auth import ApiKey

__all__ = ["command"]


@click.command("local", epilog=EPILOG, short_help="Run a server on this machine.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=0,
    metavar="N",
    help="Port to listen on; 0, the default, takes a free one.",
)
@click.option("--key", metavar="KEY", help="The API key to accept; a random one unless given.")
@click.option(
    "--data",
    type=click.Path(dir_okay=False),
    metavar="FILE",
    help="Keep the server's state in this file (SQLite); in memory unless given.",
)
@debug_option
def command(host: str, port: int, key: str | None, data: str | None) -> None:
    """Run a server on this machine that speaks the API's protocol, until Ctrl-C or SIGTERM.

    It prints what a client needs as two assignments, for another shell to export:

    \b
      export CARTESIA_BASE_URL=http://127.0.0.1:40123
      export CARTESIA_API_KEY=sk_car_local_...

    The speech is real, from a small synthetic voice; nothing leaves this machine.
    """  # noqa: D301 -- the library's mark
    from cartesia_local import Config, Running, run

    def say(running: Running) -> None:
        click.echo(f"CARTESIA_BASE_URL={running.url}\nCARTESIA_API_KEY={running.key}")
        click.echo(f"Listening on {running.url}; Ctrl-C stops it.", err=True)

    if key is None:
        config = Config(host=host, port=port, data=data)
    else:
        config = Config(host=host, port=port, data=data, key=ApiKey(key).reveal())
    run(config, say)
    click.echo("Stopped.", err=True)
