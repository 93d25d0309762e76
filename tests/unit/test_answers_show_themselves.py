"""Printed, or last in a notebook's cell, every answer is a table in the language of messages."""

import dataclasses
import inspect
import re
import sys
import types
import typing

import numpy as np
import pandas as pd
import pytest
from refused import refused
from statsmodels.datasets import grunfeld

import digimfg as dm
from digimfg.display.answer_view import frame_view
from digimfg.display.answer_words import ANSWER_WORDS, CODE_WORDS, FIELD_WORDS
from digimfg.display.statistics import STATISTIC_LABELS

FRAME = grunfeld.load_pandas().data
SPEC = dm.Specification("invest", ("value", "capital"), entity="firm", time="year", fixed_effects="firm")
PAIRS = pd.DataFrame(np.kron(np.eye(2), [[0, 1], [1, 0]]))
# What declares rather than answers; its function may be asked in a notebook all the same.
_DECLARATIONS = {"Analysis", "Panel", "Scan", "Specification"}


@pytest.fixture(autouse=True)
def english(monkeypatch):
    monkeypatch.setenv("DIGIMFG_LANGUAGE", "en")


def answers():
    """Return the classes that public functions return, by the name of a function, and those with notes."""
    found = {}
    for name in dm.__all__:
        thing = getattr(dm, name)
        if inspect.isfunction(thing):
            kind = getattr(
                inspect.getmodule(inspect.unwrap(thing)), str(thing.__annotations__["return"]), None
            )
            if dataclasses.is_dataclass(kind):
                found[name] = kind
        elif "notes" in getattr(thing, "__dataclass_fields__", ()) and not hasattr(thing, "build"):
            found[name] = thing  # exhibits show themselves
    return {name: kind for name, kind in found.items() if kind.__name__ not in _DECLARATIONS}


@pytest.mark.parametrize("name", sorted(answers()))
def test_every_answer_shows_and_saves_itself(name):
    kind = answers()[name]
    assert "_repr_mimebundle_" in vars(kind), kind
    assert "__repr__" in vars(kind)
    assert hasattr(kind, "save")


def test_answers_are_found():
    names = {kind.__name__ for kind in answers().values()}
    assert {
        "OsterBounds",
        "InstrumentReport",
        "Moran",
        "Variable",
        "Guess",
        "ImportedPanel",
        "Result",
    } < names
    assert len(names) > 80


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


def test_the_check_of_an_instrument_and_the_entry_of_a_variable_are_tables(tmp_path):
    entry = dm.describe_variable("gdp_per_capita_yuan")
    assert "Gross regional product per person" in str(entry)
    assert "Text(" not in repr(entry)
    text = entry.save(tmp_path / "entry_zh.md").read_text(encoding="utf-8")
    assert "人均地区生产总值" in text
    found = dm.moran(pd.Series(np.arange(4.0)), PAIRS, permutations=0)
    assert f"{found.statistic:.4f}" in str(found)
    assert "Moran指数" in found.save(tmp_path / "moran_zh.md").read_text(encoding="utf-8")


def test_what_is_no_class_of_ours_is_saved_by_the_same_verb(tmp_path):
    rng = np.random.default_rng(0)
    series = pd.Series(rng.normal(size=20), name="value")
    for number, each in enumerate(
        (series, series.to_frame(), series.to_numpy(), {"a": 0.5}, 0.25, FRAME.head())
    ):
        assert dm.save(each, tmp_path / f"{number}.docx").stat().st_size
    assert dm.save({"(1)": dm.estimate(SPEC, FRAME)}, tmp_path / "r.tex").read_text().count("invest") == 1
    assert dm.estimate(SPEC, FRAME).save(tmp_path / "one.html").stat().st_size
    with refused(dm.ArgumentError, "arguments.kind_of_value", argument="answer"):
        dm.save(object(), tmp_path / "no.docx")
    with refused(dm.ExhibitError, "exhibits.suffix_unknown"):
        dm.save(series, tmp_path / "no.odt")


def test_all_rows_are_saved_under_the_labels_of_the_reader(tmp_path):
    found = dm.leave_one_out(SPEC, FRAME, by="year")
    exhibit = dm.AnswerTable(found, labels={"1947": "Year of 1947"})
    assert len(exhibit.show(exhibit.evidence).rows) == len(found.coefficients)
    with refused(dm.ExhibitError, "exhibits.names_unknown"):
        dm.AnswerTable(found, part="coeficients").save(tmp_path / "a.md")
    with refused(dm.ExhibitError, "exhibits.names_unknown"):
        dm.AnswerTable(found, columns=("estimat",)).save(tmp_path / "a.md")
    only = dm.AnswerTable(found, columns=("estimate",), rows=3)
    assert [len(row.cells) for row in only.show(only.evidence).rows] == [2, 2, 2]


def test_numbers_of_one_column_stand_under_one_format():
    frame = pd.DataFrame({"effect": [0.017, 0.000083, 1.5], "n_obs": [3, 4, 5]})
    table = frame_view(frame, dm.Text("t", "表"), digits=3)
    assert [row.cells for row in table.rows] == [("0.017000", "3"), ("0.000083", "4"), ("1.500000", "5")]


def shown_classes():
    named = (getattr(dm, name) for name in dm.__all__)
    return [each for each in named if isinstance(each, type) and "__shown__" in vars(each)]


def declared_types(kind, field):
    """Return what a field may hold, as its class declares it."""
    found = eval(str(field.type), {**vars(typing), **vars(sys.modules[kind.__module__])})
    return typing.get_args(found) if typing.get_origin(found) in (typing.Union, types.UnionType) else [found]


@pytest.mark.parametrize("kind", shown_classes(), ids=lambda each: each.__name__)
def test_single_values_have_words_in_both_languages(kind):
    for field in dataclasses.fields(kind):
        try:
            held = declared_types(kind, field)
        except (NameError, TypeError):  # imported for type checking alone: frames, results, arrays
            continue
        for each in held:
            if typing.get_origin(each) is typing.Literal and all(isinstance(v, str) for v in each.__args__):
                words = CODE_WORDS.get(field.name, {})
                assert set(each.__args__) <= set(words), f"give the values of {field.name} words"
            plain = typing.get_origin(each) is typing.Literal or each in (float, int, bool, str, dm.Text)
            named = {*FIELD_WORDS, *ANSWER_WORDS, *STATISTIC_LABELS}
            assert not plain or field.name in named, f"give {field.name} words in FIELD_WORDS"


def test_a_chinese_reader_meets_no_word_of_code(tmp_path):
    result = dm.estimate(SPEC, FRAME)
    for answer in (
        dm.margins(result), dm.reset_test(result), dm.nlcom(result, "value / capital"),
        dm.test(result, "value = capital"), dm.predict(result), dm.second_opinion(result),
    ):  # fmt: skip
        text = dm.save(answer, tmp_path / "answer.md", language="zh").read_text(encoding="utf-8")
        for word in ("hypothesis", "expression", "Scale", "scale", "engine", "stata ", "mean；"):
            assert word not in text, (type(answer).__name__, word)


def test_an_estimate_and_its_interval_have_the_same_decimals(tmp_path):
    rows = pd.DataFrame(
        {"estimate": [0.1234], "std_error": [0.0301], "conf_low": [-0.000012], "conf_high": [0.25], "p_value": [0.04]},
        index=pd.Index(["x"], name="term"),
    )  # fmt: skip
    (row,) = frame_view(rows, dm.Text("t", "t"), digits=3).rows
    assert [str(cell) for cell in row.cells[1:5]] == ["0.123400", "0.030100", "−0.000012", "0.250000"]
