"""Efficiency and productivity: printed scores, closed forms, and the programs in their other form."""

import functools
import operator

import numpy as np
import pandas as pd
import pytest
from refused import refused
from scipy.optimize import linprog

import digimfg as dm

PLANTS = pd.DataFrame(
    {
        "plant": list("ABCDE"),
        "x1": [4.0, 6, 8, 8, 2],
        "x2": [3.0, 3, 1, 1, 4],
        "y1": [2.0, 2, 6, 6, 1],
        "y2": [3.0, 3, 2, 1, 4],
    }
)
TWO = {"inputs": ("x1", "x2"), "outputs": ("y1", "y2"), "unit": "plant"}


def random_units(n=14, m=2, s=2, b=1, seed=3):
    rng = np.random.default_rng(seed)
    x, y, u = (rng.uniform(1, 5, size=(n, k)) for k in (m, s, b))
    names = [[f"{letter}{k}" for k in range(count)] for letter, count in zip("xyb", (m, s, b), strict=True)]
    frame = pd.DataFrame(np.hstack([x, y, u]), columns=functools.reduce(operator.iadd, names, []))
    return frame.assign(unit=np.arange(n)), names, x, y, u


def scores(frame, **options):
    found = dm.efficiency(frame, **options).scores
    return found.iloc[:, -2].to_numpy()


def test_slack_based_scores_of_tone():
    """Tone (2001), EJOR 130(3), table 1: constant returns, non-oriented."""
    found = dm.efficiency(PLANTS, model="slack_based", **TWO)
    assert found.scores["efficiency"].tolist() == pytest.approx(
        [0.797980, 0.568182, 1, 0.666667, 1], abs=5e-7
    )
    assert found.scores["efficient"].tolist() == [False, False, True, False, True]


def test_super_efficiency_of_power_plants():
    """Tone (2002), EJOR 143(1), table 4: non-oriented, constant returns (six plants, four inputs)."""
    plants = pd.DataFrame(
        [[80, 600, 54, 8, 90, 5], [65, 200, 97, 1, 58, 1], [83, 400, 72, 4, 60, 7],
         [40, 1000, 75, 7, 80, 10], [52, 600, 20, 3, 72, 8], [94, 700, 36, 5, 96, 6]],
        columns=["x1", "x2", "x3", "x4", "y1", "y2"],
    ).assign(plant=range(6))  # fmt: skip
    found = scores(
        plants, inputs=["x1", "x2", "x3", "x4"], outputs=["y1", "y2"], unit="plant",
        model="slack_based", super_efficiency=True,
    )  # fmt: skip
    assert found == pytest.approx([1.0116, 1.4146, 1.0781, 1.1563, 1.5859, 1.0198], abs=6e-5)


def test_undesirable_outputs_by_hand():
    """One input everywhere 1: B (2 good, 1 bad) dominates A (1, 1), so A is 1/(1 + (1/2)(1/1)) under variable returns."""
    frame = pd.DataFrame({"unit": list("ABC"), "x": 1.0, "good": [1.0, 2, 6], "bad": [1.0, 1, 2]})
    found = scores(
        frame,
        inputs="x",
        outputs="good",
        undesirable="bad",
        unit="unit",
        model="slack_based",
        returns="variable",
    )
    assert found == pytest.approx([2 / 3, 1, 1])


@pytest.mark.parametrize("returns", ["constant", "variable", "non_increasing", "non_decreasing"])
@pytest.mark.parametrize("orientation", ["input", "output"])
def test_radial_scores_are_those_of_multipliers(returns, orientation):
    """The dual: prices of inputs and outputs that show a unit at its best."""
    frame, names, x, y, _ = random_units()
    free = {
        "constant": (0, 0),
        "variable": (None, None),
        "non_increasing": (None, 0),
        "non_decreasing": (0, None),
    }
    low, high = free[returns] if orientation == "input" else (free[returns][1], free[returns][0])
    bounds_of_w = (low if low is None else 0, high if high is None else 0)
    found = []
    for o in range(len(x)):
        if orientation == "input":  # max u'y + w, v'x = 1, u'Y + w <= v'X
            cost, equal = -np.r_[y[o], 0 * x[o], 1], np.r_[0 * y[o], x[o], 0]
            rows = np.hstack([y, -x, np.ones((len(x), 1))])
        else:  # min v'x + w, u'y = 1, u'Y <= v'X + w
            cost, equal = np.r_[0 * y[o], x[o], 1], np.r_[y[o], 0 * x[o], 0]
            rows = np.hstack([y, -x, -np.ones((len(x), 1))])
        w = (
            bounds_of_w
            if orientation == "input"
            else tuple(
                {None: None, 0: 0}[end]
                for end in (
                    (0 if returns in ("non_increasing", "constant") else None),
                    (0 if returns in ("non_decreasing", "constant") else None),
                )
            )
        )
        solved = linprog(cost, A_ub=rows, b_ub=np.zeros(len(x)), A_eq=equal[None], b_eq=[1],
                         bounds=[(0, None)] * (len(cost) - 1) + [w])  # fmt: skip
        found.append(-solved.fun if orientation == "input" else 1 / solved.fun)
    ours = scores(
        frame, inputs=names[0], outputs=names[1], unit="unit", orientation=orientation, returns=returns
    )
    assert ours == pytest.approx(found, abs=1e-9)


@pytest.mark.parametrize("model", ["radial", "slack_based", "directional", "non_radial_directional"])
@pytest.mark.parametrize("returns", ["constant", "variable"])
def test_scores_do_not_depend_on_units_of_measurement(model, returns):
    frame, names, *_ = random_units()
    options = {"inputs": names[0], "outputs": names[1], "unit": "unit", "model": model, "returns": returns}
    if model != "radial":
        options["undesirable"] = names[2]
    moved = frame.assign(x0=frame["x0"] * 1e4, y1=frame["y1"] / 1e3, b0=frame["b0"] * 7)
    assert scores(moved, **options) == pytest.approx(scores(frame, **options), abs=1e-9)


def test_translation_leaves_oriented_scores_of_variable_returns_alone_and_no_others():
    """Input orientation is invariant in outputs (Ali & Seiford 1990); constant returns are the counterexample."""
    frame, names, *_ = random_units()
    moved = frame.assign(y0=frame["y0"] + 10)
    options = {"inputs": names[0], "outputs": names[1], "unit": "unit"}
    assert scores(moved, returns="variable", **options) == pytest.approx(
        scores(frame, returns="variable", **options), abs=1e-9
    )
    assert np.abs(scores(moved, **options) - scores(frame, **options)).max() > 0.01


def test_targets_are_efficient_and_peers_span_them():
    frame, names, x, y, _ = random_units()
    found = dm.efficiency(frame, names[0], names[1], unit="unit")
    targets = found.targets.assign(unit=np.arange(len(x)))
    again = dm.efficiency(targets, names[0], names[1], unit="unit")
    assert again.scores["efficiency"].to_numpy() == pytest.approx(np.ones(len(x)))
    weights = np.zeros((len(x), len(x)))
    weights[found.peers["unit"], found.peers["peer"]] = found.peers["intensity"]
    assert weights @ x == pytest.approx(found.targets[names[0]].to_numpy(), abs=1e-8)
    assert weights @ y == pytest.approx(found.targets[names[1]].to_numpy(), abs=1e-8)


def test_malmquist_by_hand():
    """One input, one output, constant returns: every distance is a ratio of y/x to the best."""
    frame = pd.DataFrame(
        {"unit": list("abcabc"), "year": [0, 0, 0, 1, 1, 1], "x": [2, 4, 3, 2, 4, 3], "y": [1, 2, 3, 2, 3, 4]}
    )
    found = dm.productivity_change(frame, ["x"], ["y"], unit="unit", time="year").changes
    assert found["efficiency_change"].tolist() == pytest.approx([1.5, 1.125, 1])
    assert found["technical_change"].tolist() == pytest.approx([4 / 3] * 3)
    assert found["productivity_change"].tolist() == pytest.approx([2, 1.5, 4 / 3])


@pytest.mark.parametrize("index", ["adjacent", "global", "biennial"])
@pytest.mark.parametrize("model", ["radial", "slack_based", "directional"])
def test_changes_multiply(index, model):
    rng = np.random.default_rng(5)
    frame = pd.DataFrame({"unit": np.tile(range(9), 3), "year": np.repeat(range(3), 9)})
    for name in ("k", "l", "y", "b"):
        frame[name] = rng.uniform(1, 4, size=27)
    more = {} if model == "radial" else {"undesirable": ["b"]}
    found = dm.productivity_change(
        frame, ["k", "l"], ["y"], unit="unit", time="year", model=model, index=index, **more
    )
    table = found.changes
    product = table["efficiency_change"] * table["technical_change"]
    assert product.to_numpy() == pytest.approx(table["productivity_change"].to_numpy(), nan_ok=True)
    pure = table["pure_efficiency_change"] * table["scale_efficiency_change"]
    assert pure.to_numpy() == pytest.approx(table["efficiency_change"].to_numpy(), nan_ok=True)
    if index == "global":  # circular: what lies between does not matter
        ends = frame[frame["year"] != 1].assign(year=lambda f: f["year"] // 2)
        whole = dm.efficiency(
            frame, ["k", "l"], ["y"], unit="unit", time="year", model=model, reference="global", **more
        )
        values = whole.scores.iloc[:, 2].to_numpy()
        values = 1 / (1 + values) if model == "directional" else values
        last = found.levels[found.levels["year"] == 2].set_index("unit")["productivity"]
        assert last.loc[range(9)].to_numpy() == pytest.approx(values[18:] / values[:9])
        assert len(ends) == 18


def test_units_without_a_solution_are_missing_and_counted():
    frame = pd.DataFrame({"unit": range(4), "x": [1.0, 2, 3, 4], "y": [1.0, 3, 4, 9]})
    found = dm.efficiency(frame, ["x"], ["y"], unit="unit", returns="variable", super_efficiency=True)
    assert found.scores["efficiency"].isna().tolist() == [False, False, False, True]
    assert "infeasible" in [note.kind for note in found.notes if hasattr(note, "kind")]


def test_pricing_units_in_gives_what_all_at_once_give():
    rng = np.random.default_rng(2)
    frame = pd.DataFrame(
        {"unit": range(150), **{name: rng.lognormal(size=150) for name in ("k", "l", "y", "b")}}
    )
    found = scores(
        frame, inputs=["k", "l"], outputs=["y"], undesirable=["b"], unit="unit", model="slack_based"
    )
    x, y, b = frame[["k", "l"]].to_numpy(), frame["y"].to_numpy(), frame["b"].to_numpy()
    for o in range(0, 150, 15):  # t, slacks, intensities
        rows = np.zeros((5, 1 + 4 + 150))
        rows[:2, 0], rows[:2, 1:3], rows[:2, 5:] = -x[o], np.eye(2), x.T
        rows[2, 0], rows[2, 3], rows[2, 5:] = y[o], 1, -y
        rows[3, 0], rows[3, 4], rows[3, 5:] = -b[o], 1, b
        rows[4, 0], rows[4, 3], rows[4, 4] = 1, 1 / (2 * y[o]), 1 / (2 * b[o])
        cost = np.r_[1, -1 / (2 * x[o]), np.zeros(152)]
        assert linprog(cost, A_eq=rows, b_eq=[0, 0, 0, 0, 1]).fun == pytest.approx(found[o], abs=1e-9)


def test_bias_is_removed_where_the_frontier_is_known():
    """One input, constant returns, y = x·exp(-u): the estimated frontier lies below the true one."""
    rng = np.random.default_rng(4)
    u = rng.exponential(0.3, size=60)
    x = rng.uniform(1, 3, size=(60, 2))
    frame = pd.DataFrame(
        {"unit": range(60), "k": x[:, 0], "l": x[:, 1], "y": np.sqrt(x[:, 0] * x[:, 1]) * np.exp(-u)}
    )
    found = dm.bias_corrected_efficiency(frame, ["k", "l"], ["y"], unit="unit", draws=100).scores
    true = np.exp(-u)
    before, after = (np.mean(found[name] - true) for name in ("efficiency", "corrected"))
    assert before > 0.02
    assert abs(after) < before / 2
    assert (found["lower"] < found["corrected"]).all()
    assert (found["corrected"] < found["upper"]).all()


def test_truncated_regression_finds_what_made_the_data():
    from digimfg.efficiency.truncated import fit_truncated, truncated_draws

    rng = np.random.default_rng(6)
    z = np.column_stack([np.ones(20_000), rng.normal(size=20_000)])
    beta, sigma, value = fit_truncated(truncated_draws(z, np.array([1.2, 0.5]), 0.6, rng), z)
    assert beta == pytest.approx([1.2, 0.5], abs=0.03)
    assert sigma == pytest.approx(0.6, abs=0.02)
    assert np.isfinite(value)


def test_rows_in_another_order_give_the_same_bytes():
    frame, names, *_ = random_units(n=60)
    options = {
        "inputs": names[0],
        "outputs": names[1],
        "undesirable": names[2],
        "unit": "unit",
        "model": "slack_based",
    }
    turned = frame.sample(frac=1, random_state=1)
    one, other = dm.efficiency(frame, **options), dm.efficiency(turned, **options)
    assert other.scores.sort_index().equals(one.scores)
    assert other.slacks.sort_index().equals(one.slacks)


@pytest.mark.parametrize(
    ("change", "options", "kind"),
    [
        ({"x1": 0.0, "x2": 0.0}, {}, "efficiency.units_without_inputs"),
        ({"x1": -1.0}, {}, "efficiency.quantities_refused"),
        ({"x1": np.nan}, {}, "efficiency.values_lacking"),
        ({"x1": 0.0}, {"model": "slack_based"}, "efficiency.zeros_under_slacks"),
        ({"plant": "A"}, {}, "efficiency.units_twice_in_a_period"),
        ({}, {"outputs": ("x1",)}, "efficiency.column_in_two_roles"),
        ({}, {"undesirable": ("y2",), "outputs": ("y1",)}, "efficiency.undesirable_outputs"),
        ({}, {"orientation": "none"}, "efficiency.no_orientation"),
    ],
)
def test_what_cannot_be_measured_is_refused(change, options, kind):
    with refused(dm.DigimfgError, kind):
        dm.efficiency(PLANTS.assign(**change), **{**TWO, **options})


def test_missing_rows_are_counted_when_dropped():
    frame = PLANTS.assign(y1=[np.nan, 2, 6, 6, 1])
    found = dm.efficiency(frame, missing="drop", **TWO)
    assert len(found.scores) == 4
    assert dict(found.notes[0].facts)["n"] == 1


@pytest.mark.parametrize("returns", ["constant", "variable"])
def test_slack_based_scores_with_smoke_are_those_of_deabook(returns):
    """Second engine: deabook 0.0.10 over pyomo, numbers of efficiency_deabook.py."""
    import json
    from pathlib import Path

    kept = json.loads((Path(__file__).parent / "efficiency_deabook.json").read_text("utf-8"))
    frame = pd.DataFrame(kept["data"]).rename_axis("unit").reset_index()
    found = dm.efficiency(
        frame, ["K", "L"], ["Y"], undesirable=["C"], unit="unit", model="slack_based", returns=returns
    )
    assert found.scores["efficiency"].tolist() == pytest.approx(kept[returns], abs=1e-8)
