"""Every measure states what callers ask, and does what it states: tried on the examples of its own documentation."""

import copy
import doctest
import functools
import inspect
import re
import sys

import numpy as np
import pandas as pd
import pytest
from complete import check_complete

import digimfg as dm
from digimfg.errors import DigimfgError
from digimfg.frames.said import NOTE
from digimfg.measures.contract import PROBABILITY, Gives, declared_of, measure

NAMED = ("contiguity_weights", "core_periphery_weights")
"""Read names of units, or weights that were checked when they were made."""

DECLARED = {name: found for name in dir(dm) if (found := declared_of(getattr(dm, name))) is not None}


def public_functions():
    """Return the public functions of the room of measures."""
    values = {name: inspect.unwrap(getattr(dm, name)) for name in dir(dm)}
    return {
        name
        for name, value in values.items()
        if inspect.isfunction(value) and value.__module__.startswith("digimfg.measures.")
    }


@functools.cache
def calls(name):
    """Return the calls in a measure's example: its arguments by name, and the answer."""
    function = getattr(dm, name)
    plain = inspect.unwrap(function)
    found = []

    def recorded(*args, **kwargs):
        given = copy.deepcopy(dict(inspect.signature(plain).bind(*args, **kwargs).arguments))
        answer = function(*args, **kwargs)
        found.append((given, answer))
        return answer

    (test,) = doctest.DocTestFinder(recurse=False).find(
        plain, name, globs={**vars(sys.modules[plain.__module__]), name: recorded}
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(dm, name, recorded)
        doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE).run(test, out=lambda _: None)
    assert found, "an example that calls it"
    return found


def numbers_in(answer, name):
    """Return the numbers that an answer has under a name: a column, a statistic, an attribute, a part of one."""
    first, _, rest = name.partition(".")
    if not name:
        parts = answer if isinstance(answer, tuple) else (answer,)
        return np.concatenate([np.asarray(part, dtype=float).ravel() for part in parts])
    if isinstance(answer, pd.DataFrame):
        held = answer[first]
    elif first in getattr(answer, "statistics", {}):
        held = answer.statistics[first]
    elif isinstance(getattr(answer, "frame", None), pd.DataFrame) and first in answer.frame:
        held = answer.frame[first]
    else:
        held = getattr(answer, first)
    return numbers_in(held, rest) if rest else np.asarray(held, dtype=float).ravel()


def changed(value, change):
    """Return a copy of data with `change` applied to its numbers of a fraction, ``None`` where it has none."""
    if isinstance(value, pd.DataFrame):
        kinds = (pd.api.types.is_float_dtype, pd.api.types.is_numeric_dtype)
        named = next(
            (found for kind in kinds if (found := [name for name in value if kind(value[name])])), []
        )
        return value.assign(**{str(named[-1]): change(value[named[-1]].to_numpy(float))}) if named else None
    if isinstance(value, pd.Series):
        return pd.Series(change(value.to_numpy(float)), value.index, name=value.name)
    try:
        if isinstance(value, dict):
            last = list(value)[-1]
            return {**value, last: list(change(np.asarray(value[last], dtype=float)))}
        array = np.asarray(value, dtype=float)
    except (TypeError, ValueError):
        return None
    return change(array.ravel()).reshape(array.shape) if array.ndim else None


def with_one(bad):
    def change(values):
        values = values.copy()
        values[len(values) // 2] = bad
        return values

    return change


def variants(name, change):
    """Yield the calls of the example with one argument of data changed."""
    for given, _ in calls(name):
        for argument in DECLARED[name].reads:
            new = changed(given.get(argument), change)
            if new is not None:
                yield argument, {**copy.deepcopy(given), argument: new}


def call(name, given):
    """Call a measure with the arguments of an example."""
    bound = inspect.signature(inspect.unwrap(getattr(dm, name))).bind_partial()
    bound.arguments.update(given)
    return getattr(dm, name)(*bound.args, **bound.kwargs)


def missing_in(answer):
    """Return whether numbers of an answer are missing."""
    held = getattr(answer, "frame", answer)
    if isinstance(held, pd.DataFrame):
        return bool(held.isna().any(axis=None))
    return bool(np.isnan(np.asarray(held, dtype=float)).any())


def test_every_public_function_of_the_room_is_declared():
    check_complete(DECLARED, public_functions(), "@measure(…) above the function (digimfg.measures.contract)")


def test_a_function_that_is_not_declared_is_found_out():
    @measure("values", gaps="refused", gives={"": PROBABILITY})
    def certain(values):
        return values

    assert certain(0.5) == 0.5
    assert "certain" not in DECLARED  # not public
    assert declared_of(certain).gaps == "refused"
    assert declared_of(certain(0.5)) is None


@pytest.mark.parametrize("name", DECLARED)
def test_a_measure_reads_what_it_states(name):
    declared, parameters = DECLARED[name], inspect.signature(inspect.unwrap(getattr(dm, name))).parameters
    assert set(declared.reads) <= set(parameters)
    assert (declared.gaps == "not read") == (not declared.reads or declared.reads == ("table",))
    if "frame" in parameters:
        assert "frame" in declared.reads


@pytest.mark.parametrize("name", DECLARED)
def test_its_numbers_are_what_it_states_whatever_the_data(name):
    declared = DECLARED[name]
    answers = [answer for _, answer in calls(name)]
    for seed in range(4):
        rng = np.random.default_rng(seed)
        for _, given in variants(name, lambda x, rng=rng: x * rng.uniform(0.6, 1.6, x.shape)):
            try:
                answers.append(call(name, given))
            except DigimfgError:
                continue
    for answer in answers:
        for part, gives in declared.gives.items():
            found = numbers_in(answer, part)
            found = found[~np.isnan(found)]
            assert (found >= gives.low - 1e-9).all(), (part, found.min())
            assert (found <= gives.high + 1e-9).all(), (part, found.max())


@pytest.mark.parametrize("name", [name for name, each in DECLARED.items() if each.gaps != "not read"])
def test_a_gap_is_treated_as_it_states(name):
    gaps, tried = DECLARED[name].gaps, 0
    for argument, given in variants(name, with_one(np.nan)):
        tried += 1
        if gaps == "refused":
            with pytest.raises(DigimfgError):
                call(name, given)
        elif gaps == "carried":
            assert missing_in(call(name, given)), argument
        else:
            answer = call(name, given)
            assert gaps == "filled" or answer.notes, argument
    assert tried or name in NAMED


@pytest.mark.parametrize("name", DECLARED)
@pytest.mark.parametrize("bad", [np.inf, -np.inf])
def test_an_infinite_value_is_refused(name, bad):
    for _, given in variants(name, with_one(bad)):
        with pytest.raises(DigimfgError):
            call(name, given)


@pytest.mark.parametrize("name", DECLARED)
def test_data_are_not_changed_and_the_same_call_gives_the_same_answer(name):
    given, answer = calls(name)[0]
    kept = copy.deepcopy(given)
    again = call(name, given)
    assert repr(again) == repr(answer)
    for argument in DECLARED[name].reads:
        if isinstance(given[argument], pd.DataFrame | pd.Series):
            assert given[argument].equals(kept[argument])
            assert given[argument].attrs == kept[argument].attrs


@pytest.mark.parametrize("name", [name for name in DECLARED if DECLARED[name].reads[:1] == ("frame",)])
def test_marks_of_the_data_are_carried(name):
    given, answer = calls(name)[0]
    if not isinstance(given["frame"], pd.DataFrame) or not hasattr(answer, "notes"):
        return
    found = call(name, {**given, "frame": given["frame"].assign(synthetic=1)})
    assert NOTE in found.notes


@pytest.mark.parametrize("name", DECLARED)
def test_its_documentation_says_where_its_formula_comes_from_and_what_becomes_of_gaps(name):
    said = getattr(dm, name).__doc__
    assert re.search(r"References\n|10\.\d{4}/| [=/−·] |As for `|by Stata|Stata's", said), (
        "a source or the formula"
    )
    if DECLARED[name].gaps != "not read":
        assert "missing" in said.lower() or " gap" in said, "what becomes of gaps"


def test_units_and_bounds_have_words():
    assert Gives("share", 0, 1).said.en == "share [0, 1]"
    assert Gives("index", 0).said.zh == "指数 [0, ∞]"
    assert all(each.gaps_said.zh and each.gives_said.zh for each in DECLARED.values())
