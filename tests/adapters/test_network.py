"""One network configuration for HTTP and sockets: certificates, proxies, transports, base URLs, header fields."""

from __future__ import annotations

import json
import ssl
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
import trustme

from cartesia_core import NO_RETRIES, AudioChunk, InvalidArgument, Timeouts
from cartesia_core.errors import CartesiaError, ConnectFailed, ConnectTimeout
from cartesia_core.tts import endpoints as tts
from cartesia_sync import Client
from tests.adapters.calls import ALL, FORMAT, Action, failing, generate, get_voice, open_socket
from tests.adapters.drivers import sync_client
from tests.adapters.flavours import LIMITS
from tests.adapters.messages import chunk, done
from tests.adapters.proxy import PASSWORD, ConnectProxy
from tests.adapters.scripted import ScriptedServer
from tests.adapters.secrecy import KEY, assert_silent
from tests.adapters.steps import JSON, Accept, Answer, Close, Expect, Flood, Forever, HangUp, Mute, Step
from tests.adapters.story import OPTIONS, VOICE
from tests.adapters.test_threads import Parrot

AUDIO = b"RIFFaudio"
SPEECH: tuple[Step, ...] = (Accept(), Expect("finish"), chunk(0, b"aa" * 50_000), done(0))


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


def speak(client: Client) -> int:
    """Speak on a socket; give the bytes of audio."""
    with client.tts.websocket() as ws:
        return sum(len(event.audio) for event in ws.speak("Hello.", **OPTIONS) if isinstance(event, AudioChunk))


def test_certificates_given_once_serve_http_and_sockets(
    server_context: ssl.SSLContext, client_context: ssl.SSLContext
) -> None:
    """F55: one `http_client` with a private authority reaches both."""
    with (
        ScriptedServer((Answer(body=AUDIO), HangUp()), SPEECH, ssl_context=server_context) as server,
        httpx.Client(verify=client_context) as http,
    ):
        client = Client(api_key=KEY, base_url=server.url, http_client=http, limits=LIMITS)
        assert generate(client) == AUDIO
        assert speak(client) == 100_000


@pytest.mark.parametrize("action", ALL)
def test_an_unknown_authority_is_a_failed_connection_with_advice(
    action: Action, server_context: ssl.SSLContext
) -> None:
    """F58, D43: the error is typed and names the way out; it has cost nothing."""
    with ScriptedServer(default=(Mute(),), ssl_context=server_context) as server, sync_client(server) as client:
        error = failing(action, client)
    assert type(error) is ConnectFailed
    assert "verify=" in error.message


def test_a_certificate_for_another_host_is_a_failed_connection(
    authority: trustme.CA, client_context: ssl.SSLContext
) -> None:
    """F58: the name is checked."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("example.org").configure_cert(context)
    with (
        ScriptedServer(default=(Mute(),), ssl_context=context) as server,
        httpx.Client(verify=client_context) as http,
    ):
        client = Client(api_key=KEY, base_url=server.url, http_client=http, retry=NO_RETRIES)
        assert type(failing(open_socket, client)) is ConnectFailed


def test_a_proxy_with_credentials_serves_http_and_sockets(
    proxy: ConnectProxy, server_context: ssl.SSLContext, client_context: ssl.SSLContext
) -> None:
    """F55, D42: CONNECT with a user and a password, then TLS to the server inside; the proxy never sees the key."""
    with (
        ScriptedServer((Answer(body=AUDIO), HangUp()), SPEECH, ssl_context=server_context) as server,
        httpx.Client(proxy=proxy.url, verify=client_context) as http,
    ):
        client = Client(api_key=KEY, base_url=server.url, http_client=http, limits=LIMITS)
        assert generate(client) == AUDIO
        assert speak(client) == 100_000
        assert proxy.targets == [f"127.0.0.1:{server.port}"] * 2
    assert KEY not in "".join(proxy.heads)


def test_a_proxy_from_the_environment_serves_http_and_sockets(
    proxy: ConnectProxy,
    server_context: ssl.SSLContext,
    authority: trustme.CA,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """F54: without an `http_client`, the usual variables count."""
    bundle = tmp_path_factory.mktemp("ca") / "ca.pem"
    authority.cert_pem.write_to_path(str(bundle))
    for name, value in (("HTTPS_PROXY", proxy.url), ("SSL_CERT_FILE", str(bundle)), ("NO_PROXY", "")):
        monkeypatch.setenv(name, value)
        monkeypatch.delenv(name.lower(), raising=False)
    with ScriptedServer((Answer(body=AUDIO), HangUp()), SPEECH, ssl_context=server_context) as server:
        with sync_client(server) as client:
            assert generate(client) == AUDIO
            assert speak(client) == 100_000
        assert len(proxy.targets) == 2


@pytest.mark.parametrize("action", ALL)
def test_a_proxy_that_refuses_is_a_failed_connection(
    action: Action, proxy: ConnectProxy, server_context: ssl.SSLContext, client_context: ssl.SSLContext
) -> None:
    """407 is told as what it is, without the key and without the proxy's password."""
    with (
        ScriptedServer(ssl_context=server_context) as server,
        httpx.Client(proxy=proxy.url_of_a_stranger, verify=client_context) as http,
    ):
        client = Client(api_key=KEY, base_url=server.url, http_client=http, retry=NO_RETRIES)
        error = failing(action, client)
    assert type(error) is ConnectFailed
    assert "407" in error.message
    assert PASSWORD not in str(error)


def test_sockets_over_tls_end_as_they_should(server_context: ssl.SSLContext, client_context: ssl.SSLContext) -> None:
    """Over TLS too: much audio, an idle close that is replaced, a peer that never answers the close."""
    first: tuple[Step, ...] = (Accept(), Expect("text"), Flood(0, 200_000), Expect("cancel"), Close(1000, "idle"))
    with (
        ScriptedServer(first, (*SPEECH, Mute()), ssl_context=server_context) as server,
        httpx.Client(verify=client_context) as http,
        Client(api_key=KEY, base_url=server.url, http_client=http, limits=LIMITS).tts.websocket() as ws,
    ):
        with ws.context(**OPTIONS) as context:
            context.push("Hello.")
            next(iter(context))
        server.until(lambda: server.records[0].has_faulted)
        assert len(list(ws.speak("Hello.", **OPTIONS))) == 1
        assert len(server.requests) == 2


def test_threads_share_one_socket_over_tls(server_context: ssl.SSLContext, client_context: ssl.SSLContext) -> None:
    """One thread writes while another reads the same TLS connection, many times over."""
    with (
        ThreadPoolExecutor(4) as pool,
        ScriptedServer((Parrot(),), ssl_context=server_context) as server,
        httpx.Client(verify=client_context) as http,
        Client(api_key=KEY, base_url=server.url, http_client=http, limits=LIMITS).tts.websocket() as ws,
    ):

        def talk(number: int) -> None:
            words = [f"<{number}.{word}>" for word in range(200)]
            heard = [event.audio for event in ws.speak(iter(words), **OPTIONS) if isinstance(event, AudioChunk)]
            assert b"".join(heard) == b"".join(word.encode() * 100 for word in words)

        for future in [pool.submit(talk, number) for number in range(4)]:
            future.result(timeout=20)


def test_a_transport_of_the_users_own_serves_requests() -> None:
    """`http_client` may answer by itself, as in tests of programs that use this library."""

    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, content=AUDIO, headers={"Content-Type": "audio/wav"})

    with httpx.Client(transport=httpx.MockTransport(answer)) as http:
        assert generate(Client(api_key=KEY, http_client=http)) == AUDIO


def test_a_client_of_the_users_own_stays_open() -> None:
    """Closing ours leaves theirs to them."""
    with httpx.Client() as http:
        with Client(api_key=KEY, http_client=http):
            pass
        assert not http.is_closed


@pytest.mark.parametrize("prefix", ["/eu/v1", "/eu/v1/"])
def test_a_base_url_with_a_path_is_kept(prefix: str) -> None:
    """A gateway below a path serves HTTP and sockets."""
    with ScriptedServer((Answer(body=AUDIO), HangUp()), (Accept(),)) as server:
        client = Client(api_key=KEY, base_url=server.url + prefix, limits=LIMITS)
        with client:
            generate(client)
            open_socket(client)
        assert [seen.target for seen in server.requests] == ["/eu/v1/tts/bytes", "/eu/v1/tts/websocket"]


def test_a_websocket_base_url_is_understood() -> None:
    """`ws://` is as good as `http://`."""
    with ScriptedServer((Accept(),)) as server:
        with Client(api_key=KEY, base_url=server.url.replace("http", "ws"), limits=LIMITS) as client:
            open_socket(client)
        assert len(server.requests) == 1


def test_the_environment_says_who_and_where(monkeypatch: pytest.MonkeyPatch) -> None:
    """`from_env` reads key, base URL and further header fields."""
    with ScriptedServer((Answer(body=AUDIO),)) as server:
        monkeypatch.setenv("CARTESIA_API_KEY", KEY)
        monkeypatch.setenv("CARTESIA_BASE_URL", server.url)
        monkeypatch.setenv("CARTESIA_CUSTOM_HEADERS", "X-One: 1\nX-Two: a: b")
        with Client.from_env() as client:
            assert KEY not in repr(client)
            generate(client)
        (seen,) = server.requests
    assert seen.headers["authorization"] == f"Bearer {KEY}"
    assert (seen.headers["x-one"], seen.headers["x-two"]) == ("1", "a: b")


def test_an_environment_without_a_key_says_what_to_set(monkeypatch: pytest.MonkeyPatch) -> None:
    """One sentence with the variable's name."""
    monkeypatch.delenv("CARTESIA_API_KEY", raising=False)
    with pytest.raises(InvalidArgument, match="CARTESIA_API_KEY"):
        Client.from_env()


def test_header_fields_of_the_caller_win_and_stand_once() -> None:
    """D50: whatever their case, they replace ours."""
    own = {"user-AGENT": "mine/1", "cartesia-version": "2025-04-16", "X-Trace": "7"}
    with ScriptedServer((Answer(body=AUDIO), HangUp()), (Accept(),)) as server:
        with Client(api_key=KEY, base_url=server.url, headers=own, limits=LIMITS) as client:
            generate(client)
            open_socket(client)
        for seen in server.requests:
            assert seen.headers["user-agent"] == "mine/1"
            assert seen.headers["cartesia-version"] == "2025-04-16"
            assert seen.headers["x-trace"] == "7"


@pytest.mark.parametrize("value", ["a\r\nb", "Zoë", "a\0"])
def test_header_fields_that_cannot_be_sent_are_refused_at_once(value: str) -> None:
    """They would break the request apart, or could not be written."""
    with pytest.raises(InvalidArgument):
        Client(api_key=KEY, headers={"X-Name": value})


def test_a_request_can_speak_a_version_of_its_own() -> None:
    """Per request, per client, and with the key where that version wants it."""
    with ScriptedServer((Forever(Answer(body=AUDIO)),)) as server:
        with Client(api_key=KEY, base_url=server.url, version="2025-11-04") as client:
            request = tts.generate(model_id="m", transcript="Hi.", voice=VOICE, output_format=FORMAT)
            client.send(request)
            client.send(request.at_version("2024-06-10"))
        newer, older = server.requests
    assert newer.headers["cartesia-version"] == "2025-11-04"
    assert newer.headers["authorization"] == f"Bearer {KEY}"
    assert older.headers["cartesia-version"] == "2024-06-10"
    assert older.headers["x-api-key"] == KEY
    assert "authorization" not in older.headers


def test_a_socket_can_speak_a_version_of_its_own() -> None:
    """The opening request carries it."""
    with ScriptedServer((Accept(),)) as server, sync_client(server) as client:
        with client.tts.websocket(version="2025-04-16"):
            pass
        assert server.requests[0].headers["cartesia-version"] == "2025-04-16"


def test_raw_answers_stand_beside_their_values() -> None:
    """D23: status, header fields and request id."""
    voice = {"id": VOICE, "name": "N", "description": "D", "language": "en", "created_at": "2026-01-01T00:00:00Z"}
    more = {"access": "public", "is_owner": False, "locales": [], "tagline": "", "visibility": "all"}
    answer = Answer(kind=JSON, body=json.dumps({**voice, **more}).encode(), headers=(("X-Request-Id", "req-3"),))
    with ScriptedServer((answer,)) as server, sync_client(server) as client:
        raw = client.voices.get.raw(VOICE)
    assert (raw.status, raw.request_id, raw.value.id) == (200, "req-3", VOICE)
    assert raw.headers["content-type"] == JSON


@pytest.mark.parametrize("action", [get_voice, open_socket])
def test_a_pool_without_a_free_connection_says_so(action: Action) -> None:
    """A small pool that a socket has taken is a typed time-out for the next call, not a hang."""
    with (
        ScriptedServer((Accept(),)) as server,
        httpx.Client(limits=httpx.Limits(max_connections=1)) as http,
    ):
        timeouts = Timeouts(pool=0.2)
        client = Client(api_key=KEY, base_url=server.url, http_client=http, timeout=timeouts, retry=NO_RETRIES)
        with client.tts.websocket():
            error = failing(action, client)
    assert type(error) is ConnectTimeout
    assert "pool" in error.message


def test_the_key_shows_nowhere_in_a_client() -> None:
    """Neither in what is printed nor in what an error says about a wrong one."""
    with Client(api_key=KEY) as client:
        for thing in (client, client.tts, client.tts.generate, client.ports, client.ports.http):
            assert KEY not in repr(thing)
    with pytest.raises(CartesiaError) as caught:
        Client(api_key=KEY + "\n\x07")
    assert_silent(caught.value)
