"""Rows stand in the order of their keys exactly where sorting moves none and no key occurs twice."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digimfg.panels.key_order import in_key_order

KINDS = {
    "text": st.text("aZ9 é北", max_size=2), "code": st.sampled_from(["000001", "000002", "600000"]),
    "whole": st.integers(-2, 2), "real": st.floats(-1, 1, width=16),
}  # fmt: skip


@pytest.mark.parametrize("first", KINDS)
@pytest.mark.parametrize("second", ["whole", "text"])
@given(data=st.data())
def test_rows_in_order_are_those_that_sorting_leaves(first, second, data):
    rows = data.draw(st.lists(st.tuples(KINDS[first], KINDS[second]), max_size=6))
    rows = sorted(rows) if data.draw(st.booleans()) else rows
    kinds = {"whole": "int64", "real": "float64"}
    frame = pd.DataFrame(rows, columns=["a", "b"])
    frame = frame.astype({"a": kinds.get(first, "str"), "b": kinds.get(second, "str")})
    keys = data.draw(st.sampled_from([["a", "b"], ["b", "a"], ["a"], []]))
    ordered = frame.sort_values(keys, kind="stable") if keys else frame
    unmoved = bool((ordered.index == frame.index).all()) and not (keys and frame.duplicated(keys).any())
    assert in_key_order(frame, keys) == unmoved


@pytest.mark.parametrize("missing", [None, np.nan])
@pytest.mark.parametrize("kind", ["str", "float64", "object", "category"])
def test_keys_that_are_missing_have_no_order(missing, kind):
    values = [1.0, missing] if kind == "float64" else ["a", missing]
    assert not in_key_order(pd.DataFrame({"a": pd.Series(values, dtype=kind)}), ["a"])
