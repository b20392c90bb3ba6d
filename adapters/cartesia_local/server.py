"""Starting and stopping: in a trio nursery, blocking, or in a thread of its own."""

from __future__ import annotations

import logging
import signal
import threading
import time
from contextlib import asynccontextmanager, closing, suppress
from typing import TYPE_CHECKING, Final

import trio
from attrs import frozen
from typing_extensions import Self

from cartesia_core.errors import LocalProtocolError
from cartesia_local.app import App, Resource, serve_connection
from cartesia_local.config import Config, Running, ServerNotStarted, new_key
from cartesia_local.gate import Gate
from cartesia_local.hearing.phrases import Phrases
from cartesia_local.hearing.recogniser import Recogniser
from cartesia_local.http.connection import HttpConnection
from cartesia_local.http.routes import Routes
from cartesia_local.limits import Limits
from cartesia_local.resources import TABLES
from cartesia_local.speech.engine import Engine
from cartesia_local.store import Store
from cartesia_local.tasks import ClientGone
from cartesia_local.tokens import Tokens
from cartesia_local.wire import Wire

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
    from os import PathLike
    from ssl import SSLContext
    from types import TracebackType

    from cartesia_local.faults.registry import Faults

LOG: Final = logging.getLogger("cartesia_local")
STOP_SECONDS: Final = 10.0
KEPT_VOICES: Final = 2
MOST_VOICES: Final = 64
"""Utterances at once. Clients that do not read hold one each, so this is far more than the machine could speak."""

ROUTES: Final = Routes[Resource]([line for table in TABLES for line in table])


async def serve(config: Config, *, task_status: trio.TaskStatus[Running] = trio.TASK_STATUS_IGNORED) -> None:
    """Serve until cancelled.

    In a nursery: `running = await nursery.start(serve, Config())`.

    Raises:
        ServerNotStarted: The address or the data file cannot be used.
        MissingExtra: The speech engine is not installed.
    """
    async with _opened(config) as server:
        task_status.started(server.running)
        await server.accept()


def run(config: Config, on_started: Callable[[Running], None]) -> signal.Signals:
    """Serve in this thread until Ctrl-C or SIGTERM, and tell which of them it was. To be called in the main thread.

    Args:
        config: How to serve.
        on_started: Called once the server listens.

    Raises:
        ServerNotStarted: The address or the data file cannot be used.
        MissingExtra: The speech engine is not installed.
    """
    received: list[signal.Signals] = []

    async def main() -> None:
        # Before anything is opened, so that a signal during the start ends it as cleanly.
        with trio.open_signal_receiver(signal.SIGINT, signal.SIGTERM) as signals:

            async def wait_for_signal() -> None:
                async for number in signals:
                    received.append(signal.Signals(number))
                    return

            await _serve_until(config, on_started, wait_for_signal)

    trio.run(main)
    return received[0]


async def _serve_until(
    config: Config, on_started: Callable[[Running], None], wait: Callable[[], Awaitable[None]]
) -> None:
    async with _opened(config) as server:
        on_started(server.running)
        async with trio.open_nursery() as nursery:
            nursery.start_soon(server.accept)
            await wait()
            nursery.cancel_scope.cancel()


@frozen
class _Server:
    """What is open while a server runs."""

    app: App
    listeners: list[trio.SocketListener]

    @property
    def running(self) -> Running:
        """Where the server can be reached."""
        config = self.app.config
        port: int = self.listeners[0].socket.getsockname()[1]
        # Nobody can be reached at "all addresses".
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(config.host, config.host)  # noqa: S104 -- a name, not a bind
        name = f"[{host}]" if ":" in host else host
        secure = "" if config.ssl_context is None else "s"
        return Running(
            url=f"http{secure}://{name}:{port}",
            websocket_url=f"ws{secure}://{name}:{port}",
            host=config.host,
            port=port,
            key=config.key,
        )

    async def accept(self) -> None:
        """Serve connections until cancelled."""
        await trio.serve_listeners(self._handle, self.listeners)

    async def _handle(self, tcp: trio.SocketStream) -> None:
        """Serve one connection; its failures are its own."""
        stream: trio.abc.Stream = tcp
        if self.app.config.ssl_context is not None:
            stream = trio.SSLStream(tcp, self.app.config.ssl_context, server_side=True, https_compatible=True)
        wire = Wire(stream, tcp)
        try:
            await serve_connection(self.app, ROUTES, HttpConnection(wire))
        except ClientGone:
            pass  # There is nobody left to tell.
        except Exception:
            LOG.exception("a connection failed")
        finally:
            await wire.close()


@asynccontextmanager
async def _opened(config: Config) -> AsyncGenerator[_Server]:
    with closing(Store(config.data, config.clock)) as store:
        listeners = await _listen(config)
        tokens = Tokens(store.secret(), config.clock)
        try:
            phrases = None if config.stt_phrases is None else Phrases(config.stt_phrases)
            async with Engine(workers=KEPT_VOICES, most=MOST_VOICES) as engine, Recogniser(phrases) as recogniser:
                gate = Gate(config.key, tokens)
                limits = Limits(config.max_contexts)
                yield _Server(App(config, engine, store, limits, gate, tokens, recogniser), listeners)
        finally:
            for listener in listeners:
                listener.socket.close()


async def _listen(config: Config) -> list[trio.SocketListener]:
    """Listen on every address of the host, IPv4 first; of a name with several only on those that share the port."""
    try:
        listeners = await trio.open_tcp_listeners(config.port, host=config.host)
    except (OSError, OverflowError) as error:
        raise ServerNotStarted(
            f"Cannot listen on {config.host} port {config.port}: {error}. Give another port, or 0 for a free one."
        ) from error
    listeners.sort(key=lambda listener: listener.socket.family is not trio.socket.AF_INET)
    port = listeners[0].socket.getsockname()[1]
    for listener in listeners:
        if listener.socket.getsockname()[1] != port:
            listener.socket.close()
    return [listener for listener in listeners if listener.socket.fileno() != -1]


class LocalServer:
    """A server in a thread of its own, for programs and tests of any kind.

        with LocalServer() as server:
            Client(base_url=server.url, api_key=server.key)

    Leaving the block stops it: open connections, the engine's processes and the thread end. The parameters are those
    of `Config`.
    """

    def __init__(
        self,
        host: str = "127.0.0.1",
        port: int = 0,
        key: str | None = None,
        data: str | PathLike[str] | None = None,
        *,
        ssl_context: SSLContext | None = None,
        idle_seconds: float | None = 300.0,
        context_expiry_seconds: float | None = 1.0,
        max_contexts: int | None = None,
        pace: float | None = None,
        stt_idle_seconds: float | None = 180.0,
        stt_phrases: Sequence[str] | None = None,
        fine_tune_seconds: float = 5.0,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.config: Final = Config(
            host=host,
            port=port,
            key=new_key() if key is None else key,
            data=data,
            ssl_context=ssl_context,
            idle_seconds=idle_seconds,
            context_expiry_seconds=context_expiry_seconds,
            max_contexts=max_contexts,
            pace=pace,
            stt_idle_seconds=stt_idle_seconds,
            stt_phrases=stt_phrases,
            fine_tune_seconds=fine_tune_seconds,
            clock=clock,
        )
        self._thread: threading.Thread | None = None
        self._running: Running | None = None
        self._failure: BaseException | None = None
        self._is_up: Final = threading.Event()
        self._scope: trio.CancelScope | None = None
        self._token: trio.lowlevel.TrioToken | None = None

    @property
    def running(self) -> Running:
        """Where the server can be reached.

        Raises:
            LocalProtocolError: It does not run.
        """
        if self._running is None:
            raise LocalProtocolError("The local server does not run; use it in a `with` block, or call start().")
        return self._running

    @property
    def url(self) -> str:
        """Base URL for HTTP, e.g. `http://127.0.0.1:40123`."""
        return self.running.url

    @property
    def websocket_url(self) -> str:
        """Base URL for sockets, e.g. `ws://127.0.0.1:40123`."""
        return self.running.websocket_url

    @property
    def port(self) -> int:
        """The port it listens on."""
        return self.running.port

    @property
    def key(self) -> str:
        """The API key it accepts."""
        return self.config.key

    @property
    def faults(self) -> Faults:
        """What goes wrong on purpose: `server.faults.add(...)`, from any thread, before the start or later."""
        return self.config.faults

    def start(self) -> Running:
        """Start, and return when the server listens.

        Raises:
            ServerNotStarted: The address or the data file cannot be used.
            MissingExtra: The speech engine is not installed.
            LocalProtocolError: It runs already.
        """
        if self._thread is not None:
            raise LocalProtocolError("The local server runs already.")
        self._is_up.clear()
        # A daemon, so that a program which forgets to stop it can still end.
        self._thread = threading.Thread(target=self._main, name="cartesia-local", daemon=True)
        self._thread.start()
        try:
            self._is_up.wait()
        except BaseException:
            self.stop()
            raise
        if self._running is None:
            self.stop()
        return self.running

    def stop(self) -> None:
        """Stop, and return when the thread has ended. Does nothing when it does not run.

        Raises:
            Exception: What ended the server before its time.
        """
        thread, self._thread = self._thread, None
        if thread is None:
            return
        self._is_up.wait()
        if self._token is not None and self._scope is not None:
            with suppress(trio.RunFinishedError):
                self._token.run_sync_soon(self._scope.cancel)
        thread.join(STOP_SECONDS)
        self._running = self._token = self._scope = None
        failure, self._failure = self._failure, None
        if failure is not None:
            raise failure

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()

    def _main(self) -> None:
        try:
            trio.run(self._serve)
        except BaseException as error:
            self._failure = error
        finally:
            self._is_up.set()

    async def _serve(self) -> None:
        self._token = trio.lowlevel.current_trio_token()
        with trio.CancelScope() as self._scope:
            await _serve_until(self.config, self._started, trio.sleep_forever)

    def _started(self, running: Running) -> None:
        self._running = running
        self._is_up.set()
