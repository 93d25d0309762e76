"""A filter says of every row what plain Python with three-valued logic says, whatever the type of the column."""

import datetime
import operator
from decimal import Decimal

import hypothesis.strategies as st
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from refused import refused

from digimfg.errors import SpecificationError
from digimfg.terms.sample import read_sample

OPERATORS = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
IDS = st.integers(min_value=110101199003070000, max_value=110101199003070004)
SMALL = st.integers(min_value=-3, max_value=3)
CENTS = st.integers(min_value=-400, max_value=400).map(lambda cents: Decimal(cents) / 100)
WORDS = st.sampled_from(["东", "中", "西部", "a", "b c", "", "2002", "02002"])
DAYS = st.dates(min_value=datetime.date(1899, 12, 30), max_value=datetime.date(2200, 1, 2))
MOMENTS = st.datetimes(*(pd.Timestamp(day).to_pydatetime() for day in ("1900-01-01", "2200-01-01")))
SPANS = st.integers(min_value=-(10**12), max_value=10**12).map(
    lambda count: datetime.timedelta(microseconds=count)
)
QUARTERS = st.integers(min_value=100, max_value=300).map(lambda count: pd.Period(ordinal=count, freq="Q"))
UTC = datetime.UTC


def in_quotes(value):
    return f"'{value}'"


def moment(value):
    return in_quotes(value.isoformat(sep=" "))


def span(value):
    return in_quotes(f"{value // datetime.timedelta(microseconds=1)} us")


def typed(dtype):
    return lambda values: pd.Series(values, dtype=dtype)


def objects(values):
    return pd.Series(values, dtype=object)


def categories(values):
    return pd.Series(values, dtype=object).astype("category")


def zoned(name):
    def made(values):
        return pd.Series(pd.to_datetime(pd.Series(values, dtype=object), utc=True)).dt.tz_convert(name)

    return made


# name: values, the column that is made of them, how a value is written, whether it has an order
KINDS = {
    "int64": (IDS, typed("int64"), str, False),
    "uint64": (st.integers(min_value=2**63 - 2, max_value=2**63 + 2), typed("uint64"), str, False),
    "int8": (SMALL, typed("int8"), str, False),
    "Int64": (IDS, typed("Int64"), str, True),
    "UInt64": (st.integers(min_value=2**64 - 3, max_value=2**64 - 1), typed("UInt64"), str, True),
    "int64[pyarrow]": (IDS, typed("int64[pyarrow]"), str, True),
    "uint64[pyarrow]": (st.integers(min_value=2**64 - 3, max_value=2**64 - 1), typed("uint64[pyarrow]"), str, True),
    "category of ints": (IDS, categories, str, True),
    "objects: int": (IDS, objects, str, True),
    "objects: huge": (st.integers(min_value=10**30, max_value=10**30 + 3), objects, str, True),
    "float64": (CENTS.map(float), typed("float64"), repr, True),
    "Float64": (CENTS.map(float), typed("Float64"), repr, True),
    "float64[pyarrow]": (CENTS.map(float), typed("float64[pyarrow]"), repr, True),
    "float32": (SMALL.map(lambda each: float(np.float32(each / 10))), typed("float32"), repr, True),
    "objects: Decimal": (CENTS, objects, str, True),
    "objects: numbers": (st.one_of(SMALL, CENTS), objects, str, True),
    "category of Decimal": (CENTS, categories, str, True),
    "bool": (st.booleans(), typed("bool"), str, False),
    "boolean": (st.booleans(), typed("boolean"), str, True),
    "bool[pyarrow]": (st.booleans(), typed("bool[pyarrow]"), str, True),
    "objects: bool": (st.booleans(), objects, str, True),
    "str": (WORDS, typed("str"), in_quotes, True),
    "string": (WORDS, typed("string"), in_quotes, True),
    "string[pyarrow]": (WORDS, typed("string[pyarrow]"), in_quotes, True),
    "objects: str": (WORDS, objects, in_quotes, True),
    "datetime64[ns]": (MOMENTS, typed("datetime64[ns]"), moment, True),
    "datetime64[s]": (MOMENTS.map(lambda each: each.replace(microsecond=0)), typed("datetime64[s]"), moment, True),
    "objects: datetime": (MOMENTS, objects, moment, True),
    "timestamp[us][pyarrow]": (MOMENTS, typed("timestamp[us][pyarrow]"), moment, True),
    "datetime64[us, UTC]": (MOMENTS.map(lambda each: each.replace(tzinfo=UTC)), zoned("UTC"), moment, True),
    "datetime64[us, Asia/Shanghai]": (MOMENTS.map(lambda each: each.replace(tzinfo=UTC)), zoned("Asia/Shanghai"), moment, True),
    "objects: datetime UTC": (MOMENTS.map(lambda each: each.replace(tzinfo=UTC)), objects, moment, True),
    "objects: date": (DAYS, objects, in_quotes, True),
    "date32[day][pyarrow]": (DAYS, typed("date32[day][pyarrow]"), in_quotes, True),
    "timedelta64[ns]": (SPANS, typed("timedelta64[ns]"), span, True),
    "duration[us][pyarrow]": (SPANS, typed("duration[us][pyarrow]"), span, True),
    "objects: timedelta": (SPANS, objects, span, True),
    "period[Q]": (QUARTERS, typed("period[Q]"), str, True),
    "objects: Period": (QUARTERS, objects, str, True),
}  # fmt: skip


def oracle(sign, value, other):
    """Return what plain Python says, None where the value is missing."""
    return None if value is None else OPERATORS[sign](value, other)


def kleene(found):
    return [True if inside else None if unknown else False for inside, unknown in zip(found.inside, found.unknown, strict=True)]  # fmt: skip


@st.composite
def cases(draw, name):
    values, made, written, nullable = KINDS[name]
    held = draw(st.lists(st.one_of(values, st.none()) if nullable else values, min_size=1, max_size=8))
    present = [value for value in held if value is not None]
    return (
        held,
        made(held),
        draw(st.one_of(values, *([st.sampled_from(present)] if present else []))),
        written,
    )


@pytest.mark.parametrize("name", KINDS)
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_a_comparison_says_what_python_says(name, data):
    held, column, other, written = data.draw(cases(name))
    frame = pd.DataFrame({"k": column})
    present = [value for value in held if value is not None]
    for sign in OPERATORS:
        expression = f"k {sign} {written(other)}"
        if sign in ("==", "!=") and present and other not in present:
            with refused(SpecificationError, "terms.sample_value"):
                read_sample(expression, frame)
        else:
            assert kleene(read_sample(expression, frame)) == [oracle(sign, value, other) for value in held]


@st.composite
def filters(draw, depth=3):
    """Return the text of a filter and what it says of a row, in Kleene's logic."""
    kind = draw(
        st.sampled_from(
            ["compare", "member", "missing", "not", "&", "|"] if depth else ["compare", "member", "missing"]
        )
    )
    if kind == "compare":
        column, sign, bound = (
            draw(st.sampled_from("ab")),
            draw(st.sampled_from(["<", "<=", ">", ">="])),
            draw(SMALL),
        )
        return f"{column} {sign} {bound}", lambda row: oracle(sign, row[column], bound)
    if kind == "member":
        column, word = draw(st.sampled_from("ab")), draw(st.sampled_from(["in", "not in"]))
        wanted = draw(st.sets(SMALL, min_size=1))
        text = f"{column} {word} {{{', '.join(map(str, sorted(wanted)))}}}"
        return text, lambda row: None if row[column] is None else (row[column] in wanted) == (word == "in")
    if kind == "missing":
        column = draw(st.sampled_from("ab"))
        return f"missing({column})", lambda row: row[column] is None
    text, says = draw(filters(depth - 1))
    if kind == "not":
        return f"not ({text})", lambda row: None if says(row) is None else not says(row)
    other_text, other = draw(filters(depth - 1))

    def both(row):
        answers = (says(row), other(row))
        settled = kind == "|"
        return settled if settled in answers else None if None in answers else not settled

    return f"({text}) {kind} ({other_text})", both


@settings(max_examples=150, deadline=None)
@given(filters(), st.lists(st.tuples(st.one_of(SMALL, st.none()), st.one_of(SMALL, st.none())), max_size=6))
def test_not_and_or_follow_three_valued_logic(written, pairs):
    text, says = written
    every = [*pairs, *((value, value) for value in range(-3, 4))]  # each value of a set occurs
    frame = pd.DataFrame(every, columns=["a", "b"]).astype("Int64")
    rows = [dict(zip("ab", pair, strict=True)) for pair in every]
    assert kleene(read_sample(text, frame)) == [says(row) for row in rows]


@settings(max_examples=50, deadline=None)
@given(filters(), st.lists(st.tuples(st.one_of(SMALL, st.none()), st.one_of(SMALL, st.none())), max_size=6))
def test_a_filter_and_its_opposite_leave_the_same_rows_out(written, pairs):
    text, _ = written
    frame = pd.DataFrame([*pairs, *((value, value) for value in range(-3, 4))], columns=["a", "b"]).astype(
        "Int64"
    )
    one, other = read_sample(text, frame), read_sample(f"not ({text})", frame)
    assert (one.unknown == other.unknown).all()
    assert not (one.inside & other.inside).any()
    assert (one.inside | other.inside | one.unknown).all()
