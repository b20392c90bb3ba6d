"""Faults of the program around the client: what it logs, which event loops it runs in: F40, F45 and F56."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Callable, Coroutine
from threading import Thread
from typing import Final

import pytest
import trio
from cartesia import AsyncCartesia

import cartesia_trio
from cartesia_core.errors import ContextInterrupted, LocalProtocolError
from cartesia_sync import Client
from tests.adapters.calls import FORMAT, TEXT, AsyncCaller, generate, speak
from tests.adapters.faults.checks import call_phrase, watched
from tests.adapters.faults.fault import Fault, Program
from tests.adapters.faults.http import AUDIO, SPEECH, WHOLE
from tests.adapters.faults.logs import logged
from tests.adapters.faults.official import WAV, Call, Official, run
from tests.adapters.faults.results import Returned
from tests.adapters.flavours import LIMITS, Flavour
from tests.adapters.messages import SSE_DONE, sse_chunk
from tests.adapters.peer import Peer
from tests.adapters.scripted import ScriptedServer
from tests.adapters.secrecy import KEY, SECRET, assert_silent
from tests.adapters.steps import Accept, Answer, Close, Expect, HangUp
from tests.adapters.story import OPTIONS, VOICE

# --- F40: secrets in logs


def _log_sync() -> str:
    with (
        logged() as records,
        ScriptedServer(WHOLE, SPEECH, (Accept(), Expect(), Close(1008))) as server,
        Client(api_key=KEY, base_url=server.url, limits=LIMITS) as client,
    ):
        generate(client)
        speak(client)
        try:
            speak(client)
        except ContextInterrupted as error:
            records.append(("error", repr(error)))
    return _said_by(records)


def _log_loop(flavour: Flavour) -> str:
    with logged() as records, ScriptedServer(WHOLE, SPEECH, (Accept(), Expect(), Close(1008))) as server:
        caller = AsyncCaller(flavour, server.url)
        generate(caller)
        speak(caller)
        try:
            speak(caller)
        except ContextInterrupted as error:
            records.append(("error", repr(error)))
    return _said_by(records)


def _said_by(records: list[tuple[str, str]]) -> str:
    assert records
    assert not any(secret in text for _, text in records for secret in (SECRET, TEXT))
    return "absent, and so is the text"


def _log_judge(client: Official) -> str:
    with logged() as records, watched(SPEECH) as server:
        client.call(Call(verb="speak", url=server.url))
    keys = sorted({name for name, text in records if SECRET in text})
    texts = sorted({name for name, text in records if TEXT in text})
    told = [f"**key in the log of `{name}`**" for name in keys] + [f"text in the log of `{name}`" for name in texts]
    return "; ".join(told) or "absent"


# --- F45: which event loop is loaded

_PROGRAM: Final = """
import sys, {loop}
from cartesia_{flavour} import Client
from cartesia_core import RawFormat
F = RawFormat("pcm_s16le", 16000)
{define} main():
    {with_} Client(api_key="k", base_url=sys.argv[1]) as client:
        {wait}client.tts.generate(model_id="m", transcript="t", voice="v", output_format=F)
        {wait}client.voices.get("v")
        {with_} client.tts.generate_sse(model_id="m", transcript="t", voice="v", output_format=F) as events:
            print(len([event {for_} event in events]))
        {with_} client.tts.websocket() as ws:
            {with_} ws.context(model_id="m", voice="v", output_format=F) as context:
                {wait}context.push("t")
                {wait}context.finish()
                print(len([event {for_} event in context]))
{run}
print(*[name for name in ("asyncio", "cartesia_sync", "cartesia_trio", "cartesia_asyncio") if name in sys.modules])
"""
_VOICE: Final = (
    b'{"id": "v", "name": "N", "description": "D", "language": "en", "created_at": "2026-01-01T00:00:00Z", '
    b'"access": "public", "is_owner": false, "locales": [], "tagline": "", "visibility": "all"}'
)
_ASYNC: Final = {"define": "async def", "with_": "async with", "wait": "await ", "for_": "async for"}
_PLAIN: Final = {"define": "def", "with_": "with", "wait": "", "for_": "for"}


def _loads(name: str) -> str:
    words = _PLAIN if name == "sync" else _ASYNC
    run_it = {"sync": "main()", "trio": "trio.run(main)", "asyncio": "asyncio.run(main())"}[name]
    loop = "os" if name == "sync" else name
    program = _PROGRAM.format(loop=loop, flavour=name, run=run_it, **words)
    answers = (
        (Answer(body=b"aa", kind="audio/raw"), HangUp()),
        (Answer(body=_VOICE, kind="application/json"), HangUp()),
        (Answer(body=sse_chunk(b"aa") + SSE_DONE, kind="text/event-stream"), HangUp()),
    )
    with ScriptedServer(*answers, SPEECH) as server:
        ran = subprocess.run(
            [sys.executable, "-W", "error", "-c", program, server.url],
            check=False,
            capture_output=True,
            text=True,
            timeout=30,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        )
    assert ran.stderr == ""
    *counts, loaded = ran.stdout.splitlines()
    assert counts == ["1", "1"]
    # httpx loads trio wherever it is installed; asyncio is loaded by nobody but its own client.
    assert set(loaded.split()) == {f"cartesia_{name}"} | ({"asyncio"} & {name})
    return "HTTP, events and sockets work"


def _loads_loop(flavour: Flavour) -> str:
    return _loads("trio" if flavour.make is cartesia_trio.Client else "asyncio")


def _under_trio(client: Official) -> str:
    if not client.is_async:
        return ""

    def work() -> Returned:
        async def main() -> None:
            async with (
                AsyncCartesia(**Call(verb="open", url=server.url).settings()) as cartesia,
                cartesia.tts.websocket_connect(),
            ):
                pass

        trio.run(main)
        return Returned()

    with watched(default=SPEECH) as server:
        observed = run(False, work, seconds=3.0)
    return f"sockets under trio: {call_phrase(observed, Returned())}"


# --- F56: one client, several loops


def _several_sync() -> str:
    heard: list[int] = []

    def work() -> None:
        heard.append(len(generate(client)) + speak(client))

    with (
        ScriptedServer(default=(Either(),)) as server,
        Client(api_key=KEY, base_url=server.url, limits=LIMITS) as client,
    ):
        for _ in range(3):
            thread = Thread(target=work)
            thread.start()
            thread.join(10)
    assert heard == [len(AUDIO) + 1000] * 3
    return "HTTP and sockets work"


def _several_loops(flavour: Flavour) -> str:
    heard: list[object] = []

    async def main() -> None:
        async with client.tts.websocket() as ws, ws.speak(TEXT, **OPTIONS) as speech:
            heard.append(len([event async for event in speech]))
        call = client.tts.generate(model_id="m", transcript=TEXT, voice=VOICE, output_format=FORMAT)
        heard.append(len((await call).content))

    with ScriptedServer(default=(Either(),)) as server:
        client = flavour.client(server.url)
        if flavour.new_loop is not None:
            return _elsewhere(flavour.new_loop(), flavour.new_loop(), main, client.aclose, server)
        for _ in range(3):
            flavour.run(main)
        flavour.run(client.aclose)
    assert heard == [1, len(AUDIO)] * 3
    return "HTTP and sockets work"


def _elsewhere(
    home: asyncio.AbstractEventLoop,
    other: asyncio.AbstractEventLoop,
    main: Callable[[], Coroutine[object, None, None]],
    close: Callable[[], Coroutine[object, None, None]],
    server: ScriptedServer,
) -> str:
    """Use a client in its loop, and see that another one can neither use nor close it, and that nothing is sent."""
    home.run_until_complete(main())
    sent = len(server.requests)
    for action in (main, close):
        with pytest.raises(LocalProtocolError, match="another event loop") as caught:
            other.run_until_complete(action())
        assert_silent(caught.value)
    assert len(server.requests) == sent
    home.run_until_complete(close())
    for loop in (home, other):
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()
    return f"`{caught.type.__name__}`, nothing is sent"


class Either:
    """Answers a request with audio and an upgrade with speech, on whatever connection they come."""

    def play(self, peer: Peer, /) -> None:
        """Answer until the client leaves."""
        while data := peer.receive(None):
            peer.unread(data)
            is_upgrade = b"upgrade: websocket" in data.lower()
            for step in SPEECH if is_upgrade else (Answer(body=AUDIO),):
                step.play(peer)
            if is_upgrade:
                peer.drain()


def _several_judge(client: Official) -> str:
    if not client.is_async:
        return ""

    def work() -> Returned:
        cartesia = AsyncCartesia(**Call(verb="generate", url=server.url).settings())

        async def main() -> None:
            audio = await cartesia.tts.generate(model_id="sonic-3", transcript=TEXT, voice=VOICE, output_format=WAV)
            await audio.read()

        asyncio.run(main())
        asyncio.run(main())
        return Returned()

    with watched(default=(Either(),)) as server:
        said = call_phrase(run(False, work, seconds=3.0), Returned())
        return f"{said} after {len(server.requests)} requests for 2 calls"


PROGRAM_FAULTS: Final = (
    Fault(
        number=40,
        title="everything is logged at level DEBUG: is the key in it, or the text?",
        checks=(Program(sync=_log_sync, loop=_log_loop, judge=_log_judge),),
        is_alone=True,
    ),
    Fault(
        number=45,
        title="run under trio, asyncio or none of them, with nothing of the other one loaded",
        checks=(Program(sync=lambda: _loads("sync"), loop=_loads_loop, judge=_under_trio),),
    ),
    Fault(
        number=56,
        title="one client used in three event loops (or threads), one after another",
        checks=(Program(sync=_several_sync, loop=_several_loops, judge=_several_judge),),
    ),
)
