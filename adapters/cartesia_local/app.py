"""What the resources share, and the way of a request through them: version, route, credential, body, handler."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager, aclosing, suppress
from typing import TYPE_CHECKING, Final, TypeAlias

from attrs import field, frozen

from cartesia_core.errors import InvalidArgument
from cartesia_core.versions import KNOWN, NEWEST
from cartesia_local.faults import instead
from cartesia_local.faults.reply import FaultyReply
from cartesia_local.faults.upgrade import accept_faulty
from cartesia_local.gate import Gate, requested_version
from cartesia_local.http.exchange import Answer, Call, Reply
from cartesia_local.http.form import Form, FormReader, is_form
from cartesia_local.http.routes import Match, MethodNotAllowed, Route, Routes
from cartesia_local.refusal import Refused, http_error
from cartesia_local.speech.engine import Engine, EngineCrashed
from cartesia_local.tasks import ClientGone, until_gone
from cartesia_local.ws.socket import Socket, accept

if TYPE_CHECKING:
    from cartesia_local.config import Config
    from cartesia_local.faults.fault import Instead
    from cartesia_local.faults.script import Script
    from cartesia_local.hearing.recogniser import Recogniser
    from cartesia_local.http.connection import Head, HttpConnection
    from cartesia_local.limits import Limits
    from cartesia_local.store import Store
    from cartesia_local.tokens import Tokens

LOG: Final = logging.getLogger("cartesia_local")


@frozen
class App:
    """One server's state, handed to every resource."""

    config: Config
    engine: Engine = field(repr=False)
    store: Store = field(repr=False)
    limits: Limits = field(repr=False)
    gate: Gate = field(repr=False)
    tokens: Tokens = field(repr=False)
    recogniser: Recogniser = field(repr=False)


Handler: TypeAlias = Callable[[App, Call, Reply], Awaitable[None]]
SocketHandler: TypeAlias = Callable[[App, Call, Socket], Awaitable[None]]
Admit: TypeAlias = Callable[[App, Call], AbstractContextManager[None]]


def _as_speech(app: App, _: Call) -> AbstractContextManager[None]:
    return app.limits.socket()


@frozen
class Resource:
    """A route's handler: for requests, for sockets, or one for each.

    Attributes:
        on_call: Answers requests.
        on_socket: Converses.
        admit: Refuses a socket before the upgrade, or holds its place as long as it is open.
    """

    on_call: Handler | None = None
    on_socket: SocketHandler | None = None
    admit: Admit = _as_speech


Table: TypeAlias = tuple[Route[Resource], ...]


def route(
    method: str,
    path: str,
    handler: Handler,
    *,
    needs_key: bool = True,
    grant: str | None = None,
    since: str = KNOWN[0],
    until: str = NEWEST,
) -> Route[Resource]:
    """Make a line of a resource's table."""
    return Route(method, path, Resource(on_call=handler), needs_key, grant, since, until)


def socket_route(
    path: str,
    handler: SocketHandler,
    *,
    grant: str | None = None,
    since: str = KNOWN[0],
    admit: Admit = _as_speech,
) -> Route[Resource]:
    """Make a line for a WebSocket."""
    return Route("GET", path, Resource(on_socket=handler, admit=admit), grant=grant, since=since)


async def serve_connection(app: App, routes: Routes[Resource], http: HttpConnection) -> None:
    """Answer one request after the other until the client or we end the connection."""
    while True:
        try:
            head = await http.next_head()
        except Refused as error:
            await http.send(_error_answer(error, NEWEST), close=True)
            return
        if head is None or not await _Exchange(app, routes, http, head).run() or not http.prepare_next():
            return


class _Exchange:
    """One request on its way."""

    def __init__(self, app: App, routes: Routes[Resource], http: HttpConnection, head: Head) -> None:
        self._app: Final = app
        self._routes: Final = routes
        self._http: Final = http
        self._head: Final = head
        self._version = NEWEST
        self._script: Script | None = None

    async def run(self) -> bool:
        """Answer; False when the connection must end."""
        try:
            self._script = self._scripted()
            if self._script is not None and self._script.instead is not None:
                return await self._play(self._script, self._script.instead)
            match = self._admit()
        except Refused as error:
            return await self._refuse_unread(error)
        if match.route.handler.on_socket is not None and self._head.is_upgrade:
            await self._converse(match, match.route.handler.on_socket)
            return False
        if is_form(self._head.headers.get("content-type", "")):
            return await self._answer_form(match)
        try:
            body = await self._http.read_body(self._app.config.max_body_nbytes)
        except Refused as error:
            return await self._part(error)
        return await self._answer(match, self._call(match, body))

    async def _answer_form(self, match: Match[Resource]) -> bool:
        with Form() as form:
            try:
                reader = FormReader(self._head.headers["content-type"], form)
                async with aclosing(self._http.body(self._app.config.max_upload_nbytes)) as pieces:
                    async for piece in pieces:
                        reader.feed(piece)
                reader.finish()
            except Refused as error:
                return await self._part(error)
            return await self._answer(match, self._call(match, b"", form))

    def _scripted(self) -> Script | None:
        """Give the faults that this request meets."""
        head = self._head
        try:
            script = self._app.config.faults.take(head.method, head.path, head.headers, is_upgrade=head.is_upgrade)
        except Exception as error:
            raise Refused(f"The test of headers for a fault failed: {error!r}.", status=500) from error
        if script is not None:
            script.is_recognition = head.is_upgrade and head.path.startswith("/stt/")
            with suppress(Refused):  # Then it is as good as the newest.
                script.version = self._version = requested_version(head.headers, head.query)
        return script

    async def _play(self, script: Script, fault: Instead) -> bool:
        try:
            await self._http.skip_body(self._app.config.max_upload_nbytes)
        except Refused as error:
            return await self._part(error)
        return await instead.play(self._http, script, fault)

    def _admit(self) -> Match[Resource]:
        head = self._head
        self._version = requested_version(head.headers, head.query)
        match = self._routes.match(head.method, head.path, self._version)
        route = match.route
        if route.needs_key:
            is_socket = route.handler.on_socket is not None
            self._app.gate.check(head.headers, head.query, is_socket=is_socket, grant=route.grant)
        return match

    async def _refuse_unread(self, error: Refused) -> bool:
        """Refuse before the body was read: skip it where it is on its way, do not ask for it where it is not."""
        if self._http.is_waiting_for_continue:
            return await self._part(error)
        try:
            await self._http.skip_body(self._app.config.max_upload_nbytes)
        except Refused:
            return await self._part(error)
        await self._http.send(_error_answer(error, self._version))
        return True

    async def _part(self, error: Refused) -> bool:
        """Refuse, and end the connection without cutting off a client that still sends."""
        await self._http.send(_error_answer(error, self._version), close=True)
        await self._http.wire.linger()
        return False

    async def _answer(self, match: Match[Resource], call: Call) -> bool:
        handler = match.route.handler.on_call
        reply = self._http if self._script is None else FaultyReply(self._http, self._script)
        try:
            if handler is None:
                raise Refused(f"{call.path} is a WebSocket; ask for an upgrade.", status=426, title="Upgrade required")
            await until_gone(lambda: handler(self._app, call, reply), self._http.watch)
        except ClientGone:
            return False
        except Exception as error:
            # Once audio is on its way the only honest end is a cut: the client sees a body that is not whole.
            if reply.started:
                LOG.exception("the answer to %s %s was cut", call.method, call.path)
                return False
            await reply.send(_error_answer(as_refused(error), self._version))
        return True

    async def _converse(self, match: Match[Resource], handler: SocketHandler) -> None:
        call = self._call(match, b"")
        try:
            with match.route.handler.admit(self._app, call):
                await self._upgrade(lambda socket: handler(self._app, call, socket))
        except Refused as error:
            await self._http.send(_error_answer(error, self._version), close=True)

    async def _upgrade(self, converse: Callable[[Socket], Awaitable[None]]) -> None:
        if (script := self._script) is None:
            await accept(self._http, self._head, self._app.config, converse)
        else:
            await accept_faulty(self._http, self._head, self._app.config, converse, script)

    def _call(self, match: Match[Resource], body: bytes, form: Form | None = None) -> Call:
        head = self._head
        return Call(
            method=head.method,
            path=head.path,
            query=head.query,
            headers=head.headers,
            version=self._version,
            segments=match.segments,
            body=body,
            form=form,
        )


def as_refused(error: Exception) -> Refused:
    """Give what the client is told about a failure; what nobody foresaw is logged and becomes a 500."""
    if isinstance(error, Refused):
        return error
    if isinstance(error, InvalidArgument):
        return Refused(error.message, title="Invalid field")
    if isinstance(error, sqlite3.OperationalError):
        return Refused(f"The data file cannot be used now: {error}.", status=503, title="Data file busy")
    if isinstance(error, EngineCrashed):
        return Refused(error.message, status=500, title="Speech engine crashed")
    LOG.error("a request failed", exc_info=error)
    return Refused(f"The local server failed: {error}", status=500, title="Internal error")


def _error_answer(error: Refused, version: str) -> Answer:
    content_type, body = http_error(error, version)
    headers = (("allow", ", ".join(error.allowed)),) if isinstance(error, MethodNotAllowed) else ()
    return Answer(error.code, content_type, body, headers)
