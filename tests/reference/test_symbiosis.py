"""Interactions of populations: a published trajectory, and truths of simulated panels."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import digimfg as dm

LYNX = Path(__file__).parents[2].parent / "shared" / "data" / "reference" / "hudson_lynx_hare.csv"


@pytest.mark.skipif(not LYNX.is_file(), reason="needs ../shared/data/reference/hudson_lynx_hare.csv")
def test_lynx_and_hare_have_the_least_squares_trajectory():
    """Hudson's Bay pelts 1900–1920, least squares on logarithms: .5402, .02717, .7964, .02369."""
    found = dm.fit_lotka_volterra(pd.read_csv(LYNX), "hare", "lynx", limits="none")
    estimates = found.parameters["estimate"]
    assert estimates["r_1"] == pytest.approx(0.5402, abs=5e-5)
    assert estimates["c_12"] == pytest.approx(-0.02717, abs=5e-6)
    assert estimates["r_2"] == pytest.approx(-0.7964, abs=5e-5)
    assert estimates["c_21"] == pytest.approx(0.02369, abs=5e-6)
    assert found.mode == dm.Text("predation of the second on the first", "第二者捕食第一者")


def test_units_change_only_effects_per_unit():
    rng = np.random.default_rng(2)
    years = np.arange(24.0)
    first = 10 * np.exp(0.4 * np.sin(years / 3) + rng.normal(scale=0.03, size=24))
    second = 5 * np.exp(0.4 * np.sin(years / 3 - 1.2) + rng.normal(scale=0.03, size=24))
    frame = pd.DataFrame({"year": years, "a": first, "b": second})
    one = dm.fit_lotka_volterra(frame, "a", "b", limits="none").parameters["estimate"]
    other = dm.fit_lotka_volterra(frame.assign(b=second * 1000), "a", "b", limits="none").parameters[
        "estimate"
    ]
    assert other["c_12"] * 1000 == pytest.approx(one["c_12"], rel=1e-4)
    assert other["c_21"] == pytest.approx(one["c_21"], rel=1e-4)


def simulated(seed, on_first, on_second, shift=0.0, n=60, periods=15):
    rng = np.random.default_rng(seed)
    rows = []
    for unit in range(n):
        x = rng.uniform(0.5, 1.5, size=2)
        digital = rng.uniform(0, 1)
        rate = rng.normal(0.3, 0.05, size=2)
        for period in range(periods):
            rows.append({"unit": unit, "year": 2000 + period, "a": x[0], "b": x[1], "digital": digital})
            effects = np.array([on_first, on_second]) + shift * digital
            x = x * np.exp(rate - 0.5 * x + effects * x[::-1] + rng.normal(scale=0.05, size=2))
            digital = np.clip(digital + rng.normal(0.02, 0.05), 0, 2)
    return pd.DataFrame(rows)


@pytest.mark.parametrize(
    ("on_first", "on_second", "quadrant"),
    [
        (0.2, 0.2, "mutualism"),
        (-0.2, -0.2, "competition"),
        (0.2, -0.2, "predation_of_first"),
        (-0.2, 0.2, "predation_of_second"),
    ],
)
def test_the_mode_of_a_simulated_panel_is_found(on_first, on_second, quadrant):
    found = dm.panel_symbiosis(
        simulated(1, on_first, on_second), "a", "b", entity="unit", time="year", draws=199
    )
    row = found.modes.loc["mean"]
    assert row[quadrant] > 0.95
    assert row["on_first_low"] <= on_first <= row["on_first_high"]
    assert row["on_second_low"] <= on_second <= row["on_second_high"]


def test_digitalisation_that_turns_competition_into_symbiosis_is_seen():
    panel = simulated(4, -0.2, -0.2, shift=0.4)
    found = dm.panel_symbiosis(panel, "a", "b", entity="unit", time="year", moderator="digital", draws=299)
    assert found.shift["raises_both"] > 0.95
    assert found.modes.loc["low", "on_first"] < found.modes.loc["high", "on_first"]


def test_estimates_are_those_of_least_squares_with_effects():
    panel = simulated(6, 0.1, -0.1, n=12)
    found = dm.panel_symbiosis(panel, "a", "b", entity="unit", time="year", method="within", draws=9)
    panel = panel.sort_values(["unit", "year"])
    panel["growth"] = np.log(panel["a"]).groupby(panel["unit"]).shift(-1) - np.log(panel["a"])
    spec = dm.Specification("growth", ("a", "b"), entity="unit", time="year", fixed_effects=("unit", "year"))
    expected = dm.estimate(spec, panel).coefficients["estimate"]
    assert found.coefficients.loc["a", "estimate"].to_numpy() == pytest.approx(expected.to_numpy(), rel=1e-8)


def forward(values):
    """Return orthogonal deviations of rows (N, T) → (N, T − 1), each from the mean of what follows."""
    left = np.arange(values.shape[1] - 1, 0, -1)
    later = (values[:, ::-1].cumsum(axis=1)[:, ::-1][:, 1:]) / left
    return np.sqrt(left / (left + 1)) * (values[:, :-1] - later)


def test_estimates_are_those_of_orthogonal_deviations_by_hand():
    panel = simulated(6, 0.1, -0.1, n=40, periods=8)
    found = dm.panel_symbiosis(panel, "a", "b", entity="unit", time="year", draws=9).coefficients
    a, b = (panel[name].to_numpy().reshape(40, 8) for name in ("a", "b"))
    moved = [forward(each) for each in (a[:, :-1], b[:, :-1], np.diff(np.log(a), axis=1))]
    n_rows = moved[0].shape[1]
    periods = np.tile(np.eye(n_rows), (40, 1))
    lagged = [
        np.hstack([np.zeros((40, lag)), each[:, : n_rows - lag]]).ravel()
        for each in (a, b)
        for lag in range(3)
    ]
    instruments = np.column_stack([*lagged, periods])
    design = np.column_stack([moved[0].ravel(), moved[1].ravel(), periods])
    seen = instruments @ np.linalg.lstsq(instruments, design, rcond=None)[0]
    by_hand = np.linalg.lstsq(seen, moved[2].ravel(), rcond=None)[0][:2]
    assert found.loc["a", "estimate"].to_numpy() == pytest.approx(by_hand, rel=1e-8)


def test_instruments_leave_no_bias_where_unit_means_do():
    found = {"gmm": [], "within": []}
    for seed in range(12):
        panel = simulated(100 + seed, 0.2, 0.0, n=150, periods=7)
        for method, estimates in found.items():
            keys = {"entity": "unit", "time": "year", "method": method, "draws": 9}
            estimates.append(dm.panel_symbiosis(panel, "a", "b", **keys).coefficients.loc["a", "estimate"])
    apart = {
        method: (np.mean(each, axis=0) - [-0.5, 0.2]) / (np.std(each, axis=0, ddof=1) / np.sqrt(12))
        for method, each in found.items()
    }
    assert np.abs(apart["gmm"]).max() < 3
    assert apart["within"][0] < -5


def test_row_order_and_seed_give_the_same_bytes():
    panel = simulated(3, 0.1, 0.1, n=15)
    one = dm.panel_symbiosis(panel, "a", "b", entity="unit", time="year", draws=49, seed=5)
    other = dm.panel_symbiosis(
        panel.sample(frac=1, random_state=1), "a", "b", entity="unit", time="year", draws=49, seed=5
    )
    pd.testing.assert_frame_equal(one.coefficients, other.coefficients, check_exact=True)


@pytest.mark.parametrize(
    "change",
    [
        lambda f: f.assign(a=-f["a"]),
        lambda f: pd.concat([f, f.head(1)]),
        lambda f: f[f["unit"] < 4],
        lambda f: f.assign(b=f["a"] * 2),
        lambda f: f.drop(columns="b"),
    ],
)
def test_what_cannot_be_estimated_is_named(change):
    with pytest.raises(dm.MeasureError):
        dm.panel_symbiosis(
            change(simulated(1, 0.1, 0.1, n=10)), "a", "b", entity="unit", time="year", draws=9
        )


def test_a_series_at_zero_or_with_a_gap_is_named():
    frame = pd.DataFrame({"year": np.arange(20), "a": np.arange(20.0), "b": 1.0 + np.arange(20)})
    for each in (frame, frame.assign(a=frame["a"] + 1).drop(index=5), frame.head(3)):
        with pytest.raises(dm.MeasureError):
            dm.fit_lotka_volterra(each, "a", "b")
