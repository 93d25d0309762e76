"""What a frame's filled-in cells mean for a specification: which it uses, in how many rows, and the frame
without them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from digimfg.errors import SpecificationError
from digimfg.frames.filled_cells import changed_columns, filled_columns, filled_flags, flag_name
from digimfg.frames.said import synthetic_notes
from digimfg.labels import term_label
from digimfg.notes import note_of
from digimfg.say import Said
from digimfg.terms import Column, Difference, Levels, Node, Product, Shift, columns_of, parse_term
from digimfg.terms.evaluate import Evaluator
from digimfg.terms.sample import sample_columns
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.specification import Specification

__all__ = [
    "filled_column_notes",
    "filled_notes",
    "is_filled_note",
    "recounted",
    "used_filled_columns",
    "without_filled",
]

Booleans = NDArray[np.bool_]
Codes = NDArray[np.int64]

_HOW = {
    "linear": Text("linear interpolation", "线性插值"),
    "geometric": Text("interpolation at a constant growth rate", "等比插值"),
}
_OF: dict[str, Literal["column", "result"]] = {"filled_column": "column", "filled_result": "result"}


def without_filled(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a frame whose filled-in cells are missing again, so that lags and differences lose them too.

    Raises
    ------
    SpecificationError
        If the frame declares no filled-in cells, or a column of flags is gone.
    """
    declared = [name for name in filled_columns(frame) if name in frame.columns]
    flags = {name: filled_flags(frame, name) for name in declared}
    gone = [flag_name(name) for name in declared if flags[name] is None]
    if not declared or gone:
        raise SpecificationError.of(
            "filled.nothing_declared_filled",
            found=note_of("filled.no_such_column", gone=gone) if gone else Text("none declared", "没有声明"),
        )
    return frame.assign(
        **{name: frame[name].where(~raised) for name, raised in flags.items() if raised is not None}
    )


def used_filled_columns(frame: pd.DataFrame, specification: Specification) -> tuple[str, ...]:
    """Return the columns with filled-in cells that a specification uses, also inside lags, products and
    options.

    Its terms, weights, effects, sample filter, and the columns that its estimator and its errors name.
    """
    cells = _with_cells(frame)
    found = _uses(frame, specification, cells)
    return tuple(name for name in cells if name in found)


def filled_notes(
    frame: pd.DataFrame, specification: Specification, rows: Codes | None = None
) -> tuple[Text, ...]:
    """Return what a result says of the filled-in cells it rests on: how many in the panel, how many of its
    rows use one.

    Parameters
    ----------
    frame
        As given to `estimate`.
    specification
        The equation; with ``observed_only`` the cells are missing again, and the note says that.
    rows
        Positions of the rows that were kept; without them only the panel is counted.
    """
    notes: list[Text] = []
    cells = _with_cells(frame)
    uses = _uses(frame, specification, cells)
    for name, said in cells.items():
        if name not in uses:
            continue
        label = term_label(name)
        if specification.observed_only:
            changed = _changed(said)
            notes.append(
                note_of("filled.filled_made_missing", column=label, filled=said["filled"], changed=changed)
            )
            continue
        notes.append(_column_note(name, said))
        flags = filled_flags(frame, name)
        if rows is None or flags is None:
            continue
        used = int(np.count_nonzero(_touched(frame, specification, name, flags, uses[name])[rows]))
        notes.append(note_of("filled.filled_in_rows", column=label, used=used, rows=len(rows)))
    return tuple(notes)


def recounted(
    notes: Iterable[Text], frame: pd.DataFrame, specification: Specification, rows: Codes
) -> tuple[Text, ...]:
    """Return the notes of a design after its estimator left out more rows, filled-in cells counted in those
    kept.
    """
    simulated = synthetic_notes(frame)
    others = [note for note in notes if is_filled_note(note) is None and note not in simulated]
    return (*simulated, *filled_notes(frame, specification, rows), *others)


def filled_column_notes(frame: pd.DataFrame, columns: Iterable[str]) -> tuple[Text, ...]:
    """Return the sentences that tell of the columns with filled-in cells among some."""
    wanted = set(columns)
    return tuple(_column_note(name, said) for name, said in _with_cells(frame).items() if name in wanted)


def is_filled_note(note: Text) -> Literal["column", "result"] | None:
    """Return whether a note tells of filled-in cells: of a column as such, or of what one result does with
    them.
    """
    return _OF.get(note.kind) if isinstance(note, Said) else None


def _column_note(name: str, said: Mapping[str, Any]) -> Text:
    total = said["observed"] + said["filled"]
    return note_of(
        "filled.filled_in_panel",
        filled=said["filled"],
        total=total,
        column=term_label(name),
        share=100 * said["filled"] / total,
        how=_how(name, said),
        changed=_changed(said),
    )


def _how(name: str, said: Mapping[str, Any]) -> Text:
    if "computed_from" in said:
        return note_of(
            "filled.computed_from_filled", parts=[term_label(part) for part in said["computed_from"]]
        )
    if "method" not in said:
        return note_of("filled.flagged_by_column", flag=flag_name(name))
    return note_of("filled.filled_by_method", method=_HOW[said["method"]], gap=said["max_gap"])


def _changed(said: Mapping[str, Any]) -> Text:
    if not said["changed"]:
        return Text("", "")
    return Text(
        "; its values were changed after that, which these counts do not know",
        "；此后取值被改动，以上计数未计及",
    )


def _with_cells(frame: pd.DataFrame) -> dict[str, dict[str, Any]]:
    declared = {name: said for name, said in filled_columns(frame).items() if said["filled"]}
    changed = changed_columns(frame) if declared else frozenset()
    return {name: {**said, "changed": name in changed} for name, said in declared.items()}


def _uses(
    frame: pd.DataFrame, specification: Specification, candidates: Collection[str]
) -> dict[str, list[Node]]:
    """Return filled column → the terms of the specification that hold it."""
    uses: dict[str, list[Node]] = {}
    if not candidates:
        return uses
    terms = (
        specification.outcome,
        *specification.regressors,
        *specification.controls,
        *specification.endogenous,
        *specification.instruments,
        *((specification.weights,) if specification.weights else ()),
    )
    nodes = [parse_term(term, frame.columns) for term in dict.fromkeys(terms)]
    options = (*_words(specification.estimator), *_words(specification.covariance))
    for word in dict.fromkeys((*specification.fixed_effects, *options)):
        try:
            nodes.append(parse_term(word, frame.columns))
        except SpecificationError:
            continue  # an option's word, not a term
    if specification.sample is not None:
        nodes += [Column(name) for name in sample_columns(specification.sample, frame)]
    for node in nodes:
        for name in dict.fromkeys(columns_of(node)):
            if name in candidates:
                uses.setdefault(name, []).append(node)
    return uses


def _touched(
    frame: pd.DataFrame, specification: Specification, name: str, flags: Booleans, nodes: Iterable[Node]
) -> Booleans:
    """Return the rows in which one of the terms holds a filled-in value of a column."""
    nothing = np.zeros(len(frame), dtype=bool)
    entity, time = specification.entity, specification.time
    keys = pd.DataFrame({part: frame[key] for part, key in (("entity", entity), ("time", time)) if key})

    def shifted(mask: Booleans, periods: int) -> Booleans:
        term = f"L{periods}.filled" if periods > 0 else f"F{-periods}.filled"
        values = Evaluator(keys.assign(filled=mask.astype(np.float64)), "entity", "time")(term).values
        return np.asarray(values[:, 0] == 1)

    def touched(node: Node) -> Booleans:
        if isinstance(node, Column):
            return flags if node.name == name else nothing
        if isinstance(node, Levels):
            return flags if node.column == name else nothing
        if isinstance(node, Product):
            return _any([touched(factor) for factor in node.factors])
        inner = touched(node.base)
        if isinstance(node, Shift):
            return shifted(inner, node.periods)
        if isinstance(node, Difference):
            for _ in range(node.order):
                inner = inner | shifted(inner, 1)
        return inner

    return _any([touched(node) for node in nodes])


def _any(masks: list[Booleans]) -> Booleans:
    return np.asarray(np.any(masks, axis=0), dtype=bool)


def _words(value: Any) -> list[str]:
    """Return every text inside the options of an estimator or a covariance."""
    if isinstance(value, str):
        return [value]
    if is_dataclass(value) and not isinstance(value, type | Text):
        return [word for field in fields(value) for word in _words(getattr(value, field.name))]
    if isinstance(value, Mapping):
        return [word for pair in value.items() for part in pair for word in _words(part)]
    if isinstance(value, tuple | list | set | frozenset):
        return [word for part in value for word in _words(part)]
    return []
