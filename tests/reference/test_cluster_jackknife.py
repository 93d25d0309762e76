"""The cluster jackknife against R: `Rscript tests/reference/cluster_jackknife.R` (R 4.2.2, clubSandwich 0.5.8, one lm() per cluster).

Published: the example of Stata's and R's summclust on nlswork (U.S. National Longitudinal Survey of Young Women, Stata's
extract), rows without missing values of eight columns, in data/nlswork.npz; numbers as the README of R's summclust 0.7.2 prints
them ("exactly matches output of summclust-stata").
"""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from package_data import package_data
from statsmodels.datasets import grunfeld

import digimfg as dm

GRUNFELD = grunfeld.load_pandas().data.query("firm != 'American Steel'").reset_index(drop=True)
GRUNFELD["size"] = GRUNFELD.value.groupby(GRUNFELD.firm).transform("mean")
UNBALANCED = GRUNFELD[
    ~(GRUNFELD.firm.eq("General Electric") & GRUNFELD.year.isin([1940, 1941, 1947]))
    & ~(GRUNFELD.firm.eq("Union Oil") & GRUNFELD.year.lt(1938))
]
# In the order of plm's firm numbers.
FIRMS = [
    "General Motors", "US Steel", "General Electric", "Chrysler", "Atlantic Refining", "IBM", "Union Oil", "Westinghouse",
    "Goodyear", "Diamond Match",
]  # fmt: skip
SLOPES = ["value", "capital"]
WITHIN = dm.Specification("invest", SLOPES, entity="firm", time="year", fixed_effects="firm")
TWO_WAY = WITHIN.replace(fixed_effects=("firm", "year"))
POOLED = WITHIN.replace(fixed_effects=())


@pytest.mark.parametrize(
    ("specification", "frame", "by", "cv3", "cv3j"),
    [
        # clubSandwich's CR3 times (G - 1)/G gives the first line too.
        (POOLED, GRUNFELD, "firm", [0.0161299720793, 0.1473308780654], [0.0160453382831, 0.1463649631984]),
        (WITHIN, GRUNFELD, "firm", [0.0340934121929, 0.1390217909615], [0.0332880236796, 0.1358577057948]),
        (TWO_WAY, GRUNFELD, "firm", [0.0523302123016, 0.2465632844161], [0.0504487212348, 0.2378425015506]),
        (TWO_WAY, GRUNFELD, "year", [0.0224269559918, 0.0704242069152], [0.0224227248908, 0.0702251475320]),
        (TWO_WAY, UNBALANCED, "firm", [0.0506909518972, 0.2450804498123], [0.0488886052437, 0.2362725434871]),
        (
            TWO_WAY.replace(weights="size"), GRUNFELD, "firm",
            [0.073821969002, 0.339864739253], [0.0703342490171, 0.3251795725978],
        ),
    ],
)  # fmt: skip
def test_jackknife_errors_are_those_of_refits_without_each_cluster_in_r(specification, frame, by, cv3, cv3j):
    covariance = dm.Clustered(by, small_sample="cv3", wild_bootstrap=None)
    result = dm.estimate(specification.replace(covariance=covariance), frame)
    assert result.coefficients.loc[SLOPES, "std_error"].tolist() == pytest.approx(cv3, rel=1e-9)
    found = [dm.cluster_influence(specification, frame, cluster=by, term=term).statistics for term in SLOPES]
    assert [each["std_error_cv3"] for each in found] == pytest.approx(cv3, rel=1e-9)
    assert [each["std_error_cv3j"] for each in found] == pytest.approx(cv3j, rel=1e-9)


def test_estimates_without_each_firm_are_those_of_lm():
    expected = [
        0.0632423033748, 0.1148763277610, 0.1253030856132, 0.1178401883864, 0.1165791229691, 0.1180793078346,
        0.1175091731039, 0.1200585466933, 0.1179589864662, 0.1193580782941,
    ]  # fmt: skip
    found = dm.cluster_influence(TWO_WAY, GRUNFELD, cluster="firm").clusters
    assert found.loc[FIRMS, "estimate_without"].tolist() == pytest.approx(expected, rel=1e-10)


@pytest.mark.parametrize(
    ("specification", "leverage", "partial", "variation", "effective"),
    [
        (
            POOLED,
            [1.247615183290, 0.194215497261, 0.239652597755, 0.144098522908, 0.325793570076, 0.144713948885,
             0.202631460994, 0.145951412217, 0.160018317593, 0.195309489022],
            [0.57567738191763, 0.06789100158044, 0.05642395388317, 0.00449266343774, 0.13784290827268, 0.00723176868274,
             0.08406535359920, 0.00169198734687, 0.05024054887362, 0.01444243240590],
            [1.12527506451, 1.72585885764],
            [2.7168524249, 2.78399536959],
        ),
        (
            TWO_WAY,
            [1.3190762970791, 0.0809516405734, 0.1352688238356, 0.0338038086939, 0.0435891242240, 0.0968522362887,
             0.0512717663018, 0.0674190510485, 0.0448892505449, 0.1268780014099],
            [0.5782011581887, 0.0631329123064, 0.1075578635932, 0.0191226662183, 0.0338315805130, 0.0646190796522,
             0.0387297115674, 0.0299592479350, 0.0255614535304, 0.0392843264954],
            [1.97380298448, 1.70016701446],
            [2.77661230297, float("nan")],
        ),
        (
            POOLED.replace(weights="size"),
            [1.8136859660509, 0.2412679580261, 0.2888863562052, 0.1508242973026, 0.0891527715803, 0.1043777352132,
             0.0491943180558, 0.1462327713263, 0.0949061454633, 0.0214716807762],
            [0.60175232144690, 0.02373095788474, 0.05798034322577, 0.05480433338067, 0.06383651073320, 0.04563252241881,
             0.03352673893118, 0.04890997670222, 0.06041709318033, 0.00940920209617],
            [1.79367391390, 1.77152371129],
            [2.61474369051, 1.27683676439],
        ),
    ],
)  # fmt: skip
def test_leverage_and_effective_clusters_are_those_of_the_formulas_in_r(
    specification, leverage, partial, variation, effective
):
    found = dm.cluster_influence(specification, GRUNFELD, cluster="firm")
    assert found.clusters.loc[FIRMS, "leverage"].tolist() == pytest.approx(leverage, rel=1e-9)
    assert found.clusters.loc[FIRMS, "partial_leverage"].tolist() == pytest.approx(partial, rel=1e-9)
    statistics = found.statistics
    assert [statistics["cv_leverage"], statistics["cv_partial_leverage"]] == pytest.approx(
        variation, rel=1e-9
    )
    assert [
        statistics["effective_clusters"],
        statistics["effective_clusters_correlated"],
    ] == pytest.approx(effective, rel=1e-9, nan_ok=True)


NLSWORK = dm.Specification(
    "ln_wage",
    ("union", "race", "msp"),
    fixed_effects=("grade", "age", "birth_yr"),
    covariance=dm.Clustered("ind_code", small_sample="cv3", wild_bootstrap=None),
)


@pytest.fixture(scope="module")
def nlswork():
    with np.load(Path(__file__).parent / "data" / "nlswork.npz") as stored:
        return pd.DataFrame({name: stored[name].astype(np.float64) for name in stored})


def test_the_published_example_of_summclust_comes_back(nlswork):
    # coeftest(lm_fit, summclust_res$vcov, df = 11), confint(CRV3)
    found = dm.estimate(NLSWORK, nlswork).coefficients
    published = pd.DataFrame(
        {
            "estimate": [0.20395972, -0.08619813, -0.02751510],
            "std_error": [0.08358587, 0.01904684, 0.01406412],
            "statistic": [2.440122, -4.525586, -1.956404],
            "p_value": [0.032815614, 0.000864074, 0.076280639],
            "conf_low": [0.01998847, -0.12811995, -0.05847002],
            "conf_high": [0.387930980, -0.044276312, 0.003439815],
        },
        index=["union", "race", "msp"],
    )
    # Rounding of the numbers printed: seven digits of the statistics, eight places otherwise.
    np.testing.assert_allclose(found[published.columns], published, rtol=2e-7, atol=6e-9)


def test_the_published_influence_of_industries_comes_back(nlswork):
    # summary(summclust_res, param = "msp"): Min., 1st Qu., Median, Mean, 3rd Qu., Max.
    dummies = NLSWORK.replace(fixed_effects=(), controls=("i(grade)", "i(age)", "i(birth_yr)"))
    without = [-0.03320040, -0.02893131, -0.02776470, -0.02691999, -0.02610221, -0.01583453]
    leverage = [0.09332052, 0.70440923, 3.51549151, 5.41666667, 6.41132962, 20.28918187]
    for spec in (NLSWORK, dummies):
        table = dm.cluster_influence(spec, nlswork, term="msp").clusters
        found = table["estimate_without"].describe()[["min", "25%", "50%", "mean", "75%", "max"]]
        np.testing.assert_allclose(found, without, atol=6e-9)
    # Leverage counts the terms that are not absorbed: there it is that of indicators in lm().
    found = table["leverage"].describe()[["min", "25%", "50%", "mean", "75%", "max"]]
    np.testing.assert_allclose(found, leverage, atol=6e-9)


def test_petersens_panel_has_the_jackknife_errors_of_r():
    frame = package_data("sandwich", "PetersenCL")
    spec = dm.Specification("y", "x", entity="firm", time="year")
    for by, expected in (("firm", 0.0507651249104), ("year", 0.0334071278711)):
        covariance = dm.Clustered(by, small_sample="cv3", wild_bootstrap=None)
        found = dm.estimate(spec.replace(covariance=covariance), frame)
        assert found.coefficients.loc["x", "std_error"] == pytest.approx(expected, rel=1e-9)
