"""What always holds of imports: no crash that is no DigimfgError, and the same numbers from any layout, unit and encoding."""

import contextlib
import functools
import io

import numpy as np
import openpyxl
import pandas as pd
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from refused import refused

import digimfg as dm
from digimfg.errors import PanelError
from digimfg.importing.numbers import parse_numbers
from digimfg.importing.units import conversion_factor, parse_unit
from digimfg.text import Text
from digimfg.variables import dictionary
from digimfg.variables.china_places import PROVINCES

UNITS = {
    "gdp_100m_yuan": {
        "亿元": 1.0,
        "万元": 1e4,
        "元": 1e8,
        "百万元": 100.0,
        "万亿元": 1e-4,
        "10,000 yuan": 1e4,
    },
    "resident_population_10k": {"万人": 1.0, "人": 1e4, "百万人": 0.01, "million persons": 0.01},
    "urbanization_pct": {"%": 1.0, "比率": 0.01, "‰": 10.0},
    "mobile_phones_per_100": {"部/百人": 1.0, "部/万人": 100.0, "部/人": 0.01},
}
NAMES = {
    "gdp_100m_yuan": ("地区生产总值", "GDP", "地区GDP", "Gross regional product"),
    "resident_population_10k": ("常住人口", "年末常住人口"),
    "urbanization_pct": ("城镇化率", "城市化率", "Urbanisation"),
    "mobile_phones_per_100": ("移动电话普及率",),
}
MARKS = ("", "-", "—", "…", "...", "－", "NA")
WIDE = str.maketrans("0123456789.", "０１２３４５６７８９．")


@st.composite
def panels(draw):
    codes = draw(st.lists(st.sampled_from(sorted(PROVINCES)), min_size=2, max_size=5, unique=True))
    first = draw(st.integers(1990, 2020))
    years = list(range(first, first + draw(st.integers(2, 4))))
    variables = draw(st.lists(st.sampled_from(sorted(UNITS)), min_size=1, max_size=3, unique=True))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    frame = pd.DataFrame([(code, year) for code in codes for year in years], columns=["province", "year"])
    for name in variables:
        level = np.repeat(rng.uniform(20, 60, len(codes)), len(years))
        frame[name] = np.round(level * rng.uniform(0.9, 1.1, len(frame)), 3)
    assume((frame[variables] > 1).all(axis=None))
    holes = rng.random((len(frame), len(variables))) < draw(st.sampled_from((0.0, 0.15)))
    holes[rng.integers(len(frame))] = False
    frame[variables] = frame[variables].mask(holes)
    return frame.sort_values(["province", "year"], ignore_index=True)


@st.composite
def sheets(draw, frame):
    """Lay a panel out as somebody might: rows of cells, and what the mapping must add."""
    variables = list(frame.columns[2:])
    layout = draw(
        st.sampled_from(("long", "stems", "years", "units") if len(variables) == 1 else ("long", "stems"))
    )
    style = draw(st.sampled_from((0, 1, 2)))
    named = {
        code: (code, *PROVINCES[code])[draw(st.sampled_from((0, 1, 2, 3)))]
        for code in frame["province"].unique()
    }
    unit = {name: draw(st.sampled_from(sorted(UNITS[name]))) for name in variables}
    title = {name: draw(st.sampled_from(NAMES[name])) for name in variables}
    mark = draw(st.sampled_from(MARKS))
    spelled = draw(st.sampled_from(("plain", "wide", "grouped")))

    def cell(name, value):
        if value != value:
            return mark
        text = format(value * UNITS[name][unit[name]], ".12g")
        if "e" in text:
            return text
        if spelled == "grouped":
            whole, dot, rest = text.partition(".")
            return f"{int(whole):,}{dot}{rest}"
        return text.translate(WIDE) if spelled == "wide" else text

    def head(name, year=""):
        return f"{title[name]}{year}" + ("", f"({unit[name]})", f"（{unit[name]}）")[style if style else 1]

    table = frame.set_index(["province", "year"])
    years = sorted(frame["year"].unique())
    codes = list(frame["province"].unique())
    mapping = {}
    if layout == "long":
        rows = [["地区", "年份", *(head(name) for name in variables)]]
        rows += [
            [named[c], f"{y}", *(cell(n, table.loc[(c, y), n]) for n in variables)]
            for c in codes
            for y in years
        ]
    elif layout == "stems":
        rows = [["省份", *(head(name, year) for name in variables for year in years)]]
        rows += [
            [named[c], *(cell(n, table.loc[(c, y), n]) for n in variables for y in years)] for c in codes
        ]
    elif layout == "years":
        name = variables[0]
        rows = [["地区", *(f"{year}年" for year in years)]]
        rows += [[named[c], *(cell(name, table.loc[(c, y), name]) for y in years)] for c in codes]
        mapping = {"variable": name, "unit": unit[name]}
    else:
        name = variables[0]
        rows = [["年份", *(named[c] for c in codes)]]
        rows += [[str(y), *(cell(name, table.loc[(c, y), name]) for c in codes)] for y in years]
        mapping = {"variable": name, "unit": unit[name]}
    if layout in ("long", "stems", "years") and draw(st.booleans()):
        rows.append([*rows[-1]])
        rows[-1][0] = "全国"
    width = len(rows[0])
    if draw(st.booleans()):
        rows.insert(0, ["表1 各地区主要指标", *[""] * (width - 1)])
    if draw(st.booleans()):
        rows.append(["资料来源：统计年鉴", *[""] * (width - 1)])
    return rows, mapping


def written(rows, kind, folder):
    path = folder / f"file.{kind.partition(':')[0]}"
    if kind.startswith(("csv", "tsv")):
        separator = "\t" if kind.startswith("tsv") else ","
        stream = io.StringIO()
        pd.DataFrame(rows).to_csv(stream, index=False, header=False, sep=separator)
        path.write_bytes(stream.getvalue().encode(kind.partition(":")[2]))
    else:
        book = openpyxl.Workbook()
        for row in rows:
            book.active.append(
                [
                    float(cell)
                    if cell.replace(".", "", 1).isascii() and cell.replace(".", "", 1).isdigit()
                    else cell
                    for cell in row
                ]
            )
        book.save(path)
    return path


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    data=st.data(),
    frame=panels(),
    kind=st.sampled_from(("csv:gb18030", "csv:utf-8-sig", "csv:utf-8", "tsv:utf-16", "xlsx")),
)
def test_any_layout_unit_and_encoding_gives_the_same_numbers(tmp_path, data, frame, kind):
    rows, mapping = data.draw(sheets(frame))
    path = written(rows, kind, tmp_path)
    got = dm.import_panel(
        path,
        "china_province",
        {**mapping, "accept": ["unit_slip", "unit_break", "percent_scale", "magnitude"]},
    )
    pd.testing.assert_frame_equal(
        got.frame[list(frame.columns)], frame, check_dtype=False, rtol=1e-9, atol=0.0
    )  # twelve digits were written
    for name in frame.columns[2:]:
        for place in np.flatnonzero(frame[name].notna()):
            key = (frame["province"].iloc[place], int(frame["year"].iloc[place]))
            cell = got.cell(key, name)
            row, column = openpyxl.utils.cell.coordinate_from_string(cell.address)[::-1]
            text = rows[row - 1][openpyxl.utils.column_index_from_string(column) - 1]
            assert parse_numbers(np.array([text], dtype=object)).values[0] * cell.factor == pytest.approx(
                cell.value, rel=1e-9
            )


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), frame=panels())
def test_without_its_unit_a_file_is_never_accepted(tmp_path, data, frame):
    variable = frame.columns[2]
    path = tmp_path / "file.csv"
    renamed = frame.rename(columns={variable: data.draw(st.sampled_from(NAMES[variable]))})
    renamed[["province", "year", renamed.columns[2]]].to_csv(path, index=False)
    with refused(PanelError, "importing.things_to_settle", listed=("column_refused",)):
        dm.import_panel(path, "china_province")


junk = st.one_of(
    st.binary(max_size=300),
    st.text(st.characters(exclude_categories=("Cs",)), max_size=300).map(lambda text: text.encode("utf-8")),
    st.lists(
        st.lists(st.sampled_from(["地区", "年份", "GDP(亿元)", "北京", "2011", "1.5", "亿", "…", "\"", "", "-", "1e999", "全国", "12%"]), min_size=1, max_size=5),
        max_size=8,
    ).map(lambda rows: "\n".join(",".join(row) for row in rows).encode("gb18030")),
)  # fmt: skip


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    content=junk,
    suffix=st.sampled_from(("csv", "xlsx", "xls", "dta", "parquet", "txt", "doc")),
    panel=st.sampled_from(("china_province", "china_city", "firm", "world")),
)
def test_no_bytes_crash_an_import(tmp_path, content, suffix, panel):
    path = tmp_path / f"file.{suffix}"
    path.write_bytes(content)
    with contextlib.suppress(dm.DigimfgError):
        got = dm.import_panel(path, panel, yes=True)
        assert len(got.frame) > 0
        assert not got.frame.duplicated(list(got.frame.columns[:2])).any()


@functools.cache
def good(kind):
    frame = pd.DataFrame(
        {
            "province": ["北京", "上海"] * 3,
            "year": [2011, 2011, 2012, 2012, 2013, 2013],
            "gdp_100m_yuan": np.arange(6) + 10.0,
        }
    )
    stream = io.BytesIO()
    {"xlsx": frame.to_excel, "parquet": frame.to_parquet}[kind](stream, index=False) if kind != "dta" else (
        frame.to_stata(stream, write_index=False, version=118)
    )
    return stream.getvalue()


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    kind=st.sampled_from(("xlsx", "dta", "parquet")),
    hits=st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), min_size=1, max_size=6),
    kept=st.floats(0.01, 1),
)
def test_no_damage_to_a_good_file_crashes_an_import(tmp_path, kind, hits, kept):
    content = bytearray(good(kind))
    for place, byte in hits:
        content[int(place * len(content))] = byte
    path = tmp_path / f"file.{kind}"
    path.write_bytes(bytes(content[: int(kept * len(content)) if kept < 0.9 else None]))
    with contextlib.suppress(dm.DigimfgError):
        dm.import_panel(path, "china_province")


plain = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-5, 5), st.floats(), st.text(max_size=5)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=6,
)
parts = (
    "panel",
    "layout",
    "keys",
    "constants",
    "columns",
    "variable",
    "unit",
    "names",
    "leave_out",
    "missing",
    "sheets",
    "header_rows",
    "encoding",
    "accept",
    "other",
)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(mapping=st.dictionaries(st.sampled_from(parts), plain, max_size=3))
def test_no_mapping_crashes_an_import(tmp_path, mapping):
    path = tmp_path / "file.csv"
    path.write_text("地区,年份,GDP(亿元)\n北京,2011,1\n", encoding="utf-8")
    with contextlib.suppress(dm.DigimfgError):
        dm.import_panel(path, "china_province", mapping)


texts = st.text(st.characters(exclude_categories=("Cs",)), max_size=12)
names = st.sampled_from(("gdp_100m_yuan", "urbanization_pct", "patents_granted", "digital_finance_index"))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    columns=st.dictionaries(
        texts, st.builds(dm.ColumnMapping, variable=names, unit=texts, confidence=st.floats(0, 1)), max_size=3
    ),
    keys=st.dictionaries(st.sampled_from(("province", "year")), texts),
    rows=st.lists(st.integers(1, 9), max_size=2),
    suffix=st.sampled_from(("toml", "json")),
)
def test_a_saved_mapping_comes_back_equal(tmp_path, columns, keys, rows, suffix):
    mapping = dm.ImportMapping(panel="china_province", columns=columns, keys=keys, header_rows=tuple(rows))
    path = dm.save_mapping(mapping, tmp_path / f"map.{suffix}")
    assert dm.ImportMapping.of(path) == mapping


@settings(max_examples=200, deadline=None)
@given(text=st.text(max_size=20))
def test_any_text_is_a_unit_or_none(text):
    unit = parse_unit(text)
    assert unit is None or unit.factor > 0


def test_units_convert_there_and_back():
    for name, others in UNITS.items():
        target = dictionary()[name].unit
        for unit, times in others.items():
            there = conversion_factor(unit, target, name)
            assert there * times == pytest.approx(1.0, rel=1e-15)
            assert conversion_factor(target.zh, Text(unit, unit), name) * there == pytest.approx(
                1.0, rel=1e-15
            )


@settings(max_examples=100, deadline=None)
@given(st.lists(st.floats(-1e12, 1e12), max_size=10))
def test_numbers_written_are_numbers_read(values):
    read = parse_numbers(np.array([repr(value) for value in values], dtype=object)).values
    np.testing.assert_array_equal(read, values)


CELLS = [1.5, -2, None, float("nan"), True, "", "—", "3.25", "+4e3", "1,234", "12.5%", "3亿", "7①", "..", " 8 ", "北京", float("inf"), "1e999"]  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(CELLS), max_size=8), st.booleans())
def test_a_cell_reads_the_same_whatever_stands_beside_it(cells, only_text):
    cells = [cell for cell in cells if isinstance(cell, str)] if only_text else cells
    column = np.empty(len(cells), dtype=object)
    column[:] = cells
    together = parse_numbers(column)
    alone = [parse_numbers(column[place : place + 1]) for place in range(len(cells))]
    np.testing.assert_array_equal(together.values, [one.values[0] for one in alone])
    assert together.unreadable.tolist() == [place for place, one in enumerate(alone) if len(one.unreadable)]
    units = [""] * len(cells) if together.units is None else together.units.tolist()
    assert units == ["" if one.units is None else one.units[0] for one in alone]
    assert together.marked == sum(one.marked for one in alone)


PEOPLE = {
    "110000": 2189.0,
    "130000": 7461.0,
    "310000": 2487.0,
    "440000": 12601.0,
    "520000": 3856.0,
    "650000": 2585.0,
}
ODD = (
    "", "-", "—", "…", "NA", "缺失", "0", "-1", "#", "*", "1,234", "1，234", "１２", "12%", "3亿", "3万元", "注：", "合计", "全国", "上海市", "2019年",
    "19年", "2019E", "1e9", "inf", "单位：万元", "(万元)", "亿元", "①", "1[2]", "\u200b", '"', "地区", "GDP", "1 2 3", "𠮷", "#DIV/0!",
)  # fmt: skip


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    layout=st.sampled_from(("long", "years", "indicators")),
    changes=st.lists(st.tuples(st.integers(0, 60), st.integers(0, 5), st.sampled_from(ODD)), max_size=3),
    kind=st.sampled_from(("csv:gb18030", "csv:utf-8", "xlsx")),
)
def test_a_cell_that_somebody_spoilt_changes_no_other_value_in_silence(tmp_path, layout, changes, kind):
    years = (2018, 2019, 2020)
    right = {(code, year): round(7.0 * people * 1.06 ** (year - 2018), 1) for code, people in PEOPLE.items() for year in years}  # fmt: skip
    named = {code: PROVINCES[code][0] for code in PEOPLE}
    if layout == "long":
        rows = [["地区", "年份", "地区生产总值(亿元)"], *([named[code], str(year), str(value)] for (code, year), value in right.items())]  # fmt: skip
        places = {key: (row, 2) for row, key in enumerate(right, 1)}
    elif layout == "years":
        rows = [["地区生产总值(亿元)", "", "", ""], ["地区", *(f"{year}年" for year in years)]]
        rows += [[named[code], *(str(right[code, year]) for year in years)] for code in PEOPLE]
        places = {(code, year): (row, column) for row, code in enumerate(PEOPLE, 2) for column, year in enumerate(years, 1)}  # fmt: skip
    else:
        rows = [["地区", "年份", "指标", "单位", "数值"], *([named[code], str(year), "地区生产总值", "亿元", str(value)] for (code, year), value in right.items())]  # fmt: skip
        places = {key: (row, 4) for row, key in enumerate(right, 1)}
    spoilt = set()
    for row, column, text in changes:
        if row < len(rows) and column < len(rows[row]) and not (column < 2 and row and layout != "years"):
            rows[row][column] = text
            spoilt.add((row, column))
    path = written(rows, kind, tmp_path)
    with contextlib.suppress(dm.DigimfgError):
        got = dm.import_panel(path, "china_province")
        told = any(
            word in note.en for note in got.notes for word in ("left out", "kept as", "taken for notes")
        )
        read = (
            got.frame.set_index(["province", "year"])["gdp_100m_yuan"]
            if "gdp_100m_yuan" in got.frame
            else pd.Series(dtype=float)
        )
        for key, place in places.items():
            if place not in spoilt and (key not in read or read[key] != right[key]):
                assert told
                assert key not in read or np.isnan(read[key])
