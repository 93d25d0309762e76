"""What every test shares."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

# The same examples in every run: a commit that passed passes again. `HYPOTHESIS_PROFILE=search make test` draws others.
settings.register_profile("same", derandomize=True, database=None, print_blob=True)
settings.register_profile("search", derandomize=False)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))

pytest.register_assert_rewrite("noted", "refused")

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
