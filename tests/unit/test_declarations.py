"""Every public function and class declares what its parameters may be, and looks at them before it runs."""

from __future__ import annotations

import inspect
import math
import re
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

import digimfg as dm
from digimfg.arguments import declarations

NOT_LOOKED_AT = {
    "Text",
    *(name for name in dm.__all__ if name.endswith("Error")),
}  # what refusals are made of
PUBLIC = sorted(name for name in dm.__all__ if callable(getattr(dm, name)) and name not in NOT_LOOKED_AT)
PARAMETERS = [(name, parameter) for name in PUBLIC for parameter in declarations(getattr(dm, name))]


class Anything:
    """Something that no function takes."""


ODD: dict[str, Any] = {
    "None": None,
    "True": True,
    "-1": -1,
    "0": 0,
    "2": 2,
    "0.5": 0.5,
    "1.5": 1.5,
    "nan": math.nan,
    "inf": math.inf,
    "-inf": -math.inf,
    "huge": 10**30,
    "empty text": "",
    "text": "no-such-choice",
    "NUL": "\0",
    "bytes": b"x",
    "[]": [],
    "[None]": [None],
    "twice": ("x", "x"),
    "numbers": [-1.0, math.nan],
    "empty array": np.array([]),
    "NA": pd.NA,
    "object": Anything(),
    "class": Anything,
    "empty frame": pd.DataFrame(),
    "dict": {"x": "y"},
    "complex": 1j,
}


def answers() -> set[str]:
    """Return the classes that public functions give back, and those these hold."""
    found: set[str] = set()
    waiting = [
        str(inspect.signature(getattr(dm, name)).return_annotation)
        for name in PUBLIC
        if not inspect.isclass(getattr(dm, name))
    ]
    while waiting:
        for name in re.findall(r"\w+", waiting.pop()):
            if name in dm.__all__ and inspect.isclass(getattr(dm, name)) and name not in found:
                found.add(name)
                waiting += [
                    str(field.type)
                    for field in getattr(getattr(dm, name), "__dataclass_fields__", {}).values()
                ]
    return found


ANSWERS = answers()


@pytest.mark.parametrize("name", PUBLIC)
def test_every_parameter_declares_its_kind_and_its_range(name):
    """A bare int, float or Any says nothing of its range: see `digimfg.kinds`. What an answer holds may be any number."""
    thing = getattr(dm, name)
    for parameter, reader in declarations(thing).items():
        required = inspect.signature(thing).parameters[parameter].default is inspect.Parameter.empty
        assert reader.declared or (name in ANSWERS and required), parameter


@pytest.mark.parametrize("name", PUBLIC)
def test_defaults_are_as_declared(name):
    thing = getattr(dm, name)
    for parameter, reader in declarations(thing).items():
        default = inspect.signature(thing).parameters[parameter].default
        made_anew = type(default).__name__ == "_HAS_DEFAULT_FACTORY_CLASS"
        assert default is inspect.Parameter.empty or made_anew or reader.accepts(default), parameter


def doors(name: str) -> list[Callable[..., Any]]:
    thing = getattr(dm, name)
    return [thing, getattr(sys.modules[thing.__module__], thing.__name__)]


@pytest.mark.parametrize("name", PUBLIC)
def test_values_that_are_not_as_declared_are_refused_by_every_door(name):
    for thing in doors(name):
        for parameter, reader in declarations(thing).items():
            kind = inspect.signature(thing).parameters[parameter].kind
            for value in ODD.values():
                if reader.accepts(value):
                    continue
                with pytest.raises(dm.DigimfgError) as caught:
                    thing(value) if kind is inspect.Parameter.VAR_POSITIONAL else thing(**{parameter: value})
                error = caught.value
                assert f"{thing.__name__}({parameter}=…)" in error.where.en
                assert error.expected.en
                assert error.message("en") != error.message("zh")


@pytest.mark.parametrize("name", PUBLIC)
def test_numbers_are_no_truths_and_choices_no_other_words(name):
    for parameter, reader in declarations(getattr(dm, name)).items():
        wrong: tuple[Any, ...] = ()
        if reader.names - {"None"} == {"int"}:
            wrong = (True, np.True_, 0.5, math.nan, "1", 10**30, [1], (None,))
        elif reader.names - {"None"} == {"float"}:
            of_any_size = name in ANSWERS or (name, parameter) == ("TargetRange", "upper")
            wrong = (True, "0.5", [0.1], *(() if of_any_size else (math.nan, math.inf, -math.inf)))
        elif reader.choices and not reader.names - {"None"}:
            wrong = ("no-such-choice", f"{reader.choices[0]}".upper() + " ", [*reader.choices], 99, True)
        if reader.names and not reader.names & {"None", "anything"}:
            wrong += (None,)
        assert [(parameter, value) for value in wrong if reader.accepts(value)] == []


LISTS_OF_TEXT = [
    (name, parameter)
    for name, parameter in PARAMETERS
    if "list" in (reader := declarations(getattr(dm, name))[parameter]).names
    and "str" not in reader.names
    and reader.accepts(("x",))
    and reader.accepts(("x", "y"))
]


@pytest.mark.parametrize(("name", "parameter"), LISTS_OF_TEXT)
def test_a_text_where_a_list_is_expected_is_one_entry(name, parameter):
    (entry,) = declarations(getattr(dm, name))[parameter].read("note of mine")
    assert dm.Text.of(entry).en == "note of mine"


def test_notes_in_one_text_are_one_note():
    assert dm.RegressionTable("main", notes="my note").notes == ("my note",)
    assert dm.SpatialPanel(weights=np.ones((2, 2)) - np.eye(2), lag_regressors="x").lag_regressors == ("x",)


@pytest.mark.parametrize(
    ("refused", "remedy"),
    [
        (lambda: dm.SpatialPanel(weights=np.ones((2, 2)), standardization="Row"), "write 'row'"),
        (lambda: dm.SpatialPanel(weights=np.ones((2, 2)), bias_correction="leeyu"), "write 'lee_yu'"),
        (lambda: dm.SpatialPanel(weights=np.ones((2, 2)), islands="q"), "change this option"),
        (lambda: dm.SpatialPanel(weights="q"), "the call is dm.SpatialPanel(weights=…)"),
        (lambda: dm.DriscollKraay(lags=1.5), "the call is dm.DriscollKraay()"),
        (lambda: dm.WildBootstrap(draws=0), "change this option"),
        (lambda: dm.WildBootstrap(seed=-1), "change this option"),
        (lambda: dm.DynamicGMM(instruments=("L.y",)), "dm.GMMInstruments('L.y')"),
        (lambda: dm.Clustered(()), "e.g. dm.Clustered('province')"),
        (lambda: dm.Manners(attempts=0), "change this option"),
        (lambda: dm.RegressionTable("main", digits=3.5), "the call is dm.RegressionTable(source)"),
    ],
)
def test_options_are_refused_where_they_are_made(refused, remedy):
    with pytest.raises(dm.DigimfgError) as caught:
        refused()
    assert caught.value.remedy.en == remedy


def test_sets_are_read_in_an_order_that_stays():
    assert dm.Specification("y", {"c", "a", "b"}).regressors == ("a", "b", "c")


def test_numbers_of_numpy_become_plain_ones():
    covariance = dm.DriscollKraay(lags=np.int64(2))
    assert type(covariance.lags) is int
    assert type(dm.Conley("lat", "lon", np.float32(100)).cutoff_km) is float
