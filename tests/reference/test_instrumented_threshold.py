"""Threshold with instruments: least squares and two-stage least squares it must equal, recovery, size."""

import numpy as np
import pandas as pd
import pytest
from refused import refused

import digimfg as dm
from digimfg.errors import Fault


def draw(seed, n=60, t=8, change=1.0, gamma=0.3):
    rng = np.random.default_rng(seed)
    unit = np.repeat(range(n), t)
    level = rng.normal(size=n)[unit]
    w, v, e, q, z = rng.normal(size=(5, n * t))
    x = w + 0.7 * v + 0.5 * level
    y = level + x + change * x * (q > gamma) + 0.4 * z + 0.5 * (0.8 * v + 0.6 * e)
    return pd.DataFrame(
        {"unit": unit, "year": np.tile(range(t), n), "y": y, "x": x, "w": w, "q": q, "z": z, "x2": x}
    )


def spec(**parts):
    options = {"threshold_variable": "q", "regime_dependent": "x", "draws": 0} | parts.pop("options", {})
    return dm.Specification(
        **{"outcome": "y", "regressors": "z", "endogenous": "x", "instruments": "w", "entity": "unit",
           "time": "year", "fixed_effects": ("unit", "year"),
           "covariance": dm.Clustered("unit", wild_bootstrap=None),
           "estimator": dm.InstrumentedThreshold(**options)} | parts
    )  # fmt: skip


def split(frame, threshold):
    low = frame["q"] <= threshold
    made = {
        f"{name}_{side}": frame[name] * flag for name in "xw" for side, flag in (("low", low), ("high", ~low))
    }
    return frame.assign(**made)


@pytest.mark.parametrize("effects", [("unit", "year"), "unit", ()])
def test_given_the_threshold_it_is_two_stage_least_squares_of_the_regimes(effects):
    frame = draw(1)
    found = dm.estimate(spec(fixed_effects=effects), frame)
    made = split(frame, found.statistics["threshold_1"])
    made["high"] = (made["q"] > found.statistics["threshold_1"]) * 1.0
    known = dm.estimate(
        spec(
            regressors="z" if effects else ("z", "high"),
            endogenous=("x_low", "x_high"),
            instruments=("w_low", "w_high"),
            estimator=dm.TwoStageLeastSquares(),
            fixed_effects=effects,
        ),
        made,
    ).coefficients
    pairs = {"x:regime[1]": "x_low", "x:regime[2]": "x_high", "z": "z"}
    for name, other in pairs.items():
        row = found.coefficients.loc[name]
        assert row["estimate"] == pytest.approx(known.loc[other, "estimate"], rel=1e-8)
        assert row["std_error"] == pytest.approx(known.loc[other, "std_error"], rel=1e-8)


def test_with_regressors_as_their_own_instruments_it_is_the_panel_threshold():
    frame = draw(2)
    found = dm.estimate(spec(instruments="x2", options={"grid": 4000}), frame)
    plain = dm.estimate(
        spec(
            regressors=("x", "z"),
            endogenous=(),
            instruments=(),
            estimator=dm.PanelThreshold(
                threshold_variable="q", regime_dependent="x", trim=0.15, replications=0
            ),
        ),
        frame,
    )
    assert found.statistics["threshold_1"] == plain.statistics["threshold_1"]
    terms = ["x:regime[1]", "x:regime[2]", "z"]
    columns = ["estimate", "std_error"]
    assert found.coefficients.loc[terms, columns].to_numpy() == pytest.approx(
        plain.coefficients.loc[terms, columns].to_numpy(), rel=1e-8
    )


def test_slopes_are_recovered_where_least_squares_is_not():
    rows = [dm.estimate(spec(), draw(seed)).coefficients["estimate"] for seed in range(15)]
    assert np.mean(rows, axis=0) == pytest.approx([1.0, 2.0, 0.4], abs=0.03)
    plain = dm.PanelThreshold(threshold_variable="q", regime_dependent="x", replications=0)
    biased = dm.estimate(
        spec(regressors=("x", "z"), endogenous=(), instruments=(), estimator=plain), draw(0)
    ).coefficients["estimate"]
    assert biased["x:regime[1]"] > 1.1


def test_the_interval_holds_the_threshold_and_the_test_its_size():
    found = [dm.estimate(spec(options={"draws": 99, "grid": 60}), draw(seed)) for seed in range(10)]
    held = [row.tables["threshold"].iloc[0] for row in found]
    assert np.mean([row["conf_low"] - 0.02 <= 0.3 <= row["conf_high"] + 0.02 for row in held]) >= 0.8
    assert max(row.statistics["threshold_wald_p"] for row in found) <= 0.02
    none = [
        dm.estimate(spec(options={"draws": 99, "grid": 30}), draw(seed, change=0.0)).statistics[
            "threshold_wald_p"
        ]
        for seed in range(30)
    ]
    assert np.mean(np.array(none) <= 0.05) <= 0.17


@pytest.mark.parametrize(
    ("change", "parts", "kind"),
    [
        (lambda f: f, {"endogenous": (), "instruments": (), "regressors": ("x", "z")}, "threshold.too_few_instruments"),
        (lambda f: f, {"options": {"threshold_variable": "x"}}, "threshold.threshold_variable_endogenous"),
        (lambda f: f, {"options": {"regime_dependent": "q"}}, "threshold.not_terms_of_equation"),
        (lambda f: f.assign(q=1.0), {}, Fault.of("threshold.too_few_threshold_values", n=0)),
        (lambda f: f.assign(w=f["unit"] * 1.0), {}, "threshold.slopes_not_identified"),
    ],
)  # fmt: skip
def test_what_cannot_be_estimated_is_refused(change, parts, kind):
    with refused(dm.DigimfgError, kind):
        dm.estimate(spec(**parts), change(draw(3, n=20)))


def test_weak_instruments_are_told():
    frame = draw(4)
    frame["w"] = frame["w"] + 30 * np.random.default_rng(0).normal(size=len(frame))
    assert "weak" in [getattr(note, "kind", "") for note in dm.estimate(spec(), frame).notes]
