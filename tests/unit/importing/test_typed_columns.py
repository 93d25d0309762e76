"""Cells of typed columns are what a spreadsheet holds, whichever way they are made."""

import datetime
import decimal

import numpy as np
import pandas as pd
import pytest

from digimfg.importing.columns import column_cells

MIXED = [b"x", np.int64(3), decimal.Decimal("1.10"), [1, 2], datetime.date(2020, 1, 1), pd.Timestamp("2020")]


@pytest.mark.parametrize("kind", ["str", "string", object, "category"])
def test_texts_stay_texts_and_missing_ones_are_none(kind):
    cells = column_cells(pd.Series(["浙江", None, "", "1"], dtype=kind))
    assert cells.tolist() == ["浙江", None, "", "1"]
    assert [type(cell) for cell in cells] == [str, type(None), str, str]


def test_whole_numbers_among_missing_ones_stay_whole():
    for column in (pd.Series([2**60 + 1, None], dtype="Int64"), pd.Series([1, None], dtype=object)):
        cells = column_cells(column)
        assert [type(cell) for cell in cells] == [int, type(None)]
        assert cells[0] == column[0]


@pytest.mark.parametrize("place", range(len(MIXED)))
def test_one_other_value_among_texts_is_made_a_cell_and_the_texts_stay(place):
    values = np.array(["a", None, None, float("nan")], dtype=object)
    values[1] = MIXED[place]
    cells = column_cells(pd.Series(values, dtype=object)).tolist()
    told = ["x", 3, "1.10", "[1, 2]", datetime.date(2020, 1, 1), pd.Timestamp("2020")][place]
    assert cells == ["a", told, None, None]
    assert type(cells[1]) is type(told)
