"""Dynamic GMM: what it refuses, what it says, and what its pieces are."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from refused import refused

import digimfg as dm
from digimfg.errors import Fault
from digimfg.estimators.gmm.instruments import gmm_block, independent_columns, principal_components
from digimfg.estimators.gmm.transformation import first_differences, orthogonal_deviations

DATA = Path(__file__).parents[2] / "reference" / "data" / "dynamic_panel.csv"


@pytest.fixture(scope="module")
def panel():
    return pd.read_csv(DATA)


def specification(**options):
    options = {"instruments": (dm.GMMInstruments("y", 2, 4),), "exogenous": ("x", "z")} | options
    return dm.Specification(
        "y",
        ("L.y", "x", "z"),
        entity="unit",
        time="year",
        fixed_effects=("unit", "year"),
        estimator=dm.DynamicGMM(**options),
    )


def notes_of(result):
    return " | ".join(note.en for note in result.notes)


def test_a_gap_gives_no_difference_across_it_and_loses_less_with_orthogonal_deviations(panel):
    holes = panel[panel["gap"] == 0]
    differences = dm.estimate(specification(), holes).statistics["n_obs"]
    deviations = dm.estimate(specification(transformation="orthogonal"), holes).statistics["n_obs"]
    complete = dm.estimate(specification(), panel).statistics["n_obs"]
    assert (complete, differences, deviations) == (624, 551, 569)


def test_orthogonal_deviations_are_orthonormal_and_free_of_the_entity_effect():
    entity, period = np.array([0, 0, 0, 1, 1, 1, 1]), np.array([0, 2, 3, 0, 1, 2, 4])
    moved = orthogonal_deviations(entity, period)
    dense = moved.matrix.toarray()
    assert dense @ dense.T == pytest.approx(np.eye(5), abs=1e-12)
    assert moved.matrix @ np.array([5.0, 5, 5, 9, 9, 9, 9]) == pytest.approx(np.zeros(5), abs=1e-12)
    assert moved.period.tolist() == [1, 3, 1, 2, 3]
    assert first_differences(entity, period).period.tolist() == [3, 1, 2]


def test_transformations_give_the_same_estimates_on_a_balanced_panel_with_all_lags(panel):
    """With every lag as instrument the two span the same moments (Arellano and Bover 1995)."""
    counts = panel.groupby("unit")["year"].transform("size")
    balanced = panel[counts == 9]
    estimates = [
        dm.estimate(
            specification(
                instruments=(dm.GMMInstruments("y"), dm.GMMInstruments("x", first=1)),
                exogenous=(),
                transformation=transformation,
                steps=1,
                allow_many_instruments=True,
            ).replace(regressors=("L.y", "x"), fixed_effects=("unit",)),
            balanced,
        ).coefficients["estimate"]
        for transformation in ("difference", "orthogonal")
    ]
    assert estimates[0].to_numpy() == pytest.approx(estimates[1].to_numpy(), rel=1e-8)


def test_lagged_values_outside_the_sample_serve_as_instruments(panel):
    late = specification().replace(sample="year >= 2006")
    result = dm.estimate(late, panel)
    assert result.statistics["n_instruments"] > 4
    assert result.coefficients["estimate"].notna().all()


def test_the_blocks_hold_one_column_per_period_and_lag():
    grid = np.array([[1.0, 2.0, 3.0, 4.0], [5.0, np.nan, 7.0, 8.0]])
    entity, period = np.array([0, 0, 1]), np.array([2, 3, 3])
    values, names = gmm_block(
        grid, entity, period, name="y", lags=range(2, 10), differenced=False, collapse=False
    )
    assert names == ("L2.y[2]", "L2.y[3]", "L3.y[3]")
    assert values.tolist() == [[1, 0, 0], [0, 2, 1], [0, 0, 5]]
    values, names = gmm_block(
        grid, entity, period, name="y", lags=range(2, 10), differenced=False, collapse=True
    )
    assert names == ("L2.y", "L3.y")
    assert values.tolist() == [[1, 0], [2, 1], [0, 5]]
    values, _ = gmm_block(grid, entity, period, name="y", lags=range(1, 2), differenced=True, collapse=True)
    assert values.tolist() == [[1], [1], [0]]


def test_collinear_columns_are_found_in_order():
    rng = np.random.default_rng(0)
    columns = rng.normal(size=(20, 3))
    stacked = np.column_stack([columns, columns[:, 0] + columns[:, 2], np.zeros(20), rng.normal(size=20)])
    assert independent_columns(stacked).tolist() == [True, True, True, False, False, True]


def test_principal_components_carry_the_moments_of_their_instruments():
    rng = np.random.default_rng(0)
    common = rng.normal(size=(200, 2))
    columns = common @ rng.normal(size=(2, 8)) + 0.01 * rng.normal(size=(200, 8))
    scores, share = principal_components(columns, 2)
    assert scores.shape == (200, 2)
    assert share > 0.99
    kaiser, _ = principal_components(columns, None)
    assert kaiser.shape[1] == 2


def test_more_instruments_than_entities_are_refused_unless_asked_for(panel):
    few = panel[panel["unit"] <= 20]
    with refused(dm.EstimationError, "gmm.more_instruments_than_entities"):
        dm.estimate(specification(instruments=(dm.GMMInstruments("y"), dm.GMMInstruments("x", 1))), few)
    allowed = specification(
        instruments=(dm.GMMInstruments("y"), dm.GMMInstruments("x", 1)), allow_many_instruments=True
    )
    result = dm.estimate(allowed, few)
    assert "Hansen's test has no power" in notes_of(result)
    assert "generalised inverse" in notes_of(result)
    limited = dm.estimate(specification(instruments=(dm.GMMInstruments("y", 2, 3),), collapse=True), few)
    assert limited.statistics["n_instruments"] <= 20


def test_components_replace_the_lagged_instruments(panel):
    result = dm.estimate(specification(instruments=(dm.GMMInstruments("y"),), components=6), panel)
    assert "replaced by 6 principal components" in notes_of(result)
    plain = dm.estimate(specification(instruments=(dm.GMMInstruments("y"),)), panel)
    assert result.statistics["n_instruments"] < plain.statistics["n_instruments"]


def test_the_lag_is_compared_with_its_bounds(panel):
    result = dm.estimate(
        specification(instruments=(dm.GMMInstruments("y"), dm.GMMInstruments("x", 1)), exogenous="z"), panel
    )
    statistics = result.statistics
    assert statistics["lag_within"] < result.coefficients.loc["L.y", "estimate"] < statistics["lag_pooled"]
    assert "lies between the within" in notes_of(result)


def test_too_few_instruments_and_too_few_periods_are_named(panel):
    with refused(dm.EstimationError, "gmm.too_few_instruments"):
        dm.estimate(
            specification(instruments=(dm.GMMInstruments("y", 2, 2, collapse=True),), exogenous=()), panel
        )
    short = panel[panel["year"].isin([2003, 2004])]
    with pytest.raises(dm.DigimfgError):
        dm.estimate(specification().replace(fixed_effects=()), short)


def test_a_regressor_that_never_varies_leaves_the_differenced_equation_with_a_note(panel):
    frame = panel.assign(fixed=panel["unit"] % 3)
    result = dm.estimate(specification().replace(controls="fixed"), frame)
    assert "fixed" not in result.coefficients.index
    assert "fixed" in notes_of(result)
    system = dm.estimate(
        specification(system=True, level_instruments=("fixed",)).replace(controls="fixed"), frame
    )
    assert "fixed" in system.coefficients.index


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ({"covariance": dm.Clustered("year")}, "gmm.covariance_not_offered"),
        ({"covariance": dm.Robust(small_sample="fixest")}, "gmm.small_sample_rule"),
        ({"fixed_effects": ("region",)}, Fault.of("estimators.other_fixed_effects", effects="region")),
        ({"weights": "z"}, "estimators.weights_not_taken"),
    ],
)
def test_what_gmm_does_not_have_is_refused(panel, change, kind):
    with refused(dm.SpecificationError, kind):
        dm.estimate(specification().replace(**change), panel.assign(region=1, z=panel["z"].abs()))


@pytest.mark.parametrize(
    "options",
    [
        {"steps": 3},
        {"transformation": "helmert"},
        {"level_instruments": ("z",)},
        {"instruments": dm.GMMInstruments("y", 4, 2)},
    ],
)
def test_impossible_options_are_refused_at_once(options):
    with pytest.raises(dm.SpecificationError):
        specification(**options)


def test_the_answer_does_not_depend_on_the_order_of_rows(panel):
    shuffled = panel.sample(frac=1.0, random_state=0)
    first, second = (dm.estimate(specification(), frame) for frame in (panel, shuffled))
    pd.testing.assert_frame_equal(first.coefficients, second.coefficients, check_exact=True)
    assert first.statistics == second.statistics


def test_an_instrument_with_missing_values_is_named_when_it_stands_for_itself(panel):
    frame = panel.copy()
    frame["thin"] = frame["z"].where(frame.index % 7 > 0)
    with refused(dm.EstimationError, "gmm.instrument_incomplete"):
        dm.estimate(specification(exogenous=("x", "z", "thin")), frame)
    lagged = specification(instruments=(dm.GMMInstruments("y", 2, 4), dm.GMMInstruments("thin", 1, 1)))
    assert dm.estimate(lagged, frame).coefficients["estimate"].notna().all()


def test_bias_corrected_lsdv_lies_above_the_within_estimate_and_states_its_errors(panel):
    model = dm.Specification(
        "y", ("L.y", "x", "z"), entity="unit", time="year", fixed_effects=("unit", "year"),
        estimator=dm.BiasCorrectedLSDV(replications=30, seed=4),
    )  # fmt: skip
    result = dm.estimate(model, panel)
    again = dm.estimate(model, panel)
    assert result.coefficients.loc["L.y", "estimate"] > result.statistics["lag_within"]
    pd.testing.assert_frame_equal(result.coefficients, again.coefficients, check_exact=True)
    assert "bootstrap" in notes_of(result)
    with refused(dm.SpecificationError, "lsdv.lag_of_outcome", lag="L.y"):
        dm.estimate(model.replace(regressors=("x", "z")), panel)


def test_instruments_that_identification_needs_are_named_where_they_cannot_be_tested(panel):
    one_instrument = dm.GMMInstruments("y", first=2, last=2, collapse=True)
    model = specification(instruments=one_instrument)
    result = dm.estimate(model, panel)
    assert "y" not in result.tables["instrument_tests"].index.get_level_values("instruments")
    assert (
        "Not tested, for the model is not identified without them: x, z, time fixed effects, y (lag 2)"
        in notes_of(result)
    )
