"""Printed, or last in a notebook's cell, every answer is a table in the language of messages."""

import dataclasses
import re

import numpy as np
import pandas as pd
import pytest
from statsmodels.datasets import grunfeld

import digimfg as dm

FRAME = grunfeld.load_pandas().data
SPEC = dm.Specification("invest", ("value", "capital"), entity="firm", time="year", fixed_effects="firm")
# What is printed elsewhere (results, exhibits), or holds declarations, data or verdicts rather than an answer.
_OTHERS = {
    "Fetched",
    "FilledFrame",
    "ImportedPanel",
    "InstrumentReport",
    "Panel",
    "Result",
}


@pytest.fixture(autouse=True)
def english(monkeypatch):
    monkeypatch.setenv("DIGIMFG_LANGUAGE", "en")


def test_every_public_answer_with_notes_shows_itself():
    answers = []
    for name in dm.__all__:
        kind = getattr(dm, name)
        if (
            dataclasses.is_dataclass(kind)
            and "notes" in kind.__dataclass_fields__
            and not hasattr(kind, "build")
        ):
            answers.append(name)
            if name not in _OTHERS:
                assert hasattr(kind, "_repr_mimebundle_"), name
    assert {"OsterBounds", "RobustnessBattery", "BaconDecomposition", "HonestDiD"} < set(answers)


def test_bounds_show_their_numbers_roots_and_notes(monkeypatch):
    found = dm.oster_bounds(SPEC, FRAME)
    text = str(found)
    assert text.startswith("Oster bounds\n===")
    assert f"δ {found.delta:.4f}" in text
    assert "Keeps the direction" in text
    assert "OsterBounds(" not in text
    assert found.notes[0].en[:40] in text
    monkeypatch.setenv("DIGIMFG_LANGUAGE", "zh")
    assert str(found).startswith("Oster界限\n===")
    assert "保持偏误方向" in str(found)


def test_a_long_table_shows_twelve_rows_and_says_where_all_are():
    curve = dm.leave_one_out(SPEC, FRAME, by="year")
    text = str(curve)
    assert f"The first 12 of {len(curve.coefficients)} rows; all are in .coefficients" in text
    assert "1946" in text
    assert "1947" not in text.partition("Further")[0].partition("====\n")[2].partition("Term")[0]


def test_a_test_without_a_table_shows_its_numbers():
    found = dm.wild_cluster_bootstrap(SPEC, FRAME, "value", draws=99, seed=1)
    text = str(found)
    assert f"{found.estimate:.4f}" in text
    assert "Clusters of" in text
    assert "array" not in text


def test_a_notebook_shows_the_same_table():
    found = dm.oster_bounds(SPEC, FRAME)
    shown = found._repr_mimebundle_()
    assert shown["text/plain"] == repr(found)
    assert "<table>" in shown["text/html"]
    assert "Oster bounds" in shown["text/html"]


def test_missing_values_and_true_minus_signs():
    weights = dm.equal_weights(pd.DataFrame({"a": [0.1, 0.5, 0.9], "b": [0.3, 0.1, 0.8]}))
    assert "Weights" in str(weights)
    battery = dm.RobustnessBattery(
        term="x",
        baseline={"estimate": -0.5},
        rows=(),
        statistics={"n_checks": 0.0, "share_same_sign": np.nan},
        alpha=0.05,
        notes=(),
    )
    assert "−0.5000" in str(battery)
    assert "nan" not in str(battery)


def test_checks_of_a_battery_are_named_in_the_language_of_messages(monkeypatch):
    checks = (dm.RobustnessCheck.lagged(1), dm.RobustnessCheck.window("year >= 1940"))
    found = dm.robustness_battery(SPEC, FRAME, checks=checks)
    assert "Baseline" in str(found)
    monkeypatch.setenv("DIGIMFG_LANGUAGE", "zh")
    text = str(found)
    assert "基准回归" in text
    assert "仅年份≥1940" in text
    assert not any(word in text for word in ("Baseline", "Only year", "Regressor"))


def test_levels_dates_and_rows_of_ours_are_said_in_words(monkeypatch):
    def said(answer, language):
        monkeypatch.setenv("DIGIMFG_LANGUAGE", language)
        return " ".join(str(answer).split())

    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"year": np.arange(1900, 1960), "x": rng.normal(size=60)})
    tails = dm.fit_growth_tails(frame, "x", level=0.9)
    assert "90% CI, low" in said(tails, "en")
    assert "90%置信区间下限" in said(tails, "zh")
    assert "形状 " in said(tails, "zh")
    breaks = dm.break_test(frame, "x", draws=99)
    for language in ("en", "zh"):
        assert "_" not in said(breaks, language).partition("Further")[0]
    assert re.search(r"Last before the break 19\d\d;", said(breaks, "en"))
    assert " 自相关 " in said(dm.early_warning(frame, "x", draws=99), "zh")
    needed = dm.necessary_condition_analysis(frame, "x", ["year"], draws=0)
    assert "ceiling_zone" not in said(needed, "en")
    assert " year CE-FDH " in said(needed, "zh")  # a column keeps its name
