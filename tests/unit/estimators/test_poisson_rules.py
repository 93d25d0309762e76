"""What Poisson refuses, leaves out, and must not depend on."""

import numpy as np
import pandas as pd
import pytest
from noted import noted
from refused import refused
from scipy.optimize import linprog

import digimfg as dm
from digimfg.errors import EstimationError, SpecificationError
from digimfg.estimators.ppml.separation import separated_by_effects, separated_by_regressors


def panel(seed=1, units=30, years=8):
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {"unit": np.repeat(np.arange(units), years), "year": np.tile(np.arange(years), units)}
    )
    frame["x"] = rng.normal(size=len(frame))
    frame["z"] = rng.normal(size=len(frame))
    level = rng.normal(size=units)[frame.unit] + 0.05 * frame.year
    frame["y"] = rng.poisson(np.exp(0.4 * frame.x + level)).astype(float)
    return frame


MODEL = dm.Specification(
    "y", ("x", "z"), entity="unit", time="year", fixed_effects=("unit", "year"), estimator=dm.Poisson()
)


def test_non_integer_outcomes_are_taken_and_the_unit_of_the_outcome_leaves_slopes_alone():
    frame = panel()
    first = dm.estimate(MODEL, frame).coefficients
    second = dm.estimate(MODEL, frame.assign(y=frame.y / 7.3)).coefficients
    assert second["estimate"].tolist() == pytest.approx(first["estimate"].tolist(), rel=1e-8)
    assert second["std_error"].tolist() == pytest.approx(first["std_error"].tolist(), rel=1e-7)


def test_whole_weights_are_repeated_rows():
    frame = panel()
    frame["times"] = np.random.default_rng(4).integers(1, 4, len(frame))
    model = MODEL.replace(entity=None, time=None, covariance=dm.Clustered("unit"))
    weighted = dm.estimate(model.replace(weights="times"), frame).coefficients
    repeated = dm.estimate(model, frame.loc[frame.index.repeat(frame.times)]).coefficients
    assert weighted.to_numpy() == pytest.approx(repeated.to_numpy(), rel=1e-8, abs=1e-12)


def test_negative_outcomes_are_refused_with_their_rows():
    frame = panel()
    frame.loc[[5, 17], "y"] = -1.0
    with refused(SpecificationError, "ppml.outcome_negative", n=2):
        dm.estimate(MODEL, frame)


def test_an_exposure_that_is_not_positive_is_refused():
    frame = panel().assign(people=1.0)
    frame.loc[3, "people"] = 0.0
    with refused(SpecificationError, "limited.exposure_not_positive", n=1, first="3"):
        dm.estimate(MODEL.replace(estimator=dm.Poisson(exposure="people")), frame)


def test_an_exposure_is_an_offset_of_its_logarithm_and_missing_ones_drop_rows():
    frame = panel()
    frame["people"] = np.random.default_rng(5).uniform(1, 9, len(frame))
    frame["log_people"] = np.log(frame.people)
    frame.loc[4, ["people", "log_people"]] = np.nan
    one = dm.estimate(MODEL.replace(estimator=dm.Poisson(exposure="people")), frame)
    two = dm.estimate(MODEL.replace(estimator=dm.Poisson(offset="log_people")), frame)
    assert one.coefficients["estimate"].tolist() == pytest.approx(
        two.coefficients["estimate"].tolist(), rel=1e-10
    )
    assert noted(one.notes, "dropped", n_rows=1)


def test_instruments_are_refused():
    with refused(SpecificationError, "estimators.instruments_not_used"):
        dm.estimate(MODEL.replace(endogenous="x", regressors="z", instruments="x"), panel())


def test_a_unit_without_positive_outcomes_is_left_out_and_counted():
    frame = panel()
    frame.loc[frame.unit.isin([2, 3]), "y"] = 0.0
    result = dm.estimate(MODEL, frame)
    without = dm.estimate(MODEL, frame[~frame.unit.isin([2, 3])])
    assert result.statistics["n_separated"] == 16
    assert noted(result.notes, "dropped", n_rows=16)
    assert result.coefficients.to_numpy() == pytest.approx(without.coefficients.to_numpy(), rel=1e-9)


def test_a_regressor_that_predicts_zero_is_separated_and_goes_with_its_rows():
    frame = panel()
    frame["shut"] = 0.0
    frame.loc[[8, 50, 121], "shut"] = 1.0
    frame.loc[[8, 50, 121], "y"] = 0.0
    frame = frame[frame.groupby("unit")["y"].transform("sum") > 0]
    result = dm.estimate(MODEL.replace(controls="shut"), frame)
    assert result.statistics["n_separated"] == 3
    assert list(result.coefficients.index) == ["x", "z"]
    assert noted(result.notes, "collinear")
    without = dm.estimate(MODEL, frame[frame.shut == 0])
    assert result.coefficients["estimate"].tolist() == pytest.approx(
        without.coefficients["estimate"].tolist(), rel=1e-8
    )


def test_too_many_levels_to_search_are_said(monkeypatch):
    from digimfg.estimators.ppml import separation

    monkeypatch.setattr(separation, "_MOST", 3)
    result = dm.estimate(MODEL, panel())
    assert noted(result.notes, "separation")


def test_an_outcome_of_zeros_but_for_separated_units_says_so():
    frame = panel(units=2)
    frame["y"] = 0.0
    frame.loc[0, "y"] = 3.0
    with pytest.raises(EstimationError):
        dm.estimate(MODEL, frame)


def test_tables_name_the_rule_of_ppmlhdfe():
    result = dm.estimate(MODEL, panel())
    exhibit = dm.RegressionTable(result)
    note = exhibit.build(exhibit.evidence).notes[0]
    assert "clustered by unit (small-sample adjustment of Stata's ppmlhdfe)" in note.en
    assert "ppmlhdfe" in note.zh


def test_driscoll_kraay_errors_take_periods_for_groups():
    plain, rule = (
        dm.estimate(MODEL.replace(covariance=dm.DriscollKraay(2, small_sample=name)), panel()).coefficients[
            "std_error"
        ]
        for name in ("none", "stata")
    )
    assert rule.tolist() == pytest.approx((plain * np.sqrt(8 / 7)).tolist(), rel=1e-12)


def test_the_order_of_rows_does_not_matter():
    frame = panel()
    first = dm.estimate(MODEL, frame).coefficients
    second = dm.estimate(MODEL, frame.sample(frac=1, random_state=3)).coefficients
    assert first.equals(second)


def by_linear_programming(outcome, columns):
    """Return the separated rows by the largest support of a non-negative combination (an independent method)."""
    zero = outcome == 0
    width, count = columns.shape[1], int(zero.sum())
    answer = linprog(
        np.concatenate([np.zeros(width), -np.ones(count)]),
        A_ub=np.hstack([-columns[zero], np.eye(count)]),
        b_ub=np.zeros(count),
        A_eq=np.hstack([columns[~zero], np.zeros((len(outcome) - count, count))]),
        b_eq=np.zeros(len(outcome) - count),
        bounds=[(None, None)] * width + [(0, 1)] * count,
    )
    rows = np.zeros(len(outcome), dtype=bool)
    rows[np.flatnonzero(zero)] = answer.x[width:] > 1e-6
    return rows


@pytest.mark.parametrize("n_effects", [0, 1, 2, 3])
def test_the_rectifier_finds_the_rows_that_linear_programming_finds(n_effects):
    separated = 0
    for seed in range(40):
        rng = np.random.default_rng([n_effects, seed])
        n = 36
        effects = [rng.integers(0, 4, n) for _ in range(n_effects)]
        columns = np.column_stack([(rng.random((n, 3)) < 0.15).astype(float), rng.normal(size=n)])
        outcome = np.where(rng.random(n) < 0.4, rng.random(n), 0.0)
        keep = np.ones(n, dtype=bool)
        while (empty := keep & separated_by_effects(np.where(keep, outcome, 0.0), effects)).any():
            keep &= ~empty
        columns = columns if effects else np.column_stack([np.ones(n), columns])
        found = separated_by_regressors(outcome, columns, effects, keep)
        whole = np.hstack([columns, *(np.eye(4)[code] for code in effects)])
        expected = np.zeros(n, dtype=bool)
        expected[keep] = by_linear_programming(outcome[keep], whole[keep])
        assert found.settled
        assert found.rows.tolist() == expected.tolist()
        separated += bool(expected.any())
    assert separated >= 10
