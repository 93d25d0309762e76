"""Panel cointegration and stationarity: pco 1.0.1's printed example, plm 2.6.2, a port of Stata's xtwest, other code
paths, moments drawn anew, size and power.

``pedroni99(gdi, gds)`` as its users print it (community.rstudio.com/t/77724). Its weights are the inverse of the
square of a variance where Pedroni (1999) has the inverse of the variance, so that panel statistics are compared with
these weights put in. heterogeneous_panels.R beside this file prints Hadri's test.
"""

import runpy
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from refused import refused
from statsmodels.datasets import grunfeld

import digimfg as dm
from digimfg.errors import Fault
from digimfg.inference.cointegration.moments import moments_of

moments = runpy.run_path(str(Path(__file__).with_name("pedroni_moments.py")))["moments"]
DATA = Path(__file__).parents[3] / "shared/data/reference"
KEYS = {"entity": "unit", "time": "year"}


@pytest.mark.skipif(not (DATA / "pco_gdi.csv").is_file(), reason="needs ../shared/data/reference/pco_gdi.csv")
def test_pedroni_equals_the_printed_example_of_pco():
    investment, saving = (pd.read_csv(DATA / f"pco_{name}.csv") for name in ("gdi", "gds"))
    frame = investment.reset_index().melt("index", var_name="unit", value_name="gdi")
    frame = frame.rename(columns={"index": "year"}).assign(gds=saving.melt()["value"])
    found = dm.panel_cointegration(
        frame, outcome="gdi", regressors="gds", deterministic="none", lags=0, **KEYS
    )
    printed = {
        "group_rho": (-43.106818, 0.978667063),
        "group_t": (-10.575789, -0.764380042),
        "group_adf": (-9.958862, 0.001412969),
    }
    for name, values in printed.items():
        row = found.tests.loc[name]
        assert row["value"] == pytest.approx(values[0], abs=5e-7)
        # pco standardizes one regressor by the moments that Pedroni (1999) prints for two
        mean, variance = moments_of("pedroni", 2, "none")[name]
        assert (row["value"] - mean * 5) / variance**0.5 == pytest.approx(values[1], abs=5e-8)
        mean, variance = moments_of("pedroni", 1, "none")[name]
        assert row["standardized"] == pytest.approx((row["value"] - mean * 5) / variance**0.5)
    part, n, t = found.by_entity, 25, 41
    weight = part["long_run_variance"] ** -2
    squares = float((weight * part["level_squares"]).sum())
    moved = float((weight * (part["product"] - (t - 1) * part["lambda"])).sum())
    error = float((weight * part["error_long_run_variance"]).mean())
    assert t**2 * n**1.5 / squares == pytest.approx(34.688809, abs=5e-7)
    assert t * n**0.5 * moved / squares == pytest.approx(-28.703846, abs=5e-7)
    assert moved / np.sqrt(error * squares) == pytest.approx(-8.971574, abs=5e-7)


@pytest.mark.parametrize("deterministic", ["none", "constant", "trend"])
@pytest.mark.parametrize("regressors", [1, 2, 3])
def test_the_moments_of_pedroni_are_those_of_so_many_random_walks(regressors, deterministic):
    drawn = moments(regressors, deterministic, draws=3000, steps=300)
    known = moments_of("pedroni", regressors, deterministic)
    for name, (mean, variance) in zip(
        ("panel_v", "panel_rho", "panel_t", "group_rho", "group_t"), drawn, strict=True
    ):
        # rows of one regressor more or less are 16 per cent apart in the means
        assert known[name][0] == pytest.approx(mean, rel=0.07), name
        assert known[name][1] == pytest.approx(variance, rel=0.35), name


def test_pedroni_rejects_unrelated_walks_as_often_as_it_should():
    found = [
        run(walks(seed, together=False, n=20, t=150), "pedroni", lags=0).tests["p_value"]
        for seed in range(40)
    ]
    shares = (pd.concat(found, axis=1) < 0.05).mean(axis=1)
    assert shares.max() < 0.25
    assert shares.min() > 0.0  # with the moments of two regressors none was rejected


# purtest(inv, test = "hadri", exo, Hcons, dfcor)
HADRI = [
    ("constant", True, False, 24.2565680401),
    ("constant", True, True, 22.8669629428),
    ("constant", False, False, 23.6285297421),
    ("constant", False, True, 22.2703265597),
    ("trend", True, False, 9.31780525826),
    ("trend", True, True, 7.88149975333),
    ("trend", False, False, 11.5270056121),
    ("trend", False, True, 9.8697800718),
]


@pytest.mark.parametrize(("deterministic", "own", "corrected", "value"), HADRI)
def test_hadri_equals_plm(deterministic, own, corrected, value):
    frame = grunfeld.load_pandas().data.query("firm != 'American Steel'")
    found = dm.panel_stationarity(
        frame, "invest", entity="firm", time="year", deterministic=deterministic,
        heteroskedastic=own, df_correction=corrected,
    )  # fmt: skip
    assert found.statistic == pytest.approx(value, rel=1e-10)


def walks(seed, together, n=12, t=60, shared=0.0):
    rng = np.random.default_rng(seed)
    common = rng.normal(size=(2, 1, t)) * shared
    x = (rng.normal(size=(n, t)) + common[0]).cumsum(axis=1)
    shocks = rng.normal(size=(n, t)) + common[1]
    y = x + (shocks if together else shocks.cumsum(axis=1))
    return pd.DataFrame(
        {"unit": np.repeat(range(n), t), "year": np.tile(range(t), n), "x": x.ravel(), "y": y.ravel()}
    )


def run(frame, test, **options):
    return dm.panel_cointegration(frame, outcome="y", regressors="x", test=test, **KEYS, **options)


def by_hand(frame, deterministic, lags, leads, kernel, corrected):
    """Westerlund's statistics unit by unit with one design matrix each, as the paper writes them."""
    rows = []
    for _, unit in frame.groupby("unit"):
        d = pd.DataFrame({"dy": unit["y"].diff(), "y": unit["y"].shift(), "x": unit["x"].shift()})
        if deterministic != "none":
            d["one"] = 1.0
        if deterministic == "trend":
            d["t"] = np.arange(len(d), dtype=float)
        for lag in range(1, lags + 1):
            d[f"dy{lag}"] = unit["y"].diff().shift(lag)
        moves = []
        for lag in range(-leads, lags + 1):
            moves.append(f"dx{lag}")
            d[moves[-1]] = unit["x"].diff().shift(lag)
        early, d = d.drop(columns=[f"dx{lag}" for lag in range(-leads, 0)]).dropna(), d.dropna()
        columns = d.drop(columns="dy").to_numpy()
        slopes = np.linalg.pinv(columns) @ d["dy"].to_numpy()
        left = d["dy"].to_numpy() - columns @ slopes
        counted = len(d) - columns.shape[1] if corrected else len(d)
        variance = left @ left / counted
        inverse = np.linalg.inv(columns.T @ columns)[0, 0]
        names = list(d.columns[1:])
        apart = [name for name in names if name not in moves]
        shock = (early["dy"] - early[apart] @ slopes[[names.index(name) for name in apart]]).to_numpy()
        steps = unit["y"].diff().dropna().to_numpy()
        if deterministic == "trend":
            steps = steps - steps.mean()

        def omega(v):
            total = v @ v / len(v)
            for lag in range(1, kernel + 1):
                total += 2 * (1 - lag / (kernel + 1)) * (v[lag:] @ v[:-lag]) / len(v)
            return np.sqrt(total)

        rows.append((slopes[0], slopes[0] / np.sqrt(variance * inverse), omega(shock) / omega(steps), variance, 1 / inverse, counted))  # fmt: skip
    speed, t, ratio, variance, squares, size = np.array(rows).T
    pooled = (squares * speed / ratio).sum() / squares.sum()
    return [
        t.mean(),
        (size * speed / ratio).mean(),
        pooled / np.sqrt((variance / ratio**2).mean() / squares.sum()),
        size.mean() * pooled,
    ]


# westerlund.py beside this file
XTWEST = [
    ("none", 0, 0, 2, ("value", "capital"), [-1.29689289, -5.61625042, -1.63042481, -2.70498506]),
    ("none", 1, 0, 2, ("value",), [-1.21401305, -4.24110024, 0.31211177, 0.29501096]),
    ("constant", 1, 0, 2, ("value",), [-1.48340629, -7.42457189, -0.04918533, -0.04028001]),
    ("constant", 1, 1, 3, ("value", "capital"), [-2.09907588, -3.23461526, -2.83462304, -2.92832354]),
    ("trend", 1, 0, 2, ("value",), [-2.71458082, -12.38957255, -8.45135202, -11.757511]),
    ("trend", 1, 1, 3, ("value", "capital"), [-3.98729221, -2.55818241, -4.12350971, -4.91845484]),
]
XTWEST_Z = {
    "none": [-0.75783655, -0.32004828, 1.7179714, 1.51359407],
    "constant": [1.08609058, -0.17197756, 4.77952244, 3.13025806],
    "trend": [-1.42111931, -0.18434795, -1.65256984, -1.5280488],
}


@pytest.mark.parametrize(("deterministic", "lags", "leads", "kernel", "regressors", "values"), XTWEST)
def test_westerlund_equals_the_port_of_xtwest(deterministic, lags, leads, kernel, regressors, values):
    found = dm.panel_cointegration(
        grunfeld.load_pandas().data, outcome="invest", regressors=regressors, entity="firm", time="year",
        test="westerlund", deterministic=deterministic, lags=lags, leads=leads, kernel_lags=kernel, draws=0,
    ).tests  # fmt: skip
    assert found["value"].to_numpy() == pytest.approx(values, abs=6e-9)
    if len(regressors) == 1:
        assert found["standardized"].to_numpy() == pytest.approx(XTWEST_Z[deterministic], abs=6e-9)


@pytest.mark.parametrize("corrected", [False, True])
@pytest.mark.parametrize(
    ("deterministic", "lags", "leads"), [("none", 0, 0), ("constant", 1, 1), ("trend", 2, 0)]
)
def test_westerlund_equals_regressions_unit_by_unit(deterministic, lags, leads, corrected):
    frame = walks(3, together=True, n=6, t=40)
    frame = frame[(frame["unit"] > 1) | (frame["year"] > 4)]
    options = {"deterministic": deterministic, "lags": lags, "leads": leads, "kernel_lags": 3, "draws": 0}
    found = run(frame, "westerlund", df_correction=corrected, **options).tests["value"]
    assert found.to_numpy() == pytest.approx(
        by_hand(frame, deterministic, lags, leads, 3, corrected), rel=1e-8
    )


def test_kao_equals_its_formulas_in_the_simplest_case():
    """One variance, no kernel: short and long run agree, and the five statistics share one autoregression."""
    frame = walks(4, together=False, n=5, t=30)
    found = run(frame, "kao", lags=0, kernel_lags=0).tests["value"]
    y, x = (frame[name] - frame.groupby("unit")[name].transform("mean") for name in ("y", "x"))
    error = (y - (x @ y) / (x @ x) * x).to_numpy().reshape(5, 30)
    before, now = error[:, :-1].ravel(), error[:, 1:].ravel()
    rho = before @ now / (before @ before)
    left = now - rho * before
    t = (rho - 1) * np.sqrt(before @ before) / np.sqrt(left @ left / len(left))
    assert found["unadjusted_df_t"] == pytest.approx(np.sqrt(1.25) * t + np.sqrt(1.875 * 5))
    assert found["modified_df_t"] == pytest.approx(
        (np.sqrt(5) * 30 * (rho - 1) + 3 * np.sqrt(5)) / np.sqrt(10.2)
    )
    assert found["df_t"] == pytest.approx((t + np.sqrt(6 * 5) / 2) / np.sqrt(0.8))
    assert found["adf_t"] == pytest.approx(found["df_t"])


@pytest.mark.parametrize("test", ["pedroni", "kao", "westerlund"])
def test_walks_apart_and_together_are_told_from_each_other(test):
    rejected = {}
    for together in (False, True):
        tests = [run(walks(seed, together), test, draws=0).tests["p_value"] < 0.05 for seed in range(12)]
        rejected[together] = pd.concat(tests, axis=1).mean(axis=1)
    assert (rejected[True] == 1).all()
    assert rejected[False].mean() < 0.25


def test_the_bootstrap_keeps_its_size_where_units_feel_one_shock():
    wrong = {"p_value": [], "p_bootstrap": []}
    for seed in range(20):
        tests = run(walks(seed, together=False, n=15, t=50, shared=2.0), "westerlund", draws=99, lags=0).tests
        for name, values in wrong.items():
            values.append((tests[name] < 0.05).mean())
    assert np.mean(wrong["p_bootstrap"]) < 0.15
    assert np.mean(wrong["p_bootstrap"]) < np.mean(wrong["p_value"])


def test_row_order_and_units_names_change_nothing():
    frame = walks(1, together=True, n=5, t=30)
    shuffled = frame.sample(frac=1, random_state=0).assign(unit=lambda f: 9 - f["unit"])
    for test in ("pedroni", "kao", "westerlund"):
        one, other = (run(each, test, draws=49).tests for each in (frame, shuffled))
        pd.testing.assert_frame_equal(one, other, rtol=1e-9)


@pytest.mark.parametrize(
    ("change", "options", "kind"),
    [
        (lambda f: f[f["unit"] == 0], {}, "inference.one_unit"),
        (lambda f: f[f["year"] != 7], {}, Fault.of("inference.gaps_in_units", n=4)),
        (lambda f: f, {"lags": 12}, "inference.too_few_periods_in_units"),
        (lambda f: f, {"test": "kao", "deterministic": "trend"}, "inference.deterministic_not_constant"),
    ],
)
def test_what_cannot_be_tested_is_refused_in_words(change, options, kind):
    with refused(dm.EstimationError, kind):
        run(change(walks(0, together=True, n=4, t=20)), **{"test": "westerlund"} | options)
