"""A printed result is a table in line, with the names that code asks for, in the reader's language."""

import unicodedata

import pytest
from statsmodels.datasets import grunfeld

import digimfg as dm
from digimfg.display.result_view import result_view
from digimfg.display.table import Row, Span, Table
from digimfg.display.text import render_text
from digimfg.text import Text

FRAME = grunfeld.load_pandas().data
SPEC = dm.Specification(
    "invest", "value", controls="capital", entity="firm", time="year", fixed_effects=("firm", "year")
)


def places(line):
    return sum(2 if unicodedata.east_asian_width(each) in "WF" else 1 for each in line)


@pytest.fixture(scope="module")
def result():
    return dm.estimate(SPEC, FRAME)


def test_printing_shows_every_coefficient_under_its_name(result, monkeypatch):
    monkeypatch.setenv("DIGIMFG_LANGUAGE", "en")
    lines = str(result).splitlines()
    assert lines[0] == "invest: OLS"
    value = result.coefficients.loc["value"]
    row = next(line for line in lines if line.startswith("value "))
    assert f"{value['estimate']:.4f}***" in row
    assert f"[{value['conf_low']:.4f}, {value['conf_high']:.4f}]" in row
    assert any(line.startswith("capital ") for line in lines)
    text = " ".join(lines)
    assert "Observations 220" in text
    assert "Fixed effects: firm, year." in text
    assert "Only 11 clusters" in text


def test_printing_speaks_chinese_where_messages_do(result, monkeypatch):
    monkeypatch.setenv("DIGIMFG_LANGUAGE", "zh")
    text = repr(result)
    assert text.startswith("invest：最小二乘\n")
    assert "观测值 220" in text
    assert "Observations" not in text


def test_lines_are_no_wider_than_a_terminal(result, monkeypatch):
    for language in ("en", "zh"):
        monkeypatch.setenv("DIGIMFG_LANGUAGE", language)
        assert max(places(line) for line in str(result).splitlines()) <= 96


def test_columns_stand_in_line_under_chinese_names():
    table = Table(
        title=Text("t", "t"),
        header=((Span(text=""), Span(text="estimate")),),
        rows=(Row(cells=("数字经济指数", "0.1**")), Row(cells=("x", "12.345")), Row(cells=("n", "372"))),
    )
    lines = render_text(table, "en").splitlines()
    assert (
        places(lines[1])
        == places(lines[2])
        == places(lines[6])
        == len("数字经济指数") * 2 + 2 + len("estimate")
    )
    point = [places(line[: line.index(".")]) for line in lines[4:6]]
    assert point[0] == point[1]


def test_a_table_prints_as_in_a_terminal_and_a_figure_as_declared(result, monkeypatch):
    monkeypatch.setenv("DIGIMFG_LANGUAGE", "en")
    other = dm.estimate(SPEC.replace(outcome="capital", controls=()), FRAME)
    lines = str(dm.RegressionTable({"(1)": result, "(2)": result, "(3)": other})).splitlines()
    ruled = [line for line in lines if set(line) <= {"=", "-"}]
    assert len({len(line) for line in ruled}) == 1
    head = next(line for line in lines if line.startswith("Dependent variable"))
    assert head.split() == ["Dependent", "variable", "invest", "capital"]
    estimate = next(number for number, line in enumerate(lines) if line.startswith("value "))
    assert lines[estimate].index(".") == lines[estimate + 1].index(".")
    assert str(dm.CoefficientPlot(result)).startswith("CoefficientPlot(")
    assert str(dm.RegressionTable("named")).startswith("RegressionTable(")


def test_a_notebook_shows_the_same_table(result):
    bundle = result._repr_mimebundle_()
    assert set(bundle) == {"text/plain", "text/html"}
    assert '<th class="l" scope="row">value</th>' in bundle["text/html"]


@pytest.mark.parametrize(
    "spec",
    [
        SPEC.replace(estimator=dm.QuantileRegression(), controls=(), fixed_effects=()),
        SPEC.replace(estimator=dm.RandomEffects(), fixed_effects=()),
        SPEC.replace(
            regressors=(), endogenous="value", instruments="L.value", estimator=dm.TwoStageLeastSquares()
        ),
        SPEC.replace(
            regressors="value",
            estimator=dm.PanelThreshold(
                threshold_variable="capital", regime_dependent="value", replications=5, grid=20
            ),
        ),
    ],
    ids=["quantile", "random", "instrumented", "threshold"],
)
def test_results_of_every_kind_of_estimator_print(spec):
    result = dm.estimate(spec, FRAME)
    table = result_view(result)
    assert [row.cells[0] for row in table.rows] == list(result.coefficients.index)
    if result.tables:
        assert next(iter(result.tables)) in table.notes[-1].en
    assert str(result)
