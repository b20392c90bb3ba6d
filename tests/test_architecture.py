"""The dependency rule, the purity of the core and the sizes of its parts, read from the source."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

import cartesia_core

ROOT = Path(cartesia_core.__file__).parent
FILES = sorted(ROOT.rglob("*.py"))
TREES = {path.relative_to(ROOT).as_posix(): ast.parse(path.read_text(encoding="utf-8")) for path in FILES}


def folder_of(package: str) -> Path:
    """Give where a package lives, without importing it."""
    found = find_spec(package)
    assert found is not None
    assert found.origin is not None
    return Path(found.origin).parent


ADAPTERS = {
    "cartesia_httpx": {"attrs", "cartesia_core", "httpcore", "httpx", "websockets"},
    "cartesia_sync": {"cartesia_core", "cartesia_httpx", "httpcore", "httpx"},
    "cartesia_trio": {"cartesia_core", "cartesia_httpx", "httpx", "trio"},
    "cartesia_asyncio": {"cartesia_core", "cartesia_httpx", "httpx", "asyncio"},
}
"""What the clients' packages may import beside the standard library."""
WORLD = frozenset(["asyncio", "trio", "anyio", "sniffio", "httpx", "httpcore", "h11", "wsproto", "concurrent"])
ADAPTER_TREES = {
    (package, path.relative_to(folder_of(package)).as_posix()): ast.parse(path.read_text(encoding="utf-8"))
    for package in ADAPTERS
    for path in sorted(folder_of(package).rglob("*.py"))
}
ADAPTER_FILES = sorted(ADAPTER_TREES)
LOOP_FILES = [key for key in ADAPTER_FILES if key[0] in ("cartesia_trio", "cartesia_asyncio")]

IMPURE = frozenset(
    [
        "asyncio",
        "concurrent",
        "contextvars",
        "ctypes",
        "datetime",
        "email",
        "fcntl",
        "fileinput",
        "ftplib",
        "getpass",
        "glob",
        "http",
        "imaplib",
        "io",
        "locale",
        "logging",
        "mmap",
        "multiprocessing",
        "os",
        "pathlib",
        "platform",
        "poplib",
        "queue",
        "random",
        "resource",
        "sched",
        "secrets",
        "select",
        "selectors",
        "shutil",
        "signal",
        "smtplib",
        "socket",
        "socketserver",
        "sqlite3",
        "ssl",
        "subprocess",
        "syslog",
        "tempfile",
        "threading",
        "time",
        "urllib",
        "uuid",
        "webbrowser",
        "_thread",
        "zoneinfo",
    ]
)
PURE_PARTS = {
    # Calendar arithmetic and text of URLs; `now` and `urlopen` are looked for below and in the list of names.
    "dates.py": {("datetime", "datetime"), ("datetime", "timezone")},
    "url.py": {("urllib.parse", name) for name in ("quote", "urlencode", "urlsplit")},
    "retry.py": {("urllib.parse", "urljoin")},
}
ONE_DOOR = {
    "cattrs": {"_codec.py"},
    "wsproto": {"ws/wire.py"},
    "orjson": {"_fast.py"},
    "pybase64": {"_fast.py"},
    "json": {"_fast.py"},
}
ALLOWED = {"attrs", "typing_extensions", *ONE_DOOR}
RESOURCES = (
    "access_token",
    "accents",
    "agents",
    "datasets",
    "fine_tunes",
    "pronunciation_dicts",
    "status",
    "tts",
    "voices",
)
LOANS = {"fine_tunes.py": {"cartesia_core.voices.models"}}
"""Models that a resource takes from another: the voices of a fine-tune are voices."""
EFFECTS = frozenset(
    [
        "open",
        "print",
        "input",
        "exec",
        "eval",
        "compile",
        "breakpoint",
        "__import__",
        "now",
        "utcnow",
        "today",
        "getenv",
        "environ",
    ]
)


def imports(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """Give every imported module and name, also of imports inside functions and conditions."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, "") for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            assert node.module is not None
            yield from ((node.module, alias.name) for alias in node.names)


def targets(module: str, name: str) -> set[str]:
    """Give what an import may mean: a module, or a name in one."""
    return {module, f"{module}.{name}"} if name else {module}


def resource_of(dotted: str) -> str | None:
    """Give the resource that a module of ours belongs to."""
    parts = dotted.split(".")
    return parts[1] if parts[0] == "cartesia_core" and len(parts) > 1 and parts[1] in RESOURCES else None


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Give all functions, nested ones too."""
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def test_all_of_the_core_is_looked_at() -> None:
    """An empty list would pass everything."""
    assert {"__init__.py", "ws/session.py", "tts/dialogue.py", "_codec.py"} < TREES.keys()


@pytest.mark.parametrize("file", TREES)
def test_the_core_imports_nothing_impure(file: str) -> None:
    """No I/O, clock, randomness, threads, environment or logging; the exceptions are named parts without any."""
    found = {(module, name) for module, name in imports(TREES[file]) if module.split(".")[0] in IMPURE}
    assert found <= PURE_PARTS.get(file, set())


@pytest.mark.parametrize("file", TREES)
def test_the_core_imports_itself_the_standard_library_and_few_others(file: str) -> None:
    """And never an adapter."""
    roots = {module.split(".")[0] for module, _ in imports(TREES[file])}
    assert roots - sys.stdlib_module_names - {"cartesia_core"} <= ALLOWED


@pytest.mark.parametrize("file", TREES)
@pytest.mark.parametrize("library", ONE_DOOR)
def test_each_library_has_one_door(file: str, library: str) -> None:
    """What is untyped or may be replaced is seen by one module."""
    if file not in ONE_DOOR[library]:
        assert library not in {module.split(".")[0] for module, _ in imports(TREES[file])}


@pytest.mark.parametrize("library", ONE_DOOR)
def test_each_door_is_used(library: str) -> None:
    """Otherwise the rule above would be about nothing."""
    users = {file for file in TREES if library in {module.split(".")[0] for module, _ in imports(TREES[file])}}
    assert users == ONE_DOOR[library]


@pytest.mark.parametrize("file", [file for file in TREES if file.split("/")[0].removesuffix(".py") in RESOURCES])
def test_resources_do_not_import_one_another(file: str) -> None:
    """They stand side by side; what one lends to another is a model, and listed."""
    own = file.split("/", maxsplit=1)[0].removesuffix(".py")
    foreign = {module for module, name in imports(TREES[file]) if resource_of(module) not in (own, None)}
    assert foreign == LOANS.get(file, set())
    by_name = {resource_of(f"{module}.{name}") for module, name in imports(TREES[file]) if module == "cartesia_core"}
    assert by_name <= {own, None}


@pytest.mark.parametrize("file", [file for file in TREES if file not in ("api.py", "bind.py")])
def test_the_facade_is_imported_by_nothing(file: str) -> None:
    """It can be dropped without loss."""
    reached = {target for module, name in imports(TREES[file]) for target in targets(module, name)}
    assert not reached & {"cartesia_core.api", "cartesia_core.bind"}


@pytest.mark.parametrize("file", [file for file in TREES if file.startswith("ws/")])
def test_sockets_know_no_resource(file: str) -> None:
    """Frames and sessions carry any dialogue."""
    reached = {resource_of(target) for module, name in imports(TREES[file]) for target in targets(module, name)}
    assert reached <= {None}


@pytest.mark.parametrize("file", TREES)
def test_the_core_does_nothing_to_the_world(file: str) -> None:
    """No file, no terminal, no clock by any name."""
    names = {node.id for node in ast.walk(TREES[file]) if isinstance(node, ast.Name)}
    called = {
        node.func.attr
        for node in ast.walk(TREES[file])
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    }
    assert not names & (EFFECTS - {"now", "compile"})
    assert not called & (EFFECTS - {"compile", "open"} | {"read_text", "write_text", "read_bytes", "write_bytes"})


@pytest.mark.parametrize("file", TREES)
def test_the_core_hides_no_types(file: str) -> None:
    """No casts and no ignores; `Any` is in the one door only."""
    source = (ROOT / file).read_text(encoding="utf-8")
    assert "type: ignore" not in source
    assert "pyright: ignore" not in source
    reached = {target for module, name in imports(TREES[file]) for target in targets(module, name)}
    assert "typing.cast" not in reached
    assert file == "_codec.py" or "typing.Any" not in reached


@pytest.mark.parametrize("file", TREES)
def test_files_are_short(file: str) -> None:
    """One noun each, at most 400 lines."""
    assert len((ROOT / file).read_text(encoding="utf-8").splitlines()) <= 400


@pytest.mark.parametrize("file", TREES)
def test_functions_are_short(file: str) -> None:
    """At most 60 lines without the docstring and the signature's own."""
    for function in functions(TREES[file]):
        body = function.body[1:] if ast.get_docstring(function) is not None else function.body
        if body:
            assert (body[-1].end_lineno or 0) - body[0].lineno < 60, function.name


def test_nothing_runs_at_import_but_definitions() -> None:
    """No loop, no `with`, no bare call at the top of a module."""
    for file, tree in TREES.items():
        for node in tree.body:
            assert not isinstance(node, ast.For | ast.While | ast.With), file
            is_call = isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)
            assert not is_call, file


@pytest.mark.parametrize("package", ["cartesia_core", *ADAPTERS])
def test_packages_are_typed(package: str) -> None:
    """The marker that type checkers look for is there."""
    assert (folder_of(package) / "py.typed").exists()


# --- the adapters of event loops


@pytest.mark.parametrize(("package", "file"), ADAPTER_FILES)
def test_adapters_bind_the_core_httpx_and_one_loop(package: str, file: str) -> None:
    """No other adapter, and nothing else of the world; one loop's package does not even name the other's."""
    roots = {module.split(".")[0] for module, _ in imports(ADAPTER_TREES[package, file])}
    assert roots & WORLD <= ADAPTERS[package]
    assert roots - sys.stdlib_module_names - {"typing_extensions", package} <= ADAPTERS[package]


@pytest.mark.parametrize("package", ADAPTERS)
def test_each_adapter_uses_what_it_binds(package: str) -> None:
    """Otherwise the rule above would be about nothing."""
    trees = [tree for (owner, _), tree in ADAPTER_TREES.items() if owner == package]
    roots = {module.split(".")[0] for tree in trees for module, _ in imports(tree)}
    assert roots > ADAPTERS[package]


@pytest.mark.parametrize(("package", "file"), LOOP_FILES)
def test_adapters_of_loops_know_httpx_at_two_doors(package: str, file: str) -> None:
    """The client, which takes one of yours, and what opens sockets through it; a `Connection` takes any stream."""
    roots = {module.split(".")[0] for module, _ in imports(ADAPTER_TREES[package, file])}
    assert "httpx" not in roots or file == "client.py"
    assert "cartesia_httpx" not in roots or file in ("client.py", "connector.py", "socket_stream.py", "stream.py")


@pytest.mark.parametrize("file", sorted({file for package, file in ADAPTER_FILES if package == "cartesia_httpx"}))
def test_what_serves_both_loops_knows_neither(file: str) -> None:
    """Httpx finds out by itself where it runs; sleeping is an argument."""
    roots = {module.split(".")[0] for module, _ in imports(ADAPTER_TREES["cartesia_httpx", file])}
    assert not roots & {"trio", "asyncio", "anyio", "sniffio"}


@pytest.mark.parametrize(("package", "file"), ADAPTER_FILES)
def test_adapters_hide_no_types(package: str, file: str) -> None:
    """No casts and no ignores; `Any` only where httpx hands over a connection of which it says no more."""
    source = (folder_of(package) / file).read_text(encoding="utf-8")
    assert "type: ignore" not in source
    assert "pyright: ignore" not in source
    reached = {target for module, name in imports(ADAPTER_TREES[package, file]) for target in targets(module, name)}
    assert "typing.cast" not in reached
    assert "typing.Any" not in reached or (package, file.removeprefix("async_")) == ("cartesia_httpx", "upgrade.py")


@pytest.mark.parametrize(("package", "file"), ADAPTER_FILES)
def test_adapters_are_small(package: str, file: str) -> None:
    """Files of at most 400 lines, functions of at most 60."""
    assert len((folder_of(package) / file).read_text(encoding="utf-8").splitlines()) <= 400
    for function in functions(ADAPTER_TREES[package, file]):
        assert (function.body[-1].end_lineno or 0) - function.body[0].lineno < 60, function.name
