"""Synthetic DID against published numbers: the authors' R package, Stata's sdid, Python's synthdid."""

import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from refused import refused

import digimfg as dm
from digimfg.estimators.synthetic_did.weights import exact_weights, frank_wolfe_weights
from digimfg.exhibits import Evidence
from digimfg.inference.simplex import simplex_least_squares

SHARED = (
    Path(os.environ.get("DIGIMFG_SHARED_DATA", Path(__file__).parents[3] / "shared" / "data")) / "reference"
)
COHORTS = {
    2000: 8.388868, 2002: 6.967746, 2003: 13.952256, 2005: -3.450543, 2010: 2.749035, 2012: 21.762715,
    2013: -0.820324,
}  # fmt: skip
CALIFORNIA, QUOTA = SHARED / "california_prop99.csv", SHARED / "quota_womparl.csv"


def california(**options):
    return dm.synthetic_did(
        pd.read_csv(CALIFORNIA), "PacksPerCapita", "treated", entity="State", time="Year", **options
    )


def quota(frame=None, **options):
    frame = pd.read_csv(QUOTA) if frame is None else frame
    return dm.synthetic_did(frame, "womparl", "quota", entity="country", time="year", **options)


@pytest.mark.skipif(not CALIFORNIA.exists(), reason="shared reference data not present")
class TestCalifornia:
    """Arkhangelsky et al. (2021, table 1, doi:10.1257/aer.20190159); digits of synthdid 0.0.9 for R and of sdid."""

    @pytest.mark.parametrize(
        ("method", "published"),
        [("synthetic_did", -15.60383), ("synthetic_control", -19.61966), ("did", -27.34911)],
    )
    def test_effects_are_the_published_ones(self, method, published):
        found = california(method=method, draws=20)
        assert found.coefficients.loc["treated", "estimate"] == pytest.approx(published, abs=5e-6)

    def test_the_placebo_error_is_near_those_published(self):
        # Published: 8.37 (table 1), 9.34 (sdid's manual, 100 draws), 10.05; each from its own draws.
        assert 7.9 < california(draws=200, seed=1).coefficients.loc["treated", "std_error"] < 10.8

    def test_the_steps_stop_short_of_the_minimum_by_little(self):
        found = california(draws=20)
        weights = found.tables["unit_weights"]["1989"]
        assert weights.sum() == pytest.approx(1, abs=1e-12)
        assert weights.idxmax() == "Nevada"
        assert weights.max() == pytest.approx(0.124, abs=5e-4)
        times = found.tables["time_weights"]["1989"]
        assert times[times > 0].round(3).to_dict() == {1986: 0.366, 1987: 0.206, 1988: 0.427}

    def test_event_times_average_to_the_effect(self):
        found = california(draws=20)
        table = found.tables["event_study"]["estimate"]
        assert table[table.index >= 0].mean() == pytest.approx(-15.60383, abs=5e-6)
        weights = found.tables["time_weights"]["1989"].to_numpy()[:19]
        assert table[table.index < 0].to_numpy() @ weights == pytest.approx(0, abs=1e-9)


@pytest.mark.skipif(not QUOTA.exists(), reason="shared reference data not present")
class TestQuota:
    """Clarke, Pailañir, Athey & Imbens (2024, doi:10.1177/1536867X241297184) and the README of synthdid for Python."""

    def test_the_average_and_the_cohorts_are_the_published_ones(self):
        staggered = quota(draws=20)
        assert staggered.statistics["att_simple"] == pytest.approx(8.034102, abs=1e-6)
        # Six digits are published; the last step may end one rounding apart.
        assert staggered.tables["group"]["estimate"].to_dict() == pytest.approx(COHORTS, abs=2e-6)

    def test_projected_controls_give_the_published_average(self):
        frame = pd.read_csv(QUOTA).dropna(subset=["lngdp"])
        assert quota(frame, controls="lngdp", draws=20).statistics["att_simple"] == pytest.approx(
            8.05903, abs=5e-5
        )

    def test_the_jackknife_is_that_of_sdid(self):
        # sdid, vce(jackknife), cohorts of one left out: ATT 10.33066, standard error 6.00560.
        left = ["Algeria", "Kenya", "Samoa", "Swaziland", "Tanzania"]
        frame = pd.read_csv(QUOTA)
        found = quota(frame[~frame["country"].isin(left)], errors="jackknife")
        assert found.coefficients.loc["quota", ["estimate", "std_error"]].tolist() == pytest.approx(
            [10.33066, 6.00560], abs=5e-6
        )


def test_the_two_ways_to_weights_meet():
    rng = np.random.default_rng(3)
    for _ in range(40):
        rows, count = rng.integers(2, 12), rng.integers(2, 50)
        columns, target = rng.normal(size=(rows, count)).cumsum(axis=0), rng.normal(size=rows)
        penalty = rng.uniform(0.5, 2, count) * 10 ** rng.uniform(-2, 1)
        exact = exact_weights(columns, target, penalty)
        assert exact.min() >= 0
        assert exact.sum() == pytest.approx(1, abs=1e-12)
        stacked = np.vstack([columns, np.diag(np.sqrt(penalty))])
        other = simplex_least_squares(np.append(target, np.zeros(count)), stacked)
        assert exact == pytest.approx(other, abs=1e-8)
        same = np.full(count, penalty.mean())
        stepped = frank_wolfe_weights(columns, target, penalty.mean(), 1e-14)

        def loss(weights, columns=columns, target=target, penalty=penalty):
            return np.sum((columns @ weights - target) ** 2) + penalty.mean() * weights @ weights

        best = loss(exact_weights(columns, target, same))
        assert best <= loss(stepped) + 1e-12
        # Steps approach the minimum at the rate of one over their number.
        assert loss(stepped) - best < 2e-3 * loss(np.full(count, 1 / count))


def frame_of(effect=1.0, units=24, periods=8):
    rng = np.random.default_rng(5)
    frame = pd.DataFrame(
        {
            "city": np.repeat(np.arange(units), periods),
            "year": np.tile(np.arange(2000, 2000 + periods), units),
        }
    )
    start = np.where(frame["city"] < 3, 2004, np.where(frame["city"] < 6, 2006, np.inf))
    frame["pilot"] = (frame["year"] >= start).astype(int)
    walk = rng.normal(size=(units, periods)).cumsum(axis=1)
    frame["x"] = rng.normal(size=len(frame))
    frame["y"] = walk.ravel() + 0.5 * frame["x"] + effect * frame["pilot"]
    frame["province"] = frame["city"] // 2
    return frame


KEYS = {"entity": "city", "time": "year"}


@pytest.mark.parametrize("errors", ["placebo", "bootstrap", "jackknife"])
def test_errors_do_not_depend_on_the_effect_and_answers_not_on_the_order_of_rows(errors):
    frame = frame_of()
    found = dm.synthetic_did(frame, "y", "pilot", errors=errors, draws=30, **KEYS)
    shuffled = dm.synthetic_did(
        frame.sample(frac=1, random_state=1), "y", "pilot", errors=errors, draws=30, **KEYS
    )
    assert shuffled.coefficients.equals(found.coefficients)
    larger = dm.synthetic_did(frame_of(3.0), "y", "pilot", errors=errors, draws=30, **KEYS)
    moved = larger.coefficients - found.coefficients
    assert moved["estimate"][["pilot", "cohort[2004]"]].to_numpy() == pytest.approx(2, abs=1e-6)
    assert moved.loc["pilot", "std_error"] == pytest.approx(0, abs=1e-6)


def test_clusters_are_drawn_whole():
    frame = frame_of()
    by_city = dm.synthetic_did(frame, "y", "pilot", errors="jackknife", **KEYS)
    by_province = dm.synthetic_did(frame, "y", "pilot", errors="jackknife", cluster="province", **KEYS)
    assert by_city.coefficients["estimate"].equals(by_province.coefficients["estimate"])
    assert (
        by_province.coefficients.loc["pilot", "std_error"] != by_city.coefficients.loc["pilot", "std_error"]
    )


def test_the_tables_and_the_figure_of_its_siblings_take_it():
    found = dm.synthetic_did(frame_of(), "y", "pilot", draws=20, **KEYS)
    assert set(found.tables) >= {
        "aggregates",
        "event_study",
        "event_study_covariance",
        "group",
        "calendar",
        "paths",
    }
    assert dm.DynamicEffectsPlot({"sdid": found}).build(Evidence(results={"sdid": found})).notes
    table = dm.RegressionTable("table").show(Evidence(results={"(1)": found}))
    assert any("placebo standard errors" in note.en for note in table.notes)


CASES = {
    "synthetic_did.too_few_donors": lambda f: f[f["city"] < 7],
    "synthetic_did.too_few_periods_before": lambda f: f[f["year"] >= 2003],
    "did.not_balanced": lambda f: f.drop(index=190),
    "did.treatment_switches_off": lambda f: f.assign(pilot=f["pilot"].where(f.index != 7, 0)),
}


@pytest.mark.parametrize("kind", CASES)
def test_what_cannot_be_estimated_is_named(kind):
    with refused(dm.DigimfgError, kind):
        dm.synthetic_did(CASES[kind](frame_of()), "y", "pilot", draws=20, **KEYS)


@pytest.mark.parametrize(
    ("errors", "cities", "cluster", "kind"),
    [
        ("placebo", range(12), None, "synthetic_did.placebo_without_donors"),
        ("placebo", range(24), "province", "synthetic_did.placebo_of_clusters"),
        ("bootstrap", [0, *range(6, 24)], None, "synthetic_did.bootstrap_of_one_cluster"),
        ("jackknife", [0, 1, 3, *range(6, 24)], None, "synthetic_did.jackknife_of_one_cluster"),
    ],
)
def test_too_few_units_for_an_error_are_told_which_one_to_take(errors, cities, cluster, kind):
    frame = frame_of()
    frame = frame[frame["city"].isin(cities)]
    with refused(dm.EstimationError, kind):
        dm.synthetic_did(frame, "y", "pilot", errors=errors, draws=20, cluster=cluster, **KEYS)
