"""What results say of terms that collinearity takes out: in labels, in both languages, each reason once."""

from __future__ import annotations

import numpy as np
import pandas as pd
from refused import refused

import digimfg as dm
from digimfg.text import Text


def panel() -> pd.DataFrame:
    random = np.random.default_rng(11)
    frame = pd.DataFrame(
        [(firm, year) for firm in range(8) for year in range(2000, 2012)], columns=["firm", "year"]
    )
    frame["y"] = random.normal(size=len(frame))
    frame["log_labor_productivity"] = random.normal(size=len(frame))
    frame["human_capital"] = frame["firm"] * 1.0
    return frame


SPEC = dm.Specification(
    "y",
    "log_labor_productivity",
    entity="firm",
    time="year",
    fixed_effects=("firm", "year"),
    covariance=dm.Robust(),
)


def omitted(specification: dm.Specification, frame: pd.DataFrame) -> list[Text]:
    return [note for note in dm.estimate(specification, frame).notes if note.en.startswith("Omitted")]


def test_an_omitted_term_is_named_by_its_label_in_both_languages():
    (note,) = omitted(SPEC.replace(controls="human_capital"), panel())
    label = dm.describe_variable("human_capital").label
    assert note.en == f"Omitted {label.en}: collinear with the fixed effects"
    assert note.zh == f"略去{label.zh}：与固定效应共线"


def test_what_a_term_is_collinear_with_is_named_by_its_label_too():
    frame = panel().assign(double=lambda frame: 2 * frame["log_labor_productivity"])
    (note,) = omitted(SPEC.replace(controls="double"), frame)
    label = dm.describe_variable("log_labor_productivity").label
    assert note.zh == f"略去double：与{label.zh}共线"


def test_terms_that_go_for_one_reason_are_one_note():
    frame = panel().assign(again=lambda frame: frame["firm"] ** 2.0)
    (note,) = omitted(SPEC.replace(controls=("human_capital", "again")), frame)
    assert note.en.endswith(", again: collinear with the fixed effects")
    assert "、again：" in note.zh


def test_of_many_terms_the_first_and_the_last_are_named_with_their_number():
    frame = panel()
    (note,) = omitted(SPEC.replace(controls="i(year)", fixed_effects="year"), frame)
    assert note.en == "Omitted 11 terms, Year = 2001 … Year = 2011: collinear with the fixed effects"
    assert note.zh == "略去年份=2001…年份=2011等11项：与固定效应共线"


def test_a_term_that_is_zero_is_said_to_be_zero():
    (note,) = omitted(SPEC.replace(controls="empty", fixed_effects=()), panel().assign(empty=0.0))
    assert (note.en, note.zh) == ("Omitted empty: zero in every row", "略去empty：各行恒为零")


def test_a_nearly_collinear_term_is_named_by_its_label():
    frame = panel()
    frame["human_capital"] = frame["log_labor_productivity"] + 1e-4 * np.random.default_rng(2).normal(
        size=len(frame)
    )
    notes = dm.estimate(SPEC.replace(controls="human_capital"), frame).notes
    label = dm.describe_variable("human_capital").label
    assert any(note.zh.startswith(f"{label.zh}与之前各项近乎共线") for note in notes)


def test_the_error_names_terms_as_they_were_written():
    frame = panel()
    with refused(dm.EstimationError, "inference.nothing_left"):
        dm.estimate(SPEC.replace(regressors="human_capital"), frame)
