"""Our clients, made to do what the faults ask for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import httpx
from attrs import frozen

from cartesia_core import NO_RETRIES, AudioChunk, CartesiaError, RetryPolicy, Timeouts
from cartesia_sync import Client
from tests.adapters.calls import AnyClient, AsyncCaller, generate, get_voice, open_socket, speak, sse, stream
from tests.adapters.drivers import DRIVES, Drive
from tests.adapters.faults.official import Verb
from tests.adapters.faults.results import Returned
from tests.adapters.flavours import FLAVOURS, LIMITS, Flavour
from tests.adapters.secrecy import KEY, assert_silent
from tests.adapters.story import Failure, failure_of


@frozen(eq=False)
class Ours:
    """Our client of one flavour; without a flavour, the one for threads."""

    name: str
    drive: Drive
    flavour: Flavour | None = None

    def call(
        self,
        verb: Verb,
        url: str,
        *,
        timeouts: Timeouts | None = None,
        retry: RetryPolicy | None = NO_RETRIES,
        http: Mapping[str, Any] | None = None,
    ) -> Returned | Failure:
        """Do one call; give what came of it.

        Args:
            verb: Which.
            url: Where to.
            timeouts: For HTTP and sockets.
            retry: How to repeat; None for what users get by default.
            http: What a client of httpx is made with; None leaves it to our client.
        """
        timeouts = timeouts or Timeouts(connect=5, read=5)
        try:
            if self.flavour is not None:
                return _VERBS[verb](
                    AsyncCaller(self.flavour, url, timeouts, retry, None if http is None else dict(http))
                )
            if http is None:
                with Client(api_key=KEY, base_url=url, retry=retry, timeout=timeouts, limits=LIMITS) as client:
                    return _VERBS[verb](client)
            with httpx.Client(**http) as own:
                client = Client(
                    api_key=KEY, base_url=url, retry=retry, timeout=timeouts, limits=LIMITS, http_client=own
                )
                return _VERBS[verb](client)
        except CartesiaError as error:
            assert_silent(error)
            return failure_of(error)


def _sse(client: AnyClient) -> Returned:
    events = sse(client)
    return Returned(sum(len(event.audio) for event in events if isinstance(event, AudioChunk)), len(events))


def _nothing(action: Callable[[AnyClient], object]) -> Callable[[AnyClient], Returned]:
    def act(client: AnyClient) -> Returned:
        action(client)
        return Returned()

    return act


_VERBS: Final[Mapping[Verb, Callable[[AnyClient], Returned]]] = {
    "generate": lambda client: Returned(len(generate(client))),
    "stream": lambda client: Returned(len(stream(client))),
    "sse": _sse,
    "read": _nothing(get_voice),
    "open": _nothing(open_socket),
    "speak": lambda client: Returned(speak(client)),
}
SYNC: Final = Ours("sync", DRIVES["sync"])
LOOPS: Final = tuple(Ours(flavour.name, DRIVES[flavour.name], flavour) for flavour in FLAVOURS)
OURS: Final = (SYNC, *LOOPS)
