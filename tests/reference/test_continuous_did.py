"""Difference-in-differences with a dose: numbers of diff-diff, algebra by hand, and what simulations say of errors."""

import numpy as np
import pandas as pd
import pytest
from refused import refused

import digimfg as dm
from digimfg.errors import DigimfgError, Fault

KEYS = {"entity": "id", "time": "year"}


def panel(seed=1, n=200, t=5, cohorts=(3, 4), curve=lambda d: 1 + 0.8 * d - 0.1 * d**2):
    rng = np.random.default_rng(seed)
    first = rng.choice([0, *cohorts], n, p=[0.4] + [0.6 / len(cohorts)] * len(cohorts))
    d = np.where(first > 0, rng.uniform(0.5, 3, n), 0)
    effect, z = rng.normal(size=(2, n))
    frame = pd.DataFrame({"id": np.repeat(np.arange(n), t), "year": np.tile(np.arange(1, t + 1), n)})
    frame["first"], frame["d"], frame["z"] = first[frame["id"]], d[frame["id"]], z[frame["id"]]
    on = (frame["first"] > 0) & (frame["year"] >= frame["first"])
    frame["dose"] = np.where(on, frame["d"], 0.0)
    noise = rng.normal(size=len(frame))
    gain = np.where(on, curve(frame["d"]), 0.0)
    return frame.assign(y=effect[frame["id"]] + (0.3 + 0.2 * frame["z"]) * frame["year"] + gain + noise)


def fitted(frame, controls=(), **options):
    estimator = dm.ContinuousDifferenceInDifferences(**{"draws": 0} | options)
    return dm.estimate(dm.Specification("y", "dose", controls=controls, estimator=estimator, **KEYS), frame)


@pytest.mark.parametrize("cohorts", [(3,), (3, 4)])
@pytest.mark.parametrize("controls", [(), ("z",)])
@pytest.mark.parametrize("group", ["never_treated", "not_yet_treated"])
def test_curves_equal_diff_diff(cohorts, controls, group):
    """diff-diff 3.13 (continuous_did, regression adjustment). Where cohorts are several its errors take their shares as
    known, and it leaves out that doses are drawn; curves of one cohort have the same errors.
    """
    pytest.importorskip("diff_diff")
    from diff_diff import ContinuousDiD

    frame = panel(cohorts=cohorts)
    found = fitted(frame, controls, degree=2, knots=1, control_group=group)
    peer = ContinuousDiD(degree=2, num_knots=1, control_group=group, estimation_method="reg").fit(
        frame, outcome="y", unit="id", time="year", first_treat="first", dose="d",
        **({"covariates": list(controls)} if controls else {}),
    )  # fmt: skip
    levels, slopes = found.tables["dose_levels"], found.tables["dose_slopes"]
    assert levels.index.to_numpy() == pytest.approx(peer.dose_grid, rel=1e-12)
    assert levels["estimate"].to_numpy() == pytest.approx(peer.dose_response_att.effects, rel=1e-9)
    assert slopes["estimate"].to_numpy() == pytest.approx(
        peer.dose_response_acrt.effects, rel=1e-8, abs=1e-10
    )
    overall = found.tables["overall"]
    assert overall["estimate"].tolist() == pytest.approx([peer.overall_att, peer.overall_acrt], rel=1e-9)
    if len(cohorts) == 1:
        assert levels["std_error"].to_numpy() == pytest.approx(peer.dose_response_att.se, rel=1e-9)
        assert slopes["std_error"].to_numpy() == pytest.approx(peer.dose_response_acrt.se, rel=1e-9)
        assert overall.loc["level", "std_error"] == pytest.approx(peer.overall_att_se, rel=1e-9)


def test_levels_equal_diff_diff_and_comparisons_of_two_groups():
    from diff_diff import ContinuousDiD

    frame = panel(cohorts=(3,))
    frame["d"] = np.where(frame["d"] > 0, np.ceil(frame["d"]), 0)
    frame["dose"] = np.where(frame["dose"] > 0, frame["d"], 0)
    found = fitted(frame, dose_form="levels", control_group="never_treated")
    peer = ContinuousDiD(treatment_type="discrete", control_group="never_treated").fit(
        frame, outcome="y", unit="id", time="year", first_treat="first", dose="d"
    )
    assert found.tables["dose_levels"]["estimate"].tolist() == pytest.approx(
        list(peer.dose_response_att.effects)
    )
    assert found.tables["dose_slopes"]["estimate"].tolist() == pytest.approx(
        list(peer.dose_response_acrt.effects)
    )
    for dose in (1.0, 2.0, 3.0):
        two = frame[frame["d"].isin([0.0, dose])].assign(pilot=lambda f: (f["dose"] > 0).astype(int))
        spec = dm.Specification(
            "y", "pilot", estimator=dm.StaggeredDifferenceInDifferences(aggregate="group", draws=0), **KEYS
        )
        alone = dm.estimate(spec, two).coefficients.loc["pilot"]
        row = found.tables["dose_levels"].loc[dose]
        assert row["estimate"] == pytest.approx(alone["estimate"], rel=1e-10)
        assert row["std_error"] == pytest.approx(alone["std_error"], rel=1e-9)


def test_the_mean_level_is_the_effect_of_any_dose():
    frame = panel().assign(pilot=lambda f: (f["dose"] > 0).astype(int))
    found = fitted(frame, target="level")
    options = {"aggregate": "group", "control_group": "not_yet_treated", "draws": 0}
    plain = dm.estimate(
        dm.Specification("y", "pilot", estimator=dm.StaggeredDifferenceInDifferences(**options), **KEYS),
        frame,
    )
    columns = ["estimate", "std_error"]
    assert found.coefficients.loc["dose", columns].tolist() == pytest.approx(
        plain.coefficients.loc["pilot", columns].tolist(), rel=1e-10
    )
    shown = found.tables["event_study"]
    assert shown["estimate"].tolist() == pytest.approx(
        plain.tables["event_study"]["estimate"].tolist(), rel=1e-9
    )


def test_a_line_is_the_regression_of_changes_on_doses():
    """Two periods, degree one: slope and heteroskedasticity-robust error of the treated's own regression."""
    frame = panel(cohorts=(2,), t=2)
    found = fitted(frame, degree=1)
    change = frame.pivot_table(index="id", columns="year", values="y").diff(axis=1)[2]
    dose = frame.groupby("id")["d"].max()
    x = dose[dose > 0] - dose[dose > 0].mean()
    y = change[dose > 0] - change[dose > 0].mean()
    slope = (x @ y) / (x @ x)
    error = np.sqrt(((x * (y - slope * x)) ** 2).sum()) / (x @ x)
    assert found.coefficients.loc["dose", "estimate"] == pytest.approx(slope, rel=1e-10)
    assert found.coefficients.loc["dose", "std_error"] == pytest.approx(error, rel=1e-9)


def test_intervals_hold_what_they_should():
    """Truth of the mean response with doses uniform on 0.5 to 3: 0.8 − 0.2 × 1.75; 120 samples (two errors: 4 points)."""
    inside = []
    for seed in range(120):
        row = fitted(panel(seed, n=120, t=4), degree=2).coefficients.loc["dose"]
        inside.append(row["conf_low"] <= 0.45 <= row["conf_high"])
    assert 0.88 <= np.mean(inside) <= 0.99


@pytest.mark.parametrize(
    ("change", "options", "kind"),
    [
        (lambda f: f.assign(dose=f["dose"] - 1), {}, "did.dose_negative"),
        (lambda f: f.assign(dose=f["dose"] * f["year"]), {}, "did.dose_changes_within_units"),
        (lambda f: f.assign(dose=(f["dose"] > 0) * 2.0), {}, "did.too_few_doses_for_spline"),
        (lambda f: f, {"dose_form": "levels"}, "did.number_of_dose_levels"),
        (lambda f: f, {"doses": (9.0,)}, "did.dose_not_taken"),
        (
            lambda f: f[f["first"] != 0].query("year >= 4"),
            {},
            Fault.of("did.no_cohort_within_sample", where=""),
        ),
        (lambda f: f[f["first"] == 3], {"control_group": "never_treated"}, "did.no_never_treated"),
        (
            lambda f: f,
            {"dose_form": "levels", "degree": 1},
            Fault.of("did.option_of_dose_spline", option="degree", value=1),
        ),
    ],
)
def test_doses_that_cannot_carry_a_curve_are_refused(change, options, kind):
    with refused(DigimfgError, kind):
        fitted(change(panel(n=60)), **options)


def test_a_constant_dose_beside_the_first_period_is_the_same():
    frame = panel()
    estimator = dm.ContinuousDifferenceInDifferences(cohort="first", draws=0)
    beside = dm.estimate(dm.Specification("y", "d", estimator=estimator, **KEYS), frame)
    assert beside.tables["overall"].equals(fitted(frame).tables["overall"])
