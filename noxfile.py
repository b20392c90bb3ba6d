"""Everything one does with this project: `nox -s demo`, `tests`, `types`, `lint`, `docs`, `hearing`, `soak`, `bench`."""

from __future__ import annotations

import nox

nox.needs_version = ">=2025.2.9"
nox.options.sessions = ["tests", "types", "lint", "docs"]
nox.options.reuse_venv = "yes"

PACKAGES = [
    "cartesia_core",
    "cartesia_httpx",
    "cartesia_sync",
    "cartesia_trio",
    "cartesia_asyncio",
    "cartesia_audio",
    "cartesia_local",
    "cartesia_cli",
]
PARALLEL = ["-n", "4", "--dist", "worksteal"]
PYTHON_TARGETS = ["3.10", "3.14"]


def groups(*names: str) -> tuple[str, ...]:
    """Give the requirements of dependency groups of pyproject.toml."""
    return nox.project.dependency_groups(nox.project.load_toml("pyproject.toml"), *names)


@nox.session
def demo(session: nox.Session) -> None:
    """Speak a paragraph with the embedded server; write hello.wav and hello.srt."""
    session.install(".[local,cli,audio]")
    session.run("python", "-m", "cartesia_cli.demo", *session.posargs)


@nox.session
def tests(session: nox.Session) -> None:
    """Run the tests; the core must be covered whole."""
    session.install("-e", ".[all]", *groups("tests"))
    session.run("coverage", "erase")
    session.run("coverage", "run", "-m", "pytest", "tests/core", "tests/properties", *session.posargs)
    session.run("coverage", "report", "--fail-under=100")
    # Most of the others wait for sockets, processes and deadlines, so more of them than there are cores go on at a time.
    others = [f"--ignore=tests/{done}" for done in ("core", "properties", "embedding")]  # the last by `docs`
    session.run("pytest", *PARALLEL, *others, *session.posargs)


@nox.session
def types(session: nox.Session) -> None:
    """Check the types: mypy strict over code and tests, pyright strict over code, completeness of every package."""
    session.install(".[all]", *groups("types"))
    for target in PYTHON_TARGETS:
        session.run(
            "mypy",
            f"--python-version={target}",
            "cartesia_core",
            "adapters",
            "tests",
            "benchmarks",
            "noxfile.py",
            "conftest.py",
        )
    for target in PYTHON_TARGETS:
        session.run("basedpyright", f"--pythonversion={target}")
    session.chdir("docs")  # so that what is installed is judged, not the checkout
    for package in PACKAGES:
        session.run("basedpyright", "--verifytypes", package, "--ignoreexternal")


@nox.session
def lint(session: nox.Session) -> None:
    """Check style and the dependency rule."""
    session.install("-e", ".[all]", *groups("lint"))
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")
    session.run("lint-imports")


@nox.session
def docs(session: nox.Session) -> None:
    """Run every code block of the documentation, and the programs of the embedding pages against faults."""
    session.install("-e", ".[all]", *groups("docs"))
    # A page's blocks belong together; the programs of the embedding pages are the longest part.
    by_page = ["-n", "2", "--dist", "loadfile"]
    session.run("pytest", "--full-trace", *by_page, "docs", "README.md", "tests/embedding", *session.posargs)


@nox.session
def faults(session: nox.Session) -> None:
    """Make every fault happen to every client, and write docs/reference/faults.md."""
    session.install("-e", ".[all]", *groups("tests"))
    session.run("python", "-m", "tests.adapters.faults", "--write", *session.posargs)


@nox.session
def hearing(session: nox.Session) -> None:
    """Count the words that the local server hears wrong, beside those of its recogniser called directly."""
    session.install("-e", ".[all]", *groups("tests"))
    session.run("python", "-m", "tests.local.word_errors", *session.posargs)
    session.run("python", "-m", "tests.adapters.round_trip")


@nox.session
def soak(session: nox.Session) -> None:
    """Let the local server hear an hour of speech in all three ways, and look at its memory; pause for five minutes."""
    session.install("-e", ".[all]", *groups("tests"))
    session.run("python", "-m", "tests.local.soak_pause")
    session.run("python", "-m", "tests.local.soak", *session.posargs)


@nox.session
def endpoints(session: nox.Session) -> None:
    """Make every call with ours and with three official SDKs, and write docs/reference/endpoints.md."""
    session.install("-e", ".[all]", *groups("tests", "recogniser"))
    session.run("python", "-m", "tests.judges.endpoints", "--write", *session.posargs)


@nox.session
def bench(session: nox.Session) -> None:
    """Measure against the official SDK, and clients written by hand, in one run."""
    session.install(".[all]", *groups("bench"))
    session.run("python", "-m", "benchmarks", *session.posargs)
