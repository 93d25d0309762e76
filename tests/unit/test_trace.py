"""Tracing: every value of a panel follows from the raw cells that its trace names."""

import json
import math
import random
import shutil

import pandas as pd
import pytest
from refused import refused

import digimfg as dm
from digimfg.cli import main
from digimfg.errors import PanelError, SpecificationError
from digimfg.files import sha256_file
from digimfg.panels import find_panel, shipped_panels
from digimfg.panels.lineage import find_lineage, origins_of
from digimfg.panels.store import processed_folder
from digimfg.panels.tracing import Tracer
from digimfg.registry import instances

RAW = processed_folder().parent / "raw"
WITHOUT_CELLS = {"year", "country", "after_1995"}
"""Columns that rows of the Factbook alone have without a row in an annual file."""


def sampled(tracer, panel, column, generator):
    keys = tracer.frame[list(find_panel(panel).keys)].to_dict("records")
    held = [key for key, there in zip(keys, tracer.frame[column].notna(), strict=True) if there]
    return generator.sample(held, min(25, len(held))) + generator.sample(keys, min(10, len(keys)))


@pytest.mark.parametrize("panel", shipped_panels())
def test_sampled_cells_of_every_column_are_computed_again_from_their_raw_cells(panel):
    tracer, generator = Tracer(panel), random.Random(20261123)
    for column in tracer.frame.columns:
        for key in sampled(tracer, panel, column, generator):
            traced = tracer.trace(key, column)
            assert traced.recomputed
            assert traced.steps
            if traced.value is not None and column not in WITHOUT_CELLS:
                assert traced.cells, (column, key)
                assert {(file.source, file.file) for file in traced.files} == {
                    (cell.source, cell.file) for cell in traced.cells
                }


def test_a_raw_cell_stands_in_the_line_that_the_trace_names():
    tracer, generator = Tracer("world"), random.Random(7)
    for column in ("log_tfp", "internet_users_pct", "population", "country_name_zh", "services_gdp_pct"):
        for key in sampled(tracer, "world", column, generator):
            for cell in tracer.trace(key, column).cells:
                lines = (RAW / cell.source / cell.file).read_text(encoding="utf-8").split("\n")
                assert cell.text in lines[cell.line - 1]


def test_a_trace_says_source_citation_licence_vintage_hash_and_steps():
    traced = dm.trace("world", {"country": "CHN", "year": 2010}, "log_tfp")
    (file,) = traced.files
    assert (file.source, file.file, file.vintage, file.licence) == (
        "penn_world_table",
        "pwt91.csv",
        "9.1",
        "CC BY 4.0",
    )
    assert file.sha256 == sha256_file(RAW / file.source / file.file)
    assert "10.1257/aer.20130954" in file.citation
    (cell,) = traced.cells
    assert (cell.line, cell.row, cell.column) == (1896, (("isocode", "CHN"), ("year", "2010")), "rtfpna")
    assert [step.en for step in traced.steps] == ["as published", "natural log of tfp_index"]
    assert "pwt91.csv, line 1896" in str(traced)


def test_a_share_of_two_sources_names_both():
    traced = dm.trace("world", {"country": "CHN", "year": 2009}, "internet_users_pct")
    assert [(cell.source, cell.text) for cell in traced.cells] == [
        ("world_factbook_early", "389000000"),
        ("world_bank_core", "1331260000"),
    ]
    assert traced.value == 100 * 389000000 / 1331260000


def test_a_group_among_all_countries_names_the_cells_of_all():
    traced = dm.trace("world", {"country": "CHN", "year": 2010}, "productivity_tercile_1995")
    assert len(traced.cells) == 2 * 175
    assert all(("year", "1995") in cell.row for cell in traced.cells)
    assert "more raw cells" in str(traced)


def test_a_missing_value_is_traced_to_what_is_missing():
    traced = dm.trace("world", {"country": "CHN", "year": 1960}, "gdp_per_capita_ppp2021")
    assert traced.value is None
    assert traced.cells[0].text == ""


def test_a_panel_that_contradicts_its_raw_files_is_an_error(tmp_path, monkeypatch):
    shutil.copytree(RAW, tmp_path / "raw")
    path = tmp_path / "raw" / "penn_world_table" / "pwt91.csv"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(",0.9849293,", ",0.9949293,"), encoding="utf-8")
    source = instances("sources", "SOURCE")["penn_world_table"]
    monkeypatch.setitem(source.files, "pwt91.csv", sha256_file(path))
    with refused(PanelError, "panels.raw_cells_disagree"):
        dm.trace("world", {"country": "CHN", "year": 2010}, "log_tfp", raw=tmp_path / "raw")


def test_without_raw_files_the_trace_still_names_file_hash_and_steps(tmp_path):
    traced = dm.trace("world", {"country": "CHN", "year": 2010}, "log_labor_productivity", raw=tmp_path)
    assert traced.cells == ()
    assert not traced.recomputed
    assert [file.file for file in traced.files] == ["pwt91.csv"]
    assert "raw files are not here" in str(traced)


def test_what_is_no_cell_is_told():
    with refused(SpecificationError, "names.unknown_column", near="log_tfp"):
        dm.trace("world", {"country": "CHN", "year": 2010}, "log_tpf")
    with refused(PanelError, "panels.no_such_row", shown="CHN, 1066", first="ABW, 1960", last="ZWE, 2024"):
        dm.trace("world", {"country": "CHN", "year": 1066}, "log_tfp")
    with refused(PanelError, "panels.key_values_wanted", names="country, year", given="country"):
        dm.trace("world", {"country": "CHN"}, "log_tfp")
    with refused(PanelError, "panels.nothing_imported"):
        dm.trace("china_province", {"province": "110000", "year": 2015}, "x")


def test_every_column_of_every_shipped_panel_has_a_rule_with_raw_columns():
    for name, panel in shipped_panels().items():
        lineage = find_lineage(name)
        assert set(lineage.rules) >= set(panel.variables)
        for column in panel.variables:
            assert origins_of(lineage.rules, column)
            assert set(lineage.rules[column].columns) <= set(lineage.rules)


def test_the_codebook_says_the_same_as_the_trace():
    package = json.loads((processed_folder() / "datapackage.json").read_text(encoding="utf-8"))
    for entry in package["resources"]:
        rules = find_lineage(entry["name"]).rules
        for field in entry["schema"]["fields"]:
            rule = rules[field["name"]]
            assert (field["transformation"], field["transformation_zh"]) == (rule.how.en, rule.how.zh)
            raw = [(each["source"], each["file"], each["column"]) for each in field["raw"]]
            assert raw == [(each.source, each.file, each.column) for each in origins_of(rules, field["name"])]
        for source in entry["sources"]:
            assert source["vintage"]
            assert {
                each["file"]
                for field in entry["schema"]["fields"]
                for each in field["raw"]
                if each["source"] == source["name"]
            } <= set(source["files"])


def test_the_command_traces_in_both_languages(capsys, monkeypatch):
    for language, said in (("en", "natural log of tfp_index"), ("zh", "tfp_index的自然对数")):
        with pytest.raises(SystemExit) as end:
            main(["--language", language, "data", "trace", "world", "CHN", "2010", "log_tfp"])
        assert end.value.code == 0
        printed = capsys.readouterr().out
        assert said in printed
        assert "0.9849293" in printed
    with pytest.raises(SystemExit) as end:
        main(["--language", "en", "data", "trace", "world", "CHN", "log_tfp"])
    assert end.value.code == 2
    assert "country year COLUMN" in capsys.readouterr().err


@pytest.mark.parametrize(("country", "year"), [("CHN", 2010), ("DEU", 1995), ("USA", 2017), ("NGA", 1980)])
def test_formulas_that_build_and_trace_give_what_is_computed_here_by_hand(country, year):
    """The build and the trace share their formulas: this is the check that does not."""
    frame = dm.load_panel("world").set_index(["country", "year"])
    row, base = frame.loc[(country, year)], frame.xs(1995, level="year")
    by_hand = {
        "log_tfp": math.log(row["tfp_index"]),
        "log_labor_productivity": math.log(row["gdp_musd2011"]) - math.log(row["employment_millions"]),
        "log_capital_per_worker": math.log(row["capital_stock_musd2011"])
        - math.log(row["employment_millions"]),
        "log_gdp_per_capita": math.log(row["gdp_per_capita_usd2015"]),
        "log_population": math.log(row["population"]),
        "trade_openness_ratio": row["merchandise_exports_gdp_ratio"] + row["merchandise_imports_gdp_ratio"],
        "after_1995": int(year > 1995),
        "human_capital_1995": base.loc[country, "human_capital"],
    }
    for name, value in by_hand.items():
        assert row[name] == pytest.approx(value, rel=1e-12), name
    productivity = base["log_labor_productivity"].dropna()
    share_below = (productivity < productivity[country]).mean()
    assert row["productivity_tercile_1995"] == ("low", "middle", "high")[min(int(3 * share_below), 2)]
    assert row["high_productivity_1995"] == (share_below >= 0.5)
    imports = pd.read_csv(RAW / "penn_world_table" / "pwt91.csv").set_index(["isocode", "year"])["csh_m"]
    assert row["merchandise_imports_gdp_ratio"] == -imports[(country, year)]
