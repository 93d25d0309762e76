"""Dynamic GMM against published numbers and two other engines.

Published: Arellano and Bond (1991) on empl_uk as Stata's manual and xtabond2 print it. Engines: plm 2.6.2 (pgmm) and
gretl 2022c (dpanel) on a made-up unbalanced panel; dynamic_gmm.R and dynamic_gmm.inp beside this file print the numbers.
"""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from package_data import package_data

import digimfg as dm

HERE = Path(__file__).parent

EXOGENOUS = ("w", "L.w", "k", "L.k", "L2.k", "ys", "L.ys", "L2.ys")


@pytest.fixture(scope="module")
def made_up():
    return pd.read_csv(HERE / "data" / "dynamic_panel.csv")


def employment(single_precision):
    frame = package_data("plm", "EmplUK").astype({"firm": int, "year": int})
    for short, name in {"n": "emp", "w": "wage", "k": "capital", "ys": "output"}.items():
        values = np.log(frame[name].to_numpy())
        # Stata's abdata keep the logarithms as floats of four bytes; the seventh digit depends on it.
        frame[short] = values.astype(np.float32).astype(float) if single_precision else values
    return frame


def difference(**options):
    return dm.Specification(
        "n",
        ("L.n", "L2.n", *EXOGENOUS),
        entity="firm",
        time="year",
        fixed_effects=("firm", "year"),
        estimator=dm.DynamicGMM(instruments=dm.GMMInstruments("n"), exogenous=EXOGENOUS, **options),
    )


def test_one_step_difference_gmm_is_that_of_arellano_and_bond():
    # Stata: xtabond n l(0/1).w l(0/2).(k ys) yr1980-yr1984 year, lags(2) noconstant vce(robust)
    result = dm.estimate(difference(steps=1), employment(single_precision=True))
    table = result.coefficients
    published = {
        "L.n": (0.6862261, 0.1445943),
        "L2.n": (-0.0853582, 0.0560155),
        "w": (-0.6078208, 0.1782055),
        "k": (0.3568456, 0.0590203),
    }
    for term, (estimate, error) in published.items():
        # 2e-7: the last printed digit
        assert table.loc[term, "estimate"] == pytest.approx(estimate, abs=2e-7)
        assert table.loc[term, "std_error"] == pytest.approx(error, abs=2e-7)
    statistics = result.statistics
    assert (statistics["n_obs"], statistics["n_entities"], statistics["n_instruments"]) == (611, 140, 41)
    assert statistics["ar1"] == pytest.approx(-3.5996, abs=5e-5)
    assert statistics["ar2"] == pytest.approx(-0.51603, abs=5e-5)


def test_two_step_difference_gmm_has_windmeijers_errors_and_both_sargan_conventions():
    result = dm.estimate(difference(), employment(single_precision=False))
    assert result.coefficients.loc["L.n", "estimate"] == pytest.approx(0.6287089, abs=2e-7)
    # 1e-6: the published error comes from logarithms in single precision
    assert result.coefficients.loc["L.n", "std_error"] == pytest.approx(0.1934138, abs=1e-6)
    statistics = result.statistics
    assert statistics["ar1"] == pytest.approx(-2.1255, abs=5e-5)
    assert statistics["ar2"] == pytest.approx(-0.3517, abs=5e-5)
    assert statistics["hansen"] == pytest.approx(31.3814, abs=5e-5)
    assert statistics["hansen_df"] == 25
    assert statistics["sargan"] == pytest.approx(67.59, abs=5e-3)  # xtabond2: variance over n
    assert statistics["sargan_df_adjusted"] == pytest.approx(65.82, abs=5e-3)  # xtabond: over n - k


def test_homoskedastic_errors_are_those_of_xtabond():
    specification = difference(steps=1).replace(covariance=dm.Unadjusted())
    result = dm.estimate(specification, employment(single_precision=True))
    assert result.coefficients.loc["L.n", "std_error"] == pytest.approx(0.1486163, abs=2e-7)
    assert result.statistics["ar1"] == pytest.approx(-3.9394, abs=5e-5)
    assert result.statistics["ar2"] == pytest.approx(-0.54239, abs=5e-5)


def test_system_gmm_is_that_of_xtabond2():
    # xtabond2 n l(1/2).n l(0/1).w l(0/2).(k ys) yr1980-yr1984, gmm(l.n w k) iv(yr1980-yr1984) robust twostep small
    frame = employment(single_precision=True)
    years = tuple(f"yr{year}" for year in range(1980, 1985))
    for name in years:
        frame[name] = (frame["year"] == int(name[2:])).astype(float)
    specification = dm.Specification(
        "n",
        ("L.n", "L2.n", *EXOGENOUS, *years),
        entity="firm",
        time="year",
        estimator=dm.DynamicGMM(
            instruments=tuple(dm.GMMInstruments(term, first=1) for term in ("L.n", "w", "k")),
            exogenous=years,
            system=True,
            small_sample=True,
        ),
    )
    result = dm.estimate(specification, frame)
    assert (result.statistics["n_obs"], result.statistics["n_instruments"]) == (751, 120)
    published = {
        "L.n": (0.9847708, 0.0591053),
        "L2.n": (-0.0444599, 0.0532234),
        "w": (-0.5015799, 0.2033974),
        "L.w": (0.4045313, 0.1670457),
        "k": (0.3234514, 0.0525199),
        "ys": (0.6120864, 0.2343692),
    }
    for term, (estimate, error) in published.items():
        # 5e-7: with 120 instruments for 140 firms the single precision of Stata's columns shows in the sixth digit
        assert result.coefficients.loc[term, "estimate"] == pytest.approx(estimate, abs=5e-7)
        assert result.coefficients.loc[term, "std_error"] == pytest.approx(error, abs=5e-7)
    assert result.statistics["f_statistic"] == pytest.approx(1128.31, abs=5e-3)


def test_difference_in_hansen_is_that_of_roodman():
    # Roodman (2009), Stata Journal 9: xtabond2 n L.n L(0/1).(w k) yr*, gmm(L.(n w k)) iv(yr*, equation(level)) robust small
    specification = dm.Specification(
        "n",
        ("L.n", "w", "L.w", "k", "L.k"),
        entity="firm",
        time="year",
        fixed_effects=("year",),
        estimator=dm.DynamicGMM(
            instruments=tuple(dm.GMMInstruments(f"L.{term}", first=1) for term in ("n", "w", "k")),
            system=True,
            steps=1,
            small_sample=True,
        ),
    )
    result = dm.estimate(specification, employment(single_precision=False))
    assert result.statistics["n_instruments"] == 113
    assert result.coefficients.loc["L.n", "estimate"] == pytest.approx(0.9356053, abs=1e-6)
    assert result.statistics["sargan"] == pytest.approx(186.90, abs=5e-3)
    assert result.statistics["hansen"] == pytest.approx(110.70, abs=5e-3)
    test = result.tables["instrument_tests"].xs("all_lagged_differences", level="instruments").iloc[0]
    assert test["excluding"] == pytest.approx(84.33, abs=5e-3)
    assert test["difference"] == pytest.approx(26.37, abs=5e-3)
    assert (test["excluding_df"], test["difference_df"]) == (79, 21)


def test_lag_limits_of_two_variables_are_those_of_pydynpd_and_xtabond2():
    # README of pydynpd: n L(1:2).n w k | gmm(n, 2:4) gmm(w, 1:3) iv(k) | timedumm nolevel
    specification = dm.Specification(
        "n",
        ("L.n", "L2.n", "w", "k"),
        entity="firm",
        time="year",
        fixed_effects=("firm", "year"),
        estimator=dm.DynamicGMM(
            instruments=(dm.GMMInstruments("n", first=2, last=4), dm.GMMInstruments("w", first=1, last=3)),
            exogenous="k",
        ),
    )
    result = dm.estimate(specification, employment(single_precision=True))
    lag = result.coefficients.loc["L.n"]
    # 5e-7: logarithms rounded to six or seven digits, as in data files, move the estimate by up to 4e-7
    assert (lag["estimate"], lag["std_error"]) == pytest.approx((0.2710675, 0.1382542), abs=5e-7)
    assert result.statistics["n_instruments"] == 42


def made_up_specification(first=((2, None), (1, None)), effects=("year",), **options):
    (y_first, y_last), (x_first, x_last) = first
    instruments = (dm.GMMInstruments("y", y_first, y_last), dm.GMMInstruments("x", x_first, x_last))
    return dm.Specification(
        "y",
        ("L.y", "x", "z"),
        entity="unit",
        time="year",
        fixed_effects=effects,
        estimator=dm.DynamicGMM(instruments=instruments, exogenous="z", **options),
    )


# gretl: dpanel 1 ; y x z ; GMM(y,2,99) GMM(x,1,99) z --time-dummies [--two-step]; plm's pgmm agrees to 1e-9
GRETL_DIFFERENCE = {
    1: ((0.396627732, 0.057569217), (0.599165298, 0.055928563), (-0.348117944, 0.043747432), -6.542175949, 1.063197388),
    2: ((0.410436010, 0.063039748), (0.597578910, 0.067652036), (-0.322637726, 0.057473909), -5.693632590, 1.015191422),
}  # fmt: skip


@pytest.mark.parametrize("steps", [1, 2])
def test_difference_gmm_equals_gretl_and_plm(made_up, steps):
    result = dm.estimate(made_up_specification(steps=steps), made_up)
    *rows, ar1, ar2 = GRETL_DIFFERENCE[steps]
    for term, (estimate, error) in zip(("L.y", "x", "z"), rows, strict=True):
        assert result.coefficients.loc[term, "estimate"] == pytest.approx(estimate, abs=1e-9)
        assert result.coefficients.loc[term, "std_error"] == pytest.approx(error, abs=1e-9)
    assert result.statistics["ar1"] == pytest.approx(ar1, abs=1e-8)
    assert result.statistics["ar2"] == pytest.approx(ar2, abs=1e-8)
    assert result.statistics["sargan"] == pytest.approx(62.784801369, abs=1e-7)
    assert result.statistics["hansen"] == pytest.approx(64.995283376, abs=1e-7)
    assert (result.statistics["n_obs"], result.statistics["n_instruments"]) == (624, 71)


def test_lag_limits_equal_gretl(made_up):
    result = dm.estimate(made_up_specification(first=((2, 3), (1, 2)), steps=1), made_up)
    assert result.coefficients.loc["L.y", "estimate"] == pytest.approx(0.410441785, abs=1e-9)
    assert result.coefficients.loc["L.y", "std_error"] == pytest.approx(0.061701729, abs=1e-9)
    assert result.statistics["sargan"] == pytest.approx(35.101145136, abs=1e-7)


def test_uncorrected_two_step_errors_equal_gretl(made_up):
    specification = made_up_specification(first=((2, 4), (1, 3)), effects=()).replace(
        covariance=dm.Unadjusted()
    )
    result = dm.estimate(specification, made_up)
    assert result.coefficients.loc["L.y", "estimate"] == pytest.approx(0.325700023, abs=1e-9)
    assert result.coefficients.loc["L.y", "std_error"] == pytest.approx(0.036242545, abs=1e-9)
    assert result.statistics["hansen"] == pytest.approx(44.154477386, abs=1e-7)


@pytest.mark.parametrize(
    ("steps", "lag", "x"),
    [
        (1, (0.4168547413, 0.06310080727), (0.5596771735, 0.05954615928)),
        (2, (0.4252734254, 0.07995203988), (0.5657831392, 0.07008645710)),
    ],
)
def test_collapsed_instruments_equal_plm(made_up, steps, lag, x):
    result = dm.estimate(made_up_specification(steps=steps, collapse=True), made_up)
    for term, (estimate, error) in {"L.y": lag, "x": x}.items():
        assert result.coefficients.loc[term, "estimate"] == pytest.approx(estimate, rel=1e-9)
        assert result.coefficients.loc[term, "std_error"] == pytest.approx(error, rel=1e-8)
    assert result.statistics["hansen"] == pytest.approx(18.20411736, rel=1e-8)


# gretl: dpanel 1 ; y const x z ; GMM(y,2,99) GMM(x,1,99) GMMlevel(y,1,1) GMMlevel(x,0,0) z const --system [--dpdstyle]
@pytest.mark.parametrize(
    ("weighting", "steps", "lag", "x", "ar1"),
    [
        ("full", 1, (0.483842645, 0.048863542), (0.598011581, 0.053435811), -6.689741309),
        ("independent", 1, (0.453846959, 0.045554491), (0.607004908, 0.046928140), -7.359085186),
        ("independent", 2, (0.459181760, 0.057591507), (0.609554318, 0.050503442), -6.231317591),
    ],
)
def test_system_gmm_equals_gretl(made_up, weighting, steps, lag, x, ar1):
    specification = made_up_specification(effects=(), system=True, steps=steps, weighting=weighting)
    result = dm.estimate(specification, made_up)
    for term, (estimate, error) in {"L.y": lag, "x": x}.items():
        assert result.coefficients.loc[term, "estimate"] == pytest.approx(estimate, abs=1e-9)
        assert result.coefficients.loc[term, "std_error"] == pytest.approx(error, abs=1e-9)
    assert result.statistics["ar1"] == pytest.approx(ar1, abs=1e-8)
    assert result.statistics["n_instruments"] == 80
