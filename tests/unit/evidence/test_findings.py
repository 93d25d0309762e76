"""Findings of tools without a specification decide claims as estimates do, and no more than they say."""

import math
from dataclasses import replace

import pytest
from refused import refused

import digimfg as dm
from digimfg.errors import AnalysisError
from digimfg.evidence.claims import Rule


def finding(estimate, p_value, half=0.1, **others):
    ends = {} if half is None else {"conf_low": estimate - half, "conf_high": estimate + half}
    return dm.Finding(label=dm.Text("row", "行"), estimate=estimate, p_value=p_value, **ends, **others)


@pytest.fixture
def judged(claim, result):
    def of(main, **rows):
        found = dm.Findings(rows={"slope": main, **rows})
        link = {
            "main": "tails",
            "term": "slope",
            "robust": ("*",),
            "construct": "A",
            "battery": "tails",
            "battery_rows": tuple(rows),
        }
        own = replace(claim(rule=Rule(), **link), kind="structural")
        made = {"baseline": result(0.2, 0.05, 0.001)}
        return dm.verdict([own], {"promotion": made}, studies={"promotion": {"tails": found}})["X1"]

    return of


def test_a_row_decides_with_rows_that_agree_and_not_without(judged):
    assert judged(finding(0.5, 0.001), other=finding(0.4, 0.02)).status == "supported"
    assert judged(finding(-0.5, 0.001), other=finding(-0.4, 0.02)).status == "contradicted"
    assert judged(finding(0.5, 0.001)).status == "inconclusive"
    assert judged(finding(0.5, 0.2), other=finding(0.4, 0.02)).status == "inconclusive"
    assert judged(finding(0.005, 0.9, 0.002)).status == "informative_null"


def test_a_row_without_interval_is_no_null_and_costs_a_grade(judged):
    known, unknown = judged(finding(0.5, 0.2, 0.001)), judged(finding(0.0, 0.9, None))
    assert unknown.status == "inconclusive"
    assert math.isnan(unknown.estimates[0].detectable)
    assert (known.estimates[0].grade, unknown.estimates[0].grade) == ("low", "very low")
    assert "no minimum detectable effect" in unknown.reason.en
    assert "nan" not in unknown.reason.en + unknown.reason.zh


def test_counts_of_different_samples_may_be_alike_and_one_number_twice_may_not(judged):
    one, other = finding(0.0, 0.9, None, n_obs=40), finding(0.0, 0.8, None, n_obs=400)
    assert judged(one, other=other).status == "inconclusive"
    with refused(AnalysisError, "evidence.main_estimate_again"):
        judged(one, other=finding(0.0, 0.7, None, n_obs=40))


def test_a_study_or_row_that_is_not_there_is_named(claim, result):
    own = claim(rule=Rule(), main="tails", term="slop", robust=())
    made = {"baseline": result(0.2, 0.05, 0.001)}
    with refused(AnalysisError, "evidence.unknown_name", name="tails"):
        dm.verdict([own], {"promotion": made})
    studies = {"promotion": {"tails": dm.Findings(rows={"slope": finding(0.5, 0.1)})}}
    with refused(AnalysisError, "evidence.unknown_name", near="slope", known=("slope",)):
        dm.verdict([own], {"promotion": made}, studies=studies)


def test_the_table_shows_what_is_known_and_leaves_out_what_is_not():
    found = dm.Findings(rows={"a": finding(0.5, 0.001, n_obs=30), "b": finding(1.0, math.nan, None)})
    table = dm.FindingsTable(found).build(dm.FindingsTable(found).evidence)
    cells = [[str(cell) for cell in row.cells] for row in table.rows]
    assert "0.500***" in cells[0][1]
    assert cells[0][4] == "30"
    assert "nan" not in " ".join(cells[1])


def test_a_study_stands_where_its_table_is():
    from digimfg.evidence.places import find_places

    baseline = dm.Specification("y", "x")
    analysis = dm.Analysis(
        title=dm.Text("T", "题"),
        panel=None,
        specifications={"baseline": baseline},
        studies={"tails": dm.Study(dm.leave_one_out, "baseline", by="country")},
        exhibits=(dm.FindingsTable("tails_table", study="tails"), dm.RegressionTable("main")),
    )
    places = find_places({"evolution": analysis})["evolution"].by_specification
    assert [place.label.en for place in places["tails"]] == ["tails_table"]
    assert [place.label.en for place in places["baseline"]] == ["main, column (1)"]
