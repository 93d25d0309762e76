"""Large texts are read piece by piece, and give what one piece gives."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from digimfg.importing import separated
from digimfg.importing.numbers import parse_numbers

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
