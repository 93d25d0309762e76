"""Inference with few clusters against R: `Rscript tests/reference/inference.R` (R 4.2.2, clubSandwich 0.5.8, sandwich 3.0.2)."""

import numpy as np
import pytest
from package_data import package_data
from statsmodels.datasets import grunfeld
from statsmodels.stats.multitest import multipletests

import digimfg as dm

GRUNFELD = grunfeld.load_pandas().data.query("firm != 'American Steel'").reset_index(drop=True)
GRUNFELD["size"] = GRUNFELD.value.groupby(GRUNFELD.firm).transform("mean")
UNBALANCED = GRUNFELD[
    ~(GRUNFELD.firm.eq("General Electric") & GRUNFELD.year.isin([1940, 1941, 1947]))
    & ~(GRUNFELD.firm.eq("Union Oil") & GRUNFELD.year.lt(1938))
]
# Made-up places, in the order of plm's firm numbers.
PLACES = {
    "General Motors": (42.3, -83), "US Steel": (40.4, -80), "General Electric": (41.9, -87.6), "Chrysler": (42.9, -78.9),
    "Atlantic Refining": (40.4, -79.9), "IBM": (41.5, -81.7), "Union Oil": (40.7, -74), "Westinghouse": (34.1, -118.2),
    "Goodyear": (37.8, -122.4), "Diamond Match": (29.8, -95.4),
}  # fmt: skip
SLOPES = ["value", "capital"]
WITHIN = dm.Specification("invest", SLOPES, entity="firm", time="year", fixed_effects="firm")
TWO_WAY = WITHIN.replace(fixed_effects=("firm", "year"))


@pytest.mark.parametrize(
    ("specification", "frame", "by", "std_error", "df", "p_value"),
    [
        (
            WITHIN.replace(fixed_effects=()), GRUNFELD, "firm",
            [0.0162450777801, 0.1104676209191], [2.34261641339, 2.86348461883], [0.0123336860984, 0.1323144001695],
        ),
        (
            WITHIN, GRUNFELD, "firm",
            [0.0206311068339, 0.0826753020490], [1.81256840291, 1.79953119284], [0.0410217892800, 0.0755286886155],
        ),
        (
            TWO_WAY, GRUNFELD, "firm",
            [0.0208148232743, 0.1002139542317], [2.38867112031, 1.84346038046], [0.0196733998420, 0.0790615897407],
        ),
        (
            TWO_WAY, GRUNFELD, "year",
            [0.0203754845901, 0.0596543820004], [10.94462241863, 7.87638263997], [0.000125765263287, 0.000343823361579],
        ),
        (
            TWO_WAY, UNBALANCED, "firm",
            [0.0201081794941, 0.0977333285378], [2.35993230140, 1.82085800013], [0.0184473469433, 0.0768792263551],
        ),
        (
            TWO_WAY.replace(weights="size"), GRUNFELD, "firm",
            [0.0145786676030, 0.0820457057375], [3.44354813557, 2.88753189779], [0.0016690987845, 0.0215552579889],
        ),
    ],
)  # fmt: skip
def test_cr2_errors_and_degrees_of_freedom_are_those_of_club_sandwich(
    specification, frame, by, std_error, df, p_value
):
    covariance = dm.Clustered(by, small_sample="cr2")
    found = dm.estimate(specification.replace(covariance=covariance), frame).coefficients.loc[SLOPES]
    assert found["std_error"].tolist() == pytest.approx(std_error, rel=1e-9)
    assert found["df"].tolist() == pytest.approx(df, rel=1e-9)
    assert found["p_value"].tolist() == pytest.approx(p_value, rel=1e-8)


@pytest.mark.parametrize(
    ("specification", "term", "null", "statistic", "strictly", "weakly"),
    [
        (WITHIN, "value", 0.0, 7.67833640001, 2, 4),
        (WITHIN, "value", 0.08, 2.10036970239, 478, 480),
        (TWO_WAY, "capital", 0.2, 3.67836463983, 630, 632),
    ],
)
def test_the_wild_bootstrap_is_that_of_1024_refits_in_r(
    specification, term, null, statistic, strictly, weakly
):
    # The sample and its mirror image tie with the statistic: the p value counts them, boottest's does not.
    plain = specification.replace(covariance=dm.Clustered("firm", small_sample="none"))
    found = dm.wild_cluster_bootstrap(plain, GRUNFELD, term, null=null, weights="rademacher")
    assert found.enumerated
    assert found.draws == 1024
    assert found.statistic == pytest.approx(statistic, rel=1e-10)
    assert found.p_value == weakly / 1024
    sizes = np.abs(found.distribution)
    assert np.count_nonzero(sizes > abs(statistic) * (1 + 1e-9)) == strictly


@pytest.mark.parametrize(
    ("term", "weights", "impose_null", "expected", "draws"),
    [
        # wildboottest 0.3.2 (Python), B=9999, C(firm) dummies; enumerated: exact; Webb: random, seed 1.
        ("capital", "rademacher", True, 0.025391, 1024),
        ("capital", "webb", True, 0.055906, 9999),
        ("capital", "webb", False, 0.005901, 9999),
    ],
)
def test_wildboottest_agrees(term, weights, impose_null, expected, draws):
    found = dm.wild_cluster_bootstrap(WITHIN, GRUNFELD, term, weights=weights, impose_null=impose_null)
    # Four standard errors of the difference of two simulated shares; enumerated ones are the same to its six digits.
    slack = 5e-7 if draws == 1024 else 4 * np.sqrt(2 * expected * (1 - expected) / draws)
    assert found.draws == draws
    assert found.p_value == pytest.approx(expected, abs=slack)


def test_two_way_clusters_after_cameron_gelbach_and_miller_are_those_of_sandwich():
    covariance = dm.Clustered(("firm", "year"), small_sample="cgm")
    pooled = WITHIN.replace(fixed_effects=(), covariance=covariance)
    found = dm.estimate(pooled, GRUNFELD).coefficients.loc[SLOPES, "std_error"]
    assert found.tolist() == pytest.approx([0.0163951494501, 0.0795431892875], rel=1e-10)


def test_petersens_published_two_way_error():
    # Petersen (2009, Review of Financial Studies 22(1)), test data: clustered by firm and year 0.0536; reghdfe's rule: 0.0553.
    frame = package_data("sandwich", "PetersenCL")
    spec = dm.Specification("y", "x", entity="firm", time="year")
    errors = {
        rule: dm.estimate(
            spec.replace(covariance=dm.Clustered(("firm", "year"), small_sample=rule)), frame
        ).coefficients.loc["x", "std_error"]
        for rule in ("cgm", "stata")
    }
    assert errors["cgm"] == pytest.approx(0.0535580229449, rel=1e-9)
    assert round(errors["cgm"], 4) == 0.0536
    assert round(errors["stata"], 4) == 0.0553


@pytest.mark.parametrize(
    ("cutoff", "kernel", "lags", "expected"),
    [
        (500, "uniform", 0, [0.0176530902726, 0.0492873054792]),
        (1000, "bartlett", 0, [0.0176302304496, 0.0495348011269]),
        (1000, "bartlett", 3, [0.0207680152663, 0.0570616202319]),
    ],
)
def test_conley_errors_are_those_of_the_double_sum_in_r(cutoff, kernel, lags, expected):
    frame = GRUNFELD.assign(
        lat=[PLACES[firm][0] for firm in GRUNFELD.firm], lon=[PLACES[firm][1] for firm in GRUNFELD.firm]
    )
    covariance = dm.Conley("lat", "lon", cutoff, kernel, lags=lags, small_sample="none")
    found = dm.estimate(TWO_WAY.replace(covariance=covariance), frame).coefficients
    assert found.loc[SLOPES, "std_error"].tolist() == pytest.approx(expected, rel=1e-9)


def test_q_values_are_those_of_r_and_statsmodels():
    # Benjamini & Hochberg's own kind of example; R: p.adjust(p, "BH").
    p = [0.001, 0.008, 0.039, 0.041, 0.042, 0.06, 0.074, 0.205, 0.212, 0.216]
    expected = [0.01, 0.04, 0.084, 0.084, 0.084, 0.1, 0.105714285714, 0.216, 0.216, 0.216]
    assert dm.benjamini_hochberg(p).tolist() == pytest.approx(expected, rel=1e-11)
    sharpened = dm.benjamini_hochberg(p, sharpened=True)
    for level in (0.01, 0.017, 0.05, 0.1, 0.25):
        # statsmodels' two-stage procedure (Benjamini, Krieger & Yekutieli 2006) rejects what has such a q value or a lower one.
        rejected = multipletests(p, alpha=level, method="fdr_tsbky")[0]
        assert rejected.tolist() == (sharpened <= level).tolist()
