"""Snapshots notice what moved, and only that."""

import json

import pytest
from refused import refused

from digimfg.errors import AnalysisError
from digimfg.files import canonical_json
from digimfg.project import Project
from digimfg.replication.changes import digest
from digimfg.replication.differences import Difference, compare
from digimfg.replication.snapshots import accept, check
from digimfg.text import Text


def frame(index, columns, rows):
    return {"type": "DataFrame", "index_names": ["term"], "index": index, "columns": columns, "rows": rows}


def stored(estimate=0.25, p_value=1e-13, note="none", term="x", cell="0.4", drawn="12 units"):
    return {
        "analysis": "promotion",
        "panel": "world",
        "tests": {"slopes": {"statistic": 3.5}},
        "studies": {"placebo": {"study": "RandomizationTest", "p_value": 0.2}},
        "exhibits": [
            {
                "name": "inequality",
                "kind": "table",
                "title": {"en": "Inequality", "zh": "不平等"},
                "notes": [],
                "header": [["", "Gini"]],
                "rows": [["2019", cell]],
            },
            {"name": "clubs", "kind": "figure", "title": {}, "notes": [{"en": drawn, "zh": drawn}]},
        ],
        "specifications": {
            "baseline": {
                "coefficients": frame([term], ["estimate", "p_value"], [[estimate, p_value]]),
                "covariance_matrix": frame([term], [term], [[0.1]]),
                "statistics": {"n_obs": 20.0},
                "notes": [{"en": note, "zh": note}],
                "tables": {},
                "specification": {"outcome": "y"},
                "versions": {"numpy": "2"},
                "data_hash": "00",
            }
        },
    }


@pytest.fixture
def project(tmp_path):
    project = Project(tmp_path)
    project.analyses.mkdir()
    (project.analyses / "promotion.py").touch()
    project.results.mkdir(parents=True)
    put(project)
    accept(project)
    return project


def put(project, **changes):
    (project.results / "promotion.json").write_text(canonical_json(stored(**changes)), encoding="utf-8")


def differences(project):
    return [str(difference) for difference in check(project).differences]


def test_the_same_results_agree(project):
    assert differences(project) == []


def test_the_last_digits_of_another_processor_agree(project):
    put(project, estimate=0.25 * (1 + 1e-9), p_value=3e-13)
    assert differences(project) == []


def test_a_cell_of_a_table_that_changed_is_named_though_no_estimate_did(project):
    put(project, cell="0.5")
    assert differences(project) == ["promotion · exhibits · inequality · rows[0][1]: '0.4' → '0.5'"]


def test_a_note_below_a_figure_that_changed_is_named(project):
    put(project, drawn="13 units")
    assert "promotion · exhibits · clubs · notes[0] · en: '12 units' → '13 units'" in differences(project)


def test_a_coefficient_that_moved_is_named_with_both_values(project):
    put(project, estimate=0.26)
    assert differences(project) == [
        "promotion · specifications · baseline · coefficients · x · estimate: 0.25 → 0.26"
    ]


def test_a_coefficient_that_moved_by_a_millionth_is_noticed(project):
    put(project, estimate=0.25 * (1 + 1e-6))
    assert len(differences(project)) == 1


def test_a_number_that_became_missing_is_noticed(project):
    put(project, estimate=None)
    assert len(differences(project)) == 1


def test_a_changed_note_and_a_changed_term_are_noticed(project):
    put(project, note="3 rows dropped")
    assert len(differences(project)) == 2
    put(project, term="z")
    assert len(differences(project)) == 2


def test_an_analysis_that_was_never_accepted_is_noticed(project):
    (project.analyses / "fusion.py").touch()
    (project.results / "fusion.json").write_text(canonical_json(stored()), encoding="utf-8")
    assert differences(project)[0].startswith("fusion: ")


def test_a_removed_analysis_is_noticed_and_accepting_removes_its_snapshot(project):
    (project.analyses / "promotion.py").rename(project.analyses / "renamed.py")
    (project.results / "promotion.json").rename(project.results / "renamed.json")
    assert len(differences(project)) == 2
    accept(project)
    assert [path.name for path in project.snapshots.iterdir()] == ["renamed.json"]
    assert differences(project) == []


def test_results_that_were_not_run_are_an_error(project):
    (project.results / "promotion.json").unlink()
    with refused(AnalysisError, "replication.no_stored_results", name="promotion"):
        check(project)


def test_nothing_accepted_is_an_error_and_not_agreement(project):
    (project.snapshots / "promotion.json").unlink()
    with pytest.raises(AnalysisError):
        check(project)


def test_a_snapshot_keeps_no_version_and_no_more_than_twelve_digits(project):
    put(project, estimate=1 / 3)
    accept(project)
    text = (project.snapshots / "promotion.json").read_text(encoding="utf-8")
    assert "versions" not in text
    assert json.loads(text)["specifications"]["baseline"]["coefficients"]["x"]["estimate"] == 0.333333333333


def spec_of(estimate, std_error=0.1, p_value=0.04, n_obs=100.0):
    row = {"estimate": estimate, "std_error": std_error, "p_value": p_value}
    return {
        "specifications": {
            "main": {
                "coefficients": {"x": row, "z": dict(row)},
                "statistics": {"n_obs": n_obs},
                "notes": [],
                "tables": {},
                "specification": {"outcome": "y", "regressors": ["x"], "controls": ["z"]},
            }
        },
        "studies": {"placebo": {"p_value": estimate}},
    }


def digested(before, now, **more):
    accepted, found = {"a": before}, {"a": now}
    return digest(accepted, found, compare(accepted, found), **more)


def test_what_matters_stands_before_the_cells():
    found = digested(
        spec_of(0.2), spec_of(-0.05, p_value=0.4, n_obs=93.0), verdicts=(Text("C19 changed", "C19 改变"),)
    )
    assert [change.kind for change in found.changes] == [
        "verdict",
        "sign",
        "significance",
        "estimate",
        "sample",
    ]
    assert found.changes[3].size == pytest.approx(2.5)
    assert found.changes[4].line.values["moved"] == -7
    assert not found.broken
    report = found.lines("en")
    assert report.index("  C19 changed") < next(i for i, line in enumerate(report) if "a · main" in line)


def test_controls_and_the_last_digits_are_no_headline():
    before, now = spec_of(0.2), spec_of(0.2)
    now["specifications"]["main"]["coefficients"]["z"]["estimate"] = 0.3
    now["specifications"]["main"]["coefficients"]["x"]["estimate"] = 0.2 * (1 + 1e-10)
    found = digested(before, now)
    assert found.changes == ()
    assert len(found.differences) == 1
    assert not found.same


def test_each_specification_and_study_that_moved_has_one_line():
    found = digested(spec_of(0.2), spec_of(0.3))
    assert [place.values["where"] for place in found.places] == [
        "a · specifications · main",
        "a · studies · placebo",
    ]


def test_a_result_that_is_gone_or_has_no_number_any_more_is_broken():
    gone = spec_of(0.2)
    del gone["studies"]["placebo"]
    assert digested(spec_of(0.2), gone).broken
    assert digested(spec_of(0.2), spec_of(None)).broken
    assert not digested(spec_of(None), spec_of(0.2)).broken
    assert not digested(gone, spec_of(0.2)).broken


def test_agreement_says_so_and_a_pull_request_gets_markdown():
    assert digested(spec_of(0.2), spec_of(0.2)).same
    told = digested(spec_of(0.2), spec_of(-0.2)).markdown("zh", full=True)
    assert told.startswith("**")
    assert "### 改变的符号 (1)" in told
    assert "```" in told


def test_long_reports_are_cut_and_say_by_how_much():
    before, now = (
        {
            "specifications": {f"s{i:02}": spec_of(value)["specifications"]["main"] for i in range(20)},
            "studies": {},
        }
        for value in (0.2, 0.21)
    )
    report = digested(before, now).lines("en")
    assert any("8 more" in line for line in report)
    assert sum("specifications" in line for line in report) == 20  # one line each, all of them


def test_numbers_beneath_a_verdict_that_stands_are_no_verdict_that_turned():
    beneath = [Difference(path=("verdicts", "C19", "estimates[1]", "agreeing"), before=2, now=3)]
    found = digested(spec_of(0.2), spec_of(0.2), beneath=beneath)
    assert found.changes == ()
    assert not found.same
    assert [place.values["where"] for place in found.places] == ["verdicts · C19 · estimates[1]"]
    assert any("agreeing: 2 → 3" in line for line in found.lines("en", full=True))


def test_cells_of_a_table_that_show_another_number_are_numbers_and_specifications_come_first():
    sides = [
        {**spec_of(value), "exhibits": {"t": {"rows": [["Fusion", cell], [words, "(0.1)"]]}}}
        for value, cell, words in ((0.2, "0.200**", "year"), (0.21, "0.210*", "years"))
    ]
    last = digested(*sides).places[-1]
    assert last.values["where"] == "a · exhibits · t"
    assert (last.values["numbers"], last.values["words"]) == (1, 1)
