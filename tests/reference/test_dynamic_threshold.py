"""Seo and Shin's threshold of a dynamic panel: its formulas written out period by period, recovery, size."""

import numpy as np
import pandas as pd
import pytest
from refused import refused

import digimfg as dm
from digimfg.errors import Fault


def draw(seed, n=200, t=8, delta=1.0, gamma=0.3):
    rng = np.random.default_rng(seed)
    level = rng.normal(size=n)
    e, x, q = rng.normal(size=(3, n, t + 15))
    x, shocks, q = x + 0.5 * level[:, None], q + 0.5 * e, np.zeros_like(x)
    y = np.zeros_like(x)
    for s in range(1, t + 15):
        q[:, s] = 0.6 * q[:, s - 1] + shocks[:, s]  # lags of q are instruments: it must have a memory
        above = q[:, s] > gamma
        y[:, s] = 0.4 * y[:, s - 1] + x[:, s] + delta * (0.5 + x[:, s]) * above + level + 0.5 * e[:, s]
    frame = pd.DataFrame({"unit": np.repeat(range(n), t), "year": np.tile(range(t), n)})
    return frame.assign(**{name: values[:, 15:].ravel() for name, values in (("y", y), ("x", x), ("q", q))})


def spec(**options):
    given = {
        "threshold_variable": "q", "exogenous": "x", "draws": 0, "grid": 40,
        "instruments": (dm.GMMInstruments("y", last=3), dm.GMMInstruments("q", last=2)),
    }  # fmt: skip
    return dm.Specification(
        "y", ("L.y", "x"), entity="unit", time="year", estimator=dm.DynamicPanelThreshold(**given | options)
    )


@pytest.mark.parametrize("kink", [False, True])
def test_estimates_and_errors_are_the_formulas_of_the_paper(kink):
    n, t = 80, 5
    frame = draw(1, n=n, t=t)
    found = dm.estimate(
        spec(instruments=dm.GMMInstruments("y"), exogenous=("x", "q"), kink=kink, grid=9), frame
    )
    y, x, q = (frame[name].to_numpy().reshape(n, t) for name in "yxq")

    def rows(r):
        above = q > r
        split = [(q - r) * above] if kink else [above, np.roll(y, 1, axis=1) * above, x * above]
        return [np.roll(y, 1, axis=1), x, *split]

    moments, outcomes, kernels = [], [], []
    periods = range(2, t)
    grid = np.linspace(*np.quantile(q[:, 1:], [0.2, 0.8]), 9)  # the rows that have a lag
    z = {
        s: np.column_stack([np.ones(n), y[:, : s - 1], x[:, s] - x[:, s - 1], q[:, s] - q[:, s - 1]])
        for s in periods
    }
    total = sum(each.shape[1] for each in z.values())
    places = np.cumsum([0, *(z[s].shape[1] for s in periods)])

    def stacked(values):
        out = np.zeros((n, total))
        for place, s in enumerate(periods):
            out[:, places[place] : places[place + 1]] = z[s] * (values[:, s] - values[:, s - 1])[:, None]
        return out

    first = np.zeros((total, total))
    for i, a in enumerate(periods):
        for j, b in enumerate(periods):
            if abs(i - j) < 2:
                block = (2.0 if i == j else -1.0) * z[a].T @ z[b]
                first[places[i] : places[i + 1], places[j] : places[j + 1]] = block
    target = stacked(y).sum(axis=0)

    def gmm(r, weight):
        g = np.column_stack([stacked(each * 1.0).sum(axis=0) for each in rows(r)])
        b = np.linalg.solve(g.T @ weight @ g, g.T @ weight @ target)
        left = target - g @ b
        by_unit = stacked(y) - sum(
            slope * stacked(each * 1.0) for slope, each in zip(b, rows(r), strict=True)
        )
        return left @ weight @ left, b, by_unit, g

    def centred(by_unit):
        apart = by_unit - by_unit.mean(axis=0)
        return np.linalg.inv(apart.T @ apart)

    best = min((gmm(r, np.linalg.inv(first)) for r in grid), key=lambda each: each[0])
    weight = centred(best[2])
    heights = [gmm(r, weight)[0] for r in grid]
    r = grid[int(np.argmin(heights))]
    height, b, by_unit, g = gmm(r, weight)
    assert found.tables["criterion"]["criterion"].to_numpy() == pytest.approx(heights, rel=1e-7)
    assert found.statistics["threshold"] == pytest.approx(r)
    assert found.statistics["hansen_j"] == pytest.approx(height)
    assert found.coefficients["estimate"].to_numpy() == pytest.approx(b, rel=1e-7)
    width = 1.5 * 1.06 * q[:, 1:].std(ddof=1) * n**-0.2
    density = np.exp(-0.5 * ((r - q) / width) ** 2) / (width * np.sqrt(2 * np.pi))
    slope = -b[2] * (q > r) if kink else -(b[2] + b[3] * np.roll(y, 1, axis=1) + b[4] * x) * density
    g = np.column_stack([g, stacked(slope).sum(axis=0)])
    errors = np.sqrt(np.diag(np.linalg.inv(g.T @ centred(by_unit) @ g)))
    assert found.coefficients["std_error"].to_numpy() == pytest.approx(errors[:-1], rel=1e-6)
    assert found.statistics["threshold_std_error"] == pytest.approx(errors[-1], rel=1e-6)
    del moments, outcomes, kernels


def test_slopes_and_threshold_are_recovered():
    rows = [dm.estimate(spec(regime_dependent="x"), draw(seed, n=300)) for seed in range(12)]
    slopes = np.mean([row.coefficients["estimate"] for row in rows], axis=0)
    assert slopes == pytest.approx([0.4, 1.0, 0.5, 1.0], abs=0.15)
    assert slopes[:2] == pytest.approx([0.4, 1.0], abs=0.1)
    assert np.mean([row.statistics["threshold"] for row in rows]) == pytest.approx(0.3, abs=0.25)
    regimes = rows[0].tables["regimes"].loc["x"]
    assert regimes["high"] == pytest.approx(rows[0].coefficients["estimate"][["x", "x:above"]].sum())


def test_linearity_is_rejected_where_it_does_not_hold_and_not_much_oftener_than_it_should():
    options = {"regime_dependent": "x", "draws": 99, "grid": 10}
    assert dm.estimate(spec(**options), draw(0, n=300, delta=2.0)).statistics["linearity_wald_p"] <= 0.05
    p = [
        dm.estimate(spec(**options), draw(seed, n=150, delta=0.0)).statistics["linearity_wald_p"]
        for seed in range(20)
    ]
    assert np.mean(np.array(p) <= 0.05) <= 0.2


@pytest.mark.parametrize(
    ("change", "options", "kind"),
    [
        (lambda f: f.query("unit < 20"), {}, Fault.of("dynamic_threshold.number_of_instruments", n=20)),
        (lambda f: f.assign(q=1.0), {"instruments": dm.GMMInstruments("y")}, Fault.of("dynamic_threshold.threshold_variable_constant", term="'q'")),
        (lambda f: f, {"instruments": dm.GMMInstruments("y", first=2, last=2, collapse=True), "exogenous": (),
                       "period_instruments": False}, Fault.of("dynamic_threshold.number_of_instruments", count=1)),
    ],
)  # fmt: skip
def test_what_cannot_be_estimated_is_refused(change, options, kind):
    with refused(dm.DigimfgError, kind):
        dm.estimate(spec(**options), change(draw(3, n=60)))
