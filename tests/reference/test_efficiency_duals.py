"""Every program of efficiency in its dual, written anew and solved by another call: prices instead of intensities."""

import itertools
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import linprog

import digimfg as dm

RETURNS = {"constant": "", "variable": "=", "non_increasing": "<", "non_decreasing": ">"}
MODELS = ("radial", "slack_based", "directional", "non_radial_directional")
ORIENTATIONS = ("input", "output", "none")
EVERY = [each for each in itertools.product(MODELS, ORIENTATIONS, RETURNS) if each[:2] != ("radial", "none")]


class Program:
    """A program min c'v, v ≥ 0 but for those free, whose rows are filled one by one."""

    def __init__(self, cost, reference, free=()):
        self.cost, self.free = (
            np.r_[cost, np.zeros(len(reference))],
            np.zeros(len(cost) + len(reference), bool),
        )
        self.free[list(free)] = True
        self.rows, self.senses, self.aims = [], [], []

    def row(self, own, intensities, sense, aim):
        self.rows.append(np.r_[own, intensities])
        self.senses.append(sense)
        self.aims.append(aim)

    def value(self):
        """Solve max b'p, A'p ≤ c (an equation for what is free): p ≥ 0 of rows ≥, ≤ 0 of rows ≤."""
        signs = {">": (0, None), "<": (None, 0), "=": (None, None)}
        turned, held = np.array(self.rows).T, ~self.free
        prices = linprog(
            -np.array(self.aims, float), A_ub=turned[held], b_ub=self.cost[held],
            A_eq=turned[self.free] if self.free.any() else None,
            b_eq=self.cost[self.free] if self.free.any() else None,
            bounds=[signs[sense] for sense in self.senses],
        )  # fmt: skip
        return -prices.fun if prices.status == 0 else np.nan


def by_prices(x, y, b, reference, model, orientation, returns, disposability="weak", beyond=False):
    """Return the score of one unit against units ``reference = (X, Y, B)``."""
    inputs, outputs, smoke = reference
    m, s, q = len(x), len(y), len(y) + len(b)
    into, out = orientation in ("input", "none"), orientation in ("output", "none")
    sense = RETURNS[returns]
    falls = "=" if disposability == "weak" else ">"
    place = np.eye(1 + m + q)
    if model == "radial":
        program = Program([1.0 if into else -1.0], inputs)
        for i in range(m):
            program.row([x[i] if into else 0], -inputs[:, i], ">", 0 if into else -x[i])
        for r in range(s):
            program.row([0 if into else -y[r]], outputs[:, r], ">", y[r] if into else 0)
        if sense:
            program.row([0], np.ones(len(inputs)), sense, 1)
        value = program.value()
        return value if into else -1 / value if value < -1e-12 else np.nan
    if model in ("directional", "non_radial_directional"):
        parts = [(slice(0, m), into), (slice(m, m + s), out), (slice(m + s, m + q), out and len(b) > 0)]
        shares = np.zeros(m + q)
        for part, used in parts:
            shares[part] = used / (sum(each for _, each in parts) * max(1, part.stop - part.start))
        one = model == "directional"
        moves = (lambda k: [1.0]) if one else (lambda k: place[1 + k, 1:])
        program = Program([-1.0] if one else -shares, inputs, free=(0,) if one else ())
        still = 0 * np.asarray(moves(0))
        for i in range(m):
            program.row(np.multiply(moves(i), -x[i] * into), -inputs[:, i], ">", -x[i])
        for r in range(s):
            program.row(np.multiply(moves(m + r), -y[r] * out), outputs[:, r], ">", y[r])
        for k in range(len(b)):
            program.row(np.multiply(moves(m + s + k), -b[k] * out), -smoke[:, k], falls, -b[k])
        if sense:
            program.row(still, np.ones(len(inputs)), sense, 1)
        return -program.value()
    sign = -1.0 if beyond else 1.0
    equal = ">" if beyond else "="
    lost, gained = np.zeros(1 + m + q), np.zeros(1 + m + q)
    lost[1 : 1 + m], gained[1 + m :] = 1 / (m * x), 1 / (q * np.r_[y, b])
    program = Program(-sign * gained if orientation == "output" else place[0] - sign * lost, inputs)
    for i in range(m):
        program.row(x[i] * place[0] - sign * place[1 + i], -inputs[:, i], equal, 0)
    for r in range(s):
        program.row(-y[r] * place[0] - sign * place[1 + m + r], outputs[:, r], equal, 0)
        if beyond:
            program.row(y[r] * place[0] - place[1 + m + r], 0 * inputs[:, 0], ">", 0)
    for k in range(len(b)):
        program.row(b[k] * place[0] - sign * place[1 + m + s + k], -smoke[:, k], equal, 0)
    if sense:
        program.row(-place[0], np.ones(len(inputs)), sense, 0)
    fixed = {"input": range(1 + m, 1 + m + q), "output": range(1, 1 + m), "none": ()}[orientation]
    for k in fixed if beyond else ():
        program.row(place[k], 0 * inputs[:, 0], "=", 0)
    program.row(place[0] + (sign * gained if orientation == "none" else 0), 0 * inputs[:, 0], "=", 1)
    value = program.value()
    if orientation != "output":
        return value
    return 1 / (1 - value) if 1 - value > 1e-12 else np.nan


def drawn(seed, n=7, periods=1, smoke=True, spread=0.8):
    rng = np.random.default_rng(seed)
    x, y, b = (np.exp(rng.normal(0, spread, (n * periods, k))) for k in (2, 2, int(smoke)))
    names = ["x0", "x1"], ["y0", "y1"], ["b0"] * int(smoke)
    frame = pd.DataFrame(np.hstack([x, y, b]), columns=[*names[0], *names[1], *names[2]])
    frame["unit"], frame["year"] = np.tile(range(n), periods), np.repeat(range(periods), n)
    return frame, {"inputs": names[0], "outputs": names[1], "undesirable": names[2]}, (x, y, b)


@pytest.mark.parametrize(("model", "orientation", "returns"), EVERY)
def test_scores_and_super_efficiencies_are_those_of_prices(model, orientation, returns):
    frame, columns, parts = drawn(len(returns) + len(model), smoke=model != "radial")
    everyone = np.arange(len(frame))
    for disposability in ("weak", "strong") if "directional" in model else ("weak",):
        options = {
            "model": model, "orientation": orientation, "returns": returns, "disposability": disposability
        }  # fmt: skip
        wanted = np.array(
            [by_prices(*(each[o] for each in parts), parts, **options) for o in everyone]
        )  # fmt: skip
        found = dm.efficiency(frame, **columns, unit="unit", **options).scores.iloc[:, 1]
        assert found.to_numpy() == pytest.approx(wanted, abs=1e-8)
        for o in np.flatnonzero(np.abs(wanted - ("directional" not in model)) < 1e-8):
            others = tuple(each[everyone != o] for each in parts)
            wanted[o] = by_prices(*(each[o] for each in parts), others, **options, beyond=True)
        found = dm.efficiency(frame, **columns, unit="unit", super_efficiency=True, **options).scores.iloc[
            :, 1
        ]
        assert found.to_numpy() == pytest.approx(wanted, abs=1e-7, nan_ok=True)


def as_share(distance, orientation):
    left = 1 - distance if orientation == "input" else 1 + distance
    left = left if left > 1e-12 else np.nan
    return left if orientation == "input" else 1 / left


@pytest.mark.filterwarnings("error::RuntimeWarning")
@pytest.mark.parametrize("index", ["adjacent", "global", "biennial"])
@pytest.mark.parametrize(("model", "orientation"), sorted({each[:2] for each in EVERY}))
def test_indices_are_those_of_prices_and_missing_where_nothing_is_left(model, orientation, index):
    for returns in ("constant", "variable"):
        frame, columns, parts = drawn(
            {"input": 4, "output": 5, "none": 6}[orientation],
            n=3,
            periods=2,
            smoke=model != "radial",
            spread=1.2,
        )
        year = frame["year"].to_numpy()
        options = {"model": model, "orientation": orientation, "returns": returns}

        def share(o, inside, options=options, parts=parts, orientation=orientation):
            reference = tuple(each[inside] for each in parts)
            own = tuple(each[o] for each in parts)
            value = by_prices(*own, reference, **options)
            if "directional" in options["model"]:
                return as_share(value, orientation)
            if options["model"] == "slack_based" and np.isnan(value):
                value = by_prices(*own, reference, **options, beyond=True)
            return value

        found = dm.productivity_change(frame, **columns, unit="unit", time="year", index=index, **options)
        for o, line in enumerate(found.changes.to_dict("records")):
            before, now, both = year == 0, year == 1, year >= 0
            if index == "adjacent":
                first = share(3 + o, before) / share(o, before)
                wanted = np.sqrt(first * share(3 + o, now) / share(o, now))
            else:
                wanted = share(3 + o, both) / share(o, both)
            assert line["productivity_change"] == pytest.approx(wanted, rel=1e-7, nan_ok=True)
            caught = share(3 + o, now) / share(o, before)
            assert line["efficiency_change"] == pytest.approx(caught, rel=1e-7)


@pytest.mark.parametrize("index", ["adjacent", "global", "biennial"])
@pytest.mark.parametrize("orientation", ["input", "output"])
def test_a_direction_of_one_side_gives_the_index_of_the_radial_model(orientation, index):
    """1 - β of inputs and 1/(1 + β) of outputs are Farrell's measures (Chambers, Chung & Färe 1996)."""
    frame, columns, _ = drawn(9, n=6, periods=3, smoke=False, spread=1.2)
    radial, directional = (
        dm.productivity_change(
            frame, **columns, unit="unit", time="year", orientation=orientation, index=index, model=model
        ).changes
        for model in ("radial", "directional")
    )
    pd.testing.assert_frame_equal(radial, directional, rtol=1e-7)


def test_an_output_that_nobody_else_makes_leaves_no_super_efficiency():
    frame = pd.DataFrame({"unit": range(3), "x": 1.0, "y": [1.0, 2, 1], "z": [0.0, 0, 1]})
    for orientation in ("input", "output"):
        found = dm.efficiency(
            frame, ["x"], ["y", "z"], unit="unit", orientation=orientation, super_efficiency=True
        )
        assert found.scores["efficiency"].isna().tolist() == [False, False, True]
        assert "infeasible" in [note.kind for note in found.notes if hasattr(note, "kind")]


@pytest.mark.parametrize("model", MODELS)
def test_a_unit_alone_has_nobody_to_be_beyond(model):
    frame = pd.DataFrame({"unit": ["a"], "x": 1.0, "y": 2.0})
    found = dm.efficiency(frame, ["x"], ["y"], unit="unit", model=model, super_efficiency=True)
    assert found.scores.iloc[:, 1].isna().all()


SHARED = Path(__file__).parents[3] / "shared" / "data" / "reference"


def test_nine_units_with_a_bad_output():
    """Tone (2003), GRIPS I-2003-0005, pp. 10-11, variable returns: one input everywhere 1.

    A, F and G lie below the frontier of B, C and D; of H and I the best they could be is C.
    """
    frame = pd.DataFrame(
        {
            "unit": list("ABCDEFGHI"),
            "x": 1.0,
            "good": [1.0, 2, 6, 8, 9, 5, 4, 6, 4],
            "bad": [1.0, 1, 2, 4, 7, 2, 3, 4, 6],
        }
    )
    found = dm.efficiency(
        frame, ["x"], ["good"], undesirable=["bad"], unit="unit", model="slack_based", returns="variable"
    ).scores
    wanted = [2 / 3, 1, 1, 1, 1, 10 / 11, 12 / 17, 4 / 5, 3 / 5]
    assert found["efficiency"].tolist() == pytest.approx(wanted, abs=1e-9)
    assert found["efficient"].tolist() == [value == 1 for value in wanted]


def test_productivity_of_chinas_industry_is_that_of_prices():
    """31 provinces, 2005-2009 (Wang & Lan 2011): input-oriented Malmquist under constant returns, every distance anew."""
    path = SHARED / "china_industry_2005_2009.csv"
    if not path.exists():
        pytest.skip("needs ../shared/data/reference")
    frame = pd.read_csv(path)
    found = dm.productivity_change(frame, ["Capital", "Labor"], ["GIOV"], unit="DMUs", time="Period").changes
    parts = {
        year: (
            part[["Capital", "Labor"]].to_numpy() / 1e4,
            part[["GIOV"]].to_numpy() / 1e4,
            np.empty((31, 0)),
        )
        for year, part in frame.sort_values("DMUs").groupby("Period")
    }

    def share(row, year, against):
        return by_prices(*(each[row] for each in parts[year]), parts[against], "radial", "input", "constant")

    for row, name in enumerate(sorted(frame["DMUs"].unique())):
        line = found[(found["DMUs"] == name) & (found["Period"] == 2008)].iloc[0]
        caught = share(row, 2008, 2008) / share(row, 2007, 2007)
        whole = (
            share(row, 2008, 2007) / share(row, 2007, 2007) * share(row, 2008, 2008) / share(row, 2007, 2008)
        )
        assert line["efficiency_change"] == pytest.approx(caught, rel=1e-7)
        assert line["productivity_change"] == pytest.approx(np.sqrt(whole), rel=1e-7)
