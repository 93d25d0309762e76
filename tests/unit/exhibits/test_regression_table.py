"""The regression table says what it should, and each option does what its name says."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from refused import refused

import digimfg as dm
from digimfg.covariance import Clustered, DriscollKraay
from digimfg.display.notes import merged_notes
from digimfg.display.table import Table, cell_text
from digimfg.errors import ExhibitError
from digimfg.exhibits import Evidence
from digimfg.exhibits.regression_table import RegressionTable
from digimfg.exhibits.result_table import ResultTable
from digimfg.result import Result
from digimfg.text import LANGUAGES, Language, Text

Labels = dict[str, Text]


def _build(results: dict[str, Result], **options: object) -> Table:
    exhibit = RegressionTable(results, **options)  # type: ignore[arg-type]
    assert exhibit.evidence is not None
    return exhibit.build(exhibit.evidence)


def _lines(table: Table, language: Language = "en") -> dict[str, list[str]]:
    """Give the body as stub → cells; the line below an estimate has the stub of the estimate and "below"."""
    lines, stub = {}, ""
    for row in table.rows:
        cells = [cell_text(cell, language) for cell in row.cells]
        stub = cells[0] or f"{stub}, below"
        lines[stub] = cells[1:]
    return lines


def _note(table: Table, language: Language = "en") -> str:
    return "\n".join(note.language(language) for note in table.notes)


def test_estimates_carry_stars_and_errors_stand_below(results: dict[str, Result], labels: Labels) -> None:
    lines = _lines(_build(results, labels=labels))
    assert lines["Internet users × after 1995"] == ["0.123***", "−2.500**", "0.000040*"]
    assert lines["Internet users × after 1995, below"] == ["(0.062)", "(1.250)", "(0.000020)"]
    assert lines["Constant"] == ["", "", "1.500000***"]


def test_a_small_estimate_never_reads_as_zero(results: dict[str, Result], labels: Labels) -> None:
    assert _lines(_build(results, labels=labels, digits=2))["Internet users × after 1995"][2] == "0.000040*"


@pytest.mark.parametrize(
    ("parentheses", "below", "phrase"),
    [
        ("std_error", "(0.062)", "In parentheses: (1), (2) standard errors clustered by country"),
        ("t", "(2.00)", "In parentheses: t statistics from (1), (2) standard errors"),
        ("p", "(0.004)", "In parentheses: p values from (1), (2) standard errors"),
    ],
)
def test_parentheses_hold_what_the_note_says(
    results: dict[str, Result], labels: Labels, parentheses: str, below: str, phrase: str
) -> None:
    table = _build(results, labels=labels, parentheses=parentheses)
    assert _lines(table)["Internet users × after 1995, below"][0] == below
    assert phrase in _note(table)


def test_the_outcome_spans_the_columns_that_share_it(results: dict[str, Result], labels: Labels) -> None:
    outcomes = _build(results, labels=labels).header[-1]
    assert [(cell_text(span.text, "zh"), span.width) for span in outcomes] == [
        ("被解释变量", 1),
        ("全要素生产率对数", 2),
        ("收入对数", 1),
    ]


def test_rows_say_yes_or_no_for_controls_and_each_effect(results: dict[str, Result], labels: Labels) -> None:
    table = _build(results, labels=labels)
    english, chinese = (_lines(table, language) for language in LANGUAGES)
    assert english["Controls"] == ["No", "Yes", "No"]
    assert english["Country fixed effects"] == ["Yes", "Yes", "No"]
    assert chinese["国家固定效应"] == chinese["年份固定效应"] == ["是", "是", "否"]


def test_controls_are_shown_when_asked(results: dict[str, Result], labels: Labels) -> None:
    assert "Trade openness" not in _lines(_build(results, labels=labels))
    table = _build(results, labels=labels, show_controls=True)
    lines = _lines(table)
    assert lines["Trade openness"] == ["", "0.031", ""]
    assert "Controls" not in lines
    assert "Controls" not in _note(table)


def test_the_constant_can_be_left_out(results: dict[str, Result]) -> None:
    assert "Constant" not in _lines(_build(results, show_constant=False))


def test_default_statistics_are_counts_and_fit(results: dict[str, Result]) -> None:
    lines = _lines(_build(results))
    assert lines["Observations"] == ["3,210", "2,987", "2,000"]
    assert lines["Clusters"] == ["112", "101", ""]
    assert lines["Within R²"] == ["0.042", "0.062", ""]


def test_any_statistic_of_a_result_can_have_a_row(results: dict[str, Result]) -> None:
    table = _build(results, statistics=("n_obs", "first_stage_f"))
    assert _lines(table, "zh")["第一阶段F值"] == ["", "", "23.456"]
    assert "R²" not in _lines(table)
    own = _build(results, statistics=("r2",), labels={"r2": Text("Fit", "拟合优度")})
    assert _lines(own, "zh")["拟合优度"][0] == "0.931"


def test_an_unknown_statistic_names_the_nearest(results: dict[str, Result]) -> None:
    with refused(ExhibitError, "exhibits.names_unknown"):
        _build(results, statistics=("r2_withn",))


def test_terms_can_be_chosen_and_ordered(results: dict[str, Result], labels: Labels) -> None:
    table = _build(results, labels=labels, keep=("openness", "internet:after"))
    assert list(_lines(table))[:3:2] == ["Trade openness", "Internet users × after 1995"]


def test_columns_follow_the_declaration(results: dict[str, Result]) -> None:
    declared = RegressionTable("main", columns=("pooled", "baseline"))
    table = declared.build(Evidence(results=results))
    assert _lines(table)["Observations"] == ["2,000", "3,210"]
    assert table.name == "main"


def test_an_unknown_column_names_the_nearest(results: dict[str, Result]) -> None:
    with refused(ExhibitError, "exhibits.names_unknown"):
        RegressionTable("main", columns=("baselin",)).build(Evidence(results=results))


@pytest.mark.parametrize(
    "options", [{"parentheses": "se"}, {"digits": 20}, {"column_titles": ("one",)}, {"keep": ("nowhere",)}]
)
def test_a_bad_option_is_an_error(results: dict[str, Result], options: dict[str, object]) -> None:
    with pytest.raises(ExhibitError):
        _build(results, **options)


def test_column_names_that_are_words_become_titles(results: dict[str, Result]) -> None:
    assert [cell_text(span.text, "en") for span in _build(results).header[1]] == [
        "",
        "baseline",
        "controls",
        "pooled",
    ]
    numbered = {f"({n})": result for n, result in enumerate(results.values(), start=1)}
    assert len(_build(numbered).header) == 2
    titled = RegressionTable("main", column_titles=("OLS", "OLS", Text("Pooled", "混合"))).build(
        Evidence(results=results)
    )
    assert [(cell_text(span.text, "zh"), span.width) for span in titled.header[1]] == [
        ("", 1),
        ("OLS", 2),
        ("混合", 1),
    ]


def test_stars_follow_the_levels(results: dict[str, Result]) -> None:
    table = _build(results, stars=(0.05,))
    assert _lines(table)["internet × after"][:2] == ["0.123*", "−2.500*"]
    assert "* p < 0.05" in _note(table)
    assert "*表示在5%的水平上显著" in _note(table, "zh")
    plain = _build(results, stars=())
    assert "*" not in "".join(_lines(plain)["internet × after"]) + _note(plain)


def test_the_note_says_errors_clusters_rule_samples_and_controls(
    results: dict[str, Result], labels: Labels
) -> None:
    note = _note(_build(results, labels=labels))
    assert "clustered by country (101–112 clusters; small-sample adjustment of Stata's reghdfe)" in note
    assert "(3) heteroskedasticity-robust standard errors" in note
    assert "Controls (2): Trade openness." in note
    assert "Sample (3): Year ≥ 2000." in note
    chinese = _note(_build(results, labels=labels), "zh")
    assert "聚类到国家层面的稳健标准误（101–112个聚类；小样本调整同Stata reghdfe）" in chinese
    assert "***、**、*分别表示在1%、5%、10%的水平上显著" in chinese


def test_notes_of_results_are_said_once_with_their_columns(results: dict[str, Result]) -> None:
    said = _build(results).notes[1].en
    assert "(1)/(2): 12/235 rows dropped: log_tfp is missing." in said
    assert "(3): Few clusters make errors too small." in said


def test_a_note_that_all_columns_share_stands_bare() -> None:
    same = Text("Weighted.", "加权。")
    assert merged_notes([[same], [same]]) == [same]
    assert merged_notes([[same], [same], []])[0].en == "(1), (2): Weighted."


def test_numbers_within_names_do_not_merge_notes() -> None:
    notes = [[Text("x1 is collinear", "x1共线")], [Text("x2 is collinear", "x2共线")]]
    assert [note.zh for note in merged_notes(notes)] == ["(1)：x1共线", "(2)：x2共线"]


def test_one_column_may_say_two_notes_of_one_kind() -> None:
    notes = [[Text("5 rows of a", "a 5行"), Text("6 rows of a", "a 6行")], []]
    assert [note.en for note in merged_notes(notes)] == ["(1): 5 rows of a", "(1): 6 rows of a"]


def test_all_errors_alike_are_said_without_columns(results: dict[str, Result]) -> None:
    pair = {name: results[name] for name in ("baseline", "controls")}
    assert _note(_build(pair)).startswith(
        "Notes: In parentheses: standard errors clustered by country (101–112"
    )


@pytest.mark.parametrize(
    ("covariance", "phrase"),
    [
        (Clustered(("country", "year")), "聚类到国家、年份层面的稳健标准误"),
        (DriscollKraay(3), "滞后3期的Driscoll–Kraay标准误"),
    ],
)
def test_other_errors_have_their_names(
    results: dict[str, Result], labels: Labels, covariance: Clustered | DriscollKraay, phrase: str
) -> None:
    from dataclasses import replace

    result = results["baseline"]
    specification = result.specification.replace(covariance=covariance)
    changed = replace(result, provenance=replace(result.provenance, specification=specification))
    assert phrase in _note(_build({"(1)": changed}, labels=labels), "zh")


def test_a_declared_table_without_data_says_so(tmp_path: Path) -> None:
    with refused(ExhibitError, "exhibits.nothing_to_show"):
        RegressionTable("main").save(tmp_path / "main.tex")


def test_a_name_that_cannot_name_files_is_an_error() -> None:
    with refused(ExhibitError, "exhibits.name_not_for_files", got="'主 表'"):
        RegressionTable("主 表")


def test_exhibits_of_the_same_declaration_are_equal() -> None:
    assert RegressionTable("main", digits=2) == RegressionTable("main", digits=2)
    assert RegressionTable("main", digits=2) != RegressionTable("main", digits=3)


def test_a_notebook_shows_the_table(results: dict[str, Result], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIGIMFG_LANGUAGE", "zh")
    assert "被解释变量" in RegressionTable(results)._repr_mimebundle_()["text/html"]
    assert RegressionTable("declared")._repr_mimebundle_() == {}


def test_any_table_of_a_result_can_be_shown(results: dict[str, Result], labels: Labels) -> None:
    from dataclasses import replace

    import pandas as pd

    index = pd.MultiIndex.from_product([["direct", "total"], ["openness"]], names=["effect", "term"])
    effects = pd.DataFrame(
        {"estimate": [0.5, 0.75], "p_value": [0.001, 0.2], "n_draws": [1000, 1000], "kept": [True, False]},
        index=index,
    )
    result = replace(results["baseline"], tables={"effects": effects})
    exhibit = ResultTable(result, table="effects", labels=labels | {"total": Text("Sum", "合计")})
    table = exhibit.build(Evidence(results={"(1)": result}))
    assert [[cell_text(cell, "zh") for cell in row.cells] for row in table.rows] == [
        ["直接效应", "贸易开放度", "0.500***", "0.001", "1,000", "是"],
        ["合计", "贸易开放度", "0.750", "0.200", "1,000", "否"],
    ]
    assert [cell_text(span.text, "zh") for span in table.header[0]][1:4] == ["变量", "估计值", "p值"]
    assert "12 rows dropped" in table.notes[1].en
    chosen = ResultTable("effects", table="effects", statistics=("p_value",)).build(
        Evidence(results={"a": result})
    )
    assert [row.cells[2:] for row in chosen.rows] == [("0.001",), ("0.200",)]
    with refused(ExhibitError, "exhibits.names_unknown"):
        ResultTable("e", table="effect").build(Evidence(results={"a": result}))


def test_estimators_are_named_where_they_differ(results: dict[str, Result]) -> None:
    from dataclasses import replace

    class Drawn(dm.LeastSquares):
        label = Text("2SLS", "两阶段最小二乘")  # type: ignore[misc]

        def errors_label(self, covariance: object) -> Text:
            return Text("bootstrap errors", "自助法标准误")

    result = results["baseline"]
    specification = result.specification.replace(estimator=Drawn())
    other = replace(result, provenance=replace(result.provenance, specification=specification))
    table = _build({"(1)": result, "(2)": other})
    assert _lines(table, "zh")["估计方法"] == ["最小二乘", "两阶段最小二乘"]
    assert "(2) bootstrap errors." in _note(table)
    assert "Estimator" not in _lines(_build({"(1)": result}))


def test_a_copy_changes_only_what_it_is_told(results: dict[str, Result]) -> None:
    exhibit = RegressionTable(results, digits=1)
    copy = exhibit.replace(parentheses="t")
    assert copy.evidence is exhibit.evidence
    assert (copy.digits, copy.parentheses, exhibit.parentheses) == (1, "t", "std_error")
    assert RegressionTable("main").replace(digits=2) == RegressionTable("main", digits=2)


def test_dropped_rows_of_real_estimates_become_one_sentence(frame: pd.DataFrame) -> None:
    base = dm.Specification(
        "y", "x", entity="country", time="year", fixed_effects="country", sample="year >= 2002"
    )
    lagged = base.replace(regressors=("x", "L.x"))
    table = _build(
        {"(1)": dm.estimate(base, frame), "(2)": dm.estimate(lagged, frame)},
    )
    assert table.notes[1].en.startswith(
        "Rows dropped: outside the sample: 24; missing x: 12; missing x (lag 1): 12 in (2). "
    )
    assert table.notes[1].zh.startswith(
        "剔除观测：不在样本范围内：24行；x缺失：12行；x（滞后1期）缺失：(2)列12行。"
    )
    assert table.notes[1].en.count("Dropped") == 0


@pytest.fixture(scope="module")
def panel() -> pd.DataFrame:
    rng = np.random.default_rng(4)
    frame = pd.DataFrame([(unit, year) for unit in range(15) for year in range(8)], columns=["unit", "year"])
    frame["x"], frame["z"], frame["q"] = rng.normal(size=(3, len(frame)))
    return frame.assign(y=frame["x"] * (1 + (frame["q"] > 0)) + frame["z"] + rng.normal(size=len(frame)))


def test_quantiles_have_one_row_for_controls_and_constants_of_their_own(panel: pd.DataFrame) -> None:
    spec = dm.Specification("y", "x", controls="z", estimator=dm.QuantileRegression(quantile=(0.25, 0.75)))
    lines = _lines(_build({"(1)": dm.estimate(spec, panel)}), "zh")
    shown = [stub for stub in lines if "分位点" in stub and not stub.endswith("below")]
    assert shown == [f"{name}×分位点={level}" for name in ("x", "常数项") for level in (0.25, 0.75)]
    assert lines["控制变量"] == ["是"]
    without = _lines(_build({"(1)": dm.estimate(spec, panel)}, show_constant=False))
    assert not any("Constant" in stub for stub in without)


def test_the_only_column_names_its_estimator_and_its_threshold(panel: pd.DataFrame) -> None:
    estimator = dm.PanelThreshold(threshold_variable="q", regime_dependent="x", trim=0.1, replications=20)
    spec = dm.Specification("y", ("x", "z"), entity="unit", time="year", estimator=estimator)
    result = dm.estimate(spec, panel)
    lines = _lines(_build({"(1)": result}))
    assert lines["Estimator"] == ["Panel threshold"]
    assert lines["Threshold 1"] == [f"{result.statistics['threshold_1']:.3f}".replace("-", "−")]
    assert "Threshold 1, p value" in lines
    assert "Estimator" not in _lines(
        _build({"(1)": dm.estimate(spec.replace(estimator=dm.LeastSquares()), panel)})
    )


def test_statistics_in_parentheses_are_called_by_the_distribution_of_their_p_values() -> None:
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"x": rng.normal(size=60), "y": rng.poisson(2.0, 60)})
    line = dm.Specification("y", "x", covariance=dm.Robust())
    named = {"(1)": dm.estimate(line, frame), "(2)": dm.estimate(line.replace(estimator=dm.Poisson()), frame)}
    said = {
        key: _note(_build(results, parentheses="t"))
        for key, results in (("both", named), ("normal", {"(2)": named["(2)"]}), ("t", {"(1)": named["(1)"]}))
    }
    assert "t or z statistics from" in said["both"]
    assert ": z statistics from" in said["normal"]
    assert ": t statistics from" in said["t"]


def test_the_short_form_of_a_note_keeps_what_a_reader_must_know() -> None:
    from statsmodels.datasets import grunfeld

    frame = grunfeld.load_pandas().data
    spec = dm.Specification(
        "invest", ("value", "capital"), entity="firm", time="year", covariance=Clustered("firm")
    )
    table = RegressionTable(
        {"(1)": dm.estimate(spec, frame)}, labels={"capital": "Stock of plant"}, notes=("Mine",)
    )
    full, short = (
        [note.en for note in table.replace(note_form=form).show(table.evidence).notes]  # type: ignore[arg-type]
        for form in ("full", "short")
    )
    assert "Wild cluster bootstrap" in full[1]
    assert "Wild cluster bootstrap" not in " ".join(short)
    assert short[0] == full[0]
    assert short[1].startswith("Only 11 clusters")
    assert short[-1] == full[-1] == "Mine"
