"""Fully modified and dynamic least squares: arch 8.0.0 by unit (fully_modified.py), identities, recovery."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from refused import refused

import digimfg as dm
from digimfg.errors import Fault

SPEC = dm.Specification("y", ("x", "z"), entity="unit", time="year")
FM, DOLS = dm.FullyModifiedLeastSquares, dm.DynamicLeastSquares


def draw(seed, n, t):
    rng = np.random.default_rng(seed)
    shocks = rng.normal(size=(n, t, 2))
    noise = rng.normal(size=(n, t))
    x = (shocks + 0.4 * noise[:, :, None]).cumsum(axis=1)
    u = np.zeros((n, t))
    for s in range(1, t):
        u[:, s] = 0.4 * u[:, s - 1] + noise[:, s]
    y = 1 + x @ [1.5, -0.7] + u
    return pd.DataFrame(
        {
            "unit": np.repeat(range(n), t), "year": np.tile(range(t), n), "y": y.ravel(),
            "x": x[:, :, 0].ravel(), "z": x[:, :, 1].ravel(),
        }
    )  # fmt: skip


def fitted(estimator, frame):
    return dm.estimate(SPEC.replace(estimator=estimator), frame)


ARCH = {
    FM(kernel_lags=3): [
        [1.4596146386, -0.7870247413, 0.062497967, 0.0441526766],
        [1.4191647775, -0.6797685928, 0.05446324, 0.0938815716],
        [1.4875176118, -0.5914670901, 0.0388552049, 0.0608430071],
    ],
    FM(kernel_lags=3, drift=True): [
        [1.4591627556, -0.7866961101, 0.0624808324, 0.0441405716],
        [1.4234590097, -0.6695576999, 0.0518953914, 0.0894552163],
        [1.4850790627, -0.5930442466, 0.0388314869, 0.0608058673],
    ],
    FM(kernel_lags=3, trend=True): [
        [1.5008003992, -0.697326164, 0.0666474142, 0.0761128861],
        [1.6068441208, -0.7197982283, 0.1051513451, 0.0919418215],
        [1.5492915513, -0.635709819, 0.0653247109, 0.0693071154],
    ],
    DOLS(kernel_lags=3, lags=2, leads=1): [
        [1.4588935711, -0.7940584617, 0.1249395165, 0.0595348245],
        [1.3244540994, -0.8124603734, 0.0522391228, 0.0974121465],
        [1.4683210818, -0.6450282406, 0.0418326103, 0.0623233659],
    ],
}


@pytest.mark.parametrize("estimator", ARCH, ids=str)
def test_units_are_those_of_arch_and_the_group_is_their_mean(estimator):
    found = fitted(estimator, draw(0, 3, 40))
    known = np.array(ARCH[estimator])
    units = found.tables["units"][["x", "z", "std_error:x", "std_error:z"]].to_numpy()
    assert units == pytest.approx(known, abs=2e-10)
    assert found.coefficients["estimate"].to_numpy() == pytest.approx(known[:, :2].mean(axis=0), abs=1e-9)
    errors = np.sqrt((known[:, 2:] ** 2).sum(axis=0)) / 3
    assert found.coefficients["std_error"].to_numpy() == pytest.approx(errors, rel=1e-8)
    group = (known[:, :2] / known[:, 2:]).sum(axis=0) / np.sqrt(3)
    assert found.tables["group_t"]["statistic"].to_numpy() == pytest.approx(group, rel=1e-7)
    spread = fitted(replace(estimator, errors="spread"), draw(0, 3, 40))
    own = known[:, :2].std(axis=0, ddof=1) / np.sqrt(3)
    assert spread.coefficients["std_error"].to_numpy() == pytest.approx(own, rel=1e-8)
    assert spread.statistics["df_resid"] == 2


@pytest.mark.parametrize("estimator", [FM, DOLS])
def test_copies_of_a_unit_pooled_are_that_unit_with_errors_of_more_units(estimator):
    frame = draw(0, 1, 40)
    copies = pd.concat([frame.assign(unit=place) for place in range(4)])
    found = fitted(estimator(pooled=True, kernel_lags=3), copies).coefficients
    group = fitted(estimator(kernel_lags=3), copies)
    assert found["estimate"].to_numpy() == pytest.approx(group.coefficients["estimate"].to_numpy(), rel=1e-9)
    assert found["std_error"].to_numpy() == pytest.approx(
        group.coefficients["std_error"].to_numpy(), rel=1e-9
    )


def test_pooled_dynamic_least_squares_is_a_regression_with_each_units_own_changes():
    frame = draw(3, 3, 25)
    frame = frame[(frame["unit"] > 0) | (frame["year"] > 4)]
    found = fitted(DOLS(pooled=True, lags=1, leads=0, errors="spread"), frame)
    d = frame.assign(**{f"d{n}": frame.groupby("unit")[n].diff() for n in "xz"})
    d = d.assign(**{f"l{n}": d.groupby("unit")[f"d{n}"].shift() for n in "xz"}).dropna()
    dummies = [
        (d["unit"] == unit).to_numpy()[:, None]
        * np.column_stack([np.ones(len(d)), d[["dx", "dz", "lx", "lz"]]])
        for unit in range(3)
    ]
    columns = np.column_stack([d[["x", "z"]], *dummies])
    slopes = np.linalg.lstsq(columns, d["y"].to_numpy(), rcond=None)[0]
    assert found.coefficients["estimate"].to_numpy() == pytest.approx(slopes[:2], rel=1e-8)
    near = columns[:, :2] - columns[:, 2:] @ np.linalg.lstsq(columns[:, 2:], columns[:, :2], rcond=None)[0]
    scores = near * (d["y"].to_numpy() - columns @ slopes)[:, None]
    sums = np.array([scores[(d["unit"] == unit).to_numpy()].sum(axis=0) for unit in range(3)])
    bread = np.linalg.inv(near.T @ near)
    errors = np.sqrt(np.diag(1.5 * bread @ sums.T @ sums @ bread))
    assert found.coefficients["std_error"].to_numpy() == pytest.approx(errors, rel=1e-8)


def test_pooled_fully_modified_is_written_out():
    frame = draw(4, 3, 30)
    found = fitted(FM(pooled=True, kernel_lags=2), frame).coefficients
    y = frame["y"].to_numpy().reshape(3, 30)
    x = frame[["x", "z"]].to_numpy().reshape(3, 30, 2)
    y, x = y - y.mean(axis=1)[:, None], x - x.mean(axis=1)[:, None]
    first = np.linalg.lstsq(x.reshape(-1, 2), y.ravel(), rcond=None)[0]
    w = np.concatenate([(y - x @ first)[:, 1:, None], np.diff(x, axis=1)], axis=2)
    gamma = [np.mean([s[: 29 - j].T @ s[j:] / 29 for s in w], axis=0) * (1 - j / 3) for j in range(3)]
    one = sum(gamma)
    long = one + one.T - gamma[0]
    pull = np.linalg.solve(long[1:, 1:], long[1:, 0])
    plus = (y[:, 1:] - w[:, :, 1:] @ pull).ravel()
    near = x[:, 1:] - x[:, 1:].mean(axis=1)[:, None]
    products = np.einsum("ntj,ntk->jk", near, near)
    bias = 3 * 29 * (one[1:, 0] - one[1:, 1:] @ pull)
    slopes = np.linalg.solve(products, near.reshape(-1, 2).T @ plus - bias)
    assert found["estimate"].to_numpy() == pytest.approx(slopes, rel=1e-9)
    errors = np.sqrt((long[0, 0] - long[0, 1:] @ pull) * np.diag(np.linalg.inv(products)))
    assert found["std_error"].to_numpy() == pytest.approx(errors, rel=1e-9)


@pytest.mark.parametrize("estimator", [FM(), FM(pooled=True), DOLS(), DOLS(pooled=True)], ids=str)
def test_the_relation_is_recovered_where_least_squares_is_biased(estimator):
    frames = [draw(seed, 10, 120) for seed in range(12)]
    slopes = np.mean([fitted(estimator, frame).coefficients["estimate"] for frame in frames], axis=0)
    plain = np.mean([fitted(dm.MeanGroup(), frame).coefficients["estimate"] for frame in frames], axis=0)
    assert plain[0] - 1.5 > 0.02
    assert slopes == pytest.approx([1.5, -0.7], abs=0.012)


def test_dependent_units_are_told_and_period_effects_cure_it():
    frame = draw(5, 8, 50)
    shock = np.random.default_rng(6).normal(size=50)
    frame["y"] += 3 * shock[frame["year"]]
    kinds = [getattr(note, "kind", "") for note in fitted(FM(), frame).notes]
    assert "dependence" in kinds
    cured = dm.estimate(SPEC.replace(fixed_effects="year", estimator=FM()), frame)
    assert "dependence" not in [getattr(note, "kind", "") for note in cured.notes]


def test_drift_is_told():
    frame = draw(7, 6, 40)
    frame["x"] += 2 * frame["year"]
    frame["y"] += 3 * frame["year"]
    assert "drift" in [getattr(note, "kind", "") for note in fitted(FM(), frame).notes]
    assert "drift" not in [getattr(note, "kind", "") for note in fitted(FM(drift=True), frame).notes]


@pytest.mark.parametrize(
    ("estimator", "change", "kind"),
    [
        (DOLS(lags=6, leads=6), lambda f: f, "heterogeneous.too_few_periods_on_end"),
        (FM(), lambda f: f[(f["unit"] > 0) | (f["year"] < 5)], Fault.of("heterogeneous.too_few_periods_on_end", n=1)),
        (FM(), lambda f: f[(f["unit"] > 0) | (f["year"] != 9)], Fault.of("heterogeneous.gaps_in_units", n=1)),
        (DOLS(), lambda f: f[(f["unit"] > 0) | (f["year"] != 9)], Fault.of("heterogeneous.gaps_in_units", n=1)),
        (FM(), lambda f: f[f["unit"] == 0], "heterogeneous.one_unit"),
        (FM(), lambda f: f.assign(z=f["year"] * 1.5), Fault.of("heterogeneous.changes_without_variation", got='changes of z constant in 3 units')),
        (DOLS(), lambda f: f.assign(z=f["year"] * 1.5), Fault.of("heterogeneous.changes_without_variation", got='changes of z constant in 3 units')),
    ],
)  # fmt: skip
def test_what_cannot_be_estimated_is_refused(estimator, change, kind):
    with refused(dm.DigimfgError, kind):
        fitted(estimator, change(draw(8, 3, 20)))
