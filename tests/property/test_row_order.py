"""Rows in another order give the same numbers to the last bit: every public function of one frame, by its own example."""

from __future__ import annotations

import dataclasses
import inspect
import warnings
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd
import pytest

import digimfg as dm

from .test_users_of_frames import EXAMPLES, changed, places

BY_PLACE = {  # cases, units and rows have no name in these examples but their place in the frame
    "check_register", "efficiency", "firm_outcomes", "inverse_distance_weights", "necessary_condition_analysis", "truth_table",
    "wave_history",
}  # fmt: skip


def frames(name: str) -> list[tuple[str, pd.DataFrame]]:
    return [each for each in places(name) if isinstance(each[1], pd.DataFrame) and len(each[1]) > 2]


TAKEN = [name for name in EXAMPLES if len(frames(name)) == 1 and name not in BY_PLACE]


def parts(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Give what an answer holds; the data that a result was made of stand as they were given."""
    if isinstance(value, pd.DataFrame | pd.Series):
        yield path, value.sort_index(kind="stable")
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        for field in dataclasses.fields(value):
            if not (isinstance(value, dm.Result) and field.name == "frame"):
                yield from parts(getattr(value, field.name), f"{path}.{field.name}")
    elif isinstance(value, Mapping):
        for name, each in value.items():
            yield from parts(each, f"{path}[{name}]")
    elif isinstance(value, tuple | list):
        for place, each in enumerate(value):
            yield from parts(each, f"{path}[{place}]")
    elif isinstance(value, int | float | str | np.ndarray | np.generic):
        yield path, value


def same(one: Any, other: Any) -> bool:
    if isinstance(one, pd.DataFrame | pd.Series):
        return bool(one.equals(other))
    if isinstance(one, np.ndarray):
        return np.array_equal(one, other, equal_nan=one.dtype.kind == "f")
    return bool(one == other or (one != one and other != other))


def test_there_are_functions_to_try():
    assert len(TAKEN) > 90
    assert set(EXAMPLES) >= BY_PLACE


@pytest.mark.parametrize("name", TAKEN)
def test_rows_in_another_order_give_the_same_numbers(name):
    ((parameter, frame),) = frames(name)
    moved = frame.iloc[np.random.default_rng(3).permutation(len(frame))]
    assert inspect.signature(getattr(dm, name)).parameters[parameter]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        given, found = (dict(parts(changed(name, parameter, each)())) for each in (frame, moved))
    assert [path for path in given if not same(given[path], found.get(path))] == []
