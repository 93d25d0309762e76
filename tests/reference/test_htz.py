"""HTZ and Satterthwaite under CR2 against R: `Rscript tests/reference/htz.R` (R 4.2.2, clubSandwich 0.5.8, plm 2.6.2)."""

import pytest
from statsmodels.datasets import grunfeld

import digimfg as dm

GRUNFELD = grunfeld.load_pandas().data.query("firm != 'American Steel'").reset_index(drop=True)
GRUNFELD["old"] = GRUNFELD.firm.isin(["General Motors", "US Steel", "General Electric"]).astype(float)
GRUNFELD["size"] = GRUNFELD.value.groupby(GRUNFELD.firm).transform("mean")
UNBALANCED = GRUNFELD[
    ~(GRUNFELD.firm.eq("General Electric") & GRUNFELD.year.isin([1940, 1941, 1947]))
    & ~(GRUNFELD.firm.eq("Union Oil") & GRUNFELD.year.lt(1938))
]
SLOPES = ("value", "capital")
WITHIN = dm.Specification("invest", SLOPES, entity="firm", time="year", fixed_effects="firm")
TWO_WAY = WITHIN.replace(fixed_effects=("firm", "year"))
FEW = TWO_WAY.replace(regressors=(*SLOPES, "value:old", "capital:old"))


def reduced(specification, frame=GRUNFELD, by="firm"):
    covariance = dm.Clustered(by, small_sample="cr2", wild_bootstrap=None)
    return dm.estimate(specification.replace(covariance=covariance), frame)


@pytest.mark.parametrize(
    ("specification", "frame", "by", "terms", "statistic", "df", "p_value"),
    [
        (
            WITHIN.replace(fixed_effects=()),
            GRUNFELD,
            "firm",
            SLOPES,
            24.9435779224,
            1.38570047704,
            0.0819331560057,
        ),
        (WITHIN, GRUNFELD, "firm", SLOPES, 6.429002216, 0.78298167022, 0.326680345675),
        (TWO_WAY, GRUNFELD, "firm", SLOPES, 10.9633983415, 0.9811103405, 0.213201018357),
        (TWO_WAY, GRUNFELD, "year", SLOPES, 36.8241551739, 7.15930810285, 0.000170656662197),
        (FEW, GRUNFELD, "firm", FEW.regressors[2:], 2.08929850939, 3.76339820668, 0.245285533188),
        (FEW, GRUNFELD, "firm", FEW.regressors, 4.24869553823, 0.813339008621, 0.395677576742),
        (TWO_WAY, UNBALANCED, "firm", SLOPES, 12.1345585361, 0.959490824828, 0.208368610468),
        (
            TWO_WAY.replace(weights="size"),
            GRUNFELD,
            "firm",
            SLOPES,
            29.0976488145,
            1.9993274699,
            0.033252434404,
        ),
    ],
)
def test_the_joint_test_is_that_of_clubsandwich(specification, frame, by, terms, statistic, df, p_value):
    result = reduced(specification, frame, by)
    found = dm.wald_test(result, terms)
    assert (found.statistic, found.df_denominator, found.p_value) == pytest.approx(
        (statistic, df, p_value), rel=2e-9
    )
    if terms == specification.regressors:
        slopes = (result.statistics["f_statistic"], result.statistics["f_p_value"])
        assert slopes == pytest.approx((statistic, p_value), rel=2e-9)


@pytest.mark.parametrize(
    ("specification", "weights", "statistic", "df", "p_value"),
    [
        (TWO_WAY, {"capital": 1, "value": -1}, 8.58804776616, 2.26977334395, 0.0855577959714),
        (FEW, {"value": 1, "value:old": 1}, 44.5018955914, 1.97400796675, 0.0224784865284),
    ],
)
def test_a_contrast_is_that_of_clubsandwich(specification, weights, statistic, df, p_value):
    found = dm.linear_combination(reduced(specification), weights)
    assert (found.statistic**2, found.df, found.p_value) == pytest.approx((statistic, df, p_value), rel=2e-9)
