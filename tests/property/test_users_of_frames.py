"""What users hold is read by every public function: the calls are those of the examples in the functions' own words.

A new function is covered by its example (`EXAMPLES`), a new figure or table of a frame by the names of its options.
"""

from __future__ import annotations

import contextlib
import dataclasses
import decimal
import doctest
import inspect
import io
import itertools
import sys
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from refused import refused

import digimfg as dm
from digimfg.arguments import declarations
from digimfg.exhibits import Exhibit
from digimfg.frames.arrow import as_pandas

try:
    import polars
except ImportError:  # an extra of development
    polars = None

Call = tuple[tuple[Any, ...], dict[str, Any]]
FUNCTIONS = sorted(name for name in dm.__all__ if inspect.isfunction(getattr(dm, name)))
EDGES = {  # functions of files and servers take no frames, and their examples need what a test has not
    "compare_vintages", "describe_variable", "fetch", "find_vintage", "guess_mapping", "imported_cell", "list_dictionaries", "list_panels",
    "list_registers", "load_fetched", "load_import", "read_errata", "read_ledger", "read_texts", "save_mapping",
}  # fmt: skip
FURTHER = {
    "fit_generations": """
>>> years = np.arange(1990, 2020)
>>> curves = {f"g{k}": 50 / (1 + np.exp(-0.4 * (years - 1998 - 9 * k))) * (years > 1991 + 9 * k) for k in (0, 1)}
>>> fit_generations(pd.DataFrame({"year": years, **curves}), ("g0", "g1"))
""",
    "game_paths": """
>>> hawks = dm.EvolutionaryGame({"animal": ("hawk", "dove")}, {
...     ("hawk", "hawk"): "(V - C) / 2", ("hawk", "dove"): "V", ("dove", "hawk"): 0, ("dove", "dove"): "V / 2"})
>>> game_paths(hawks, {"V": 2, "C": 4}, starts=((0.1,), (0.9,)), points=11)
""",
    "game_regions": """
>>> hawks = dm.EvolutionaryGame({"animal": ("hawk", "dove")}, {
...     ("hawk", "hawk"): "(V - C) / 2", ("hawk", "dove"): "V", ("dove", "hawk"): 0, ("dove", "dove"): "V / 2"})
>>> game_regions(hawks, {"V": 2, "C": 4}, over={"C": (1, 3, 5)})
""",
    "honest_intervals": """
>>> honest_intervals(np.array([0.1, 0.2, 0.3]), np.eye(3) * 0.01, n_before=2, target=np.array([1.0]),
...                  restriction="relative_magnitude", bounds=(0.0, 1.0))
""",
    "panel_symbiosis": """
>>> panel_symbiosis(PANEL, "p", "w", entity="id", time="year", draws=9)
""",
}


def panel() -> pd.DataFrame:
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(itertools.product(range(12), range(2005, 2015)), columns=["i", "year"])
    shift = rng.normal(size=12)[frame.i]
    frame.insert(0, "id", "e" + frame.i.astype(str).str.zfill(2))
    frame["x"] = rng.normal(size=120) + shift
    frame["y"] = 1 + 0.5 * frame.x + shift + rng.normal(size=120)
    frame["p"] = np.exp(rng.normal(size=120))
    frame["w"] = rng.uniform(1, 2, size=120)
    frame["u"], frame["v"] = rng.uniform(0.1, 0.9, size=(2, 120))
    frame["region"] = np.array(["东", "中", "西"])[frame.i % 3]
    return frame


PANEL = panel()


class CalledError(Exception):
    """End an example at the call that was looked for."""


def recorded(name: str) -> Call | None:
    """Return the first call of a function in its example, which goes no further."""
    function = getattr(dm, name)
    written = inspect.unwrap(function)
    calls: list[Call] = []

    def call(*args: Any, **kwargs: Any) -> Any:
        calls.append((args, dict(kwargs)))
        raise CalledError

    names = {**vars(sys.modules[written.__module__]), "dm": dm, "np": np, "pd": pd, "PANEL": PANEL}
    names[written.__name__] = call
    before = vars(dm)[name]
    setattr(dm, name, call)
    try:
        for example in doctest.DocTestParser().get_examples(FURTHER.get(name) or written.__doc__ or ""):
            with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(CalledError):
                exec(compile(example.source, f"<example of {name}>", "single"), names)
            if calls:
                break
    finally:
        setattr(dm, name, before)
    return calls[0] if calls else None


EXAMPLES = {name: recorded(name) for name in FUNCTIONS if name not in EDGES}
"""Function → a call that works."""


def test_every_public_function_shows_a_call():
    assert [name for name, call in EXAMPLES.items() if call is None] == []


def places(name: str) -> list[tuple[str, Any]]:
    """Return parameter and value of the frames and series in a function's example."""
    call = EXAMPLES[name]
    if call is None:
        return []
    given = inspect.signature(getattr(dm, name)).bind(*call[0], **call[1]).arguments
    return [
        (parameter, value)
        for parameter, value in given.items()
        if isinstance(value, pd.DataFrame | pd.Series)
    ]


def changed(name: str, parameter: str, value: Any) -> Callable[[], Any]:
    call = EXAMPLES[name]
    assert call is not None
    bound = inspect.signature(getattr(dm, name)).bind(*call[0], **call[1])
    bound.arguments[parameter] = value
    return lambda: getattr(dm, name)(*bound.args, **bound.kwargs)


def answered(call: Callable[[], Any]) -> Any:
    """Return an answer, or None where the call is refused in our words; any other error is one."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with contextlib.suppress(dm.DigimfgError):
            return call()
    return None


def numbers(frame: pd.DataFrame) -> list[Any]:
    return [
        name
        for name in frame.columns
        if isinstance(frame[name], pd.Series) and pd.api.types.is_numeric_dtype(frame[name].dtype)
    ]


def each_number(change: Callable[[pd.Series], Any]) -> Callable[[pd.DataFrame], pd.DataFrame]:
    def mutated(frame: pd.DataFrame) -> pd.DataFrame:
        result = frame.copy()
        for name in numbers(frame):
            result[name] = pd.Series(change(frame[name]), index=frame.index)
        return result

    return mutated


def each_label(change: Callable[[pd.Series], Any]) -> Callable[[pd.DataFrame], pd.DataFrame]:
    def mutated(frame: pd.DataFrame) -> pd.DataFrame:
        result = frame.copy()
        for name in frame.columns:
            result[name] = pd.Series(change(frame[name]), index=frame.index)
        return result

    return mutated


def with_first(value: Any) -> Callable[[pd.Series], Any]:
    return lambda column: pd.Series(
        [value, *column.astype(object).iloc[1:]], index=column.index, dtype=object
    )


SAME: dict[str, Callable[[pd.DataFrame], pd.DataFrame]] = {
    "nullable": lambda frame: frame.convert_dtypes(),
    "arrow": lambda frame: frame.convert_dtypes(dtype_backend="pyarrow"),
    "sparse": each_number(lambda column: column.astype(pd.SparseDtype(float))),
    "float of ints": each_number(lambda column: column.astype("float64")),
    "levels named like columns": lambda frame: (
        frame.set_index(list(frame.columns[:2]), drop=False)
        if len(frame.columns) > 1 and isinstance(frame.index, pd.RangeIndex)
        else frame
    ),
    "declarations of others": lambda frame: declared(frame, {"units": {"x": np.arange(2)}, "filled": "x", "sources": 5, "notes": None}),
    "child class": lambda frame: type("Child", (pd.DataFrame,), {})(frame),
}  # fmt: skip
MAY_BE_REFUSED = ("sparse", "float of ints")  # by a panel's schema
OTHERS: dict[str, Callable[[pd.DataFrame], pd.DataFrame]] = {
    "empty": lambda frame: frame.iloc[:0],
    "no columns": lambda frame: pd.DataFrame(index=frame.index),
    "nothing": lambda frame: pd.DataFrame(),
    "one row": lambda frame: frame.iloc[:1],
    "two rows": lambda frame: frame.iloc[:2],
    "twice": lambda frame: pd.concat([frame, frame], axis=1),
    "one column twice": lambda frame: pd.concat([frame, frame.iloc[:, :1]], axis=1),
    "rows twice": lambda frame: pd.concat([frame, frame]),
    "one label": lambda frame: frame.set_axis([0] * len(frame), axis=0),
    "two rows of names": lambda frame: frame.set_axis(
        pd.MultiIndex.from_tuples([("a", name) for name in frame.columns]), axis=1
    ),
    "a name that is a number": lambda frame: frame.assign(more=1).rename(columns={"more": 2015}),
    "keys in the index": lambda frame: frame.set_index(list(frame.columns[:2])),
    "missing": each_number(lambda column: np.nan),
    "NA": each_number(lambda column: column.astype("Float64").where(np.arange(len(column)) != 1, pd.NA)),
    "infinite": each_number(lambda column: column.astype(float).where(np.arange(len(column)) != 1, np.inf)),
    "huge": each_number(lambda column: column * 1e200),
    "tiny": each_number(lambda column: column * 1e-300),
    "negative": each_number(lambda column: -column.abs()),
    "constant": each_number(lambda column: 1.0),
    "zero": each_number(lambda column: 0.0),
    "truths": each_number(lambda column: column > column.median()),
    "truths with NA": each_number(lambda column: (column > column.median()).astype("boolean").where(np.arange(len(column)) != 1, pd.NA)),
    "text": each_number(lambda column: column.astype(str)),
    "objects": each_number(lambda column: column.astype(object)),
    "one text": each_number(with_first("n/a")),
    "None": each_number(with_first(None)),
    "decimals": each_number(lambda column: column.map(lambda value: decimal.Decimal(str(value)))),
    "complex": each_number(lambda column: column.astype(complex)),
    "categories": each_number(lambda column: column.astype("category")),
    "all categories": each_label(lambda column: column.astype("category")),
    "dates": each_number(lambda column: pd.Timestamp("2020-01-01")),
    "periods": each_number(lambda column: pd.Period("2020", freq="Y")),
    "lists": each_number(lambda column: [[1]] * len(column)),
    "dicts": each_number(lambda column: [{}] * len(column)),
    "labels in lists": each_label(lambda column: [[value] for value in column]),
    "labels in tuples": each_label(lambda column: pd.Series([(value, 1) for value in column], dtype=object).to_numpy()),
    "years too large": each_number(lambda column: column * 1e15),
    "float16": each_number(lambda column: column.astype("float16")),
}  # fmt: skip


def declared(frame: pd.DataFrame, attrs: dict[str, Any]) -> pd.DataFrame:
    result = frame.copy()
    result.attrs = attrs
    return result


def mutated(value: Any, change: Callable[[pd.DataFrame], pd.DataFrame]) -> Any:
    """Return a frame, or a series by way of a frame, after a change; None where the change does not apply."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            if isinstance(value, pd.DataFrame):
                return change(value)
            frame = change(value.to_frame(name="value" if value.name is None else value.name))
            return frame.iloc[:, 0].rename(value.name) if frame.shape[1] else frame.sum(axis=1)
        except (TypeError, ValueError, KeyError, OverflowError, NotImplementedError):
            return None


FRAMES = [(name, parameter) for name in EXAMPLES for parameter, _ in places(name)]


@pytest.mark.parametrize(("name", "parameter"), FRAMES)
def test_frames_of_any_kind_are_read_or_refused(name, parameter):
    value = dict(places(name))[parameter].head(400)
    for label, change in {**SAME, **OTHERS}.items():
        given = mutated(value, change)
        if given is not None:
            with adding(f"{name}({parameter}=…): {label}"):
                answered(changed(name, parameter, given))


@contextlib.contextmanager
def adding(note: str) -> Iterator[None]:
    try:
        yield
    except BaseException as error:
        error.add_note(note)
        raise


def flat(value: Any, depth: int = 0) -> list[Any]:
    """Return the numbers and words of an answer."""
    if isinstance(value, pd.DataFrame):
        return flat(value.reset_index(drop=True).sort_index(axis=1).astype(object).to_numpy().ravel())
    if isinstance(value, pd.Series | pd.Index | np.ndarray):
        return [part for each in np.asarray(value, dtype=object).ravel() for part in flat(each, depth + 1)]
    if isinstance(value, bool | np.bool_ | int | float | np.number):
        return [float(value)]
    if dataclasses.is_dataclass(value) and not isinstance(value, type) and depth < 3:
        left = [
            getattr(value, field.name)
            for field in dataclasses.fields(value)
            if field.name not in ("specification", "frame", "notes", "provenance")
        ]
        return [part for each in left for part in flat(each, depth + 1)]
    if isinstance(value, dict | tuple | list) and depth < 3:
        held = value.values() if isinstance(value, dict) else value
        return [part for each in held for part in flat(each, depth + 1)]
    return [] if value is None or value is pd.NA else [str(value)] if isinstance(value, str) else []


def same(first: list[Any], second: list[Any]) -> bool:
    return len(first) == len(second) and all(
        one == other
        or (
            isinstance(one, float)
            and isinstance(other, float)
            and ((one != one and other != other) or abs(one - other) <= 1e-7 * max(1.0, abs(one)))
        )
        for one, other in zip(first, second, strict=True)
    )


@pytest.mark.parametrize(("name", "parameter"), FRAMES)
def test_the_same_values_in_another_form_give_the_same_answer(name, parameter):
    value = dict(places(name))[parameter]
    expected = flat(answered(changed(name, parameter, value)))
    for label, change in SAME.items():
        given = mutated(value, change)
        if given is not None:
            with adding(f"{name}({parameter}=…): {label}"):
                answer = answered(changed(name, parameter, given))
                assert (answer is None and label in MAY_BE_REFUSED) or same(flat(answer), expected)


class Streamed:
    """Speak Arrow's protocol and nothing else, as a relation of DuckDB does."""

    def __init__(self, held: Any) -> None:
        self.held = held

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
        return self.held.__arrow_c_stream__(requested_schema)


def of_arrow(value: Any) -> list[Any]:
    """Return a frame or a series as other packages hold it, without its index."""
    if isinstance(value, pd.Series):
        column = pa.chunked_array([pa.Array.from_pandas(value)])
        return [Streamed(column), *([] if polars is None else [polars.Series(column)])]
    table = pa.Table.from_pandas(value, preserve_index=False)
    return [Streamed(table), *([] if polars is None else [polars.from_arrow(table).lazy()])]


@pytest.mark.parametrize(("name", "parameter"), FRAMES)
def test_frames_of_other_packages_give_the_same_answer(name, parameter):
    value = dict(places(name))[parameter].reset_index(drop=True)
    if value.ndim == 2 and not all(isinstance(column, str) for column in value.columns):
        pytest.skip("names that are no text: Arrow has none")
    expected = flat(answered(changed(name, parameter, value)))
    for given in of_arrow(value):
        with adding(f"{name}({parameter}=…): {type(given).__name__}"):
            assert same(flat(answered(changed(name, parameter, given))), expected)


@pytest.mark.parametrize(("name", "parameter"), FRAMES)
@pytest.mark.parametrize("factor", [1e200, 1e-200])
def test_numbers_in_a_far_unit_overflow_nowhere_in_silence(name, parameter, factor):
    far = mutated(
        dict(places(name))[parameter],
        each_number(lambda column: column * factor if column.dtype.kind == "f" else column),
    )
    with warnings.catch_warnings(), contextlib.suppress(dm.DigimfgError):
        warnings.simplefilter("ignore")
        warnings.simplefilter("error", RuntimeWarning)
        changed(name, parameter, far)()


def test_a_column_is_no_frame_and_a_frame_no_column():
    spec = dm.Specification("y", "x", entity="id", time="year")
    for given in (pa.chunked_array([[1.0]]), Streamed(pa.chunked_array([[1.0]]))):
        with refused(dm.ArgumentError, "arguments.kind_of_value", argument="frame"):
            dm.estimate(spec, given)
    relation = pa.table({"x": [decimal.Decimal("1.50"), None], "s": pa.array(["a", "b"]).dictionary_encode()})
    found = as_pandas(Streamed(relation), "DataFrame")
    assert found["x"].tolist()[0] == 1.5
    assert np.isnan(found["x"].iloc[1])
    assert isinstance(found["s"].dtype, pd.CategoricalDtype)
    assert as_pandas(Streamed(relation), "Series") is None
    assert as_pandas(pd.DataFrame, "DataFrame") is as_pandas(5, "DataFrame") is None


def test_a_frame_is_not_changed():
    for name, parameter in FRAMES:
        value = dict(places(name))[parameter]
        before = value.copy()
        answered(changed(name, parameter, value))
        (pd.testing.assert_frame_equal if value.ndim == 2 else pd.testing.assert_series_equal)(value, before)


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path, monkeypatch):
    """Write what a folder named by a value would hold where it is thrown away."""
    monkeypatch.chdir(tmp_path)


VALUES = [None, True, -1, 0, 1, 2, 0.5, "", "no-such-name", [], (), ("x", "x"), ["x"], {}, {"x": "y"}, {"x": 1.0},
          np.array([]), np.ones(3), np.eye(3), pd.DataFrame(), pd.Series(dtype=float), PANEL, PANEL["x"]]  # fmt: skip


@pytest.mark.parametrize("name", [name for name, call in EXAMPLES.items() if call is not None])
def test_values_that_are_as_declared_work_or_are_refused(name):
    for parameter, reader in declarations(getattr(dm, name)).items():
        if (
            inspect.signature(getattr(dm, name)).parameters[parameter].kind
            is inspect.Parameter.VAR_POSITIONAL
        ):
            continue
        for value in VALUES:
            if parameter != "n_jobs" and reader.accepts(value):
                with adding(f"{name}({parameter}={str(value)[:60]})"):
                    answered(changed(name, parameter, value))


COLUMNS = {"variable": "p", "variables": ("x", "y"), "entity": "id", "time": "year", "group": "region", "by": "region", "x": "x", "y": "y",
           "subsystems": ("u", "v"), "size": "p", "name_column": "id", "at": 2010, "weights": dm.contiguity_weights({f"e{i:02d}": [f"e{(i + 1) % 12:02d}", f"e{(i - 1) % 12:02d}"] for i in range(12)})}  # fmt: skip


def drawn() -> dict[str, dict[str, Any]]:
    """Return the options of the figures and tables that show a frame as it is."""
    found = {}
    for name in dm.__all__:
        kind = getattr(dm, name)
        if not inspect.isclass(kind) or not issubclass(kind, Exhibit) or kind is Exhibit:
            continue
        parameters = inspect.signature(kind).parameters
        options = {
            option: value
            for option, value in COLUMNS.items()
            if option in parameters and declarations(kind)[option].accepts(value)
        }
        required = {each.name for each in parameters.values() if each.default is each.empty} - {"source"}
        if not required <= set(options):
            continue
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                kind(PANEL, **options).show(dm.Evidence(frame=PANEL))
            except dm.DigimfgError:
                continue  # it shows results, or another frame
        found[name] = options
    return found


SHOWN = drawn()


def test_the_figures_of_frames_are_known():
    assert {"ClubPlot", "CouplingPlot", "CoverageTable", "DagumPlot", "DescriptiveTable", "DistributionPlot", "ScatterPlot", "TrendPlot"} <= set(SHOWN)  # fmt: skip


@pytest.mark.parametrize("name", SHOWN)
def test_exhibits_of_frames_of_any_kind_are_built_or_refused(name):
    for label, change in {**SAME, **OTHERS}.items():
        given = mutated(PANEL, change)
        if given is not None:
            with adding(f"{name}: {label}"):
                answered(
                    lambda given=given: getattr(dm, name)(given, **SHOWN[name]).build(
                        dm.Evidence(frame=given)
                    )
                )
