"""A workbook reads the same by both readers of values, and by the old and the new format; no damage to its XML ends an import."""

import contextlib
import re

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from old_workbooks import old_workbook
from old_workbooks import sheet as old_sheet
from workbooks import MAIN, sheet, styles, workbook

import digimfg as dm
from digimfg.importing.excel import read_excel_grids
from digimfg.importing.excel_old import read_old_excel_grids
from digimfg.importing.reading import read_file
from digimfg.text import column_letter

NUMBERED = (0, 1, 2, 4, 10, 11, 14, 20, 21, 22, 27, 37, 38, 44, 45, 46, 47, 49, 67)
OWN = {
    164: "0.0_);[Red]\\(0.0\\)", 165: 'yyyy"年"m"月"d"日"', 166: "[h]:mm", 167: "[<1]0.0%;0.0", 168: '_ * #,##0.00_ ;_ * \\-#,##0.00_ ;_ * "-"??_ ;_ @_ ',
    169: "0.00%;[Red]\\-0.00%", 170: "m/d/yy;@",
}  # fmt: skip
FORMATS = (*NUMBERED, *OWN)
DATES = {
    place for place, number in enumerate(FORMATS) if number in (14, 20, 21, 22, 27, 45, 46, 47, 165, 166, 170)
}
STRINGS = (
    f'<sst xmlns="{MAIN}"><si><t>北京</t></si><si><r><t>a</t></r><r><t xml:space="preserve"> b </t></r><rPh sb="0" eb="1"><t>Z</t></rPh></si><si><t/></si>'
    "<si><t>x_x000D_y</t></si><si><t>a&amp;b&#65;</t></si></sst>"
)
CODES = {
    number: code.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
    for number, code in OWN.items()
}
STYLES = styles(*FORMATS, formats=CODES)

number = st.one_of(
    st.integers(-5, 3_000_000).map(str), st.floats(-1e9, 1e9, allow_nan=False).map(repr),
    st.sampled_from(["0", "61", "1E-3", "1.5E+20", "43830", "43830.5", "0.5", "12345678901234567", ".5", "5."]),
)  # fmt: skip
words = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=6)
cell = st.one_of(
    st.tuples(st.sampled_from(["n", "", "f"]), number), st.tuples(st.just("b"), st.sampled_from("01")), st.tuples(st.just("s"), st.sampled_from("01234")),
    st.tuples(st.just("inlineStr"), words), st.tuples(st.just("e"), st.sampled_from(["#N/A", "#DIV/0!"])), st.tuples(st.just("empty"), st.just("")),
    st.tuples(st.just("d"), st.sampled_from(["2019-12-31", "2019-12-31T12:00:00"])),
)  # fmt: skip
cells = st.dictionaries(
    st.tuples(st.integers(0, 4), st.integers(0, 30)), st.tuples(cell, st.integers(0, len(FORMATS) - 1)), min_size=1, max_size=20
)  # fmt: skip


def written(row, column, kind, value, style):
    place = f'r="{column_letter(column)}{row + 1}" s="{style}"'
    if kind == "empty":
        return f"<c {place}/>"
    if kind == "inlineStr":
        text = value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        return f'<c {place} t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'
    formula = "<f>A1</f>" if kind == "f" else ""
    return f"<c {place}{f' t={chr(34)}{kind}{chr(34)}' if kind not in ('', 'f') else ''}>{formula}<v>{value}</v></c>"


def held(grid):
    """Return what the cells of a grid hold, with its type; a cell that holds nothing is none."""
    return {
        (row, place): (type(value).__name__, value)
        for place, column in enumerate(grid.columns)
        for row, value in enumerate(column.tolist())
        if value != ""
    }


def is_day(kind, value, style):
    """Tell whether a number is one that spreadsheets show as a date, where its style does."""
    return kind not in ("n", "", "f") or style not in DATES or 61 <= float(value) < 2_900_000


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(cells, st.booleans())
def test_both_readers_of_values_agree(tmp_path, found, epoch):
    rows: dict[int, list[str]] = {}
    for (row, column), ((kind, value), style) in sorted(found.items()):
        if is_day(kind, value, style):
            rows.setdefault(row, []).append(written(row, column, kind, value, style))
    assume(rows)
    xml = sheet("".join(f'<row r="{row + 1}">{"".join(inner)}</row>' for row, inner in rows.items()))
    about = '<workbookPr date1904="1"/>' if epoch else ""
    other = re.sub(r"<(/?)(?=[a-z])", r"<\1x:", xml).replace("xmlns=", "xmlns:x=")
    [fast] = read_excel_grids(tmp_path, workbook(xml, style=STYLES, strings=STRINGS, about=about))
    [whole] = read_excel_grids(tmp_path, workbook(other, style=STYLES, strings=STRINGS, about=about))
    assert held(fast) == held(whole)
    assert fast.percent == whole.percent


values = st.one_of(
    st.floats(-1e9, 1e9).map(lambda value: value + 0.0),
    st.integers(0, 50_000).map(float),
    st.booleans(),
    words.filter(bool),
)


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.dictionaries(
        st.tuples(st.integers(0, 9), st.integers(0, 9)),
        st.tuples(values, st.integers(0, len(FORMATS) - 1)),
        min_size=1,
        max_size=20,
    )
)
def test_the_old_format_reads_as_the_new_one(tmp_path, found):
    kept = {place: (value, style) for place, (value, style) in found.items() if not isinstance(value, float) or is_day("n", value, style)}  # fmt: skip
    assume(kept)
    old = old_workbook({"a": old_sheet([(*place, value, style) for place, (value, style) in sorted(kept.items())])}, formats=OWN.items(), numbers=FORMATS)  # fmt: skip
    rows: dict[int, list[str]] = {}
    for (row, column), (value, style) in sorted(kept.items()):
        kind = "b" if isinstance(value, bool) else "n" if isinstance(value, float) else "inlineStr"
        text = str(int(value)) if kind == "b" else repr(value) if kind == "n" else value
        rows.setdefault(row, []).append(written(row, column, kind, text, style))
    xml = sheet("".join(f'<row r="{row + 1}">{"".join(inner)}</row>' for row, inner in rows.items()))
    [one] = read_old_excel_grids(tmp_path, old)
    [other] = read_excel_grids(tmp_path, workbook(xml, style=STYLES))
    assert held(one) == held(other)
    assert one.percent == other.percent


PIECES = (
    "9999999999", "4294967295", "-1", "XFD1048576", "A1048576", "ZZ999999", "</c>", "<c ", '"', "'", "&", "&#0;", "<![CDATA[", "-->", "<!--", "<row ", "</row>", "/>", 't="s"',
    'r=""', 's="99999999"', "1e400", "\0", 'xmlns=""', "<!DOCTYPE a>", "<?a?>",
)  # fmt: skip
PARTS = (
    sheet(
        '<row r="1" spans="1:3"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c><c r="C1" t="inlineStr"><is><t>GDP</t></is></c></row>'
        '<row r="2"><c r="A2" t="s"><v>2</v></c><c r="B2" s="1"><v>0.5</v></c><c r="C2" s="2"><v>43830</v></c><c r="D2"><f>A1</f><v>4</v></c></row>'
        '<row r="3"><c r="A3" t="e"><v>#N/A</v></c><c r="B3" t="b"><v>1</v></c><c r="C3"><v>1.5E+3</v></c></row>',
        before='<dimension ref="A1:D3"/><cols><col min="1" max="2" width="9"/></cols>', after='<mergeCells count="1"><mergeCell ref="A1:B1"/></mergeCells>',
    ),
    styles(0, 10, 14, 164, formats={164: "[&lt;1]0%;0.0"}),
    f'<sst xmlns="{MAIN}" count="3" uniqueCount="3"><si><t>a</t></si><si><t>b</t></si><si><t>c</t></si></sst>',
)  # fmt: skip


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.sampled_from((0, 0, 0, 1, 2)),
    st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 12), st.sampled_from(("", *PIECES))), min_size=1, max_size=4),
)  # fmt: skip
def test_no_damage_to_the_xml_of_a_workbook_ends_an_import(tmp_path, damaged, hits):
    parts = list(PARTS)
    for at, cut, piece in hits:
        place = int(at * len(parts[damaged]))
        parts[damaged] = parts[damaged][:place] + piece + parts[damaged][place + cut :]
    path = tmp_path / "a.xlsx"
    path.write_bytes(workbook(parts[0], style=parts[1], strings=parts[2]))
    with contextlib.suppress(dm.DigimfgError):
        read_file(path)


OLD = old_workbook(
    {"a": old_sheet([(0, 0, "地区"), (0, 1, "年份"), (1, 0, ["a", "1"]), (1, 1, 0.5, 1), (2, 0, (3.0,)), (2, 1, ("x",)), (3, 0, b"\x07")], merged=[(4, 5, 0, 1)], hidden_rows=[2])},
    formats=OWN.items(), numbers=(0, 10, 165),
)  # fmt: skip


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.binary(min_size=1, max_size=4)), min_size=1, max_size=8), st.floats(0.2, 1))  # fmt: skip
def test_no_damage_to_an_old_workbook_ends_an_import(tmp_path, hits, kept):
    content = bytearray(OLD)
    for at, piece in hits:
        place = int(at * len(content))
        content[place : place + len(piece)] = piece
    path = tmp_path / "a.xls"
    path.write_bytes(bytes(content[: int(kept * len(content)) if kept < 0.6 else None]))
    with contextlib.suppress(dm.DigimfgError):
        read_file(path)
