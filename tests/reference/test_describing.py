"""Descriptions of panels against published numbers and R.

Published: the examples of xtsum and xtdescribe in Stata's manual [XT], hours of nlswork (U.S. National Longitudinal Survey of
Young Women). R: describing.R, with plm 2.6 on the Grunfeld data.
"""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from statsmodels.datasets import grunfeld

import digimfg as dm

FRAME = grunfeld.load_pandas().data.query("firm != 'American Steel'").reset_index(drop=True)
PRINTED = 1e-6  # numbers as the manual prints them, seven digits


@pytest.fixture(scope="module")
def nlswork():
    with np.load(Path(__file__).parent / "data" / "nlswork_hours.npz") as stored:
        frame = pd.DataFrame({name: stored[name] for name in stored.files})
    return frame.assign(hours=frame["hours"].where(frame["hours"] >= 0).astype(float))


def test_xtsum_of_the_manual_comes_back(nlswork):
    table = dm.variation_by_level(nlswork, ("hours",), "idcode").table.loc["hours"]
    assert table.loc["overall"].tolist() == pytest.approx([36.55956, 9.869623, 1, 168, 28467], rel=PRINTED)
    assert table.loc["between"].tolist()[1:] == pytest.approx([7.846585, 1, 83.5, 4710], rel=PRINTED)
    assert table.loc["within"].tolist()[1:] == pytest.approx(
        [7.520712, -2.154726, 130.0596, 6.04395], rel=PRINTED
    )


def test_xtdescribe_of_the_manual_comes_back(nlswork):
    found = dm.presence_patterns(nlswork, "idcode", "year", most=9)
    assert (found.n_units, found.n_periods, found.n_rows) == (4711, 15, 28534)
    assert (found.least, found.median, found.most) == (1, 5, 15)
    assert found.patterns["n_units"].tolist() == [136, 114, 89, 87, 86, 61, 56, 54, 54, 3974]
    percent = (100 * found.patterns["cumulative"]).round(2).tolist()
    assert percent[:5] == [2.89, 5.31, 7.20, 9.04, 10.87] or percent[:5] == [2.89, 5.31, 7.19, 9.04, 10.87]


def test_spread_between_and_within_units_as_plm():
    table = dm.variation_by_level(FRAME, ("invest", "value"), "firm").table
    for name, numbers in {
        "invest": (216.87529623, 198.824205638, 3.0845, 608.02, 106.198644682, -204.36175, 1024.63825),
        "value": (1314.46969499, 1334.91670633, 70.921, 4333.845, 340.542096066, -459.9639, 2989.5361),
    }.items():
        part = table.loc[name]
        found = [
            part.loc["overall", "sd"], *part.loc["between", ["sd", "min", "max"]], *part.loc["within", ["sd", "min", "max"]]
        ]  # fmt: skip
        assert found == pytest.approx(numbers, rel=1e-9)


def test_percentiles_as_r_type_2_and_stata():
    table = dm.DescriptiveTable(FRAME, variables=("invest",), statistics=("p10", "p25", "p90"), symbols=False)
    assert table.build(table.evidence).rows[0].cells[1:] == ("9.730", "33.405", "460.250")


def test_differences_of_two_groups_as_r():
    frame = FRAME.assign(late=FRAME["year"] >= 1945, large=np.where(FRAME["invest"] > 60, "large", "small"))
    welch = dm.group_means(frame, ("invest", "large"), "late").table
    equal = dm.group_means(frame, ("invest",), "late", variances="equal").table
    assert welch.loc["invest", ["t", "p_mean"]].tolist() == pytest.approx([-2.5810673068078, 0.0107811540689])
    assert equal.loc["invest", "p_mean"] == pytest.approx(0.0105724212594)
    assert welch.loc["invest", "p_rank"] == pytest.approx(8.70875176131e-06)
    assert welch.loc["invest", "rank"] < 0
    assert welch.loc["large", ["chi2", "p_chi2"]].tolist() == pytest.approx(
        [16.8351516365, 4.07710658382e-05]
    )


def test_differences_of_three_groups_as_r():
    frame = FRAME.assign(span=np.digitize(FRAME["year"], [1941, 1948]))
    welch, equal = (
        dm.group_means(frame, ("invest",), "span", variances=each).table for each in ("unequal", "equal")
    )
    assert welch.loc["invest", ["f", "p_mean"]].tolist() == pytest.approx([4.1294994533647, 0.0183106573859])
    assert equal.loc["invest", ["f", "p_mean"]].tolist() == pytest.approx([4.3078821589633, 0.0147525482962])
    assert welch.loc["invest", ["rank", "p_rank"]].tolist() == pytest.approx(
        [22.1663432538, 1.53687915584e-05]
    )
