"""Matching and difference-in-differences in one call are the two calls, and an effect is found again."""

import numpy as np
import pandas as pd
import pytest
from refused import refused

import digimfg as dm
from digimfg.errors import EstimationError, Fault, SpecificationError

SPEC = dm.Specification(
    "y", "d", entity="unit", time="year", fixed_effects=("unit", "year"), covariance=dm.Clustered("unit")
)


def panel(units=300, effect=0.5, seed=3):
    """Units whose growth and treatment both follow x: without matching the effect is biased."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=units)
    ever = rng.random(units) < 1 / (1 + np.exp(-1.2 * x))
    rows = []
    for unit in range(units):
        for year in range(2010, 2018):
            d = int(ever[unit] and year >= 2014)
            y = 0.3 * x[unit] * (year >= 2014) + effect * d + rng.normal(scale=0.3)
            rows.append((unit, year, y, d, x[unit]))
    return pd.DataFrame(rows, columns=["unit", "year", "y", "d", "x"])


FRAME = panel()


def test_matching_takes_away_the_bias_of_unlike_groups():
    found = dm.psm_did(SPEC, FRAME, ["x"], neighbors=4, caliper=0.05)
    estimates = found.estimates["estimate"]
    errors = found.estimates["std_error"]
    assert abs(estimates["all"] - 0.5) > 4 * errors["all"]
    assert abs(estimates["matched"] - 0.5) < 3 * errors["matched"]
    assert found.balance["smd"].abs().max() < 0.1
    assert any("assumed all the same" in note.en for note in found.notes)


def test_the_call_is_the_match_before_treatment_and_the_weighted_equation():
    section = FRAME[FRAME["year"] == 2013].assign(
        ever=lambda f: f["unit"].isin(FRAME.loc[FRAME["d"] == 1, "unit"]).astype(int)
    )
    matching = dm.propensity_score_matching(section, "ever", ["x"], neighbors=4)
    weights = FRAME["unit"].map(dict(zip(section["unit"], matching.weights, strict=True)))
    by_hand = dm.estimate(SPEC.replace(weights="w"), FRAME.assign(w=weights)[weights > 0])
    found = dm.psm_did(SPEC, FRAME, ["x"], neighbors=4)
    fields = ["estimate", "std_error", "p_value"]
    pd.testing.assert_frame_equal(found.matched.coefficients[fields], by_hand.coefficients[fields])
    assert found.estimates.loc["matched", "n_obs"] == by_hand.statistics["n_obs"]


def test_matching_by_period_matches_within_each():
    found = dm.psm_did(SPEC, FRAME, ["x"], match="each_period", method="kernel")
    used = FRAME.assign(w=found.matching.weights).groupby("year")["w"].sum()
    assert (used > 0).all()
    assert any("period by period" in note.en for note in found.notes)


def test_rows_in_another_order_give_the_same_answer():
    shuffled = FRAME.sample(frac=1, random_state=1)
    first, second = (dm.psm_did(SPEC, each, ["x"], neighbors=2) for each in (FRAME, shuffled))
    pd.testing.assert_frame_equal(first.estimates, second.estimates)


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ({"regressors": ("d", "x")}, "policy.matched_without_one_treatment"),
        ({"regressors": ("z",)}, "names.unknown_name"),
        ({"regressors": ("x",)}, "policy.matched_treatment_not_binary"),
        ({"weights": "x"}, "policy.matched_with_weights"),
        ({"time": None, "fixed_effects": ()}, Fault.of("policy.matched_without_keys", name="time")),
    ],
)
def test_what_does_not_fit_is_refused(change, kind):
    with refused(SpecificationError, kind):
        dm.psm_did(SPEC.replace(**change), FRAME, ["x"])


def test_a_treatment_from_the_first_period_on_names_the_other_way():
    always = FRAME.assign(d=FRAME["d"].where(FRAME["unit"] != FRAME.loc[FRAME["d"].idxmax(), "unit"], 1))
    with refused(EstimationError, "policy.no_period_before"):
        dm.psm_did(SPEC, always, ["x"])
