"""What users of Stata, R and other packages write for parts of a specification, and what is written here."""

from __future__ import annotations

from digimfg.text import Text

__all__ = ["SPELLINGS", "covariance_meant", "estimator_meant"]

_MADE = {
    (role, word): Text(f"write {made}", f"请写成{made}")
    for role, made, words in (
        ("covariance", "dm.Robust()", ("robust", "hc1", "r")),
        ("covariance", "dm.Robust('hc0')", ("hc0", "white")),
        ("covariance", "dm.Robust('hc2')", ("hc2",)),
        ("covariance", "dm.Robust('hc3')", ("hc3",)),
        ("covariance", "dm.Clustered('id')", ("cluster", "clustered", "cl")),
        ("covariance", "dm.Unadjusted()", ("unadjusted", "nonrobust", "ols", "iid")),
        ("covariance", "dm.DriscollKraay()", ("dk", "driscoll-kraay", "xtscc")),
        ("estimator", "dm.TwoStageLeastSquares()", ("2sls", "iv", "ivreg2", "ivreghdfe")),
        ("estimator", "dm.LeastSquares()", ("ols", "fe", "reghdfe")),
        ("estimator", "dm.RandomEffects()", ("re", "random")),
        ("estimator", "dm.Poisson()", ("poisson", "ppml", "ppmlhdfe")),
        ("estimator", "dm.Logit()", ("logit", "logistic")),
        ("estimator", "dm.Probit()", ("probit",)),
        ("estimator", "dm.OrderedLogit()", ("ologit", "polr")),
        ("estimator", "dm.OrderedProbit()", ("oprobit",)),
        ("estimator", "dm.MixedEffects()", ("mixed", "xtmixed", "lmer", "mixedlm")),
        ("estimator", "dm.Tobit()", ("tobit", "censored")),
        ("estimator", "dm.FractionalLogit()", ("fracreg", "flogit")),
        ("estimator", "dm.CorrelatedRandomEffects(dm.Probit())", ("cre", "mundlak")),
        ("estimator", "dm.NegativeBinomial()", ("nbreg", "negbin", "nb", "nb2")),
        ("estimator", "dm.FirstDifference()", ("fd",)),
        ("estimator", "dm.BetweenOLS()", ("be", "between")),
    )
    for word in words
}
SPELLINGS = {
    word: Text(f"write {made}", "请写成 " + made.replace(" or ", " 或 ").replace(", e.g. ", "，例如 "))
    for made, words in (
        ("covariance=dm.Clustered('id')", "cluster clusters clustered cl clustervar"),
        (
            "covariance=…, e.g. dm.Robust() or dm.Clustered('id')",
            "vce vcov se cov cov_type std_errors standard_errors robust",
        ),
        ("fixed_effects='id' or fixed_effects=('id', 'year')", "absorb fe fes effects fixed fixef areg"),
        ("entity='id' and fixed_effects='id'", "entity_effects xtset"),
        ("time='year' and fixed_effects=('id', 'year')", "time_effects twoway"),
        ("endogenous='x', instruments='z', estimator=dm.TwoStageLeastSquares()", "iv ivs instrument instr"),
        ("endogenous='x'", "endog"),
        ("weights='w'", "weight wt wts w aw aweight aweights pweight fweight"),
        ("sample='year >= 2000'", "if subset where filter condition query restrict"),
        ("entity='id'", "id ids group groups panel panelvar unit individual firm country i"),
        ("time='year'", "t year years timevar period date"),
        ("outcome='y'", "y dep depvar dependent lhs dv"),
        ("regressors=('x1', 'x2')", "x xs indep indepvars exog rhs regressor treatment"),
        ("controls=('z1', 'z2')", "control covariates covars"),
        ("dm.Specification('y', ('x1', 'x2'), …)", "formula fml"),
        ("dm.estimate(specification, frame)", "data df frame"),
        ("estimator=…, e.g. dm.Poisson()", "model method family"),
    )
    for word in words.split()
}


def covariance_meant(given: object) -> Text:
    """Return what is written for a covariance that was named as other packages do."""
    usual = Text(
        "choose dm.Unadjusted(), dm.Robust(), dm.Clustered('id'), dm.DriscollKraay() or dm.Conley(…)",
        "可用 dm.Unadjusted()、dm.Robust()、dm.Clustered('id')、dm.DriscollKraay() 或 dm.Conley(…)",
    )
    return _MADE.get(("covariance", _first_word(given)), usual)


def estimator_meant(given: object) -> Text:
    """Return what is written for an estimator that was named as other packages do."""
    usual = Text(
        "an estimator such as dm.TwoStageLeastSquares(); `digimfg list estimators` prints all",
        "例如 dm.TwoStageLeastSquares()；`digimfg list estimators` 列出全部",
    )
    return _MADE.get(("estimator", _first_word(given)), usual)


def _first_word(given: object) -> str:
    return given.strip().lower().split(" ")[0] if isinstance(given, str) else ""
