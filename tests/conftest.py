"""What every test shares."""

from pathlib import Path

import pytest

SLOW = frozenset((Path(__file__).parent / "slow.txt").read_text(encoding="utf-8").split())


def pytest_collection_modifyitems(items):
    """Mark the tests that the edit loop leaves out (`scripts/list_slow_tests.py` measures which)."""
    for item in items:
        if item.nodeid.partition("[")[0] in SLOW:
            item.add_marker(pytest.mark.slow)


@pytest.fixture(autouse=True)
def messages_in_english(monkeypatch):
    """Read messages in English, and undo the language that a command line under test chose."""
    monkeypatch.setenv("DIGIMFG_LANGUAGE", "en")
