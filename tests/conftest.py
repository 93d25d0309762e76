"""What every test shares."""

import pytest


@pytest.fixture(autouse=True)
def messages_in_english(monkeypatch):
    """Read messages in English, and undo the language that a command line under test chose."""
    monkeypatch.setenv("DIGIMFG_LANGUAGE", "en")
