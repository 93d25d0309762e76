"""CR2: one way of clustering, its own degrees of freedom, the same by either route."""

import numpy as np
import pandas as pd
import pytest
from refused import refused

import digimfg as dm
from digimfg.errors import EstimationError, SpecificationError
from digimfg.inference import bias_reduced
from digimfg.inference.effect_projection import EffectProjection


def panel(n_units=7, n_years=12, seed=1):
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {"unit": np.repeat(np.arange(n_units), n_years), "year": np.tile(np.arange(n_years), n_units)}
    )
    n = len(frame)
    frame["x"], frame["z"], frame["size"] = rng.normal(size=n), rng.normal(size=n), rng.uniform(0.5, 2, n)
    frame["y"] = 0.2 * frame.x + frame.z + rng.normal(size=n) * (1 + frame.unit)
    return frame.drop(index=[3, 17, 40]).reset_index(drop=True)


FRAME = panel()
SPEC = dm.Specification("y", ("x", "z"), entity="unit", time="year", fixed_effects=("unit", "year"))


@pytest.mark.parametrize("effects", [("unit",), ("unit", "year")])
@pytest.mark.parametrize("weights", [None, "size"])
def test_nested_effects_take_a_shorter_way_to_the_same_numbers(monkeypatch, effects, weights):
    spec = SPEC.replace(
        fixed_effects=effects, weights=weights, covariance=dm.Clustered("unit", small_sample="cr2")
    )
    # The dense route takes the root of every cluster's whole residual maker.
    short = dm.estimate(spec, FRAME).coefficients
    monkeypatch.setattr(EffectProjection, "largest_within", lambda self, groups: False)
    pd.testing.assert_frame_equal(dm.estimate(spec, FRAME).coefficients, short, rtol=1e-9)


def test_clusters_too_large_for_the_dense_route_are_refused(monkeypatch):
    monkeypatch.setattr(bias_reduced, "_LARGEST", 5)
    with refused(EstimationError, "inference.cluster_too_large"):
        dm.estimate(SPEC.replace(covariance=dm.Clustered("year", small_sample="cr2")), panel(20, 4))


def test_the_expected_variance_is_the_true_one_where_errors_are_independent():
    # V is quadratic in the outcome: under unit variances its mean is the sum of V over outcomes that are one at one row.
    covariance = dm.Clustered("unit", small_sample="cr2", wild_bootstrap=None)
    ones = [
        dm.estimate(SPEC.replace(covariance=covariance), FRAME.assign(y=np.eye(len(FRAME))[row]))
        for row in range(len(FRAME))
    ]
    mean = np.sum([one.coefficients["std_error"].to_numpy() ** 2 for one in ones], axis=0)
    x = np.column_stack(
        [FRAME[["x", "z"]], pd.get_dummies(FRAME.unit, dtype=float), pd.get_dummies(FRAME.year, dtype=float)]
    )
    assert mean == pytest.approx(np.diag(np.linalg.pinv(x.T @ x))[:2], rel=1e-9)


def test_cr2_is_for_one_way_of_clustering():
    two = dm.Clustered(("unit", "year"), small_sample="cr2")
    with refused(SpecificationError, "inference.one_cluster_column_wanted"):
        dm.estimate(SPEC.replace(covariance=two), FRAME)
    with refused(EstimationError, "inference.one_cluster"):
        dm.estimate(SPEC.replace(covariance=dm.Clustered("one", small_sample="cr2")), FRAME.assign(one=1))


def test_cr2_says_its_degrees_of_freedom():
    found = dm.estimate(SPEC.replace(covariance=dm.Clustered("unit", small_sample="cr2")), FRAME)
    assert (found.coefficients["df"] < 6).all()
    assert any("Satterthwaite" in note.en and "Satterthwaite" in note.zh for note in found.notes)
