"""The wild restricted efficient bootstrap against R: `Rscript tests/reference/wild_instruments.R` (AER 1.2.10, sandwich 3.0.2).

Each case is 1,024 estimations by AER::ivreg, one for every vector of signs of ten firms.
"""

import numpy as np
import pytest
from statsmodels.datasets import grunfeld

import digimfg as dm

GRUNFELD = grunfeld.load_pandas().data.query("firm != 'American Steel'").reset_index(drop=True)
GRUNFELD["size"] = GRUNFELD.value.groupby(GRUNFELD.firm).transform("mean")
WITHIN = dm.Specification(
    "invest",
    "capital",
    endogenous="value",
    instruments="L.value",
    entity="firm",
    time="year",
    fixed_effects="firm",
    covariance=dm.Clustered("firm", small_sample="none"),
    estimator=dm.TwoStageLeastSquares(),
)
TWO_WAY = WITHIN.replace(fixed_effects=("firm", "year"), instruments=("L.value", "L.capital"))
BOTH = WITHIN.replace(regressors=(), endogenous=("value", "capital"), instruments=("L.value", "L.capital"))


@pytest.mark.parametrize(
    ("specification", "term", "null", "statistic", "extreme", "above", "quartiles"),
    [
        (WITHIN, "value", 0.0, 2.27733427456, 190, 190, [-0.2696494842, 0.7393130218, 2.0216847637]),
        (WITHIN, "value", 0.1, 1.39249064161, 906, 442, [-2.70113713399, -0.06458048179, 1.83566356394]),
        (TWO_WAY, "value", 0.08, 1.5119225822, 601, 320, [-1.9954411288, 0.1279709074, 1.9352967244]),
        (TWO_WAY, "capital", 0.2, 3.55025099958, 57, 57, [-0.4028492571, 0.3902042698, 1.3821479668]),
        (BOTH, "capital", 0.2, 1.19150059756, 227, 77, [-0.9003920915, -0.3445129848, 0.3283714900]),
        (
            WITHIN.replace(weights="size"), "value", 0.1, 2.52735920426, 740, 484,
            [-2.3234118864, 0.3689015638, 3.8608821589],
        ),
    ],
)  # fmt: skip
def test_the_bootstrap_is_that_of_1024_refits_in_r(
    specification, term, null, statistic, extreme, above, quartiles
):
    found = dm.wild_cluster_bootstrap(specification, GRUNFELD, term, null=null, weights="rademacher")
    assert found.enumerated
    assert found.statistic == pytest.approx(statistic, rel=1e-10)
    assert found.p_value == extreme / 1024
    assert np.count_nonzero(found.distribution >= found.statistic - 1e-9) == above
    # R prints ten digits.
    assert np.quantile(found.distribution, [0.25, 0.5, 0.75]) == pytest.approx(quartiles, rel=1e-8)


def test_the_result_carries_the_enumerated_p_value():
    every = dm.Clustered("firm", wild_bootstrap=dm.WildBootstrap(weights="rademacher"))
    found = dm.estimate(WITHIN.replace(covariance=every), GRUNFELD)
    assert found.coefficients.loc["value", "wild_bootstrap_p_value"] == 190 / 1024
