"""Whatever is written as a term or a filter ends soon, in its meaning or in our error."""

import time

import hypothesis.strategies as st
import pandas as pd
import pytest
from hypothesis import given, settings
from refused import refused

import digimfg as dm
from digimfg.errors import Fault, SpecificationError
from digimfg.sample_phrase import sample_phrase
from digimfg.terms.evaluate import Evaluator
from digimfg.terms.foreign_syntax import translated_filter, translated_terms
from digimfg.terms.sample import sample_rows

FRAME = pd.DataFrame(
    {
        "id": [1, 1, 2, 2],
        "year": [1, 2, 1, 2],
        "x": [1.0, 2, 4, 9],
        "z": [3.0, 1, 4, 1],
        "数字 经济": [1.0, 2, 3, 5],
    }
)
BITS = ["(", ")", "x", "z", "L.", "L2.", "F.", "D.", "log(", "i(", "ref=", ", ", ":", "^", "^2", "##", "#", "c.", "i.", "*", "**", " ",
        "`", "'", '"', "+", "~", "lag(", "L(1/3).", "数字 经济", "not ", "&", "|", "==", "<=", "!", "=", " in {", "}", "missing(",
        "year", "9", "99999999999999999999", "1e9", "-", ".", "inlist(", "C(", "and", "if ", "\t", "\u3000", "\x00"]  # fmt: skip
LONG = [
    *(bit * 5_000 for bit in BITS),
    *(f"x{' ' * count}{bit}" for bit in ("z", ")", "^", ":", "in", "&", "~", "#", ",") for count in (20_000,)),
    "log(x" + " " * 20_000 + "z",
    "(" * 5_000 + "x" + ")" * 5_000,
    "log(" * 5_000 + "x" + ")" * 5_000,
    "L99999999999999999999.x", "F10000.x", "D10000000.x", "D21.x", "L" + "9" * 5_000 + ".x", "x^99999999999999999999", "x^" + "9" * 5_000,
    "##".join(["c.x"] * 24), "#".join(["L(1/9).x"] * 24), "*".join(["x"] * 24), "L(0/99999999).x", "L(1/5000).x",
    "lag(" + " " * 5_000 + "x" + " " * 5_000 + ", 1", "i(x, ref=" + " " * 20_000, "x" * 200_000, "x+" * 60_000,
    "inlist(" * 2_000, "x in {" + "1," * 40_000, "x == " + "9" * 50_000, "!" * 5_000 + "(" * 5_000, "a&" * 30_000, "not " * 20_000 + "x > 1",
    "x > 1 " + "& x > 1 " * 9_000,
]  # fmt: skip


SECONDS = 10.0
"""Of one processor however busy: what has no bound takes hours."""


def in_time(call):
    start = time.process_time()
    said = ""
    try:
        call()
    except SpecificationError as error:
        said = error.message("en") + error.message("zh")
    assert len(said) < 2_000
    assert time.process_time() - start < SECONDS


def every_reading(text):
    in_time(lambda: Evaluator(FRAME, "id", "year")(text))
    in_time(lambda: sample_rows(text, FRAME))
    in_time(lambda: translated_terms(text, FRAME.columns))
    in_time(lambda: translated_filter(text))
    in_time(lambda: sample_phrase(text))


@pytest.mark.parametrize("place", range(len(LONG)))
def test_what_is_long_or_deep_ends_soon(place):
    every_reading(LONG[place])


@settings(max_examples=400, deadline=None)
@given(st.lists(st.sampled_from(BITS), max_size=14).map("".join))
def test_what_is_wrong_is_our_error(text):
    every_reading(text)


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=30))
def test_any_text_is_read_or_refused(text):
    every_reading(text)


@pytest.mark.parametrize(
    ("term", "kind"),
    [
        ("(" * 51 + "x" + ")" * 51, Fault.of("terms.nested_too_deep", deepest=50)),
        ("L." * 51 + "x", Fault.of("terms.nested_too_deep", deepest=50)),
        ("L10000.x", Fault.of("terms.lag_not_whole", place=1, most=9999)),
        ("D21.x", Fault.of("terms.lag_not_whole", place=1, most=20)),
        ("x^10000", Fault.of("terms.power_not_whole", most_periods=9999)),
        ("i(x, min=1e999)", Fault.of("terms.number_not_readable", text="1e999")),
        ("i(x, min=2, max=1)", "terms.min_not_below_max"),
        ("x" * 100_001, Fault.of("terms.text_too_long", longest=100_000)),
    ],
)
def test_bounds_say_how_far_they_go(term, kind):
    with refused(SpecificationError, kind):
        Evaluator(FRAME, "id", "year")(term)


def test_what_is_within_bounds_is_read():
    evaluator = Evaluator(FRAME, "id", "year")
    assert evaluator("(" * 50 + "x" + ")" * 50).values[:, 0].tolist() == [1, 2, 4, 9]
    assert pd.isna(evaluator("L9999.x").values).all()
    assert sample_rows("(" * 50 + "x > 1" + ")" * 50, FRAME).tolist() == [False, True, True, True]


def test_indicators_that_fill_no_computer_are_refused_with_the_way_out():
    count = 15_000
    frame = pd.DataFrame({"id": range(count), "y": [0.0, 1.0] * (count // 2)})
    with refused(SpecificationError, "terms.too_many_cells"):
        dm.estimate(dm.Specification("y", "i(id)"), frame)
