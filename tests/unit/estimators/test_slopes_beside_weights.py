"""Slopes of controls found together with the weights of a synthetic difference-in-differences."""

import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from noted import noted

import digimfg as dm
from digimfg.estimators.synthetic_did import covariates
from digimfg.estimators.synthetic_did import estimator as module

QUOTA = (
    Path(os.environ.get("DIGIMFG_SHARED_DATA", Path(__file__).parents[4] / "shared" / "data"))
    / "reference"
    / "quota_womparl.csv"
)


def panel(seed, n=16, t=10, slope=2.0, treated=3):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, t)).cumsum(axis=1)
    on = np.zeros((n, t))
    on[:treated, -3:] = 1.0
    y = (
        rng.normal(size=(n, 1))
        + 0.1 * rng.normal(size=t).cumsum()
        + slope * x
        + on
        + 0.1 * rng.normal(size=(n, t))
    )
    keys = {"unit": np.repeat(np.arange(n), t), "year": np.tile(np.arange(t), n)}
    return pd.DataFrame(
        {**keys, "y": y.ravel(), "x": x.ravel(), "z": rng.normal(size=n * t), "on": on.ravel()}
    )


def estimate(frame, **options):
    spec = dm.Specification(
        "y", "on", controls=options.pop("controls", "x"), entity="unit", time="year",
        estimator=dm.SyntheticDifferenceInDifferences(errors="jackknife", control_slopes="optimized", **options),
    )  # fmt: skip
    return dm.estimate(spec, frame)


def step(columns, target, weights, penalty):
    left = columns @ weights - target
    enter = np.argmin(left @ columns + penalty * weights)
    move = -weights
    move[enter] += 1
    if not move.any():
        return weights
    along = columns @ move
    best = -(left @ columns + penalty * weights) @ move / (along @ along + penalty * move @ move)
    return weights + min(1.0, max(0.0, best)) * move


def by_hand(frame, controls):
    """Return effect and slopes by the rounds as they are written, every grid made anew in each."""
    grids = [
        frame.pivot_table(index="unit", columns="year", values=name).to_numpy() for name in ("y", *controls)
    ]
    treated = frame.groupby("unit")["on"].max().to_numpy() > 0
    n, before = (~treated).sum(), 7
    scale = [grid.std(ddof=1) for grid in grids[1:]]
    grids[1:] = [grid / size for grid, size in zip(grids[1:], scale, strict=True)]

    def collapsed(grid):
        rows = np.vstack([grid[~treated], grid[treated].mean(axis=0)])
        return np.column_stack([rows[:, :before], rows[:, before:].mean(axis=1)])

    y, *x = map(collapsed, grids)
    noise = np.diff(grids[0][~treated][:, :before], axis=1).std(ddof=1)
    ridges = (1e-6 * noise) ** 2 * n, ((treated.sum() * 3) ** 0.25 * noise) ** 2 * before
    weights, slopes = [np.full(before, 1 / before), np.full(n, 1 / n)], np.zeros(len(x))

    def sides(grid):
        across, along = grid[:-1], grid[:, :-1].T
        return across - across.mean(axis=0), along - along.mean(axis=0)

    def round_of(slopes, weights):
        own = sides(y - sum(b * each for b, each in zip(slopes, x, strict=True)))
        weights = [step(s[:, :-1], s[:, -1], w, p) for s, w, p in zip(own, weights, ridges, strict=True)]
        left = [s @ np.append(w, -1) for s, w in zip(own, weights, strict=True)]
        value = sum(
            e @ e / len(e) + p / len(e) * w @ w for e, p, w in zip(left, ridges, weights, strict=True)
        )
        return weights, left, value

    weights, left, _ = round_of(slopes, weights)
    values = []
    while len(values) < 10_000 and (len(values) < 2 or values[-2] - values[-1] > (1e-5 * noise) ** 2):
        rise = [
            sum(e @ s @ np.append(w, -1) / len(e) for e, s, w in zip(left, sides(each), weights, strict=True))
            for each in x
        ]
        slopes = slopes + np.array(rise) / (len(values) + 1)
        weights, left, value = round_of(slopes, weights)
        values.append(value)
    whole = grids[0] - sum(b * each for b, each in zip(slopes, grids[1:], strict=True))
    gap = whole[treated].mean(axis=0) - weights[1] @ whole[~treated]
    return gap[before:].mean() - weights[0] @ gap[:before], slopes / scale


@pytest.mark.parametrize("controls", [("x",), ("x", "z")])
@pytest.mark.parametrize("seed", [0, 1])
def test_effects_and_slopes_are_those_of_the_rounds_as_written(controls, seed):
    frame = panel(seed)
    found = estimate(frame, controls=controls)
    effect, slopes = by_hand(frame, controls)
    assert found.coefficients.loc["on", "estimate"] == pytest.approx(effect, rel=1e-8)
    assert found.tables["control_slopes"].iloc[:, 0].to_numpy() == pytest.approx(slopes, rel=1e-7, abs=1e-10)


def test_the_effect_and_the_slope_are_recovered_in_either_way():
    rows = []
    for seed in range(4):
        frame = panel(seed, n=20)
        found = estimate(frame)
        spec = dm.Specification(
            "y", "on", controls="x", entity="unit", time="year",
            estimator=dm.SyntheticDifferenceInDifferences(errors="jackknife"),
        )  # fmt: skip
        rows.append(
            (
                found.coefficients.loc["on", "estimate"],
                dm.estimate(spec, frame).coefficients.loc["on", "estimate"],
                found.tables["control_slopes"].loc["x"].item(),
            )
        )
    effect, projected, slope = np.mean(rows, axis=0)
    assert projected == pytest.approx(1, abs=0.06)
    assert effect == pytest.approx(1, abs=0.2)
    assert slope == pytest.approx(2, abs=0.4)


@pytest.mark.parametrize("factor", [1e-6, 1e6])
def test_units_of_a_control_do_not_matter(factor):
    frame = panel(3)
    one, other = estimate(frame), estimate(frame.assign(x=frame.x * factor))
    assert other.coefficients.loc["on", "estimate"] == pytest.approx(
        one.coefficients.loc["on", "estimate"], rel=1e-8
    )
    assert other.tables["control_slopes"].iloc[0, 0] * factor == pytest.approx(
        one.tables["control_slopes"].iloc[0, 0]
    )


@pytest.mark.parametrize("method", ["synthetic_control", "did"])
def test_other_weights_find_slopes_too(method):
    found = estimate(panel(4), method=method)
    assert np.isfinite(found.coefficients.loc["on"].to_numpy(dtype=float)).all()
    assert noted(found.notes, "controls")


@pytest.mark.parametrize("errors", ["placebo", "bootstrap"])
def test_redrawn_samples_find_them_anew(errors, monkeypatch):
    monkeypatch.setattr(covariates, "_MOST_STEPS", 100)
    spec = dm.Specification(
        "y", "on", controls="x", entity="unit", time="year",
        estimator=dm.SyntheticDifferenceInDifferences(errors=errors, draws=20, control_slopes="optimized"),
    )  # fmt: skip
    one, again = (dm.estimate(spec, panel(5, n=12, t=8)) for _ in range(2))
    assert 0 < one.coefficients.loc["on", "std_error"] < 2
    pd.testing.assert_frame_equal(one.coefficients, again.coefficients)


def test_without_controls_nothing_is_found():
    frame = panel(6)
    spec = dm.Specification(
        "y", "on", entity="unit", time="year",
        estimator=dm.SyntheticDifferenceInDifferences(errors="jackknife", control_slopes="optimized"),
    )  # fmt: skip
    found = dm.estimate(spec, frame)
    plain = dm.estimate(
        spec.replace(estimator=dm.SyntheticDifferenceInDifferences(errors="jackknife")), frame
    )
    pd.testing.assert_frame_equal(found.coefficients, plain.coefficients)
    assert "control_slopes" not in found.tables


@pytest.mark.skipif(not QUOTA.exists(), reason="shared reference data not present")
def test_the_average_is_that_of_statas_sdid(monkeypatch):
    """Stata's sdid (2024), ``covariates(lngdp, optimized)``, after ``drop if missing(lngdp)``: ATT 8.0515; its error
    is of its own draws, which are not made here.
    """
    monkeypatch.setattr(module, "redrawn_effects", lambda *given, **_: np.random.default_rng(0).normal(size=(20, len(given[3]))))  # fmt: skip
    spec = dm.Specification(
        "womparl", "quota", controls="lngdp", entity="country", time="year",
        estimator=dm.SyntheticDifferenceInDifferences(draws=20, control_slopes="optimized"),
    )  # fmt: skip
    found = dm.estimate(spec, pd.read_csv(QUOTA).dropna(subset=["lngdp"]))
    assert found.statistics["att_simple"] == pytest.approx(8.0515, abs=5e-5)
