"""Two rows of one unit and period are an error that names the way out, unless the specification declares them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from complete import check_complete
from public import estimators
from refused import refused
from statsmodels.datasets import grunfeld

import digimfg as dm

SPEC = dm.Specification("invest", "value", entity="firm", time="year", covariance=dm.Robust())
DECLARED = SPEC.replace(repeated_rows=True)


def panel() -> pd.DataFrame:
    frame = grunfeld.load_pandas().data
    return frame.assign(
        high=(frame["invest"] > 100).astype(int),
        whole=frame["invest"].round(),
        beyond=(frame["invest"] - 100).clip(lower=0),
    )


def twice(rows: int = 3) -> pd.DataFrame:
    return pd.concat([panel(), panel().head(rows)], ignore_index=True)


RING = pd.DataFrame(np.roll(np.eye(11), 1, 0) + np.roll(np.eye(11), -1, 0)).set_axis(sorted(panel()["firm"].unique()), axis=0).set_axis(sorted(panel()["firm"].unique()), axis=1)  # fmt: skip
NEED_KEYS = {
    "spatial_panel": dm.SpatialPanel(weights=RING),
    "random_effects": dm.RandomEffects(),
    "first_difference": dm.FirstDifference(),
    "dynamic_gmm": dm.DynamicGMM(instruments=(dm.GMMInstruments("invest", first=2, last=3),)),
    "bias_corrected_lsdv": dm.BiasCorrectedLSDV(),
    "half_panel_jackknife": dm.HalfPanelJackknife(),
    "mean_group": dm.MeanGroup(),
    "common_correlated_effects": dm.CommonCorrelatedEffects(),
    "interactive_effects": dm.InteractiveEffects(),
    "pooled_mean_group": dm.PooledMeanGroup(),
    "fully_modified": dm.FullyModifiedLeastSquares(),
    "dynamic_least_squares": dm.DynamicLeastSquares(),
    "panel_threshold": dm.PanelThreshold(threshold_variable="capital", regime_dependent="value"),
    "grouped_effects": dm.GroupedEffects(groups=2),
    "dynamic_threshold": dm.DynamicPanelThreshold(
        threshold_variable="capital", instruments=dm.GMMInstruments("invest")
    ),
    "instrumented_threshold": dm.InstrumentedThreshold(
        threshold_variable="capital", regime_dependent="value"
    ),
    "smooth_transition": dm.PanelSmoothTransition(
        transition_variable="capital", regime_dependent="value", draws=0
    ),
    "production_function": dm.ProductionFunction(method="least_squares", state="capital"),
    "staggered_did": dm.StaggeredDifferenceInDifferences(),
    "continuous_did": dm.ContinuousDifferenceInDifferences(),
    "synthetic_did": dm.SyntheticDifferenceInDifferences(),
}
TAKE_REPEATS = {
    "least_squares": dm.LeastSquares(),
    "two_stage_least_squares": dm.TwoStageLeastSquares(),
    "poisson": dm.Poisson(),
    "between": dm.BetweenOLS(),
    "fama_macbeth": dm.FamaMacBeth(),
    "logit": dm.Logit(),
    "probit": dm.Probit(),
    "fixed_effects_logit": dm.FixedEffectsLogit(),
    "ordered_logit": dm.OrderedLogit(),
    "ordered_probit": dm.OrderedProbit(),
    "tobit": dm.Tobit(),
    "fractional_logit": dm.FractionalLogit(),
    "fractional_probit": dm.FractionalProbit(),
    "correlated_random_effects": dm.CorrelatedRandomEffects(dm.Probit()),
    "mixed_effects": dm.MixedEffects(),
    "negative_binomial": dm.NegativeBinomial(),
    "quantile_regression": dm.QuantileRegression(),
    "mediation": dm.Mediation(mediators="capital", replications=20),
    "moderation": dm.Moderation(moderator="capital"),
    "group_difference": dm.GroupDifference(group="early"),
    "double_machine_learning": dm.DoubleMachineLearning(learner="least_squares", folds=3),
    "stochastic_frontier": dm.StochasticFrontier(frontier="cost"),
}


def equation(estimator: object) -> dict[str, object]:
    changes: dict[str, object] = {"estimator": estimator}
    if isinstance(estimator, dm.TwoStageLeastSquares | dm.InstrumentedThreshold):
        changes |= {"regressors": (), "endogenous": "value", "instruments": "capital"}
    if isinstance(estimator, dm.DoubleMachineLearning):
        changes |= {"controls": "capital"}
    if isinstance(estimator, dm.Logit | dm.Probit | dm.FixedEffectsLogit):
        changes |= {"outcome": "high"}
    if isinstance(
        estimator,
        dm.OrderedLogit
        | dm.OrderedProbit
        | dm.FractionalLogit
        | dm.FractionalProbit
        | dm.CorrelatedRandomEffects,
    ):
        changes |= {"outcome": "high"}
    if isinstance(estimator, dm.Tobit):
        changes |= {"outcome": "beyond"}
    if isinstance(estimator, dm.NegativeBinomial):
        changes |= {"outcome": "whole"}
    return changes


def rings(frame):
    placed = frame.assign(lat=30.0, lon=120.0)
    return dm.spillover_rings(
        placed, "high", entity="firm", time="year", latitude="lat", longitude="lon", edges_km=(0, 50)
    )


STUDIES = {
    "synthetic_control": lambda frame: dm.synthetic_control(
        frame, "invest", entity="firm", time="year", treated="General Motors", treated_from=1950
    ),
    "spillover_rings": rings,
    "spillover_exposure": lambda frame: dm.spillover_exposure(
        frame, "high", dm.contiguity_weights({"a": ["b"], "b": ["a"]}), entity="firm", time="year"
    ),
}


@pytest.mark.parametrize("study", STUDIES)
def test_studies_of_places_name_the_first_keys_that_repeat(study) -> None:
    with pytest.raises(dm.SpecificationError) as caught:
        STUDIES[study](twice(4))
    assert caught.value.got.values["n"] == 4
    listed = caught.value.got.values["listed"]
    assert listed == "General Motors 1935, General Motors 1936, General Motors 1937"


def test_the_error_names_the_rows_and_the_way_out() -> None:
    with refused(
        dm.SpecificationError,
        "design.keys_not_unique",
        entity="firm",
        time="year",
        n=3,
        listed="General Motors 1935, General Motors 1936, General Motors 1937",
    ):
        dm.estimate(SPEC, twice())


def test_declared_rows_that_repeat_are_counted_with_the_labels_of_the_keys() -> None:
    notes = dm.estimate(DECLARED, twice()).notes
    (note,) = (note for note in notes if "repeat" in note.en)
    assert note.en == "3 rows repeat the keys (Firm, Year) of an earlier row"
    assert note.zh == "3行的主键（企业、年份）与前面的行重复"
    assert not any("repeat" in note.en for note in dm.estimate(DECLARED, panel()).notes)


def test_declaring_them_changes_no_number_where_none_repeat() -> None:
    one, other = dm.estimate(SPEC, panel()), dm.estimate(DECLARED, panel())
    assert one.coefficients.equals(other.coefficients)
    assert one.provenance.data_hash == other.provenance.data_hash


def test_a_repeated_row_counts_as_a_weight_of_two() -> None:
    frame = panel().assign(mass=1.0)
    frame.loc[:2, "mass"] = 2.0
    rows = dm.estimate(DECLARED.replace(fixed_effects=("firm", "year")), twice())
    weighted = dm.estimate(SPEC.replace(fixed_effects=("firm", "year"), weights="mass"), frame)
    assert rows.coefficients["estimate"].tolist() == pytest.approx(
        weighted.coefficients["estimate"].tolist(), rel=1e-9
    )


@pytest.mark.parametrize("name", [*NEED_KEYS, *TAKE_REPEATS])
def test_no_estimator_takes_rows_that_repeat_in_silence(name: str) -> None:
    estimator = {**NEED_KEYS, **TAKE_REPEATS}[name]
    frame = twice().assign(early=lambda each: (each["firm"] < "F").astype(int))
    with pytest.raises((dm.SpecificationError, dm.EstimationError)) as caught:
        dm.estimate(SPEC.replace(**equation(estimator)), frame)
    assert caught.value.kind in ("design.repeated_keys", "design.keys_not_unique")
    assert caught.value.facts["n"] == 3
    assert str(caught.value.facts["listed"]).startswith("General Motors 1935, ")


@pytest.mark.parametrize("name", NEED_KEYS)
def test_what_needs_keys_takes_no_declaration(name: str) -> None:
    for frame in (panel(), twice()):
        with refused(dm.SpecificationError, "design.repeated_rows_not_taken"):
            dm.estimate(DECLARED.replace(estimator=NEED_KEYS[name]), frame)


@pytest.mark.parametrize("name", TAKE_REPEATS)
def test_the_others_take_it_and_say_so(name: str) -> None:
    frame = twice().assign(early=lambda each: (each["firm"] < "F").astype(int))
    result = dm.estimate(DECLARED.replace(**equation(TAKE_REPEATS[name])), frame)
    assert any(note.en.startswith("3 rows repeat the keys") for note in result.notes)


def test_every_estimator_is_in_one_of_the_lists() -> None:
    listed = {type(each) for each in (*NEED_KEYS.values(), *TAKE_REPEATS.values())}
    check_complete(
        listed, estimators(), "one to NEED_KEYS of this file (a row per unit and period) or TAKE_REPEATS"
    )


@pytest.mark.parametrize(
    "changes",
    [
        {"regressors": "L.value"},
        {"outcome": "D.invest"},
        {"controls": "log(F.capital)"},
        {"controls": "value:L2.capital"},
        {"covariance": dm.Conley("lat", "lon", 100, lags=1)},
    ],
)
def test_lags_and_what_counts_periods_take_no_declaration(changes: dict[str, object]) -> None:
    frame = panel().assign(lat=30.0, lon=110.0)
    with refused(dm.SpecificationError, "design.repeated_rows_not_taken"):
        dm.estimate(DECLARED.replace(**changes), frame)


def test_balance_and_exchanged_paths_take_no_declaration() -> None:
    spec = DECLARED.replace(fixed_effects="firm")
    with refused(dm.SpecificationError, "design.repeated_rows_not_taken"):
        dm.randomization_test(spec, panel(), "value", replications=19)
    (row,) = dm.robustness_battery(spec, panel(), checks=(dm.RobustnessCheck.balanced_panel(),)).rows
    assert row.numbers is None
    assert "one row per unit and period" in row.said.en


def test_rows_outside_the_sample_may_repeat() -> None:
    frame = twice()
    frame.loc[frame.index[-3:], "value"] = np.nan
    assert dm.estimate(SPEC, frame).statistics["n_obs"] == len(panel())
    assert dm.estimate(SPEC.replace(sample="year > 1937"), twice()).statistics["n_obs"] == len(panel()) - 33


def test_a_specification_with_one_key_has_no_rows_that_repeat() -> None:
    assert dm.estimate(SPEC.replace(time=None), twice()).statistics["n_obs"] == len(panel()) + 3


def test_the_declaration_is_stored_where_it_is_made() -> None:
    from digimfg.replication.serialise import result_from_dict, result_to_dict

    for spec in (SPEC, DECLARED):
        stored = result_to_dict(dm.estimate(spec, panel()))
        assert ("repeated_rows" in stored["specification"]) == spec.repeated_rows
        assert result_from_dict(stored).specification == spec


def test_the_usual_checks_of_such_rows_are_those_that_can_be_made() -> None:
    spec = DECLARED.replace(fixed_effects="firm", controls="capital")
    names = {
        check.label.en
        for check in dm.standard_checks(SPEC.replace(fixed_effects="firm", controls="capital"), panel())
    }
    left = {check.label.en for check in dm.standard_checks(spec, twice())}
    assert names - left == {
        "Regressor lagged by 1 period",
        "Regressor lagged by 2 periods",
        "Balanced panel",
        "Placebo: regressor reassigned 1,000 times",
    }
    battery = dm.robustness_battery(spec, twice())
    assert all(row.numbers is not None for row in battery.rows)
