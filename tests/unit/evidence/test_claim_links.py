"""Claims and analyses name each other rightly, or it is said before anything is estimated."""

from pathlib import Path

import pytest
from refused import refused

import digimfg as dm
from digimfg.errors import AnalysisError, Fault
from digimfg.evidence.places import check_links, find_places
from digimfg.project import find_project
from digimfg.replication.load import load_analyses


def analysis(**changes):
    baseline = dm.Specification("log_tfp", "adoption", entity="country", time="year")
    values = {
        "title": dm.Text("Promotion", "推动论"), "panel": "world", "claims": ("X1",),
        "specifications": {"baseline": baseline, "controls": baseline.replace(controls="x")},
        "exhibits": (
            dm.RegressionTable("main", columns=("controls", "baseline")), dm.RegressionTable("all"),
            dm.TrendPlot("trend", variable="log_tfp", specification="controls"),
        ),
    }  # fmt: skip
    return dm.Analysis(**values | changes)


def test_the_ledger_and_the_analyses_of_this_project_fit():
    analyses = load_analyses(find_project(Path(__file__)))
    check_links(dm.ledger(), analyses)
    resting = {link.analysis for claim in dm.ledger() for link in claim.estimates}
    assert resting <= set(analyses)


def test_an_estimate_is_traced_to_the_columns_that_show_it():
    places = find_places({"promotion": analysis()})["promotion"]
    assert [(place.exhibit, place.column) for place in places.by_specification["baseline"]] == [
        ("main", 2),
        ("all", 1),
    ]
    assert [place.exhibit for place in places.by_specification["controls"]] == ["main", "all", "trend"]


@pytest.mark.parametrize(
    ("link", "changes", "kind"),
    [
        ({"main": "base"}, {}, Fault.of("names.unknown_name", near="baseline")),
        ({"robust": ("control",)}, {}, Fault.of("names.unknown_name", near="controls")),
        ({"validity": ("pretrend",)}, {}, Fault.of("names.unknown_name", known=("—",), near="—")),
        ({}, {"claims": ("X1", "X11")}, Fault.of("names.unknown_name", known=("X1",), near="X1")),
        ({}, {"claims": ()}, "evidence.claim_not_in_analysis"),
    ],
)
def test_a_link_that_leads_nowhere_is_named(claim, link, changes, kind):
    with refused(AnalysisError, kind):
        check_links([claim(**link)], {"promotion": analysis(**changes)})
