"""Shift-share designs: bad input is named with its remedy."""

import numpy as np
import pandas as pd
import pytest

import digimfg as dm

SHARES = pd.DataFrame({"unit": list("aabb"), "sector": list("xyxy"), "share": [0.5, 0.5, 0.2, 0.8]})
SHOCKS = pd.DataFrame({"sector": ["x", "y"], "shock": [1.0, 3.0]})


def fail(error, message, call):
    with pytest.raises(error, match=message) as found:
        call()
    assert found.value.message("zh") != found.value.message("en")


def make(shares=SHARES, shocks=SHOCKS, **options):
    return dm.shift_share_instrument(shares, shocks, entity="unit", sector="sector", **options)


@pytest.mark.parametrize(
    ("shares", "shocks", "message"),
    [
        (SHARES.drop(columns="share"), SHOCKS, "a column of the frame"),
        (pd.concat([SHARES, SHARES]), SHOCKS, "repeated key"),
        (SHARES.assign(share=[0.5, -0.5, 0.2, 0.8]), SHOCKS, "of 0 or more"),
        (SHARES.assign(share=[0.5, np.nan, 0.2, 0.8]), SHOCKS, "1 other,"),
        (SHARES, SHOCKS.iloc[:1], "a shock for every sector"),
        (SHARES, SHOCKS.assign(shock=[1.0, np.inf]), "finite numbers"),
    ],
)
def test_shares_and_shocks_that_do_not_fit_are_errors(shares, shocks, message):
    fail(dm.MeasureError, message, lambda: make(shares, shocks))


def test_a_sector_in_one_unit_only_cannot_be_left_out():
    own = SHARES.assign(shock=1.0, jobs=[1.0, 1.0, 0.0, 1.0])
    fail(dm.MeasureError, "other units with a positive weight", lambda: make(SHARES, own, leave_out="jobs"))


def test_row_order_does_not_matter():
    shuffled = make(SHARES.iloc[[3, 1, 0, 2]], SHOCKS.iloc[[1, 0]])
    pd.testing.assert_frame_equal(shuffled.frame, make().frame, check_exact=True)


FRAME = pd.DataFrame({"unit": list("ab"), "b": [2.0, 2.6], "y": [1.0, 2.0], "d": [1.0, 3.0]})
SPEC = dm.Specification("y", "b", entity="unit", covariance=dm.Robust())


def test_a_design_without_entity_or_with_two_instruments_is_an_error():
    fail(
        dm.SpecificationError,
        "one endogenous term with one instrument",
        lambda: dm.shift_share_inference(SPEC.replace(entity=None), FRAME, SHARES, sector="sector"),
    )
    two = SPEC.replace(endogenous="d", instruments=("b", "c"), regressors=())
    fail(
        dm.SpecificationError,
        "one endogenous term with one instrument",
        lambda: dm.shift_share_inference(two, FRAME, SHARES, sector="sector"),
    )


def test_a_unit_without_shares_is_an_error():
    frame = pd.concat([FRAME, FRAME.assign(unit=["c", "d"], y=[0.0, 1.0], b=[1.0, 5.0])])
    fail(
        dm.EstimationError,
        "shares of every unit",
        lambda: dm.shift_share_inference(SPEC, frame, SHARES, sector="sector"),
    )


def test_more_sectors_than_rows_point_to_the_regression_over_sectors():
    rng = np.random.default_rng(0)
    matrix = rng.dirichlet(np.ones(9), size=6)
    units, sectors = np.indices(matrix.shape)
    shares = pd.DataFrame({"unit": units.ravel(), "sector": sectors.ravel(), "share": matrix.ravel()})
    frame = pd.DataFrame({"unit": range(6), "b": rng.normal(size=6), "y": rng.normal(size=6)})
    fail(
        dm.EstimationError,
        "dm.shock_level_regression",
        lambda: dm.shift_share_inference(SPEC, frame, shares, sector="sector"),
    )


def test_shocks_clusters_that_change_over_units_are_an_error():
    shares = SHARES.assign(group=[1, 2, 3, 4])
    fail(
        dm.SpecificationError,
        "one group per sector",
        lambda: dm.shift_share_inference(SPEC, FRAME, shares, sector="sector", shock_cluster="group"),
    )
    fail(
        dm.SpecificationError,
        "a column of the shares",
        lambda: dm.shift_share_inference(SPEC, FRAME, shares, sector="sector", shock_cluster="grup"),
    )


def test_an_instrument_made_of_other_shares_is_noted():
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"unit": list("abcdef"), "b": rng.normal(size=6), "y": rng.normal(size=6)})
    shares = pd.DataFrame({"unit": np.repeat(list("abcdef"), 2), "sector": list("xy") * 6})
    first = rng.uniform(size=6)
    shares["share"] = np.column_stack([first, 1 - first]).ravel()
    found = dm.rotemberg_weights(SPEC, frame, shares, SHOCKS, sector="sector")
    assert any("not the sum of these shares" in note.en for note in found.notes)
    over = dm.shock_level_regression
    fail(
        dm.SpecificationError,
        "rename",
        lambda: over(SPEC, frame, shares, SHOCKS.rename(columns={"shock": "y"}), sector="sector", shock="y"),
    )
