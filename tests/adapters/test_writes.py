"""The first push on a warm socket is one write, with the context's options and its text in one message."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path
from types import FrameType

import pytest

from tests.adapters.one_push import BEGIN, END, NAMES, push
from tests.adapters.scripted import ScriptedServer
from tests.adapters.test_threads import Parrot

ROOT = Path(__file__).parents[2]
STRACE = shutil.which("strace")
CALLS = "write,writev,sendto,sendmsg,sendmmsg"
can_trace = pytest.mark.skipif(
    STRACE is None or subprocess.run([STRACE, "-qq", "true"], capture_output=True, check=False).returncode != 0,
    reason="system calls cannot be traced here",
)


def check_messages(server: ScriptedServer) -> None:
    """One message has come for the text, and one for the end."""
    messages = server.records[0].messages[-2:]
    assert [message["transcript"] for message in messages] == ["Hello.", ""]


@can_trace
@pytest.mark.parametrize("name", NAMES)
def test_the_first_push_on_a_warm_socket_is_one_system_call(name: str, tmp_path: Path) -> None:
    """Of all threads of the process, as the kernel saw it."""
    trace = tmp_path / "trace"
    tracer = [str(STRACE), "-f", "-qq", "-s", "64", "-e", f"trace={CALLS}", "-e", "signal=none", "-o", str(trace)]
    path = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
    with ScriptedServer((Parrot(),)) as server:
        command = [*tracer, sys.executable, "-m", "tests.adapters.one_push", name, server.url]
        subprocess.run(command, check=True, cwd=ROOT, env={**os.environ, "PYTHONPATH": path}, timeout=60)
        check_messages(server)
    text = trace.read_text(encoding="utf-8")
    begin, end = text.index(BEGIN.decode()), text.index(END.decode())
    between = text[begin:end].splitlines()[1:-1]
    assert len(between) == 1, between


class SocketCalls:
    """Notes the calls of the interpreter's own methods of sockets."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def mark(self, text: bytes) -> None:
        """Begin or end."""
        sys.setprofile(self.on_event if text == BEGIN else None)

    def on_event(self, frame: FrameType, kind: str, argument: object) -> None:
        """Note it."""
        if kind == "c_call" and isinstance(getattr(argument, "__self__", None), socket.socket):
            self.names.append(getattr(argument, "__name__", "?"))


@pytest.mark.parametrize("name", [name for name in NAMES if name != "uvloop"])
def test_the_first_push_on_a_warm_socket_is_one_call_of_send(name: str) -> None:
    """As the interpreter saw it, on systems without a tracer too; uvloop writes past the interpreter."""
    calls = SocketCalls()
    with ScriptedServer((Parrot(),)) as server:
        push(name, server.url, calls.mark)
        check_messages(server)
    assert [call for call in calls.names if not call.startswith("recv")] == ["send"]
