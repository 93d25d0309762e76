"""Panel thresholds against Hansen's investment data and against refitting every candidate in R.

panel_threshold.R beside this file refits every candidate by lm (R 4.2.2) and prints the numbers.
"""

import os
from pathlib import Path

import pandas as pd
import pytest

import digimfg as dm

HERE = Path(__file__).parent
SHARED = Path(os.environ.get("DIGIMFG_SHARED_DATA", HERE.parents[2] / "shared" / "data")) / "reference"
HANSEN = SHARED / "hansen1999.dta"
needs_hansen = pytest.mark.skipif(not HANSEN.exists(), reason="hansen1999 lies outside the repository")


def investment(**options):
    options = {"replications": 0} | options
    return dm.Specification(
        "i",
        ("q1", "q1^2", "q1^3", "d1", "q1:d1"),
        entity="id",
        time="year",
        estimator=dm.PanelThreshold(threshold_variable="d1", regime_dependent="c1", **options),
    )


@pytest.fixture(scope="module")
def hansen():
    return pd.read_stata(HANSEN).assign(year=lambda frame: frame["year"].dt.year)


@needs_hansen
def test_investment_thresholds_by_exact_search(hansen):
    result = dm.estimate(investment(n_thresholds=2), hansen)
    assert result.thresholds["threshold"].to_list() == pytest.approx([0.0157, 0.5400], abs=5e-5)
    tests = result.tables["tests"]
    assert tests.loc[1, "null_sum_of_squares"] == pytest.approx(17.861099, abs=5e-7)
    assert tests.loc[1, "sum_of_squares"] == pytest.approx(17.78165, abs=5e-6)
    # F with the variance over n(T-1) = 7,345 and over nT = 7,910
    assert tests.loc[1, "f_statistic"] == pytest.approx(32.8173, abs=5e-4)
    assert tests.loc[1, "f_statistic_n"] == pytest.approx(35.3417, abs=5e-4)
    assert tests.loc[1, "f_statistic_n"] / tests.loc[1, "f_statistic"] == pytest.approx(7910 / 7345)


@needs_hansen
def test_investment_thresholds_on_a_grid_of_400_quantiles(hansen):
    # 400 quantiles of the distinct values between 1 and 99 per cent
    result = dm.estimate(investment(n_thresholds=2, grid=400), hansen)
    assert result.thresholds["threshold"].to_list() == pytest.approx([0.01538, 0.53847], abs=1e-5)
    tests = result.tables["tests"]
    assert tests["sum_of_squares"].to_list() == pytest.approx([17.781836, 17.726413], abs=2e-6)
    assert tests["f_statistic"].to_list() == pytest.approx([32.740, 22.965], abs=5e-4)


@needs_hansen
def test_cash_flow_slopes_of_three_regimes(hansen):
    result = dm.estimate(investment(n_thresholds=2), hansen)
    slopes = result.coefficients["estimate"].filter(like="c1:regime")
    # at (0.0157, 0.5362): 0.05920, 0.09290, 0.03971; exact search moves the second threshold to 0.5400
    assert slopes.to_list() == pytest.approx([0.05920, 0.09290, 0.03971], abs=2e-3)
    assert slopes.iloc[0] < slopes.iloc[1] > slopes.iloc[2]


@needs_hansen
def test_bootstrap_rejects_no_threshold_as_hansen_does(hansen):
    result = dm.estimate(investment(replications=300, seed=1), hansen)
    row = result.thresholds.loc[1]
    assert row["p_value"] <= 0.02
    # Hansen's Table 3 has 12.2, 15.3, 24.2 with F over nT; with n(T-1) these are 11.3, 14.2, 22.5. The quantiles of
    # 300 draws have standard errors of about 0.5, 0.9 and 3.
    assert row["critical_10"] == pytest.approx(11.3, abs=1.5)
    assert row["critical_5"] == pytest.approx(14.2, abs=2.7)
    assert row["critical_1"] == pytest.approx(22.5, abs=9.0)


@pytest.fixture(scope="module")
def made_up():
    return pd.read_csv(HERE / "data" / "threshold_panel.csv")


REFITTED = {
    "balanced": (
        (), slice(None), (720.667966884, 502.94323831, 422.533821189), (181.818501643, 79.9272235667),
        (0.568138650630, 1.378453438222, 2.150180922342, 0.632849687039), (0.29539, 0.313705),
    ),
    "with years": (
        ("year",), slice(None), (714.103777838, 497.949419689, 416.671295278), (182.317373679, 81.9274393019),
        (0.568896293515, 1.376053069552, 2.158773155785, 0.635329304880), (0.29539, 0.665868),
    ),
    "unbalanced": (
        ("year",), "complete", (661.804353566, 468.88400876, 395.185680092), (160.463852613, 72.7312492038),
        (0.568976765445, 1.361438824659, 2.148856418615, 0.640422474486), (0.29539, 0.665868),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", list(REFITTED))
def test_prefix_sums_equal_refitting_every_candidate(made_up, name):
    effects, rows, sums, f_statistics, slopes, interval = REFITTED[name]
    frame = made_up[made_up["complete"] == 1] if rows == "complete" else made_up
    specification = dm.Specification(
        "y",
        ("x", "z"),
        entity="unit",
        time="year",
        fixed_effects=effects,
        estimator=dm.PanelThreshold(
            threshold_variable="q", regime_dependent="x", n_thresholds=2, trim=0.05, replications=0
        ),
    )
    result = dm.estimate(specification, frame)
    assert result.thresholds["threshold"].to_list() == [0.299984, 0.699954]
    tests = result.tables["tests"]
    assert [tests.loc[1, "null_sum_of_squares"], *tests["sum_of_squares"]] == pytest.approx(sums, rel=1e-10)
    assert tests["f_statistic"].to_list() == pytest.approx(f_statistics, rel=1e-9)
    assert result.coefficients["estimate"].to_list() == pytest.approx(slopes, rel=1e-9)
    one = dm.estimate(specification.replace(estimator=dm.PanelThreshold(
        threshold_variable="q", regime_dependent="x", trim=0.05, replications=0)), frame)  # fmt: skip
    assert tuple(one.thresholds.loc[1, ["conf_low", "conf_high"]]) == interval
