"""Random effects against published numbers and linearmodels."""

import numpy as np
import pytest
from linearmodels.panel import RandomEffects
from refused import refused
from statsmodels.datasets import grunfeld

import digimfg as dm

FRAME = grunfeld.load_pandas().data.query("firm != 'American Steel'").reset_index(drop=True)
SPEC = dm.Specification(
    "invest",
    ("value", "capital"),
    entity="firm",
    time="year",
    estimator=dm.RandomEffects(),
    covariance=dm.Unadjusted(),
)


def test_grunfeld_random_effects_are_the_published_ones():
    # Croissant & Millo (2008, Journal of Statistical Software 27(2)): Swamy-Arora, theta 0.8612.
    result = dm.estimate(SPEC, FRAME)
    assert result.coefficients.loc[["value", "capital"], "estimate"].tolist() == pytest.approx(
        [0.109781, 0.308113], abs=5e-7
    )
    assert result.statistics["theta"] == pytest.approx(0.8612, abs=5e-5)


@pytest.mark.parametrize("unbalanced", [False, True])
@pytest.mark.parametrize(
    ("covariance", "options"),
    [
        (dm.Unadjusted(), {"cov_type": "unadjusted"}),
        (dm.Robust(), {"cov_type": "robust"}),
        (
            dm.Clustered("firm", small_sample="linearmodels"),
            {"cov_type": "clustered", "cluster_entity": True},
        ),
    ],
)
def test_random_effects_are_those_of_linearmodels(covariance, options, unbalanced):
    frame = FRAME[(FRAME.index % 7 > 0) | (FRAME.year < 1945)] if unbalanced else FRAME
    indexed = frame.assign(Intercept=1.0).set_index(["firm", "year"])
    other = RandomEffects(indexed.invest, indexed[["Intercept", "value", "capital"]]).fit(**options)
    found = dm.estimate(SPEC.replace(covariance=covariance), frame)
    assert found.coefficients["estimate"].tolist() == pytest.approx(other.params.tolist(), rel=1e-9)
    assert found.coefficients["std_error"].tolist() == pytest.approx(other.std_errors.tolist(), rel=1e-8)
    assert found.statistics["sigma_error"] ** 2 == pytest.approx(
        other.variance_decomposition["Residual"], rel=1e-9
    )


def test_fixed_effects_beside_random_ones_are_an_error():
    with refused(dm.SpecificationError, "estimators.random_effects_not_plain"):
        dm.estimate(SPEC.replace(fixed_effects="year"), FRAME)


def test_the_order_of_rows_changes_no_byte():
    first = dm.estimate(SPEC, FRAME)
    second = dm.estimate(SPEC, FRAME.sample(frac=1, random_state=2))
    np.testing.assert_array_equal(first.coefficients.to_numpy(), second.coefficients.to_numpy())
