"""Spreadsheets as people make them: merged headers, units everywhere, footnotes, percentages, several sheets."""

import numpy as np
import openpyxl
import pandas as pd
import pytest
from noted import noted
from refused import refused

import digimfg as dm
from digimfg.errors import Fault


def book(path, *sheets, merge=(), formats=()):
    """Write rows to sheets: each sheet is (name, rows)."""
    made = openpyxl.Workbook()
    made.remove(made.active)
    for name, rows in sheets:
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(row)
        for area in merge:
            sheet.merge_cells(area)
        for cell, code in formats:
            sheet[cell].number_format = code
    made.save(path)
    return path


def values(imported, *columns):
    return imported.frame[["province", "year", *columns]].to_numpy().tolist()


def test_a_yearbook_sheet_with_merged_headers_units_and_notes(tmp_path):
    path = book(
        tmp_path / "年鉴.xlsx",
        ("2-1", [
            ["表 2-1　分地区主要指标", None, None, None, None],
            [None, None, None, None, "2020年"],
            ["地　区", "地区生产总值", None, "常住人口", "R&D经费"],
            [None, "绝对数", "指数", None, "内部支出"],
            [None, "(亿元)", "(上年=100)", "(万人)", "（万元）"],
            ["全　国", 1013567.0, 102.2, 141212, 243931000],
            ["北　京", "３６,１０２.６", 101.1, 2189, "23265793"],
            ["内蒙古自治区", "17258.0①", "…", 2403, "—"],
            ["注：本表按当年价格计算。", None, None, None, None],
            ["资料来源：国家统计局", None, None, None, None],
        ]),
        merge=("A1:E1", "A3:A5", "B3:C3", "D3:D4"),
    )  # fmt: skip
    told = {
        "columns": {
            "地区生产总值 绝对数": "gdp_100m_yuan",
            "地区生产总值 指数": "gdp_index_previous_year",
            "R&D经费 内部支出": "rd_expenditure_100m_yuan",
        }
    }
    got = dm.import_panel(path, "china_province", told)
    assert got.frame.drop(columns=["province_name_zh", "province_name_en"]).replace(
        {np.nan: None}
    ).to_numpy().tolist() == [
        ["110000", 2020, 2326.5793, 36102.6, 101.1, 2189.0],
        ["150000", 2020, None, 17258.0, None, 2403.0],
    ]
    cell = got.cell(("150000", 2020), "gdp_100m_yuan")
    assert (cell.sheet, cell.address, cell.source_unit) == ("2-1", "B8", "亿元")
    assert noted(got.notes, "footnote_marks", n=1)
    assert noted(got.notes, "no_units", units="全国 (1)")


def test_cells_shown_as_percentages_are_percentages(tmp_path):
    rows = [["省份", "年份", "城镇化率"], ["北京", 2020, 0.8755], ["上海", 2020, 0.893]]
    path = book(tmp_path / "a.xlsx", ("s", rows), formats=(("C2", "0.00%"), ("C3", "0%")))
    assert values(dm.import_panel(path, "china_province"), "urbanization_pct") == [
        ["110000", 2020, 87.55],
        ["310000", 2020, 89.3],
    ]


def test_a_column_where_only_some_cells_are_percentages_is_refused(tmp_path):
    rows = [["省份", "年份", "城镇化率"], ["北京", 2020, 0.8755], ["上海", 2020, 89.3]]
    path = book(tmp_path / "a.xlsx", ("s", rows), formats=(("C2", "0.00%"),))
    with refused(dm.PanelError, "importing.things_to_settle", listed=("column_refused",)):
        dm.import_panel(path, "china_province")


@pytest.mark.parametrize("code", ['0!.0,"万"', "#,##0,", '0.00,,"亿"'])
def test_a_number_format_that_hides_the_scale_is_refused(tmp_path, code):
    rows = [["省份", "年份", "GDP(万元)"], ["北京", 2020, 361026000.0]]
    path = book(tmp_path / "a.xlsx", ("s", rows), formats=(("C2", code),))
    with refused(dm.PanelError, "importing.number_format_of_another_scale", cell="C2", code=code):
        dm.import_panel(path, "china_province")


def test_units_in_cells_convert_cell_by_cell(tmp_path):
    rows = [
        ["省份", "年份", "GDP"],
        ["北京", 2020, "3.61万亿元"],
        ["上海", 2020, "38700.6亿元"],
        ["天津", 2020, "140837000万元"],
    ]
    got = dm.import_panel(book(tmp_path / "a.xlsx", ("s", rows)), "china_province")
    assert got.frame["gdp_100m_yuan"].tolist() == pytest.approx([36100.0, 14083.7, 38700.6])


def test_a_magnitude_in_the_cell_belongs_to_the_unit_of_the_header(tmp_path):
    rows = [["股票代码", "会计年度", "营业收入(元)"], ["1", 2020, "3亿"], ["600000", 2020, "25万"]]
    got = dm.import_panel(book(tmp_path / "a.xlsx", ("s", rows)), "firm")
    assert got.frame[["firm", "revenue_yuan"]].to_numpy().tolist() == [["000001", 3e8], ["600000", 2.5e5]]


def test_a_sheet_per_year_and_a_sheet_of_words(tmp_path):
    sheets = [
        (str(year), [["地区", "GDP(亿元)"], ["北京", 30000.0 + year], ["上海", 31000.0 + year]])
        for year in (2019, 2020)
    ]
    got = dm.import_panel(
        book(tmp_path / "a.xlsx", ("说明", [["本表由作者整理"]]), *sheets), "china_province"
    )
    assert values(got, "gdp_100m_yuan") == [["110000", 2019, 32019.0], ["110000", 2020, 32020.0], ["310000", 2019, 33019.0], ["310000", 2020, 33020.0]]  # fmt: skip
    assert got.cell(("110000", 2020), "gdp_100m_yuan").sheet == "2020"


def test_a_sheet_per_variable_joins_on_the_keys(tmp_path):
    wide = [["地区", 2019, 2020], ["北京", 1.0, 2.0], ["上海", 3.0, 4.0]]
    sheets = [("地区生产总值(亿元)", wide), ("常住人口(万人)", [["地区", 2020, 2019], ["北京", 20.0, 10.0]])]
    got = dm.import_panel(book(tmp_path / "a.xlsx", *sheets), "china_province")
    assert got.frame["gdp_100m_yuan"].tolist() == [1.0, 2.0, 3.0, 4.0]
    assert got.frame["resident_population_10k"].fillna(-1).tolist() == [10.0, 20.0, -1.0, -1.0]


def test_two_sheets_that_disagree_are_an_error_with_both_addresses(tmp_path):
    sheets = [
        (name, [["省份", "年份", "GDP(亿元)"], ["北京", 2020, value]])
        for name, value in (("a", 1.0), ("b", 2.0))
    ]
    with refused(dm.PanelError, "importing.values_conflict", n=1):
        dm.import_panel(book(tmp_path / "a.xlsx", *sheets), "china_province")


def test_years_merged_down_the_rows_are_filled(tmp_path):
    rows = [["年份", "省份", "GDP(亿元)"], [2020, "北京", 1.0], [None, "上海", 2.0]]
    got = dm.import_panel(book(tmp_path / "a.xlsx", ("s", rows), merge=("A2:A3",)), "china_province")
    assert got.frame["year"].tolist() == [2020, 2020]


def test_stata_labels_name_columns_and_values(tmp_path):
    frame = pd.DataFrame({"prov": [1, 2], "yr": [2020, 2020], "x1": [36102.6, 38700.6]})
    path = tmp_path / "a.dta"
    frame.to_stata(path, write_index=False, version=118, variable_labels={"prov": "省份", "yr": "年份", "x1": "地区生产总值（亿元）"}, value_labels={"prov": {1: "北京", 2: "上海"}})  # fmt: skip
    assert values(dm.import_panel(path, "china_province"), "gdp_100m_yuan") == [
        ["110000", 2020, 36102.6],
        ["310000", 2020, 38700.6],
    ]


def test_parquet_with_an_index_keeps_its_keys(tmp_path):
    frame = pd.DataFrame({"country": ["DEU"], "year": [2020], "labor_share": [0.6]}).set_index(
        ["country", "year"]
    )
    frame.to_parquet(tmp_path / "a.parquet")
    got = dm.import_panel(tmp_path / "a.parquet", "world")
    assert got.frame.to_numpy().tolist() == [["DEU", 2020, 0.6]]


def test_a_column_that_bears_a_name_of_the_dictionary_is_not_taken_for_it_in_other_units(tmp_path):
    (tmp_path / "a.csv").write_text("city,year,population\n杭州市,2020,814\n", encoding="utf-8")
    got = dm.import_panel(tmp_path / "a.csv", "china_city", {"columns": {"population": ""}})
    assert got.frame.columns[-1] == "population_as_given"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("省份,年份,GDP(亿元)\n北京,2020,一百\n", Fault.of("importing.things_to_settle", listed=("cells_no_numbers_nor_missing",))),
        ("省份,年份,GDP(箩筐)\n北京,2020,1\n", "importing.confirmation_needed"),
        ("省份,年份,GDP(万人)\n北京,2020,1\n", Fault.of("importing.things_to_settle", listed=("column_refused",))),
        ("省份,年份,GDP(亿元)\n北平,2020,1\n", Fault.of("importing.things_to_settle", listed=("names_unknown",))),
        ("省份,年份,GDP(亿元)\n北京,2020,1\n北京市,2020,2\n", Fault.of("importing.keys_not_unique", shown='110000 2020 (2, 3)')),
        ("省份,年份,GDP(亿元),名义GDP(亿元)\n北京,2020,1,2\n", Fault.of("importing.things_to_settle", listed=("variable_twice",))),
        ("省份,年份,GDP(亿元)\n北京,,1\n", Fault.of("importing.things_to_settle", listed=("keys_lacking",))),
        ("省份,年份,第一产业增加值(亿元)\n北京,2020,-5\n", "panels.columns_not_as_described"),
        ("省份,年份,GDP(亿元)\n北京,2020,\"1,5\"\n", Fault.of("importing.things_to_settle", listed=("cells_read_two_ways",))),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_told_with_its_place(tmp_path, text, kind):
    (tmp_path / "a.csv").write_text(text, encoding="utf-8")
    with refused(dm.PanelError, kind):
        dm.import_panel(tmp_path / "a.csv", "china_province")


def test_a_name_that_is_merely_alike_needs_a_person(tmp_path):
    (tmp_path / "a.csv").write_text("省份,年份,软件业务收入额(亿元)\n北京,2020,1\n", encoding="utf-8")
    with refused(dm.PanelError, "importing.confirmation_needed"):
        dm.import_panel(tmp_path / "a.csv", "china_province")
    guess = dm.guess_mapping(tmp_path / "a.csv", "china_province")
    assert guess.unsure == ("软件业务收入额",)
    assert dm.import_panel(tmp_path / "a.csv", "china_province", yes=True).frame[
        "software_revenue_100m_yuan"
    ].tolist() == [1.0]
    kept = dm.import_panel(tmp_path / "a.csv", "china_province", {"columns": {"软件业务收入额": ""}})
    assert "software_revenue_100m_yuan" not in kept.frame


def test_every_province_and_city_has_one_code_by_each_of_its_names():
    from digimfg.variables.china_places import CITIES, PROVINCES
    from digimfg.variables.unit_names import known_names

    for code, names in PROVINCES.items():
        assert {known_names("province")[name.replace(" ", "").casefold()] for name in names} == {code}
    shorts = [name.removesuffix("市") for name in CITIES.values()]
    assert len(set(shorts)) == len(shorts) == len(CITIES)
    assert all(known_names("city")[name] == code for code, name in CITIES.items())


def test_an_import_that_was_edited_is_an_error_and_one_that_is_missing_says_how(tmp_path):
    with refused(dm.PanelError, "panels.nothing_imported", name="china_city"):
        dm.load_panel("china_city", tmp_path)
    (tmp_path / "a.csv").write_text("省份,年份,GDP(亿元)\n北京,2020,1\n", encoding="utf-8")
    files = dm.import_panel(tmp_path / "a.csv", "china_province").save(tmp_path)
    again = dm.import_panel(tmp_path / "a.csv", "china_province").save(tmp_path / "b")
    assert [one.read_bytes() for one in files] == [one.read_bytes() for one in again]
    files[0].write_bytes(files[1].read_bytes())
    with refused(dm.PanelError, "panels.import_changed"):
        dm.load_panel("china_province", tmp_path)


def test_columns_and_rows_that_are_left_out_are_told(tmp_path):
    rows = [
        ["地区", "GDP2019(亿元)", "GDP2020(亿元)", "备注", ""],
        ["北京", 1.0, 2.0, "修订", "x"],
        ["", 3.0, 4.0, "", ""],
        ["上海", 5.0, 6.0, "", ""],
    ]
    got = dm.import_panel(book(tmp_path / "a.xlsx", ("s", rows)), "china_province")
    told = " | ".join(note.en for note in got.notes)
    assert "2 columns left out, which have no header or no place in this layout: 备注, E" in told
    assert "rows without any key left out: 1" in told
    assert len(got.frame) == 4


def test_stock_codes_that_lost_their_zeros_get_them_back_and_it_is_told(tmp_path):
    rows = [["证券代码", "会计期间", "总资产(元)"], [1, "2020-12-31", 5.0], [600000, "2020-12-31", 6.0]]
    got = dm.import_panel(book(tmp_path / "a.xlsx", ("s", rows)), "firm")
    assert got.frame["firm"].tolist() == ["000001", "600000"]
    assert noted(got.notes, "padded_codes", n=1)
    rows[1][1] = "2020-06-30"
    with refused(dm.PanelError, "importing.things_to_settle", listed=("no_whole_years",)):
        dm.import_panel(book(tmp_path / "b.xlsx", ("s", rows)), "firm")


def test_a_filter_on_a_column_that_is_not_there_is_told(tmp_path):
    (tmp_path / "a.csv").write_text("省份,年份,GDP(亿元)\n北京,2020,1\n", encoding="utf-8")
    with refused(dm.PanelError, "importing.things_to_settle"):
        dm.import_panel(tmp_path / "a.csv", "china_province", {"only": {"报表类型": "A"}})


def test_only_the_rows_of_one_kind_of_statement_are_read(tmp_path):
    (tmp_path / "a.csv").write_text(
        "证券代码,会计期间,报表类型,总资产(元)\n000001,2020-12-31,A,5\n000001,2020-12-31,B,4\n",
        encoding="utf-8",
    )
    got = dm.import_panel(tmp_path / "a.csv", "firm", {"only": {"报表类型": "A"}})
    assert got.frame["total_assets_yuan"].tolist() == [5.0]
    assert noted(got.notes, "only", n=1)


def test_years_in_different_units_convert_and_are_recorded_each_in_its_own(tmp_path):
    rows = [
        ["地区", "GDP2018(万元)", "GDP2019(亿元)", "GDP2020(万元)"],
        ["北京", 330000000, 35400.0, 361000000],
        ["上海", 360000000, 38200.0, 387000000],
    ]
    got = dm.import_panel(book(tmp_path / "a.xlsx", ("s", rows)), "china_province")
    assert got.frame["gdp_100m_yuan"].tolist() == [33000.0, 35400.0, 36100.0, 36000.0, 38200.0, 38700.0]
    told = [got.cell(("310000", year), "gdp_100m_yuan") for year in (2018, 2019, 2020)]
    assert [(cell.address, cell.source_unit, cell.factor) for cell in told] == [
        ("B3", "万元", 1e-4),
        ("C3", "亿元", 1.0),
        ("D3", "万元", 1e-4),
    ]
    both = dm.combine_imports(
        dm.import_panel(
            book(tmp_path / "b.xlsx", ("s", [["省份", "年份", "常住人口(万人)"], ["北京", 2020, 2189]])),
            "china_province",
        ),
        got,
    )
    both.save(tmp_path)
    assert (
        dm.imported_cell("china_province", ("310000", 2019), "gdp_100m_yuan", tmp_path).source_unit == "亿元"
    )
    assert (
        dm.imported_cell("china_province", ("310000", 2018), "gdp_100m_yuan", tmp_path).source_unit == "万元"
    )


def test_two_indicators_are_not_taken_for_one_variable(tmp_path):
    text = "省份,年份,指标,数值,单位\n北京,2020,GDP,1,亿元\n北京,2020,常住人口,2,万人\n上海,2020,名义GDP,3,亿元\n"
    (tmp_path / "a.csv").write_text(text, encoding="utf-8")
    with refused(dm.PanelError, "importing.things_to_settle", listed=("variable_twice",)):
        dm.import_panel(tmp_path / "a.csv", "china_province")
    got = dm.import_panel(tmp_path / "a.csv", "china_province", {"columns": {"名义GDP": "-"}})
    assert got.frame["gdp_100m_yuan"].tolist() == [1.0]


def test_a_saved_mapping_does_not_overrule_the_unit_of_the_next_edition(tmp_path):
    for name, unit in (("old", "亿元"), ("new", "万元")):
        (tmp_path / f"{name}.csv").write_text(f"省份,年份,GDP({unit})\n北京,2020,361026\n", encoding="utf-8")
    saved = dm.save_mapping(
        dm.import_panel(tmp_path / "old.csv", "china_province").mapping, tmp_path / "map.toml"
    )
    with refused(dm.PanelError, "importing.things_to_settle", listed=("unit_of_mapping_differs",)):
        dm.import_panel(tmp_path / "new.csv", "china_province", saved)
    told = {"columns": {"GDP": {"variable": "gdp_100m_yuan", "unit": "亿元"}}}
    assert dm.import_panel(tmp_path / "new.csv", "china_province", told).frame["gdp_100m_yuan"].tolist() == [
        361026.0
    ]
