"""Nothing that the installed package depends on is under the GNU General Public Licence, nor carries its data."""

import re
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

import pytest

LOCK = Path(__file__).parents[2] / "requirements" / "run.txt"
PACKAGES = re.findall(r"^([a-z0-9_.-]+)==", LOCK.read_text("utf-8"), re.MULTILINE)


@pytest.mark.parametrize("name", PACKAGES)
def test_a_dependency_is_permissive(name):
    try:
        told = metadata(name)
    except PackageNotFoundError:
        pytest.skip("for another platform")
    terms = [
        told.get("License-Expression") or "",
        (told.get("License") or "")[:200],
        *(line for line in told.get_all("Classifier", []) if line.startswith("License")),
    ]
    assert any(terms), "states no licence"
    assert not [line for line in terms if re.search(r"(?<!L)GPL|General Public", line)]
