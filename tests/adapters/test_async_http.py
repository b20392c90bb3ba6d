"""HTTP on event loops: streams left early, cancelled calls, retries, certificates and proxies, several tasks."""

from __future__ import annotations

import os
import ssl
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import anyio
import httpx
import pytest
import trustme

from cartesia_core import CartesiaError, Request, RetryPolicy, Timeouts
from cartesia_core.errors import ConnectFailed, ConnectTimeout, LocalProtocolError, RateLimitedError, ServerError
from cartesia_core.settings import settings_of
from cartesia_httpx import AsyncHttpxSender
from tests.adapters.calls import ALL, FORMAT, Action, AsyncCaller, failing, generate, get_voice, open_socket, speak
from tests.adapters.flavours import ASYNCIO, TRIO, Flavour, until
from tests.adapters.messages import chunk, done
from tests.adapters.proxy import PASSWORD, ConnectProxy
from tests.adapters.scripted import ScriptedServer
from tests.adapters.secrecy import KEY, assert_silent
from tests.adapters.steps import Accept, Answer, Expect, Forever, HangUp, Mute, ReadRequest, Reset, Step
from tests.adapters.story import VOICE
from tests.adapters.test_http import AUDIO
from tests.adapters.test_retries import GOOD, POLICY, READ, WORK, refusal

pytestmark = pytest.mark.parametrize("flavour", [TRIO, ASYNCIO], ids=lambda flavour: flavour.name)
SPEECH: tuple[Step, ...] = (Accept(), Expect("finish"), chunk(0, b"aa" * 50_000), done(0))


# --- streams and tasks


def test_leaving_a_stream_early_closes_its_connection(flavour: Flavour) -> None:
    """Pieces come before the last is sent; after leaving nothing more is read, nor handed out as if it were whole."""

    async def main() -> None:
        async with flavour.client(server.url) as client:
            stream = client.tts.stream(model_id="m", transcript="Hi.", voice=VOICE, output_format=FORMAT)
            with pytest.raises(LocalProtocolError, match="with client"):
                stream.__aiter__()
            async with stream as pieces:
                async for piece in pieces:
                    assert piece == b"first"
                    break
            await until(lambda: server.records[0].has_ended, "the end of the connection")
            with pytest.raises(LocalProtocolError):
                await anext_of(pieces)

    with ScriptedServer((Answer(body=b"first", announced=9),)) as server:
        flavour.run(main)


async def anext_of(pieces: object) -> object:
    """Ask for the next piece."""
    return await pieces.__aiter__().__anext__()  # type: ignore[attr-defined]


@pytest.mark.parametrize("answer", [ReadRequest(), Answer(body=b"first", announced=9)], ids=["head", "body"])
def test_a_cancelled_call_closes_its_connection(flavour: Flavour, answer: Step) -> None:
    """Whether it waited for the head or for the body; the client serves the next call."""

    async def main() -> None:
        async with flavour.client(server.url) as client:
            with anyio.move_on_after(0.1) as scope:
                await client.tts.generate(model_id="m", transcript="Hi.", voice=VOICE, output_format=FORMAT)
            assert scope.cancelled_caught
            await until(lambda: server.records[0].has_ended, "the end of the connection")
            call = client.tts.generate(model_id="m", transcript="Hi.", voice=VOICE, output_format=FORMAT)
            assert (await call).content == AUDIO

    with ScriptedServer((answer, Mute()), (Answer(body=AUDIO),)) as server:
        flavour.run(main)


def test_tasks_share_one_client(flavour: Flavour) -> None:
    """Sixteen tasks generate at once; each gets the audio of its own text."""

    async def main() -> None:
        async with flavour.client(server.url) as client, anyio.create_task_group() as tasks:

            async def generate_some(number: int) -> None:
                for round_ in range(5):
                    text = f"<{number}.{round_}>"
                    call = client.tts.generate(model_id="m", transcript=text, voice=VOICE, output_format=FORMAT)
                    assert (await call).content == text.encode() * 2000

            for number in range(16):
                tasks.start_soon(generate_some, number)

    parrot = Forever(Answer(body=lambda seen: str(seen.json["transcript"]).encode() * 2000))
    with ScriptedServer(default=(parrot,)) as server:
        flavour.run(main)
        assert len(server.requests) == 80


def test_a_connection_that_was_closed_meanwhile_is_replaced(flavour: Flavour) -> None:
    """The server closes a kept connection between two calls: the second one opens another, and is sent once."""

    async def main() -> None:
        async with flavour.client(server.url) as client:
            for _ in range(2):
                call = client.tts.generate(model_id="m", transcript="Hi.", voice=VOICE, output_format=FORMAT)
                assert (await call).content == AUDIO
                await until(lambda: server.records[0].has_faulted)

    with ScriptedServer((Answer(body=AUDIO), HangUp()), (Answer(body=AUDIO),)) as server:
        flavour.run(main)
        assert len(server.requests) == 2


def test_a_closed_client_says_so(flavour: Flavour) -> None:
    """Using a client after its block is an error of the caller."""

    async def main() -> None:
        async with flavour.client("http://127.0.0.1:9") as client:
            pass
        with pytest.raises(LocalProtocolError, match="closed"):
            await client.voices.get(VOICE)
        with pytest.raises(LocalProtocolError, match="closed"):
            await client.tts.websocket().__aenter__()

    flavour.run(main)


# --- retries


class Sent:
    """What came of a call."""

    def __init__(
        self, flavour: Flavour, server: ScriptedServer, request: Request[object], policy: RetryPolicy = POLICY
    ) -> None:
        self.waits: list[float] = []
        self.error: CartesiaError | None = None
        settings = settings_of(api_key=KEY, base_url=server.url, retry=policy, timeout=2)

        async def wait(seconds: float) -> None:
            self.waits.append(seconds)

        async def main() -> None:
            async with httpx.AsyncClient() as client:
                try:
                    await AsyncHttpxSender(client, settings, sleep=wait).send(request)
                except CartesiaError as error:
                    assert_silent(error)
                    self.error = error

        flavour.run(main)
        self.requests = len(server.requests)


def sent(flavour: Flavour, request: Request[object], *steps: Step) -> Sent:
    """Send a request to a server that plays the steps on one connection."""
    with ScriptedServer(steps, default=()) as server:
        return Sent(flavour, server, request)


def test_a_read_is_repeated_after_passing_faults(flavour: Flavour) -> None:
    """Two refusals, then the answer: three requests, with growing waits."""
    outcome = sent(flavour, READ, refusal(503), refusal(500), GOOD)
    assert (outcome.requests, outcome.error) == (3, None)
    first, second = outcome.waits
    assert 0.375 <= first <= 0.5
    assert 0.75 <= second <= 1.0


@pytest.mark.parametrize("status", [400, 401, 403, 404, 408, 500, 503])
def test_a_generation_is_asked_for_once(flavour: Flavour, status: int) -> None:
    """F51: the server may have accepted the work, or will never accept it."""
    outcome = sent(flavour, WORK, refusal(status))
    assert outcome.requests == 1
    assert outcome.error is not None
    assert outcome.error.status == status


@pytest.mark.parametrize("request_", [READ, WORK], ids=["read", "work"])
def test_a_retry_after_is_honoured(flavour: Flavour, request_: Request[object]) -> None:
    """F52: exactly as long as the server asks, or not at all if that is too long."""
    outcome = sent(flavour, request_, refusal(429, ("Retry-After", "7")), GOOD)
    assert (outcome.waits, outcome.error) == ([7.0], None)
    outcome = sent(flavour, request_, refusal(429, ("Retry-After", "120")))
    assert (outcome.requests, outcome.waits) == (1, [])
    assert type(outcome.error) is RateLimitedError


@pytest.mark.parametrize("step", [HangUp(), Reset()], ids=["end", "reset"])
def test_a_lost_connection_is_repeated_for_reads_only(flavour: Flavour, step: Step) -> None:
    """A connection that dies before the answer costs a read nothing, and a generation perhaps money."""
    for request, requests in ((READ, 3), (WORK, 1)):
        with ScriptedServer(default=(ReadRequest(), step)) as server:
            assert Sent(flavour, server, request).requests == requests
    with ScriptedServer((Answer(body=b"go", announced=4), step), (GOOD,)) as server:
        outcome = Sent(flavour, server, READ)
    assert (outcome.requests, outcome.error) == (2, None)


def test_the_last_failure_is_raised(flavour: Flavour) -> None:
    """After all repeats, the error of the last one is told."""
    outcome = sent(flavour, READ, refusal(429), refusal(503), refusal(500))
    assert outcome.requests == 3
    assert type(outcome.error) is ServerError


# --- the network


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    """A certificate authority that nobody knows but those who are told."""
    return trustme.CA()


@pytest.fixture
def server_context(authority: trustme.CA) -> ssl.SSLContext:
    """TLS for a server on loopback."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    return context


@pytest.fixture
def client_context(authority: trustme.CA) -> ssl.SSLContext:
    """TLS for a client that knows the authority."""
    context = ssl.create_default_context()
    authority.configure_trust(context)
    return context


@pytest.fixture
def proxy() -> Iterator[ConnectProxy]:
    """A proxy that asks for credentials."""
    with ConnectProxy() as running:
        yield running


def test_certificates_given_once_serve_http_and_sockets(
    flavour: Flavour, server_context: ssl.SSLContext, client_context: ssl.SSLContext
) -> None:
    """F55: one `http_client` with a private authority reaches both."""
    with ScriptedServer((Answer(body=AUDIO), HangUp()), SPEECH, ssl_context=server_context) as server:
        client = AsyncCaller(flavour, server.url, http={"verify": client_context})
        assert generate(client) == AUDIO
        assert speak(client) == 100_000


def test_a_proxy_with_credentials_serves_http_and_sockets(
    flavour: Flavour, proxy: ConnectProxy, server_context: ssl.SSLContext, client_context: ssl.SSLContext
) -> None:
    """F55, D42: CONNECT with a user and a password, then TLS to the server inside; the proxy never sees the key."""
    with ScriptedServer((Answer(body=AUDIO), HangUp()), SPEECH, ssl_context=server_context) as server:
        client = AsyncCaller(flavour, server.url, http={"verify": client_context, "proxy": proxy.url})
        assert generate(client) == AUDIO
        assert speak(client) == 100_000
        assert proxy.targets == [f"127.0.0.1:{server.port}"] * 2
    assert KEY not in "".join(proxy.heads)


def test_a_proxy_from_the_environment_serves_http_and_sockets(  # noqa: PLR0917 - fixtures
    flavour: Flavour,
    proxy: ConnectProxy,
    server_context: ssl.SSLContext,
    authority: trustme.CA,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    """F54: without an `http_client`, the usual variables count."""
    bundle = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(bundle))
    for name, value in (("HTTPS_PROXY", proxy.url), ("SSL_CERT_FILE", str(bundle)), ("NO_PROXY", "")):
        monkeypatch.setenv(name, value)
        monkeypatch.delenv(name.lower(), raising=False)
    with ScriptedServer((Answer(body=AUDIO), HangUp()), SPEECH, ssl_context=server_context) as server:
        client = AsyncCaller(flavour, server.url)
        assert generate(client) == AUDIO
        assert speak(client) == 100_000
        assert len(proxy.targets) == 2


@pytest.mark.parametrize("action", ALL)
def test_what_the_network_refuses_is_a_failed_connection(
    flavour: Flavour, action: Action, proxy: ConnectProxy, server_context: ssl.SSLContext
) -> None:
    """F58: an unknown authority, and a proxy that answers 407: typed, with the way out, without any secret."""
    with ScriptedServer(default=(Mute(),), ssl_context=server_context) as server:
        stranger = failing(action, AsyncCaller(flavour, server.url))
        refused = failing(action, AsyncCaller(flavour, server.url, http={"proxy": proxy.url_of_a_stranger}))
    assert (type(stranger), type(refused)) == (ConnectFailed, ConnectFailed)
    assert "verify=" in stranger.message
    assert "407" in refused.message
    assert PASSWORD not in str(refused)


@pytest.mark.parametrize("inner", [get_voice, open_socket])
def test_a_pool_without_a_free_connection_says_so(flavour: Flavour, inner: Callable[..., object]) -> None:
    """A small pool that a socket has taken is a typed time-out for the next call, not a hang."""

    async def main() -> None:
        async with (
            httpx.AsyncClient(limits=httpx.Limits(max_connections=1)) as http,
            flavour.client(server.url, timeout=Timeouts(pool=0.2), http_client=http) as client,
            client.tts.websocket(),
        ):
            with pytest.raises(ConnectTimeout, match="pool"):
                await (client.voices.get(VOICE) if inner is get_voice else client.tts.websocket().__aenter__())

    with ScriptedServer((Accept(),)) as server:
        flavour.run(main)


_PROGRAM = """
import sys, {flavour}
from cartesia_{flavour} import Client
from cartesia_core import RawFormat
async def main():
    async with Client(api_key="k", base_url=sys.argv[1]) as client:
        async with client.tts.stream(model_id="m", transcript="t", voice="v", output_format=RawFormat("pcm_s16le", 16000)) as pieces:
            async for _ in pieces: pass
        async with client.tts.websocket() as ws:
            async with ws.speak("t", model_id="m", voice="v", output_format=RawFormat("pcm_s16le", 16000)) as speech:
                print(len([event async for event in speech]))
{flavour}.run(main{call})
print(*[name for name in ("asyncio", "trio", "cartesia_asyncio", "cartesia_trio", "cartesia_sync") if name in sys.modules])
"""


def test_one_event_loop_does_not_load_the_other(flavour: Flavour) -> None:
    """F45: under trio, asyncio is never imported; HTTP and sockets work. And no package for another flavour."""
    call = "" if flavour is TRIO else "()"
    program = _PROGRAM.format(flavour=flavour.name, call=call)
    with ScriptedServer((Answer(body=AUDIO, kind="audio/raw"), HangUp()), SPEECH) as server:
        ran = subprocess.run(
            [sys.executable, "-W", "error", "-c", program, server.url],
            check=False,
            capture_output=True,
            text=True,
            timeout=30,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        )
    assert ran.stderr == ""
    speech, loaded = ran.stdout.splitlines()
    assert speech == "1"
    assert set(loaded.split()) - {"trio"} == {f"cartesia_{flavour.name}", flavour.name} - {"trio"}
