"""The variables an exhibit describes: which ones, in which role, over which rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from digimfg.design import build_design
from digimfg.errors import ExhibitError, SpecificationError
from digimfg.exhibits.selection import (
    check_choice,
    check_names,
    exhibit_where,
    read_frame,
    select_frame,
    select_results,
)
from digimfg.exhibits.terms import without_levels
from digimfg.frames.filled_cells import flag_columns
from digimfg.frames.said import MARK
from digimfg.kinds import Holds
from digimfg.sample_phrase import unknown_phrase
from digimfg.sheets import sheet_beside
from digimfg.terms.evaluate import Evaluator
from digimfg.terms.sample import read_sample
from digimfg.text import Text, counted
from digimfg.variables import YEAR, dictionary

if TYPE_CHECKING:
    from digimfg.exhibits import Evidence, Exhibit, Sampled

__all__ = ["Groups", "chosen_variables", "inside_sample", "key_columns", "term_frame"]

_HEADINGS = sheet_beside(__file__, "headings")

Floats = NDArray[np.float64]
Groups = tuple[tuple[Text, tuple[str, ...]], ...]
"""Role → variables, in order; an empty role for variables without one."""

_LARGEST = 1e150

_ROLES = sheet_beside(__file__, "columns", "roles")


def inside_sample(exhibit: Sampled, frame: pd.DataFrame) -> tuple[pd.DataFrame, tuple[Text, ...]]:
    """Return the rows inside an exhibit's sample, and a note on those that a missing value leaves out.

    Raises
    ------
    SpecificationError
        If the filter breaks the grammar, or names what is not in the frame.
    """
    if exhibit.sample is None:
        return frame, ()
    found = read_sample(exhibit.sample, frame)
    count = int(found.unknown.sum())
    if not count:
        return frame[found.inside], ()
    why = unknown_phrase(found, exhibit.labels)
    note = Text(f"{counted(count, 'row')} left out: {why.en}.", f"剔除{count:,}行：{why.zh}。")
    return frame[found.inside], (note,)


def chosen_variables(
    exhibit: Exhibit,
    evidence: Evidence,
    variables: Sequence[str] | Mapping[Text, Sequence[str]],
    specification: str | None,
    *,
    outcome: bool = True,
) -> Groups:
    """Return the variables to show: those given, else those of one specification by role, else all numeric
    columns.

    Of all numeric columns, calendar years (keys and dates, by the dictionary's unit), flags and the mark of
    simulated data are left out.

    A specification's indicators by level are left out: of ``"x:i(year)"`` remains ``"x"``.

    Raises
    ------
    ExhibitError
        If the specification is unknown or there is nothing to take variables from.
    """
    if isinstance(variables, Mapping):
        return tuple((Text.of(role), tuple(names)) for role, names in variables.items())
    if variables:
        return ((Text("", ""), tuple(variables)),)
    if specification is not None:
        chosen = select_results(exhibit, evidence, (specification,))[specification].specification
        groups = []
        seen: set[str] = set()
        for part, role in _ROLES.items():
            value = getattr(chosen, part)
            names = (value,) if isinstance(value, str) else value
            names = tuple(
                name for name in dict.fromkeys(map(without_levels, names)) if name and name not in seen
            )
            if names and (outcome or part != "outcome"):
                groups.append((role, names))
                seen.update(names)
        return tuple(groups)
    frame = select_frame(exhibit, evidence)
    known, flags = dictionary(), flag_columns(frame)
    return (
        (
            Text("", ""),
            tuple(
                name
                for name in map(str, frame.select_dtypes("number"))
                if name not in flags and name != MARK and not (name in known and known[name].unit == YEAR)
            ),
        ),
    )


def term_frame(
    exhibit: Exhibit,
    evidence: Evidence,
    terms: Sequence[str],
    specification: str | None = None,
    *,
    keys: tuple[str | None, str | None] = (None, None),
) -> pd.DataFrame:
    """Return the panel with one further column per term, or the rows of it that `specification` was
    estimated on.

    Parameters
    ----------
    terms
        Columns, or terms of the grammar that give one number per row.
    specification
        Keep the rows of this specification's estimation sample; all rows by default.
    keys
        Columns that name the unit and the period, for lags; by default those of the specification.

    Raises
    ------
    ExhibitError
        If a column or the specification is unknown, or a term gives several columns.
    """
    frame = select_frame(exhibit, evidence)
    names = (specification,) if specification is not None else ()
    results = select_results(exhibit, evidence, names) if names else evidence.results
    chosen = next((result.specification for result in results.values()), None)
    entity = keys[0] or (chosen.entity if chosen is not None else None)
    time = keys[1] or (chosen.time if chosen is not None else None)
    there = [name for name in (entity, time) if name is not None and name in frame.columns]
    wanted: dict[str, Holds] = dict.fromkeys(there, "keys")
    frame = read_frame(exhibit, frame, wanted | {term: "numbers" for term in terms if term in frame.columns})
    try:
        evaluator = Evaluator(frame, entity, time)
        found = {term: evaluator(term).values for term in dict.fromkeys(terms) if term not in frame.columns}
        rows = build_design(chosen, frame).rows if specification is not None and chosen is not None else None
    except SpecificationError as error:
        where = exhibit_where(exhibit)
        raise ExhibitError.like(
            error, where=Text(f"{where.en}, {error.where.en}", f"{where.zh}，{error.where.zh}")
        ) from error
    for term, values in found.items():
        check_choice(exhibit, f"'{term}', number of columns", values.shape[1], (1,))
    for term in dict.fromkeys(terms):
        _check_size(exhibit, term, frame[term].to_numpy() if term in frame.columns else found[term])
    # pandas copies once for all new columns, many times when they come one by one
    whole = pd.concat([frame, pd.DataFrame({term: values[:, 0] for term, values in found.items()})], axis=1)
    return whole if rows is None else whole.iloc[np.sort(rows)].reset_index(drop=True)


def _check_size(exhibit: Exhibit, term: str, values: Floats) -> None:
    if np.nanmax(np.abs(values), initial=0.0) > _LARGEST:
        raise ExhibitError.of(
            "exhibits.values_too_large", exhibit_where=exhibit_where(exhibit), term=term, largest=_LARGEST
        )


def key_columns(
    exhibit: Exhibit, evidence: Evidence, entity: str | None, time: str | None
) -> tuple[str, str]:
    """Return the key columns given, else those of the first specification that has them.

    Raises
    ------
    ExhibitError
        If no key is given and no specification names it, or the frame has no such column.
    """
    found = []
    for part, given in (("entity", entity), ("time", time)):
        declared = (getattr(result.specification, part) for result in evidence.results.values())
        name = given if given is not None else next((key for key in declared if key is not None), None)
        if name is None:
            raise ExhibitError.of(
                "exhibits.key_column_not_named",
                exhibit_where=exhibit_where(exhibit),
                part=part,
                example="country" if part == "entity" else "year",
            )
        found.append(name)
    columns = [] if evidence.frame is None else [str(column) for column in evidence.frame.columns]
    check_names(exhibit, found, columns, _HEADINGS["column_word"])
    return found[0], found[1]
