"""Columns that an analysis computes: in order, named, typed, with the marks of their inputs; or an error that says where."""

from __future__ import annotations

from collections import OrderedDict

import numpy as np
import pandas as pd
import pytest
from complete import check_complete
from matplotlib.text import Text as Drawn
from noted import noted
from refused import refused

import digimfg as dm
from digimfg.derived.rows import Rows
from digimfg.derived.rule import ColumnRule
from digimfg.frame_notes import frame_sources
from digimfg.frames.said import notes_of
from digimfg.project import Project
from digimfg.replication.record import load_results
from digimfg.replication.run import run_analysis
from digimfg.replication.serialise import result_from_dict, result_to_dict
from digimfg.variables.declared import declared_variables

T = dm.Text
KEYS = ("province", "year")


@pytest.fixture(scope="module")
def twin() -> pd.DataFrame:
    return dm.simulate_panel("china_province", seed=2026)


def index(name: str, *columns: str, **options) -> dm.Composite:
    return dm.Composite(dm.IndexDefinition(name, tuple(map(dm.Indicator, columns))), **options)


DIGITAL = dm.Derived(
    "digital",
    index("digital", "broadband_subscribers_per_100", "mobile_phones_per_100"),
    label=T("Digital economy index", "数字经济指数"),
)
MAKING = dm.Derived(
    "making",
    index("making", "rd_intensity_pct", "patents_granted"),
    label=T("Manufacturing index", "制造业指数"),
)
COUPLED = dm.Derived(
    "coordination", dm.Coupling(("digital", "making")), label=T("Coordination degree", "耦合协调度")
)
BASELINE = dm.Specification(
    "coordination", "log_gdp", entity="province", time="year", fixed_effects=("province", "year")
)
LOG_GDP = dm.Derived("log_gdp", "log(gdp_100m_yuan)", label=T("GDP, log", "对数地区生产总值"))


def panel(twin, *columns, **options) -> dm.DerivedPanel:
    return dm.DerivedPanel(twin, columns, keys=KEYS, **options)


def test_a_column_is_computed_after_those_that_it_names_in_whatever_order_they_are_declared(twin):
    frame = panel(twin, COUPLED, DIGITAL, MAKING).load()
    definition = dm.IndexDefinition(
        "d", (dm.Indicator("broadband_subscribers_per_100"), dm.Indicator("mobile_phones_per_100"))
    )
    by_hand = dm.composite_index(twin, definition).scores
    assert frame["digital"].tolist() == by_hand.tolist()
    coupled = dm.coupling_coordination(frame[["digital", "making"]])["coordination"]
    assert frame["coordination"].tolist() == coupled.tolist()
    assert "digital" not in twin  # the frame given is not changed


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_the_order_of_declaration_changes_no_value(twin, order):
    columns = [(COUPLED, DIGITAL, MAKING)[place] for place in order]
    names = ["coordination", "digital", "making"]
    first = panel(twin, COUPLED, DIGITAL, MAKING).load()[names]
    pd.testing.assert_frame_equal(panel(twin, *columns).load()[names], first)


def refuses(call, kind, **facts) -> None:
    with refused(dm.DigimfgError, kind, **facts):
        call()


def test_circles_second_derivations_and_unknown_inputs_are_told_with_their_column(twin):
    def column(name, rule, **options):
        return dm.Derived(name, rule, label=name, **options)

    refuses(lambda: column(" ", "log(b)"), "derived.column_without_name")
    refuses(
        lambda: panel(twin, column("a", "log(b)"), column("b", "log(c)"), column("c", "log(a)")),
        "derived.columns_in_a_circle",
        where="'a'",
        got="a ← b ← c ← a",
    )
    refuses(lambda: column("a", "log(a)"), "derived.computed_from_itself", name="a")
    refuses(lambda: panel(twin, LOG_GDP, LOG_GDP), "derived.name_twice", where="'log_gdp'")
    held = column("rd_intensity_pct", "log(gdp_100m_yuan)")
    refuses(panel(twin, held).load, "derived.name_taken", where="'rd_intensity_pct'")
    unknown = panel(twin, column("a", "log(gdp_100m_yaun)"))
    with refused(dm.DigimfgError, "names.unknown_column", where="'a'", name="gdp_100m_yaun") as caught:
        unknown.load()
    assert caught.value.facts["near"].startswith("gdp_100m_yuan")
    refuses(lambda: column("a", dm.Ratio("b", "c")), "derived.column_without_unit", where="'a'")
    failing = dm.Computed(lambda x: 1 / 0, ("patents_granted",), words="p")
    failed = panel(twin, column("a", failing, unit="1"))
    refuses(failed.load, "derived.function_answers_wrongly", where="'a'")
    missing = panel(twin.assign(rd_intensity_pct=np.nan), MAKING)
    refuses(missing.load, "measures.incomplete_rows", where="'making'")


@pytest.mark.parametrize("given", [pd.DataFrame({"a": [1]}), 3, Ellipsis, ["world"], "wrold"])
def test_an_analysis_takes_a_panel_by_name_or_a_declaration_and_nothing_else(given):
    with pytest.raises((dm.AnalysisError, dm.PanelError)):
        dm.Analysis(title=T("q", "问"), panel=given, specifications={})


def test_labels_and_units_reach_results_tables_and_stored_results(twin):
    frame = panel(twin, COUPLED, DIGITAL, MAKING, LOG_GDP).load()
    result = dm.estimate(BASELINE, frame)
    again = result_from_dict(result_to_dict(result))
    for each in (result, again):
        shown = str(dm.RegressionTable({"(1)": each}))
        assert "GDP, log" in shown
        assert "Coordination degree" in shown
    assert "Digital economy index" in str(dm.DescriptiveTable(frame, variables=("digital",)))
    assert "index, 0-1" in str(dm.VariableTable(frame, variables=("digital",)))
    assert declared_variables(frame)["log_gdp"].unit == T("log", "对数")
    assert "GDP, log" not in str(
        dm.RegressionTable({"(1)": dm.estimate(BASELINE, pd.DataFrame(dict(frame)))})
    )


def test_filled_cells_sources_and_notes_follow_declarations_not_values(twin):
    gap = twin["year"].eq(2013) & (twin.index % 5 == 0)
    given = twin.assign(mobile_phones_per_100=twin["mobile_phones_per_100"].mask(gap))
    given.attrs["sources"] = [{"en": "Yearbook", "zh": "年鉴", "columns": ["patents_granted"]}]
    given.attrs["notes"] = [{"en": "Revised", "zh": "修订", "columns": ["mobile_phones_per_100"]}]
    growth = dm.Derived("g", dm.Growth("digital"), label="growth")
    policy = dm.MissingPolicy(method="linear", columns="mobile_phones_per_100")
    declared = panel(given, COUPLED, DIGITAL, MAKING, growth, missing=policy)
    frame = declared.load()
    analysis = dm.Analysis(title=T("q", "问"), panel=declared, specifications={})
    pd.testing.assert_frame_equal(analysis.load(), frame)
    assert analysis.missing == (policy,)
    elsewhere = dm.Analysis(
        title=T("q", "问"),
        panel=panel(given, COUPLED, DIGITAL, MAKING, growth),
        missing=policy,
        specifications={},
    )
    pd.testing.assert_frame_equal(elsewhere.load(), frame)
    twice = {"title": T("q", "问"), "panel": declared, "missing": policy, "specifications": {}}
    refuses(lambda: dm.Analysis(**twice), "analysis.policies_in_two_places")
    assert frame["digital_filled"].tolist() == gap.astype(int).tolist()
    assert frame["coordination_filled"].tolist() == gap.astype(int).tolist()
    after = gap.to_numpy() | np.roll(gap.to_numpy(), 1)
    assert frame["g_filled"].to_numpy().astype(bool).tolist() == (after & frame["g"].notna()).tolist()
    assert [each.en for each in frame_sources(frame, ("coordination",))] == ["Yearbook"]
    assert frame_sources(frame, ("digital",)) == ()
    result = dm.estimate(BASELINE.replace(controls="g", regressors="digital"), frame)
    notes = [note.en for note in result.notes]
    assert "Revised" in notes
    assert any("Digital economy index" in note and "filled" in note.lower() for note in notes)
    assert any(note.startswith("SYNTHETIC") for note in notes)


def test_a_panel_by_name_is_computed_from_what_ships_and_keeps_its_sources():
    world = dm.DerivedPanel("world", (dm.Derived("users_log", "log(internet_users_pct)", label="users"),))
    frame = world.load()
    assert frame["users_log"].notna().any()
    assert frame_sources(frame, ("users_log",)) == frame_sources(frame, ("internet_users_pct",)) != ()


RULES = {
    "term": ("D.log(gdp_100m_yuan):L2.mobile_phones_per_100", {}),
    "ratio": (dm.Ratio("patents_granted", "gdp_100m_yuan", scale=100), {}),
    "growth": (dm.Growth("gdp_100m_yuan", kind="log", periods=2), {}),
    "at year": (dm.AtYear("gdp_100m_yuan", 2012), {}),
    "deflated": (
        dm.Deflated("gdp_100m_yuan", "prices", base_year=2012),
        {"prices": lambda f: 100.0 + f["year"] - 2011},
    ),
    "chained": (
        dm.Deflated("gdp_100m_yuan", "prices", base_year=2014, deflator_base="previous_year"),
        {"prices": lambda f: 100.0 + f["year"] % 3},
    ),
    "winsorized": (dm.Winsorized("patents_granted", 0.05), {}),
    "aggregate": (dm.Aggregate("patents_granted", by="year"), {}),
    "crossed": (
        dm.Crossed("mobile_phones_per_100", "national", year=2011, lag=1),
        {"national": lambda f: f["year"] - 2000.0},
    ),
    "index": (index("i", "patents_granted", "gdp_100m_yuan", scores="topsis"), {}),
    "coupling": (dm.Coupling(("u", "v"), part="development"), {"u": lambda _: 0.4, "v": lambda _: 0.7}),
    "in region": (dm.InRegion("coastal_inland", "coastal"), {}),
    "region": (dm.RegionName("hu_line"), {}),
    "computed": (dm.Computed(lambda a, b: a - b, ("patents_granted", "gdp_100m_yuan"), words="a - b"), {}),
}


def test_every_rule_is_tried_below():
    kinds = {type(dm.Derived("z", rule, label="z", unit="1").how) for rule, _ in RULES.values()}
    public = {getattr(dm, name) for name in dm.__all__ if isinstance(getattr(dm, name), type)}
    rules = {kind for kind in public if issubclass(kind, ColumnRule)} - {ColumnRule}
    check_complete(kinds & rules, rules, "a case to RULES of this file")


@pytest.mark.parametrize("name", RULES)
def test_flags_and_traces_of_a_rule_agree_on_which_cells_a_value_rests_on(twin, name):
    rule, more = RULES[name]
    frame = twin[twin["province"].isin(["110000", "120000", "130000"])].reset_index(drop=True).assign(**more)
    column = dm.Derived("z", rule, label="z", unit="1")
    computed = dm.DerivedPanel(frame, (column,), keys=KEYS).load()["z"]
    rows = Rows(frame=frame, keys=KEYS, time="year")
    for part in column.how.inputs(frame.columns):
        reach = np.array(
            [column.how.touched(rows, part, np.arange(len(frame)) == place) for place in range(len(frame))]
        )
        behind = np.zeros_like(reach)
        for row in range(len(frame)):
            behind[list(column.how.behind(rows, part, row)), row] = True
        present = computed.notna().to_numpy()
        assert (reach[:, present] == behind[:, present]).all()
        assert reach.any()


def test_joined_columns_meet_by_codes_and_names_and_say_where_they_come_from(twin):
    users = pd.DataFrame({"year": range(2012, 2023), "national_users": np.arange(11.0)})
    ports = pd.DataFrame({"province": ["北京", "天津"], "port": [0.0, 1.0]})
    joins = (dm.Join(users, on="year", source=T("CNNIC", "CNNIC")), dm.Join(ports, on="province"))
    frame = panel(twin, joins=joins).load()
    assert frame.loc[frame["year"] == 2015, "national_users"].eq(3).all()
    assert frame.loc[frame["province"] == "120000", "port"].eq(1).all()
    assert frame["port"].notna().sum() == 24
    assert [each.en for each in frame_sources(frame, ("national_users",))] == ["CNNIC"]
    result = dm.estimate(
        dm.Specification("patents_granted", "national_users", entity="province", time="year"), frame
    )
    assert any("No match for national_users by year" in note.en for note in result.notes)
    twice = pd.concat([users, users])
    joins = (dm.Join(twice, on="year"),)
    refuses(panel(twin, joins=joins).load, "derived.join_not_unique", got="11 ")


def test_a_join_knows_every_way_to_write_a_unit_and_tells_what_is_none(twin):
    def joined(other, on):
        return panel(twin, joins=(dm.Join(other, on=on),)).load()

    both = pd.DataFrame({"province": ["北京", "北京市"], "x": [1.0, 2.0]})
    refuses(lambda: joined(both, "province"), "derived.join_not_unique", got="'北京市'")
    moved = both.assign(year=[2011, 2012])
    assert joined(moved, KEYS).set_index(list(KEYS))["x"].dropna().to_list() == [1.0, 2.0]
    strange = pd.DataFrame({"province": ["北京", "四川(含重庆)"], "x": [1.0, 2.0]})
    said = notes_of(joined(strange, "province"), ("x",))
    assert any("省份" in note.zh and "四川(含重庆)" in note.zh for note in said)
    year = pd.DataFrame({"year": ["2011年"], "x": [1.0]})
    refuses(lambda: joined(year, "year"), "derived.joined_keys_unknown", row_found="year '2011年'")


def test_an_imported_file_is_joined_without_the_names_of_its_provinces(twin, tmp_path):
    path = tmp_path / "机器人.csv"
    path.write_text("地区,年份,机器人密度(台/万人)\n北京市,2011,10\n天津,2011,20\n", encoding="gb18030")
    imported = dm.import_panel(path, "china_province")
    frame = panel(twin, joins=(dm.Join(imported, on=KEYS),)).load()
    assert frame["robots_per_10k"].dropna().to_list() == [10.0, 20.0]
    assert any("Robots" in note.en for note in notes_of(frame, ("robots_per_10k",)))


def test_an_analysis_computes_its_columns_and_its_record_tells_of_them(twin, tmp_path):
    analysis = dm.Analysis(
        title=T("Question", "问题"),
        panel=panel(twin, COUPLED, DIGITAL, MAKING, LOG_GDP, name="twin"),
        specifications={"baseline": BASELINE},
        exhibits=(dm.RegressionTable("main"), dm.VariableTable("variables")),
    )
    run_analysis(Project(tmp_path), "question", analysis)
    table = (tmp_path / "output" / "tables" / "main_zh.md").read_text(encoding="utf-8")
    assert "对数地区生产总值" in table
    assert "耦合协调度" in table
    stored = load_results("question", Project(tmp_path))["baseline"]
    assert stored.variables["coordination"].label == T("Coordination degree", "耦合协调度")


def test_regions_divide_every_province_once_and_hold_for_the_cities_in_them(twin):
    regions = dm.list_regions()
    whole = regions[regions["units"] == "province"].groupby("division")["n_members"].sum()
    partial = {"municipalities", "yangtze_belt", "yellow_river"}
    assert set(whole[whole == 31].index) == set(whole.index) - partial
    assert regions["n_members"].loc["city_tiers"].to_dict() == {
        "first": 4,
        "second": 31,
        "third": 35,
        "rest": 0,
    }
    assert regions["n_members"].loc["city_ranks"].tolist() == [4, 15, 17, 0]
    assert regions["n_members"].loc["city_clusters"].tolist() == [13, 26, 9, 31, 16, 0]
    assert (regions["source_en"].str.len() > 20).all()
    columns = (
        dm.Derived("east", dm.InRegion("four_regions", "东部"), label=T("East", "东部")),
        dm.Derived("region", dm.RegionName("four_regions", language="en"), label=T("region", "地区")),
    )
    frame = panel(twin, *columns).load()
    assert frame.groupby("province")["east"].first().sum() == 10
    assert frame.loc[frame["province"] == "210000", "region"].eq("Northeast").all()
    assert [each.en for each in frame_sources(frame, ("east",))] == [
        regions.loc[("four_regions", "east"), "source_en"]
    ]
    cities = pd.DataFrame({"city": ["杭州", "330200", "青岛市", "Atlantis"], "year": 2020})
    tiers = dm.DerivedPanel(
        cities,
        (columns[0], dm.Derived("tier", dm.RegionName("city_tiers"), label="tier")),
        keys=("city", "year"),
    ).load()
    assert tiers["east"].tolist()[:3] == [1, 1, 1]
    assert tiers["tier"].tolist()[:3] == ["二线城市"] * 3
    assert tiers[["east", "tier"]].iloc[3].isna().all()
    assert any("Atlantis" in note["en"] for note in tiers.attrs["notes"])
    refuses(lambda: dm.InRegion("four_regions", "eest"), "names.unknown_name", near="West, East")
    refuses(lambda: dm.RegionName("four_region"), "names.unknown_name", name="four_region")


def test_a_cell_is_traced_through_computed_columns_to_the_raw_cells():
    world = dm.DerivedPanel(
        "world",
        (
            dm.Derived("twice", "growth:growth", label="growth, squared", unit="1"),
            dm.Derived("growth", "D.log_tfp", label="growth", unit="1"),
        ),
    )
    found = world.trace({"country": "China", "year": 2010}, "twice")
    assert sorted(cell.text for cell in found.cells) == sorted(
        dm.trace("world", {"country": "CHN", "year": year}, "log_tfp").cells[0].text for year in (2009, 2010)
    )
    assert found.recomputed
    assert [step.en for step in found.steps][-2:] == [
        "growth: change in TFP (log)",
        "growth, squared: growth × growth",
    ]
    frame = world.load()
    row = frame[(frame["country"] == "CHN") & (frame["year"] == 2010)]
    assert found.value == row["twice"].item()
    assert "pwt91.csv" in str(found)
    with refused(dm.DigimfgError, "derived.traced_column_unknown", near="log_tfp"):
        world.trace({"country": "CHN", "year": 2010}, "log_tpf")


def test_the_codebook_tells_of_every_computed_column(twin):
    book = panel(twin, COUPLED, DIGITAL, MAKING).codebook()
    assert book.index.tolist() == ["digital", "making", "coordination"]
    assert book.loc["coordination", "inputs"] == "digital, making"
    assert book["n"].tolist() == [372, 372, 372]


def test_the_same_columns_are_computed_once_for_all_that_share_a_folder(twin, tmp_path, monkeypatch):
    calls = []
    plain = dm.Growth.compute
    monkeypatch.setattr(dm.Growth, "compute", lambda self, rows: (calls.append(1), plain(self, rows))[1])
    declared = panel(twin, dm.Derived("g", dm.Growth("patents_granted"), label="g"))
    first = declared.computed(twin, tmp_path)
    again = panel(twin, dm.Derived("g", dm.Growth("patents_granted"), label="g")).computed(twin, tmp_path)
    monkeypatch.setattr("digimfg.derived.keeping._KEPT", OrderedDict())
    from_disk = declared.computed(twin, tmp_path)
    assert len(calls) == 1
    for each in (again, from_disk):
        pd.testing.assert_frame_equal(each, first)
        assert each.attrs == first.attrs
    other = twin.assign(patents_granted=twin["patents_granted"] + 1)
    assert not declared.computed(other, tmp_path)["g"].equals(first["g"])
    assert len(calls) == 2
    panel(twin, dm.Derived("g", dm.Growth("patents_granted", periods=2), label="g")).computed(twin, tmp_path)
    assert len(calls) == 3


def test_filled_cells_of_a_joined_column_stay_filled_whichever_columns_are_taken(twin):
    users = pd.DataFrame({"nation": 1, "year": range(2011, 2023), "users": np.arange(12.0)})
    users.loc[3, "users"] = np.nan
    filled = dm.fill_missing(users, dm.MissingPolicy(method="linear", columns="users"), entity="nation").frame
    for columns in ((), ("users",)):
        joined = panel(
            twin, joins=(dm.Join(filled.drop(columns="nation"), on="year", columns=columns),)
        ).load()
        assert joined.loc[joined["users_filled"] == 1, "year"].unique().tolist() == [2014]
        squared = dm.Derived("squared", "users^2", label="squared", unit="1")
        declared = panel(twin, squared, joins=(dm.Join(filled, on="year", columns=("users",)),)).load()
        assert declared.loc[declared["squared_filled"] == 1, "year"].unique().tolist() == [2014]
        result = dm.estimate(
            dm.Specification("patents_granted", "squared", entity="province", time="year"), declared
        )
        assert noted(result.notes, "filled_column", filled=31, total=372)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("synthetic", "derived.name_marks_nothing"),
        ("x_filled", "derived.name_marks_nothing"),
        (" ", "derived.column_without_name"),
    ],
)
def test_a_computed_column_takes_no_name_that_marks_others(name, kind):
    with refused(dm.PanelError, kind):
        dm.Derived(name, "log(x)", label="x")


def test_a_computed_cell_of_imported_files_is_traced_to_its_sheet(tmp_path, monkeypatch):
    (tmp_path / "analyses").mkdir()
    monkeypatch.chdir(tmp_path)
    rows = "省份,年份,地区生产总值(亿元),研发经费(亿元)\n北京市,2020,36103,2326.6\n北京市,2021,40270,2629.3\n"
    (tmp_path / "book.csv").write_text(rows, encoding="utf-8")
    imported = dm.import_panel("book.csv", "china_province")
    imported.save()
    growth = dm.Derived("g", dm.Growth("gdp_100m_yuan"), label="growth")
    declared = dm.DerivedPanel("china_province", (growth,))
    found = declared.trace({"province": "北京", "year": 2021}, "g")
    assert {cell.file for cell in found.cells} == {"book.csv"}
    assert len(found.cells) == 2
    assert found.files
    assert found.value == pytest.approx(100 * (40270 / 36103 - 1))


def test_joined_columns_are_traced_to_what_was_joined(tmp_path, monkeypatch):
    (tmp_path / "analyses").mkdir()
    monkeypatch.chdir(tmp_path)
    rows = "省份,年份,地区生产总值(亿元)\n北京市,2020,36103\n北京市,2021,40270\n"
    (tmp_path / "book.csv").write_text(rows, encoding="utf-8")
    imported = dm.import_panel("book.csv", "china_province")
    given = pd.DataFrame({"province": ["天津", "北京"], "year": [2021, 2021], "x": [1.0, 2.0]})
    phones = pd.DataFrame({"province": ["110000", "120000"], "phones": [7.0, 8.0]})
    both = dm.Derived(
        "both", dm.Ratio("gdp_100m_yuan", "phones"), label=T("Both", "两者"), unit=T("ratio", "比")
    )
    joins = (
        dm.Join(imported, on=("province", "year")),
        dm.Join(phones, on="province", source=T("Yearbook 1985", "年鉴1985")),
    )
    declared = dm.DerivedPanel(given, (both,), keys=("province", "year"), joins=joins)
    found = declared.trace({"province": "北京", "year": 2021}, "both")
    assert [(cell.source, cell.line, cell.column, cell.text) for cell in found.cells] == [
        ("imported", 3, "地区生产总值", "40270"),
        (str(T("Yearbook 1985", "年鉴1985")), 1, "phones", "7.0"),
    ]
    assert dict(found.cells[0].row) == {"cell": "C3"}
    assert [file.file for file in found.files] == ["book.csv"]
    assert found.label == T("Both", "两者")
    assert found.steps[-1].en.startswith("Both: ")
    assert (
        declared.trace({"province": "天津", "year": 2021}, "gdp_100m_yuan").cells == ()
    )  # nothing was joined


def test_columns_joined_from_a_panel_by_its_name_have_its_raw_cells_and_are_renewed_with_it(
    tmp_path, monkeypatch
):
    (tmp_path / "analyses").mkdir()
    monkeypatch.chdir(tmp_path)
    given = pd.DataFrame({"province": ["北京"], "year": [2021], "x": [2.0]})
    twice = dm.Derived("twice", dm.Ratio("gdp_100m_yuan", "x"), label="twice", unit="yuan")

    def imported(value):
        (tmp_path / "book.csv").write_text(
            f"省份,年份,地区生产总值(亿元)\n北京市,2021,{value}\n", encoding="utf-8"
        )
        dm.import_panel("book.csv", "china_province").save()
        joined = dm.Join("china_province", on=("province", "year"), columns="gdp_100m_yuan")
        return dm.DerivedPanel(given, (twice,), keys=("province", "year"), joins=(joined,))

    assert imported(40270).load()["twice"].tolist() == [20135.0]
    traced = imported(40270).trace({"province": "北京", "year": 2021}, "twice")
    assert [cell.text for cell in traced.cells] == ["40270", "2.0"]
    assert imported(40000).load()["twice"].tolist() == [20000.0]  # what is kept belongs to what was joined


def test_a_division_is_found_by_its_name_in_either_language(twin):
    east = [
        panel(twin, dm.Derived("east", dm.InRegion(name, group), label=T("East", "东部"))).load()["east"]
        for name, group in (("four_regions", "east"), ("四大地区", "东部"), ("four regions", "East"))
    ]
    assert east[0].sum() == 120
    assert all(each.equals(east[0]) for each in east)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_regions_are_called_by_the_language_of_the_reader(twin, language):
    region = dm.Derived("region", dm.RegionName("four_regions", language=language), label=T("Region", "地区"))
    frame = panel(twin, region).load()
    trend = dm.TrendPlot(frame, variable="patents_granted", group="region", entity="province", time="year")
    chart = trend.show(trend.evidence)
    for read, names in (("en", {"East", "Northeast"}), ("zh", {"东部", "东北"})):
        assert names <= {each.get_text() for each in chart.draw(read).findobj(Drawn)}


QUARTERS = pd.Series(["2001Q1", "2001Q2", "2001Q3", "2001Q4"] * 2)
OVER_TIME = {"term": "D.x", "growth": dm.Growth("x", kind="log", periods=1)}


def of_quarters(quarter, rule):
    frame = pd.DataFrame({"unit": ["a"] * 4 + ["b"] * 4, "quarter": quarter, "x": np.arange(1.0, 9.0)})
    derived = dm.Derived("g", rule, label=T("g", "g"), unit=T("1", "1"))
    return dm.DerivedPanel(frame, (derived,), keys=("unit", "quarter"), time="quarter").load()["g"]


@pytest.mark.parametrize("rule", OVER_TIME)
@pytest.mark.parametrize(
    ("quarter", "numbered"),
    [
        (QUARTERS, lambda held: pd.PeriodIndex(held, freq="Q").astype("int64")),
        (QUARTERS.astype("category"), lambda held: pd.PeriodIndex(held, freq="Q").astype("int64")),
        (pd.Series(pd.PeriodIndex(QUARTERS, freq="Q")), lambda held: held.astype("int64")),
        (
            pd.Series(pd.PeriodIndex(QUARTERS, freq="Q").to_timestamp()),
            lambda held: 4 * held.dt.year + held.dt.quarter - 1,
        ),
    ],
)
def test_quarters_as_text_dates_or_periods_are_refused_with_what_numbers_them(rule, quarter, numbered):
    with refused(dm.SpecificationError, "terms.time_not_whole", name="quarter"):
        of_quarters(quarter, OVER_TIME[rule])
    assert of_quarters(numbered(quarter), OVER_TIME[rule]).notna().sum() == 6


def test_years_that_text_spells_are_years():
    found = of_quarters(pd.Series(["2001", "2002", "2003", "2004"] * 2), OVER_TIME["growth"])
    assert found.notna().sum() == 6


def test_columns_do_not_depend_on_the_order_of_rows():
    rng = np.random.default_rng(3)
    frame = pd.DataFrame(
        {"firm": np.repeat(np.arange(40), 5), "year": np.tile(np.arange(5), 40), "x": rng.lognormal(size=200)}
    )

    def share(x):
        return (
            x / x.sum() + np.linalg.lstsq(np.column_stack([np.ones(len(x)), x]), np.log(x), rcond=None)[0][0]
        )

    rule = dm.Computed(share, ("x",), words=dm.Text("share", "份额"))
    column = dm.Derived("share", rule, label=dm.Text("share", "份额"), unit=dm.Text("share", "份额"))
    order = rng.permutation(200)
    moved = frame.iloc[order].reset_index(drop=True)
    first, second = (
        dm.DerivedPanel(each, (column,), keys=("firm", "year"), time="year").load() for each in (frame, moved)
    )
    assert second["firm"].tolist() == moved["firm"].tolist()
    assert second["share"].tolist() == first["share"].to_numpy()[order].tolist()
