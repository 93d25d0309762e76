"""Panel smooth transition: the example of R's PSTR 2.1.1 (README, Hansen99), a general optimizer, recovery."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from refused import refused
from scipy.optimize import minimize

import digimfg as dm
from digimfg.design import build_design
from digimfg.errors import Fault
from digimfg.estimators.smooth_transition.slopes import slopes_and_errors
from digimfg.estimators.smooth_transition.transition import Fitted, TransitionPanel
from digimfg.estimators.threshold.search import demean

FIRMS = Path(__file__).parents[2].parent / "shared/data/reference/hansen99_pstr.csv"
MOVING = ("vala", "debta", "cfa", "sales")


def spec(**options):
    return dm.Specification(
        "y", ("x", "z"), entity="unit", time="year", fixed_effects="unit",
        covariance=dm.Clustered("unit", wild_bootstrap=None, small_sample="none"),
        estimator=dm.PanelSmoothTransition(transition_variable="q", regime_dependent="x", **{"draws": 99} | options),
    )  # fmt: skip


def draw(seed, n=40, t=12, gamma=3.0, locations=(0.2,), change=1.5):
    rng = np.random.default_rng(seed)
    q, x, z = rng.normal(size=(3, n * t))
    unit = np.repeat(range(n), t)
    g = 1 / (1 + np.exp(np.clip(-gamma * np.prod([q - c for c in locations], axis=0), -500, 500)))
    y = rng.normal(size=n)[unit] + x + change * x * g + 0.5 * z + 0.5 * rng.normal(size=n * t)
    return pd.DataFrame({"unit": unit, "year": np.tile(range(t), n), "y": y, "x": x, "z": z, "q": q})


needs_firms = pytest.mark.skipif(not FIRMS.exists(), reason="the firms of Hansen (1999) are not here")


@pytest.fixture(scope="module")
def firms():
    frame = pd.read_csv(FIRMS)
    return frame, dm.Specification(
        "inva", MOVING, entity="cusip", time="year", fixed_effects=("cusip", "year"),
        covariance=dm.Clustered("cusip", wild_bootstrap=None, small_sample="none"),
        estimator=dm.PanelSmoothTransition(transition_variable="vala", regime_dependent=MOVING, draws=0, starts=2),
    )  # fmt: skip


@needs_firms
def test_linearity_of_investment_is_that_of_pstr(firms):
    frame, model = firms
    found = dm.estimate(model, frame)
    row = found.tables["linearity"].loc[1]
    assert row[["lm", "lm_f", "hac", "hac_f"]].to_numpy() == pytest.approx(
        [125.2509, 28.9922, 30.033, 6.9518], abs=6e-5
    )
    # PSTR's search left the range of q (c = -0.0002, least q 0.0212) for this sum of squares
    assert found.statistics["sum_of_squares"] <= 14.501051891484607 * 1.0001
    assert "edge" in [getattr(note, "kind", "") for note in found.notes]


@needs_firms
def test_slopes_and_errors_at_the_published_transition_are_those_of_pstr(firms):
    frame, model = firms
    frame = frame.sort_values(["cusip", "year"], ignore_index=True)
    design = build_design(model, frame)
    q, unit = frame["vala"].to_numpy(), pd.factorize(frame["cusip"])[0]
    dummies = (frame["year"].to_numpy()[:, None] == np.arange(75, 88)).astype(float)
    panel = TransitionPanel(
        outcome=demean(frame["inva"].to_numpy(), unit),
        common=demean(dummies, unit),
        moving=frame[list(MOVING)].to_numpy(),
        value=(q - q.mean()) / q.std(),
        unit=unit,
    )
    published = Fitted(
        slope=float(np.log(0.62990 * q.std())), locations=np.array([(-0.0002008 - q.mean()) / q.std()]),
        free=np.array([True, True]), sum_of_squares=np.nan, starts=1, agreeing=1,
    )  # fmt: skip
    found = slopes_and_errors(
        panel, published, design, np.arange(len(q)), names=tuple("abcdefgh"), effects={"cusip": unit}
    )
    assert found.curved
    slopes = [0.11500, -0.03392, 0.10980, 0.002978, -0.10370, 0.02892, -0.08801, 0.005945]
    assert found.estimates[:8] == pytest.approx(slopes, rel=5e-4)
    errors = np.sqrt(np.diag(found.covariance))
    published_errors = [0.04047, 0.03320, 0.04431, 0.008204, 0.03956, 0.04892, 0.05639, 0.012100]
    assert errors[:8] == pytest.approx(published_errors, rel=5e-4)
    assert errors[8] * 0.62990 == pytest.approx(0.09942, rel=5e-4)
    assert errors[9] * q.std() == pytest.approx(0.7141, rel=5e-4)


@pytest.mark.parametrize("locations", [(0.2,), (-0.6, 0.7)])
def test_the_least_squares_are_those_of_a_general_optimizer_with_errors_from_its_hessian(locations):
    frame = draw(1, n=15, locations=locations)
    m = len(locations)
    found = dm.estimate(spec(switches=m), frame)
    x, z, q, y, unit = (frame[name].to_numpy() for name in ("x", "z", "q", "y", "unit"))

    def errors(values):
        g = 1 / (1 + np.exp(-values[3] * np.prod([q - c for c in values[4:]], axis=0)))
        left = y - values[0] * x - values[1] * x * g - values[2] * z
        return left - (np.bincount(unit, left) / np.bincount(unit))[unit]

    begin = np.array([1.0, 1.5, 0.5, 3.0, *locations])
    other = minimize(
        lambda v: np.sum(errors(v) ** 2), begin, method="BFGS", options={"gtol": 1e-7, "maxiter": 5000}
    )
    assert found.statistics["sum_of_squares"] == pytest.approx(other.fun, rel=1e-8)
    table = found.tables["transition"]
    assert table["estimate"].to_numpy() == pytest.approx(
        [other.x[3], *np.sort(other.x[4:])], rel=2e-3, abs=1e-4
    )
    assert found.coefficients["estimate"].to_numpy() == pytest.approx(other.x[:3], abs=2e-4)
    step = 1e-4 * (1 + np.abs(other.x))
    scores = np.array(
        [
            (errors(other.x + shift) ** 2 - errors(other.x - shift) ** 2) / (2 * size)
            for shift, size in zip(np.diag(step), step, strict=True)
        ]
    ).T
    sums = np.array([scores[unit == each].sum(axis=0) for each in range(15)])
    hessian = np.empty((len(step), len(step)))
    for i, one in enumerate(np.diag(step)):
        for j, two in enumerate(np.diag(step)):
            corners = [
                np.sum(errors(other.x + a * one + b * two) ** 2) * a * b for a in (1, -1) for b in (1, -1)
            ]
            hessian[i, j] = sum(corners) / (4 * step[i] * step[j])
    bread = np.linalg.inv(hessian)
    known = np.sqrt(np.diag(bread @ sums.T @ sums @ bread))
    assert found.coefficients["std_error"].to_numpy() == pytest.approx(known[:3], rel=5e-3)
    assert table["std_error"].to_numpy() == pytest.approx(known[3:], rel=1e-2)


def test_multiplier_tests_are_those_of_regressions_with_dummies():
    frame = draw(2, n=12)
    found = dm.estimate(spec(), frame)
    dummies = (frame["unit"].to_numpy()[:, None] == range(12)).astype(float)
    null = np.column_stack([dummies, frame[["x", "z"]]])
    y, n = frame["y"].to_numpy(), len(frame)
    left = y - null @ np.linalg.lstsq(null, y, rcond=None)[0]
    added = np.column_stack([frame["x"] * frame["q"] ** power for power in (1, 2, 3)])
    whole = np.column_stack([null, added])
    explained = left @ whole @ np.linalg.lstsq(whole, left, rcond=None)[0]
    row = found.tables["linearity"].loc[3]
    assert row["lm"] == pytest.approx(n * explained / (left @ left))  # n R² of the auxiliary regression
    assert row["lm_f"] == pytest.approx(row["lm"] * (n - 12 - 2 - 3) / (3 * n))
    free = added - null @ np.linalg.lstsq(null, added, rcond=None)[0]
    sums = np.array([(free * left[:, None])[frame["unit"] == each].sum(axis=0) for each in range(12)])
    total = sums.sum(axis=0)
    assert row["hac"] == pytest.approx(total @ np.linalg.solve(sums.T @ sums, total))


def test_two_locations_are_told_from_one():
    one = dm.estimate(spec(switches=None), draw(3, n=60))
    two = dm.estimate(spec(switches=None), draw(3, n=60, locations=(-0.8, 0.9)))
    assert one.statistics["switches"] == 1
    assert two.statistics["switches"] == 2
    assert two.tables["transition"]["estimate"].to_numpy()[1:] == pytest.approx([-0.8, 0.9], abs=0.15)


def test_a_linear_panel_is_told_and_what_is_left_is_found():
    linear = dm.estimate(spec(), draw(14, change=0.0))
    assert "linear" in [getattr(note, "kind", "") for note in linear.notes]
    wrong = dm.estimate(spec(switches=1), draw(5, n=60, locations=(-0.8, 0.9)))
    assert wrong.tables["remaining"].loc[1:, "hac_f_p"].min() < 0.01
    right = dm.estimate(spec(switches=1), draw(5, n=60))
    assert right.tables["remaining"].loc[1, "hac_f_p"] > 0.01
    frame = draw(6, n=60)
    frame["y"] += 0.2 * frame["x"] * frame["year"]
    assert dm.estimate(spec(), frame).tables["constancy"].loc[1, "hac_f_p"] < 1e-6


def test_a_step_is_a_threshold():
    frame = draw(7, n=120, gamma=1e4, locations=(0.3,))
    found = dm.estimate(spec(), frame)
    threshold = dm.estimate(
        spec().replace(
            estimator=dm.PanelThreshold(
                threshold_variable="q", regime_dependent="x", replications=0, trim=0.05
            )
        ),
        frame,
    )
    assert found.statistics["sum_of_squares"] <= threshold.statistics["sum_of_squares"] * 1.005
    assert found.statistics["location_1"] == pytest.approx(threshold.statistics["threshold_1"], abs=0.05)
    assert "step" in [getattr(note, "kind", "") for note in found.notes]


def test_slopes_and_transition_are_recovered_and_intervals_hold():
    rows = [dm.estimate(spec(draws=0), draw(seed)) for seed in range(30)]
    slopes = np.array([row.coefficients["estimate"] for row in rows])
    errors = np.array([row.coefficients["std_error"] for row in rows])
    assert slopes.mean(axis=0) == pytest.approx([1.0, 1.5, 0.5], abs=0.06)
    assert np.median(errors, axis=0) / slopes.std(axis=0) == pytest.approx(np.ones(3), abs=0.4)
    places = [row.statistics["location_1"] for row in rows]
    assert np.mean(places) == pytest.approx(0.2, abs=0.05)


def test_the_curve_ends_at_the_regimes():
    found = dm.estimate(spec(), draw(8, gamma=6.0))
    curve, regimes = found.tables["curve"], found.tables["regimes"].loc["x"]
    assert curve["estimate"].iloc[0] == pytest.approx(regimes["low"], abs=0.02)
    assert curve["estimate"].iloc[-1] == pytest.approx(regimes["high"], abs=0.02)
    assert curve["transition"].is_monotonic_increasing


@pytest.mark.parametrize(
    ("change", "parts", "kind"),
    [
        (lambda f: f.assign(q=1.0), {}, Fault.of("smooth_transition.too_few_values", term="'q'", n=1)),
        (lambda f: f.assign(q=(f["q"] > 0) * 1.0), {}, Fault.of("smooth_transition.too_few_values", term="'q'", n=2)),
        (lambda f: f.assign(x=f["unit"] * 1.0), {}, Fault.of("smooth_transition.terms_collinear", terms=('x',))),
        (lambda f: f, {"weights": "q2"}, "estimators.weights_not_taken"),
        (lambda f: f, {"outcome": "x", "regressors": "z"}, "smooth_transition.outcome_among_terms"),
    ],
)  # fmt: skip
def test_what_cannot_be_estimated_is_refused(change, parts, kind):
    frame = change(draw(9, n=6)).assign(q2=1.0)
    with refused(dm.DigimfgError, kind):
        dm.estimate(spec().replace(**parts), frame)
