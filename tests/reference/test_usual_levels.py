"""Usual levels against compiled yearbook series: what was found lies inside what is allowed, and slips outside."""

import json
import os
from pathlib import Path

import pytest

from digimfg.panels import find_panel
from digimfg.panels.usual_levels import NATIONAL_LEVELS
from tests.reference.usual_levels import ENERGY, cities, columns, distances, per_person

HERE = Path(__file__).parent
SHARED = Path(os.environ.get("DIGIMFG_SHARED_DATA", HERE.parents[2] / "shared" / "data"))
FOUND = json.loads((HERE / "usual_levels.json").read_text(encoding="utf-8"))
SLIP = 1.0  # the smallest: a power of ten


@pytest.mark.parametrize("name", FOUND["columns"])
def test_provinces_and_totals_lie_well_inside_what_is_allowed(name):
    level, found = NATIONAL_LEVELS[name], FOUND["columns"][name]
    assert found["spread"] + 0.2 <= level.spread
    assert found["drift"] + 0.2 <= level.drift < SLIP


def test_allowances_of_panels_lie_between_what_was_found_and_a_slip():
    usual = find_panel("china_province").usual
    assert (
        2 * max(each.get("drift_a_year", 0.0) for each in FOUND["columns"].values())
        <= usual.drift_a_year + 0.005
    )
    assert FOUND["per_person"] + 0.2 <= usual.per_person < SLIP
    assert FOUND["cities"] + 0.2 <= find_panel("china_city").usual.spread


@pytest.mark.skipif(not (SHARED / ENERGY).is_file(), reason=f"needs ../shared/data/{ENERGY}")
def test_the_distances_are_those_of_the_series():
    found = {name: distances(name, table) for name, table in columns(SHARED).items()}
    assert found == FOUND["columns"]
    assert (cities(SHARED), per_person(SHARED)) == (FOUND["cities"], FOUND["per_person"])
