"""Settings for all tests."""

from __future__ import annotations

import pytest
from hypothesis import settings

settings.register_profile("ci", deadline=None)
settings.load_profile("ci")


def pytest_configure(config: pytest.Config) -> None:
    """Make the markers known."""
    config.addinivalue_line("markers", "keeps_open: uses servers that outlive the test, so descriptors are not counted")
