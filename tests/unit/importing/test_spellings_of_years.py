"""A year is read where it is written in full; where a person must say which it is, the remedy that is offered works."""

import re
import tomllib

import openpyxl
import pandas as pd
import pytest
from refused import refused

import digimfg as dm
from digimfg.importing.years import likely_year, part_of_year, read_year, year_in_header, year_of_title

NAMES = ("北京", "上海", "天津")
WHOLE = [
    "2019", "2019年", "2019年度", "２０１９年", "2019.0", "FY2019", "2019A", "二〇一九年", "二零一九", "二○一九年度", "二O一九年", "民国108年", "民國一〇八年".replace("國", "国"), "2019-12-31",
    "2019/12/31", "2019年12月31日", "19年",
]  # fmt: skip
ASKED = {
    "2019-01-01": 2019, "2019/1/1": 2019, "2019年1月1日": 2019, "2019/20": 2019, "2019-20": 2019, "2019/2020": 2019, "2019-2020学年": 2019, "FY2019/20": 2019, "108年": 2019,
    "2019-06-30": None, "2019年6月": None, "2019Q1": None, "2019年上半年": None, "2019E": None, "2019P": None, "2019年(预计)": None, "2015-2019": None, "2019年前三季度": None,
}  # fmt: skip


@pytest.mark.parametrize("text", WHOLE)
def test_a_year_written_in_full_is_read_in_cells_and_headers(text):
    assert read_year(text) == 2019
    assert year_in_header(text) == (2019, "")
    assert not part_of_year(text)


@pytest.mark.parametrize(("text", "year"), ASKED.items())
def test_what_is_no_whole_year_is_asked_about(text, year):
    assert read_year(text) is None
    assert year_in_header(text) is None
    assert part_of_year(text)
    assert likely_year(text) == year
    assert year_in_header(text, {text: "2019"}) == (2019, "")
    assert year_in_header(f"{text} GDP", {text: "2019"}) == (2019, "GDP")


def told(error):
    """Return the part of a mapping that an error offers, what it leaves open filled in."""
    line = re.search(r"names = \{[^}]*\}", str(error.value.got.en) + str(error.value.remedy.en)).group(0)
    chinese = re.search(r"names = \{[^}]*\}", str(error.value.got.zh) + str(error.value.remedy.zh)).group(0)
    assert line == chinese
    return tomllib.loads(line.replace('"…"', '"2019"'))


@pytest.mark.parametrize("text", ASKED)
@pytest.mark.parametrize("layout", ["long", "years", "stems", "two rows", "indicators"])
def test_the_remedy_offered_works_in_every_layout(tmp_path, layout, text):
    other = {
        "2019/20": "2020/21",
        "2019/2020": "2020/2021",
        "2019-01-01": "2020-01-01",
        "108年": "109年",
    }.get(text, "2020年")
    if layout == "long":
        rows = [
            ["地区", "年份", "GDP(亿元)"],
            *[[name, year, 30000.0] for name in NAMES for year in (text, other)],
        ]
    elif layout == "years":
        rows = [
            ["地区生产总值(亿元)", "", ""],
            ["地区", text, other],
            *[[name, 30000.0, 31000.0] for name in NAMES],
        ]
    elif layout == "stems":
        rows = [
            ["地区", f"{text} GDP(亿元)", f"{other} GDP(亿元)"],
            *[[name, 30000.0, 31000.0] for name in NAMES],
        ]
    elif layout == "two rows":
        rows = [
            ["地区", text, text, other, other],
            ["", *["GDP(亿元)", "常住人口(万人)"] * 2],
            *[[name, 3e4, 2e3, 3e4, 2e3] for name in NAMES],
        ]
    else:
        rows = [
            ["地区", "指标", "单位", text, other, "2021年", "2022年"],
            *[[name, "地区生产总值", "亿元", 3e4, 3e4, 3e4, 3e4] for name in NAMES],
        ]
    path = tmp_path / "a.csv"
    path.write_text("\n".join(",".join(str(cell) for cell in row) for row in rows), encoding="utf-8")
    with pytest.raises(dm.PanelError) as error:
        dm.import_panel(path, "china_province")
    got = dm.import_panel(path, "china_province", told(error))
    assert {2019, 2020} <= set(got.frame["year"])
    assert got.frame["gdp_100m_yuan"].notna().all()
    assert dm.import_panel(path, "china_province", got.mapping).frame.equals(got.frame)


def test_dates_of_workbooks_and_parquet_files_are_asked_about_too(tmp_path):
    dates = [pd.Timestamp(year, 1, 1).to_pydatetime() for year in (2019, 2020)]
    rows = [[name, date, 30000.0] for name in NAMES for date in dates]
    book = openpyxl.Workbook()
    for row in (["地区", "年份", "GDP(亿元)"], *rows):
        book.active.append(row)
    book.save(tmp_path / "a.xlsx")
    pd.DataFrame(rows, columns=["地区", "年份", "GDP(亿元)"]).to_parquet(tmp_path / "a.parquet")
    for path in (tmp_path / "a.xlsx", tmp_path / "a.parquet"):
        with refused(dm.PanelError, "importing.things_to_settle", listed=("no_whole_years",)) as error:
            dm.import_panel(path, "china_province")
        assert dm.import_panel(path, "china_province", told(error)).frame["year"].tolist() == [2019, 2020] * 3
        out = re.search(r"leave_out = \[[^\]]*\]", error.value.got.en).group(0)
        with refused(dm.PanelError, "importing.no_row_left"):
            dm.import_panel(path, "china_province", tomllib.loads(out))


def test_a_sheet_of_a_part_of_a_year_is_no_year(tmp_path):
    for title in (
        "2019年上半年",
        "2019Q1",
        "2019E",
        "2019年1-6月",
        "2018-2019",
        "各省主要指标(2019年前三季度)",
    ):
        assert year_of_title(title) is None
        book = openpyxl.Workbook()
        book.active.title = title[:31]
        for row in (["地区", "GDP(亿元)"], ["北京", 35371.3]):
            book.active.append(row)
        book.save(tmp_path / "a.xlsx")
        with refused(dm.PanelError, "importing.no_key_column"):
            dm.import_panel(tmp_path / "a.xlsx", "china_province")
        got = dm.import_panel(tmp_path / "a.xlsx", "china_province", {"constants": {"year": "2019"}})
        assert got.frame["year"].tolist() == [2019]
    assert year_of_title("表2-1 各省地区生产总值(2019年)") == year_of_title("2019") == 2019


def test_a_part_of_a_year_is_left_out_by_the_line_that_is_offered(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("地区生产总值(亿元),,\n地区,2018年,2019E\n北京,30000,31000", encoding="utf-8")
    with pytest.raises(dm.PanelError) as error:
        dm.import_panel(path, "china_province")
    line = re.search(r"\[columns\] (.*)$", error.value.remedy.en).group(1)
    got = dm.import_panel(path, "china_province", tomllib.loads(f"[columns]\n{line}"))
    assert got.frame["year"].tolist() == [2018]
