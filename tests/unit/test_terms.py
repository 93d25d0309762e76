"""The grammar of terms, and what each term evaluates to."""

import numpy as np
import pandas as pd
import pytest
from refused import refused

import digimfg as dm
from digimfg.errors import SpecificationError
from digimfg.terms import Column, Difference, Levels, Log, Power, Product, Shift, columns_of, parse_term
from digimfg.terms.evaluate import Evaluator

FRAME = pd.DataFrame(
    {
        "unit": ["a", "a", "a", "b", "b", "b"],
        "year": [2000, 2001, 2003, 2000, 2001, 2002],
        "x": [1.0, 2.0, 4.0, 10.0, 20.0, 40.0],
        "数字经济": [1.0, -1.0, 2.0, 3.0, 0.0, 5.0],
        "GDP (亿元)": [1.0, 2.0, 3.0, 4.0, 5.0, 6.0],
        "gdp per head": [2.0, 4.0, 8.0, 16.0, 32.0, 64.0],
        "region": ["东", "西", "东", "中", "中", None],
    }
)


def values(term, frame=FRAME):
    found = Evaluator(frame, "unit", "year")(term)
    return found.values[:, 0].tolist() if len(found.names) == 1 else found


@pytest.mark.parametrize(
    ("term", "tree"),
    [
        ("x", Column("x")),
        (" x ", Column("x")),
        ("L.x", Shift(Column("x"), 1)),
        ("L3.x", Shift(Column("x"), 3)),
        ("F2.x", Shift(Column("x"), -2)),
        ("D.x", Difference(Column("x"), 1)),
        ("D2.log(x)", Difference(Log(Column("x")), 2)),
        ("L.D.x", Shift(Difference(Column("x"), 1), 1)),
        ("x^2", Power(Column("x"), 2)),
        ("log(x)^2", Power(Log(Column("x")), 2)),
        ("a:b:c", Product((Column("a"), Column("b"), Column("c")))),
        ("L.(a:b)", Shift(Product((Column("a"), Column("b"))), 1)),
        ("log(a:b)", Log(Product((Column("a"), Column("b"))))),
        ("数字经济^2", Power(Column("数字经济"), 2)),
        ("L.`gdp per head`", Shift(Column("gdp per head"), 1)),
        ("i(year)", Levels("year", None, None, None)),
        ("x:i(year, ref=1995)", Product((Column("x"), Levels("year", "1995", None, None)))),
        ("i(since, ref=-1, min=-5, max=5)", Levels("since", "-1", -5.0, 5.0)),
        ("i(region, ref='东')", Levels("region", "东", None, None)),
        ("iodine", Column("iodine")),
        ("logit", Column("logit")),
        ("Lag", Column("Lag")),
    ],
)
def test_the_grammar_reads(term, tree):
    assert parse_term(term) == tree


@pytest.mark.parametrize(
    ("name", "term", "tree"),
    [
        ("L.x", "L.x", Column("L.x")),
        ("log(x)", "log(x)", Column("log(x)")),
        ("a:b", "a:b", Column("a:b")),
        ("a:b", "L.a:b", Shift(Column("a:b"), 1)),
        ("GDP (亿元)", "L.GDP (亿元)", Shift(Column("GDP (亿元)"), 1)),
        ("GDP (亿元)", "log(GDP (亿元))", Log(Column("GDP (亿元)"))),
        ("gdp per head", "gdp per head:x", Product((Column("gdp per head"), Column("x")))),
    ],
)
def test_a_column_name_goes_before_the_grammar(name, term, tree):
    assert parse_term(term, [name, "x", "GDP"]) == tree


@pytest.mark.parametrize(
    ("term", "character", "kind"),
    [
        ("", 1, "terms.name_lacking"),
        ("x:", 3, "terms.name_lacking"),
        ("log(x", 6, "terms.symbol_lacking"),
        ("x)", 2, "terms.end_or_operator_lacking"),
        ("x^0", 3, "terms.power_not_whole"),
        ("x^-1", 3, "terms.power_not_whole"),
        ("x^1.5", 4, "terms.end_or_operator_lacking"),
        ("L0.x", 1, "terms.lag_not_whole"),
        ("L.i(year)", 1, "terms.lag_not_whole"),
        ("i(year, base=1)", 9, "terms.options_of_levels"),
        ("i(year, ref=1, ref=2)", 16, "terms.options_of_levels"),
        ("`x", 2, "terms.backtick_not_closed"),
    ],
)
def test_a_broken_term_is_an_error_that_names_the_character(term, character, kind):
    with refused(SpecificationError, kind, place=character):
        parse_term(term)


def test_the_columns_of_a_term_are_listed_in_order():
    assert list(columns_of(parse_term("L.b:log(a):i(year)"))) == ["b", "a", "year"]


def test_lags_leads_and_differences_see_gaps_and_entities():
    nan = np.nan
    np.testing.assert_array_equal(values("L.x"), [nan, 1, nan, nan, 10, 20])
    np.testing.assert_array_equal(values("L2.x"), [nan, nan, 2, nan, nan, 10])
    np.testing.assert_array_equal(values("F.x"), [2, nan, nan, 20, 40, nan])
    np.testing.assert_array_equal(values("D.x"), [nan, 1, nan, nan, 10, 20])
    np.testing.assert_array_equal(values("D2.x"), [nan, nan, nan, nan, nan, 10])


def test_a_logarithm_of_what_is_not_positive_is_missing_and_counted():
    evaluator = Evaluator(FRAME)
    found = evaluator("log(数字经济)").values[:, 0]
    np.testing.assert_allclose(found, [0, np.nan, np.log(2), np.log(3), np.nan, np.log(5)])
    assert evaluator.not_positive == {"log(数字经济)": 2}


def test_names_with_spaces_and_brackets_evaluate():
    assert values("gdp per head:GDP (亿元)") == [2, 8, 24, 64, 160, 384]
    assert values("`gdp per head`^2") == [4, 16, 64, 256, 1024, 4096]


def test_levels_leave_out_the_reference_and_keep_missing_missing():
    found = Evaluator(FRAME)("i(region, ref=东)")
    assert found.names == ("region[中]", "region[西]")
    np.testing.assert_array_equal(found.values, [[0, 0], [0, 1], [0, 0], [1, 0], [1, 0], [np.nan, np.nan]])


def test_levels_are_binned_at_the_ends():
    found = Evaluator(FRAME)("i(year, ref=2001, min=2001, max=2002)")
    assert found.names == ("year[2002]",)
    assert found.values[:, 0].tolist() == [0, 0, 1, 0, 0, 1]


def test_a_product_with_levels_names_each_term():
    found = Evaluator(FRAME, "unit", "year")("L.x:i(year, ref=2000)")
    assert found.names == ("L.x:year[2001]", "L.x:year[2002]", "L.x:year[2003]")
    assert found.values[1].tolist() == [1, 0, 0]


def test_whole_numbers_held_as_floats_name_their_levels_as_whole_numbers():
    found = Evaluator(FRAME.assign(year=FRAME.year.astype(float)))("i(year, ref=2000)")
    assert found.names == ("year[2001]", "year[2002]", "year[2003]")


def test_an_unknown_column_suggests_the_nearest():
    with refused(SpecificationError, "names.unknown_column", near="gdp per head"):
        values("log(`gdp pr head`)")
    with refused(SpecificationError, "names.unknown_column", near="数字经济"):
        values("L.数字经")


def test_an_unknown_reference_level_lists_the_known_ones():
    with refused(
        SpecificationError, "terms.reference_level_unknown", listed=("2000", "2001", "2002", "2003")
    ):
        values("i(year, ref=1999)")


def test_text_in_a_regressor_is_an_error_that_offers_indicators():
    with refused(SpecificationError, "terms.column_not_numbers", name="region"):
        values("region")


def test_infinite_values_are_an_error_that_counts_them():
    with refused(SpecificationError, "terms.column_infinite", n=2, places="0, 3"):
        values("x", FRAME.assign(x=[np.inf, 1, 2, -np.inf, 3, 4]))


@pytest.mark.parametrize(
    "year", [FRAME.year.astype(str), FRAME.year + 0.5, pd.to_datetime(FRAME.year.astype(str), format="%Y")]
)
def test_a_lag_needs_whole_periods(year):
    with refused(SpecificationError, "terms.time_not_whole"):
        values("L.x", FRAME.assign(year=year))


def test_a_lag_of_repeated_keys_is_an_error_that_names_the_first():
    with refused(SpecificationError, "terms.keys_repeated", n_repeated=2, entity="a", period=2001):
        values("L.x", pd.concat([FRAME, FRAME.iloc[[1, 3]]]))


def test_a_lag_without_keys_is_an_error():
    with refused(SpecificationError, "terms.lags_without_keys", got="entity=None"):
        Evaluator(FRAME)("L.x")


def test_keys_in_the_index_are_an_error_that_says_how_to_mend_it():
    with refused(SpecificationError, "terms.column_in_index"):
        values("L.x", FRAME.set_index(["unit", "year"]))


def test_products_too_large_for_their_squares_are_refused_as_powers_are():
    frame = pd.DataFrame({"x": [1e60, 2.0, 3.0]})
    with refused(SpecificationError, "terms.powers_too_large"):
        Evaluator(frame)("x:x:x")
    with refused(SpecificationError, "terms.powers_too_large"):
        Evaluator(frame)(":".join(["x"] * 3000))


def test_a_logarithm_within_a_product_of_levels_is_noted_once_under_its_name():
    frame = pd.DataFrame({"x": np.arange(-2.0, 22.0), "g": list("ab") * 12})
    frame["y"] = np.sin(frame.x)
    notes = [note.en for note in dm.estimate(dm.Specification("y", "log(x):i(g)"), frame).notes]
    found = [note for note in notes if "logarithm" in note]
    assert found == ["log of x × indicators of g: the logarithm of 3 values that are not positive is missing"]
