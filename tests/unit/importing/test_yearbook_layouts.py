"""Tables as yearbooks and databases lay them out: each gives the same numbers, in the panel's units, with its notes."""

import datetime

import openpyxl
import pandas as pd
import pytest
from noted import noted
from refused import refused

import digimfg as dm

GDP = {"北京": 35371.3, "天津": 14104.3, "河北": 35104.5, "山西": 17026.7, "内蒙古": 17212.5}
PEOPLE = {"北京": 2190.0, "天津": 1385.0, "河北": 7447.0, "山西": 3497.0, "内蒙古": 2415.0}
CODES = ["110000", "120000", "130000", "140000", "150000"]


def book(path, rows, *, merge=(), sheet="s", **sheets):
    made = openpyxl.Workbook()
    made.active.title = sheet
    for name, lines in {sheet: rows, **sheets}.items():
        page = made[name] if name in made.sheetnames else made.create_sheet(name)
        for line in lines:
            page.append(line)
    for area in merge:
        made.active.merge_cells(area)
    made.save(path)
    return path


def read(path, mapping=None, panel="china_province", **options):
    return dm.import_panel(path, panel, mapping, **options)


def assert_both_years(got):
    frame = got.frame
    assert frame["province"].unique().tolist() == CODES
    assert frame["year"].unique().tolist() == [2019, 2020]
    assert frame.loc[frame["year"] == 2019, "gdp_100m_yuan"].tolist() == list(GDP.values())
    assert frame.loc[frame["year"] == 2020, "resident_population_10k"].tolist() == list(PEOPLE.values())


@pytest.mark.parametrize("unit_row", [False, True])
def test_years_over_indicators_are_read(tmp_path, unit_row):
    names = ["地区生产总值", "常住人口"] if unit_row else ["地区生产总值(亿元)", "常住人口(万人)"]
    rows = [["地区", "2019年", None, "2020年", None], [None, *names, *names]]
    rows += [[None, "亿元", "万人", "亿元", "万人"]] if unit_row else []
    rows += [[name, GDP[name], PEOPLE[name], GDP[name], PEOPLE[name]] for name in GDP]
    assert_both_years(read(book(tmp_path / "a.xlsx", rows, merge=("B1:C1", "D1:E1"))))


def test_indicators_over_years_over_units_are_read(tmp_path):
    rows = [
        ["地区", "地区生产总值", None, "常住人口", None],
        [None, "2019年末", "2020年末", "2019年末", "2020年末"],
        [None, "亿元", "亿元", "万人", "万人"],
        *[[name, GDP[name], GDP[name], PEOPLE[name], PEOPLE[name]] for name in GDP],
    ]
    assert_both_years(read(book(tmp_path / "a.xlsx", rows, merge=("B1:C1", "D1:E1"))))


def test_numbers_that_look_like_years_are_not_taken_for_the_year(tmp_path):
    people = dict(zip(GDP, [2010.0, 2011.0, 2012.0, 2013.0, 2014.0], strict=True))
    rows = [["地区", "常住人口2019(万人)", "常住人口2020(万人)"], *[[name, people[name], people[name]] for name in GDP]]  # fmt: skip
    got = read(book(tmp_path / "a.xlsx", rows), {"accept": ["magnitude"]}).frame
    assert got["year"].unique().tolist() == [2019, 2020]
    assert got["resident_population_10k"].tolist()[:2] == [2010.0, 2010.0]


def test_a_row_per_indicator_with_years_across_is_read(tmp_path):
    rows = [["地区", "指标", "单位", "2020年", "2019年"]]
    for name in GDP:
        rows += [[name, "地区生产总值", "亿元", GDP[name], GDP[name]], [name, "年末常住人口", "万人", PEOPLE[name], PEOPLE[name]]]  # fmt: skip
    got = read(book(tmp_path / "a.xlsx", rows))
    assert_both_years(got)
    assert got.cell(("120000", 2019), "gdp_100m_yuan").address == "E4"
    assert got.mapping.layout == "indicator_years"
    assert read(tmp_path / "a.xlsx", got.mapping).frame.equals(got.frame)


def test_the_statistics_bureaus_table_of_one_province_is_read(tmp_path):
    text = "数据库：分省年度数据,,\n地区：北京市,,\n时间：最近2年,,\n指标,2020年,2019年\n地区生产总值(亿元),35943.3,35445.1\n年末常住人口(万人),2189,2190\n注：略,,\n数据来源：国家统计局,,\n"  # fmt: skip
    (tmp_path / "分省年度数据.csv").write_text(text, encoding="gb18030")
    got = read(tmp_path / "分省年度数据.csv")
    assert got.frame[["province", "year", "gdp_100m_yuan"]].values.tolist() == [
        ["110000", 2019, 35445.1],
        ["110000", 2020, 35943.3],
    ]
    assert any("数据来源" in note.en for note in got.notes)


@pytest.mark.parametrize(
    "title", ["3-1 分地区地区生产总值", "表2-5　各省地区生产总值（2019-2020年）", "指标：地区生产总值", "分地区地区生产总值  单位：万元"]
)  # fmt: skip
def test_a_title_with_its_number_region_and_years_names_the_variable(tmp_path, title):
    rows = [[title], ["单位：万元"], ["地区", "2019", "2020"]] + [
        [name, value * 1e4, value * 1e4] for name, value in GDP.items()
    ]
    got = read(book(tmp_path / "a.xlsx", rows))
    assert got.frame["gdp_100m_yuan"].tolist()[:2] == pytest.approx([35371.3, 35371.3])


@pytest.mark.parametrize(
    ("header", "unit", "times"),
    [
        ("GDP亿元", "亿元", 1.0), ("地区生产总值（亿元", "亿元", 1.0), ("地区生产总值(億元)", "億元", 1.0), ("GDP(亿元,当年价)", "亿元,当年价", 1.0),
        ("GDP(亿元)(当年价)", "亿元(当年价)", 1.0), ("地区生产总值(亿元(现价))", "亿元(现价)", 1.0), ("GDP(人民币亿元)", "人民币亿元", 1.0),
        ("GDP万元", "万元", 1e4),
    ],
)  # fmt: skip
def test_units_are_read_however_they_hang_on_the_name(tmp_path, header, unit, times):
    rows = [["地区", "年份", header], *[[name, 2019, value * times] for name, value in GDP.items()]]
    got = read(book(tmp_path / "a.xlsx", rows))
    assert got.frame["gdp_100m_yuan"].tolist() == pytest.approx(list(GDP.values()))
    assert got.cell(("110000", 2019), "gdp_100m_yuan").source_unit == unit


@pytest.mark.parametrize(
    ("header", "value", "column", "converted"),
    [
        ("人均地区生产总值(元)", 164220, "gdp_per_capita_yuan", 164220.0),
        ("人均GDP（万元）", 16.422, "gdp_per_capita_yuan", 164220.0),
        ("每百家企业拥有网站数(个)", 55, "websites_per_100_firms", 55.0),
        ("每百人使用计算机数(台)", 70, "computers_per_100_employees", 70.0),
    ],
)
def test_a_name_that_says_per_whom_completes_its_unit(tmp_path, header, value, column, converted):
    rows = [["地区", "年份", header], *[[name, 2019, value] for name in GDP]]
    assert read(book(tmp_path / "a.xlsx", rows)).frame[column].iloc[0] == pytest.approx(converted)


@pytest.mark.parametrize("years", [("19年", "20年"), ("二〇一九年", "二〇二〇年"), ("2019年末", "2020年末"), ("Y2019", "Y2020"), (datetime.date(2019, 12, 31), datetime.date(2020, 12, 31))])  # fmt: skip
def test_years_are_read_however_they_are_written_across(tmp_path, years):
    rows = [["地区生产总值(亿元)"], ["地区", *years], *[[name, value, value] for name, value in GDP.items()]]
    got = read(book(tmp_path / "a.xlsx", rows))
    assert got.frame["year"].unique().tolist() == [2019, 2020]
    assert got.frame["gdp_100m_yuan"].notna().all()


def test_years_of_two_digits_are_read_and_told(tmp_path):
    rows = [["地区", "年份", "GDP(亿元)"], *[[name, "19年", value] for name, value in GDP.items()]]
    got = read(book(tmp_path / "a.xlsx", rows))
    assert got.frame["year"].unique().tolist() == [2019]
    assert noted(got.notes, "two_digit_years")


@pytest.mark.parametrize("year", ["2019E", "2019-06-30", "2019年1季度", "2019年上半年", datetime.date(2019, 1, 1)])  # fmt: skip
def test_parts_of_years_and_forecasts_are_no_columns_of_years(tmp_path, year):
    rows = [["地区生产总值(亿元)"], ["地区", "2018年", year], *[[name, value, value] for name, value in GDP.items()]]  # fmt: skip
    with refused(dm.PanelError, "importing.years_not_whole"):
        read(book(tmp_path / "a.xlsx", rows))


def test_dates_that_are_no_year_end_can_be_left_out_by_name(tmp_path):
    rows = [["Stkcd", "Accper", "A001000000"], ["证券代码", "会计期间", "资产总计"], ["没有单位", "没有单位", "元"]]  # fmt: skip
    rows += [[f"{code:06d}", date, 3e9] for code in range(1, 7) for date in ("2019-01-01", "2019-12-31")]
    with refused(dm.PanelError, "importing.things_to_settle", listed=("no_whole_years",)):
        read(book(tmp_path / "a.xlsx", rows), panel="firm")
    got = read(tmp_path / "a.xlsx", {"leave_out": ["2019-01-01"]}, "firm")
    assert got.frame["total_assets_yuan"].tolist() == [3e9] * 6
    assert noted(got.notes, "no_units", units="2019-01-01 (6)")


@pytest.mark.parametrize(
    "names",
    [
        ["北 京 Beijing", "天 津 Tianjin", "河 北 Hebei", "山 西 Shanxi", "内蒙古 Inner Mongolia"],
        ["1. 北京", "2、天津市", "3.河北", "4、山西", "5. 内蒙古"], ["京", "津", "冀", "晋", "蒙"], ["北京*", "天津①", "河北[1]", "山西", "內蒙古"],
    ],
)  # fmt: skip
def test_names_with_translations_numbers_marks_and_abbreviations_are_known(tmp_path, names):
    rows = [["地区", "年份", "GDP(亿元)"], *[[name, 2019, value] for name, value in zip(names, GDP.values(), strict=True)]]  # fmt: skip
    assert read(book(tmp_path / "a.xlsx", rows)).frame["province"].tolist() == CODES


def test_a_name_that_contradicts_its_translation_is_unknown(tmp_path):
    rows = [["地区", "年份", "GDP(亿元)"], ["陕西 Shanxi", 2019, 25793.0], ["北京", 2019, 35371.0]]
    with refused(dm.PanelError, "importing.things_to_settle", listed=("names_unknown",)):
        read(book(tmp_path / "a.xlsx", rows))


def test_totals_of_regions_and_of_groups_of_countries_are_left_out_and_told(tmp_path):
    rows = [["地区", "年份", "GDP(亿元)"], *[[name, 2019, 1e5] for name in ("全国", "东 部 地 区", "东北三省合计", "沿海")], ["北京", 2019, 35371.0]]  # fmt: skip
    got = read(book(tmp_path / "a.xlsx", rows))
    assert len(got.frame) == 1
    assert any("东部地区 (1)" in note.en for note in got.notes)
    names = [
        "China",
        "World",
        "OECD members",
        "South Asia (IDA & IBRD)",
        "欧盟",
        "俄罗斯联邦",
        "中国香港",
        "刚果(金)",
    ]
    rows = [["country", "year", "Internet users (% of population)"], *[[name, 2019, 50.0] for name in names]]
    got = read(book(tmp_path / "b.xlsx", rows), panel="world")
    assert got.frame["country"].tolist() == ["CHN", "COD", "HKG", "RUS"]


def test_stock_codes_lose_their_market_and_regain_their_zeros(tmp_path):
    rows = [["证券代码", "年份", "资产总计(元)"], *[[code, 2019, 3e9] for code in (1, "SZ000002", "sh600000", "'000004", "300750.SZ", "688001.XSHG")]]  # fmt: skip
    got = read(book(tmp_path / "a.xlsx", rows), panel="firm")
    assert got.frame["firm"].tolist() == ["000001", "000002", "000004", "300750", "600000", "688001"]
    small = [["股票代码", "年份", "资产总计(元)"], [1, 2019, 3e9], [2, 2019, 4e9]]
    assert read(book(tmp_path / "b.xlsx", small), panel="firm").frame["firm"].tolist() == ["000001", "000002"]


def test_codes_of_industries_stand_before_their_names(tmp_path):
    rows = [
        ["证券代码", "年份", "行业代码", "行业名称", "资产总计(元)"],
        ["000001", 2019, "C39", "电子", 3e9],
    ]
    got = read(book(tmp_path / "a.xlsx", rows), panel="firm").frame
    assert got[["industry", "行业名称"]].values.tolist() == [["C39", "电子"]]


def test_rows_in_units_of_their_own_convert_row_by_row_and_it_is_told(tmp_path):
    rows = [["地区", "年份", "指标", "单位", "数值"]]
    rows += [[name, 2019, "地区生产总值", "亿元", value] for name, value in GDP.items()]
    rows += [[name, 2020, "地区生产总值", "万元", value * 1e4] for name, value in GDP.items()]
    got = read(book(tmp_path / "a.xlsx", rows))
    sums = got.frame.groupby("year")["gdp_100m_yuan"].sum()
    assert sums[2019] == pytest.approx(sums[2020])
    assert noted(got.notes, "units_converted")
    rows = [[*line[:2], "用电量" if line[2] != "指标" else line[2], line[3].replace("元", "千瓦时"), line[4]] for line in rows]  # fmt: skip
    with refused(dm.PanelError, "importing.things_to_settle", listed=("rows_in_two_units",)):
        read(book(tmp_path / "b.xlsx", rows))


def test_a_sheet_of_explanations_is_told_and_a_sheet_of_data_is_never_skipped(tmp_path):
    rows = [["地区", "年份", "GDP(亿元)"], *[[name, 2019, value] for name, value in GDP.items()]]
    notes = [["编号", "说明"], ["1", "2019 年数据为初步核算"], ["2", "3"]]
    got = read(book(tmp_path / "a.xlsx", rows, sheet="数据", 说明=notes))
    assert noted(got.notes, "sheet_not_read", sheet="说明")
    broken = [["地区", "第几年", "GDP(亿元)"], *[[name, 1, value] for name, value in GDP.items()]]
    with refused(dm.PanelError, "importing.no_key_column"):
        read(book(tmp_path / "b.xlsx", rows, sheet="数据", 更多=broken))
    assert len(read(tmp_path / "b.xlsx", {"sheets": ["数据"]}).frame) == 5


def test_a_table_per_sheet_tells_what_is_wrong_with_each(tmp_path):
    wide = [["地区", "2019", "2020"], *[[name, value, value] for name, value in GDP.items()]]
    with refused(dm.PanelError, "importing.several_sheets_to_settle", n=2):
        read(book(tmp_path / "a.xlsx", wide, sheet="地区生产总值", 常住人口=wide))


def test_the_order_of_rows_changes_nothing(tmp_path):
    rows = [
        [name, year, value * 1.05 ** (year - 2018)]
        for name, value in GDP.items()
        for year in (2018, 2019, 2020)
    ]
    heads = ["地区", "年份", "GDP(亿元)"]
    first = read(book(tmp_path / "a.xlsx", [heads, *rows]))
    second = read(book(tmp_path / "b.xlsx", [heads, *rows[::-1]]))
    assert first.frame.equals(second.frame)
    assert first.notes == second.notes


def test_names_beside_codes_of_indicators_are_pointed_out(tmp_path):
    lines = ["province,year,variables,名称,value,units"]
    for name in GDP:
        lines += [
            f"{name},2019,v1,地区生产总值,{GDP[name]},亿元",
            f"{name},2019,v2,年末常住人口,{PEOPLE[name]},万人",
        ]
    (tmp_path / "a.csv").write_text("\n".join(lines), encoding="utf-8")
    got = read(tmp_path / "a.csv")
    assert {"v1", "v2"} <= set(got.frame)
    assert noted(got.notes, "other_names", first="名称", names="名称")
    again = read(tmp_path / "a.csv", {"keys": {"indicator": "名称"}})
    assert {"gdp_100m_yuan", "resident_population_10k"} <= set(again.frame)


def test_rows_that_lack_a_key_say_which_and_in_which_column(tmp_path):
    rows = [["地区", "年份", "GDP(亿元)"], ["北京", 2019, 35371.3], [None, 2020, 36102.6]]
    with refused(dm.PanelError, "importing.things_to_settle", listed=("keys_lacking",)):
        read(book(tmp_path / "a.xlsx", rows))


def test_years_in_the_format_of_stata_are_years_and_kept_columns_bear_their_name(tmp_path):
    frame = pd.DataFrame({"prov": ["北京", "天津"], "year": pd.to_datetime(["2019-01-01", "2020-01-01"]), "gdp": [35371.3, 14083.7], "x1": [1.0, 2.0]})  # fmt: skip
    labels = {"gdp": "地区生产总值(亿元)", "x1": "某项比重"}
    frame.to_stata(tmp_path / "a.dta", version=118, write_index=False, convert_dates={"year": "ty"}, variable_labels=labels)  # fmt: skip
    got = read(tmp_path / "a.dta")
    assert got.frame["year"].tolist() == [2019, 2020]
    assert got.frame["x1"].tolist() == [1.0, 2.0]
    assert got.cell(("110000", 2019), "x1").header == "x1 某项比重"


def test_files_of_the_world_bank_import_by_name_or_code(tmp_path):
    names = ["China", "World"], "Individuals using the Internet (% of population)", "IT.NET.USER.ZS"
    heads = "Country Name,Country Code,Series Name,Series Code,2019 [YR2019],2020 [YR2020]"
    lines = [heads, *(f'{name},x,"{names[1]}",{names[2]},64.1,70.1' for name in names[0])]
    (tmp_path / "a.csv").write_text("\n".join(lines), encoding="utf-8")
    got = read(tmp_path / "a.csv", panel="world")
    assert got.frame[["country", "year", "internet_users_pct"]].values.tolist() == [
        ["CHN", 2019, 64.1],
        ["CHN", 2020, 70.1],
    ]
    assert any("Series Code" in note.en for note in got.notes)


def test_a_sheet_per_province_is_read(tmp_path):
    rows = [["指标", "2019年", "2020年"], ["地区生产总值(亿元)", 35371.3, 36102.6]]
    got = read(
        book(
            tmp_path / "a.xlsx",
            rows,
            sheet="北京市",
            上海=[["年份", "GDP(亿元)"], [2019, 38155.3], [2020, 38700.6]],
        )
    )
    assert got.frame["province"].tolist() == ["110000", "110000", "310000", "310000"]
    assert got.frame["gdp_100m_yuan"].tolist() == [35371.3, 36102.6, 38155.3, 38700.6]


def test_hidden_rows_are_read_and_it_is_told(tmp_path):
    rows = [["地区", "年份", "GDP(亿元)"], *[[name, 2019, value] for name, value in GDP.items()]]
    path = book(tmp_path / "a.xlsx", rows)
    made = openpyxl.load_workbook(path)
    made.active.row_dimensions[3].hidden = True
    made.save(path)
    got = read(path)
    assert len(got.frame) == 5
    assert noted(got.notes, "hidden", rows=1, columns=0)
