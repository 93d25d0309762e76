"""Data that leave nothing to estimate from are refused; the units of columns do not matter."""

import numpy as np
import pandas as pd
import pytest
from refused import refused

import digimfg as dm
from digimfg.errors import Fault
from digimfg.estimators.threshold.results import ordered_slopes


@pytest.fixture
def panel():
    rng = np.random.default_rng(8)
    frame = pd.DataFrame(
        [(unit, year) for unit in range(12) for year in range(2001, 2011)], columns=["unit", "year"]
    )
    frame["x"], frame["w"], frame["z"], frame["q"] = rng.normal(size=(4, len(frame)))
    frame["m"] = 0.5 * frame["x"] + rng.normal(size=len(frame))
    frame["y"] = frame["x"] * (1 + (frame["q"] > 0)) + frame["w"] + rng.normal(size=len(frame))
    return frame


def specification(**changes):
    given = {"entity": "unit", "time": "year", "fixed_effects": ("unit", "year"), "controls": "w"} | changes
    return dm.Specification("y", given.pop("regressors", "x"), **given)


def threshold(effects=("unit",)):
    estimator = dm.PanelThreshold(
        threshold_variable="q", regime_dependent="x", trim=0.1, replications=20, seed=1
    )
    return specification(fixed_effects=effects, estimator=estimator)


@pytest.mark.parametrize("effects", [("unit",), ("unit", "year")])
@pytest.mark.parametrize("covariance", [dm.Clustered("unit"), dm.Robust(), dm.Unadjusted()])
def test_threshold_errors_move_with_the_units_of_columns(panel, covariance, effects):
    spec = threshold(effects).replace(covariance=covariance)
    plain = dm.estimate(spec, panel).coefficients[["estimate", "std_error"]].to_numpy()
    yuan = panel.assign(x=panel["x"] * 1e12, w=panel["w"] * 1e-3)
    scaled = dm.estimate(spec, yuan).coefficients[["estimate", "std_error"]].to_numpy()
    assert scaled * np.array([[1e12], [1e12], [1e-3]]) == pytest.approx(plain, rel=1e-9)


def test_a_regime_dependent_term_that_does_not_change_within_entities_is_refused(panel):
    fixed = panel.assign(x=panel.groupby("unit")["x"].transform("mean"))
    with refused(dm.EstimationError, "threshold.regimes_collinear"):
        dm.estimate(threshold(), fixed)


@pytest.mark.parametrize("endogenous", [False, True])
def test_two_clusters_that_two_way_effects_leave_without_scores_are_refused(panel, endogenous):
    spec = specification()
    if endogenous:
        spec = specification(
            regressors=(), endogenous="x", instruments="m", estimator=dm.TwoStageLeastSquares()
        )
    two = panel[panel["unit"] < 2]
    with refused(dm.EstimationError, "inference.scores_cancel"):
        dm.estimate(spec, two)
    assert dm.estimate(spec.replace(covariance=dm.Robust()), two).coefficients["std_error"].gt(0.01).all()


@pytest.mark.parametrize(
    ("estimator", "effects"),
    [
        (dm.SpatialPanel(weights=pd.DataFrame(1 - np.eye(12))), ("unit", "year")),
        (dm.RandomEffects(), ()),
    ],
)
def test_repeated_keys_are_refused_even_where_the_count_of_rows_is_right(panel, estimator, effects):
    twice = panel.assign(year=panel["year"].where(panel.index != 3, 2003))
    with refused(dm.EstimationError, "design.repeated_keys", n=1, listed="0 2003"):
        dm.estimate(specification(estimator=estimator, fixed_effects=effects), twice)


def test_too_few_entities_for_random_effects_are_told_in_chinese(panel):
    with refused(dm.EstimationError, "estimators.variances_without_freedom"):
        dm.estimate(
            specification(estimator=dm.RandomEffects(), fixed_effects=(), covariance=dm.Robust()),
            panel[panel["unit"] == 0],
        )


def test_limited_information_refuses_an_outcome_made_from_its_regressors(panel):
    spec = specification(
        regressors=(),
        endogenous="x",
        instruments=("m", "z"),
        estimator=dm.TwoStageLeastSquares(method="liml"),
    )
    with refused(dm.EstimationError, "instrumental.residuals_without_rest"):
        dm.estimate(spec, panel.assign(y=2 * panel["x"] + panel["w"]))


def test_mediation_refuses_an_outcome_made_from_its_regressors(panel):
    spec = specification(estimator=dm.Mediation(mediators="m", replications=20))
    with refused(dm.EstimationError, "mechanisms.outcome_explained"):
        dm.estimate(spec, panel.assign(y=2 * panel["x"] + panel["w"]))


def test_quantiles_of_residuals_that_do_not_vary_are_refused(panel):
    spec = specification(
        controls=(), fixed_effects="unit", covariance=dm.Robust(), estimator=dm.QuantileRegression()
    )
    with refused(dm.EstimationError, "quantile.scaled_residuals_alike"):
        dm.estimate(spec, panel.iloc[:2])


@pytest.mark.parametrize(
    ("column", "dtype", "first"),
    [
        ([1.0, 2.0, 3.0, 4.0, "缺失"], "object", "'缺失'"),
        ([1j] * 5, "complex128", "1j"),
    ],
)
def test_a_column_that_is_not_numbers_shows_what_is_not(panel, column, dtype, first):
    frame = panel.assign(x=pd.Series(column * 24, dtype=None))
    with refused(dm.SpecificationError, "terms.column_not_numbers", dtype=dtype) as caught:
        dm.estimate(specification(), frame)
    assert str(caught.value.facts["first"]).startswith(first)


def test_years_that_are_not_whole_are_shown_as_plain_numbers(panel):
    with refused(dm.SpecificationError, "terms.time_not_whole"):
        dm.estimate(specification(), panel.assign(year=panel["year"] + 0.5))


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"estimator": dm.Moderation(moderator="y")}, "mechanisms.moderator_is_outcome"),
        (
            {"estimator": dm.PanelThreshold(threshold_variable="q", regime_dependent="y")},
            "threshold.outcome_among_terms",
        ),
    ],
)
def test_the_outcome_has_no_second_role(panel, changes, kind):
    with refused(dm.SpecificationError, kind):
        dm.estimate(specification(fixed_effects="unit", **changes), panel)


@pytest.mark.parametrize(
    ("make", "kind"),
    [
        (lambda: dm.Specification("y", None), Fault.of("arguments.kind_of_value", argument="regressors")),
        (lambda: dm.Specification(1, "x"), Fault.of("arguments.kind_of_value", argument="outcome")),
        (lambda: dm.Specification("y", ("x", 2)), Fault.of("arguments.kind_of_value", argument="regressors")),
        (lambda: dm.DynamicGMM(instruments="y"), Fault.of("arguments.kind_of_value", argument="instruments")),
    ],
)
def test_what_is_not_a_term_is_refused_at_once(make, kind):
    with refused(dm.SpecificationError, kind):
        make()


def test_weights_that_are_no_matrix_are_refused():
    with refused(dm.SpecificationError, "arguments.kind_of_value", argument="weights"):
        dm.SpatialPanel(weights="weights.csv")


def test_a_name_like_no_other_is_answered_with_the_names_there_are(panel):
    with refused(dm.SpecificationError, "names.unknown_term", known=("x", "w"), near="x, w"):
        dm.wald_test(dm.estimate(specification(), panel), ("无",))


def test_regressors_that_effects_absorb_are_named_in_each_language(panel):
    fixed = panel.assign(x=panel["unit"] * 1.0)
    with refused(dm.EstimationError, "inference.nothing_left"):
        dm.estimate(specification(controls=()), fixed)


@pytest.mark.parametrize("kind", ["datetime64[ns]", "period[Y]"])
def test_the_remedy_for_dates_gives_years(panel, kind):
    dates = pd.to_datetime(panel["year"].astype(str))
    dated = panel.assign(year=dates if kind.startswith("date") else dates.dt.to_period("Y"))
    spec = specification(regressors="L.x")
    with refused(dm.SpecificationError, "terms.time_not_whole", name="year"):
        dm.estimate(spec, dated)
    mended = dm.estimate(spec, dated.assign(year=dated["year"].dt.year))
    assert mended.coefficients.equals(dm.estimate(spec, panel).coefficients)


def test_bias_reduced_errors_refuse_two_clusters_without_scores(panel):
    spec = specification(covariance=dm.Clustered("unit", small_sample="cr2"))
    with refused(dm.EstimationError, "inference.scores_cancel"):
        dm.estimate(spec, panel[panel["unit"] < 2])


def test_a_constant_outcome_is_refused_by_estimators_that_remove_effects_themselves(panel):
    estimator = dm.DynamicGMM(
        instruments=dm.GMMInstruments("y", first=2, last=3), exogenous="x", collapse=True, system=True
    )
    spec = specification(regressors=("L.y", "x"), controls=(), fixed_effects="unit", estimator=estimator)
    with refused(dm.EstimationError, "design.outcome_constant_within"):
        dm.estimate(spec, panel.assign(y=1.0))


def test_a_spatial_panel_that_fits_without_rest_has_no_errors_of_effects(panel):
    ring = pd.DataFrame(np.eye(12, k=1) + np.eye(12, k=-1) + np.eye(12, k=11) + np.eye(12, k=-11))
    spec = specification(
        fixed_effects=(), estimator=dm.SpatialPanel(weights=ring, effects="random", draws=20)
    )
    with refused(dm.EstimationError, "spatial.effects_without_variance"):
        dm.estimate(spec, panel.assign(y=2 * panel["x"] + panel["w"]))


def test_steps_between_regimes_without_variance_have_no_statistic():
    found = ordered_slopes(np.array([1.0, 2.0]), np.array([[1.0, 1.0], [1.0, 1.0]]), 10)
    assert np.isnan(found).all()


@pytest.mark.parametrize(
    "build",
    [
        lambda: dm.QuantileRegression(quantile="0.5"),
        lambda: dm.PanelThreshold(threshold_variable="q", regime_dependent="x", trim="0.1"),
        lambda: dm.Clustered(None),
        lambda: dm.Clustered(3),
    ],
)
def test_options_of_another_type_are_named(build):
    with pytest.raises(dm.SpecificationError):
        build()
