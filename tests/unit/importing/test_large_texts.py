"""Large texts are read piece by piece, and give what one piece gives."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from refused import refused

import digimfg as dm
from digimfg.importing import separated
from digimfg.importing.numbers import parse_numbers
from digimfg.importing.reading import read_file
from digimfg.importing.text_amounts import TextAmounts

LINES = [
    "地区,年份,产值(亿元)",
    *(f"{name},{year},{year / 7:.4f}" for year in range(300) for name in ("北京", "沪", "x")),
]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le"])
@pytest.mark.parametrize("piece", [1, 50, 10**6])
def test_pieces_of_a_text_are_the_text(monkeypatch, encoding, piece):
    monkeypatch.setattr(separated, "_PIECE", piece)
    text = "\n".join(LINES)
    named = encoding if encoding == "utf-16-le" else None
    found, used = separated.decoded(Path("a.csv"), text.encode(encoding), named)
    assert found.decode("utf-8") == text
    assert used == {"utf-8": "utf-8-sig"}.get(encoding, encoding)


def test_a_table_in_several_pieces_is_the_table(monkeypatch):
    content = "\n".join(LINES).encode()
    whole = separated.read_separated(Path("a.csv"), content)
    monkeypatch.setattr(separated, "_BLOCK", 400)
    pieces = separated.read_separated(Path("a.csv"), content)
    assert pieces.columns[0].num_chunks > 1
    for place in range(whole.n_columns):
        assert pieces.column(place).tolist() == whole.column(place).tolist()
        cells = pieces.cells(place, 1), np.asarray(whole.column(place, 1), dtype=object)
        first, second = (parse_numbers(each) for each in cells)
        np.testing.assert_array_equal(first.values, second.values)
        np.testing.assert_array_equal(first.unreadable, second.unreadable)
    assert [pieces.row(at) for at in (0, 500)] == [whole.row(at) for at in (0, 500)]


@pytest.mark.parametrize(
    "odd",
    [
        "",
        "nan",
        "inf",
        "-Infinity",
        "+5",
        "1e5",
        "1E+05",
        ".5",
        "5.",
        " 7",
        "1,234",
        "12%",
        "0x10",
        "-",
        "１２",
        "1_000",
    ],
)
def test_text_held_by_arrow_reads_as_text_held_by_python(odd):
    texts = ["1.5", "-2", odd, "3e-2"]
    first = parse_numbers(pd.array(texts, dtype=pd.StringDtype("pyarrow")))
    second = parse_numbers(np.array([*texts, 4.0], dtype=object))  # stored numbers among them: cell by cell
    np.testing.assert_array_equal(first.values, second.values[:-1])
    assert first.unreadable.tolist() == second.unreadable.tolist()
    assert (first.units is None) == (second.units is None)


def _firms(odd, at):
    lines = ["股票代码,会计年度,资产总计(元),托宾Q值,员工人数(人)"]
    for firm in range(6):
        for year in range(2010, 2016):
            assets = odd if (firm, year) == at else f"{10**9 + firm * 10**6 + year}.50"
            lines.append(f"{firm + 1:06d},{year},{assets},{1 + firm / 7:.4f},{100 + firm}")
    return "\n".join([*lines, "注：数据来源于年报,,,,"])


def _answer(path):
    try:
        found = dm.import_panel(path, "firm", yes=True)
    except dm.PanelError as error:
        return str(error)
    places = {name: [part.tolist() for part in parts] for name, parts in found.places.items()}
    return found.frame.to_csv(), [str(kind) for kind in found.frame.dtypes], places, found.notes, found.sheets


ODD = ("", "-", "N/A", "+5", "1e9", " 7.5", "5.", '"1,234.5"', "12%", "3亿", "７.5", "inf", "abc", '"12,5"')


@pytest.mark.parametrize("at", [(0, 2010), (3, 2012), (5, 2015)])
@pytest.mark.parametrize("odd", ODD)
def test_columns_read_as_numbers_give_what_their_text_gives(monkeypatch, tmp_path, odd, at):
    path = tmp_path / "firms.csv"
    path.write_text(_firms(odd, at), encoding="gb18030")
    whole = _answer(path)
    monkeypatch.setattr(separated, "_LARGE", 0)
    monkeypatch.setattr(separated, "_END_LINES", 6)
    held = separated.read_separated(path, path.read_text(encoding="gb18030").encode())
    if odd in ("", "-", "N/A", "1e9", "5."):
        assert any(isinstance(column, TextAmounts) for column in held.columns)
    assert _answer(path) == whole


def test_text_of_numbers_is_read_again_as_it_stands(monkeypatch):
    content = _firms("1500000000.5", (3, 2012)).encode()
    whole = separated.read_separated(Path("a.csv"), content)
    monkeypatch.setattr(separated, "_LARGE", 0)
    monkeypatch.setattr(separated, "_END_LINES", 6)
    held = separated.read_separated(Path("a.csv"), content)
    for first, last in ((0, 38), (0, 4), (2, 9), (10, 20), (30, 38), (36, 38), (20, 20)):
        for place in range(held.n_columns):
            found, wanted = (each.column(place, first, last).tolist() for each in (held, whole))
            assert found == wanted
    np.testing.assert_array_equal(
        held.numbers(2, 3, 30), [float(cell) for cell in whole.column(2, 3, 30).tolist()]
    )
    assert held.numbers(2, 0, 30) is None  # the header is no number


def test_text_of_a_large_file_is_read_from_it_again(monkeypatch, tmp_path):
    path = tmp_path / "firms.csv"
    path.write_text(_firms("1500000000.5", (3, 2012)), encoding="gb18030")
    monkeypatch.setattr(separated, "_LARGE", 0)
    monkeypatch.setattr(separated, "_END_LINES", 6)
    held = read_file(path).grids[0]
    named = separated.read_separated(path, path.read_text(encoding="gb18030").encode())
    assert held.column(2, 0, 38).tolist() == named.column(2, 0, 38).tolist()
    path.write_text(_firms("2500000000.5", (3, 2012)), encoding="gb18030")
    with refused(dm.PanelError, "importing.file_changed", where=path):
        held.column(2, 0, 38)
    assert held.numbers(2, 3, 30)[17] == named.numbers(2, 3, 30)[17]  # what was read stays as it was
