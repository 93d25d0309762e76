"""Breaks, early warning, growth tails, variety, modes, cusp, state dependence, selection: printed numbers and truths."""

import numpy as np
import pandas as pd
import pytest
from refused import refused
from scipy.integrate import quad
from scipy.signal import lfilter
from scipy.stats import gennorm, laplace, norm
from statsmodels.datasets import nile

import digimfg as dm
from digimfg.evolution.cusp_density import Cusp
from digimfg.evolution.probit_effects import ProbitEffects, unit_values

NILE = nile.load_pandas().data


def series(values, first=1900):
    return pd.DataFrame({"year": first + np.arange(len(values)), "x": values})


def test_the_nile_breaks_after_observation_28():
    """R's strucchange 1.5-3, Fstats(Nile ~ 1): sup 75.9297694275 at 28, ave 21.214666778, exp 33.7589749564; with a line 38.9479012687."""
    found = dm.break_test(NILE, "volume")
    assert found.statistics["n_before"] == 28
    assert (found.last_before, found.first_after) == (1898, 1899)
    assert found.tests["statistic"].tolist() == pytest.approx(
        [75.9297694275, 21.214666778, 33.7589749564], rel=1e-10
    )
    assert found.path["f"].iloc[:3].tolist() == pytest.approx(
        [22.32454724, 21.74287255, 25.88331779], abs=5e-9
    )
    assert found.regimes.loc["constant"].tolist() == pytest.approx(
        [NILE["volume"][:28].mean(), NILE["volume"][28:].mean(), -247.77777], abs=1e-4
    )
    assert found.tests.loc["sup_f", "p_value"] == 0.001
    line = dm.break_test(NILE, "volume", trend=True)
    assert line.tests.loc["sup_f", "statistic"] == pytest.approx(38.9479012687, rel=1e-10)


@pytest.mark.parametrize(
    ("trim", "whole", "quiet", "p_values"),
    [
        (0.10, [75.9297694, 19.9480982, 33.6272057], [2.78195931, 0.75770308, 0.44402944], [0.675684, 0.477929, 0.514012]),
        (0.15, [75.9297694, 21.2146668, 33.7589750], [2.78195931, 0.81838415, 0.47470495], [0.613773, 0.430822, 0.465705]),
        (0.25, [75.9297694, 23.7433337, 34.0898289], [2.78195931, 0.87681555, 0.51302836], [0.489028, 0.381919, 0.397357]),
    ],
)  # fmt: skip
def test_statistics_at_other_trims_are_those_of_strucchange(trim, whole, quiet, p_values):
    """R's strucchange 1.5-3: Fstats(Nile ~ 1, from = trim), Fstats(Nile[30:100] ~ 1, from = trim), sctest(type).

    Its p values are Hansen's (1997) for long series; ours are simulated for the 71 periods there are.
    """
    found = dm.break_test(NILE, "volume", trim=trim, draws=99)
    assert found.tests["statistic"].tolist() == pytest.approx(whole, rel=1e-8)
    rest = dm.break_test(NILE.iloc[29:], "volume", trim=trim, draws=1_999)
    assert rest.tests["statistic"].tolist() == pytest.approx(quiet, rel=1e-7)
    assert rest.tests["p_value"].tolist() == pytest.approx(p_values, abs=0.075)


def test_simulated_critical_values_are_near_the_published_ones():
    """Andrews (2003, doi:10.1111/1468-0262.00405), 15 % trimmed, one and two coefficients at 5 %: 8.68 and 11.72."""
    rng = np.random.default_rng(0)
    values = rng.normal(size=800)
    one = dm.break_test(series(values), "x", draws=1_500)
    assert one.tests.loc["sup_f", "critical_5"] == pytest.approx(8.68, abs=0.5)
    frame = series(values).assign(z=rng.normal(size=800))
    two = dm.break_test(frame, "x", regressors="z", draws=1_500)
    assert two.tests.loc["sup_f", "critical_5"] == pytest.approx(11.72, abs=0.6)


def test_memory_is_no_break_where_it_is_allowed_for():
    rng, rejected = np.random.default_rng(4), np.zeros(2)
    for draw in range(40):
        x = np.zeros(120)
        for t in range(1, 120):
            x[t] = 0.6 * x[t - 1] + rng.normal()
        kinds = ("independent", "autoregressive")
        found = [dm.break_test(series(x), "x", errors=kind, draws=99, seed=draw) for kind in kinds]
        rejected += [each.tests.loc["sup_f", "p_value"] <= 0.05 for each in found]
        if draw == 0:
            assert "autocorrelated" in {note.kind for note in found[0].notes}
    assert rejected[0] >= 20
    assert rejected[1] <= 9


def warning_series():
    rng, x = np.random.default_rng(5), np.zeros(120)
    for t in range(1, 120):
        x[t] = (0.1 + 0.8 * t / 120) * x[t - 1] + rng.normal()
    return series(np.round(x, 6))


@pytest.mark.parametrize(
    ("smoothing", "first", "last", "taus"),
    [
        ("none", (0.947813, 0.246530), (1.512894, 0.729325), (0.8021857923497268, 0.9311475409836064)),
        ("gaussian", (0.830860, 0.164518), (0.881914, 0.542427), (0.2819672131147541, 0.8765027322404372)),
    ],
)
def test_indicators_are_those_of_ewstools(smoothing, first, last, taus):
    """ewstools 2.1.3: detrend('Gaussian', bandwidth=0.2), compute_var and compute_auto(lag=1) in half windows, compute_ktau."""
    found = dm.early_warning(warning_series(), "x", smoothing=smoothing, draws=99)
    assert found.indicators.iloc[0].tolist() == pytest.approx(first, abs=5e-7)
    assert found.indicators.iloc[-1].tolist() == pytest.approx(last, abs=5e-7)
    assert found.trends["tau"].tolist() == pytest.approx(taus, abs=1e-12)
    # of two rises that must both be there, the less unusual one decides
    assert found.statistics["p_joint"] <= found.trends["p_value"].max()
    assert (found.statistics["p_joint"] <= 0.05) == (smoothing == "none")


def test_only_memory_that_looks_like_breaks_is_warned_of():
    """Errors that turn back each period make breaks rarer: nothing is found too often."""
    kinds = {}
    for memory in (0.7, -0.7):
        x = np.zeros(80)
        for t, shock in enumerate(np.random.default_rng(4).normal(size=79), start=1):
            x[t] = memory * x[t - 1] + shock
        found = dm.break_test(series(x), "x", draws=99)
        assert abs(found.statistics["autocorrelation"]) > 0.3
        kinds[memory] = {note.kind for note in found.notes}
    assert "autocorrelated" in kinds[0.7]
    assert "autocorrelated" not in kinds[-0.7]


def test_constant_memory_gives_few_warnings():
    """Also of both rises at once: that each is as large at once is rarer than either, and came 16 times."""
    rng, warned, joint = np.random.default_rng(8), 0, 0
    for draw in range(60):
        x = np.zeros(100)
        for t in range(1, 100):
            x[t] = 0.5 * x[t - 1] + rng.normal()
        found = dm.early_warning(series(x), "x", draws=99, seed=draw)
        warned += found.trends.loc["autocorrelation", "p_value"] <= 0.05
        joint += found.statistics["p_joint"] <= 0.05
    assert warned <= 8  # 3 expected
    assert joint <= 8


@pytest.mark.parametrize("shape", [0.7, 1.0, 1.5, 2.0, 3.0])
def test_growth_tails_are_those_of_scipy_and_the_truth(shape):
    rates = gennorm.rvs(shape, scale=0.1, size=1500, random_state=40 + int(10 * shape))
    found = dm.fit_growth_tails(series(rates), "x")
    b, scale, location = found.parameters["estimate"]
    start = {"loc": location, "scale": scale * b ** (1 / b)}
    other = gennorm.fit(rates, b, **start)
    assert found.statistics["log_likelihood"] >= gennorm.logpdf(rates, *other).sum() - 1e-4
    if shape >= 1:
        assert (b, location) == pytest.approx(other[:2], abs=2e-3)
    row = found.parameters.loc["shape"]
    assert row["conf_low"] < shape < row["conf_high"]
    free, normal = found.statistics["log_likelihood"], norm.logpdf(rates, rates.mean(), rates.std()).sum()
    assert found.tests.loc["normal", "statistic"] == pytest.approx(2 * (free - normal), abs=1e-6)
    assert (found.tests.loc["normal", "p_value"] < 0.01) == (shape != 2.0)


def test_tails_have_the_units_of_rates_and_lose_group_means():
    rng = np.random.default_rng(1)
    frame = pd.DataFrame({"year": np.repeat(np.arange(10), 60), "x": rng.laplace(size=600)})
    one = dm.fit_growth_tails(frame, "x", within="year").parameters
    moved = frame.assign(x=100 * (frame["x"] + frame["year"]))
    other = dm.fit_growth_tails(moved, "x", within="year").parameters
    assert other.loc["shape"].tolist() == pytest.approx(one.loc["shape"].tolist(), rel=1e-5)
    assert other.loc["scale"].tolist() == pytest.approx((100 * one.loc["scale"]).tolist(), rel=1e-5)


def test_variety_parts_add_up_and_equal_closed_forms():
    rng = np.random.default_rng(2)
    rows = pd.DataFrame(
        [(u, y, c, rng.uniform(0, 3)) for u in "ab" for y in (1, 2) for c in "pqrst"],
        columns=["u", "year", "c", "v"],
    ).assign(g=lambda d: d["c"].map(dict(zip("pqrst", "11222", strict=True))))
    apart = pd.DataFrame(1 - np.eye(5), list("pqrst"), list("pqrst"))
    found = dm.variety(rows, "v", entity="u", time="year", category="c", group="g", distance=apart)
    assert (found["unrelated"] + found["related"]).tolist() == pytest.approx(found["entropy"].tolist())
    assert found["rao_stirling"].tolist() == pytest.approx((1 - found["concentration"]).tolist())
    even = dm.variety(rows.assign(v=2.0), "v", entity="u", time="year", category="c")
    assert even["effective_number"].tolist() == pytest.approx([5.0] * 4)
    shares = rows.assign(p=rows["v"] / rows.groupby(["u", "year"])["v"].transform("sum"))
    within = 0.0
    for _, part in shares[(shares["u"] == "a") & (shares["year"] == 1)].groupby("g"):
        own = part["p"] / part["p"].sum()
        within += part["p"].sum() * -(own * np.log(own)).sum()
    assert found.loc[("a", 1), "related"] == pytest.approx(within)


def moving(seed, kind, n_units=31, n_periods=12):
    rng, rows = np.random.default_rng(seed), []
    x = np.clip(rng.normal(size=n_units), -1.5, 1.5)
    for year in range(n_periods):
        rows.append(pd.DataFrame({"unit": range(n_units), "year": year, "x": x}))
        noise = rng.normal(size=n_units)
        x = 0.7 * x + 0.5 * noise if kind == "one" else x + 0.3 * (x - x**3) + 0.25 * noise
    return pd.concat(rows, ignore_index=True)


def test_two_wells_have_two_modes_and_one_has_one():
    keys = {"entity": "unit", "time": "year", "draws": 39}
    found = {
        kind: [dm.ergodic_modes(moving(seed, kind), "x", **keys) for seed in range(8)]
        for kind in ("one", "two")
    }
    assert sum(each.statistics["p_value"] <= 0.05 for each in found["one"]) <= 2
    assert sum(each.statistics["p_value"] <= 0.05 for each in found["two"]) >= 6
    for each in found["two"]:
        assert each.modes["mass"].sum() == pytest.approx(1, abs=1e-6)
    wells = np.array([each.modes["at"].iloc[[0, -1]] for each in found["two"] if len(each.modes) > 1])
    assert wells.mean(axis=0) == pytest.approx([-1, 1], abs=0.15)


def test_the_ergodic_density_of_an_autoregression_is_its_normal():
    keys = {"entity": "unit", "time": "year", "draws": 19}
    found = dm.ergodic_modes(moving(1, "one", n_units=500, n_periods=5), "x", bandwidth=0.12, **keys)
    at = found.density.index.to_numpy()
    spread = np.sqrt((found.density["ergodic"] * at**2).sum() * (at[1] - at[0]))
    smoothed = 0.12**2 * (1 + 0.49)  # what kernels add to the variance of a step
    assert spread == pytest.approx(np.sqrt((0.25 + smoothed) / (1 - 0.49)), rel=0.06)
    assert found.density["ergodic"].sum() * (at[1] - at[0]) == pytest.approx(1, abs=1e-6)


def leaping(seed, kind="cusp", n=200):
    rng = np.random.default_rng(seed)
    z, v = rng.uniform(-2, 2, n), rng.uniform(-2, 4, n)
    grid = np.linspace(-5, 5, 2001)
    a, b = 0.8 * z, 0.5 + 0.9 * v
    mass = np.exp(a[:, None] * grid + b[:, None] * grid**2 / 2 - grid**4 / 4 - 20).cumsum(axis=1)
    y = grid[(mass < rng.random(n)[:, None] * mass[:, -1:]).sum(axis=1)]
    if kind == "logistic":
        y = 4 / (1 + np.exp(-3 * z)) + 0.3 * rng.normal(size=n)
    if kind == "line":
        y = z + v / 3 + rng.normal(size=n)
    return pd.DataFrame({"z": z, "v": v, "x": (y + 1) / 2})


@pytest.mark.parametrize("kind", ["cusp", "logistic", "line"])
def test_each_model_is_preferred_where_it_is_true(kind):
    found = [dm.fit_cusp(leaping(seed, kind), "x", asymmetry="z", bifurcation="v") for seed in range(3)]
    assert [each.comparison["aicc"].idxmin() for each in found].count(kind) >= 2
    for each in found:
        place = each.points
        state = each.coefficients["estimate"].loc["state"]
        seen = leaping(found.index(each), kind)["x"]
        assert place["state"].to_numpy() == pytest.approx(
            state["constant"] + state["slope"] * seen.to_numpy()
        )
        two = (place["bifurcation"] > 0) & (27 * place["asymmetry"] ** 2 < 4 * place["bifurcation"] ** 3)
        assert (two == place["bistable"]).all()
    if kind == "cusp":
        truth = [0, 0.8, 0.5, 0.9, -1, 2]
        for each in found:
            apart = (each.coefficients["estimate"] - truth) / each.coefficients["std_error"]
            assert np.abs(apart).max() < 3.5


def cusp_integral(alpha, beta):
    """Return the logarithm of the integral by adaptive quadrature."""

    def power(y):
        return alpha * y + beta * y**2 / 2 - y**4 / 4

    top = power(np.linspace(-5, 5, 4001)).max()
    return np.log(quad(lambda y: np.exp(power(y) - top), -9, 9, limit=800, points=[-4, -3, 0, 3, 4])[0]) + top


def test_the_integral_of_the_cusp_is_that_of_quadrature_and_its_gradient_a_gradient():
    rng = np.random.default_rng(0)
    cusp = Cusp(rng.normal(size=20), np.column_stack([np.ones(20), rng.normal(size=20)]), np.ones((20, 1)))
    for alpha, beta in ((0.0, 0.0), (3.0, 4.0), (-8.0, -6.0), (0.5, 9.0), (5.0, -40.0), (0.2, 16.0)):
        whole = cusp.moments(np.array([alpha]), np.array([beta]))[0][0]
        assert whole == pytest.approx(cusp_integral(alpha, beta), rel=1e-7)
    place = rng.normal(size=5) * 0.5
    slope = [(cusp.loss(place + h)[0] - cusp.loss(place - h)[0]) / 2e-6 for h in 1e-6 * np.eye(5)]
    assert cusp.loss(place)[1] == pytest.approx(slope, rel=1e-5, abs=1e-5)


def held(seed, n=150, periods=10, rho=0.6, delta=-0.4):
    rng, rows = np.random.default_rng(seed), []
    effect, d = 0.8 * rng.normal(size=n), rng.normal(size=n)
    y = (0.7 * effect + 0.3 * d + rng.normal(size=n) > 0).astype(int)
    for year in range(periods):
        if year:
            d = 0.5 * d + rng.normal(size=n) + 0.2 * effect
            y = (rho * y + delta * y * d + 0.2 * d - 0.2 + effect + rng.normal(size=n) > 0).astype(int)
        rows.append(pd.DataFrame({"unit": range(n), "year": 2000 + year, "low": y, "d": d}))
    return pd.concat(rows, ignore_index=True)


def probit_integral(sign, index, sigma):
    """Return the log-likelihood of one unit by adaptive quadrature."""
    return np.log(quad(lambda a: norm.pdf(a) * norm.cdf(sign * (index + sigma * a)).prod(), -9, 9)[0])


def test_the_likelihood_of_a_unit_is_its_integral():
    rng = np.random.default_rng(3)
    outcome, design = rng.integers(0, 2, 12).astype(float), rng.normal(size=(12, 3))
    unit, place = np.repeat([0, 1, 2], 4), np.array([0.4, -0.3, 0.2, np.log(0.9)])
    model = ProbitEffects(outcome=outcome, design=design, unit=unit, nodes=40)
    values, scores = unit_values(model, place)
    for one in range(3):
        sign, index = 2 * outcome[unit == one] - 1, design[unit == one] @ place[:-1]
        assert values[one] == pytest.approx(probit_integral(sign, index, 0.9), abs=1e-9)
    slope = [
        (unit_values(model, place + h)[0].sum() - unit_values(model, place - h)[0].sum()) / 2e-6
        for h in 1e-6 * np.eye(4)
    ]
    assert scores.sum(axis=0) == pytest.approx(slope, rel=1e-6, abs=1e-6)


def test_state_dependence_is_told_from_lasting_differences():
    found = [
        dm.state_dependence(held(seed), "low", entity="unit", time="year", moderator="d") for seed in range(4)
    ]
    table = np.array([each.coefficients.loc[["lag", "lag:d"], ["estimate", "std_error"]] for each in found])
    apart = (table[:, :, 0] - [0.6, -0.4]) / table[:, :, 1]
    assert np.abs(apart).max() < 3
    assert np.abs(table[:, :, 0].mean(axis=0) - [0.6, -0.4]).max() < 0.12
    for each in found:
        chance = each.probabilities["probability"]
        effect = each.effects["effect"].drop("raw")
        assert (chance.xs(1, level="state") - chance.xs(0, level="state")).to_numpy() == pytest.approx(
            effect.to_numpy(), abs=1e-12
        )
        assert (each.probabilities["conf_low"] > 0).all()
        assert (each.probabilities["conf_high"] < 1).all()
        assert each.effects.loc["raw", "effect"] > 2 * each.effects.loc["mean", "effect"]
        assert each.effects.loc["low", "effect"] > each.effects.loc["high", "effect"]
    none = dm.state_dependence(held(9, rho=0, delta=0), "low", entity="unit", time="year")
    row = none.coefficients.loc["lag"]
    assert row["conf_low"] < 0 < row["conf_high"]


def growing(seed, slope=0.1, sharper=0.05):
    rng, rows = np.random.default_rng(seed), []
    size, trait, d = np.exp(rng.normal(size=80)), rng.normal(size=80), rng.uniform(0, 2, 80)
    market = np.arange(80) % 4
    for year in range(8):
        rows.append(
            pd.DataFrame(
                {"firm": range(80), "year": year, "sales": size, "tfp": trait, "digital": d, "market": market}
            )
        )
        size = size * np.exp((slope + sharper * d) * trait + 0.1 * rng.normal(size=80) + 0.2 * market)
        trait = 0.8 * trait + 0.5 * rng.normal(size=80)
    return pd.concat(rows, ignore_index=True)


def test_selection_and_what_sharpens_it_are_recovered_within_markets():
    frame = growing(0)
    keys = {"entity": "firm", "time": "year", "market": "market"}
    found = dm.selection_test(frame, "sales", "tfp", moderator="digital", **keys)
    row = found.coefficients.loc["relative_fitness:digital"]
    assert row["conf_low"] < 0.05 < row["conf_high"]
    middle = found.slopes.loc["mean"]
    assert middle["conf_low"] < 0.1 + 0.05 * frame["digital"].mean() < middle["conf_high"]
    assert found.statistics["difference"] == pytest.approx(
        found.slopes.loc["high", "slope"] - found.slopes.loc["low", "slope"]
    )
    plain = dm.selection_test(frame, "sales", "tfp", **keys)
    scaled = dm.selection_test(frame.assign(sales=frame["sales"] * 1000), "sales", "tfp", **keys)
    pd.testing.assert_frame_equal(plain.slopes, scaled.slopes, rtol=1e-9)


def test_the_selection_slope_is_least_squares_by_hand():
    frame = growing(3).query("market == 0").reset_index(drop=True)
    found = dm.selection_test(frame, "sales", "tfp", entity="firm", time="year")
    shares = frame["sales"] / frame.groupby("year")["sales"].transform("sum")
    ahead = np.log(shares).groupby(frame["firm"]).shift(-1) - np.log(shares)
    rows = frame.assign(g=ahead).dropna(subset="g")
    g, f = (rows[c] - rows.groupby("year")[c].transform("mean") for c in ("g", "tfp"))
    assert found.slopes.loc["mean", "slope"] == pytest.approx((f @ g) / (f @ f), rel=1e-9)
    trait = rows["tfp"] - (rows["tfp"] * shares[rows.index]).groupby(rows["year"]).transform("sum")
    tenth = np.searchsorted(np.quantile(trait, np.arange(1, 10) / 10), trait) + 1
    slope = found.slopes.loc["mean", "slope"]
    by_hand = (g - slope * f + slope * trait).groupby(tenth).mean()
    assert found.bins["growth"].to_numpy() == pytest.approx(by_hand.to_numpy(), abs=1e-10)
    assert found.bins["n_obs"].sum() == len(rows)


QUICK = {
    "break_test": lambda f: dm.break_test(f, "x", draws=99),
    "early_warning": lambda f: dm.early_warning(f, "x", draws=99),
    "fit_growth_tails": lambda f: dm.fit_growth_tails(f, "x"),
}


@pytest.mark.parametrize("name", QUICK)
@pytest.mark.parametrize(
    "change",
    [
        lambda f: f.head(8),
        lambda f: f.assign(x=1.0),
        lambda f: f.assign(x=f["x"].mask(f.index == 3)),
        lambda f: f.assign(x="a"),
        lambda f: f.rename(columns={"x": "y"}),
    ],
)
def test_series_that_cannot_be_tested_are_named(name, change):
    with pytest.raises(dm.DigimfgError) as caught:
        QUICK[name](change(warning_series()))
    assert caught.value.kind


def test_gaps_and_repeats_are_refused_where_time_counts():
    frame = warning_series()
    for change in (frame.drop(index=50), pd.concat([frame, frame.tail(1)])):
        for name in ("break_test", "early_warning"):
            with pytest.raises(dm.MeasureError):
                QUICK[name](change)


@pytest.mark.parametrize(
    "call",
    [
        lambda: dm.state_dependence(held(1).assign(low=2), "low", entity="unit", time="year"),
        lambda: dm.state_dependence(held(1, n=10), "low", entity="unit", time="year"),
        lambda: dm.state_dependence(held(1).query("year < 2002"), "low", entity="unit", time="year"),
        lambda: dm.state_dependence(
            held(1).assign(low=lambda d: (d["unit"] < 70).astype(int)), "low", entity="unit", time="year"
        ),
        lambda: dm.ergodic_modes(moving(1, "one").query("year < 1"), "x", entity="unit", time="year"),
        lambda: dm.ergodic_modes(moving(1, "one").assign(x=1.0), "x", entity="unit", time="year"),
        lambda: dm.fit_cusp(leaping(1).head(20), "x", asymmetry="z", bifurcation="v"),
        lambda: dm.fit_cusp(leaping(1).assign(z=1.0), "x", asymmetry="z", bifurcation="v"),
        lambda: dm.selection_test(growing(1).assign(sales=0.0), "sales", "tfp", entity="firm", time="year"),
        lambda: dm.selection_test(growing(1).query("year == 1"), "sales", "tfp", entity="firm", time="year"),
        lambda: dm.break_test(NILE.assign(z=1.0), "volume", regressors="z"),
        lambda: dm.variety(
            pd.DataFrame({"u": [1], "year": [1], "c": ["a"], "v": [0.0]}),
            "v",
            entity="u",
            time="year",
            category="c",
        ),
    ],
)
def test_panels_that_cannot_be_asked_are_named(call):
    with pytest.raises(dm.DigimfgError) as caught:
        call()
    assert caught.value.expected.en
    assert caught.value.kind


def test_rows_in_any_order_give_the_same_tails_and_the_same_cusp():
    rng = np.random.default_rng(5)
    frame = pd.DataFrame(rng.normal(size=(60, 3)), columns=["x", "z", "v"]).assign(year=np.arange(60) % 3)
    shuffled = frame.sample(frac=1, random_state=1)
    tails = [dm.fit_growth_tails(each, "x", within="year").parameters for each in (frame, shuffled)]
    pd.testing.assert_frame_equal(*tails, check_exact=True)
    cusps = [dm.fit_cusp(each, "x", asymmetry="z", bifurcation="v") for each in (frame, shuffled)]
    pd.testing.assert_frame_equal(*(each.coefficients for each in cusps), check_exact=True)
    pd.testing.assert_frame_equal(cusps[0].points, cusps[1].points.loc[frame.index], check_exact=True)


def test_columns_without_variation_are_named_as_the_reader_does():
    panel = growing(0)
    keys = {"entity": "firm", "time": "year"}
    with refused(dm.MeasureError, "selection.replicator_terms_alike", names=("flat",)):
        dm.selection_test(panel.assign(flat=1.0), "sales", "flat", **keys)
    states = held(0).assign(x=lambda d: np.random.default_rng(1).normal(size=len(d)), twice=lambda d: 2 * d.x)
    with refused(dm.MeasureError, "evolution.columns_collinear", names=("x", "twice")):
        dm.state_dependence(states, "low", ["x", "twice"], entity="unit", time="year")
    rates = panel.assign(year=panel["year"].astype(float).where(panel.index != panel.index[3]))
    with refused(dm.MeasureError, "evolution.groups_missing"):
        dm.fit_growth_tails(rates, "tfp", within="year")


def test_drawn_densities_are_those_that_were_fitted():
    """Classes hold all rates; the normal and Laplace's density are a second engine's at the mean and the median."""
    rates = np.random.default_rng(0).laplace(scale=0.1, size=400)
    found = dm.fit_growth_tails(pd.DataFrame({"growth": rates}), "growth")
    width = np.diff(found.density.index)[0]
    assert (found.density["observed"] * width).sum() == pytest.approx(1.0, abs=1e-9)
    normal = norm(rates.mean(), rates.std()).pdf(found.density.index)
    assert found.density["normal"].to_numpy() == pytest.approx(normal, rel=1e-6)
    centre = np.median(rates)
    tent = laplace(centre, np.abs(rates - centre).mean()).pdf(found.density.index)
    assert found.density["laplace"].to_numpy() == pytest.approx(tent, rel=1e-6)


def test_indicators_of_stationary_noise_lie_in_their_band():
    """Forty series: ends of windows lie within the middle 95 % in about that share of cases, whatever their unit."""
    rng, inside = np.random.default_rng(5), []
    for draw in range(40):
        values = 1e4 * lfilter([1.0], [1.0, -0.5], rng.normal(size=200))[100:]
        found = dm.early_warning(pd.DataFrame({"year": range(100), "x": values}), "x", draws=99, seed=draw)
        for name, each in found.indicators.items():
            low, high = (found.noise[f"{name}_{end}"] for end in ("low", "high"))
            inside.append(((low <= each) & (each <= high)).mean())
    assert 0.88 <= np.mean(inside) <= 0.99
