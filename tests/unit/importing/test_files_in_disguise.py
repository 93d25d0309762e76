"""Databases export web pages and text under the name of a workbook: they are read as what they are, and it is told."""

import pytest
from noted import noted
from refused import refused

import digimfg as dm
from digimfg.importing.reading import read_file

ROWS = [("北京", 2019, "86.60%"), ("天津", 2019, "83.48%")]
PAGE = (
    '<html xmlns:x="urn:schemas-microsoft-com:office:excel"><head><meta http-equiv="Content-Type" content="text/html; charset={}">'
    "<style>td {{mso-number-format:\"0\\.00\"}}</style></head><body><!--[if gte mso 9]><xml><x:Name>A</x:Name></xml><![endif]-->"
    "<table border=1><tr><th>地区<th>年份<th>城镇化率</tr>{}</table></body></html>"
)  # fmt: skip


def page(encoding, rows=ROWS):
    body = "".join(f"<tr><td>{name}</td><td x:num>{year}</td><td x:num=\"0.5\">&nbsp;{value}</td></tr>" for name, year, value in rows)  # fmt: skip
    return PAGE.format(encoding, body)


def write(tmp_path, content, name="a.xls"):
    path = tmp_path / name
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("name", ["a.xls", "a.xlsx", "a.csv"])
@pytest.mark.parametrize(
    ("said", "written"),
    [("gb2312", "gb18030"), ("utf-8", "utf-8"), ("UTF-8", "utf-8-sig"), ("gb2312", "utf-8"), ("", "gb18030"), ("unicode", "utf-16")],
)  # fmt: skip
def test_a_web_page_is_read_as_it_is_shown(tmp_path, name, said, written):
    got = dm.import_panel(write(tmp_path, page(said).encode(written), name), "china_province")
    assert got.frame["urbanization_pct"].tolist() == [86.6, 83.48]
    assert noted(got.notes, "other_format", file=name, what="web_page")


def test_a_web_page_in_another_encoding_is_read_in_the_one_that_it_names(tmp_path):
    text = '<meta charset="big5"><table><tr><td>地區</td></tr></table>'
    assert read_file(write(tmp_path, text.encode("big5"))).grids[0].columns[0].tolist() == ["地區"]


@pytest.mark.parametrize("separator", ["\t", ","])
@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
def test_text_is_read_as_text(tmp_path, separator, encoding):
    text = "\r\n".join(separator.join(map(str, row)) for row in [("地区", "年份", "城镇化率"), *ROWS])
    got = dm.import_panel(write(tmp_path, text.encode(encoding)), "china_province")
    assert got.frame["urbanization_pct"].tolist() == [86.6, 83.48]
    assert noted(got.notes, "other_format", what="text")


def test_spans_are_merged_cells_and_tables_are_sheets(tmp_path):
    one = "<table><tr><td rowspan=2>地区<td colspan=2>GDP</td></tr><tr><td>2019<td>2020</tr><tr><td>北京<td>1<td>2</table>"
    text = f"<body><table><tr><td>{one}</td></tr></table><p><table><tr><td>x<br>y</td></tr></table><table></table></body>"
    grids = read_file(write(tmp_path, text.encode())).grids
    assert [grid.sheet for grid in grids] == ["1", "2"]
    assert [column.tolist() for column in grids[0].columns] == [
        ["地区", "地区", "北京"],
        ["GDP", "2019", "1"],
        ["GDP", "2020", "2"],
    ]
    assert grids[0].merged == ((0, 1, 0, 0), (0, 0, 1, 2))
    assert grids[1].columns[0].tolist() == ["x y"]
    assert read_file(tmp_path / "a.xls", sheets=("2",)).grids[0].sheet == "2"


def test_a_raised_footnote_mark_is_no_digit(tmp_path):
    [grid] = read_file(
        write(tmp_path, b"<table><tr><td>4125.5<sup>2</sup></td><td>CO<sub>2</sub></td></tr></table>")
    ).grids
    assert [column[0] for column in grid.columns] == ["4125.5²", "CO²"]


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        ("<html><frameset><frame src='a.files/sheet001.htm'></frameset></html>", "importing.page_without_table"), ("<html><table></table></html>", "importing.page_without_table"),
        ('<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"></Workbook>', "importing.xml_workbook"), ("MIME-Version: 1.0\r\nX-Document-Type: Workbook\r\n", "importing.web_archive"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_comes_with_a_remedy_that_works(tmp_path, content, kind):
    with refused(dm.PanelError, kind):
        read_file(write(tmp_path, content.encode()))
