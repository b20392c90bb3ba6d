"""`cartesia-core` and `python -m cartesia_cli`."""

from __future__ import annotations

import sys
from typing import NoReturn

_LIBRARIES = {"click": "cli", "rich": "cli", "httpx": "httpx"}


def main() -> NoReturn:
    """Run the command and exit; a library that is not installed is one sentence, not a traceback."""
    try:
        from cartesia_cli.app import app

        app(prog_name="cartesia-core")
    except KeyboardInterrupt:
        sys.stderr.write("Interrupted.\n")
        sys.exit(130)
    except ModuleNotFoundError as error:
        if error.name not in _LIBRARIES:
            raise
        sys.stderr.write(f"Error: {error.name} is not installed; run: pip install 'cartesia-core[cli]'.\n")
        sys.exit(1)
    sys.exit(0)


if __name__ == "__main__":
    main()
