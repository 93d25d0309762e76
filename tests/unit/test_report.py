"""The report quotes numbers as the results hold them, and a text that cannot be set is a clear error."""

import json
import re
from pathlib import Path

import pytest
import typst

import digimfg as dm
from digimfg.errors import ExhibitError
from digimfg.project import Project
from digimfg.replication import report
from digimfg.replication.run import run_analysis
from digimfg.text import Text
from digimfg.thesis import create_thesis, report_text

PAPER = Path(__file__).parents[2] / "paper"


def set_text(root, text):
    (root / "paper").mkdir(exist_ok=True)
    (root / "paper" / "numbers.typ").write_bytes((PAPER / "numbers.typ").read_bytes())
    path = root / "paper" / "text.typ"
    path.write_text('#import "numbers.typ": *\n' + text, encoding="utf-8")
    return typst.compile(str(path), root=str(root), ignore_system_fonts=True, format="pdf")


@pytest.mark.parametrize(
    ("value", "digits", "shown"),
    [
        ("0.12345", 3, "0.123"),
        ("-0.12345", 3, "−0.123"),
        ("-0.0004", 3, "0.000"),
        ("0.9996", 3, "1.000"),
        ("12.05", 1, "12.1"),
        ("1234.5678", 0, "1235"),
        ("7", 2, "7.00"),
        ("none", 3, "–"),
        ('(number: "-inf")', 3, "−∞"),
    ],
)
def test_numbers_are_rounded_as_printed(tmp_path, value, digits, shown):
    set_text(tmp_path, f'#assert.eq(rounded({value}, digits: {digits}), "{shown}")')


@pytest.mark.parametrize(("value", "shown"), [("999", "999"), ("1000", "1,000"), ("1234567.0", "1,234,567")])
def test_counts_are_grouped_by_thousands(tmp_path, value, shown):
    set_text(tmp_path, f'#assert.eq(grouped({value}), "{shown}")')


@pytest.mark.parametrize(("value", "shown"), [("0.0004", "< 0.001"), ("0.0312", "= 0.031"), ("none", "–")])
def test_small_p_values_are_bounds(tmp_path, value, shown):
    set_text(tmp_path, f'#assert.eq(p-value({value}), "{shown}")')


def test_a_number_in_the_text_is_that_of_the_result_and_an_unknown_term_stops_the_report(tmp_path):
    coefficients = {"index": ["x"], "columns": ["estimate", "p_value"], "rows": [[0.1236, 0.02]]}
    stored = {"specifications": {"baseline": {"coefficients": coefficients, "statistics": {"n_obs": 20}}}}
    results = tmp_path / "output" / "results"
    results.mkdir(parents=True)
    (results / "promotion.json").write_text(json.dumps(stored), encoding="utf-8")
    set_text(tmp_path, '#assert.eq(number("promotion", "baseline", "x", "estimate"), "0.124")')
    set_text(tmp_path, '#assert.eq(statistic("promotion", "baseline", "n_obs", digits: 0), "20")')
    with pytest.raises(RuntimeError, match="no term z"):
        set_text(tmp_path, '#number("promotion", "baseline", "z", "estimate")')


def test_a_text_that_cannot_be_set_is_an_error_with_typst_s_own_line(tmp_path, monkeypatch):
    project = Project(tmp_path)
    project.analyses.mkdir()
    project.paper.mkdir()
    (project.paper / "report.typ").write_text("fine\n#no-such-function()\n", encoding="utf-8")
    monkeypatch.setattr(report, "write_coverage", lambda *_: [])
    with pytest.raises(ExhibitError) as caught:
        report.write_report(project)
    assert "report.typ:2" in caught.value.got.en
    assert not (project.output / "report.pdf").exists()


def test_no_semicolon_after_a_value_is_swallowed():
    # in Typst a semicolon right after code belongs to the code: `#p; 3 rows` prints "0.05 3 rows"
    words = (PAPER / "report.typ").read_text(encoding="utf-8")
    assert not re.findall(r"#[a-z][\w.-]*(?:\([^()]*\))?; ", words)
    assert r"#p\; #grouped" in words


@pytest.fixture
def thesis(tmp_path):
    """Give a project as `digimfg init` lays it out, after one run of an analysis without data."""
    create_thesis(tmp_path / "thesis")
    project = Project(tmp_path / "thesis")
    (project.analyses / "access_and_income.py").unlink()
    (project.analyses / "waves.py").write_text("", encoding="utf-8")
    analysis = dm.Analysis(
        title=Text("Waves", "周期"), panel=None, specifications={}, exhibits=(dm.WaveTable("waves_table"),)
    )
    run_analysis(project, "waves", analysis)
    return project


def test_a_project_as_it_is_laid_out_has_a_report(thesis):
    assert report.write_report(thesis).read_bytes().startswith(b"%PDF")
    (thesis.paper / "waves_zh.typ").write_text("文字。#no-such-function()", encoding="utf-8")
    with pytest.raises(ExhibitError, match="waves_zh"):
        report.write_report(thesis)
    assert not list(thesis.figures.glob("panel_*"))


def test_a_project_without_text_takes_the_given_one_or_is_told(thesis):
    expected = report.write_report(thesis).read_bytes()
    (thesis.paper / "report.typ").unlink()
    with pytest.raises(ExhibitError, match="copy its folder paper"):
        report.write_report(thesis)
    assert report.write_report(thesis, text=report_text()).read_bytes() == expected
