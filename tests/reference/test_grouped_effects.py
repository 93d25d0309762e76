"""Grouped fixed effects: every partition of a small panel, regressions with dummies, recovery; no engine has it."""

import itertools

import numpy as np
import pandas as pd
import pytest
from refused import refused

import digimfg as dm
from digimfg.errors import Fault

SPEC = dm.Specification(
    "y", "x", entity="unit", time="year", covariance=dm.Clustered("unit", wild_bootstrap=None)
)


def draw(seed, n=60, t=8, groups=3, apart=1.5):
    rng = np.random.default_rng(seed)
    group = np.arange(n) % groups
    paths = np.random.default_rng(0).normal(size=(groups, t)).cumsum(axis=1) * apart
    x = rng.normal(size=(n, t)) + 0.5 * paths[group]
    y = 0.7 * x + paths[group] + 0.5 * rng.normal(size=(n, t))
    frame = pd.DataFrame(
        {"unit": np.repeat(range(n), t), "year": np.tile(range(t), n), "y": y.ravel(), "x": x.ravel()}
    )
    return frame, group


def fitted(frame, **options):
    parts = {name: options.pop(name) for name in ("fixed_effects",) if name in options}
    return dm.estimate(SPEC.replace(estimator=dm.GroupedEffects(**options), **parts), frame)


def squares(frame, group):
    cells = pd.factorize(pd.MultiIndex.from_arrays([np.asarray(group)[frame["unit"]], frame["year"]]))[0]
    near = frame[["y", "x"]] - frame[["y", "x"]].groupby(cells).transform("mean")
    slope = (near["x"] @ near["y"]) / (near["x"] @ near["x"])
    return float(((near["y"] - slope * near["x"]) ** 2).sum())


@pytest.mark.parametrize("gap", [False, True])
def test_no_partition_of_a_small_panel_is_better(gap):
    frame, _ = draw(1, n=8, t=3, groups=2, apart=0.3)
    if gap:
        frame = frame[(frame["unit"] != 3) | (frame["year"] > 0)]
    found = fitted(frame, groups=2, starts=20)
    best = min(squares(frame, (0, *rest)) for rest in itertools.product((0, 1), repeat=7) if any(rest))
    assert found.statistics["sum_of_squares"] == pytest.approx(best, rel=1e-10)


def test_with_the_groups_found_it_is_least_squares_with_effects_of_group_and_period():
    frame, _ = draw(2, n=30, groups=3)
    found = fitted(frame, groups=3)
    group = found.tables["groups"]["group"]
    known = dm.estimate(
        SPEC.replace(fixed_effects="group:year"), frame.assign(group=frame["unit"].map(group))
    ).coefficients
    columns = ["estimate", "std_error"]
    assert found.coefficients[columns].to_numpy() == pytest.approx(known[columns].to_numpy(), rel=1e-9)
    left = frame["y"] - found.coefficients.loc["x", "estimate"] * frame["x"]
    paths = left.groupby([frame["year"], frame["unit"].map(group)]).mean()
    assert found.tables["paths"].to_numpy() == pytest.approx(paths.to_numpy().reshape(8, 3))


def test_groups_their_number_and_slopes_are_recovered():
    frame, group = draw(3)
    found = fitted(frame, starts=20)
    assert found.statistics["n_groups"] == 3
    pairs = set(zip(found.tables["groups"]["group"], group, strict=True))
    assert len(pairs) == 3
    assert (found.tables["groups"]["distance"] < found.tables["groups"]["distance_next"]).all()
    assert found.tables["paths"].mean().is_monotonic_decreasing
    table, n = found.tables["selection"], len(frame)
    variance = table.loc[6, "sum_of_squares"] / (n - 6 * 8 - 60 - 1)
    bic = table["sum_of_squares"] / n + variance * (table.index * 8 + 60 + 1) * np.log(n) / n
    assert table["bic"].to_numpy() == pytest.approx(bic.to_numpy())


def test_errors_for_few_periods_allow_for_wrong_groups():
    rows = []
    for seed in range(30):
        frame, _ = draw(seed, t=5, apart=0.6)
        rows.append(
            [
                fitted(frame, groups=3, starts=4, errors=errors).coefficients.loc[
                    "x", ["estimate", "std_error"]
                ]
                for errors in ("groups_known", "few_periods")
            ]
        )
    values = np.array(rows, dtype=float)
    spread = values[:, 0, 0].std()
    assert values[:, 1, 1].mean() / spread == pytest.approx(1.0, abs=0.25)
    assert values[:, 0, 1].mean() < values[:, 1, 1].mean()


def test_errors_for_few_periods_are_those_of_known_groups_where_groups_are_far_apart():
    frame, _ = draw(5, apart=30.0)
    known, few = (
        fitted(frame, groups=3, errors=errors).coefficients for errors in ("groups_known", "few_periods")
    )
    n, cells = len(frame), 24
    rule = (n - 1) / (n - 1 - cells)  # reghdfe's, which errors for few periods do without
    assert few["std_error"].to_numpy() * np.sqrt(rule) == pytest.approx(
        known["std_error"].to_numpy(), rel=1e-6
    )


def test_effects_of_units_are_removed_and_names_of_units_do_not_matter():
    frame, group = draw(6)
    level = np.random.default_rng(1).normal(size=60) * 5
    found = fitted(frame, groups=3, fixed_effects=("unit", "year"))
    moved = fitted(
        frame.assign(y=frame["y"] + level[frame["unit"]]), groups=3, fixed_effects=("unit", "year")
    )
    assert moved.coefficients["estimate"].to_numpy() == pytest.approx(
        found.coefficients["estimate"].to_numpy()
    )
    renamed = fitted(frame.assign(unit=(frame["unit"] * 37) % 60), groups=3)
    same = fitted(frame, groups=3)
    assert renamed.statistics["sum_of_squares"] == same.statistics["sum_of_squares"]
    del group


@pytest.mark.parametrize(
    ("change", "options", "kind"),
    [
        (lambda f: f, {"groups": 6}, Fault.of("heterogeneous.number_of_groups", most=5)),
        (lambda f: f.query("year < 2"), {"groups": 7}, Fault.of("heterogeneous.number_of_groups", name='groups')),
        (lambda f: f[(f["unit"] > 0) | (f["year"] > 1)], {"groups": 2, "fixed_effects": "unit"}, "heterogeneous.grouped_needs_balanced"),
        (lambda f: f.assign(x=f["year"] * 1.0), {"groups": 2}, Fault.of("heterogeneous.regressors_collinear_in_groups", terms=('x',))),
    ],
)  # fmt: skip
def test_what_cannot_be_estimated_is_refused(change, options, kind):
    with refused(dm.DigimfgError, kind):
        fitted(change(draw(7, n=6)[0]), **options)
