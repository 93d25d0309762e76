"""Shift-share designs: bad input is named with its remedy."""

import numpy as np
import pandas as pd
import pytest
from noted import noted
from refused import refused

import digimfg as dm
from digimfg.errors import Fault

SHARES = pd.DataFrame({"unit": list("aabb"), "sector": list("xyxy"), "share": [0.5, 0.5, 0.2, 0.8]})
SHOCKS = pd.DataFrame({"sector": ["x", "y"], "shock": [1.0, 3.0]})


def fail(error, kind, call):
    with refused(error, kind):
        call()


def make(shares=SHARES, shocks=SHOCKS, **options):
    return dm.shift_share_instrument(shares, shocks, entity="unit", sector="sector", **options)


@pytest.mark.parametrize(
    ("shares", "shocks", "kind"),
    [
        (SHARES.drop(columns="share"), SHOCKS, "frames.column_not_there"),
        (pd.concat([SHARES, SHARES]), SHOCKS, "shift_share_design.keys_not_unique"),
        (SHARES.assign(share=[0.5, -0.5, 0.2, 0.8]), SHOCKS, "shift_share_design.column_not_finite"),
        (
            SHARES.assign(share=[0.5, np.nan, 0.2, 0.8]),
            SHOCKS,
            Fault.of("shift_share_design.column_not_finite", n=1),
        ),
        (SHARES, SHOCKS.iloc[:1], "shift_share_design.shocks_lacking"),
        (SHARES, SHOCKS.assign(shock=[1.0, np.inf]), "shift_share_design.column_not_finite"),
    ],
)
def test_shares_and_shocks_that_do_not_fit_are_errors(shares, shocks, kind):
    fail(dm.MeasureError, kind, lambda: make(shares, shocks))


def test_a_sector_in_one_unit_only_cannot_be_left_out():
    own = SHARES.assign(shock=1.0, jobs=[1.0, 1.0, 0.0, 1.0])
    fail(dm.MeasureError, "shift_share_design.no_other_units", lambda: make(SHARES, own, leave_out="jobs"))


def test_row_order_does_not_matter():
    shuffled = make(SHARES.iloc[[3, 1, 0, 2]], SHOCKS.iloc[[1, 0]])
    pd.testing.assert_frame_equal(shuffled.frame, make().frame, check_exact=True)


FRAME = pd.DataFrame({"unit": list("ab"), "b": [2.0, 2.6], "y": [1.0, 2.0], "d": [1.0, 3.0]})
SPEC = dm.Specification("y", "b", entity="unit", covariance=dm.Robust())


def test_a_design_without_entity_or_with_two_instruments_is_an_error():
    fail(
        dm.SpecificationError,
        "shift_share_design.not_one_endogenous_term",
        lambda: dm.shift_share_inference(SPEC.replace(entity=None), FRAME, SHARES, sector="sector"),
    )
    two = SPEC.replace(endogenous="d", instruments=("b", "c"), regressors=())
    fail(
        dm.SpecificationError,
        "shift_share_design.not_one_endogenous_term",
        lambda: dm.shift_share_inference(two, FRAME, SHARES, sector="sector"),
    )


def test_a_unit_without_shares_is_an_error():
    frame = pd.concat([FRAME, FRAME.assign(unit=["c", "d"], y=[0.0, 1.0], b=[1.0, 5.0])])
    fail(
        dm.EstimationError,
        "shift_share_design.units_without_shares",
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
        "shift_share_design.shares_collinear",
        lambda: dm.shift_share_inference(SPEC, frame, shares, sector="sector"),
    )


def test_shocks_clusters_that_change_over_units_are_an_error():
    shares = SHARES.assign(group=[1, 2, 3, 4])
    fail(
        dm.SpecificationError,
        "shift_share_design.sectors_in_several_groups",
        lambda: dm.shift_share_inference(SPEC, FRAME, shares, sector="sector", shock_cluster="group"),
    )
    fail(
        dm.SpecificationError,
        "shift_share_design.shock_cluster_lacking",
        lambda: dm.shift_share_inference(SPEC, FRAME, shares, sector="sector", shock_cluster="grup"),
    )


def test_an_instrument_made_of_other_shares_is_noted():
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"unit": list("abcdef"), "b": rng.normal(size=6), "y": rng.normal(size=6)})
    shares = pd.DataFrame({"unit": np.repeat(list("abcdef"), 2), "sector": list("xy") * 6})
    first = rng.uniform(size=6)
    shares["share"] = np.column_stack([first, 1 - first]).ravel()
    found = dm.rotemberg_weights(SPEC, frame, shares, SHOCKS, sector="sector")
    assert noted(found.notes, "not_the_sum")
    over = dm.shock_level_regression
    fail(
        dm.SpecificationError,
        "shift_share_design.shock_names_taken",
        lambda: over(SPEC, frame, shares, SHOCKS.rename(columns={"shock": "y"}), sector="sector", shock="y"),
    )
