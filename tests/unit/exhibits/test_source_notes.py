"""Tables and figures name the sources of what they show."""

import pytest

import digimfg as dm
from digimfg.exhibits import Evidence
from digimfg.panels.column_sources import source_entries
from digimfg.replication.serialise import result_from_dict, result_to_dict

PENN = "Penn World Table 9.1"


@pytest.fixture(scope="module")
def world():
    return dm.load_panel("world")


@pytest.fixture(scope="module")
def specification():
    return dm.Specification(
        "log_tfp", "L.human_capital", entity="country", time="year", fixed_effects=("country", "year")
    )


@pytest.fixture(scope="module")
def result(specification, world):
    return dm.estimate(specification, world)


def said(exhibit, evidence, language="en"):
    notes = [getattr(note, language) for note in exhibit.show(evidence).notes]
    return [note for note in notes if note.startswith(("Data:", "数据来源："))]


def test_every_column_of_a_shipped_panel_but_keys_and_names_has_a_source():
    for name in ("world", "world_input_output"):
        frame = dm.load_panel(name)
        named = {column for entry in source_entries(name) for column in entry["columns"]}
        rest = set(frame.columns) - named - {"country", "year", "sector", "table"}
        assert rest <= {"country_name_en", "country_name_zh", "after_1995"}


def test_a_regression_table_names_the_sources_of_its_columns_and_no_others(result, world, specification):
    evidence = Evidence(results={"(1)": result}, frame=world)
    assert said(dm.RegressionTable("main"), evidence) == [f"Data: {PENN}."]
    assert said(dm.RegressionTable("main"), evidence, "zh") == [
        "数据来源：宾大世界表9.1（Penn World Table）。"
    ]
    more = dm.estimate(specification.replace(controls="log_population"), world)
    both = Evidence(results={"(1)": result, "(2)": more})
    assert said(dm.RegressionTable("main"), both) == [
        f"Data: {PENN}; World Development Indicators, core series, vintage 2025."
    ]
    assert said(dm.RegressionTable("main", columns=("(1)",)), both) == [f"Data: {PENN}."]


def test_a_table_of_columns_names_theirs(world):
    assert said(dm.DescriptiveTable("some", variables=("gdp_usd",)), Evidence(frame=world)) == [
        "Data: World Development Indicators, core series, vintage 2025."
    ]


def test_a_frame_of_ones_own_names_nothing(specification, world):
    own = world[["country", "year", "log_tfp", "human_capital"]].copy()
    own.attrs = {}
    found = dm.estimate(specification, own)
    assert found.provenance.sources == ()
    assert said(dm.RegressionTable("main"), Evidence(results={"(1)": found})) == []


def test_a_stored_result_still_knows_its_sources(result):
    again = result_from_dict(result_to_dict(result))
    assert again.provenance.sources == result.provenance.sources != ()


def test_a_table_of_a_study_names_the_sources_of_the_result_that_it_was_asked_of(
    result, world, specification
):
    more = dm.estimate(specification.replace(controls="log_population"), world)
    evidence = Evidence(
        results={"main": result, "more": more},
        studies={"bounds": dm.leave_one_out(specification, world, by="country")},
        frame=world,
        studied={"bounds": "main"},
    )
    assert said(dm.LeaveOneOutPlot("plot", study="bounds"), evidence) == [f"Data: {PENN}."]
    assert said(dm.LeaveOneOutPlot("plot"), evidence) == [f"Data: {PENN}."]
