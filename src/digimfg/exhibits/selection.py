"""Pick from evidence what an exhibit shows; a name that is not there is answered with the nearest ones."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Any, TypeVar

from digimfg.column_names import names_fault
from digimfg.errors import ExhibitError
from digimfg.frames import read_columns
from digimfg.kinds import Holds
from digimfg.notes import note_of
from digimfg.reader import Faulty
from digimfg.sheets import sheet_beside
from digimfg.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import pandas as pd

    from digimfg.exhibits import Evidence, Exhibit
    from digimfg.result import Result

__all__ = [
    "check_choice",
    "check_names",
    "check_tables",
    "estimator_of",
    "exhibit_where",
    "one_result",
    "one_study",
    "read_frame",
    "select_frame",
    "select_results",
]

_HEADINGS = sheet_beside(__file__, "headings")

Value = TypeVar("Value")
Answer = TypeVar("Answer")
Method = TypeVar("Method")


def select_results(exhibit: Exhibit, evidence: Evidence, names: Sequence[str] = ()) -> dict[str, Result]:
    """Return the results named, in that order; all of them where no name is given.

    Raises
    ------
    ExhibitError
        If there is no result, or a name is unknown.
    """
    check_names(exhibit, names, evidence.results, _HEADINGS["specification"])
    if not evidence.results:
        raise ExhibitError.of("exhibits.no_results", where=exhibit_where(exhibit))
    return {name: evidence.results[name] for name in names or evidence.results}


def one_result(exhibit: Exhibit, evidence: Evidence, name: str | None) -> tuple[str, Result]:
    """Return the result named, or the only one."""
    chosen = select_results(exhibit, evidence, (name,) if name is not None else ())
    if len(chosen) > 1:
        raise ExhibitError.of(
            "exhibits.one_specification_wanted", where=exhibit_where(exhibit), n=len(chosen), chosen=chosen
        )
    return next(iter(chosen.items()))


def estimator_of(exhibit: Exhibit, result: Result, kind: type[Method]) -> Method:
    """Return the estimator of a result that an exhibit of that estimator shows.

    Raises
    ------
    ExhibitError
        If the result is of another one.
    """
    estimator = result.specification.estimator
    if isinstance(estimator, kind):
        return estimator
    raise ExhibitError.of(
        "exhibits.other_estimator", where=exhibit_where(exhibit), got=estimator.label, name=kind.__name__
    )


def one_study(exhibit: Exhibit, evidence: Evidence, kind: type[Answer], name: str | None) -> Answer:
    """Return the answer of a study that an exhibit shows: the named one, or the only one of its kind.

    Raises
    ------
    ExhibitError
        If there is none of that name and kind, or several and no name.
    """
    found = {key: each for key, each in evidence.studies.items() if isinstance(each, kind)}
    if name is not None:
        check_names(exhibit, (name,), found, _HEADINGS["study"])
        return found[name]
    if len(found) == 1:
        return next(iter(found.values()))
    raise ExhibitError.of(
        "exhibits.one_study_wanted",
        where=exhibit_where(exhibit),
        name=kind.__name__,
        found=note_of("exhibits.name_with_found", n=len(found), found=found) if found else Text("none", "无"),
    )


def select_frame(exhibit: Exhibit, evidence: Evidence) -> pd.DataFrame:
    """Return the panel, index reset.

    Raises
    ------
    ExhibitError
        If there is no frame, or the names of its columns are not text or repeat.
    """
    if evidence.frame is None:
        raise ExhibitError.of("exhibits.no_frame", where=exhibit_where(exhibit))
    if fault := names_fault(evidence.frame):
        raise fault.error(ExhibitError, where=exhibit_where(exhibit))
    return evidence.frame.reset_index(drop=True)


def read_frame(exhibit: Exhibit, frame: pd.DataFrame, wanted: Mapping[str, Holds]) -> pd.DataFrame:
    """Return a frame in which the wanted columns hold numbers or keys.

    Raises
    ------
    ExhibitError
        If a column is not there or holds something else.
    """
    try:
        return read_columns(frame, wanted)
    except Faulty as told:
        name = _HEADINGS["the_frame"]
        if told.column is not None:
            name = Text(f"column '{told.column}'", f"列“{told.column}”")
        where = note_of("exhibits.name_of_exhibit", exhibit=exhibit_where(exhibit), name=name)
        raise told.fault.error(ExhibitError, where=where) from None


def check_names(
    exhibit: Exhibit, names: Iterable[str], known: Mapping[str, Any] | Sequence[str], what: Text
) -> None:
    """Raise unless every name is known.

    Raises
    ------
    ExhibitError
        Naming the unknown names and the nearest known ones.
    """
    known = [str(each) for each in known]
    unknown = [name for name in names if name not in known]
    if not unknown:
        return
    near = {name: difflib.get_close_matches(name, known, n=2, cutoff=0.5) for name in unknown[:3]}
    hints = "; ".join(f"'{name}' → {', '.join(found)}" for name, found in near.items() if found)
    listed = ", ".join(known[:12]) + (" …" if len(known) > 12 else "")
    raise ExhibitError.of(
        "exhibits.names_unknown",
        where=exhibit_where(exhibit),
        got=", ".join(repr(name) for name in unknown[:3])
        + (f" … ({len(unknown)})" if len(unknown) > 3 else ""),
        what=what,
        listed=listed or Text("none is there", "无"),
        advice=note_of("exhibits.nearest_names", hints=hints)
        if hints
        else Text("choose one of those", "从中选择"),
    )


def check_tables(exhibit: Exhibit, name: str, result: Result, estimator: Text | str, *tables: str) -> None:
    """Raise unless a result has the tables that only one estimator gives.

    Raises
    ------
    ExhibitError
        Naming the estimator and the first table that is not there.
    """
    missing = [table for table in tables if table not in result.tables]
    if missing:
        kind = Text.of(estimator)
        raise ExhibitError.of(
            "exhibits.result_without_table",
            where=exhibit_where(exhibit),
            sort=kind,
            name=name,
            missing=missing[0],
        )


def check_choice(exhibit: Exhibit, option: str, value: Any, choices: Sequence[Any]) -> None:
    """Raise unless an option has one of its values.

    Raises
    ------
    ExhibitError
        Naming the option, its choices and the value given.
    """
    if value not in choices:
        raise ExhibitError.of(
            "exhibits.choice_unknown",
            got=repr(value),
            exhibit_where=exhibit_where(exhibit),
            option=option,
            choices=repr(choices[0]),
            all=list(map(repr, choices)),
        )


def exhibit_where(exhibit: Exhibit) -> Text:
    """Return how errors name an exhibit."""
    kind = type(exhibit).__name__
    return (
        note_of("exhibits.place_of_exhibit", sort=kind, name=exhibit.name)
        if exhibit.name
        else Text(kind, kind)
    )
