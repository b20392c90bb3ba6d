"""What is done about an observer that fails, for plain threads."""

from __future__ import annotations

import sys


def report(error: Exception) -> None:
    """Show an error that must not interrupt the work, as one that ended a thread is shown."""
    sys.excepthook(type(error), error, error.__traceback__)
