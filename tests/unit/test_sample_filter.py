"""The sample filter: its grammar, missing values, and errors."""

import numpy as np
import pandas as pd
import pytest

from digimfg.errors import SpecificationError
from digimfg.terms.sample import sample_rows

FRAME = pd.DataFrame(
    {
        "year": [1990, 1995, 2000, 2005],
        "region": ["东", "中", None, "西部"],
        "gdp per head": [1.0, np.nan, 3.0, -4.0],
        "rich": [True, False, True, False],
        "in": [1, 0, 1, 0],
    }
)


@pytest.mark.parametrize(
    ("expression", "kept"),
    [
        ("year >= 1995", [1, 2, 3]),
        ("year>=1995&year<2005", [1, 2]),
        ("year < 1995 | year > 2000", [0, 3]),
        ("year == 1990 | year == 1995 & rich", [0]),
        ("(year == 1990 | year == 1995) & not rich", [1]),
        ("not not rich", [0, 2]),
        ("region in {'东', '中'}", [0, 1]),
        ("region in {西部}", [3]),
        ("region == '西部'", [3]),
        ("year in {1990, 2005}", [0, 3]),
        ("gdp per head > -1e1", [0, 2, 3]),
        ("`gdp per head` < 0", [3]),
        ("rich == True", [0, 2]),
        ("rich != True", [1, 3]),
        ("in == 1 & rich", [0, 2]),
    ],
)
def test_the_filter_keeps(expression, kept):
    assert np.flatnonzero(sample_rows(expression, FRAME)).tolist() == kept


@pytest.mark.parametrize("expression", ["region != '东'", "region > 'a'", "gdp per head != 3"])
def test_a_missing_value_fulfils_no_comparison(expression):
    missing = FRAME["region" if "region" in expression else "gdp per head"].isna()
    assert not sample_rows(expression, FRAME)[missing].any()


def test_the_filter_reads_nullable_columns():
    assert sample_rows("`gdp per head` > 0 & rich", FRAME.convert_dtypes()).tolist() == [
        True,
        False,
        True,
        False,
    ]


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("yeer > 1990", "nearest columns: year"),
        ("`yeer` > 1990", "nearest columns: year"),
        ("", "a column of the frame"),
        ("year >", "a value"),
        ("year > abc", "'year' is numeric"),
        ("year > 1990 &", "a column of the frame"),
        ("year 1990", "'&', '|' or the end"),
        ("(year > 1990", r"'\)'"),
        ("year in 1990", "'{'"),
        ("year in {1990", "',' or '}'"),
        ("region", "a comparison"),
        ("__import__('os')", "a column of the frame"),
    ],
)
def test_a_broken_filter_is_an_error(expression, message):
    with pytest.raises(SpecificationError, match=message):
        sample_rows(expression, FRAME)
