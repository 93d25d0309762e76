"""Say what was wrong with an argument, and how the call was meant."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any

from digimfg.errors import (
    AnalysisError,
    ArgumentError,
    DigimfgError,
    ExhibitError,
    MeasureError,
    SpecificationError,
    nearest,
)
from digimfg.notes import note_of
from digimfg.reader import Reader
from digimfg.registry import is_file_of
from digimfg.text import Text

__all__ = ["layer_error", "refusal"]

_READ = 80
_OF_LAYER: dict[str, type[DigimfgError]] = {
    "analysis": AnalysisError,
    "efficiency": MeasureError,
    "evolution": MeasureError,
    "exhibits": ExhibitError,
    "measures": MeasureError,
    "paper": MeasureError,
    "shift_share_design": MeasureError,
    "simulation": MeasureError,
    "texts": MeasureError,
}


def layer_error(thing: Callable[..., Any]) -> type[DigimfgError]:
    """Return the kind of error of the layer that a function or class lives in."""
    rooms = reversed(thing.__module__.split("."))
    return next((_OF_LAYER[room] for room in rooms if room in _OF_LAYER), SpecificationError)


def refusal(
    thing: Callable[..., Any],
    signature: inspect.Signature,
    readers: Mapping[str, Reader],
    given: Mapping[str, Any],
    name: str,
    value: Any,
    outside: bool,
) -> DigimfgError:
    """Return the error for one argument: where, what is expected, what was given, and the remedy.

    Parameters
    ----------
    thing, signature, readers
        The function or class, and how its arguments are read.
    given
        All arguments of the call by name.
    name, value
        The one at fault.
    outside
        Whether it is of the right kind.
    """
    call = f"dm.{thing.__name__}"
    kind = layer_error(thing) if outside or isinstance(thing, type) else ArgumentError
    return kind.of(
        "arguments.value_outside" if outside else "arguments.kind_of_value",
        call=call,
        argument=name,
        expected=readers[name].words,
        got=repr(value)[:_READ] if outside else _described(value),
        remedy=_remedy(readers, given, name, value, outside, f"{call}({_listed(signature)})"),
    )


def _remedy(
    readers: Mapping[str, Reader], given: Mapping[str, Any], name: str, value: Any, outside: bool, call: str
) -> Text:
    reader = readers[name]
    said = next(filter(None, (remedy.say(value) for remedy in reader.remedies)), None)
    if outside:
        near = nearest(value, reader.choices) if isinstance(value, str) and reader.choices else ""
        choice = next((each for each in reader.choices if each == near), None)
        if choice is not None:
            return note_of("arguments.write_this", choice=repr(choice))
        return said or Text("change this option", "修改该选项")
    how = note_of("arguments.the_call_is", call=call)
    if isinstance(value, type):
        made = f"dm.{value.__name__}(…)" if _is_ours(value) else f"{value.__name__}(…)"
        return note_of("arguments.write_with_brackets", made=made, how=how)
    for other, held in given.items():
        if other not in readers or other == name:
            continue
        swapped = readers[other].accepts(value) and reader.accepts(held)
        if swapped and not readers[other].accepts(held):
            return note_of("arguments.order_of_arguments", call=call)
    return said or _of_kinds(reader, value, how)


def _of_kinds(reader: Reader, value: Any, how: Text) -> Text:
    """Return what to give in place of one kind of thing where another is wanted."""
    is_a = type(value).__name__
    if "Specification" in reader.names and is_a == "Result":
        return Text(f"pass result.specification; {how.en}", f"请传入 result.specification；{how.zh}")
    if "Specification" in reader.names and is_a == "DataFrame":
        first = "dm.Specification('outcome', ('regressor',), …)"
        return Text(f"state the equation first: {first}; {how.en}", f"请先写出设定：{first}；{how.zh}")
    if "Result" in reader.names and is_a == "Specification":
        first = "result = dm.estimate(specification, frame)"
        return Text(f"estimate it first: {first}; {how.en}", f"请先估计：{first}；{how.zh}")
    if "pd.Series" in reader.names and (isinstance(value, list | tuple) or is_a == "ndarray"):
        first = "frame.set_index('province')['value']"
        return Text(
            f"pass a Series with its labels, e.g. {first}; {how.en}",
            f"请传入带标签的 Series，例如{first}；{how.zh}",
        )
    if reader.names & {"pd.DataFrame", "pd.Series"} and hasattr(value, "compute"):
        return Text(f"take its rows first: .compute(); {how.en}", f"请先用 .compute() 取出各行；{how.zh}")
    if "pd.DataFrame" in reader.names <= {"pd.DataFrame", "None", "Scan"} and isinstance(value, str):
        panel = value if is_file_of("panels", value) else "world"
        load = f"dm.load_panel({panel!r})"
        return Text(f"load the data first, e.g. {load}; {how.en}", f"请先载入数据，例如{load}；{how.zh}")
    return how


def _is_ours(kind: type) -> bool:
    return kind.__module__.partition(".")[0] == "digimfg"


_FRAMES = ("DataFrame", "Series")  # of several packages


def _described(value: Any) -> Text | str:
    kind = type(value)
    if isinstance(value, type):
        return Text(f"the class {value.__name__} itself", f"类{value.__name__}本身")
    first = value[:_READ] if isinstance(value, str | list | tuple) else value
    shown = repr(first) if isinstance(value, str | int | float | list | tuple | dict | None) else ""
    package = kind.__module__.partition(".")[0]
    named = (
        kind.__name__
        if shown or package == "pandas" or kind.__name__ not in _FRAMES
        else f"{package} {kind.__name__}"
    )
    return f"{named} {shown}"[:_READ].strip() if value is not None else "None"


def _listed(signature: inspect.Signature) -> str:
    """Return the arguments that a call needs, by name after the star."""
    parts = []
    for parameter in signature.parameters.values():
        if parameter.default is not parameter.empty or parameter.kind in (
            parameter.VAR_POSITIONAL,
            parameter.VAR_KEYWORD,
        ):
            continue
        by_name = parameter.kind is parameter.KEYWORD_ONLY
        parts.append(f"{parameter.name}=…" if by_name else parameter.name)
    return ", ".join(parts)
