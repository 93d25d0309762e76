"""Fixed-effects logit equals statsmodels' conditional logit, and logit of changes over two periods."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from refused import refused
from statsmodels.discrete.conditional_models import ConditionalLogit

import digimfg as dm


def panel(n=40, t=6, seed=1):
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame({"unit": np.repeat(np.arange(n), t), "year": np.tile(np.arange(t), n)})
    level = rng.normal(size=n)[frame.unit]
    frame["x"], frame["z"] = rng.normal(size=(2, n * t)) + level
    frame["fixed"] = frame.unit % 3
    frame["y"] = (frame.x - 0.5 * frame.z + 2 * level + rng.logistic(size=n * t) > 0).astype(int)
    return frame


FRAME = panel()
SPEC = dm.Specification(
    "y", ("x", "z"), entity="unit", time="year", fixed_effects="unit", covariance=dm.Unadjusted(),
    estimator=dm.FixedEffectsLogit(),
)  # fmt: skip


@pytest.mark.filterwarnings("ignore:Dropped")
@pytest.mark.parametrize(
    "frame", [FRAME, FRAME.drop(index=[3, 17, 18, 40, 41])], ids=["balanced", "unbalanced"]
)
def test_numbers_are_those_of_statsmodels(frame):
    found = dm.estimate(SPEC, frame)
    other = ConditionalLogit(frame.y, frame[["x", "z"]], groups=frame.unit).fit(
        disp=0, method="newton", tol=1e-12
    )
    assert found.coefficients["estimate"].tolist() == pytest.approx(other.params.tolist(), rel=1e-6)
    assert found.coefficients["std_error"].tolist() == pytest.approx(other.bse.tolist(), rel=1e-4)
    assert found.statistics["log_likelihood"] == pytest.approx(other.llf, rel=1e-9)
    kept = frame.groupby("unit").y.transform("nunique") > 1
    assert found.statistics["n_obs"] == kept.sum() < len(frame)
    assert sum(each.n_rows for each in found.dropped) == (~kept).sum()


def test_two_periods_are_the_logit_of_changes():
    frame = FRAME[FRAME.year < 2]
    d = frame.groupby("unit")[["y", "x", "z"]].diff().dropna().query("y != 0")
    other = sm.Logit((d.y > 0).astype(int), d[["x", "z"]]).fit(disp=0, tol=1e-14)
    found = dm.estimate(SPEC, frame)
    assert found.coefficients["estimate"].tolist() == pytest.approx(other.params.tolist(), rel=1e-9)
    assert found.coefficients["std_error"].tolist() == pytest.approx(other.bse.tolist(), rel=1e-8)
    clustered = dm.estimate(SPEC.replace(covariance=dm.Clustered("unit", wild_bootstrap=None)), frame)
    by_unit = dm.estimate(SPEC.replace(covariance=dm.Robust()), frame)
    assert by_unit.coefficients["std_error"].equals(clustered.coefficients["std_error"])
    robust = sm.Logit((d.y > 0).astype(int), d[["x", "z"]]).fit(disp=0, tol=1e-14, cov_type="HC0")
    factor = np.sqrt(len(d) / (len(d) - 1))
    assert clustered.coefficients["std_error"].tolist() == pytest.approx(
        (robust.bse * factor).tolist(), rel=1e-8
    )


def test_long_panels_do_not_overflow():
    frame = panel(6, 400, 2)
    found = dm.estimate(SPEC, frame).coefficients["estimate"]
    dummies = dm.estimate(
        SPEC.replace(controls="i(unit)", fixed_effects=(), estimator=dm.Logit()), frame
    ).coefficients["estimate"]
    assert found.tolist() == pytest.approx(
        dummies[["x", "z"]].tolist(), rel=0.01
    )  # biased in the order of 1/400


def test_what_does_not_change_within_units_is_left_out_with_a_note():
    found = dm.estimate(SPEC.replace(controls="fixed"), FRAME)
    assert found.coefficients.index.tolist() == ["x", "z"]
    assert any("fixed" in note.en.lower() for note in found.notes)


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"fixed_effects": ("unit", "year")}, "binary.conditional_logit_not_plain"),
        ({"outcome": "x", "regressors": "z"}, "binary.outcome_not_binary"),
        ({"covariance": dm.DriscollKraay()}, "binary.conditional_logit_covariance"),
        ({"covariance": dm.Clustered("year", wild_bootstrap=None)}, "binary.clusters_cut_units"),
        ({"regressors": "fixed"}, "inference.nothing_left"),
        ({"regressors": "y2"}, "binary.units_separated"),
    ],
)
def test_bad_input_is_named(changes, kind):
    with refused(dm.DigimfgError, kind):
        dm.estimate(SPEC.replace(**changes), FRAME.assign(y2=FRAME.y + 0.0))
