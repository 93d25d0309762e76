"""What an import must not take in silence: each is refused with its place and its remedy, or told in a note."""

from decimal import Decimal

import openpyxl
import pandas as pd
import pytest
from noted import noted
from refused import refused

import digimfg as dm
from digimfg.errors import Fault

NAMES = ("北京", "天津", "河北", "山西", "内蒙古")
VALUES = (35371.3, 14104.3, 35104.5, 17026.7, 17212.5)
HEAD = "地区,年份,GDP(亿元)"


def table(**changed):
    """Return the text of a small right table; `changed` replaces whole lines by number."""
    lines = [HEAD, *(f"{name},2019,{value}" for name, value in zip(NAMES, VALUES, strict=True))]
    return lines if not changed else [changed.get(f"line{number}", line) for number, line in enumerate(lines)]


def write(path, lines, encoding="utf-8"):
    path.write_bytes("\n".join(lines).encode(encoding))
    return path


def book(path, rows):
    made = openpyxl.Workbook()
    for row in rows:
        made.active.append(row)
    made.save(path)
    return path


def import_refused(path, kind, mapping=None, panel="china_province"):
    with refused(dm.PanelError, kind) as told:
        dm.import_panel(path, panel, mapping)
    return told.value


def test_a_formula_without_a_result_is_no_missing_value(tmp_path):
    rows = [HEAD.split(","), *[[name, 2019, f"=B{place}*2"] for place, name in enumerate(NAMES, 2)]]
    import_refused(
        book(tmp_path / "a.xlsx", rows),
        Fault.of("importing.formulas_without_result", n=5, shown="C2, C3, C4, C5, C6"),
    )


@pytest.mark.parametrize(("shown", "taken"), [("#DIV/0!", False), ("#REF!", False), ("#N/A", True)])
def test_an_error_of_excel_is_no_missing_value_but_its_own_mark_of_one(tmp_path, shown, taken):
    rows = [HEAD.split(","), *[[name, 2019, shown if name == "河北" else value] for name, value in zip(NAMES, VALUES, strict=True)]]  # fmt: skip
    path = book(tmp_path / "a.xlsx", rows)
    if taken:
        assert dm.import_panel(path, "china_province").frame["gdp_100m_yuan"].isna().sum() == 1
        return
    error = import_refused(
        path, Fault.of("importing.things_to_settle", listed=("cells_no_numbers_nor_missing",))
    )
    [told] = error.facts["listed"]
    assert told.values["marks"] == f'"{shown}"'
    got = dm.import_panel(path, "china_province", {"missing": [shown]})
    assert got.frame["gdp_100m_yuan"].isna().sum() == 1


def test_a_thousands_separator_that_splits_a_number_is_found(tmp_path):
    import_refused(
        write(tmp_path / "a.csv", table(line1="北京,2019,35,371.3")),
        Fault.of("importing.header_lacking", letter="D"),
    )
    lines = [f"{line},{number}" if number else f"{line}," for number, line in enumerate(table())]
    got = dm.import_panel(write(tmp_path / "b.csv", lines), "china_province")
    assert noted(got.notes, "columns_left_out", n=1)  # a count of the rows is no data


def test_a_quotation_mark_that_is_never_closed_swallows_no_row(tmp_path):
    import_refused(
        write(tmp_path / "a.csv", [*table(), '"上海,2019,38155.3', "重庆,2019,23605.8"]),
        "importing.quotation_not_closed",
    )


def test_a_row_that_lost_its_cells_is_told_among_the_notes_below(tmp_path):
    got = dm.import_panel(write(tmp_path / "a.csv", [*table(), "上海"]), "china_province")
    assert noted(got.notes, "footer", lines="上海", n=1)


@pytest.mark.parametrize("cell", ["35371元", "12%", "3(1)", "100-200", "3亿美元"])
def test_a_cell_in_another_unit_than_its_header_is_refused(tmp_path, cell):
    import_refused(
        write(tmp_path / "a.csv", table(line2=f"天津,2019,{cell}")),
        Fault.of("importing.things_to_settle", listed=("cells_in_another_unit",)),
    )


def test_a_cell_that_is_true_is_no_number(tmp_path):
    rows = [HEAD.split(","), ["北京", 2019, True], ["天津", 2019, 14104.3]]
    import_refused(
        book(tmp_path / "a.xlsx", rows),
        Fault.of("importing.things_to_settle", listed=("cells_no_numbers_nor_missing",)),
    )
    rows = [["证券代码", "年份", "国有企业"], ["000001", 2019, True], ["000002", 2019, False]]
    assert dm.import_panel(book(tmp_path / "b.xlsx", rows), "firm").frame["state_owned"].tolist() == [1, 0]


def test_a_zero_for_a_missing_value_is_refused(tmp_path):
    import_refused(write(tmp_path / "a.csv", table(line3="河北,2019,0")), "panels.values_disagree")


@pytest.mark.parametrize("unit", ["元", "万元", "万亿元"])
def test_a_whole_file_in_the_wrong_unit_is_refused(tmp_path, unit):
    import_refused(
        write(tmp_path / "a.csv", table(line0=f"地区,年份,GDP({unit})")),
        Fault.of("panels.values_disagree", named='"magnitude:gdp_100m_yuan"'),
    )


def test_a_magnitude_without_what_it_counts_is_explained(tmp_path):
    import_refused(
        write(tmp_path / "a.csv", table(line0="地区,年份,GDP(亿)")),
        Fault.of("importing.things_to_settle", listed=("column_refused",)),
    )


def test_a_part_below_a_heading_of_something_else_is_never_taken_for_the_whole(tmp_path):
    rows = [["单位：亿元"], ["地区", "年份", "固定资产投资", None], [None, None, "第一产业", "第二产业"]]
    rows += [[name, 2019, 900.0, 4000.0] for name in NAMES]
    path = book(tmp_path / "a.xlsx", rows)
    error = import_refused(path, "importing.confirmation_needed")
    assert '"固定资产投资 第一产业" = "primary_value_added_100m_yuan"' in error.facts["guesses"].en
    with refused(dm.PanelError, "importing.confirmation_needed"):
        dm.import_panel(path, "china_province", yes=True)


def test_the_sector_below_employment_is_employment(tmp_path):
    rows = [["地区", "年份", "就业人员(万人)", None], [None, None, "第一产业", "第二产业"]]
    rows += [
        [name, 2019, people, people] for name, people in zip(NAMES, (60, 55, 1300, 600, 500), strict=True)
    ]
    got = dm.import_panel(book(tmp_path / "a.xlsx", rows), "china_province").frame
    assert {"primary_employment_10k", "secondary_employment_10k"} <= set(got)


@pytest.mark.parametrize(
    "header", ["ln_pop_density", "GDP增速", "tertiary_share_sq", "人均常住人口", "城镇化率排名"]
)
def test_a_changed_quantity_is_not_merely_like_the_quantity(tmp_path, header):
    got = dm.import_panel(
        write(tmp_path / "a.csv", table(line0=f"地区,年份,{header}")), "china_province", yes=True
    )
    assert header in got.frame.columns


@pytest.mark.parametrize("header", ["总人口(万人)", "碳排放量(万吨)", "第一产业(亿元)"])
def test_a_name_that_may_mean_two_things_needs_a_person(tmp_path, header):
    import_refused(
        write(tmp_path / "a.csv", table(line0=f"地区,年份,{header}")), "importing.confirmation_needed"
    )


def test_an_indicator_that_is_merely_alike_needs_a_person_too(tmp_path):
    lines = ["地区,年份,指标,数值,单位", *(f"{name},2019,软件业务收入额,100,亿元" for name in NAMES)]
    path = write(tmp_path / "a.csv", lines)
    import_refused(path, "importing.confirmation_needed")
    assert dm.guess_mapping(path, "china_province").unsure == ("软件业务收入额",)


def test_values_without_the_name_of_their_indicator_are_refused(tmp_path):
    lines = ["地区,年份,指标,数值,单位", *(f"{name},2019,地区生产总值,{value},亿元" for name, value in zip(NAMES, VALUES, strict=True))]  # fmt: skip
    import_refused(write(tmp_path / "a.csv", [*lines[:3], "河北,2019,,35104.5,亿元", *lines[4:]]), Fault.of("importing.things_to_settle", listed=('rows_without_indicator',)))  # fmt: skip


def test_a_column_headed_by_nothing_but_a_unit_is_refused(tmp_path):
    import_refused(
        write(tmp_path / "a.csv", table(line0="地区,年份,(亿元)")),
        Fault.of("importing.header_lacking", letter="C"),
    )


def test_one_kept_column_never_mixes_two_units(tmp_path):
    made = openpyxl.Workbook()
    for year, unit, times in ((2019, "亿千瓦时", 1.0), (2020, "万千瓦时", 1e4)):
        page = made.create_sheet(str(year))
        page.append(["地区", f"用电量({unit})"])
        for name in NAMES:
            page.append([name, 1000.0 * times])
    made.save(tmp_path / "a.xlsx")
    import_refused(tmp_path / "a.xlsx", Fault.of("importing.several_units", got="亿千瓦时, 万千瓦时"))
    parts = [
        dm.import_panel(write(tmp_path / f"{year}.csv", ["地区,年份,用电量(" + unit + ")", f"北京,{year},1"]), "china_province")
        for year, unit in ((2019, "亿千瓦时"), (2020, "万千瓦时"))
    ]  # fmt: skip
    with refused(dm.PanelError, "importing.several_units", got="亿千瓦时, 万千瓦时"):
        dm.combine_imports(*parts)


def test_a_city_in_the_wrong_province_is_refused(tmp_path):
    lines = ["省份,城市,年份,GDP(亿元)", "江苏省,吉林,2019,1416.8"]
    import_refused(write(tmp_path / "a.csv", lines), "panels.values_disagree", panel="china_city")


def test_repeated_keys_say_whether_their_values_differ_and_where_they_stand(tmp_path):
    import_refused(
        write(tmp_path / "a.csv", [*table(), "北京市,2019,35000"]),
        Fault.of("importing.keys_not_unique", n=1, copies=0, shown="110000 2019 (2, 7)"),
    )
    lines = ["地区生产总值(亿元),,", "地区,2019,2019", *(f"{name},{value},{value}" for name, value in zip(NAMES, VALUES, strict=True))]  # fmt: skip
    import_refused(write(tmp_path / "b.csv", lines), Fault.of("importing.keys_not_unique", n=5, copies=5))


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("a.xlsx", b"<html><table></table></html>", "importing.page_without_table"), ("a.xlsx", b"\xd0\xcf\x11\xe0" + bytes(600), "importing.workbook_damaged"),
        ("a.xlsx", b"PK\x03\x04 damaged", Fault.of("importing.container_damaged", where='xlsx')), ("a.csv", b"PK\x03\x04\xff\xff\x00\x81", "importing.binary_file_named_text"), ("a.csv", "地区,年份".encode("utf-16-le"), Fault.of("importing.bytes_of_another_encoding", encodings=("UTF-8", "UTF-16", "GB18030"))),
        ("a.csv", HEAD.encode(), "importing.no_rows_below_header"), ("a.csv", b"", "importing.no_cell"), ("a.xls", b"", "importing.no_cell"), ("a.doc", b"", Fault.of("importing.ending_unknown", ending=".doc")), ("a", b"", "importing.ending_lacking"),
    ],
)  # fmt: skip
def test_files_that_are_not_what_they_are_called_say_what_they_are(tmp_path, name, content, kind):
    (tmp_path / name).write_bytes(content)
    import_refused(tmp_path / name, kind)


def test_a_folder_and_a_file_that_is_not_there_are_told_apart(tmp_path):
    import_refused(tmp_path, "importing.folder_for_file")
    import_refused(tmp_path / "none.xlsx", Fault.of("importing.file_not_opened", name="FileNotFoundError"))


def test_utf_32_and_utf_16_without_its_mark_are_read_where_the_mapping_names_them(tmp_path):
    path = write(tmp_path / "a.csv", table(), "utf-32")
    assert len(dm.import_panel(path, "china_province").frame) == 5
    path = write(tmp_path / "b.csv", table(), "utf-16-le")
    assert len(dm.import_panel(path, "china_province", {"encoding": "utf-16-le"}).frame) == 5


def test_parquet_may_hold_decimals_and_lists(tmp_path):
    frame = pd.DataFrame({"省份": list(NAMES), "年份": 2019, "GDP(亿元)": [Decimal(str(value)) for value in VALUES], "附注": [["a"]] * 5})  # fmt: skip
    frame.to_parquet(tmp_path / "a.parquet")
    got = dm.import_panel(tmp_path / "a.parquet", "china_province").frame
    assert got["gdp_100m_yuan"].tolist() == list(VALUES)
    assert got["附注"].tolist() == ["['a']"] * 5


def test_unknown_names_come_with_lines_to_paste_and_only_with_near_suggestions(tmp_path):
    lines = [HEAD, "江两,2019,24757", "昆山,2019,4045", "北京,2019,35371"]
    error = import_refused(
        write(tmp_path / "a.csv", lines), Fault.of("importing.things_to_settle", listed=("names_unknown",))
    )
    [told] = error.facts["listed"]
    assert told.values["listed"] == "'江两' (江苏 / 江西?), '昆山'"
    assert told.values["every"] == '"江两", "昆山"'


def test_a_mapping_line_of_a_missing_unit_names_its_variable(tmp_path):
    import_refused(
        write(tmp_path / "a.csv", table(line0="地区,年份,城镇化率")),
        Fault.of("importing.things_to_settle", listed=("column_refused",)),
    )


def test_the_whole_mapping_lists_the_indicators_of_a_long_file(tmp_path):
    lines = ["地区,年份,指标,数值,单位", *(f"{name},2019,{what},{value},亿元" for name, value in zip(NAMES, VALUES, strict=True) for what in ("地区生产总值", "其他"))]  # fmt: skip
    columns = dm.import_panel(write(tmp_path / "a.csv", lines), "china_province").mapping.columns
    assert (columns["地区生产总值"].variable, columns["其他"].variable) == ("gdp_100m_yuan", "")


def test_an_interrupted_import_is_never_taken_for_a_whole_one(tmp_path, monkeypatch):
    dm.import_panel(write(tmp_path / "a.csv", table()), "china_province").save(tmp_path / "out")
    later = dm.import_panel(write(tmp_path / "b.csv", [*table(), "上海,2019,38155.3"]), "china_province")

    def stopped(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("digimfg.importing.stored.frame_bytes", stopped)
    with pytest.raises(KeyboardInterrupt):
        later.save(tmp_path / "out")
    assert (
        dm.imported_cell("china_province", ("110000", 2019), "gdp_100m_yuan", tmp_path / "out").address
        == "C2"
    )
    monkeypatch.undo()
    monkeypatch.setattr("digimfg.importing.stored.data_path", stopped)
    with pytest.raises(KeyboardInterrupt):
        later.save(tmp_path / "out")
    with refused(dm.PanelError, "importing.addresses_lacking"):
        dm.imported_cell("china_province", ("110000", 2019), "gdp_100m_yuan", tmp_path / "out")


def test_files_that_contradict_each_other_name_both_cells(tmp_path):
    first = dm.import_panel(write(tmp_path / "a.csv", table()), "china_province")
    second = dm.import_panel(write(tmp_path / "b.csv", [HEAD, "北京,2019,35000"]), "china_province")
    shown = "110000 2019: 35371.3 (a.csv C2), 35000.0 (b.csv C2)"
    with refused(dm.PanelError, "importing.imports_conflict", n=1, shown=shown):
        dm.combine_imports(first, second)


def test_units_in_cells_are_traced_as_such(tmp_path, monkeypatch):
    lines = ["地区,年份,GDP", "北京,2019,3.53713万亿元", "天津,2019,141043000万元"]
    got = dm.import_panel(write(tmp_path / "a.csv", lines), "china_province")
    got.save(tmp_path / "data" / "imported")
    (tmp_path / "analyses").mkdir()
    monkeypatch.chdir(tmp_path)
    told = dm.trace("china_province", {"province": "120000", "year": 2019}, "gdp_100m_yuan")
    assert "from the unit that stands with the number (万亿元, 万元)" in told.steps[0].en
    same = dm.import_panel(write(tmp_path / "b.csv", [lines[0], lines[2]]), "china_province")
    cell = same.cell(("120000", 2019), "gdp_100m_yuan")
    assert (cell.source_unit, cell.factor) == ("万元", 1e-4)


def test_units_in_cells_are_not_saved_as_the_unit_of_the_column(tmp_path):
    lines = ["地区,年份,GDP", "北京,2019,3.53713万亿元", "天津,2019,141043000万元"]
    got = dm.import_panel(write(tmp_path / "a.csv", lines), "china_province")
    assert got.mapping.columns["GDP"].unit == ""
    assert dm.import_panel(tmp_path / "a.csv", "china_province", got.mapping).frame.equals(got.frame)


def test_a_row_of_data_with_two_names_is_no_header(tmp_path):
    lines = ["地区生产总值(亿元),,", "地区,2019,2020", "广东,上海,110760.9", *(f"{name},{value},{value}" for name, value in zip(NAMES, VALUES, strict=True))]  # fmt: skip
    import_refused(
        write(tmp_path / "a.csv", lines),
        Fault.of("importing.things_to_settle", listed=("cells_no_numbers_nor_missing",)),
    )


def test_tables_side_by_side_with_other_rows_are_refused(tmp_path):
    lines = [
        "地区,年份,GDP(亿元),地区,年份,常住人口(万人)",
        "北京,2019,35371,天津,2019,1385",
        "天津,2019,14104,北京,2019,2190",
    ]
    import_refused(
        write(tmp_path / "a.csv", lines),
        Fault.of("importing.things_to_settle", listed=("tables_side_by_side",)),
    )
    lines[1:] = ["北京,2019,35371,北京市,2019,2190", "天津,2019,14104,天津市,2019,1385"]
    got = dm.import_panel(write(tmp_path / "b.csv", lines), "china_province").frame
    assert got["resident_population_10k"].tolist() == [2190.0, 1385.0]


def test_a_name_beside_a_code_must_be_of_the_same_place(tmp_path):
    lines = ["地区,年份,GDP(亿元),province_name_zh", "北京,2019,35371,天津"]
    import_refused(
        write(tmp_path / "a.csv", lines), Fault.of("importing.places_disagree", shown="110000 2019: 天津")
    )
    lines[1] = "北京,2019,35371,北京市"
    got = dm.import_panel(write(tmp_path / "b.csv", lines), "china_province").frame
    assert got["province_name_zh"].tolist() == ["北京"]


def test_two_columns_of_one_header_say_what_to_do(tmp_path):
    lines = ["地区,年份,备注,备注", "北京,2019,a,b"]
    import_refused(
        write(tmp_path / "a.csv", lines), Fault.of("importing.things_to_settle", listed=("headers_twice",))
    )
