"""Where nothing happens but the trends of the data, the rules that decide now say "supported" in at most one world in twenty.

Source: scripts/simulate_verdicts.py --worlds 500 --seed 1995 --write, on the shipped panel; the power likewise with
--worlds 100 and --effect.
"""

import importlib.util
import json
from pathlib import Path

import pytest
from scipy import stats

ROOT = Path(__file__).parents[2]
STORED = json.loads((ROOT / "tests" / "reference" / "verdict_simulation.json").read_text(encoding="utf-8"))
ROWS = {row["claim"]: row for row in STORED["0"]["rows"]}


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
        assert ROWS[name]["worlds"] == 500
        assert ROWS[name]["share"] <= 0.05, name
        assert ROWS[name]["upper_95"] <= 0.075, name
        assert ROWS[name]["upper_95"] == pytest.approx(
            stats.beta.ppf(0.975, ROWS[name]["supported"] + 1, 500 - ROWS[name]["supported"])
        )


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


def test_a_version_with_the_same_parts_on_this_panel_is_not_decided_again(script):
    # A claim is supported only where every part is, so that parts on other panels can only take support away.
    for name, versions in script.versions_of().items():
        assert set(versions) == {1, 2}
        present = next(claim for claim in script.dm.ledger() if claim.id == name)
        assert set(versions[2].estimates) < set(present.estimates)


def test_the_power_of_version_2_is_stated_for_the_smallest_effect_of_interest_and_rises_with_the_effect():
    effects = sorted(float(name) for name in STORED if name != "0")
    assert effects[0] == 0.1
    shares = [
        next(row for row in STORED[f"{effect:g}"]["rows"] if row["claim"] == "any version 2")["share"]
        for effect in effects
    ]
    assert shares == sorted(shares)


def test_the_table_of_the_page_is_that_of_the_runs(script):
    page = (ROOT / "docs" / "verdicts.md").read_text(encoding="utf-8")
    assert f"<!-- simulation -->\n{script.report()}\n<!-- /simulation -->" in page
