"""The sample filter: its grammar, missing values, and errors."""

import datetime
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from refused import refused

import digimfg as dm
from digimfg.errors import Fault, SpecificationError
from digimfg.terms.sample import read_sample, sample_rows

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
    ("expression", "kind"),
    [
        ("yeer > 1990", Fault.of("names.unknown_column", near="year")),
        ("`yeer` > 1990", Fault.of("names.unknown_column", near="year")),
        ("", "names.unknown_column"),
        ("year >", Fault.of("terms.value_lacking", place=7)),
        ("year > abc", Fault.of("terms.sample_value", column="year")),
        ("year > 1990 &", "names.unknown_column"),
        ("year 1990", Fault.of("terms.and_or_end_lacking", place=6)),
        ("(year > 1990", Fault.of("terms.symbol_lacking", symbol=")")),
        ("year in 1990", Fault.of("terms.symbol_lacking", symbol="{")),
        ("year in {1990", "terms.comma_or_brace_lacking"),
        ("region", "terms.sample_value"),
        ("__import__('os')", "names.unknown_column"),
    ],
)
def test_a_broken_filter_is_an_error(expression, kind):
    with refused(SpecificationError, kind):
        sample_rows(expression, FRAME)


PROVINCES = pd.DataFrame({"province": ["110000", "120000", "130000"], "x": [1.0, 2.0, 3.0]})
YEARS = [2001, 2002, 2003]


@pytest.mark.parametrize(
    ("column", "literal"),
    [
        (pd.Series(YEARS, dtype="category"), "2002"),
        (pd.Series(YEARS, dtype=object), "2002"),
        (pd.Series([str(year) for year in YEARS]), "2002"),
        (pd.Series([str(year) for year in YEARS], dtype="category"), "2002"),
        (pd.Series([Decimal(year) for year in YEARS]), "2002"),
        (pd.Series([pd.Period(str(year), "Y") for year in YEARS]), "2002"),
        (pd.Series([datetime.date(year, 1, 1) for year in YEARS]), "2002-01-01"),
        (pd.to_datetime(pd.Series(YEARS).astype(str) + "-01-01"), "'2002-01-01'"),
        (pd.to_datetime(pd.Series(YEARS).astype(str) + "-01-01").dt.tz_localize("Asia/Shanghai"), "2002-01-01"),
        (pd.Series(YEARS, dtype="Int64"), "2002"),
        (pd.Series(YEARS, dtype="int64[pyarrow]"), "2002.0"),
        (pd.Series(YEARS, dtype="float32"), "2002"),
        (pd.Series(pd.arrays.SparseArray(YEARS)), "2002"),
    ],
)  # fmt: skip
def test_a_value_is_read_in_the_type_of_its_column(column, literal):
    frame = pd.DataFrame({"k": column})
    assert sample_rows(f"k != {literal}", frame).tolist() == [True, False, True]
    assert sample_rows(f"k in {{{literal}}}", frame).tolist() == [False, True, False]
    assert sample_rows(f"k not in {{{literal}}}", frame).tolist() == [True, False, True]


def test_long_identifiers_stay_apart():
    ids = [110101199003070001, 110101199003070003]
    for dtype in ("int64", "Int64", "uint64", "int64[pyarrow]", object, str):
        frame = pd.DataFrame({"pid": pd.Series(ids, dtype=dtype)})
        assert sample_rows("pid == 110101199003070001", frame).tolist() == [True, False]
    with refused(SpecificationError, "terms.sample_value"):
        sample_rows("pid == 110101199003070001", pd.DataFrame({"pid": np.array(ids, dtype=float)}))


def test_bounds_on_long_floats_are_exact():
    frame = pd.DataFrame({"x": [2.0**53, 2.0**53 + 2, 2.0**53 + 4]})
    assert sample_rows(f"x >= {2**53 + 1}", frame).tolist() == [False, True, True]
    assert sample_rows(f"x <= {2**53 + 3}", frame).tolist() == [True, True, False]


@pytest.mark.parametrize("expression", ["k == 9", "k != 9", "k in {1, 9}", "k not in {9}"])
def test_a_value_that_its_column_never_takes_is_an_error_with_the_nearest(expression):
    with refused(SpecificationError, "terms.sample_value", column="k"):
        sample_rows(expression, pd.DataFrame({"k": [1, 3, 7, 8]}))


def test_bounds_need_not_be_values():
    assert sample_rows("k >= 5.5 & k < 99", pd.DataFrame({"k": [1, 7]})).tolist() == [False, True]


@pytest.mark.parametrize("dtype", [str, "string", "category", "int64", "float64", "Int64", object])
@pytest.mark.parametrize("name", ["北京", "北京市", "Beijing", "110000", "11"])
def test_names_stand_for_the_codes_of_provinces(dtype, name):
    frame = PROVINCES.assign(province=PROVINCES["province"].astype(int).astype(dtype) if dtype in ("int64", "float64", "Int64") else PROVINCES["province"].astype(dtype))  # fmt: skip
    assert sample_rows(f"province == '{name}'", frame).tolist() == [True, False, False]
    assert sample_rows(f"province not in {{'{name}', 天津}}", frame).tolist() == [False, False, True]


def test_codes_and_other_spellings_stand_for_names():
    frame = pd.DataFrame(
        {"省份": ["北京市", "天津市", "广西壮族自治区"], "country": ["China", "德国", "Korea, Rep."]}
    )
    assert sample_rows("省份 in {110000, 广西}", frame).tolist() == [True, False, True]
    assert sample_rows("country in {KOR, 中国}", frame).tolist() == [True, False, True]


def test_countries_have_their_names_in_both_languages():
    frame = dm.load_panel("world")
    expected = frame["country"].isin(["CHN", "DEU"]).to_numpy()
    assert (sample_rows("country in {中国, Germany}", frame) == expected).all()
    with refused(SpecificationError, "terms.sample_value"):
        sample_rows("country != '德意国'", frame)


def test_names_beside_the_codes_in_the_frame_are_names_of_them():
    frame = pd.DataFrame({"firm": ["600000", "600001"], "firm_name": ["浦发银行", "邯郸钢铁"]})
    assert sample_rows("firm != 浦发银行", frame).tolist() == [False, True]


@pytest.mark.parametrize(
    ("column", "expression", "kind"),
    [
        (pd.Series(["2002", 2002, None], dtype=object), "k == 2002", "terms.sample_value"),
        (pd.Series(["low", "high"], dtype="category"), "k > low", "terms.sample_value"),
        (pd.Series(["1", "10", "9"]), "k > 5", "terms.sample_value"),
        (pd.to_datetime(pd.Series(["2015-06-30"])), "k >= 2015", "terms.sample_value"),
        (pd.to_datetime(pd.Series(["2015-06-30"])), "k >= 2015-06-31", "terms.sample_value"),
        (pd.to_datetime(pd.Series(["2015-06-30"])), "k >= '2015-06-30T00:00Z'", "terms.sample_value"),
        (pd.to_datetime(pd.Series(["2015-06-30"])).dt.tz_localize("Europe/Berlin"), "k < '2015-03-29 02:30'", "terms.sample_value"),
        (pd.Series([pd.Period("2015Q1")]), "k >= 2015", Fault.of("terms.sample_value", needed="a period such as '2015Q1'")),
        (pd.Series(pd.to_timedelta(["1 days"])), "k > 5", "terms.sample_value"),
        (pd.Series([[1], [2]]), "k == 1", "terms.sample_value"),
        (pd.Series([1 + 1j]), "k == 1", "terms.sample_value"),
        (pd.Series([pd.Interval(0, 1)]), "k == 1", "terms.sample_value"),
        (pd.Series([1.0, 2.0]), "k == nan", Fault.of("terms.sample_value", column='k')),
        (pd.Series([1, 2]), "k == １", Fault.of("terms.sample_value", column='k')),
        (pd.Series([1, 2]), f"k == 1e{'9' * 20}", Fault.of("terms.sample_value", column='k')),
        (pd.Series([True, False]), "k == maybe", Fault.of("terms.sample_value", needed='True or False')),
        (pd.Series(["a", "b"]), "k", "terms.sample_value"),
    ],
)  # fmt: skip
def test_what_cannot_be_compared_exactly_is_refused_with_the_remedy(column, expression, kind):
    with refused(SpecificationError, kind):
        sample_rows(expression, pd.DataFrame({"k": column}))


def test_ordered_categories_compare_by_their_order():
    grade = pd.Series(["low", "mid", "high", None]).astype(
        pd.CategoricalDtype(["low", "mid", "high"], ordered=True)
    )
    assert sample_rows("k >= mid", pd.DataFrame({"k": grade})).tolist() == [False, True, True, False]
    with refused(SpecificationError, "terms.sample_value"):
        sample_rows("k >= middle", pd.DataFrame({"k": grade}))


def test_a_category_without_rows_is_no_value():
    k = pd.Series(["a", "b"], dtype=pd.CategoricalDtype(["a", "b", "c"]))
    with refused(SpecificationError, "terms.sample_value"):
        sample_rows("k != c", pd.DataFrame({"k": k}))


def test_missing_is_asked_for_by_its_name():
    assert sample_rows("missing(region) | region == '东'", FRAME).tolist() == [True, False, True, False]
    assert sample_rows("not missing(`gdp per head`)", FRAME).tolist() == [True, False, True, True]


def test_the_rows_that_a_missing_value_takes_are_counted_with_their_reason():
    frame = pd.DataFrame(
        {"y": [1.0, 2, 4, 3, 5, 6], "x": [2.0, 1, 3, 5, 4, 7], "z": [1.0, -1, None, -1, -1, -1]}
    )
    result = dm.estimate(dm.Specification("y", "x", sample="not z > 0"), frame)
    assert result.statistics["n_obs"] == 4
    assert [(each.reason.en, each.n_rows) for each in result.dropped] == [
        ("outside the sample", 1),
        ("missing z, which the sample compares", 1),
    ]
    assert result.dropped[1].reason.zh == "样本条件所比较的z缺失"


def test_a_row_that_other_comparisons_settle_is_not_unknown():
    frame = pd.DataFrame({"z": [None, None, 1.0], "year": [1990, 2000, 2000]})
    found = read_sample("z > 0 & year >= 1995", frame)
    assert (found.inside.tolist(), found.unknown.tolist()) == ([False, False, True], [False, True, False])
    assert read_sample("z > 0 | year >= 1995", frame).inside.tolist() == [False, True, True]


def test_a_name_that_begins_another_is_not_taken_for_it():
    with refused(SpecificationError, "names.unknown_column"):
        sample_rows("x12 > 3", pd.DataFrame({"x1": [1.0], "x2": [2.0]}))
    assert sample_rows("not rich", pd.DataFrame({"not rich": [1, 0], "rich": [1, 0]})).tolist() == [
        True,
        False,
    ]
