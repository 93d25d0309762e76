"""A check of the design asks what a referee would ask, and every call that it names answers."""

import dataclasses

import numpy as np
import pandas as pd
import pytest

import digimfg as dm
from digimfg.robustness.design_questions import CHECKS


def panel(n=60, t=8, seed=4):
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame({"unit": np.repeat(np.arange(n), t), "year": np.tile(np.arange(2010, 2010 + t), n)})
    size = len(frame)
    start = np.where(np.arange(n) % 3 == 0, np.inf, 2013 + np.arange(n) % 3)[frame.unit]
    frame["pilot"] = (frame.year >= start).astype(int)
    frame["once"] = ((frame.unit % 2 == 0) & (frame.year >= 2014)).astype(int)
    frame["rare"] = ((frame.unit < 4) & (frame.year >= 2014)).astype(int)
    frame["gone"] = ((frame.unit % 2 == 0) & frame.year.isin([2013, 2014])).astype(int)
    for name in ("x", "c", "z", "w"):
        frame[name] = rng.normal(size=size)
    frame["heavy"] = frame.x * np.where(frame.unit == 3, 40.0, 1.0)
    frame["moved"] = frame.pilot + rng.normal(size=size)
    frame["weak"] = 0.02 * frame.z + rng.normal(size=size)
    frame["y"] = 0.5 * frame.x + 0.3 * frame.pilot + rng.normal(size=n)[frame.unit] + rng.normal(size=size)
    frame["same"] = frame.y + 0.02 * rng.normal(size=size)
    frame["shock"] = frame.y + (1 + frame.unit % 2) * rng.normal(size=t)[frame.year - 2010] * 3
    frame["province"] = frame.unit % 12
    return frame


FRAME = panel()
SPEC = dm.Specification("y", "x", controls="c", entity="unit", time="year", fixed_effects=("unit", "year"))
LONG = panel(12, 24, 5)
LONG["walk"] = LONG.groupby("unit")["w"].cumsum()
RAISING = {
    "errors_by_row": (SPEC.replace(covariance=dm.Robust()), FRAME),
    "few_clusters": (SPEC.replace(covariance=dm.Clustered("province")), FRAME),
    "one_cluster": (SPEC.replace(regressors="heavy"), FRAME),
    "staggered": (SPEC.replace(regressors="pilot"), FRAME),
    "trends_before": (SPEC.replace(regressors="once"), FRAME),
    "switches_back": (SPEC.replace(regressors="gone"), FRAME),
    "few_treated": (SPEC.replace(regressors="rare"), FRAME),
    "instruments": (
        SPEC.replace(regressors=(), endogenous="weak", instruments="z", estimator=dm.TwoStageLeastSquares()), FRAME
    ),
    "dynamic_bias": (SPEC.replace(regressors=("L.y", "x")), FRAME),
    "many_instruments": (
        SPEC.replace(
            regressors=("L.y", "x"), controls=(), fixed_effects=(), sample="unit < 15",
            estimator=dm.DynamicGMM(instruments=dm.GMMInstruments("y", first=2), exogenous="x"),
        ),
        FRAME,
    ),
    "dependence": (SPEC.replace(outcome="shock", fixed_effects="unit"), FRAME),
    "unit_root": (SPEC.replace(outcome="walk"), LONG),
    "moved_controls": (SPEC.replace(regressors="pilot", controls=("c", "moved")), FRAME),
    "mechanical": (SPEC.replace(controls=("c", "same")), FRAME),
    "unseen": (SPEC, FRAME),
}  # fmt: skip


def test_every_check_has_a_case():
    assert set(RAISING) == set(CHECKS)


@pytest.mark.parametrize("name", RAISING)
def test_the_question_is_asked_and_its_call_answers(name):
    specification, frame = RAISING[name]
    found = dm.design_check(specification, frame)
    assert found.looked_at == tuple(CHECKS)
    asked = [question for question in found.questions if question.check == name]
    assert asked
    for question in asked:
        assert question.text.en != question.text.zh
        names = {"dm": dm, "specification": specification, "frame": frame, "replace": dataclasses.replace}
        assert eval(question.call, names) is not None
    assert asked[0].call in str(found).replace("\n", " ") or asked[0].text.en[:10] in str(found)


def test_a_design_with_answers_leaves_what_no_data_can_tell():
    asked = [question.check for question in dm.design_check(SPEC, FRAME).questions]
    assert asked == ["unseen"]


def test_the_order_of_rows_does_not_matter():
    specification, frame = RAISING["moved_controls"]
    one = dm.design_check(specification, frame)
    other = dm.design_check(specification, frame.sample(frac=1, random_state=2))
    assert [(each.check, each.text, each.call) for each in one.questions] == [
        (each.check, each.text, each.call) for each in other.questions
    ]
