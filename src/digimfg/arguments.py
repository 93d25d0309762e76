"""Look at arguments where they are given: kinds, choices and ranges as the annotations declare them."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Mapping
from functools import partial, update_wrapper
from types import CodeType, FunctionType
from typing import Any, TypeVar

from digimfg.errors import DigimfgError, Fault
from digimfg.kept_calls import answered
from digimfg.kinds import Holds
from digimfg.reader import Faulty, Reader, Refused
from digimfg.reading import as_stored, readers_of
from digimfg.reading.values import read_frame
from digimfg.refusals import layer_error, refusal

__all__ = ["checked", "declarations"]

Thing = TypeVar("Thing", bound=Callable[..., Any])


def checked(thing: Thing) -> Thing:
    """Return a public function or class that reads its arguments as they are declared before it runs.

    What will do is declared once, by the annotations: classes of ours, frames and series of pandas, text,
    numbers (of Python, numpy and `decimal`; a truth is no number), mappings, lists, choices (``Literal``)
    and the ranges of `digimfg.kinds`. What is one entry stands for a list of one, a set for its entries in
    order.

    Parameters
    ----------
    thing
        A function, or a class (the decorator stands above ``@dataclass``).

    Raises
    ------
    ArgumentError
        From the function returned: where an argument is of another kind, with the call that was meant where
        it can be told (arguments in another order, a result in place of its specification, a panel's name in
        place of the panel).
    SpecificationError, MeasureError, ExhibitError
        By its layer: where a value is not among the choices or outside the range; of a class also where it
        is of another kind.

    Examples
    --------
    >>> from typing import Annotated, Literal
    >>> from digimfg.errors import SpecificationError
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

    def drawn(*args: Any, **kwargs: Any) -> Any:
        args, kwargs = read_call(args, kwargs)
        return ask(public, args, kwargs, bind(thing, *args, **kwargs))

    ask, bind = answered, partial  # the function returned has the names of another module around it
    own = inspect.unwrap(thing)
    made = drawn if "seed" in own.__code__.co_varnames[: _n_parameters(own.__code__)] else call
    # `__globals__` are where doctest looks whether a function is of a module
    public = FunctionType(made.__code__, own.__globals__, made.__name__, None, made.__closure__)
    return update_wrapper(public, thing)  # type: ignore[return-value]


def _n_parameters(code: CodeType) -> int:
    return code.co_argcount + code.co_kwonlyargcount


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
        self.homes = (  # by now: a file of analyses is a module only while it runs
            [vars(sys.modules[kind.__module__]) for kind in thing.__mro__]
            if isinstance(thing, type)
            else [inspect.unwrap(thing).__globals__, *vars(thing).get("homes_of_keywords", ())]
        )
        self._readers: dict[str, Reader] | None = None
        self.positional: tuple[Reader | None, ...] = ()
        self.rest: Reader | None = None
        self.columns: dict[str, list[tuple[str, Holds]]] = {}

    @property
    def signature(self) -> inspect.Signature:
        whole = inspect.signature(self.function)
        parameters = list(whole.parameters.values())
        return whole.replace(parameters=parameters[1:]) if isinstance(self.thing, type) else whole

    @property
    def readers(self) -> dict[str, Reader]:
        if self._readers is None:
            signature = self.signature
            self._readers = readers_of(signature, self.homes)
            for name, reader in self._readers.items():
                if reader.column is not None:
                    for frame in reader.column.frames:
                        self.columns.setdefault(frame, []).append((name, reader.column.holds))
            kept = (
                [name for name, reader in self._readers.items() if reader.read is read_frame]
                if isinstance(self.thing, type)  # a value holds what was made: its columns keep their types
                else self.columns
            )
            self._readers |= {frame: as_stored(self._readers[frame]) for frame in kept}
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
            wanted = {column: (name, holds) for name, holds in named for column in _names(whole[name])}
            try:
                read = read_columns(given[frame], {column: holds for column, (_, holds) in wanted.items()})
            except Faulty as told:
                name = frame if told.column is None else wanted[told.column][0]
                raise self._error(name, told.fault) from None
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
        if isinstance(refused, Faulty):
            return self._error(name, refused.fault)
        return refusal(self.thing, signature, self.readers, dict(given), name, value, refused.outside)

    def _error(self, argument: str, fault: Fault) -> DigimfgError:
        where = f"dm.{self.thing.__name__}({argument}=…)"
        return fault.error(layer_error(self.thing), where=where, argument=argument)


def _names(value: Any) -> list[str]:
    """Return the columns that an argument names."""
    if isinstance(value, str):
        return [value]
    nothing = value is None or value is inspect.Parameter.empty or isinstance(value, int | float)
    return [] if nothing else [*value]


def _refused(reader: Reader, value: Any) -> Refused | None:
    try:
        reader.read(value)
    except Refused as refused:
        return refused
    return None
