"""Counts, categories, limits and shares equal MASS, AER, ordinal and statsmodels, with published numbers where there are.

Numbers of R: R 4.2.2, by tests/reference/limited_outcomes.R on data made by the functions below.
"""

import io
import subprocess
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from refused import refused
from scipy import integrate, stats
from statsmodels.miscmodels.ordinal_model import OrderedModel

import digimfg as dm
from digimfg.errors import EstimationError, Fault, SpecificationError


def counts():
    rng = np.random.default_rng(11)
    n = 240
    frame = pd.DataFrame({"x": np.round(rng.normal(size=n), 3), "z": np.round(rng.normal(size=n), 3)})
    frame["firm"], frame["year"] = np.repeat(np.arange(24), 10), np.tile(np.arange(10), 24)
    frame["hours"] = np.round(rng.uniform(0.5, 2.0, size=n), 3)
    mean = frame["hours"] * np.exp(0.4 + 0.5 * frame["x"] - 0.2 * frame["z"])
    frame["n"] = rng.poisson(mean * rng.gamma(1.5, 1 / 1.5, size=n))
    return frame


MASS = {"nb": ([0.440363415866, 0.442193715929, -0.185682349978], 2.05106858908, -436.28531932046)}
SURVIVAL = (
    [0.358959879963, 0.758137387046, -0.458748641386, 0.229575595716],
    [0.0789014104289, 0.0850831713691, 0.0785416574713],
    [0.1207431390556, 0.0710302006284, 0.0737771977533],
    -412.649587923,
)
MIXED = {
    "logit": ([-0.09134103823, 0.75448869573, -0.50395348169, 1.03124856352], -220.83131449),
    "probit": ([-0.05425259708, 0.45873802815, -0.29828317656, 0.61317447551], -220.725025001),
    "ordered_logit": (
        [0.7342674435, -0.5455126067, -0.8094583500, 0.5166529519, 1.9654517994, 1.1150299316**0.5],
        -444.293214472,
    ),
    "ordered_probit": (
        [0.4365126010, -0.3092233621, -0.4729352991, 0.3116823113, 1.1502596505, 0.3813597189**0.5],
        -444.534964483,
    ),
}
COUNTS = counts()
COUNTED = dm.Specification(
    "n", ("x", "z"), entity="firm", time="year", covariance=dm.Unadjusted(), estimator=dm.NegativeBinomial()
)


@pytest.mark.parametrize(("dispersion", "kind"), [("mean", "nb2"), ("constant", "nb1")])
@pytest.mark.parametrize("clustered", [False, True])
def test_counts_are_those_of_statsmodels(dispersion, kind, clustered):
    covariance = (
        dm.Clustered("firm", small_sample="none", wild_bootstrap=None) if clustered else dm.Unadjusted()
    )
    spec = COUNTED.replace(
        covariance=covariance, estimator=dm.NegativeBinomial(dispersion=dispersion, exposure="hours")
    )
    options = {"cov_type": "cluster", "cov_kwds": {"groups": COUNTS["firm"], "use_correction": False}}
    other = sm.NegativeBinomial(
        COUNTS["n"], sm.add_constant(COUNTS[["x", "z"]]), loglike_method=kind, exposure=COUNTS["hours"]
    ).fit(disp=0, method="newton", tol=1e-14, maxiter=200, **(options if clustered else {}))
    found = dm.estimate(spec, COUNTS)
    assert found.coefficients["estimate"].to_numpy() == pytest.approx(other.params.to_numpy(), rel=1e-9)
    assert found.coefficients["std_error"].to_numpy() == pytest.approx(other.bse.to_numpy(), rel=1e-8)
    assert found.statistics["log_likelihood"] == pytest.approx(other.llf, rel=1e-12)
    assert found.statistics["r2_pseudo"] == pytest.approx(other.prsquared, rel=1e-8)
    assert found.predict()["prediction"].to_numpy() == pytest.approx(other.predict(), rel=1e-9)
    own = dm.margins(found, "x").rows.loc["x", "estimate"]
    assert own == pytest.approx(found.coefficients.loc["x", "estimate"] * other.predict().mean())


def test_counts_are_those_of_mass():
    """MASS 7.3-58.2: glm.nb(n ~ x + z + offset(log(hours)), d); θ = 1 / α."""
    found = dm.estimate(COUNTED.replace(estimator=dm.NegativeBinomial(exposure="hours")), COUNTS)
    assert found.coefficients["estimate"].tolist()[:3] == pytest.approx(MASS["nb"][0], rel=1e-6)
    assert 1 / found.coefficients.loc["/alpha", "estimate"] == pytest.approx(MASS["nb"][1], rel=1e-6)
    assert found.statistics["log_likelihood"] == pytest.approx(MASS["nb"][2], rel=1e-9)
    equal = dm.estimate(COUNTED.replace(estimator=dm.NegativeBinomial(offset="log(hours)")), COUNTS)
    assert equal.coefficients["estimate"].tolist() == pytest.approx(found.coefficients["estimate"].tolist())


def test_counts_no_more_dispersed_than_poisson_are_refused():
    frame = COUNTS.assign(n=np.tile([1, 2], 120))
    with refused(EstimationError, "limited.counts_not_dispersed"):
        dm.estimate(COUNTED, frame)


@pytest.mark.parametrize("value", [-1.0, 0.5])
def test_outcomes_that_are_no_counts_are_refused(value):
    frame = COUNTS.assign(n=COUNTS["n"].astype(float).where(COUNTS.index != 7, value))
    with refused(SpecificationError, "limited.outcome_not_counts"):
        dm.estimate(COUNTED, frame)
    with refused(SpecificationError, "limited.absorbed_effects"):
        dm.estimate(COUNTED.replace(fixed_effects="firm"), COUNTS)


def table_of_r(code):
    """Return a data set that an R package ships, where R and the package are there."""
    try:
        done = subprocess.run(
            ["Rscript", "-e", f"write.csv({code}, stdout())"], capture_output=True, text=True, check=False
        )
    except FileNotFoundError:
        pytest.skip("R is not here")
    if done.returncode:
        pytest.skip("the package of R is not here")
    return pd.read_csv(io.StringIO(done.stdout), index_col=0)


def test_counts_of_quine_are_the_published_ones():
    """Venables and Ripley, Modern Applied Statistics with S, 4th ed., data quine: glm.nb(Days ~ Eth + Sex + Age + Lrn)."""
    frame = table_of_r("MASS::quine")
    spec = dm.Specification(
        "Days",
        ("i(Eth)", "i(Sex)", "i(Age)", "i(Lrn)"),
        covariance=dm.Unadjusted(),
        estimator=dm.NegativeBinomial(),
    )
    found = dm.estimate(spec, frame)
    assert found.coefficients["estimate"].round(5).tolist()[:-1] == [
        2.89458, -0.56937, 0.08232, -0.44843, 0.08808, 0.35690, 0.29211,
    ]  # fmt: skip
    assert round(1 / found.coefficients.loc["/alpha", "estimate"], 3) == 1.275
    assert round(2 * found.statistics["log_likelihood"], 3) == -1093.151


def categories():
    rng = np.random.default_rng(12)
    n_units, n_periods = 60, 6
    n = n_units * n_periods
    frame = pd.DataFrame(
        {"firm": np.repeat(np.arange(n_units), n_periods), "year": np.tile(np.arange(n_periods), n_units)}
    )
    frame["x"], frame["z"] = np.round(rng.normal(size=n), 3), np.round(rng.normal(size=n), 3)
    effect = rng.normal(size=n_units)[frame["firm"]]
    latent = 0.8 * frame["x"] - 0.4 * frame["z"] + effect + rng.logistic(size=n)
    frame["stage"] = np.digitize(latent, [-1.0, 0.5, 2.0]) + 1
    frame["high"] = (latent > 0).astype(int)
    spent = 0.5 + 0.7 * frame["x"] - 0.3 * frame["z"] + 0.8 * effect + rng.normal(size=n)
    frame["spent"] = np.round(spent.clip(0.0, 2.0), 4)
    frame["share"] = (
        np.round(1 / (1 + np.exp(-(spent - 0.5).clip(-2, 2))), 4).clip(0.15, 0.85).sub(0.15).div(0.7).round(6)
    )
    return frame


FRAME = categories()
SPEC = dm.Specification("stage", ("x", "z"), entity="firm", time="year", covariance=dm.Unadjusted())
CLUSTERED = dm.Clustered("firm", small_sample="none", wild_bootstrap=None)


@pytest.mark.parametrize("shape", ["logit", "probit"])
@pytest.mark.parametrize("clustered", [False, True])
def test_categories_are_those_of_statsmodels(shape, clustered):
    estimator = dm.OrderedLogit() if shape == "logit" else dm.OrderedProbit()
    spec = SPEC.replace(estimator=estimator, covariance=CLUSTERED if clustered else dm.Unadjusted())
    found = dm.estimate(spec, FRAME)
    made = OrderedModel(FRAME["stage"], FRAME[["x", "z"]], distr=shape)
    own = found.coefficients["estimate"].to_numpy()
    there = np.r_[
        own[:3], np.log(np.diff(own[2:]))
    ]  # its parameters: the first cut, then logarithms of steps
    assert np.abs(made.score(there)).max() < 1e-5  # by differences
    assert found.statistics["log_likelihood"] == pytest.approx(made.loglike(there), rel=1e-12)
    shares = np.column_stack([found.predict(category=each)["prediction"] for each in (1, 2, 3, 4)])
    assert shares == pytest.approx(made.predict(there), rel=1e-9)
    effects = dm.margins(found, "x").rows["estimate"]
    assert effects.sum() == pytest.approx(0.0, abs=1e-12)
    step = 1e-5
    for category in (1, 4):
        up, down = (
            found.predict(FRAME.assign(x=FRAME["x"] + by), category=category)["prediction"].mean()
            for by in (step, -step)
        )
        assert effects.loc[("x", category)] == pytest.approx((up - down) / (2 * step), rel=1e-6)
    hessian = made.hessian(there)
    middle = -hessian
    if clustered:
        scores = pd.DataFrame(made.score_obs(there)).groupby(FRAME["firm"].to_numpy()).sum().to_numpy()
        middle = scores.T @ scores
    errors = np.sqrt(np.diag(np.linalg.inv(hessian) @ middle @ np.linalg.inv(hessian)))
    assert found.coefficients["std_error"].to_numpy()[:3] == pytest.approx(errors[:3], rel=1e-4)


def test_categories_of_housing_are_the_published_ones():
    """Venables and Ripley, 4th ed., section 7.3: polr(Sat ~ Infl + Type + Cont, weights = Freq)."""
    frame = table_of_r("MASS::housing")
    order = {"Low": 1, "Medium": 2, "High": 3}
    frame = frame.assign(Sat=frame["Sat"].map(order))
    spec = dm.Specification(
        "Sat", ("i(Infl, ref=Low)", "i(Type, ref=Tower)", "i(Cont, ref=Low)"), weights="Freq",
        covariance=dm.Unadjusted(), estimator=dm.OrderedLogit(),
    )  # fmt: skip
    found = dm.estimate(spec, frame).coefficients["estimate"].round(4)
    assert found[["Infl[Medium]", "Infl[High]", "Type[Apartment]", "Type[Atrium]", "Type[Terrace]", "Cont[High]"]].tolist() == [
        0.5664, 1.2888, -0.5724, -0.3662, -1.0910, 0.3603,
    ]  # fmt: skip
    assert found[["/cut[1]", "/cut[2]"]].tolist() == [-0.4961, 0.6907]


def test_limits_are_those_of_survreg():
    """survival 3.5-3: survreg of both limits, Gaussian; errors by its Hessian, and with cluster(firm)."""
    spec = SPEC.replace(outcome="spent", estimator=dm.Tobit(lower=0.0, upper=2.0))
    found = dm.estimate(spec, FRAME)
    estimates, errors, clustered, likelihood = SURVIVAL
    assert found.coefficients["estimate"].tolist()[:3] == pytest.approx(estimates[:3], rel=1e-7)
    assert np.log(found.coefficients["estimate"].iloc[3]) == pytest.approx(estimates[3], rel=1e-7)
    assert found.coefficients["std_error"].tolist()[:3] == pytest.approx(errors[:3], rel=1e-6)
    assert found.statistics["log_likelihood"] == pytest.approx(likelihood, rel=1e-9)
    robust = dm.estimate(spec.replace(covariance=CLUSTERED), FRAME).coefficients["std_error"]
    assert robust.tolist()[:3] == pytest.approx(clustered[:3], rel=1e-6)


def test_affairs_are_the_published_ones():
    """Greene, Econometric Analysis, 5th ed., table 22.3, as AER's help page of tobit() repeats it."""
    frame = table_of_r("{data('Affairs', package = 'AER'); Affairs}")
    terms = ("age", "yearsmarried", "religiousness", "occupation", "rating")
    spec = dm.Specification("affairs", terms, covariance=dm.Unadjusted(), estimator=dm.Tobit())
    found = dm.estimate(spec, frame)
    assert found.coefficients["estimate"].round(4).tolist()[:6] == [
        8.1742,
        -0.1793,
        0.5541,
        -1.6862,
        0.3261,
        -2.2850,
    ]
    assert found.coefficients["std_error"].round(4).tolist()[:6] == [
        2.7414,
        0.0791,
        0.1345,
        0.4038,
        0.2544,
        0.4078,
    ]
    assert round(found.coefficients.loc["/sigma", "estimate"], 2) == 8.25
    assert round(found.statistics["log_likelihood"], 2) == -705.58


def test_effects_on_limited_outcomes_are_those_of_simulated_ones():
    found = dm.estimate(SPEC.replace(outcome="spent", estimator=dm.Tobit(lower=0.0, upper=2.0)), FRAME)
    b, sigma = found.coefficients["estimate"].to_numpy()[:3], found.coefficients.loc["/sigma", "estimate"]
    index = b[0] + FRAME[["x", "z"]].to_numpy() @ b[1:]
    draws = np.random.default_rng(0).normal(size=(40_000, 1))
    at = index[:3] + sigma * draws
    inside = (at > 0) & (at < 2)
    predicted = {
        scale: found.predict(FRAME.head(3), scale=scale)["prediction"]
        for scale in ("mean", "probability", "uncensored", "index")
    }
    assert predicted["mean"].to_numpy() == pytest.approx(at.clip(0, 2).mean(axis=0), abs=0.02)
    assert predicted["probability"].to_numpy() == pytest.approx(inside.mean(axis=0), abs=0.01)
    assert predicted["uncensored"].to_numpy() == pytest.approx(
        [np.mean(at[inside[:, j], j]) for j in range(3)], abs=0.02
    )
    assert predicted["index"].to_numpy() == pytest.approx(index[:3])
    for scale in ("mean", "probability", "uncensored"):
        up, down = (
            found.predict(FRAME.assign(x=FRAME["x"] + by), scale=scale)["prediction"].mean()
            for by in (1e-5, -1e-5)
        )
        row = dm.margins(found, "x", scale=scale).rows.loc["x"]
        assert row["estimate"] == pytest.approx((up - down) / 2e-5, rel=1e-6)


def shifted(coefficients, place, value):
    """Return a table of estimates with another value at a place, its test and interval following."""
    moved = coefficients.copy()
    moved.iloc[place, 0] = value
    moved["statistic"] = moved["estimate"] / moved["std_error"]
    moved["p_value"] = 2 * stats.norm.sf(moved["statistic"].abs())
    for name, sign in (("conf_low", -1), ("conf_high", 1)):
        moved[name] = moved["estimate"] + sign * stats.norm.ppf(0.975) * moved["std_error"]
    return moved


def test_errors_of_effects_are_those_of_the_delta_method():
    """The gradient of an average effect by all coefficients, by differences of refitted predictions."""
    for outcome, estimator, options in (
        ("spent", dm.Tobit(lower=0.0, upper=2.0), {"scale": "uncensored"}),
        ("stage", dm.OrderedProbit(), {"category": 2}),
    ):
        found = dm.estimate(SPEC.replace(outcome=outcome, estimator=estimator), FRAME)
        row = (
            dm.margins(found, "x", **options).rows["estimate"].iloc[0],
            dm.margins(found, "x", **options).rows["std_error"].iloc[0],
        )
        values, gradient = found.coefficients["estimate"].to_numpy(), []
        for place, value in enumerate(values):
            ends = []
            for side in (1, -1):
                moved = shifted(found.coefficients, place, value + side * 1e-5)
                ends.append(
                    dm.margins(replace(found, coefficients=moved), "x", **options).rows["estimate"].iloc[0]
                )
            gradient.append((ends[0] - ends[1]) / 2e-5)
        spread = float(np.sqrt(np.array(gradient) @ found.covariance_matrix.to_numpy() @ np.array(gradient)))
        assert row[1] == pytest.approx(spread, rel=1e-5)


@pytest.mark.parametrize("shape", ["logit", "probit"])
@pytest.mark.parametrize("clustered", [False, True])
def test_shares_are_those_of_statsmodels(shape, clustered):
    estimator = dm.FractionalLogit() if shape == "logit" else dm.FractionalProbit()
    covariance = CLUSTERED if clustered else dm.Robust("none")
    found = dm.estimate(SPEC.replace(outcome="share", estimator=estimator, covariance=covariance), FRAME)
    link = sm.families.links.Logit() if shape == "logit" else sm.families.links.Probit()
    options = (
        {"cov_type": "cluster", "cov_kwds": {"groups": FRAME["firm"], "use_correction": False}}
        if clustered
        else {"cov_type": "HC0"}
    )
    made = sm.GLM(FRAME["share"], sm.add_constant(FRAME[["x", "z"]]), family=sm.families.Binomial(link))
    other = made.fit(tol=1e-14, maxiter=200, **options)
    assert ((FRAME["share"] == 0) | (FRAME["share"] == 1)).any()
    assert found.coefficients["estimate"].to_numpy() == pytest.approx(other.params.to_numpy(), rel=1e-8)
    # statsmodels takes the expected information of a probit, here the observed one
    assert found.coefficients["std_error"].to_numpy() == pytest.approx(
        other.bse.to_numpy(), rel=1e-8 if shape == "logit" else 2e-2
    )


def test_binary_choices_are_shares_of_zero_and_one():
    for one, other in ((dm.FractionalLogit(), dm.Logit()), (dm.FractionalProbit(), dm.Probit())):
        spec = SPEC.replace(outcome="high", covariance=dm.Clustered("firm", wild_bootstrap=None))
        a, b = (dm.estimate(spec.replace(estimator=each), FRAME).coefficients for each in (one, other))
        pd.testing.assert_frame_equal(a, b, rtol=1e-8)


@pytest.mark.parametrize("name", ["logit", "probit", "ordered_logit", "ordered_probit"])
def test_effects_of_units_are_those_of_lme4_and_ordinal(name):
    """lme4 1.1-31 glmer(nAGQ = 25), ordinal clmm(nAGQ = 25)."""
    estimator = {
        "logit": dm.Logit(effects="random"), "probit": dm.Probit(effects="random"),
        "ordered_logit": dm.OrderedLogit(effects="random"), "ordered_probit": dm.OrderedProbit(effects="random"),
    }[name]  # fmt: skip
    found = dm.estimate(
        SPEC.replace(outcome="stage" if "ordered" in name else "high", estimator=estimator), FRAME
    )
    estimates, likelihood = MIXED[name]
    assert found.coefficients["estimate"].tolist() == pytest.approx(estimates, rel=2e-4)
    assert found.statistics["log_likelihood"] == pytest.approx(likelihood, abs=2e-4)


def test_limits_with_effects_of_units_integrate_what_quadrature_does_not_see():
    """The likelihood of three units by adaptive integration of scipy."""
    found = dm.estimate(
        SPEC.replace(outcome="spent", estimator=dm.Tobit(lower=0.0, upper=2.0, effects="random")), FRAME
    )
    b = found.coefficients["estimate"].to_numpy()
    index = b[0] + FRAME[["x", "z"]].to_numpy() @ b[1:3]
    total = 0.0
    for _, rows in FRAME.groupby("firm"):
        y, at = rows["spent"].to_numpy(), index[rows.index]

        def height(c, y=y, at=at):
            z = (y - at - c) / b[3]
            logs = np.where(
                y <= 0,
                stats.norm.logcdf(z),
                np.where(y >= 2, stats.norm.logsf(z), stats.norm.logpdf(z) - np.log(b[3])),
            )
            return np.exp(logs.sum()) * stats.norm.pdf(c, scale=b[4])

        total += np.log(integrate.quad(height, -8 * b[4], 8 * b[4], epsabs=0, epsrel=1e-9, limit=200)[0])
    assert found.statistics["log_likelihood"] == pytest.approx(total, abs=1e-6)
    assert found.statistics["lr_units_p"] < 1e-6
    population = found.predict()["prediction"].mean()
    assert population == pytest.approx(FRAME["spent"].mean(), abs=0.02)


def test_correlated_effects_of_a_linear_model_are_those_of_fixed_effects():
    spec = SPEC.replace(outcome="spent", estimator=dm.CorrelatedRandomEffects(dm.LeastSquares()))
    holes = FRAME.drop(index=[3, 10, 11, 50, 77])
    within = dm.estimate(SPEC.replace(outcome="spent", fixed_effects="firm"), holes).coefficients["estimate"]
    for model in (dm.LeastSquares(), dm.RandomEffects()):
        found = dm.estimate(spec.replace(estimator=dm.CorrelatedRandomEffects(model)), holes)
        assert found.coefficients["estimate"][["x", "z"]].to_numpy() == pytest.approx(
            within.to_numpy(), rel=1e-8
        )


def test_correlated_effects_are_the_model_with_the_means_as_terms():
    frame = FRAME.assign(**{f"m{name}": FRAME.groupby("firm")[name].transform("mean") for name in ("x", "z")})
    for outcome, model in (
        ("high", dm.Probit()), ("share", dm.FractionalProbit()), ("spent", dm.Tobit(upper=2.0)),
        ("stage", dm.OrderedLogit()), ("high", dm.Logit(effects="random")),
    ):  # fmt: skip
        plain = SPEC.replace(outcome=outcome, covariance=dm.Clustered("firm", wild_bootstrap=None))
        found = dm.estimate(plain.replace(estimator=dm.CorrelatedRandomEffects(model)), frame)
        by_hand = dm.estimate(plain.replace(controls=("mx", "mz"), estimator=model), frame)
        values = found.coefficients.to_numpy(), by_hand.coefficients.to_numpy()
        assert values[0] == pytest.approx(values[1], rel=1e-7)
        options = {"category": 2} if outcome == "stage" else {}
        one, two = (dm.margins(each, "x", **options).rows.to_numpy() for each in (found, by_hand))
        assert one == pytest.approx(two, rel=1e-6)
        at = dm.margins(found, "x", at={"x": 1.0}, **options).rows.to_numpy()
        assert at == pytest.approx(
            dm.margins(by_hand, "x", at={"x": 1.0}, **options).rows.to_numpy(), rel=1e-6
        )
        new = frame.head(4).assign(x=0.0, firm=[0, 0, 0, 999])
        predicted = found.predict(new, **options)["prediction"]
        assert predicted.iloc[:3].to_numpy() == pytest.approx(
            by_hand.predict(new, **options)["prediction"].iloc[:3], rel=1e-7
        )
        assert np.isnan(predicted.iloc[3])
        assert dm.test(by_hand, "mx = 0, mz = 0").statistic == pytest.approx(
            found.statistics["means_chi2"], rel=1e-6
        )


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"outcome": "one", "estimator": dm.OrderedLogit()}, "design.outcome_constant"),
        ({"outcome": "many", "estimator": dm.OrderedLogit()}, "limited.number_of_categories"),
        ({"outcome": "apart", "estimator": dm.OrderedProbit()}, "limited.likelihood_without_maximum"),
        ({"outcome": "spent", "estimator": dm.Tobit(lower=-1.0)}, "limited.rows_on_one_side_of_limits"),
        ({"outcome": "spent", "estimator": dm.Tobit(lower=None)}, "limited.limits_not_in_order"),
        ({"outcome": "spent", "estimator": dm.Tobit(lower=0.5)}, "limited.values_beyond_limits"),
        ({"outcome": "high", "estimator": dm.Tobit(upper=1.0)}, "limited.rows_on_one_side_of_limits"),
        ({"outcome": "spent", "estimator": dm.FractionalLogit()}, "limited.shares_outside_unit"),
        ({"outcome": "share", "estimator": dm.FractionalProbit(), "covariance": dm.Unadjusted()}, "limited.plain_covariance"),
        ({"outcome": "high", "estimator": dm.CorrelatedRandomEffects(dm.Probit()), "fixed_effects": "firm"}, "estimators.correlated_effects_not_plain"),
        ({"outcome": "high", "estimator": dm.CorrelatedRandomEffects(dm.Probit()), "regressors": "area"}, "estimators.no_term_within_units"),
        ({"outcome": "high", "estimator": dm.CorrelatedRandomEffects(dm.Probit()), "entity": None}, Fault.of("estimators.correlated_effects_not_plain", got='entity')),
        ({"outcome": "high", "estimator": dm.Probit(effects="random"), "covariance": dm.Clustered("year", wild_bootstrap=None)}, "limited.clusters_cut_units"),
        ({"outcome": "noise", "estimator": dm.Probit(effects="random")}, "limited.effects_without_variance"),
    ],
)  # fmt: skip
def test_data_that_a_model_does_not_take_are_refused_in_both_languages(changes, kind):
    alternating = (np.arange(len(FRAME)) + FRAME["firm"]) % 2
    frame = FRAME.assign(
        one=1,
        many=np.arange(len(FRAME)),
        apart=np.digitize(FRAME["x"], [-0.5, 0.5]),
        area=FRAME["firm"] % 4,
        noise=alternating,
    )
    spec = SPEC.replace(**({"covariance": dm.Clustered("firm", wild_bootstrap=None)} | changes))
    with refused(dm.DigimfgError, kind):
        dm.estimate(spec, frame)


def test_what_has_no_mean_is_not_predicted_without_a_category():
    found = dm.estimate(SPEC.replace(estimator=dm.OrderedLogit()), FRAME)
    for ask in (found.predict, lambda: found.residuals, lambda: dm.predict(found, category=9)):
        with pytest.raises(dm.DigimfgError) as caught:
            ask()
        assert caught.value.kind in (
            "postestimation.category_unknown",
            "postestimation.outcome_not_a_number",
        )
    with refused(dm.EstimationError, "postestimation.scale_unknown", scales=("'mean'", "'index'")):
        dm.margins(found, scale="uncensored")
