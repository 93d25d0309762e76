"""What a number format does with a number: shows it as it is, as a percentage, in another scale, or as a date."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from old_workbooks import old_workbook
from old_workbooks import sheet as old_sheet
from refused import refused
from workbooks import sheet, styles, workbook

import digimfg as dm
from digimfg.importing.excel_formats import BUILTIN_FORMATS, NumberFormat
from digimfg.importing.reading import read_file

PLAIN = (
    "", "General", "0", "0.00", "#,##0", "#,##0.00", "#,##0.00_);[Red]\\(#,##0.00\\)", "0.00E+00", "##0.0E+0", "# ?/?", "# ??/100", '0.0"%"', "0.0\\%", "0.0％",
    '_ * #,##0.00_ ;_ * \\-#,##0.00_ ;_ * "-"??_ ;_ @_ ', "#\\ ##0", "# ##0.00", "#'##0", '#","##0', '#","##0","##0', '0"元"', '"¥"#,##0.00', "[$¥-804]#,##0.00", '0"年"',
    '"CO2 "0', '"2019年："0', "[DBNum2][$-804]General", "0_.0", "0*.0", "0_,", '"第"0"组"', ".00", "#.##", '0.00"（2010年价）"', '0.0"kWh"', "0;-0;;@", "[Red]0.00;[Blue]-0.00",
    '00":"00', "@", '0"-"00', '"K"0', '"M"000', '"MM "0', '0.0"t"', '0" km"', '0" kg"',
)  # fmt: skip
PERCENT = ("0%", "0.00%", "0.0 %", "0.0_%%", "* 0.00%", "#,##0.0%_);(#,##0.0%)", "0.0%;-0.0%;0.0%", "0%;;", '0.0%;[Red]-0.0%;"-"', '[=0]"-";0.0%', "t0%", '"约"0%', "[Red]0%")  # fmt: skip
SCALED = (
    "0\\.0000", '0"."0000', "0!.0000", "0．0000", '0"．"0000', '0"。"0000', "0·0", '0","0000', '0"，"00', '"."00', '"0."0000', "\\.00", "0!.0,", "#,##0,", "#,##0.0,,", "0,.0",
    '0.0,"K"', '0.0"万"', "0.0万", '0"亿"0000"万"', 'General"万"', "0.0[$万元]", '0"千"', '0"百万"', '0.0"萬"', '0.0"億"', '0.0"‰"', "0‰", "0%%", '0.0"million"', '0.0" bn"', '0"M"',
    '"US$"0.0"B"', '0"000"', "0\\0\\0", '"1"000', '0"×10^4"', '0" x10"', '0".5"', "0.0,%", '0.00,"万元"',
)  # fmt: skip
DATES = (
    "yyyy-mm-dd",
    "m/d/yy",
    'yyyy"年"m"月"',
    "[$-409]d-mmm-yy;@",
    "h:mm AM/PM",
    "yyyy/m/d;@",
    'e"年"',
    "[$-804]aaaa",
    "mm:ss.0",
    "上午/下午h:mm",
)


@pytest.mark.parametrize(
    ("code", "shown"),
    [(code, shown) for codes, shown in ((PLAIN, "plain"), (PERCENT, "percent"), (SCALED, "scaled"), (DATES, "date")) for code in codes],
)  # fmt: skip
def test_a_format_shows_every_number_in_one_way(code, shown):
    assert {NumberFormat(code=code).shown(value) for value in (-5.0, -0.5, 0.0, 0.5, 5.0, 5e7)} == {shown}


@pytest.mark.parametrize(
    ("code", "shown"),
    [
        ("[<1]0.0%;0.0", ("percent", "plain", "plain", "percent")), ("0.0;-0.0%", ("plain", "plain", "plain", "percent")),
        ('[>=1000]0!.0,"k";0', ("plain", "scaled", "scaled", "plain")), ('[>=1000000]#,##0.0,,"M";[>=1000]#,##0.0,"K";0', ("plain", "scaled", "scaled", "plain")),
        ("[<=1]0%;[>100]0,;0", ("percent", "scaled", "scaled", "percent")), ("[<>5]0%;0", ("percent", "percent", "percent", "percent")),
    ],
)  # fmt: skip
def test_sections_are_chosen_by_the_number(code, shown):
    assert tuple(NumberFormat(code=code).shown(value) for value in (0.5, 1000.0, 5e6, -0.5)) == shown


def test_formats_known_by_number_alone():
    of = {number: NumberFormat(code=code).shown(5.0) for number, code in BUILTIN_FORMATS.items()}
    assert {number for number, shown in of.items() if shown == "percent"} == {9, 10, 67, 68}
    assert {number for number, shown in of.items() if shown in ("date", "elapsed")} == {*range(14, 23), *range(27, 37), 45, 46, 47, *range(50, 59), *range(71, 82)}  # fmt: skip


@given(
    st.text(st.characters(exclude_categories=("Cs",)), max_size=12)
    | st.text('0#?.,%;"\\!_*[]<>=E+/@ydm万', max_size=12)
)
def test_any_code_is_read_in_one_of_these_ways(code):
    assert NumberFormat(code=code).shown(1.0) in ("plain", "percent", "scaled", "date", "elapsed")


def escaped(code):
    return code.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")


def new(code, value):
    head = '<row r="1"><c r="A1" t="inlineStr"><is><t>x</t></is></c></row>'
    return workbook(sheet(f'{head}<row r="2"><c r="A2" s="1"><v>{value}</v></c></row>'), style=styles(0, 164, formats={164: escaped(code)}))  # fmt: skip


def old(code, value):
    return old_workbook(
        {"a": old_sheet([(0, 0, "x"), (1, 0, value, 1)])}, formats=[(164, code)], numbers=(0, 164)
    )


@pytest.mark.parametrize(("suffix", "written"), [("xlsx", new), ("xls", old)])
@pytest.mark.parametrize("code", [*SCALED, *PERCENT, *PLAIN[:20]])
def test_both_formats_of_workbooks_are_read_by_the_same_rule(tmp_path, suffix, written, code):
    path = tmp_path / f"a.{suffix}"
    path.write_bytes(written(code, 0.25))
    if code in SCALED:
        with refused(dm.PanelError, "importing.number_format_of_another_scale", code=code):
            read_file(path)
        return
    [grid] = read_file(path).grids
    assert grid.columns[0].tolist() == ["x", 0.25]
    assert dict(grid.percent) == ({0: {1}} if code in PERCENT else {})


def test_a_scaled_format_on_texts_and_empty_cells_scales_nothing(tmp_path):
    cells = sheet(
        '<row r="1"><c r="A1" s="1" t="inlineStr"><is><t>x</t></is></c><c r="B1" s="1"/><c r="C1"><v>5</v></c></row>'
    )
    (tmp_path / "a.xlsx").write_bytes(workbook(cells, style=styles(0, 164, formats={164: "0!.0,"})))
    assert np.array([column[0] for column in read_file(tmp_path / "a.xlsx").grids[0].columns], dtype=object).tolist() == ["x", "", 5.0]  # fmt: skip
