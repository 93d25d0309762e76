"""Interactive effects: the example of R's phtt, two code paths, identities, recovery."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from refused import refused
from scipy.optimize import minimize

import digimfg as dm
from digimfg.errors import Fault
from digimfg.estimators.heterogeneous.factors import chosen_factors

CIGAR = Path(__file__).parents[3] / "shared/data/reference/cigar.csv"
SPEC = dm.Specification("y", ("x", "z"), entity="unit", time="year", fixed_effects=("unit", "year"))
SLOPES = np.array([1.0, -0.5])


def draw(seed, n=40, t=15, r=2, noise=1.0):
    rng = np.random.default_rng(seed)
    factors, loadings = rng.normal(size=(t, r)), 1 + rng.normal(size=(n, r))
    x = rng.normal(size=(n, t, 2))
    x[:, :, 0] += 0.7 * loadings @ factors.T
    units, years = rng.normal(size=(n, 1)), rng.normal(size=(1, t))
    x[:, :, 1] += units + years
    y = x @ SLOPES + loadings @ factors.T + units + years + noise * rng.normal(size=(n, t))
    return pd.DataFrame(
        {
            "unit": np.repeat(range(n), t),
            "year": np.tile(range(t), n),
            "x": x[:, :, 0].ravel(),
            "z": x[:, :, 1].ravel(),
            "y": y.ravel(),
        }
    )


def run(frame, spec=SPEC, **options):
    return dm.estimate(spec.replace(estimator=dm.InteractiveEffects(**options)), frame)


def grids(frame):
    wide = [
        frame.pivot_table(index="unit", columns="year", values=name).to_numpy() for name in ("y", "x", "z")
    ]
    return wide[0], np.stack(wide[1:], axis=2)


def within(m):
    return m - m.mean(axis=0) - m.mean(axis=1, keepdims=True) + m.mean()


def test_slopes_are_the_least_of_the_concentrated_sum_of_squares():
    """The sum of the eigenvalues beyond the factors, by a general minimizer, is the same objective."""
    frame = draw(0)
    y, x = grids(frame)
    y, x = within(y), np.stack([within(x[:, :, j]) for j in range(2)], axis=2)

    def left(slopes):
        return float((np.linalg.svd(y - x @ slopes, compute_uv=False)[2:] ** 2).sum())

    other = minimize(
        left, SLOPES, method="Nelder-Mead", options={"xatol": 1e-9, "fatol": 1e-11, "maxiter": 4000}
    )
    found = run(frame, factors=2)
    assert found.statistics["sum_of_squares"] == pytest.approx(other.fun, rel=1e-9)
    assert found.coefficients["estimate"].to_numpy() == pytest.approx(other.x, abs=1e-6)


def test_an_unbalanced_panel_is_least_squares_over_its_rows():
    """Slopes, factors and loadings in turn, each by a regression over the rows at hand."""
    frame = draw(1, n=15, t=10, r=1).drop(index=[3, 17, 40, 41, 99, 120]).reset_index(drop=True)
    spec = SPEC.replace(fixed_effects="unit")
    found = run(frame, spec=spec, factors=1)
    unit, year = frame["unit"].to_numpy(), frame["year"].to_numpy()
    columns, y = frame[["x", "z"]].to_numpy(), frame["y"].to_numpy()
    rng = np.random.default_rng(0)
    slopes, factor = SLOPES.copy(), rng.normal(size=10)
    level, loading = np.zeros(15), np.zeros(15)
    for _ in range(4000):
        error = y - columns @ slopes
        for i in range(15):
            rows = unit == i
            level[i], loading[i] = np.linalg.lstsq(
                np.column_stack([np.ones(rows.sum()), factor[year[rows]]]), error[rows], rcond=None
            )[0]
        for t in range(10):
            rows = year == t
            own = loading[unit[rows]]
            factor[t] = own @ (error[rows] - level[unit[rows]]) / (own @ own)
        slopes = np.linalg.lstsq(columns, y - level[unit] - loading[unit] * factor[year], rcond=None)[0]
    left = y - columns @ slopes - level[unit] - loading[unit] * factor[year]
    assert found.statistics["sum_of_squares"] <= float(left @ left) * (1 + 1e-8)
    assert found.coefficients["estimate"].to_numpy() == pytest.approx(slopes, abs=1e-4)


def test_without_factors_it_is_least_squares_with_the_effects():
    frame = draw(2).drop(index=[3, 77])
    one, other = run(frame, factors=0), dm.estimate(SPEC, frame)
    assert one.coefficients["estimate"].to_numpy() == pytest.approx(
        other.coefficients["estimate"].to_numpy(), rel=1e-8
    )
    # the same sandwich; reghdfe takes one period from those that are not nested
    ratio = one.coefficients["std_error"] / other.coefficients["std_error"]
    assert ratio.to_numpy() == pytest.approx(1, abs=0.01)


def test_residuals_hold_nothing_of_factors_loadings_and_regressors():
    frame = draw(3)
    found = run(frame, factors=2)
    factors, loadings = found.tables["factors"].to_numpy(), found.tables["loadings"].to_numpy()
    assert factors.T @ factors / len(factors) == pytest.approx(np.eye(2), abs=1e-9)
    assert np.abs(np.tril(loadings.T @ loadings, -1)).max() < 1e-7
    y, x = grids(frame)
    error = within(y - x @ found.coefficients["estimate"].to_numpy()) - loadings @ factors.T
    assert np.abs(error @ factors).max() < 1e-7
    assert np.abs(np.einsum("ntk,nt->k", x, error)).max() < 1e-5
    assert float((error**2).sum()) == pytest.approx(found.statistics["sum_of_squares"])


@pytest.mark.parametrize("rule", ["bai_ng", "growth_ratio"])
@pytest.mark.parametrize("r", [0, 1, 3])
def test_rules_find_the_number_of_factors(rule, r):
    rng = np.random.default_rng(r)
    matrix = rng.normal(size=(80, 40))
    if r:
        matrix = matrix + rng.normal(size=(80, r)) @ rng.normal(size=(r, 40))
    assert chosen_factors(matrix, 8, rule) == r
    if r:
        found = run(draw(4, n=60, t=30, r=r, noise=0.5), factors=rule)
        assert found.statistics["n_factors"] == r


def test_slopes_and_errors_are_recovered_where_least_squares_is_biased():
    rows = [run(draw(seed), factors=2, starts=2).coefficients.loc["x"] for seed in range(40)]
    plain = np.mean([dm.estimate(SPEC, draw(seed)).coefficients.loc["x", "estimate"] for seed in range(10)])
    estimates = np.array([row["estimate"] for row in rows])
    covered = np.mean([row["conf_low"] < 1 < row["conf_high"] for row in rows])
    assert plain > 1.3
    assert abs(estimates.mean() - 1) < 0.02
    assert covered >= 0.85


def test_bias_corrections_are_small_where_errors_are_alike_and_help_where_they_differ():
    frame = draw(5)
    one, other = run(frame, factors=2), run(frame, factors=2, bias_correction=True)
    gap = (one.coefficients["estimate"] - other.coefficients["estimate"]).abs()
    assert (gap > 0).all()
    assert (gap < 0.5 * one.coefficients["std_error"]).all()
    assert one.coefficients["std_error"].equals(other.coefficients["std_error"])
    with refused(dm.EstimationError, "heterogeneous.bias_correction_needs_balanced"):
        run(frame.drop(index=3), factors=2, bias_correction=True)


def test_row_order_does_not_matter_and_seeds_repeat():
    frame = draw(6, n=20, t=10)
    one, other = run(frame, factors=2), run(frame.sample(frac=1, random_state=1), factors=2)
    pd.testing.assert_frame_equal(one.coefficients, other.coefficients)
    pd.testing.assert_frame_equal(one.tables["loadings"], other.tables["loadings"])


@pytest.mark.parametrize(
    ("options", "kind"),
    [
        ({"factors": 10}, Fault.of("heterogeneous.number_of_factors", most=9)),
        ({"factors": 9}, "heterogeneous.too_few_rows_for_factors"),
    ],
)
def test_too_many_factors_are_refused(options, kind):
    with refused(dm.EstimationError, kind):
        run(draw(7, n=12, t=10), **options)


@pytest.mark.skipif(not CIGAR.is_file(), reason="needs ../shared/data/reference/cigar.csv")
def test_cigarettes_are_those_of_phtt():
    """Bada and Liebl (2014, doi:10.18637/jss.v059.i06), section 4: Eup(d.l.Consumption ~ -1 + d.l.Price + d.l.Income),
    five factors; its 55 steps stop at -0.3140143, 0.159392, where the sum of squares is 4e-11 above the least.
    """
    frame = pd.read_csv(CIGAR)
    frame = frame.assign(real_price=frame["price"] / frame["cpi"], real_income=frame["ndi"] / frame["cpi"])
    model = dm.Specification(
        "D.log(sales)", ("D.log(real_price)", "D.log(real_income)"), entity="state", time="year",
        estimator=dm.InteractiveEffects(factors=5, constant=False),
    )  # fmt: skip
    found = dm.estimate(model, frame)
    assert found.coefficients["estimate"].to_numpy() == pytest.approx([-0.3140143, 0.159392], abs=1e-5)
    left = found.statistics["sum_of_squares"]
    assert np.sqrt(left / 957) == pytest.approx(0.02804, abs=2e-4)


def test_a_constant_is_one_factor_more_unless_taken_off():
    frame = draw(2).assign(y=lambda f: f["y"] + 50)
    plain = SPEC.replace(fixed_effects=())
    raw = run(frame, plain, factors=5, constant=False)
    moved = run(frame.assign(y=lambda f: f["y"] - 50), plain, factors=5, constant=False)
    centred = [run(f, plain, factors=5) for f in (frame, frame.assign(y=frame["y"] - 50))]
    assert raw.coefficients["estimate"].to_numpy() == pytest.approx(SLOPES, abs=0.2)
    assert raw.statistics["sum_of_squares"] != pytest.approx(moved.statistics["sum_of_squares"], rel=1e-6)
    assert centred[0].coefficients["estimate"].to_numpy() == pytest.approx(
        centred[1].coefficients["estimate"].to_numpy(), rel=1e-7
    )
    with refused(dm.SpecificationError, "heterogeneous.constant_of_effects"):
        run(frame, constant=False, factors=1)
