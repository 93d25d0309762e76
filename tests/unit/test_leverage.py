"""Errors corrected for leverage: which names they have, where they hold, and which rows they cannot have."""

import numpy as np
import pandas as pd
import pytest
from refused import refused

import digimfg as dm
from digimfg.errors import DigimfgError, EstimationError, SpecificationError
from digimfg.exhibits import Evidence


def panel(seed=5, n_firms=20, years=10):
    random = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "firm": np.repeat(np.arange(n_firms), years),
            "year": np.tile(np.arange(2001, 2001 + years), n_firms),
        }
    )
    frame["x"], frame["heavy"], noise = random.normal(size=(3, len(frame)))
    frame["heavy"] *= np.where(frame.firm == 3, 30.0, 1.0)
    frame["y"] = frame.x + noise
    return frame


FRAME = panel()
SPEC = dm.Specification("y", ("heavy", "x"), entity="firm", time="year", fixed_effects="firm")
HC3 = dm.Robust("hc3")


def test_types_have_their_usual_names():
    assert dm.Robust("hc0") == dm.Robust("none")
    assert dm.Robust("hc1") == dm.Robust()
    assert {dm.Robust(kind).small_sample for kind in ("hc2", "hc3")} == {"hc2", "hc3"}
    with refused(DigimfgError, "arguments.value_outside", argument="small_sample"):
        dm.Robust("hc4")


@pytest.mark.parametrize("covariance", [dm.Clustered("firm", small_sample="hc3"), dm.Unadjusted("hc2")])
def test_other_covariances_refuse_them(covariance):
    with refused(SpecificationError, "inference.small_sample_rule"):
        dm.estimate(SPEC.replace(covariance=covariance), FRAME)


@pytest.mark.parametrize("kind", ["hc2", "hc3"])
@pytest.mark.parametrize("effects", [(), ("firm",), ("firm", "year")])
def test_a_row_with_leverage_one_is_named(kind, effects):
    alone = FRAME.assign(alone=((FRAME.firm == 7) & (FRAME.year == 2003)).astype(float))
    spec = SPEC.replace(regressors=("x", "alone"), fixed_effects=effects, covariance=dm.Robust(kind))
    with refused(EstimationError, "inference.leverage_of_one", n=1):
        dm.estimate(spec, alone)
    assert np.isfinite(
        dm.estimate(spec.replace(covariance=dm.Robust()), alone).coefficients["std_error"]
    ).all()


def test_errors_rise_with_the_correction_and_do_not_depend_on_the_order_of_rows():
    errors = [
        dm.estimate(SPEC.replace(covariance=dm.Robust(kind)), FRAME).coefficients["std_error"]
        for kind in ("hc0", "hc1", "hc2", "hc3")
    ]
    assert (errors[0] < errors[2]).all()
    assert (errors[2] < errors[3]).all()
    turned = dm.estimate(SPEC.replace(covariance=HC3), FRAME.sample(frac=1, random_state=1))
    pd.testing.assert_series_equal(turned.coefficients["std_error"], errors[3], check_exact=True)


def test_hc2_is_the_true_variance_where_errors_are_alike():
    frame = FRAME[FRAME.firm < 6].reset_index(drop=True)
    spec = SPEC.replace(fixed_effects=("firm", "year"), covariance=dm.Robust("hc2"))
    squares = np.zeros(2)
    for row in range(len(frame)):
        one = dm.estimate(spec, frame.assign(y=np.eye(len(frame))[row]))
        squares += one.coefficients["std_error"].to_numpy() ** 2
    plain = np.column_stack(
        [
            frame[["heavy", "x"]],
            *(frame[name].to_numpy()[:, None] == frame[name].unique() for name in ("firm", "year")),
        ]
    ).astype(float)
    assert squares == pytest.approx(np.diag(np.linalg.pinv(plain.T @ plain))[:2], rel=1e-9)


def test_tables_and_the_second_opinion_name_them():
    result = dm.estimate(SPEC.replace(covariance=HC3), FRAME)
    table = dm.RegressionTable("main").build(Evidence(results={"main": result}, frame=FRAME))
    assert any("HC3" in note.en and "HC3" in note.zh for note in table.notes)
    opinion = dm.second_opinion(result)
    assert opinion.largest_difference < 1e-8
    assert opinion.rows["other_std_error"].notna().all()
    assert opinion.stata == ""
    assert opinion.r == (
        'lmtest::coeftest(lm(y ~ heavy + x + factor(firm), data), sandwich::vcovHC, type = "HC3")'
    )
