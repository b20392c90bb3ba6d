"""CPU of importing a package in a new process, beyond that of an empty one."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Final

SNIPPETS: Final = {
    ("import_core", "ours"): "import cartesia_core",
    ("import_core", "official"): "import cartesia",
    ("import_names", "ours"): "from cartesia_core import *",
    ("import_names", "official"): "import cartesia",
    ("import_client", "floor"): "import httpx",
    ("import_client", "ours"): "from cartesia_sync import Client",
    ("import_client", "official"): "from cartesia import Cartesia",
}

# Installed packages come with their byte code; a checkout must be allowed to keep its own, too.
ENVIRONMENT: Final = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def cpu_milliseconds(code: str) -> float:
    """Give the CPU time, user and system, of a new process that runs the code."""
    process = subprocess.Popen([sys.executable, "-c", code], env=ENVIRONMENT)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"this failed: {code}")
    return (usage.ru_utime + usage.ru_stime) * 1e3
