"""Where nothing happens but the trends of the data, the rules that decide now say "supported" in at most one world in twenty.

Source: scripts/simulate_verdicts.py --worlds 250 --seed 1995 --write, on the shipped panel.
"""

import importlib.util
import json
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
STORED = json.loads((ROOT / "tests" / "reference" / "verdict_simulation.json").read_text(encoding="utf-8"))
ROWS = {row["claim"]: row for row in STORED["rows"]}


@pytest.fixture(scope="module")
def script():
    spec = importlib.util.spec_from_file_location(
        "simulate_verdicts", ROOT / "scripts" / "simulate_verdicts.py"
    )
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_version_2_supports_a_claim_in_at_most_five_of_a_hundred_null_worlds():
    for name in ("C19 version 2", "C20 version 2", "any version 2"):
        assert ROWS[name]["worlds"] == 250
        assert ROWS[name]["share"] <= 0.05, name
        assert ROWS[name]["upper_95"] <= 0.075, name


def test_what_version_1_said_of_the_same_worlds_is_stored_beside_it():
    assert ROWS["any version 1"]["share"] > 0.3
    assert {"C19 version 1", "C20 version 1"} <= set(ROWS)


def test_the_upper_bound_is_that_of_clopper_and_pearson(script):
    # Of 0 in 500 the exact bound is 1 − 0.025^(1/500).
    assert script.upper_bound(0, 500) == pytest.approx(1 - 0.025 ** (1 / 500))


def test_a_small_run_gives_a_row_for_every_claim_and_version(script):
    table = script.simulate(1, 7).set_index("claim")
    assert set(table.index) == set(ROWS)
    assert (table["worlds"] == 1).all()
    assert table.loc["any version 2", "supported"] == 0
