"""Names of values by what they hold: anything that differs has another name, the same has the same everywhere."""

import datetime
import functools
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import digimfg as dm
from digimfg.content_key import content_key
from digimfg.marks import keeps_marks
from digimfg.say import say
from digimfg.text import Text

FRAME = pd.DataFrame(
    {
        "a": [1.0, np.nan, 3.0],
        "b": ["x", None, "y"],
        "c": pd.Series([1, None, 3], dtype="Int64"),
        "d": pd.Categorical(["u", "v", "u"]),
        "e": pd.to_datetime(["2000-01-01", "2001-01-01", None]),
        "f": np.array([1, "1", None], dtype=object),
    }
)
SPEC = dm.Specification(
    "y", ("x", "z"), entity="i", time="t", fixed_effects=("i",), covariance=dm.Clustered("i")
)


def told(**attrs):
    frame = FRAME.copy()
    frame.attrs.update(attrs)
    return frame


def closure(held):
    return functools.partial(dm.estimate, held)


DIFFERENT = {
    "frame": FRAME,
    "value": FRAME.assign(a=[1.0, np.nan, np.nextafter(3.0, 4.0)]),
    "missing": FRAME.assign(a=[1.0, 0.0, 3.0]),
    "text": FRAME.assign(b=["x", "None", "y"]),
    "no text": FRAME.assign(b=["x", "", "y"]),
    "type of text": FRAME.assign(b=FRAME["b"].astype(object)),
    "type of numbers": FRAME.assign(c=FRAME["c"].astype(float)),
    "integer": FRAME.assign(c=pd.Series([1, 0, 3], dtype="Int64")),
    "levels": FRAME.assign(d=pd.Categorical(["u", "v", "u"], categories=["v", "u"])),
    "order of levels": FRAME.assign(d=pd.Categorical(["u", "v", "u"], ordered=True)),
    "day": FRAME.assign(e=pd.to_datetime(["2000-01-01", "2001-01-02", None])),
    "kind of object": FRAME.assign(f=np.array(["1", "1", None], dtype=object)),
    "columns": FRAME[["b", "a", "c", "d", "e", "f"]],
    "name": FRAME.rename(columns={"a": "z"}),
    "rows": FRAME.iloc[::-1],
    "index": FRAME.set_axis([5, 6, 7]),
    "said": told(notes=[{"en": "a", "zh": "b", "columns": []}]),
    "said otherwise": told(notes=[{"en": "a", "zh": "c", "columns": []}]),
    "series": FRAME["a"],
    "named series": FRAME["a"].rename("z"),
    "array": np.array([1.0, 2.0]),
    "integers": np.array([1, 2]),
    "shape": np.array([[1.0, 2.0]]),
    "list": [1.0, 2.0],
    "tuple": (1.0, 2.0),
    "nested": [[1.0], 2.0],
    "nested otherwise": [[1.0, 2.0]],
    "one": 1,
    "true": True,
    "one point": 1.0,
    "word": "1",
    "bytes": b"1",
    "minus zero": -0.0,
    "zero": 0.0,
    "mapping": {"a": 1, "b": 2},
    "order of mapping": {"b": 2, "a": 1},
    "set": {1, 2},
    "frozen": frozenset({1, 2}),
    "date": datetime.date(2000, 1, 1),
    "seed": np.random.SeedSequence(1),
    "child": np.random.SeedSequence(1, spawn_key=(0,)),
    "words": Text("a", "b"),
    "other words": Text("a", "c"),
    "said fact": say("n {n}", "n {n}", n=1.0),
    "said other fact": say("n {n}", "n {n}", n=1.5),
    "said weight": say("n {n}", "n {n}", n=1.0, weight="how"),
    "specification": SPEC,
    "control": SPEC.replace(controls="w"),
    "order of terms": SPEC.replace(regressors=("z", "x")),
    "sample": SPEC.replace(sample="t > 1"),
    "rule": SPEC.replace(covariance=dm.Clustered("i", small_sample="none")),
    "estimator": SPEC.replace(estimator=dm.RandomEffects()),
    "function": dm.estimate,
    "other function": dm.hausman,
    "partial": closure(SPEC),
    "other partial": closure(SPEC.replace(sample="t > 1")),
    "study": dm.Study(dm.leave_one_out, "a", by="i"),
    "option of study": dm.Study(dm.leave_one_out, "a", by="t"),
    "table": dm.RegressionTable("t", columns=("a",)),
    "option of table": dm.RegressionTable("t", columns=("a",), digits=4),
}  # fmt: skip


def test_whatever_differs_has_another_name_and_a_copy_the_same():
    names = {key: content_key(value) for key, value in DIFFERENT.items()}
    assert None not in names.values()
    shared = pd.Series(names)[pd.Series(names).duplicated(keep=False)]
    assert shared.empty, shared
    assert content_key(FRAME.copy()) == names["frame"]
    assert content_key(1, 2) != content_key((1, 2)) != content_key(12)


@pytest.mark.parametrize(
    "value",
    [lambda: 1, DIFFERENT.items, Path("x.csv"), iter(()), np.random.default_rng(1), subprocess, [lambda x: x]],
    ids=["lambda", "method of a view", "path", "iterator", "generator", "module", "within"],
)  # fmt: skip
def test_what_no_hash_tells_has_no_name(value):
    assert content_key(value) is None


def test_a_function_that_only_goes_by_the_name_of_one_of_ours_has_none():
    @functools.wraps(dm.estimate)
    def of_ones_own(specification, frame):
        return specification, frame

    assert of_ones_own.__module__.startswith("digimfg.")
    assert content_key(of_ones_own) is None
    assert content_key(keeps_marks(of_ones_own)) is None
    assert content_key(functools.partial(of_ones_own, SPEC)) is None


def test_what_holds_itself_has_no_name():
    round_trip: list[object] = []
    round_trip.append(round_trip)
    assert content_key(round_trip) is None


def test_another_process_gives_the_same_names():
    program = (
        "import digimfg as dm; from digimfg.content_key import code_key, content_key; "
        "print(content_key({'b', 'a', 'c'}, dm.Study(dm.leave_one_out, 'a', by='i')), code_key())"
    )
    said = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True,
        env={**os.environ, "PYTHONPATH": str(Path(dm.__file__).parents[1]), "PYTHONHASHSEED": "1"},
    ).stdout  # fmt: skip
    mine = content_key({"a", "b", "c"}, dm.Study(dm.leave_one_out, "a", by="i"))
    assert said.split()[0] == mine
