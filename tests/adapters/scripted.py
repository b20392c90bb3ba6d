"""A server on loopback that plays a script on each connection and records what the client did."""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from threading import Condition, Event, Lock, Thread
from types import TracebackType
from typing import Final, TypeAlias

from typing_extensions import Self
from wsproto.utilities import LocalProtocolError

from tests.adapters.peer import PATIENCE, Gone, Peer, Record, ScriptFailed, Seen
from tests.adapters.steps import Step

Script: TypeAlias = Sequence[Step]


class ScriptedServer:
    """Plays one script for each connection, in the order they come.

    Args:
        scripts: One for each connection.
        default: For all connections after those; None counts a further connection as a failure.
        ssl_context: Serves TLS.
        receive_nbytes: What the kernel may keep of what clients send; None leaves it to the kernel.
    """

    def __init__(
        self,
        *scripts: Script,
        default: Script | None = None,
        ssl_context: ssl.SSLContext | None = None,
        receive_nbytes: int | None = None,
    ) -> None:
        self._scripts: Final = list(scripts)
        self._default: Final = default
        self._ssl: Final = ssl_context
        self._listener: Final = socket.create_server(("127.0.0.1", 0), backlog=256)
        if receive_nbytes is not None:
            self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_nbytes)
        self._released: Final = Event()
        self._flags: Final[dict[str, Event]] = {}
        self._lock: Final = Lock()
        self._changed: Final = Condition()
        self._threads: Final[list[Thread]] = []
        self._sockets: Final[list[socket.socket]] = []
        self.records: Final[list[Record]] = []
        self.failures: Final[list[BaseException]] = []
        self.port: Final[int] = self._listener.getsockname()[1]
        scheme = "https" if ssl_context else "http"
        self.url: Final = f"{scheme}://127.0.0.1:{self.port}"

    def flag(self, name: str) -> Event:
        """Give a flag that a script waits for or raises."""
        with self._lock:
            return self._flags.setdefault(name, Event())

    @property
    def requests(self) -> list[Seen]:
        """Every request on every connection."""
        return [seen for record in self.records for seen in record.requests]

    def until(self, predicate: Callable[[], bool], what: str = "it") -> None:
        """Wait until the record says so."""
        with self._changed:
            assert self._changed.wait_for(predicate, PATIENCE), f"{what} did not happen"

    def __enter__(self) -> Self:
        """Listen."""
        self._spawn(self._accept)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None, /
    ) -> None:
        """Cut all connections, end all threads; raise what went wrong in a script."""
        self._released.set()
        _shut(self._listener)
        for sock in self._sockets:
            _shut(sock)
        for thread in self._threads:
            thread.join(PATIENCE)
            assert not thread.is_alive(), "a script does not end"
        if error is None and self.failures:
            raise self.failures[0]

    def _spawn(self, target: Callable[[], None]) -> None:
        thread = Thread(target=target, name="scripted-server", daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while not self._released.is_set():
            try:
                sock, _ = self._listener.accept()
            except OSError:
                return
            with self._lock:
                self._sockets.append(sock)
                script = self._scripts.pop(0) if self._scripts else self._default
            if script is None:
                self.failures.append(ScriptFailed("one connection more than the script has"))
                _shut(sock)
                continue
            record = Record(self._changed)
            with self._changed:
                self.records.append(record)
                self._changed.notify_all()
            self._spawn(lambda sock=sock, record=record, script=script: self._play(sock, record, script))  # type: ignore[misc]

    def _play(self, sock: socket.socket, record: Record, script: Script) -> None:
        try:
            self._perform(Peer(self._secured(sock), record, self._released, self.flag), script)
        except ScriptFailed as error:
            self.failures.append(error)
        except (Gone, OSError, LocalProtocolError):  # the last: speaking on after the client's close frame
            pass
        except BaseException as error:
            self.failures.append(error)

    def _secured(self, sock: socket.socket) -> socket.socket:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self._ssl is None:
            return sock
        sock.settimeout(PATIENCE)
        secured = self._ssl.wrap_socket(sock, server_side=True)
        with self._lock:
            self._sockets.append(secured)
        return secured

    def _perform(self, peer: Peer, script: Iterable[Step]) -> None:
        try:
            for step in script:
                step.play(peer)
            peer.drain()
        finally:
            peer.hang_up()
            peer.record.note(lambda: None)


def _shut(sock: socket.socket) -> None:
    with suppress(OSError):
        sock.shutdown(socket.SHUT_RDWR)
    sock.close()


def seconds_since(moment: float | None) -> float:
    """Give the seconds since a moment of the monotonic clock."""
    assert moment is not None
    return time.monotonic() - moment
