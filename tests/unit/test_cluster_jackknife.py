"""CV3: whole clusters are left out and effects estimated again; what that takes away is named; influence comes with it."""

import numpy as np
import pandas as pd
import pytest
from noted import noted
from refused import refused

import digimfg as dm
from digimfg.display.regression_notes import errors_phrase
from digimfg.errors import EstimationError, SpecificationError
from digimfg.inference import cluster_jackknife, cluster_moments


def panel(n_units=7, n_years=12, seed=1):
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {"unit": np.repeat(np.arange(n_units), n_years), "year": np.tile(np.arange(n_years), n_units)}
    )
    n = len(frame)
    frame["x"], frame["z"], frame["size"] = rng.normal(size=n), rng.normal(size=n), rng.uniform(0.5, 2, n)
    frame["third"] = (frame.unit + frame.year) % 4
    frame["region"] = frame.unit // 2
    frame["y"] = 0.2 * frame.x + frame.z + rng.normal(size=n) * (1 + frame.unit)
    return frame.drop(index=[3, 17, 40]).reset_index(drop=True)


FRAME = panel()
SPEC = dm.Specification("y", ("x", "z"), entity="unit", time="year", fixed_effects=("unit", "year"))


def clustered(by="unit", **changes):
    return SPEC.replace(covariance=dm.Clustered(by, small_sample="cv3", wild_bootstrap=None), **changes)


def errors(specification, frame=FRAME):
    return dm.estimate(specification, frame).coefficients.loc[["x", "z"], "std_error"].to_numpy()


def refits(frame, effects, by, weights):
    def slopes(rows):
        dummies = [pd.get_dummies(rows[name], dtype=float) for name in effects] or [np.ones((len(rows), 1))]
        x = np.column_stack([rows[["x", "z"]], *dummies])
        root = np.ones(len(rows)) if weights is None else np.sqrt(rows[weights].to_numpy())
        return np.linalg.lstsq(x * root[:, None], rows.y.to_numpy() * root, rcond=None)[0][:2]

    whole = slopes(frame)
    changes = np.array([slopes(frame[frame[by] != value]) - whole for value in frame[by].unique()])
    return np.sqrt((len(changes) - 1) / len(changes) * (changes**2).sum(axis=0))


@pytest.mark.parametrize("weights", [None, "size"])
@pytest.mark.parametrize("by", ["unit", "year", "region"])
@pytest.mark.parametrize(
    "effects", [(), ("unit",), ("year",), ("unit", "year"), ("unit", "year", "third"), ("region^year",)]
)
def test_errors_are_those_of_refits_with_dummies(effects, by, weights):
    frame = FRAME.assign(**{"region^year": FRAME.region * 100 + FRAME.year})
    # The last region has one unit: with its own years it would be dropped as singletons.
    frame = frame[frame.unit < 6] if "region^year" in effects else frame
    found = errors(clustered(by, fixed_effects=effects, weights=weights), frame)
    assert found == pytest.approx(refits(frame, effects, by, weights), rel=1e-10)


def test_too_many_levels_are_absorbed_row_by_row_to_the_same_errors(monkeypatch):
    fast = errors(clustered())
    monkeypatch.setattr(cluster_moments, "_MOST_LEVELS", 3)
    assert errors(clustered()) == pytest.approx(fast, rel=1e-10)


def test_doubtful_cross_products_are_estimated_by_rows_to_the_same_errors(monkeypatch):
    fast = errors(clustered(weights="size"))
    monkeypatch.setattr(cluster_jackknife, "_DOUBTFUL", 2.0)
    assert errors(clustered(weights="size")) == pytest.approx(fast, rel=1e-10)


def test_the_chunks_of_clusters_do_not_change_the_errors(monkeypatch):
    fast = errors(clustered())
    monkeypatch.setattr(cluster_moments, "_LARGEST_SUMS", 7 * 15**2)
    assert errors(clustered()) == pytest.approx(fast, rel=1e-12)


def test_nearly_collinear_terms_keep_the_errors_of_refits():
    frame = FRAME.assign(near=FRAME.x + 1e-6 * FRAME.z)
    spec = clustered(regressors=("x", "near"))
    by_hand = refits(frame.assign(z=(frame.near - frame.x) * 1e6), ("unit", "year"), "unit", None)
    found = dm.estimate(spec, frame).coefficients.loc["near", "std_error"]
    # Rounding of x + 1e-6 z in double precision leaves ten digits of z.
    assert found * 1e-6 == pytest.approx(by_hand[1], rel=1e-6)


def test_t_has_the_clusters_less_one_and_the_result_says_so():
    result = dm.estimate(clustered(), FRAME)
    low = result.coefficients["estimate"] - 2.446911851144969 * result.coefficients["std_error"]
    assert result.coefficients["conf_low"].to_numpy() == pytest.approx(low.to_numpy(), rel=1e-12)
    assert result.statistics["n_clusters"] == 7
    assert result.statistics["df_t"] == 6
    assert any("CV3" in note.en and "CV3" in note.zh for note in result.notes)
    said = errors_phrase([result])
    assert "7 clusters; cluster jackknife (CV3" in said.en
    assert "刀切法" in said.zh


def test_a_term_of_one_cluster_is_named_with_the_cluster():
    frame = FRAME.assign(
        alone=np.where(FRAME.unit == 3, FRAME.year % 5, 0), province=FRAME.unit.map("省{}".format)
    )
    spec = clustered("province", regressors=("x", "alone"))
    with refused(EstimationError, "inference.terms_rest_on_a_cluster", clusters="省3 (alone)"):
        dm.estimate(spec, frame)


def test_a_policy_of_two_clusters_and_the_level_of_one_are_enough():
    frame = FRAME.assign(policy=((FRAME.unit < 2) & (FRAME.year > 5)).astype(float))
    assert errors(clustered(regressors=("x", "policy", "z")), frame).min() > 0
    effects = FRAME.assign(single=np.where(FRAME.unit == 3, FRAME.year % 5, 9))
    found = errors(clustered(fixed_effects=("unit", "year", "single")), effects)
    assert found == pytest.approx(refits(effects, ("unit", "year", "single"), "unit", None), rel=1e-10)


def test_many_such_clusters_are_counted():
    frame = FRAME.assign(**{f"only_{unit}": FRAME.x * (FRAME.unit == unit) for unit in range(1, 7)})
    spec = clustered(regressors=("x", *(f"only_{unit}" for unit in range(1, 7))))
    with refused(EstimationError, "inference.terms_rest_on_a_cluster", n=7, name="unit"):
        dm.estimate(spec, frame)


def test_two_clusters_with_two_way_effects_are_refused():
    with refused(EstimationError, "inference.terms_rest_on_a_cluster", n=2, name="unit"):
        dm.estimate(clustered(), FRAME[FRAME.unit < 2])


def test_the_jackknife_is_for_one_way_of_clustering_and_least_squares():
    with refused(SpecificationError, "inference.one_cluster_column_wanted"):
        dm.estimate(clustered(("unit", "year")), FRAME)
    with refused(EstimationError, "inference.one_cluster"):
        dm.estimate(clustered("one"), FRAME.assign(one=1))
    instrumented = clustered(
        regressors=(), endogenous="x", instruments="z", estimator=dm.TwoStageLeastSquares()
    )
    with refused(SpecificationError, "inference.small_sample_rule", rule="cv3"):
        dm.estimate(instrumented, FRAME)
    with refused(SpecificationError, "inference.small_sample_rule", rule="cv3"):
        dm.estimate(SPEC.replace(covariance=dm.Robust(small_sample="cv3")), FRAME)


def test_placebo_distributions_take_no_factor_under_either_rule():
    whole = panel().groupby("unit").filter(lambda rows: len(rows) == 12)
    plain, jackknife = (
        dm.randomization_test(spec, whole, "x", replications=99)
        for spec in (SPEC.replace(covariance=dm.Clustered("unit")), clustered())
    )
    assert jackknife.p_value == plain.p_value


def test_the_influence_of_clusters_agrees_with_estimating_again():
    again = dm.leave_one_out(SPEC.replace(covariance=dm.Clustered("unit")), FRAME, by="unit", term="z")
    found = dm.cluster_influence(SPEC, FRAME, term="z", cluster="unit")
    assert found.clusters["estimate_without"].to_numpy() == pytest.approx(
        again.coefficients["estimate"].to_numpy(), rel=1e-10
    )
    assert found.clusters.index.tolist() == again.coefficients.index.tolist()
    assert found.clusters["n_obs"].sum() == len(FRAME)
    assert found.clusters["leverage"].sum() == pytest.approx(2, rel=1e-12)
    assert found.clusters["partial_leverage"].sum() == pytest.approx(1, rel=1e-12)
    assert noted(found.notes, "effective_clusters")


def test_equal_clusters_are_worth_their_number():
    rng = np.random.default_rng(0)
    base = pd.DataFrame({"year": range(10), "x": rng.normal(size=10)})
    frame = pd.concat([base.assign(unit=unit, y=rng.normal(size=10)) for unit in range(6)])
    spec = dm.Specification("y", "x", entity="unit", time="year", covariance=dm.Clustered("unit"))
    found = dm.cluster_influence(spec, frame)
    assert found.statistics["effective_clusters"] == pytest.approx(6, rel=1e-12)
    assert found.statistics["cv_leverage"] == pytest.approx(0, abs=1e-12)


def test_influence_without_the_cluster_that_identifies_is_missing_and_noted():
    frame = FRAME.assign(alone=np.where(FRAME.unit == 3, FRAME.year % 5, 0))
    found = dm.cluster_influence(
        SPEC.replace(regressors=("alone", "x"), covariance=dm.Clustered("unit")), frame
    )
    assert found.term == "alone"
    assert np.isnan(found.clusters.loc[3, "estimate_without"])
    assert np.isnan(found.statistics["std_error_cv3"])
    assert noted(found.notes, "not_identified", label="alone", lost=("=unit[3]",))
    other = dm.cluster_influence(SPEC.replace(regressors=("alone", "x")), frame, term="x", cluster="unit")
    assert np.isfinite(other.clusters["estimate_without"]).all()


def test_influence_names_what_it_cannot_take():
    with refused(SpecificationError, "inference.covariance_not_clustered"):
        dm.cluster_influence(SPEC.replace(covariance=dm.Robust()), FRAME)
    with refused(SpecificationError, "estimators.not_least_squares"):
        dm.cluster_influence(SPEC.replace(estimator=dm.RandomEffects(), fixed_effects=()), FRAME)
