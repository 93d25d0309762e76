"""The table of pre-tests says what the tests themselves say, row by row."""

import numpy as np
import pandas as pd
import pytest
from refused import refused

import digimfg as dm


@pytest.fixture(scope="module")
def panel():
    rng = np.random.default_rng(5)
    shock = rng.normal(size=30)
    rows = []
    for unit in range(8):
        walk = np.cumsum(rng.normal(size=30) + shock)
        rows.append(pd.DataFrame({"unit": f"u{unit}", "year": range(1990, 2020), "walk": walk}))
    rows.append(pd.DataFrame({"unit": "brief", "year": range(1990, 1995), "walk": rng.normal(size=5)}))
    return pd.concat(rows, ignore_index=True)


def table(panel, **options):
    options = {
        "variables": ("walk", "D.walk"),
        "entity": "unit",
        "time": "year",
        "replications": 50,
    } | options
    exhibit = dm.PretestTable("pretests", **options)
    return exhibit.build(dm.Evidence(frame=panel))


def test_cells_are_the_statistics_of_the_tests(panel):
    built = table(panel, stars=())
    long = panel[panel["unit"] != "brief"]
    dependence = dm.pesaran_cd(long, "walk", entity="unit", time="year")
    roots = dm.panel_unit_root(long, "walk", entity="unit", time="year", test="ips")
    cells = built.rows[0].cells
    assert cells[3].startswith(f"{dependence.statistic:.2f}")
    assert cells[4].replace("−", "-").startswith(f"{roots.statistic:.2f}")
    assert len(built.header[0]) == len(cells) == len(built.alignment) == 7


def test_short_units_are_left_out_and_counted(panel):
    built = table(panel)
    assert built.rows[0].cells[1:3] == ("8", "30")
    assert built.rows[1].cells[1:3] == ("8", "29")
    assert "At most 1 unit with fewer than 10 values" in built.notes[0].en
    assert "剔除1个不足10期的个体" in built.notes[0].zh


def test_a_random_walk_has_a_root_and_its_changes_have_none(panel):
    built = table(panel, tests=("ips",))
    level, change = (row.cells[3] for row in built.rows)
    assert "***" not in level
    assert "***" in change


def test_unknown_tests_and_variables_without_values_are_refused(panel):
    with refused(dm.DigimfgError, "arguments.value_outside", argument="tests"):
        table(panel, tests=("kpss",))
    with refused(dm.DigimfgError, "exhibits.too_few_values"):
        table(panel, least_periods=40)


def test_slopes_and_causality_are_said_below_the_table(panel):
    noise = np.random.default_rng(8).normal(size=len(panel))
    frame = panel.assign(x=noise)
    frame["y"] = np.where(frame["unit"] < "u4", 2.0, -2.0) * frame["x"] + 0.1 * frame["walk"]
    built = table(frame, variables=("walk",), slopes={"y": ("x",)}, causality=(("x", "y"),))
    long = frame[frame["unit"] != "brief"]
    slopes = dm.slope_heterogeneity(long, outcome="y", regressors=("x",), entity="unit", time="year")
    causes = dm.dumitrescu_hurlin(long, outcome="y", cause="x", entity="unit", time="year")
    assert f"Δ̃adj = {slopes.statistic:.2f}" in built.notes[0].en
    assert f"Z̃ = {causes.statistic:.2f}".replace("-", "−") in built.notes[0].en
    assert "Null: x helps to predict y in no unit" in built.notes[0].en
    assert "原假设：y对x的斜率在各个体相同" in built.notes[0].zh
