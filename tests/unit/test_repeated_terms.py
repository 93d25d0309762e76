"""A term named twice counts once, and the result says so."""

from __future__ import annotations

import pandas as pd
import pytest
from statsmodels.datasets import grunfeld

import digimfg as dm

SPEC = dm.Specification(
    "invest", ("value", "capital"), entity="firm", time="year", fixed_effects="firm", covariance=dm.Robust()
)
FRAME: pd.DataFrame = grunfeld.load_pandas().data


def said(**changes: object) -> list[str]:
    return [note.en for note in dm.estimate(SPEC.replace(**changes), FRAME).notes if "named" in note.en]


def test_a_repeated_regressor_enters_once_with_a_note():
    twice = dm.estimate(SPEC.replace(regressors=("value", "capital", "value")), FRAME)
    pd.testing.assert_frame_equal(twice.coefficients, dm.estimate(SPEC, FRAME).coefficients)
    (note,) = (note for note in twice.notes if "named" in note.en)
    assert note.en == "value is named 2 times among the regressors and enters once"
    assert note.zh == "value在解释变量与控制变量中出现2次，仅计入一次"


def test_a_control_that_is_a_regressor_already_is_noted():
    assert said(controls="value") == ["value is named 2 times among the regressors and enters once"]


@pytest.mark.parametrize(
    ("changes", "role"),
    [
        ({"fixed_effects": ("firm", "firm", "firm")}, "Firm is named 3 times among the fixed effects"),
        ({"covariance": dm.Clustered(("firm", "firm"))}, "Firm is named 2 times among the clusters"),
        (
            {
                "regressors": "capital",
                "endogenous": "value",
                "instruments": ("L.value", "L.value"),
                "estimator": dm.TwoStageLeastSquares(),
            },
            "value (lag 1) is named 2 times among the instruments",
        ),
    ],
)
def test_so_is_what_is_repeated_in_other_roles(changes, role):
    (note,) = said(**changes)
    assert note == f"{role} and enters once"


def test_a_term_in_two_roles_that_differ_is_no_repetition():
    assert said(covariance=dm.Clustered("firm")) == []
