"""However the parts of a workbook are spelt, they say the same: percentages, errors, formulas, merged cells, marks."""

import datetime
import re

import numpy as np
import pytest
from noted import noted
from refused import refused
from workbooks import MAIN, OFFICE, RELATIONS, STRICT, STRICT_OFFICE, sheet, styles, workbook

import digimfg as dm
from digimfg.importing.reading import read_file

STYLES = styles(0, 10, 14, 164, formats={164: "0.0%"})
STRINGS = f'<sst xmlns="{MAIN}"><si><t>地区</t></si><si><t>年份</t></si><si><t>北京</t></si></sst>'
ROWS = (
    '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c><c r="C1" t="inlineStr"><is><t>城镇化率(%)</t></is></c></row>'
    '<row r="2"><c r="A2" t="s"><v>2</v></c><c r="B2"><v>2019</v></c><c r="C2" s="1"><v>0.866</v></c></row>'
    '<row r="3" hidden="1"><c r="A3" t="inlineStr"><is><t>天津</t></is></c><c r="B3"><v>2019</v></c><c r="C3" s="3"><v>0.8348</v></c></row>'
    '<row r="4"><c r="A4" t="inlineStr"><is><t>河北</t></is></c><c r="B4"><v>2019</v></c><c r="C4" t="e"><v>#DIV/0!</v></c></row>'
    '<row r="5"><c r="A5" t="str"><f>"山"&amp;"西"</f><v>山西</v></c><c r="B5"><v>2019</v></c><c r="C5" s="1"><f>1/2</f><v>0.5</v></c></row>'
)
AFTER = '<mergeCells count="1"><mergeCell ref="D1:E1"/></mergeCells>'
USUAL = sheet(ROWS, after=AFTER)
ADDRESS = re.compile(r' r="[A-Z]*\d+"')


def prefixed(xml, prefix="x"):
    return re.sub(r"<(/?)(?=[A-Za-z])", rf"<\1{prefix}:", xml).replace("xmlns=", f"xmlns:{prefix}=")


def other_order(xml):
    """Return XML with the attributes of its cells the other way round."""
    return re.sub(
        r"<c ((?:\w+=\"[^\"]*\" ?)+)>", lambda found: "<c " + " ".join(reversed(found[1].split())) + ">", xml
    )


def declared(xml, encoding):
    return f'<?xml version="1.0" encoding="{encoding}" standalone="yes"?>\n{xml}'


def read(tmp_path, content, name="a.xlsx"):
    path = tmp_path / name
    path.write_bytes(content)
    return read_file(path).grids


def table(grid):
    return [list(column) for column in grid.columns]


def usual(**changed):
    return workbook(**{"cells": USUAL, "style": STYLES, "strings": STRINGS} | changed)


RELATED = f'<Relationships xmlns="{RELATIONS}">' + "".join(
    f'<Relationship Id="rId{place}" Type="{OFFICE}/{kind}" Target="{{}}"/>'
    for place, kind in ((1, "worksheet"), (2, "styles"), (3, "sharedStrings"))
) + "</Relationships>"  # fmt: skip
TARGETS = "xl/_rels/workbook.xml.rels"

SPELLINGS = {
    "a prefix for every element": usual(cells=prefixed(USUAL), style=prefixed(STYLES), strings=prefixed(STRINGS)),
    "a prefix in the sheet": usual(cells=prefixed(USUAL, "ss")),
    "a prefix in the styles": usual(style=prefixed(STYLES)),
    "the strict namespace": usual(
        cells=USUAL.replace(MAIN, STRICT), style=STYLES.replace(MAIN, STRICT), strings=STRINGS.replace(MAIN, STRICT), space=STRICT, office=STRICT_OFFICE
    ),
    "single quotes": usual(cells=USUAL.replace('"', "'").replace("<f>'山'&amp;'西'</f>", "<f>1</f>"), style=STYLES.replace('"', "'")),
    "another order of attributes": usual(cells=other_order(USUAL)),
    "cells without addresses": usual(cells=re.sub(r'<c r="[A-Z]+\d+"', "<c", USUAL)),
    "cells and rows without addresses": usual(cells=ADDRESS.sub("", USUAL)),
    "one cell without its address": usual(cells=USUAL.replace('<c r="C2"', "<c")),
    "one row without its number": usual(cells=USUAL.replace('<row r="2"', "<row")),
    "absolute addresses": usual(cells=USUAL.replace('r="C2"', 'r="$C$2"')),
    "spaces within tags": usual(cells=USUAL.replace("<c r=", "<c\n   r=").replace("<v>", "<v >"), style=STYLES.replace("numFmtId=", "numFmtId =\t")),
    "references to characters": usual(cells=USUAL.replace('s="1"', 's="&#49;"').replace('r="C2"', 'r="&#x43;2"').replace("0.866", "0.8&#54;6"), style=STYLES.replace("0.0%", "0.0&#37;")),
    "comments and character data": usual(cells=USUAL.replace("<v>0.866", "<!-- <c r=\"Z99\"><v>1</v></c> --><v>0.<!-- -->86<![CDATA[6]]>")),
    "a declaration": usual(cells=declared(USUAL, "UTF-8").encode(), strings=declared(STRINGS, "utf-8").encode()),
    "a mark before it": usual(cells=declared(USUAL, "UTF-8").encode("utf-8-sig")),
    "UTF-16": usual(cells=declared(USUAL, "UTF-16").encode("utf-16"), style=declared(STYLES, "UTF-16").encode("utf-16"), strings=declared(STRINGS, "UTF-16").encode("utf-16")),
    "an alternative for newer programs": usual(cells=USUAL.replace(
        '<c r="C2" s="1"><v>0.866</v></c>',
        '<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"><mc:Choice Requires="new"><c r="C2"><v>7</v></c></mc:Choice>'
        '<mc:Fallback><c r="C2" s="1"><v>0.866</v></c></mc:Fallback></mc:AlternateContent>')),
    "cells of another language": usual(cells=USUAL.replace("</worksheet>", '<extLst><ext xmlns:q="urn:q"><q:row r="9"><q:c r="A9"><q:v>7</q:v></q:c></q:row><c r="A9"><v>7</v></c></ext></extLst></worksheet>')),
    "a part of another case": usual(part="xl/Worksheets/SHEET1.XML", target="worksheets/sheet1.xml"),
    "a part with a space": usual(part="xl/worksheets/my sheet.xml", target="worksheets/my%20sheet.xml"),
    "a part elsewhere": usual(part="data/one.xml", target="/data/one.xml"),
    "a workbook elsewhere": usual(book="book/main.xml", part="book/sheets/one.xml"),
    "an absolute target": usual(parts={TARGETS: RELATED.format("/xl/worksheets/sheet1.xml", "/xl/styles.xml", "/xl/sharedStrings.xml")}),
    "targets with dots": usual(parts={TARGETS: RELATED.format("./worksheets/sheet1.xml", "../xl/styles.xml", "./sharedStrings.xml")}),
    "a target from the root without its slash": usual(parts={TARGETS: RELATED.format("xl/worksheets/sheet1.xml", "xl/styles.xml", "xl/sharedStrings.xml")}),
    "backslashes": usual(part="xl\\worksheets\\sheet1.xml", target="worksheets/sheet1.xml"),
    "styles of another name": usual(style=None, parts={TARGETS: RELATED.format("worksheets/sheet1.xml", "theme/look.xml", "sharedStrings.xml"), "xl/theme/look.xml": STYLES}),
    "no relations of the package": usual(parts={"_rels/.rels": None}),
    "formats inherited from the named style": usual(style=styles(0, None, 14, 164, formats={164: "0.0%"}, parents=(10,))),
    "a format with its attributes the other way round": usual(style=STYLES.replace('numFmtId="164" formatCode="0.0%"', 'formatCode="0.0%" numFmtId="164"')),
    "stored, not compressed": usual(compression=0),
}  # fmt: skip


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_workbook_says_the_same_however_it_is_spelt(tmp_path, spelling):
    [wanted] = read(tmp_path, usual(), "usual.xlsx")
    [got] = read(tmp_path, SPELLINGS[spelling])
    assert table(got) == table(wanted)
    assert got.percent == wanted.percent == {2: {1, 2, 4}}
    assert (got.hidden, got.merged) == (wanted.hidden, wanted.merged) == ((1, 0), ())
    assert got.columns[2].tolist() == ["城镇化率(%)", 0.866, 0.8348, "#DIV/0!", 0.5]


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_its_percentages_are_read_and_its_errors_refused(tmp_path, spelling):
    path = tmp_path / "a.xlsx"
    path.write_bytes(SPELLINGS[spelling])
    with refused(dm.PanelError, "importing.things_to_settle", listed=("cells_no_numbers_nor_missing",)):
        dm.import_panel(path, "china_province")
    got = dm.import_panel(path, "china_province", {"missing": ["#DIV/0!"]}).frame
    assert got["urbanization_pct"].tolist()[:2] == [86.6, 83.48]


UNCOMPUTED = ("<f>1+1</f>", "<f>1+1</f><v/>", "<f>1+1</f><v></v>", "<f/>", '<f t="shared" si="0"/>', '<f t="array" ref="C2">1+1</f><v> </v>')  # fmt: skip


@pytest.mark.parametrize("formula", UNCOMPUTED)
@pytest.mark.parametrize(
    "spell", [str, prefixed, lambda xml: ADDRESS.sub("", xml), lambda xml: xml.replace('"', "'")]
)
def test_a_formula_without_a_result_is_refused_however_it_is_spelt(tmp_path, formula, spell):
    cells = spell(sheet(f'<row r="1"><c r="A1"><v>1</v></c></row><row r="2"><c r="A2"><v>2</v></c><c r="B2" s="0"><v>2</v></c><c r="C2">{formula}</c></row>'))  # fmt: skip
    (tmp_path / "a.xlsx").write_bytes(workbook(cells))
    with refused(dm.PanelError, "importing.formulas_without_result", n=1, shown="C2"):
        read_file(tmp_path / "a.xlsx")


@pytest.mark.parametrize(
    ("about", "values", "uncomputed"),
    [
        ('<calcPr fullCalcOnLoad="1"/>', ("0", "0"), True), ("<calcPr fullCalcOnLoad='true' calcId='1'/>", ("0", "0.0"), True),
        ('<calcPr calcId="191029"/>', ("0", "0"), False), ("", ("0", "0"), False), ('<calcPr fullCalcOnLoad="0"/>', ("0", "0"), False),
        ('<calcPr fullCalcOnLoad="1"/>', ("0", "3"), False), ('<calcPr fullCalcOnLoad="1"/>', ("2", "3"), False),
    ],
)  # fmt: skip
def test_results_of_nothing_but_zero_that_no_program_computed_are_none(tmp_path, about, values, uncomputed):
    rows = "".join(f'<row r="{row}"><c r="A{row}"><f>B{row}*2</f><v>{value}</v></c></row>' for row, value in enumerate(values, 1))  # fmt: skip
    (tmp_path / "a.xlsx").write_bytes(workbook(sheet(rows), about=about))
    if uncomputed:
        with refused(dm.PanelError, "importing.formulas_without_result", n=2, shown="A1, A2"):
            read_file(tmp_path / "a.xlsx")
    else:
        assert read_file(tmp_path / "a.xlsx").grids[0].columns[0].tolist() == [
            float(value) for value in values
        ]


def test_a_formula_whose_result_is_no_text_has_a_result(tmp_path):
    [got] = read(tmp_path, workbook(sheet('<row r="1"><c r="A1" t="str"><f>IF(1,"","x")</f><v></v></c><c r="B1"><v>1</v></c></row>')))  # fmt: skip
    assert [column.tolist() for column in got.columns] == [[""], [1.0]]


@pytest.mark.parametrize("target", ["worksheets/none.xml", "../none.xml", ""])
def test_a_sheet_without_its_part_is_refused(tmp_path, target):
    (tmp_path / "a.xlsx").write_bytes(
        usual(parts={TARGETS: RELATED.format(target, "styles.xml", "sharedStrings.xml")})
    )
    with refused(dm.PanelError, "importing.sheet_without_part"):
        read_file(tmp_path / "a.xlsx")


def test_what_can_be_understood_in_two_ways_is_refused(tmp_path):
    twice = RELATED.format("worksheets/sheet1.xml", "styles.xml", "sharedStrings.xml").replace("rId2", "rId1")
    (tmp_path / "a.xlsx").write_bytes(usual(parts={TARGETS: twice}))
    with refused(dm.PanelError, "importing.relations_of_one_name"):
        read_file(tmp_path / "a.xlsx")
    (tmp_path / "a.xlsx").write_bytes(usual(parts={"xl/worksheets/SHEET1.xml": USUAL}))
    with refused(dm.PanelError, "importing.part_twice"):
        read_file(tmp_path / "a.xlsx")


def test_a_file_that_memory_cannot_hold_is_refused(tmp_path, monkeypatch):
    def full(*_):
        raise MemoryError

    (tmp_path / "a.xlsx").write_bytes(usual())
    monkeypatch.setattr("digimfg.importing.reading.read_excel_grids", full)
    with refused(dm.PanelError, "importing.file_beyond_memory"):
        read_file(tmp_path / "a.xlsx")


def test_a_style_is_the_first_one_where_a_cell_names_none(tmp_path):
    [got] = read(tmp_path, workbook(sheet('<row r="1"><c r="A1"><v>0.5</v></c><c r="B1" s="1"><v>0.5</v></c><c r="C1" t="inlineStr"><is><t>a</t></is></c></row>'), style=styles(9, 0)))  # fmt: skip
    assert got.percent == {0: {0}}


def test_a_text_in_a_column_of_percentages_is_no_number(tmp_path):
    rows = '<row r="1"><c r="A1" s="1" t="inlineStr"><is><t>60%</t></is></c><c r="B1" s="1"><v>0.6</v></c><c r="C1" s="1" t="b"><v>1</v></c></row>'
    [got] = read(tmp_path, workbook(sheet(rows), style=styles(0, 9)))
    assert got.percent == {1: {0}}


@pytest.mark.parametrize("spell", [str, prefixed])
def test_texts_are_read_from_their_runs_without_reading_aids(tmp_path, spell):
    runs = '<r><t>北</t></r><r><rPr><b/></rPr><t xml:space="preserve"> 京</t></r><rPh sb="0" eb="1"><t>ベイ</t></rPh><phoneticPr fontId="1"/>'
    strings = spell(f'<sst xmlns="{MAIN}"><si>{runs}</si><si><t>a_x000A_b_x005F_x000A_</t></si><si/></sst>')
    cells = spell(sheet(f'<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c><c r="C1" t="s"><v>2</v></c><c r="D1" t="inlineStr"><is>{runs}</is></c><c r="E1" t="str"><v>x_x0041_</v></c></row>'))  # fmt: skip
    [got] = read(tmp_path, workbook(cells, strings=strings))
    assert [column[0] for column in got.columns] == ["北 京", "a\nb_x000A_", "", "北 京", "xA"]


@pytest.mark.parametrize("kind", ["superscript", "subscript"])
@pytest.mark.parametrize("inline", [True, False])
def test_a_raised_footnote_mark_is_no_digit_of_its_number(tmp_path, kind, inline):
    runs = f'<r><t>4125.5</t></r><r><rPr><vertAlign val="{kind}"/></rPr><t>2</t></r>'
    cell = f'<c r="A1" t="inlineStr"><is>{runs}</is></c>' if inline else '<c r="A1" t="s"><v>0</v></c>'
    [got] = read(tmp_path, workbook(sheet(f'<row r="1">{cell}</row>'), strings=f'<sst xmlns="{MAIN}"><si>{runs}</si></sst>'))  # fmt: skip
    assert got.columns[0][0] == "4125.5²"


@pytest.mark.parametrize("spell", [str, prefixed])
def test_dates_are_read_by_format_kind_and_epoch(tmp_path, spell):
    cells = spell(sheet('<row r="1"><c r="A1" s="1"><v>43830</v></c><c r="B1" s="2"><v>43830.5</v></c><c r="C1" t="d"><v>2019-12-31</v></c><c r="D1" s="3"><v>43830</v></c></row>'))  # fmt: skip
    style = styles(0, 14, 164, 31, formats={164: "yyyy&quot;年&quot;m&quot;月&quot;"})
    [got] = read(tmp_path, workbook(cells, style=style))
    day = datetime.date(2019, 12, 31)
    assert [column[0] for column in got.columns] == [day, datetime.datetime(2019, 12, 31, 12), day, day]  # noqa: DTZ001
    [got] = read(tmp_path, workbook(cells, style=style, about='<workbookPr date1904="1"/>'))
    assert got.columns[0][0] == datetime.date(2024, 1, 1)


def test_rows_and_columns_hidden_in_any_way_are_counted_where_the_table_is(tmp_path):
    before = '<cols><col min="2" max="3" hidden="true"/><col min="1" max="1" width="0"/><col min="50" max="16384" hidden="1"/></cols>'
    rows = '<row r="1" ht="0" customHeight="1"><c r="A1"><v>1</v></c></row><row hidden="true" r="2"><c r="C2"><v>2</v></c></row><row r="3" hidden="0" ht="15"><c r="A3"><v>3</v></c></row><row r="9" hidden="1"/>'
    [got] = read(tmp_path, workbook(sheet(rows, before=before)))
    assert got.hidden == (2, 2)


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_a_hidden_sheet_is_told(tmp_path, state):
    (tmp_path / "a.xlsx").write_bytes(usual(state=state))
    got = dm.import_panel(tmp_path / "a.xlsx", "china_province", {"missing": ["#DIV/0!"]})
    assert noted(got.notes, "hidden_sheet", sheet="Sheet1")


def test_conditional_formatting_that_shows_percentages_is_refused(tmp_path):
    after = '<conditionalFormatting sqref="A1:A9"><cfRule type="cellIs" dxfId="1" priority="1" operator="lessThan"><formula>1</formula></cfRule></conditionalFormatting>'
    cells = sheet('<row r="1"><c r="A1"><v>0.5</v></c></row>', after=after)
    dxfs = '<dxfs><dxf/><dxf><numFmt numFmtId="9" formatCode="0%"/></dxf></dxfs>'
    (tmp_path / "a.xlsx").write_bytes(workbook(cells, style=styles(0, more=dxfs)))
    with refused(dm.PanelError, "importing.condition_of_another_scale", area="A1:A9", code="0%"):
        read_file(tmp_path / "a.xlsx")


def test_numbers_of_merged_cells_are_one_number_and_texts_and_keys_are_in_each(tmp_path):
    def text(address, words):
        return f'<c r="{address}" t="inlineStr"><is><t>{words}</t></is></c>'

    def row(number, *cells):
        return f'<row r="{number}">{"".join(cells)}</row>'

    head = row(
        1,
        text("A1", "地区"),
        text("B1", "年份"),
        text("C1", "地区生产总值(亿元)"),
        text("D1", "常住人口(万人)"),
        text("E1", "备注"),
    )
    rows = head + row(
        2,
        text("A2", "北京"),
        '<c r="B2"><v>2019</v></c><c r="C2"><v>1950</v></c>',
        text("D2", "2000.5"),
        text("E2", "核算"),
    )
    rows += row(3, '<c r="B3"><v>2020</v></c>') + row(4, text("A4", "天津"), '<c r="B4"><v>2019</v></c><c r="C4"><v>1400</v></c><c r="D4"><v>1385</v></c>')  # fmt: skip
    merged = "".join(f'<mergeCell ref="{column}2:{column}3"/>' for column in "ACDE")
    path = tmp_path / "a.xlsx"
    path.write_bytes(workbook(sheet(rows, after=f"<mergeCells>{merged}</mergeCells>")))
    imported = dm.import_panel(path, "china_province")
    assert noted(imported.notes, "merged_cells")
    got = imported.frame
    assert got[["province", "year"]].values.tolist() == [["110000", 2019], ["110000", 2020], ["120000", 2019]]
    np.testing.assert_array_equal(got["gdp_100m_yuan"], [1950, np.nan, 1400])
    np.testing.assert_array_equal(got["resident_population_10k"], [2000.5, np.nan, 1385])
    assert got["备注"].tolist()[:2] == ["核算", "核算"]


def test_a_column_that_a_wider_cell_covers_is_no_second_column(tmp_path):
    def cells(row, *values):
        return f'<row r="{row}">' + "".join(f'<c r="{column}{row}" t="inlineStr"><is><t>{value}</t></is></c>' for column, value in zip("ABC", values, strict=True)) + "</row>"  # fmt: skip

    rows = (
        cells(1, "地区", "年份", "地区生产总值(亿元)")
        + cells(2, "北京", "2019", "35371.3")
        + cells(3, "天津", "2019", "14104.3")
    )
    merged = "".join(f'<mergeCell ref="C{row}:D{row}"/>' for row in (1, 2, 3))
    path = tmp_path / "a.xlsx"
    path.write_bytes(workbook(sheet(rows, after=f"<mergeCells>{merged}</mergeCells>")))
    assert dm.import_panel(path, "china_province").frame["gdp_100m_yuan"].tolist() == [35371.3, 14104.3]


def test_raised_footnote_marks_belong_to_no_name_year_or_header(tmp_path):
    def text(address, words, mark):
        return f'<c r="{address}" t="inlineStr"><is><r><t>{words}</t></r><r><rPr><vertAlign val="superscript"/></rPr><t>{mark}</t></r></is></c>'

    rows = (
        f'<row r="1">{text("A1", "地区", "1")}{text("B1", "2019年", "2)")}{text("C1", "2020", "(3)")}</row>'
    )
    rows += f'<row r="2">{text("A2", "北京市", "1)")}<c r="B2"><v>86.6</v></c><c r="C2"><v>87.5</v></c></row>'
    rows += f'<row r="3">{text("A3", "全国", "2")}{text("B3", "60.6", "4")}<c r="C3"><v>61.4</v></c></row>'
    path = tmp_path / "a.xlsx"
    path.write_bytes(workbook(sheet(rows)))
    got = dm.import_panel(path, "china_province", {"variable": "urbanization_pct", "unit": "%"}).frame
    assert got[["province", "year", "urbanization_pct"]].values.tolist() == [
        ["110000", 2019, 86.6],
        ["110000", 2020, 87.5],
    ]
