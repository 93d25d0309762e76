"""Production functions, markups, misallocation: printed estimates, designs of known slopes, known gains."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from refused import refused

import digimfg as dm

CHILE = Path(__file__).parents[3] / "shared" / "data" / "reference" / "chilean.csv"
CHILEAN = dm.Specification("Y", ("fX1", "fX2", "sX"), entity="idvar", time="timevar")


def function(method, *, draws=2, **options):
    proxy = {"op": "inv", "lp": "pX", "acf": "pX", "wooldridge": "pX"}.get(method, ())
    return dm.ProductionFunction(method=method, state="sX", proxy=proxy, replications=draws, **options)


@pytest.mark.parametrize(
    ("method", "printed"),
    [("op", [0.314, 0.256, 0.168]), ("lp", [0.199, 0.169, 0.117]), ("acf", [0.646, 0.644, 0.251])],
)
def test_chilean_plants(method, printed):
    """Table 1 of the vignette of R's prodest 0.1.1 (Rovigatti & Mollisi 2018): polynomials of degree two.

    Its Wooldridge column (.247 .217 .058) comes from a search that starts at random numbers; the joint problem is linear, and its
    exact solution is not there.
    """
    if not CHILE.exists():
        pytest.skip("the data are not here")
    found = dm.estimate(CHILEAN.replace(estimator=function(method, degree=2)), pd.read_csv(CHILE))
    assert found.coefficients["estimate"].tolist() == pytest.approx(printed, abs=5.1e-4)
    minima = found.tables["minima"]
    assert (np.diff(minima["criterion"]) >= 0).all()
    assert minima["starts"].sum() == 11
    if method == "acf":
        assert len(minima) > 1
        assert minima["criterion"].iloc[0] < 1e-12


def plants(n=600, t=10, seed=0):
    """Ackerberg, Caves and Frazer's second design: labour is chosen half a period before materials, with wages of the firm."""
    rng = np.random.default_rng(seed)
    beta_l, beta_k, rho = 0.6, 0.4, 0.7
    omega = rng.normal(0, 0.3, n)
    wage = rng.normal(0, 0.1, n)
    k = rng.normal(0, 0.5, n)
    rows = []
    for year in range(t):
        half = np.sqrt(rho) * omega + rng.normal(0, 0.3 * np.sqrt(1 - rho), n)
        omega = np.sqrt(rho) * half + rng.normal(0, 0.3 * np.sqrt(1 - rho), n)
        wage = 0.3 * wage + rng.normal(0, 0.1 * np.sqrt(1 - 0.09), n)
        labour = (half + beta_k * k - wage) / (1 - beta_l) * 0.6 + rng.normal(0, 0.1, n)
        materials = omega + beta_k * k + beta_l * labour
        output = beta_l * labour + beta_k * k + omega + rng.normal(0, 0.1, n)
        rows.append(
            pd.DataFrame({"firm": range(n), "year": year, "y": output, "l": labour, "k": k, "m": materials})
        )
        k = 0.8 * k + 0.4 * omega + rng.normal(0, 0.2, n)
    return pd.concat(rows, ignore_index=True)


PLANTS = plants()
SPEC = dm.Specification("y", ("l", "k"), entity="firm", time="year")


def test_acf_recovers_what_lp_and_least_squares_miss():
    slopes = {
        method: dm.estimate(
            SPEC.replace(
                estimator=dm.ProductionFunction(
                    method=method,
                    state="k",
                    proxy=("m",) if method in ("acf", "lp") else (),
                    replications=2,
                    degree=2,
                )
            ),
            PLANTS,
        ).coefficients["estimate"]
        for method in ("acf", "lp", "least_squares")
    }
    assert slopes["acf"].tolist() == pytest.approx([0.6, 0.4], abs=0.05)
    assert abs(slopes["lp"]["l"] - 0.6) > 0.1
    assert slopes["least_squares"]["l"] > 0.7


def test_translog_holds_cobb_douglas():
    estimator = dm.ProductionFunction(method="least_squares", state="k", form="translog", replications=5)
    found = dm.estimate(SPEC.replace(estimator=estimator), PLANTS)
    assert list(found.coefficients.index) == ["l", "k", "l^2", "l:k", "k^2"]
    at = found.coefficients["estimate"]
    by_hand = at["l"] + 2 * at["l^2"] * PLANTS["l"] + at["l:k"] * PLANTS["k"]
    table = found.tables["elasticities"].merge(PLANTS.assign(by_hand=by_hand), on=["firm", "year"])
    assert table["l_x"].to_numpy() == pytest.approx(table["by_hand"].to_numpy())


def test_plain_methods_are_least_squares():
    for method, effects in (("least_squares", ()), ("fixed_effects", "firm")):
        ours = dm.estimate(
            SPEC.replace(estimator=dm.ProductionFunction(method=method, state="k", replications=2)), PLANTS
        )
        other = dm.estimate(SPEC.replace(fixed_effects=effects), PLANTS)
        assert ours.coefficients["estimate"].tolist() == pytest.approx(
            other.coefficients.loc[["l", "k"], "estimate"].tolist(), rel=1e-8
        )


def test_errors_of_the_bootstrap_are_those_of_clusters():
    estimator = dm.ProductionFunction(method="least_squares", state="k", replications=400)
    ours = dm.estimate(SPEC.replace(estimator=estimator), PLANTS).coefficients["std_error"]
    clustered = dm.estimate(SPEC.replace(covariance=dm.Clustered("firm")), PLANTS).coefficients["std_error"]
    assert ours.tolist() == pytest.approx(clustered[["l", "k"]].tolist(), rel=0.15)


def test_productivity_is_output_less_inputs_and_noise():
    estimator = dm.ProductionFunction(method="acf", state="k", proxy="m", replications=2, degree=2)
    found = dm.estimate(SPEC.replace(estimator=estimator), PLANTS)
    table = found.tables["productivity"].merge(PLANTS, on=["firm", "year"])
    slopes = found.coefficients["estimate"]
    tfp = table["y"] - slopes["l"] * table["l"] - slopes["k"] * table["k"]
    assert table["tfp"].to_numpy() == pytest.approx(tfp.to_numpy(), abs=1e-9)
    assert (table["productivity"] + table["noise"]).to_numpy() == pytest.approx(tfp.to_numpy(), abs=1e-9)
    assert table["noise"].std() == pytest.approx(0.1, abs=0.02)


@pytest.mark.parametrize(
    ("estimator", "kind"),
    [
        (
            dm.ProductionFunction(method="acf", state="k"),
            "production.proxy_of_another_method",
        ),
        (
            dm.ProductionFunction(method="acf", state="q", proxy="m"),
            "production.state_not_some_of_regressors",
        ),
        (
            dm.ProductionFunction(method="lp", state="k", proxy="m", form="translog"),
            "production.translog_of_another_method",
        ),
        (
            dm.ProductionFunction(method="acf", state="k", proxy="m", attrition=True),
            "production.attrition_of_another_method",
        ),
        (dm.ProductionFunction(method="lp", state="k", proxy="flat"), "production.proxies_constant"),
    ],
)
def test_what_does_not_go_together_is_refused(estimator, kind):
    with refused(dm.DigimfgError, kind):
        dm.estimate(SPEC.replace(estimator=estimator), PLANTS.assign(flat=0.0))


def test_one_period_is_refused():
    estimator = dm.ProductionFunction(method="acf", state="k", proxy="m")
    with refused(dm.DigimfgError, "production.too_few_rows_with_row_before"):
        dm.estimate(SPEC.replace(estimator=estimator), PLANTS[PLANTS["year"] == 3])


def test_gains_of_known_wedges():
    """Lognormal A and TFPR that are independent: with labour and capital moved together the loss is exp(σ/2·var) within industries."""
    rng = np.random.default_rng(5)
    n, sigma, alpha, spread = 400_000, 3.0, 0.4, 0.2
    a, tau = np.exp(rng.normal(0, 0.3, n)), np.exp(rng.normal(0, spread, n))
    sold = (a / tau) ** (sigma - 1)
    frame = pd.DataFrame({"s": 0, "y": sold, "k": sold / tau, "w": sold / tau})
    found = dm.misallocation(
        frame, value_added="y", capital="k", labor="w", industry="s", capital_share=alpha, trim=0
    )
    assert found.totals["tfp_ratio"].iloc[0] == pytest.approx(np.exp(-sigma / 2 * spread**2), abs=0.003)
    assert found.totals["tfpr_std"].iloc[0] == pytest.approx(spread, abs=0.002)


def test_equal_wedges_gain_nothing_and_units_do_not_matter():
    rng = np.random.default_rng(2)
    y = rng.uniform(1, 9, 50)
    frame = pd.DataFrame({"s": np.arange(50) % 2, "y": y, "k": 2 * y, "w": 0.3 * y})
    options = {
        "value_added": "y",
        "capital": "k",
        "labor": "w",
        "industry": "s",
        "capital_share": 0.4,
        "trim": 0,
    }
    assert dm.misallocation(frame, **options).totals["gain_pct"].iloc[0] == pytest.approx(0, abs=1e-9)
    frame["k"] *= rng.uniform(0.5, 2, 50)
    one = dm.misallocation(frame, **options)
    other = dm.misallocation(
        frame.assign(y=frame["y"] * 1e4, k=frame["k"] * 1e4, w=frame["w"] * 1e4), **options
    )
    assert one.totals["gain_pct"].iloc[0] > 1
    assert other.totals["gain_pct"].iloc[0] == pytest.approx(one.totals["gain_pct"].iloc[0])


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ({"y": -1.0}, "measures.misallocation_values_not_positive"),
        ({"s": range(4)}, "measures.one_firm_in_industry"),
        ({"k": np.nan}, "measures.misallocation_values_not_positive"),
    ],
)
def test_firms_that_cannot_be_compared_are_refused(change, kind):
    frame = pd.DataFrame({"s": 0, "y": [1.0, 2, 3, 4], "k": 1.0, "w": 1.0}).assign(**change)
    with refused(dm.DigimfgError, kind):
        dm.misallocation(
            frame, value_added="y", capital="k", labor="w", industry="s", capital_share=0.4, trim=0
        )


def test_markups_are_elasticity_over_share():
    frame = PLANTS.assign(sales=np.exp(PLANTS["y"]), wages=0.4 * np.exp(PLANTS["y"]))
    estimator = dm.ProductionFunction(method="acf", state="k", proxy="m", replications=2, degree=2)
    result = dm.estimate(SPEC.replace(estimator=estimator), frame)
    found = dm.markups(result, frame, variable_input="l", expenditure="wages", sales="sales")
    share = 0.4 * np.exp(result.tables["productivity"]["noise"])
    slope = result.coefficients.loc["l", "estimate"]
    assert found.values["markup"].to_numpy() == pytest.approx((slope / share).to_numpy())
    with refused(dm.DigimfgError, "measures.input_not_in_function"):
        dm.markups(dm.estimate(SPEC, frame), frame, variable_input="l", expenditure="wages", sales="sales")


def dynamic_plants(n=4000, t=6, seed=0, noise=0.0):
    """Firms with effects and autoregressive productivity; labour and capital answer to both, and to prices of their own."""
    rng = np.random.default_rng(seed)
    effect, productivity, labour_price, capital_price = (rng.normal(0, 0.3, n) for _ in range(4))
    capital, rows = np.zeros(n), []
    for year in range(-20, t):
        productivity = 0.7 * productivity + rng.normal(0, 0.3, n)
        labour_price = 0.5 * labour_price + rng.normal(0, 0.3, n)
        capital_price = 0.8 * capital_price + rng.normal(0, 0.3, n)
        labour = 0.4 * effect + 0.5 * productivity + labour_price
        capital = 0.5 * capital + 0.3 * effect + 0.3 * productivity + capital_price
        output = (
            0.6 * labour + 0.3 * capital + effect + productivity + noise * rng.normal(size=n) + 0.02 * year
        )
        if year >= 0:
            rows.append(
                pd.DataFrame({"firm": range(n), "year": year, "y": output, "l": labour, "k": capital})
            )
    return pd.concat(rows, ignore_index=True)


def test_system_gmm_recovers_what_least_squares_and_effects_miss():
    frame = dynamic_plants()
    estimators = {
        "gmm": dm.ProductionFunction(method="system_gmm", instrument_lags=(2, None)),
        "ols": dm.ProductionFunction(method="least_squares", state="k", replications=2),
        "within": dm.ProductionFunction(method="fixed_effects", state="k", replications=2),
    }
    found = {
        name: dm.estimate(SPEC.replace(estimator=each, fixed_effects="year" if name == "gmm" else ()), frame)
        for name, each in estimators.items()
    }
    gmm = found["gmm"]
    assert (abs(gmm.coefficients["estimate"] - [0.6, 0.3]) < 2 * gmm.coefficients["std_error"]).all()
    assert gmm.coefficients["std_error"].max() < 0.05
    assert gmm.statistics["persistence"] == pytest.approx(
        0.7, abs=2 * gmm.statistics["persistence_std_error"]
    )
    assert gmm.statistics["common_factors_p"] > 0.01
    assert found["ols"].coefficients["estimate"]["l"] > 0.8
    assert found["within"].coefficients["estimate"]["l"] > 0.8


def test_noise_in_output_needs_the_third_lag():
    frame = dynamic_plants(noise=0.3)
    slopes = {
        first: dm.estimate(
            SPEC.replace(
                estimator=dm.ProductionFunction(method="system_gmm", instrument_lags=(first, None)),
                fixed_effects="year",
            ),
            frame,
        )
        for first in (2, 3)
    }
    assert slopes[3].statistics["persistence"] == pytest.approx(0.7, abs=0.1)
    assert slopes[2].statistics["persistence"] < slopes[3].statistics["persistence"] - 0.05
    assert slopes[2].statistics["hansen_p"] < 0.01 < slopes[3].statistics["hansen_p"]


def test_system_gmm_is_dynamic_gmm_and_a_generic_search_for_common_factors():
    """Spanish firms: the free coefficients by `DynamicGMM`, which plm's pgmm checks; common factors by a general minimiser."""
    from scipy.optimize import minimize

    frame = pd.read_csv(Path(__file__).parents[2] / "data" / "raw" / "firm_samples" / "spain.csv")
    spec = dm.Specification("y", ("n", "k"), entity="firm", time="year", fixed_effects="year")
    ours = dm.estimate(spec.replace(estimator=dm.ProductionFunction(method="system_gmm")), frame)
    sets = tuple(dm.GMMInstruments(name, first=3, last=None) for name in ("y", "n", "k"))
    free = dm.estimate(
        spec.replace(
            regressors=("L.y", "n", "k", "L.n", "L.k"), covariance=dm.Clustered("firm"),
            estimator=dm.DynamicGMM(instruments=sets, system=True),
        ),
        frame,
    )  # fmt: skip
    names = ["L.y", "n", "k", "L.n", "L.k"]
    table = ours.tables["common_factors"]
    assert table["unrestricted"].tolist() == pytest.approx(
        free.coefficients.loc[names, "estimate"].tolist(), rel=1e-6
    )
    assert table["std_error"].tolist() == pytest.approx(
        free.coefficients.loc[names, "std_error"].tolist(), rel=1e-6
    )
    weight = np.linalg.inv(free.covariance_matrix.loc[names, names])
    pi = free.coefficients.loc[names, "estimate"].to_numpy()

    def distance(theta):
        rest = pi - np.r_[theta, -theta[0] * theta[1:]]
        return rest @ weight @ rest

    other = minimize(
        distance, pi[:3], method="Nelder-Mead", options={"xatol": 1e-10, "fatol": 1e-12, "maxiter": 5000}
    )
    assert [ours.statistics["persistence"], *ours.coefficients["estimate"]] == pytest.approx(
        other.x.tolist(), abs=1e-5
    )
    assert ours.statistics["common_factors"] == pytest.approx(other.fun, abs=1e-6)
    with refused(dm.DigimfgError, "production.instrument_options_of_another_method"):
        dm.estimate(
            spec.replace(
                fixed_effects=(),
                estimator=dm.ProductionFunction(method="least_squares", state="k", collapse=True),
            ),
            frame,
        )
    with refused(dm.DigimfgError, "production.state_not_taken"):
        dm.estimate(spec.replace(estimator=dm.ProductionFunction(method="system_gmm", state="k")), frame)


def by_industry(frame, **options):
    given = {"method": "acf", "state": "k", "proxy": "m", "replications": 3, "degree": 2, "by": "industry"}
    return dm.estimate(SPEC.replace(estimator=dm.ProductionFunction(**given | options)), frame)


@pytest.mark.parametrize("form", ["cobb_douglas", "translog"])
@pytest.mark.parametrize("method", ["acf", "least_squares", "system_gmm"])
def test_industries_are_what_each_is_alone(method, form):
    if (method, form) == ("system_gmm", "translog"):
        pytest.skip("a Cobb–Douglas form with this method")
    frame = PLANTS[PLANTS["firm"] < 300].assign(industry=lambda f: np.where(f["firm"] % 2, "C13", "C14"))
    options = {"method": method, "form": form}
    if method != "acf":
        options["proxy"] = ()
    if method == "system_gmm":
        options["state"] = ()
    whole = by_industry(frame, **options)
    assert whole.statistics["n_industries"] == 2
    for name, part in frame.groupby("industry"):
        alone = by_industry(part, **options | {"by": None})
        for column in ("estimate", "std_error"):
            ours = whole.coefficients.filter(like=f":industry[{name}]", axis=0)[column]
            assert ours.tolist() == pytest.approx(alone.coefficients[column].tolist(), rel=1e-9)
        scale = whole.tables["returns_to_scale"].loc[name]
        assert scale["std_error"] == pytest.approx(alone.tables["returns_to_scale"]["std_error"].iloc[0])
        both = whole.productivity.merge(alone.productivity, on=["firm", "year"], suffixes=("", "_alone"))
        assert len(both) == len(part)
        assert both["tfp"].to_numpy() == pytest.approx(both["tfp_alone"].to_numpy(), abs=1e-9)
    assert whole.productivity.equals(by_industry(frame, **options, n_jobs=2).productivity)


def test_an_industry_with_too_few_firms_is_named_and_none_is_left_out():
    frame = PLANTS[PLANTS["firm"] < 100].assign(
        industry=lambda f: np.where(f["firm"] < 2, "C15", np.where(f["firm"] < 4, "C16", "C14"))
    )
    with refused(dm.DigimfgError, "production.parts_too_small") as caught:
        by_industry(frame)
    assert [part.values["name"] for part in caught.value.facts["parts"]] == ["C15", "C16"]
    with refused(dm.DigimfgError, "production.part_missing", n=10):
        by_industry(frame.assign(industry=frame["industry"].where(frame["firm"] != 7)))
    with refused(dm.DigimfgError, "names.unknown_column", name="industry"):
        by_industry(frame.rename(columns={"industry": "industries"}))


def test_a_firm_that_changes_its_industry_begins_anew_and_is_counted():
    frame = PLANTS[PLANTS["firm"] < 200].assign(industry="C14")
    frame.loc[(frame["firm"] % 2 == 0) | ((frame["firm"] < 7) & (frame["year"] > 4)), "industry"] = "C13"
    found = by_industry(frame, method="lp")
    (note,) = [each for each in found.notes if getattr(each, "kind", "") == "changed"]
    assert dict(note.facts)["n"] == 3
    assert len(found.productivity) == len(frame)


def test_returns_to_scale_of_a_translog_are_the_mean_of_its_elasticities():
    for by in (None, "industry"):
        frame = PLANTS[PLANTS["firm"] < 200].assign(industry=lambda f: f["firm"] % 2)
        found = by_industry(frame, form="translog", by=by)
        sums = found.tables["elasticities"][["l", "k"]].sum(axis=1)
        parts = found.productivity.merge(frame, on=["firm", "year"])["industry"] if by else 0
        table = found.tables["returns_to_scale"]
        assert table["estimate"].tolist() == pytest.approx(sums.groupby(parts + 0 * sums).mean().tolist())
        assert (table["p_value"].between(0, 1)).all()


def test_markups_take_the_elasticity_of_the_industry():
    frame = PLANTS[PLANTS["firm"] < 200].assign(industry=lambda f: np.where(f["firm"] % 2, "C13", "C14"))
    frame = frame.assign(sales=np.exp(frame["y"]), wages=0.4 * np.exp(frame["y"]))
    found = by_industry(frame)
    made = dm.markups(found, frame, variable_input="l", expenditure="wages", sales="sales").values
    slopes = frame["industry"].map(lambda name: found.coefficients.loc[f"l:industry[{name}]", "estimate"])
    both = made.merge(frame.assign(slope=slopes), on=["firm", "year"])
    assert both["elasticity"].to_numpy() == pytest.approx(both["slope"].to_numpy())


def test_the_caution_of_estimates_goes_along_to_the_equation_that_uses_them():
    frame = PLANTS[PLANTS["firm"] < 60].assign(
        sales=np.exp(PLANTS["y"]), wages=0.4 * np.exp(PLANTS["y"]), digital=PLANTS["l"] ** 2
    )
    found = by_industry(frame, method="lp", by=None)
    made = dm.markups(found, frame, variable_input="l", expenditure="wages", sales="sales").values
    idle = frame.assign(y=frame["y"] - np.abs(np.random.default_rng(1).normal(0, 0.4, len(frame))))
    frontier = dm.estimate(SPEC.replace(estimator=dm.StochasticFrontier()), idle).tables["efficiency"]
    for table, column in ((found.productivity, "productivity"), (made, "markup"), (frontier, "efficiency")):
        panel = dm.DerivedPanel(
            frame,
            (),
            joins=(dm.Join(table, on=("firm", "year"), columns=column),),
            keys=("firm", "year"),
            name="plants",
        )
        joined = panel.load()
        equation = SPEC.replace(regressors=("digital",), fixed_effects=("firm", "year"), outcome=column)
        assert any("estimated" in note.en for note in dm.estimate(equation, joined).notes)
        assert not any(
            "estimated" in note.en for note in dm.estimate(equation.replace(outcome="y"), joined).notes
        )


def test_rows_without_a_proxy_are_counted_with_the_firms_that_go_with_them():
    frame = PLANTS[PLANTS["firm"] < 100].assign(materials=lambda f: np.exp(f["m"]))
    frame.loc[(frame["firm"] < 5) | (frame["year"] == 3), "materials"] = 0.0
    found = by_industry(frame, method="lp", by=None, proxy="log(materials)", form="cobb_douglas")
    (note,) = [each for each in found.notes if getattr(each, "kind", "") == "without_proxy"]
    facts = dict(note.facts)
    assert (facts["n"], facts["total"], facts["never"]) == (145, 1000, 5)
    whole = by_industry(frame[frame["materials"] > 0], method="lp", by=None, proxy="log(materials)")
    assert not [each for each in whole.notes if getattr(each, "kind", "") == "without_proxy"]
    assert whole.coefficients["estimate"].tolist() == found.coefficients["estimate"].tolist()
