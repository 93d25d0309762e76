"""Least squares against published numbers, linearmodels and statsmodels run here, and R's stored answers.

R answers: `Rscript tests/reference/least_squares.R` (R 4.2.2, plm 2.6.2, sandwich 3.0.2).
"""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from linearmodels.iv.absorbing import AbsorbingLS
from linearmodels.panel import PanelOLS
from package_data import package_data
from statsmodels.datasets import grunfeld

import digimfg as dm

# Ten firms, 1935-1954: statsmodels' data without the eleventh firm that other packages leave out.
GRUNFELD = grunfeld.load_pandas().data.query("firm != 'American Steel'").reset_index(drop=True)
WITHIN = dm.Specification("invest", ("value", "capital"), entity="firm", time="year", fixed_effects="firm")
POOLED = WITHIN.replace(fixed_effects=())
TWO_WAY = WITHIN.replace(fixed_effects=("firm", "year"))
UNBALANCED = GRUNFELD[
    ~(GRUNFELD.firm.eq("General Electric") & GRUNFELD.year.isin([1940, 1941, 1947]))
    & ~(GRUNFELD.firm.eq("Union Oil") & GRUNFELD.year.lt(1938))
]
WEIGHTED = GRUNFELD.assign(size=GRUNFELD.value.groupby(GRUNFELD.firm).transform("mean"))


def slopes(specification, frame=GRUNFELD):
    return dm.estimate(specification, frame).coefficients.loc[["value", "capital"], "estimate"].to_numpy()


def errors(covariance, specification=WITHIN, frame=GRUNFELD):
    result = dm.estimate(specification.replace(covariance=covariance), frame)
    return result.coefficients.loc[["value", "capital"], "std_error"].to_numpy()


def test_within_slopes_of_grunfeld_are_the_published_ones():
    # Croissant & Millo (2008, Journal of Statistical Software 27(2)), plm's within estimates to all printed digits.
    assert slopes(WITHIN).tolist() == pytest.approx([0.110123804121, 0.310065341300], rel=1e-11)


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (
            "stata",
            0.0151945,
        ),  # xtreg, fe vce(cluster firm) and reghdfe: effects nested in clusters are not counted
        ("areg", 0.0155539),  # areg, absorb(firm) vce(cluster firm): they are counted
        ("linearmodels", 0.0144144),  # PanelOLS(cov_type="clustered", cluster_entity=True)
        ("none", 0.0143421),  # plm's vcovHC(method="arellano", type="HC0")
    ],
)
def test_clustered_errors_follow_the_named_rule(rule, expected):
    assert errors(dm.Clustered("firm", small_sample=rule))[0] == pytest.approx(expected, abs=5e-8)


@pytest.mark.parametrize(
    ("covariance", "specification", "expected"),
    [
        (dm.Unadjusted(), WITHIN, [0.0118566942140, 0.0173545027756]),  # vcov(within)
        (
            dm.Clustered("firm", small_sample="none"),
            WITHIN,
            [0.0143421437124, 0.0497926087238],
        ),  # arellano_hc0
        (dm.Clustered("year", small_sample="none"), WITHIN, [0.0164157414201, 0.0305796603648]),  # time_hc0
        (dm.Robust(small_sample="none"), WITHIN, [0.018787700332, 0.041491297347]),  # white_hc0
        (dm.Robust(), WITHIN, [0.0193780332908, 0.0427950056185]),  # hc1_firm_dummies
        (
            dm.Clustered(("firm", "year"), small_sample="none"),
            WITHIN,
            [0.0110542285516, 0.0411447658398],
        ),  # two_way_hc0
        (dm.Clustered("firm", small_sample="areg"), WITHIN, [0.0155539403396, 0.0539996865863]),  # dummies
        (dm.Clustered("firm"), POOLED, [0.0158943366871, 0.0849671126355]),  # pooled_cl_hc1_firm
        (
            dm.Clustered(("firm", "year"), small_sample="none"),
            POOLED,
            [0.0154344861097, 0.0740718418388],
        ),  # pooled_cl_hc0_firm_year
        (
            dm.Clustered("firm", small_sample="none"),
            TWO_WAY,
            [0.00971202368684, 0.04293110893997],
        ),  # two_way_effects_arellano_hc0
    ],
)
def test_errors_are_those_of_plm_and_sandwich(covariance, specification, expected):
    assert errors(covariance, specification).tolist() == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize(
    ("lags", "specification", "frame", "expected"),
    [
        (0, WITHIN, GRUNFELD, [0.0164157414201, 0.0305796603648]),
        (2, WITHIN, GRUNFELD, [0.0176860327181, 0.0348201468738]),
        (5, WITHIN, GRUNFELD, [0.0206547557205, 0.0312775712478]),
        (2, TWO_WAY, GRUNFELD, [0.0204363229480, 0.0558105306258]),
        (2, TWO_WAY, UNBALANCED, [0.0201087931866, 0.0554327137249]),
    ],
)
def test_driscoll_kraay_errors_are_those_of_plm(lags, specification, frame, expected):
    found = errors(dm.DriscollKraay(lags, small_sample="none"), specification, frame)
    assert found.tolist() == pytest.approx(expected, rel=1e-9)


def test_two_way_effects_on_an_unbalanced_panel_are_those_of_dummies_in_r():
    assert slopes(TWO_WAY, UNBALANCED).tolist() == pytest.approx([0.118589994657, 0.358819295086], rel=1e-10)


PANEL_OLS = [
    (dm.Unadjusted(small_sample="linearmodels"), {"cov_type": "unadjusted"}),
    (dm.Robust(small_sample="linearmodels"), {"cov_type": "robust"}),
    (dm.Clustered("firm", small_sample="linearmodels"), {"cov_type": "clustered", "cluster_entity": True}),
    (dm.Clustered("year", small_sample="linearmodels"), {"cov_type": "clustered", "cluster_time": True}),
    (
        dm.Clustered(("firm", "year"), small_sample="linearmodels"),
        {"cov_type": "clustered", "cluster_entity": True, "cluster_time": True},
    ),
]


@pytest.mark.parametrize(("covariance", "options"), PANEL_OLS)
@pytest.mark.parametrize("effects", [("firm",), ("firm", "year")])
@pytest.mark.parametrize("weights", [None, "size"])
def test_the_linearmodels_rule_is_that_of_panel_ols(covariance, options, effects, weights):
    indexed = WEIGHTED.set_index(["firm", "year"])
    other = PanelOLS(
        indexed.invest,
        indexed[["value", "capital"]],
        entity_effects=True,
        time_effects="year" in effects,
        weights=None if weights is None else indexed[weights],
    ).fit(**options)
    specification = WITHIN.replace(fixed_effects=effects, weights=weights, covariance=covariance)
    found = dm.estimate(specification, WEIGHTED).coefficients
    assert found["estimate"].tolist() == pytest.approx(other.params.tolist(), rel=1e-10)
    assert found["std_error"].tolist() == pytest.approx(other.std_errors.tolist(), rel=1e-8)
    assert found["p_value"].tolist() == pytest.approx(other.pvalues.tolist(), rel=1e-5, abs=1e-14)


def test_within_fit_is_that_of_panel_ols():
    indexed = GRUNFELD.set_index(["firm", "year"])
    other = PanelOLS(indexed.invest, indexed[["value", "capital"]], entity_effects=True).fit()
    found = dm.estimate(WITHIN, GRUNFELD).statistics
    assert found["r2_within"] == pytest.approx(float(other.rsquared), rel=1e-10)
    assert found["r2"] == pytest.approx(float(other.rsquared_inclusive), rel=1e-10)


@pytest.mark.parametrize("weights", [None, "size"])
def test_pooled_errors_are_those_of_statsmodels(weights):
    exog = sm.add_constant(WEIGHTED[["value", "capital"]])
    mass = None if weights is None else WEIGHTED[weights]
    model = sm.OLS(WEIGHTED.invest, exog) if mass is None else sm.WLS(WEIGHTED.invest, exog, weights=mass)
    plain, robust = model.fit(), model.fit(cov_type="HC1")
    specification = POOLED.replace(weights=weights)
    found = dm.estimate(specification.replace(covariance=dm.Unadjusted()), WEIGHTED)
    assert found.coefficients["estimate"].tolist() == pytest.approx(plain.params.tolist(), rel=1e-10)
    assert found.coefficients["std_error"].tolist() == pytest.approx(plain.bse.tolist(), rel=1e-10)
    assert found.coefficients["p_value"].tolist() == pytest.approx(plain.pvalues.tolist(), rel=1e-6)
    assert found.coefficients[["conf_low", "conf_high"]].to_numpy() == pytest.approx(
        plain.conf_int().to_numpy(), rel=1e-9
    )
    assert found.statistics["r2"] == pytest.approx(plain.rsquared, rel=1e-10)
    assert found.statistics["r2_adjusted"] == pytest.approx(plain.rsquared_adj, rel=1e-10)
    assert found.statistics["f_statistic"] == pytest.approx(plain.fvalue, rel=1e-8)
    hc1 = dm.estimate(specification.replace(covariance=dm.Robust()), WEIGHTED).coefficients
    assert hc1["std_error"].tolist() == pytest.approx(robust.bse.tolist(), rel=1e-9)


def test_three_effects_are_those_of_absorbing_least_squares():
    rng = np.random.default_rng(5)
    n = 1_500
    frame = pd.DataFrame(
        {
            "firm": rng.integers(0, 120, n),
            "year": rng.integers(0, 9, n),
            "town": rng.integers(0, 25, n),
            "x": rng.normal(size=n),
            "z": rng.normal(size=n),
        }
    )
    frame["x"] += frame.firm * 0.02 + frame.town * 0.1
    frame["y"] = 0.7 * frame.x - 0.3 * frame.z + frame.firm * 0.01 - frame.town * 0.2 + rng.normal(size=n)
    names = ["firm", "year", "town"]
    found = dm.estimate(
        dm.Specification("y", ("x", "z"), fixed_effects=names, covariance=dm.Robust(small_sample="none")),
        frame,
    )
    assert found.statistics["n_obs"] == n  # no singleton, which linearmodels would keep
    other = AbsorbingLS(frame.y, frame[["x", "z"]], absorb=frame[names].astype("category")).fit(
        cov_type="robust", debiased=False
    )
    assert found.coefficients["estimate"].tolist() == pytest.approx(other.params.tolist(), rel=1e-8)
    assert found.coefficients["std_error"].tolist() == pytest.approx(other.std_errors.tolist(), rel=1e-7)


def petersen():
    return package_data("sandwich", "PetersenCL")


@pytest.mark.parametrize(
    ("covariance", "expected"),
    [(dm.Unadjusted(), 0.0286), (dm.Clustered("firm"), 0.0506), (dm.Clustered("year"), 0.0334)],
)
def test_petersens_standard_errors(covariance, expected):
    # Petersen, "Test data" page beside his programming advice: 5,000 rows, 500 firms, 10 years; slope 1.0348.
    result = dm.estimate(dm.Specification("y", "x", covariance=covariance), petersen())
    assert result.coefficients.loc["x", "estimate"] == pytest.approx(1.0348, abs=5e-5)
    assert result.coefficients.loc["x", "std_error"] == pytest.approx(expected, abs=5e-5)


def test_petersens_two_way_error_scales_every_way_by_its_own_clusters():
    # His cluster2.ado multiplies each of firm, year and row by its own G/(G-1) before adding them up; the rule "stata"
    # here (as reghdfe) takes the smallest G for all, so his 0.0536 is put together from the one-way answers.
    frame = petersen()

    def variance(covariance):
        result = dm.estimate(dm.Specification("y", "x", covariance=covariance), frame)
        return result.coefficients.loc["x", "std_error"] ** 2

    parts = variance(dm.Clustered("firm")) + variance(dm.Clustered("year")) - variance(dm.Robust())
    assert np.sqrt(parts) == pytest.approx(0.0536, abs=5e-5)
    smallest = (10 / 9) * (4_999 / 4_998)
    plain = variance(dm.Clustered(("firm", "year"), small_sample="none"))
    assert variance(dm.Clustered(("firm", "year"))) == pytest.approx(plain * smallest, rel=1e-12)
