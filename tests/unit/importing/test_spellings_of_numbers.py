"""One spelling, one number: what can be read in two ways is asked about or refused, never guessed."""

import itertools
from decimal import Decimal

import numpy as np
import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from noted import noted
from refused import refused

import digimfg as dm
from digimfg.importing.numbers import decimal_mark, parse_numbers

HEAD = "地区,年份,GDP(亿元)"


def read(text, decimal="."):
    numbers = parse_numbers(np.array([text], dtype=object), decimal=decimal)
    odd = len(numbers.unreadable) or (numbers.units is not None and numbers.units[0])
    return None if odd else float(numbers.values[0])


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1234.5", 1234.5), ("1,234.5", 1234.5), ("1 234.5", 1234.5), ("1\u00a0234\u202f567", 1234567), ("1\u2009234", 1234), ("1'234'567.25", 1234567.25),
        ("1’234", 1234), ("12,345,678", 12345678), ("999,999", 999999), ("１，２３４．５", 1234.5), ("１２３４", 1234), ("－５.５", -5.5), ("−5", -5), ("+5", 5),
        ("﹣3", -3), (".5", 0.5), ("5.", 5), ("1e3", 1000), ("1.5E-3", 0.0015), ("  7 ", 7), ("'12", 12), ("12①", 12), ("12.5*", 12.5), ("12[1]", 12), ("12³", 12),
        ("4\u200b125", 4125), ("007", 7), ("0", 0), ("٣", 3),
    ],
)  # fmt: skip
def test_a_number_is_read_in_every_spelling_that_has_one_reading(text, value):
    assert read(text) == value


@pytest.mark.parametrize(
    "text",
    [
        "4125.5 2", "122 3", "12 34", "1 23", "1 2 3", "1234 567", "1  234", "1\n234", "1\t234", "0 123", "00 123", "1 234 5", "1234,567", "0,891", "1,5", "12,34",
        "1,23,456", "1,2345", ",5", "1.234,5", "1.234.567", "1,234 567", "1 234,567", "1'23", "0'123", "1,234,56", "12.345.6", "1..2", "- 5", "+ 5", "--5", "(5)",
        "(1,234)", "±5", "≈5", "约5", ">5", "<0.1", "½", "12½", "①123", "1①23", "⒈5", "²3", "1e999", "5e", "0x10", "1_000", "一百", "1/2", "１２ ３", "12，3",
    ],
)  # fmt: skip
def test_a_spelling_of_two_readings_or_none_is_no_number(text):
    assert read(text) is None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0,891", 0.891), ("1 234,5", 1234.5), ("1.234,5", 1234.5), ("1.234", 1234), ("1,234", 1.234), ("12,5", 12.5), ("1'234,5", 1234.5), (",5", 0.5), ("-3,25", -3.25),
        ("1.234.567,89", 1234567.89), ("1234", 1234), ("1e3", 1000), ("1,5e3", 1500), ("１，５", 1.5),
        ("12.5", None), ("1.23", None), ("0.891", None), ("1,234.5", None), ("1,234,567", None), ("122 3", None), ("1.2345", None), ("4125,5 2", None),
    ],
)  # fmt: skip
def test_where_a_comma_stands_before_the_decimals_points_group(text, value):
    assert read(text, ",") == value


@pytest.mark.parametrize(
    ("text", "value"),
    [("1,234", None), ("1.234", None), ("12,5", None), ("12.5", 12.5), ("1234.567", 1234.567), ("0.123", 0.123), ("1,234,567", 1234567), ("1,234.5", 1234.5), ("1 234", 1234), ("5", 5)],
)  # fmt: skip
def test_where_the_file_does_not_say_only_what_is_sure_is_read(text, value):
    assert read(text, "?") == value


@settings(max_examples=300, deadline=None)
@given(
    value=st.decimals(-(10**12), 10**12, allow_nan=False, places=3),
    mark=st.sampled_from(("", ",", " ", "'", "\u00a0", "’", "，")),
    wide=st.booleans(),
)
def test_a_number_grouped_by_threes_is_that_number(value, mark, wide):
    text = f"{value:,f}".replace(",", mark)
    assert read(
        text.translate(str.maketrans("0123456789.", "０１２３４５６７８９．")) if wide else text
    ) == float(value)
    german = f"{value:,f}".translate(str.maketrans(",.", ".,"))
    assert read(german, ",") == float(value)


@settings(max_examples=300, deadline=None)
@given(
    parts=st.lists(st.text("0123456789", min_size=1, max_size=4), min_size=2, max_size=4),
    mark=st.sampled_from(" ,'"),
)
def test_what_is_not_grouped_by_threes_is_never_a_number(parts, mark):
    grouped = len(parts[0]) <= 3 and parts[0][0] != "0" and all(len(part) == 3 for part in parts[1:])
    assert read(mark.join(parts)) == (float("".join(parts)) if grouped else None)


DIGITS = "".join(chr(code) for code in range(0x20, 0x2600) if chr(code).isdigit() or chr(code).isnumeric())


def test_no_digit_of_another_kind_joins_the_digits_of_a_number():
    """Circled, raised and fraction digits before or within a number make it unreadable, never longer."""
    for letter in DIGITS:
        for text in (f"{letter}12", f"1{letter}2"):
            value = read(text)
            assert value is None or value == float(text), text


def test_the_decimal_mark_is_seen_declared_or_asked():
    def columns(*texts):
        return [np.array(texts, dtype=object)]

    assert decimal_mark(columns("1,234", "2,345"), ",") == "."
    assert decimal_mark(columns("1,234", "2,345"), ";") == "?"
    assert decimal_mark(columns("1,234", "12.5"), ";") == "."
    assert decimal_mark(columns("1,234", "12,5"), "") == "?"
    assert decimal_mark(columns("12.5", "12,5"), "") == "?"
    assert decimal_mark([np.array([1.5, 2.0])], "") == "."


def write(path, lines):
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_a_file_with_decimal_commas_asks_and_its_remedy_works(tmp_path):
    lines = ["地区;年份;GDP(万亿元);城镇化率(%)", "北京;2019;3,537;86,6", "天津;2019;1,410;83,48"]
    path = write(tmp_path / "a.csv", lines)
    with refused(
        dm.PanelError, "importing.things_to_settle", listed=("cells_read_two_ways", "cells_read_two_ways")
    ):
        dm.import_panel(path, "china_province")
    got = dm.import_panel(path, "china_province", {"decimal": ","})
    assert got.frame["gdp_100m_yuan"].tolist() == pytest.approx([35370, 14100])
    assert got.frame["urbanization_pct"].tolist() == [86.6, 83.48]
    assert dm.import_panel(
        path, "china_province", dm.save_mapping(got.mapping, tmp_path / "m.toml")
    ).frame.equals(got.frame)


def test_a_semicolon_file_whose_commas_may_group_or_divide_asks(tmp_path):
    path = write(tmp_path / "a.csv", ["地区;年份;GDP(亿元)", "北京;2019;35,371", "天津;2019;14,104"])
    with refused(dm.PanelError, "importing.things_to_settle", listed=("cells_read_two_ways",)):
        dm.import_panel(path, "china_province")
    got = dm.import_panel(path, "china_province", {"decimal": "."})
    assert got.frame["gdp_100m_yuan"].tolist() == [35371, 14104]
    with refused(dm.PanelError, "importing.decimal_mark"):
        dm.ImportMapping.of({"decimal": ";"})


@pytest.mark.parametrize("cell", ["4125.5 2", "122 3", "0,891", "(35371.3)", "35371.3 ½"])
def test_a_cell_with_two_readings_is_told_with_its_address(tmp_path, cell):
    book = openpyxl.Workbook()
    for row in (HEAD.split(","), ["北京", 2019, 35371.3], ["天津", 2019, cell]):
        book.active.append(row)
    book.save(tmp_path / "a.xlsx")
    with refused(dm.PanelError, "importing.things_to_settle"):
        dm.import_panel(tmp_path / "a.xlsx", "china_province")


OWN = "地区,年份,某占比"


@pytest.mark.parametrize(
    "cells",
    [("12%", "0.13"), ("12%", "13"), ("3亿元", "4万元"), ("3亿元", "4"), ("3亿", "4万"), ("12%", "120‰"), ("1 234", "122 3"), ("5.5", "0,891"), ("3亿元", "12%")],
)  # fmt: skip
def test_an_own_column_in_two_units_or_with_an_ambiguous_number_is_refused(tmp_path, cells):
    lines = [OWN, *(f'{name},2019,"{cell}"' for name, cell in zip(("北京", "天津"), cells, strict=True))]
    with refused(dm.PanelError, "importing.things_to_settle"):
        dm.import_panel(write(tmp_path / "a.csv", lines), "china_province")
    got = dm.import_panel(tmp_path / "a.csv", "china_province", {"columns": {"某占比": "-"}})
    assert "某占比" not in got.frame


@pytest.mark.parametrize(
    ("head", "cells", "values", "unit"),
    [
        ("某占比", ("12%", "13.5%"), [12.0, 13.5], "%"), ("某占比(%)", ("12%", "13.5"), [12.0, 13.5], "%"), ("某值(元)", ("3亿", "4亿"), [3.0, 4.0], "亿元"),
        ("某值(元)", ("3", "4①"), [3.0, 4.0], "元"), ("某类", ("5G", "4G"), ["5G", "4G"], ""), ("某码", ("1.2.3", "1.2"), ["1.2.3", "1.2"], ""),
        ("某日", ("2019-01-02", "7"), ["2019-01-02", "7"], ""),
    ],
)  # fmt: skip
def test_an_own_column_keeps_its_numbers_in_its_one_unit_or_its_texts(tmp_path, head, cells, values, unit):
    lines = [
        f"地区,年份,{head}",
        *(f"{name},2019,{cell}" for name, cell in zip(("北京", "天津"), cells, strict=True)),
    ]
    got = dm.import_panel(write(tmp_path / "a.csv", lines), "china_province")
    name = head.partition("(")[0]
    assert got.frame[name].tolist() == values
    assert got.cell(("110000", 2019), name).source_unit == unit


@pytest.mark.parametrize("head", ["某占比", "某占比(%)", "某占比(元)"])
def test_cells_of_an_own_column_that_are_shown_as_percentages_are_percentages(tmp_path, head):
    def book(path, formats):
        made = openpyxl.Workbook()
        for row in (["地区", "年份", head], ["北京", 2019, 0.12], ["天津", 2019, 0.135]):
            made.active.append(row)
        for cell, code in formats:
            made.active[cell].number_format = code
        made.save(path)
        return path

    both = (("C2", "0%"), ("C3", "0.0%"))
    if head.endswith("(元)"):
        with refused(dm.PanelError, "importing.things_to_settle", listed=("cells_in_two_units",)):
            dm.import_panel(book(tmp_path / "a.xlsx", both), "china_province")
        return
    got = dm.import_panel(book(tmp_path / "a.xlsx", both), "china_province")
    assert got.frame["某占比"].tolist() == [12.0, 13.5]
    assert noted(got.notes, "unit_in_cells", unit="%")
    if head == "某占比":
        with refused(dm.PanelError, "importing.things_to_settle", listed=("cells_in_two_units",)):
            dm.import_panel(book(tmp_path / "b.xlsx", both[:1]), "china_province")


def test_sheets_and_files_do_not_mix_percentages_with_numbers_without_a_unit(tmp_path):
    made = openpyxl.Workbook()
    made.remove(made.active)
    for year, head in ((2019, "某占比(%)"), (2020, "某占比")):
        sheet = made.create_sheet(str(year))
        for row in (["地区", head], ["北京", 12.0], ["天津", 13.0]):
            sheet.append(row)
    made.save(tmp_path / "a.xlsx")
    with refused(dm.PanelError, "importing.several_units") as told:
        dm.import_panel(tmp_path / "a.xlsx", "china_province")
    assert "%, –" in told.value.got.en
    mapping = {"columns": {"某占比": {"variable": "", "unit": "%"}}}
    assert dm.import_panel(tmp_path / "a.xlsx", "china_province", mapping).frame["某占比"].tolist() == [
        12.0,
        12.0,
        13.0,
        13.0,
    ]
    parts = [dm.import_panel(write(tmp_path / f"{year}.csv", [f"地区,年份,{head}", f"北京,{year},12"]), "china_province") for year, head in ((2019, "某占比(%)"), (2020, "某占比"))]  # fmt: skip
    with refused(dm.PanelError, "importing.several_units"):
        dm.combine_imports(*parts)


def test_every_pair_of_spellings_of_a_column_agrees_or_is_refused():
    """A column never reads one cell by one convention and another by the other."""
    texts = ("1,234", "1.234", "12,5", "12.5", "1.234,5", "1,234.5", "1 234,5", "1 234.5", "0,891", "0.891")
    point = {
        text: float(Decimal(text.replace(" ", "").replace(",", "")))
        for text in texts
        if read(text) is not None
    }
    for one, other in itertools.permutations(texts, 2):
        column = np.array([one, other], dtype=object)
        got = parse_numbers(column, decimal=decimal_mark([column], ";"))
        held = got.values[~np.isnan(got.values)].tolist()
        assert held in ([], [point.get(one)], [point.get(other)], [point.get(one), point.get(other)])
