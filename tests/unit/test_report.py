"""A text that cannot be set is a clear error, and every project has a report."""

import pytest
from refused import refused

import digimfg as dm
from digimfg.errors import ExhibitError
from digimfg.project import Project
from digimfg.replication import report
from digimfg.replication.run import run_analysis
from digimfg.text import Text
from digimfg.thesis import create_thesis, report_text


def test_a_text_that_cannot_be_set_is_an_error_with_typst_s_own_line(tmp_path):
    project = Project(tmp_path)
    project.analyses.mkdir()
    project.paper.mkdir()
    (project.paper / "report.typ").write_text("fine\n#no-such-function()\n", encoding="utf-8")
    with refused(ExhibitError, "replication.report_not_typeset", got="report.typ:2"):
        report.write_report(project)
    assert not (project.output / "report.pdf").exists()


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
    with refused(ExhibitError, "replication.report_not_typeset", got="waves_zh"):
        report.write_report(thesis)
    assert not list(thesis.figures.glob("panel_*"))


def test_a_project_without_text_takes_the_given_one_or_is_told(thesis):
    expected = report.write_report(thesis).read_bytes()
    (thesis.paper / "report.typ").unlink()
    with refused(ExhibitError, "replication.no_report_text"):
        report.write_report(thesis)
    assert report.write_report(thesis, text=report_text()).read_bytes() == expected
