"""Descriptives, definitions, correlations, collinearity and coverage, against numbers worked out by hand or by SciPy."""

import numpy as np
import pandas as pd
import pytest
from refused import refused
from scipy import stats

import digimfg as dm
from digimfg.display.table import Table, cell_text
from digimfg.errors import ExhibitError, MeasureError
from digimfg.exhibits import Evidence, Exhibit
from digimfg.exhibits.correlation_table import CorrelationTable
from digimfg.exhibits.coverage_table import CoverageTable
from digimfg.exhibits.descriptive_table import DescriptiveTable
from digimfg.exhibits.variable_table import VariableTable
from digimfg.exhibits.vif_table import VifTable
from digimfg.measures.correlations import correlations, variance_inflation
from digimfg.measures.descriptive import coverage_counts, describe_variables
from digimfg.result import Result
from digimfg.text import Text


def _build(exhibit: Exhibit) -> Table:
    assert exhibit.evidence is not None
    table = exhibit.build(exhibit.evidence)
    assert isinstance(table, Table)
    return table


def _cells(table: Table) -> list[list[str]]:
    return [[cell_text(cell, "en") for cell in row.cells] for row in table.rows]


def test_moments_leave_missing_values_out(frame: pd.DataFrame) -> None:
    line = describe_variables(frame, ["x"]).loc["x"]
    values = frame["x"].dropna().to_numpy()
    assert line["n"] == len(values) == 108
    np.testing.assert_allclose(
        line[["mean", "std", "min", "median", "max"]].astype(float),
        [values.mean(), values.std(ddof=1), values.min(), np.median(values), values.max()],
        rtol=1e-14,
    )


def test_an_empty_variable_has_no_moments() -> None:
    line = describe_variables(pd.DataFrame({"x": [np.nan, np.nan]}), ["x"]).loc["x"]
    assert line["n"] == 0
    assert line.drop("n").isna().all()


def test_correlations_equal_scipy_over_shared_rows(frame: pd.DataFrame) -> None:
    found = correlations(frame, ["x", "y"])
    shared = frame[["x", "y"]].dropna()
    pearson, spearman = stats.pearsonr(shared["x"], shared["y"]), stats.spearmanr(shared["x"], shared["y"])
    assert found.n_obs.loc["x", "y"] == 108
    assert found.n_obs.loc["y", "y"] == 120
    np.testing.assert_allclose(
        [found.pearson.loc["x", "y"], found.pearson_p.loc["x", "y"]],
        [pearson.statistic, pearson.pvalue],
        rtol=1e-10,
    )
    np.testing.assert_allclose(
        [found.spearman.loc["x", "y"], found.spearman_p.loc["x", "y"]],
        [spearman.statistic, spearman.pvalue],
        rtol=1e-10,
    )


def test_a_constant_has_no_correlation() -> None:
    found = correlations(pd.DataFrame({"a": [1.0, 1.0, 1.0, 1.0], "b": [1.0, 2.0, 3.0, 4.0]}), ["a", "b"])
    assert np.isnan(found.pearson.loc["a", "b"])


def test_inflation_factors_are_the_diagonal_of_the_inverse_correlation_matrix() -> None:
    rng = np.random.default_rng(7)
    frame = pd.DataFrame(rng.normal(size=(200, 3)), columns=list("abc"))
    frame["c"] += frame["a"] + 0.5 * frame["b"]
    expected = np.diag(np.linalg.inv(np.corrcoef(frame.to_numpy(), rowvar=False)))
    found = variance_inflation(frame, list("abc"))
    np.testing.assert_allclose(found.factors["vif"], expected, rtol=1e-10)
    np.testing.assert_allclose(found.factors["tolerance"], 1 / expected, rtol=1e-10)
    assert found.mean == pytest.approx(expected.mean())


def test_inflation_does_not_depend_on_units() -> None:
    rng = np.random.default_rng(8)
    frame = pd.DataFrame(rng.normal(size=(50, 2)), columns=["a", "b"])
    scaled = frame * [1e9, 1e-9] + [1e6, 0.0]
    np.testing.assert_allclose(
        variance_inflation(frame, ["a", "b"]).factors,
        variance_inflation(scaled, ["a", "b"]).factors,
        rtol=1e-6,
    )  # 1e6 added to values of 1e9 costs three digits of a double's sixteen, the mean's subtraction the rest


def test_an_exact_combination_has_an_infinite_factor(frame: pd.DataFrame) -> None:
    doubled = frame.assign(z=2 * frame["x"] + 1)
    table = _build(VifTable(doubled, variables=("x", "z", "y")))
    assert [row[1:] for row in _cells(table)][:2] == [["∞", "0"], ["∞", "0"]]


def test_collinearity_of_a_constant_is_an_error(frame: pd.DataFrame) -> None:
    with refused(MeasureError, "measures.too_few_rows_for_inflation", constant=("one",)):
        variance_inflation(frame.assign(one=1.0), ["x", "one"])


def test_infinite_text_and_unknown_columns_are_errors(frame: pd.DataFrame) -> None:
    with refused(MeasureError, "measures.column_infinite", n=1):
        describe_variables(frame.assign(x=[np.inf] + [0.0] * 119), ["x"])
    with refused(MeasureError, "measures.described_column_not_numbers"):
        describe_variables(frame, ["type"])
    with refused(MeasureError, "names.unknown_column", near="x"):
        coverage_counts(frame, ["xx"], "year")


def test_descriptives_show_roles_and_terms_over_the_estimation_sample(frame: pd.DataFrame) -> None:
    specification = dm.Specification(
        "y", ("L.x", "x:i(year, ref=2005)"), controls=("x^2",), entity="country", time="year", fixed_effects="country",
        sample="year >= 2002",
    )  # fmt: skip
    evidence = Evidence(results={"main": dm.estimate(specification, frame)}, frame=frame)
    table = DescriptiveTable("d", specification="main", digits=6).build(evidence)
    assert [row[:3] for row in _cells(table)] == [
        ["Dependent", "y", "y"],
        ["Key regressor", "x (lag 1)", "L.x"],
        ["", "x", "x"],
        ["Control", "x²", "x^2"],
    ]
    # 2003 has no x, so 2003 and 2004 (which lacks its lag) are out of the sample: 12 units, 2002 and 2005 to 2009
    assert [row[3] for row in _cells(table)] == ["72"] * 4
    used = frame[frame["year"].isin([2002, 2005, 2006, 2007, 2008, 2009])]
    lagged = frame[frame["year"].isin([2001, 2004, 2005, 2006, 2007, 2008])]
    assert [row[4] for row in _cells(table)[:2]] == [f"{used['y'].mean():.6f}", f"{lagged['x'].mean():.6f}"]
    assert "Estimation sample of specification 'main' (72 rows)" in table.notes[0].en


def test_terms_of_an_unknown_column_or_with_many_columns_are_errors(frame: pd.DataFrame) -> None:
    with refused(ExhibitError, "names.unknown_column", name="typ"):
        _build(DescriptiveTable(frame, variables=("log(typ)",)))
    with refused(ExhibitError, "exhibits.choice_unknown"):
        _build(DescriptiveTable(frame, variables=("i(year)",)))


def test_descriptives_take_groups_of_ones_own(frame: pd.DataFrame) -> None:
    table = _build(
        DescriptiveTable(
            frame, variables={Text("Input", "投入"): ("x",), Text("Output", "产出"): ("y",)}, symbols=False
        )
    )
    assert [row[0] for row in _cells(table)] == ["Input", "Output"]
    assert cell_text(table.header[0][0].text, "zh") == "变量类型"


def test_descriptives_default_to_every_number_but_the_year(frame: pd.DataFrame) -> None:
    assert [row[1] for row in _cells(_build(DescriptiveTable(frame)))] == ["x", "y"]


def test_digits_are_the_decimals(frame: pd.DataFrame) -> None:
    cells = _cells(_build(DescriptiveTable(frame, variables=("y",), digits=1)))[0][3:]
    assert all(len(cell.partition(".")[2]) == 1 for cell in cells)


def test_an_unknown_column_names_the_nearest(frame: pd.DataFrame) -> None:
    with refused(ExhibitError, "names.unknown_column", name="typ"):
        _build(DescriptiveTable(frame, variables=("typ",)))


def test_a_correlation_near_zero_keeps_its_decimals() -> None:
    x = np.array([-2.0, -1.0, 0.0, 1.0, 2.0])
    frame = pd.DataFrame({"x": x, "y": x**2 - 1e-5 * x, "z": [np.nan] * 5})
    cells = _cells(_build(CorrelationTable(frame, variables=("x", "y", "z"), stars=())))
    assert cells[1][1] == "0.000"
    assert cells[2][1] == "—"


def test_correlations_stand_pearson_below_and_spearman_above(frame: pd.DataFrame) -> None:
    table = _build(CorrelationTable(frame, variables=("x", "y"), digits=2))
    shared = frame[["x", "y"]].dropna()
    cells = _cells(table)
    assert cells[1][1] == f"{stats.pearsonr(shared['x'], shared['y']).statistic:.2f}***"
    assert cells[0][2] == f"{stats.spearmanr(shared['x'], shared['y']).statistic:.2f}***"
    assert cells[0][0] == "(1) x"
    assert "108–120 observations per pair" in table.notes[0].en
    assert "*" not in _cells(_build(CorrelationTable(frame, variables=("x", "y"), stars=())))[0][2]


def test_coverage_counts_values_units_and_years(frame: pd.DataFrame) -> None:
    table = _build(CoverageTable(frame, variables=("x",), entity="country", time="year"))
    assert _cells(table)[0] == ["x", "x", "108", "12", "2000", "2009", "90.0"]
    assert "120 rows, 12 units, 10 periods" in table.notes[0].en
    assert coverage_counts(frame, ["x"], "year").loc["x", 2003] == 0


def test_coverage_needs_keys(frame: pd.DataFrame) -> None:
    with refused(ExhibitError, "exhibits.key_column_not_named", part="entity", example="country"):
        _build(CoverageTable(frame))


def test_definitions_come_from_the_dictionary_or_from_the_user(results: dict[str, Result]) -> None:
    definitions = {
        "internet": "Users per 100 people.",
        "after": "One after 1995.",
        "log_tfp": Text("Log of TFP.", "TFP对数。"),
    }
    table = VariableTable("v", specification="baseline", definitions=definitions).build(
        Evidence(results=results)
    )
    rows = _cells(table)
    assert [(row[0], row[2], row[-1]) for row in rows] == [
        ("Dependent", "log_tfp", "Log of TFP."),
        ("Key regressor", "internet", "Users per 100 people."),
        ("", "after", "One after 1995."),
    ]


def test_an_undefined_variable_is_an_error() -> None:
    with refused(ExhibitError, "exhibits.variable_not_defined"):
        VariableTable("v", variables=("no_such_variable",)).build(Evidence())


def test_years_and_the_mark_of_simulated_data_are_not_described() -> None:
    panel = dm.simulate_panel("china_province", seed=1)
    rows = DescriptiveTable(panel).build(Evidence(frame=panel)).rows
    shown = {row.cells[1] for row in rows}
    assert {"digital_index", "gdp_100m_yuan", "pilot"} <= shown
    assert not {"year", "pilot_start", "synthetic"} & shown
    asked = DescriptiveTable(panel, variables=("year",)).build(Evidence(frame=panel)).rows
    assert asked[0].cells[1] == "year"
