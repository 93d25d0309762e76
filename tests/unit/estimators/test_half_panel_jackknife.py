"""The half-panel jackknife: its formula by hand, recovery, its test, refusals."""

import numpy as np
import pandas as pd
import pytest
from refused import refused

import digimfg as dm
from digimfg.errors import Fault

SPEC = dm.Specification(
    "y", ("L.y", "x"), entity="unit", time="year", fixed_effects=("unit", "year"),
    covariance=dm.Clustered("unit", wild_bootstrap=None), estimator=dm.HalfPanelJackknife(),
)  # fmt: skip


def draw(seed, n=40, t=13, later=0.0):
    rng = np.random.default_rng(seed)
    x, e = rng.normal(size=(2, n, t + 20))
    y = np.zeros((n, t + 20))
    own = rng.normal(size=n)
    for s in range(1, t + 20):
        slope = 1 + later * (s >= t // 2 + 20)
        y[:, s] = 0.5 * y[:, s - 1] + slope * x[:, s] + own + e[:, s]
    return pd.DataFrame(
        {
            "unit": np.repeat(range(n), t), "year": np.tile(range(t), n),
            "y": y[:, 20:].ravel(), "x": x[:, 20:].ravel(),
        }
    )  # fmt: skip


def by_hand(frame):
    """Twice the estimate less the weighted mean of the halves, over both places of a middle row."""

    def slopes(part):
        # lags reach into the earlier half, as they do in the whole
        columns = part[["y", "before", "x"]]
        free = columns - columns.groupby(part["unit"]).transform("mean")
        free = free - free.groupby(part["year"]).transform("mean")
        return np.linalg.lstsq(free[["before", "x"]].to_numpy(), free["y"].to_numpy(), rcond=None)[0]

    frame = frame.assign(before=frame.groupby("unit")["y"].shift()).dropna()
    years = sorted(frame["year"].unique())
    halves = []
    for size in {len(years) // 2, (len(years) + 1) // 2}:
        early = frame["year"].isin(years[:size])
        halves.append(sum(part.mean() * slopes(frame[part]) for part in (early, ~early)))
    return 2 * slopes(frame) - np.mean(halves, axis=0)


@pytest.mark.parametrize("t", [12, 13])
def test_estimates_are_the_formula(t):
    frame = draw(1, t=t)
    found = dm.estimate(SPEC, frame).coefficients["estimate"]
    assert found.to_numpy() == pytest.approx(by_hand(frame), rel=1e-9)


def test_the_bias_goes_and_the_errors_are_right():
    rows = {"plain": [], "freed": []}
    for seed in range(40):
        frame = draw(seed)
        for name, estimator in (("plain", dm.LeastSquares()), ("freed", dm.HalfPanelJackknife())):
            rows[name].append(dm.estimate(SPEC.replace(estimator=estimator), frame).coefficients.loc["L.y"])
    plain, freed = (pd.DataFrame(each) for each in rows.values())
    assert plain["estimate"].mean() < 0.46
    assert freed["estimate"].mean() == pytest.approx(0.5, abs=0.02)
    assert 0.75 < freed["std_error"].mean() / freed["estimate"].std() < 1.3


def test_halves_that_differ_are_told():
    assert dm.estimate(SPEC, draw(3, n=80)).statistics["halves_chi2_p"] > 0.01
    assert dm.estimate(SPEC, draw(3, n=80, later=1.0)).statistics["halves_chi2_p"] < 1e-4


@pytest.mark.parametrize(
    ("change", "part", "kind"),
    [
        (lambda f: f, {"fixed_effects": "year"}, "estimators.half_panel_without_units"),
        (
            lambda f: f.assign(x=f["x"].where(f["year"] > 6, 0.0)),
            {},
            Fault.of("estimators.half_panel_without_variation", terms=("x",)),
        ),
    ],
)
def test_what_has_no_halves_is_refused_in_words(change, part, kind):
    with refused(dm.DigimfgError, kind):
        dm.estimate(SPEC.replace(**part), change(draw(0)))
