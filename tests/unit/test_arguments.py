"""A public function called with the wrong kind of thing says how it is called."""

from __future__ import annotations

import inspect
import pickle
from decimal import Decimal
from fractions import Fraction
from types import FunctionType
from typing import Any

import numpy as np
import pandas as pd
import pytest
from statsmodels.datasets import grunfeld

import digimfg as dm

FRAME: pd.DataFrame = grunfeld.load_pandas().data
SPEC = dm.Specification("invest", ("value", "capital"), entity="firm", time="year", fixed_effects="firm")
FUNCTIONS = sorted(name for name in dm.__all__ if isinstance(getattr(dm, name), FunctionType))


@pytest.fixture(scope="module")
def result() -> dm.Result:
    return dm.estimate(SPEC, FRAME)


def refused(call: Any, *arguments: Any, **options: Any) -> dm.ArgumentError:
    with pytest.raises(dm.ArgumentError) as found:
        call(*arguments, **options)
    error = found.value
    assert error.message("zh") != error.message("en")
    return error


def test_arguments_in_another_order_bring_the_right_order():
    error = refused(dm.estimate, FRAME, SPEC)
    assert error.where.en == "dm.estimate(specification=…)"
    assert error.remedy.en == "the order is another: dm.estimate(specification, frame)"
    assert error.remedy.zh == "参数顺序有误，应为：dm.estimate(specification, frame)"


def test_a_result_in_place_of_its_specification_is_told_so(result):
    error = refused(dm.oster_bounds, result, FRAME)
    assert (error.expected.en, error.got.en) == ("dm.Specification", "Result")
    assert error.remedy.en.startswith(
        "pass result.specification; the call is dm.oster_bounds(specification, frame"
    )


def test_a_missing_argument_does_not_hide_one_of_the_wrong_kind(result):
    assert "pass result.specification" in refused(dm.oster_bounds, result).remedy.en


def test_a_frame_in_place_of_a_specification_is_told_to_state_the_equation():
    assert "state the equation first" in refused(dm.reduced_form, FRAME, FRAME).remedy.en


def test_a_specification_in_place_of_a_result_is_told_to_estimate_it():
    assert "dm.estimate(specification, frame)" in refused(dm.wald_test, SPEC, "value").remedy.en


def test_the_name_of_a_panel_in_place_of_the_panel_is_told_to_load_it():
    assert "dm.load_panel('world')" in refused(dm.estimate, SPEC, "world").remedy.en
    assert "dm.load_panel('world')" in refused(dm.pesaran_cd, "my.xlsx", "x").remedy.zh


def test_a_class_in_place_of_a_value_is_told_the_brackets():
    error = refused(dm.estimate, dm.Specification, FRAME)
    assert error.got.zh == "类Specification本身"
    assert "Specification(…)" in error.remedy.en


@pytest.mark.parametrize("values", [(1, 2), ["invest", 3]])
def test_what_stands_in_a_list_is_looked_at_too(result, values):
    error = refused(dm.wald_test, result, values)
    assert error.expected.en == "text or a list (text)"
    assert error.expected.zh == "文本（加引号）或列表（文本（加引号））"


@pytest.mark.parametrize("values", ["0.1", {"a": 1}, ["0.1"], pd.DataFrame({"p": [0.1]})])
def test_numbers_are_wanted_as_numbers(values):
    refused(dm.benjamini_hochberg, values)


@pytest.mark.parametrize(
    "values",
    [
        [0.1, 0.2],
        (np.float64(0.1), 1),
        np.array([0.1, 0.2]),
        pd.Series([0.1]),
        pd.Series([0.1], dtype="Float64"),
        iter([0.1]),
        pd.Index([0.1]),
        pd.array([0.1], dtype="Float64"),
        {"a": 0.1}.values(),
        {0.1, 0.2},
        [Decimal("0.1"), Fraction(1, 5), np.float32(0.1), np.int64(1), np.array(0.3)],
    ],
)
def test_any_list_of_numbers_will_do(values):
    dm.benjamini_hochberg(values)


def test_what_python_says_of_missing_and_unknown_arguments_stays():
    with pytest.raises(TypeError, match="missing 1 required positional argument: 'frame'"):
        dm.estimate(SPEC)
    with pytest.raises(TypeError, match="unexpected keyword argument 'data'"):
        dm.estimate(SPEC, data=FRAME)


@pytest.mark.parametrize("wrong", [SPEC, FRAME, "world", 3, None, {"a": 1}, [1, 2], dm.LeastSquares])
@pytest.mark.parametrize("name", FUNCTIONS)
def test_no_function_breaks_on_another_kind_of_frame_specification_or_result(name, wrong):
    function = getattr(dm, name)
    parameters = inspect.signature(function).parameters.values()
    kinds = {"pd.DataFrame": FRAME, "Specification": SPEC}
    wanted = [each for each in parameters if each.annotation in {*kinds, "Result"}]
    for parameter in wanted:
        if isinstance(wrong, type(kinds.get(parameter.annotation))):
            continue
        assert parameter.name in refused(function, **{parameter.name: wrong}).where.en


def test_a_function_is_the_same_whenever_it_is_asked_for_and_goes_through_pickle():
    assert pickle.loads(pickle.dumps(dm.estimate)) is dm.estimate
    assert dm.estimate.__doc__ == inspect.unwrap(dm.estimate).__doc__
    assert str(inspect.signature(dm.estimate)).startswith("(specification: 'Specification', frame:")


@pytest.mark.parametrize("role", ["entity", "time", "weights", "sample"])
@pytest.mark.parametrize("value", [["firm"], 3, FRAME, dm.Clustered])
def test_a_specification_wants_one_name_in_quotes_where_there_is_one(role, value):
    with pytest.raises(dm.SpecificationError, match=f"{role}=…"):
        SPEC.replace(**{role: value})


def test_a_covariance_without_brackets_is_told_so():
    with pytest.raises(dm.SpecificationError, match=r"write dm.Clustered\(…\), with brackets"):
        SPEC.replace(covariance=dm.Clustered)


def test_pairs_are_looked_at_part_by_part():
    error = refused(dm.romano_wolf, {"one": ("value", SPEC)}, FRAME)
    assert error.expected.en == "a dict (a list (dm.Specification, text))"
    assert error.expected.zh == "字典（列表（dm.Specification、文本（加引号）））"
    assert error.got.en.startswith("dict {'one': ('value', Specification(")
    table = dm.romano_wolf({"one": (SPEC, "value"), "two": (SPEC, "capital")}, FRAME, draws=99)
    assert len(table.table) == 2


def test_a_series_by_name_stands_for_a_dict_and_an_array_of_two_for_a_pair():
    parts = pd.DataFrame({"a": [0.2, 0.4], "b": [0.3, 0.6]})
    weighted = dm.coupling_coordination(parts, pd.Series({"a": 0.5, "b": 0.5}))
    pd.testing.assert_frame_equal(weighted, dm.coupling_coordination(parts, {"a": 0.5, "b": 0.5}))
    dm.kernel_density(np.linspace(0.1, 0.9, 20), bounds=np.array([0.0, 1.0]))


def test_a_series_of_weights_by_term_is_a_combination(result):
    one = dm.linear_combination(result, pd.Series({"value": 1.0, "capital": -0.5}))
    assert one == dm.linear_combination(result, {"value": 1.0, "capital": -0.5})


@pytest.mark.parametrize(
    "terms",
    [
        np.str_("value"),
        np.array(["value"]),
        pd.Series(["value"]),
        pd.Index(["value"]),
        pd.Categorical(["value"]),
        pd.array(["value"], dtype="string"),
        {"value": 1}.keys(),
        (name for name in ["value"]),
    ],
)
def test_any_list_of_names_will_do(result, terms):
    assert dm.wald_test(result, terms).p_value == dm.wald_test(result, "value").p_value


def test_numbers_and_truths_of_numpy_are_numbers_and_truths():
    plain = dm.benjamini_hochberg([0.01, 0.2], sharpened=True)
    pd.testing.assert_series_equal(dm.benjamini_hochberg([0.01, 0.2], sharpened=np.bool_(True)), plain)
    bounds = dm.omitted_variable_bounds(SPEC, FRAME, term="value", benchmarks="capital", multiples=2.0)
    again = dm.omitted_variable_bounds(
        SPEC, FRAME, term="value", benchmarks="capital", multiples=np.array(2.0)
    )
    assert bounds.bounds.equals(again.bounds)


@pytest.mark.parametrize("whole", [np.int64(2), np.int32(2)])
def test_a_whole_number_of_numpy_counts_as_one(whole):
    rng = np.random.default_rng(4)
    frame = pd.DataFrame({"p": np.repeat(list("abcdefgh"), 12), "year": [*range(12)] * 8})
    frame["x"] = rng.normal(size=96).cumsum()
    chain = dm.markov_chain(frame, "x", entity="p", time="year", classes=whole, draws=9, seed=np.int64(3))
    plain = dm.markov_chain(frame, "x", entity="p", time="year", classes=2, draws=9, seed=3)
    assert np.array_equal(chain.probabilities, plain.probabilities)
    assert len(dm.kernel_density(frame["x"], grid=whole).grid) == whole


def test_a_base_year_may_come_from_a_column_of_floats():
    frame = pd.DataFrame({"p": ["a"] * 3, "year": [2010.0, 2011.0, 2012.0], "x": [100.0, 110.0, 105.0]})
    series = dm.chain_index(frame, "x", base_year=frame["year"].max(), entity="p")
    pd.testing.assert_series_equal(series, dm.chain_index(frame, "x", base_year=2012, entity="p"))
    assert series.name == "x_base2012"


def test_a_folder_may_be_given_as_text(tmp_path):
    dm.load_panel("world", str(dm.panels.store.processed_folder()))
    assert len(dm.list_panels(str(dm.panels.store.processed_folder())))
    with pytest.raises(dm.SourceError, match="none was fetched"):
        dm.load_fetched("world_bank", folder=str(tmp_path))


def test_an_array_in_place_of_a_series_is_told_of_labels():
    assert "frame.set_index('province')['value']" in refused(dm.moran, np.arange(5.0), None).remedy.en


def test_what_stands_late_in_a_list_is_looked_at_too():
    values = np.linspace(0.1, 0.9, 1_000_000).tolist()
    refused(dm.benjamini_hochberg, [*values, "0.1"])
