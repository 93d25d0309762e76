"""What a user of Stata, R or pandas writes is answered with our spelling, and never estimated by guess."""

import pandas as pd
import pytest
from refused import refused

import digimfg as dm
from digimfg.errors import SpecificationError
from digimfg.terms.evaluate import Evaluator
from digimfg.terms.foreign_syntax import translated_filter, translated_terms
from digimfg.terms.sample import sample_rows

COLUMNS = ["province", "year", "digital", "control", "gdp per head", "数字经济"]
FRAME = pd.DataFrame(
    {"province": ["a", "a", "b", "b"], "year": [1, 2, 1, 2]}
    | {name: [1.0, 2.0, 4.0, 9.0] for name in COLUMNS[2:]}
)


@pytest.mark.parametrize(
    ("written", "ours"),
    [
        ("i.year", ("i(year)",)),
        ("ib2.year", ("i(year, ref=2)",)),
        ("C(year)", ("i(year)",)),
        ("as.factor(year)", ("i(year)",)),
        ("c.digital#c.control", ("digital:control",)),
        ("c.digital##c.control", ("digital", "control", "digital:control")),
        ("c.数字经济#i.year", ("数字经济:i(year)",)),
        ("digital*control", ("digital", "control", "digital:control")),
        ("L1.digital", ("L.digital",)),
        ("l.digital", ("L.digital",)),
        ("l2.digital", ("L2.digital",)),
        ("LD.digital", ("L.D.digital",)),
        ("L(0/2).digital", ("digital", "L.digital", "L2.digital")),
        ("lag(digital)", ("L.digital",)),
        ("lag(digital, 2)", ("L2.digital",)),
        ("ln(digital)", ("log(digital)",)),
        ("np.log(digital)", ("log(digital)",)),
        ("L.ln(digital)", ("L.log(digital)",)),
        ("digital**2", ("digital^2",)),
        ("I(digital**2)", ("digital^2",)),
        ("digital + control", ("digital", "control")),
        ("digital, control", ("digital", "control")),
        ("digital control", ("digital", "control")),
        ("control ~ digital + i.year", ("digital", "i(year)")),
    ],
)
def test_every_foreign_spelling_has_ours(written, ours):
    assert translated_terms(written, COLUMNS) == ours
    for term in ours:
        Evaluator(FRAME, "province", "year")(term)


@pytest.mark.parametrize(
    "written", ["digitla", "i.yaer", "digital control2", "gdp perhead", "exp(digital)", "a#"]
)
def test_what_names_no_columns_is_not_translated(written):
    assert translated_terms(written, COLUMNS) == ()


def test_the_error_gives_the_spelling_in_both_languages():
    spec = dm.Specification("control", "i.year", entity="province", time="year")
    with refused(SpecificationError, "names.unknown_column", near="year"):
        dm.estimate(spec, FRAME)


def test_a_formula_is_answered_with_a_specification():
    spec = dm.Specification("control ~ digital + L.digital", (), entity="province", time="year")
    with refused(SpecificationError, "names.unknown_column"):
        dm.estimate(spec, FRAME)


def test_a_misspelt_column_still_gets_the_nearest_names():
    spec = dm.Specification("control", "digitla", entity="province", time="year")
    with refused(SpecificationError, "names.unknown_column", near="digital"):
        dm.estimate(spec, FRAME)


def test_a_column_of_that_name_is_the_column():
    frame = FRAME.assign(**{"i.year": [1.0, 3.0, 2.0, 7.0]})
    assert Evaluator(frame, "province", "year")("i.year").values[:, 0].tolist() == [1.0, 3.0, 2.0, 7.0]


@pytest.mark.parametrize(
    ("written", "ours"),
    [
        ("if year>=2", "year>=2"),
        ("year=2", "year==2"),
        ("year >= 1 and year < 2", "year >= 1 & year < 2"),
        ("year == 1 or province == 'b'", "year == 1 | province == 'b'"),
        ("year==1 && province=='b'", "year==1 & province=='b'"),
        ("year==1 || province=='b'", "year==1 | province=='b'"),
        ("inrange(year, 1, 2)", "year >= 1 & year <= 2"),
        ("inlist(province, 'a', 'b')", "province in {'a', 'b'}"),
        ("province in ['a', 'b']", "province in {'a', 'b'}"),
        ("province.isin(['a'])", "province in {'a'}"),
        ("province ~= 'a'", "province != 'a'"),
        ("!(year == 1)", "not (year == 1)"),
        ("year>=2 & inlist(province, 'a')", "year>=2 & province in {'a'}"),
    ],
)
def test_every_foreign_filter_has_ours(written, ours):
    assert translated_filter(written) == ours
    with pytest.raises(SpecificationError) as caught:
        sample_rows(written, FRAME)
    assert caught.value.remedy.en == f"write sample={ours!r}"
    assert sample_rows(ours, FRAME).dtype == bool


@pytest.mark.parametrize(
    "filter_", ["year >= 1 & province == 'a'", "not (year == 1)", "province in {'a', 'b'}", "year != 1"]
)
def test_our_own_filters_are_left_alone(filter_):
    assert translated_filter(filter_) == filter_


def test_a_filter_of_an_unknown_column_still_gets_the_nearest_names():
    with refused(SpecificationError, "names.unknown_column", near="year"):
        sample_rows("yaer = 2", FRAME)
