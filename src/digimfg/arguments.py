"""Look at arguments where they are given: kinds, choices and ranges as the annotations declare them."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Mapping
from functools import update_wrapper
from types import FunctionType
from typing import Any, TypeVar

from digimfg.errors import (
    AnalysisError,
    ArgumentError,
    DigimfgError,
    ExhibitError,
    MeasureError,
    SpecificationError,
    nearest,
)
from digimfg.kinds import ColumnOf
from digimfg.reading import Fault, Reader, Refused, as_stored, readers_of
from digimfg.text import Text

__all__ = ["checked", "declarations"]

Thing = TypeVar("Thing", bound=Callable[..., Any])

_READ = 80
_OF_LAYER: dict[str, type[DigimfgError]] = {
    "analysis": AnalysisError,
    "evolution": MeasureError,
    "exhibits": ExhibitError,
    "measures": MeasureError,
    "paradigm": MeasureError,
    "simulation": MeasureError,
    "texts": MeasureError,
}


def checked(thing: Thing) -> Thing:
    """Return a public function or class that reads its arguments as they are declared before it runs.

    What will do is declared once, by the annotations: classes of ours, frames and series of pandas, text, numbers (of
    Python, numpy and `decimal`; a truth is no number), mappings, lists, choices (``Literal``) and the ranges of
    `digimfg.kinds`. What is one entry stands for a list of one, a set for its entries in order.

    Parameters
    ----------
    thing
        A function, or a class (the decorator stands above ``@dataclass``).

    Raises
    ------
    ArgumentError
        From the function returned: where an argument is of another kind, with the call that was meant where it can be
        told (arguments in another order, a result in place of its specification, a panel's name in place of the panel).
    SpecificationError, MeasureError, ExhibitError
        By its layer: where a value is not among the choices or outside the range; of a class also where it is of
        another kind.

    Examples
    --------
    >>> from typing import Annotated, Literal
    >>> from digimfg.kinds import AtLeast
    >>> @checked
    ... def draw(draws: Annotated[int, AtLeast(1)], *, weights: Literal["webb", "mammen"] = "webb") -> int:
    ...     return draws
    >>> try:
    ...     draw(10, weights="Webb")
    ... except SpecificationError as error:
    ...     print(error.expected.en, "|", error.got.en, "|", error.remedy.en)
    'webb' or 'mammen' | 'Webb' | write 'webb'
    """
    if isinstance(thing, type):
        made = _maker(thing)
        read = _Arguments(thing, made).read

        def __init__(self: Any, *args: Any, **kwargs: Any) -> None:  # noqa: N807
            args, kwargs = read(args, kwargs)
            made(self, *args, **kwargs)

        setattr(thing, "__init__", update_wrapper(__init__, made))  # noqa: B010
        return thing
    read_call = _Arguments(thing, thing).read

    def call(*args: Any, **kwargs: Any) -> Any:
        args, kwargs = read_call(args, kwargs)
        return thing(*args, **kwargs)

    home = inspect.unwrap(thing).__globals__  # where doctest looks whether a function is of a module
    public = FunctionType(call.__code__, home, call.__name__, None, call.__closure__)
    return update_wrapper(public, thing)  # type: ignore[return-value]


def declarations(thing: Callable[..., Any]) -> Mapping[str, Reader]:
    """Return parameter → how it is read, of a function or class, decorated or not."""
    return _Arguments(thing, _maker(thing) if isinstance(thing, type) else thing).readers


def _maker(kind: type) -> Callable[..., None]:
    made: Callable[..., None] = getattr(kind, "__init__")  # noqa: B009
    return made


class _Arguments:
    """Read the arguments of one function or class; its annotations are looked at when it is first called."""

    def __init__(self, thing: Callable[..., Any], function: Callable[..., Any]) -> None:
        self.thing = thing
        self.function = function
        self._readers: dict[str, Reader] | None = None
        self.positional: tuple[Reader | None, ...] = ()
        self.rest: Reader | None = None
        self.columns: dict[str, list[tuple[str, ColumnOf]]] = {}

    @property
    def signature(self) -> inspect.Signature:
        whole = inspect.signature(self.function)
        parameters = list(whole.parameters.values())
        return whole.replace(parameters=parameters[1:]) if isinstance(self.thing, type) else whole

    @property
    def readers(self) -> dict[str, Reader]:
        if self._readers is None:
            signature = self.signature
            if isinstance(self.thing, type):
                homes = [vars(sys.modules[kind.__module__]) for kind in self.thing.__mro__]
            else:
                homes = [inspect.unwrap(self.thing).__globals__]
            self._readers = readers_of(signature, homes)
            for name, reader in self._readers.items():
                if reader.column is not None:
                    self.columns.setdefault(reader.column.frame, []).append((name, reader.column))
            self._readers |= {frame: as_stored(self._readers[frame]) for frame in self.columns}
            by_place = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
            kinds = signature.parameters.values()
            self.positional = tuple(self._readers.get(each.name) for each in kinds if each.kind in by_place)
            self.rest = next(
                (self._readers.get(each.name) for each in kinds if each.kind is each.VAR_POSITIONAL), None
            )
        return self._readers

    def read(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """Return the arguments as declared.

        Those that Python will refuse, unknown or too many, stay as they are.
        """
        readers = self._readers if self._readers is not None else self.readers
        try:
            if args:
                several = len(self.positional)
                args = tuple(
                    value if reader is None else reader.read(value)
                    for value, reader in zip(
                        args, (*self.positional, *(self.rest for _ in args[several:])), strict=False
                    )
                )
            for name, value in kwargs.items():
                reader = readers.get(name)
                if reader is not None:
                    kwargs[name] = reader.read(value)
        except Refused:
            raise self._refusal(args, kwargs) from None
        return self._with_columns(args, kwargs) if self.columns else (args, kwargs)

    def _with_columns(
        self, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """Return the arguments, the columns that they name read from their frames."""
        from digimfg.frames import read_columns

        signature = self.signature
        given = dict(self._given(signature, args, kwargs))
        whole = {name: each.default for name, each in signature.parameters.items()} | given
        for frame, named in self.columns.items():
            if frame not in given:
                continue
            wanted = {column: (name, rule) for name, rule in named for column in _names(whole[name])}
            try:
                read = read_columns(
                    given[frame], {column: rule.holds for column, (_, rule) in wanted.items()}
                )
            except Fault as fault:
                name = frame if fault.column is None else wanted[fault.column][0]
                raise self._fault(name, fault) from None
            if frame in kwargs:
                kwargs[frame] = read
            else:
                place = list(signature.parameters).index(frame)
                args = (*args[:place], read, *args[place + 1 :])
        return args, kwargs

    def _given(
        self, signature: inspect.Signature, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> list[tuple[str, Any]]:
        parameters = list(signature.parameters.values())
        if self.rest is not None:
            parameters += [parameters[-1]] * len(args)
        return [(each.name, value) for each, value in zip(parameters, args, strict=False)] + [*kwargs.items()]

    def _refusal(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> DigimfgError:
        """Return the error for the first argument that is not as declared."""
        signature = self.signature
        given = self._given(signature, args, kwargs)
        name, value, refused = next(
            (name, value, refused)
            for name, value in given
            if name in self.readers and (refused := _refused(self.readers[name], value)) is not None
        )
        if isinstance(refused, Fault):
            return self._fault(name, refused)
        return _error(self.thing, signature, self.readers, dict(given), name, value, refused.outside)

    def _fault(self, name: str, fault: Fault) -> DigimfgError:
        return _of_layer(self.thing)(
            where=f"dm.{self.thing.__name__}({name}=…)",
            expected=fault.expected,
            got=fault.got,
            remedy=fault.remedy,
        )


def _names(value: Any) -> list[str]:
    """Return the columns that an argument names."""
    if isinstance(value, str):
        return [value]
    return [] if value is None or value is inspect.Parameter.empty else [*value]


def _of_layer(thing: Callable[..., Any]) -> type[DigimfgError]:
    return _OF_LAYER.get(f"{thing.__module__}..".split(".")[1], SpecificationError)


def _refused(reader: Reader, value: Any) -> Refused | None:
    try:
        reader.read(value)
    except Refused as refused:
        return refused
    return None


def _error(
    thing: Callable[..., Any],
    signature: inspect.Signature,
    readers: Mapping[str, Reader],
    given: Mapping[str, Any],
    name: str,
    value: Any,
    outside: bool,
) -> DigimfgError:
    call = f"dm.{thing.__name__}"
    kind = _of_layer(thing) if outside or isinstance(thing, type) else ArgumentError
    return kind(
        where=f"{call}({name}=…)",
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
            return Text(f"write {choice!r}", f"请写成 {choice!r}")
        return said or Text("change this option", "修改该选项")
    how = Text(f"the call is {call}", f"调用方式：{call}")
    if isinstance(value, type):
        made = f"dm.{value.__name__}(…)" if _is_ours(value) else f"{value.__name__}(…)"
        return Text(f"write {made}, with brackets; {how.en}", f"应写作 {made}（加括号）；{how.zh}")
    for other, held in given.items():
        if other not in readers or other == name:
            continue
        swapped = readers[other].accepts(value) and reader.accepts(held)
        if swapped and not readers[other].accepts(held):
            return Text(f"the order is another: {call}", f"参数顺序有误，应为：{call}")
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
            f"请传入带标签的 Series，例如 {first}；{how.zh}",
        )
    if "pd.DataFrame" in reader.names and isinstance(value, str):
        from digimfg.panels.store import list_panels

        panel = value if value in list_panels() else "world"
        load = f"dm.load_panel({panel!r})"
        return Text(f"load the data first, e.g. {load}; {how.en}", f"请先载入数据，例如 {load}；{how.zh}")
    return how


def _is_ours(kind: type) -> bool:
    return kind.__module__.partition(".")[0] == "digimfg"


def _described(value: Any) -> Text | str:
    kind = type(value)
    if isinstance(value, type):
        return Text(f"the class {value.__name__} itself", f"类 {value.__name__} 本身")
    first = value[:_READ] if isinstance(value, str | list | tuple) else value
    shown = repr(first) if isinstance(value, str | int | float | list | tuple | dict | None) else ""
    return f"{kind.__name__} {shown}"[:_READ].strip() if value is not None else "None"


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
