"""Commands of Stata and R for counts, categories, limits, shares and mixed models."""

import pytest

import digimfg as dm

SPEC = dm.Specification("y", ("x", "z"), entity="id", time="year", covariance=dm.Robust())


@pytest.mark.parametrize(
    ("estimator", "stata", "r"),
    [
        (dm.NegativeBinomial(dispersion="constant", exposure="n"), "nbreg y x z, dispersion(constant) vce(robust) exposure(n)", ""),
        (dm.NegativeBinomial(offset="o"), "nbreg y x z, vce(robust) offset(o)", "MASS::glm.nb(y ~ x + z + offset(o), data)"),
        (dm.OrderedLogit(), "ologit y x z, vce(robust)", 'ordinal::clm(factor(y) ~ x + z, data = data, link = "logit")'),
        (dm.OrderedProbit(effects="random"), "xtoprobit y x z, vce(robust)",
         'ordinal::clmm(factor(y) ~ x + z + (1 | id), data = data, link = "probit", nAGQ = 16)'),
        (dm.Tobit(upper=1.0), "tobit y x z, ll(0) ul(1) vce(robust)", "AER::tobit(y ~ x + z, left = 0, right = 1, data = data)"),
        (dm.Tobit(lower=None, upper=1.0, effects="random"), "xttobit y x z, ul(1)", ""),
        (dm.FractionalProbit(), "fracreg probit y x z, vce(robust)", 'glm(y ~ x + z, family = quasibinomial("probit"), data)'),
        (dm.Logit(effects="random"), "xtlogit y x z, re vce(robust)",
         'lme4::glmer(y ~ x + z + (1 | id), data, family = binomial("logit"), nAGQ = 16)'),
        (dm.MixedEffects(slopes="x"), "mixed y x z || id: x, covariance(unstructured) reml",
         "lme4::lmer(y ~ x + z + (1 + x | id), data, REML = TRUE)"),
        (dm.MixedEffects(method="ml"), "mixed y x z || id:, mle vce(robust)", "lme4::lmer(y ~ x + z + (1 | id), data, REML = FALSE)"),
    ],
)  # fmt: skip
def test_commands(estimator, stata, r):
    code, script = (
        dm.stata_code(SPEC.replace(estimator=estimator)),
        dm.r_code(SPEC.replace(estimator=estimator)),
    )
    assert code.splitlines()[-1] == stata
    assert f"fit <- {r}" in script.splitlines() if r else script.startswith("# no package of R")


def test_means_of_units_are_made_first_and_what_differs_is_told():
    spec = SPEC.replace(estimator=dm.CorrelatedRandomEffects(dm.Probit()))
    assert dm.stata_code(spec).splitlines() == [
        "egen mean_1 = mean(x), by(id)",
        "egen mean_2 = mean(z), by(id)",
        "xtset id year",
        "probit y x z mean_1 mean_2, vce(robust)",
    ]
    assert "rows estimated on" in " ".join(dm.bridge_differences(spec)["why"])
    random = dm.bridge_differences(SPEC.replace(estimator=dm.Tobit(effects="random")))
    assert {"Stata: xttobit", "Stata; R"} <= set(random["program"])


@pytest.mark.parametrize(
    ("method", "option"), [("liml", "liml"), ("fuller", "fuller(1)"), ("gmm2s", "gmm2s"), ("cue", "cue")]
)
def test_methods_of_instruments_are_named_and_no_other_estimate_is_offered(method, option):
    spec = SPEC.replace(
        regressors="z",
        endogenous="x",
        instruments=("w", "v"),
        estimator=dm.TwoStageLeastSquares(method=method),
    )
    assert dm.stata_code(spec).splitlines()[-1] == f"ivreghdfe y z (x = w v), noabsorb robust {option}"
    assert dm.r_code(spec).startswith("# no package of R")
