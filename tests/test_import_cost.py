"""What `import cartesia_core` costs, and what it does not load."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

BANNED = (
    "httpx",
    "trio",
    "anyio",
    "asyncio",
    "sqlite3",
    "numpy",
    "socket",
    "ssl",
    "pydantic",
    "email.message",
    "http.client",
)

PROGRAM = """
import json, resource, sys
before = set(sys.modules)
began = resource.getrusage(resource.RUSAGE_SELF)
{statement}
ended = resource.getrusage(resource.RUSAGE_SELF)
cpu = ended.ru_utime + ended.ru_stime - began.ru_utime - began.ru_stime
print(json.dumps([sorted(set(sys.modules) - before), cpu]))
"""


def cost(statement: str) -> tuple[list[str], float]:
    """Run a statement in a fresh process; give the modules it loaded and its CPU seconds."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(statement=statement)], check=True, capture_output=True, timeout=60
    )
    modules, cpu = json.loads(done.stdout)
    return modules, cpu


def test_nothing_of_the_outer_world_is_loaded() -> None:
    """No HTTP library, event loop, socket, database or array package comes with the core."""
    modules, _ = cost("import cartesia_core, cartesia_core.api, cartesia_core.ws")
    assert [name for name in modules if name.startswith(BANNED) and not name.startswith("socketserver")] == []


def test_the_import_stays_cheap() -> None:
    """Measured against what attrs, cattrs, wsproto and orjson cost by themselves, in the same moment on the same machine."""
    parts = "import attrs, cattrs, cattrs.cols, cattrs.gen, wsproto, orjson, pybase64, typing_extensions"
    base_modules, _ = cost(parts)
    modules, _ = cost("import cartesia_core")
    assert len(modules) - len(base_modules) < 80
    base_cpu = min(cost(parts)[1] for _ in range(3))
    cpu = min(cost("import cartesia_core")[1] for _ in range(3))
    assert cpu < 3 * base_cpu


def test_the_client_for_trio_loads_no_asyncio() -> None:
    """Nor any other client."""
    modules, _ = cost("import cartesia_trio")
    assert "trio" in modules
    assert [name for name in modules if name.startswith(("asyncio", "cartesia_asyncio", "cartesia_sync"))] == []


def test_the_client_for_asyncio_loads_no_trio() -> None:
    """Although trio may well be installed; nor any other client."""
    modules, _ = cost("import cartesia_asyncio")
    assert "asyncio" in modules
    assert [name for name in modules if name.startswith(("trio", "cartesia_trio", "cartesia_sync"))] == []


@pytest.mark.parametrize("package", ["cartesia_trio", "cartesia_asyncio"])
def test_clients_load_neither_audio_nor_the_server(package: str) -> None:
    """Nor what only those need."""
    modules, _ = cost(f"import {package}")
    # click and rich are not ours to spare: httpx loads them for its own command where they are installed
    heavy = ("numpy", "soundfile", "sounddevice", "cartesia_audio", "cartesia_local", "cartesia_cli")
    assert [name for name in modules if name.startswith(heavy)] == []


@pytest.mark.parametrize(
    ("package", "missing", "extra"),
    [
        ("cartesia_trio", "trio", "trio"),
        ("cartesia_trio", "httpx", "trio"),
        ("cartesia_asyncio", "httpx", "asyncio"),
        ("cartesia_sync", "httpx", "httpx"),
    ],
)
def test_what_is_not_installed_is_named_with_its_extra(package: str, missing: str, extra: str) -> None:
    """Not by a traceback from the depths of an adapter."""
    program = (
        "import importlib.util as u; find = u.find_spec\n"
        f"u.find_spec = lambda name, package=None: None if name == {missing!r} else find(name, package)\n"
        f"import sys; sys.modules[{missing!r}] = None\n"
        f"import {package}"
    )
    done = subprocess.run([sys.executable, "-c", program], check=False, capture_output=True, timeout=60)
    assert done.returncode == 1
    assert f"MissingExtra: {missing} is not installed; install cartesia-core[{extra}]".encode() in done.stderr


WITHOUT = """
import sys
sys.modules["orjson"] = sys.modules["pybase64"] = None
from cartesia_core import _fast
from cartesia_core.tts.events import read_message
assert _fast.loads is _fast.std_loads and _fast.b64decode is _fast.std_b64decode
print(read_message('{"type":"chunk","data":"YWJj"}').audio.decode(), _fast.dumps({"a": 1}).decode())
"""


def test_the_fast_libraries_are_not_needed() -> None:
    """Interpreters without their wheels get the standard library's JSON and base64."""
    done = subprocess.run([sys.executable, "-c", WITHOUT], check=True, capture_output=True, timeout=60)
    assert done.stdout.split() == [b"abc", b'{"a":1}']
