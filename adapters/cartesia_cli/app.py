"""The command's root: its subcommands, and how every failure becomes one sentence and an exit code."""

from __future__ import annotations

import errno
import sys
import traceback
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final, NoReturn, TypeVar

import click

from cartesia_cli.exits import EPILOG, Ended, Exit, Terminated, exit_of, sentence
from cartesia_core import __version__
from cartesia_core.errors import CartesiaError

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["App", "app", "debug_option"]

F = TypeVar("F", bound=Callable[..., object])

COMMANDS: Final = {
    "speak": "cartesia_cli.speak",
    "transcribe": "cartesia_cli.transcribe",
    "voices": "cartesia_cli.voices",
    "local": "cartesia_cli.local",
    "doctor": "cartesia_cli.doctor",
}


class App(click.Group):
    """A group whose commands are imported when they are needed, and whose failures are one sentence on stderr."""

    shows_tracebacks: bool = False

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - the library's signature
        """Give the names, most wanted first."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import a command."""
        module = COMMANDS.get(cmd_name)
        if module is None:
            return None
        command: object = getattr(__import__(module, fromlist=["command"]), "command")  # noqa: B009 - a lazy import
        return command if isinstance(command, click.Command) else None

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,  # noqa: ARG002, FBT001, FBT002 - the library's signature
        windows_expand_args: bool = True,  # noqa: FBT001, FBT002
        **extra: object,
    ) -> NoReturn:
        """Run, and exit with one of the documented codes."""
        self.shows_tracebacks = False
        try:
            result: object = super().main(
                args, prog_name, complete_var, standalone_mode=False, windows_expand_args=windows_expand_args, **extra
            )
        except BaseException as error:
            sys.exit(self._report(error))
        sys.exit(result if isinstance(result, int) else Exit.OK)

    def _report(self, error: BaseException) -> int:
        if isinstance(error, SystemExit):
            return error.code if isinstance(error.code, int) else Exit.FAILED
        if self.shows_tracebacks:
            traceback.print_exception(error)
        code, message = _verdict(error)
        click.echo(message if code in _INTERRUPTIONS else f"Error: {message}", err=True)
        return code


_FULL: Final = (errno.ENOSPC, errno.EDQUOT, errno.EIO)
_INTERRUPTIONS: Final = (Exit.INTERRUPTED, Exit.TERMINATED)


def _verdict(error: BaseException) -> tuple[int, str]:
    if isinstance(error, click.UsageError):
        where = error.ctx.command_path if error.ctx else "cartesia-core"
        message = " ".join(error.format_message().split()).rstrip(".")
        return Exit.USAGE, f"{message}; `{where} --help` explains the usage."
    if isinstance(error, Ended):
        return error.code, str(error)
    if isinstance(error, click.ClickException):
        return error.exit_code, error.format_message()
    if isinstance(error, CartesiaError):
        return exit_of(error), sentence(error)
    if isinstance(error, (click.Abort, KeyboardInterrupt)):
        is_term = any(isinstance(each, Terminated) for each in _chain(error))
        return (Exit.TERMINATED, "Terminated.") if is_term else (Exit.INTERRUPTED, "Interrupted.")
    if isinstance(error, OSError) and error.errno in _FULL:
        return Exit.OUTPUT, f"standard output cannot be written: {(error.strerror or str(error)).lower()}."
    what = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    return Exit.FAILED, f"something unexpected failed ({what}); --debug shows where, please report it."


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _show_tracebacks(context: click.Context, _: click.Parameter, value: bool) -> None:  # noqa: FBT001
    root = context.find_root().command
    if value and isinstance(root, App):
        root.shows_tracebacks = True


def debug_option(function: F) -> F:
    """Add `--debug`."""
    return click.option(
        "--debug",
        is_flag=True,
        expose_value=False,
        is_eager=True,
        callback=_show_tracebacks,
        help="Show the traceback of an error.",
    )(function)


@click.group(cls=App, epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, "-V", "--version", prog_name="cartesia-core", message="%(prog)s %(version)s")
@debug_option
def app() -> None:
    """Speak text, and hear it, with the Cartesia voice API or with a server of your own machine.

    No account? Add --local to any command: it then runs against a server started for that call, which speaks with a
    small voice of its own, and hears English.

    \b
      cartesia-core speak "Hello, world." -o hello.wav --local
      cartesia-core speak --file chapter.txt -o chapter.mp3 --captions chapter.srt
      cartesia-core transcribe talk.mp3 --captions talk.srt
      cartesia-core voices --language fr
    """  # noqa: D301 -- the library's mark
