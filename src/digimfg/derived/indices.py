"""Computed columns that combine indicators: composite indices, TOPSIS scores, coupling."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import KW_ONLY, dataclass
from typing import Literal

from digimfg.arguments import checked
from digimfg.derived.rows import Made, Rows
from digimfg.derived.rule import ColumnRule
from digimfg.filled import is_filled_note
from digimfg.frames.said import notes_of, synthetic_notes
from digimfg.kinds import Finite, Label
from digimfg.labels import term_label
from digimfg.measures.columns import Missing
from digimfg.measures.composite import composite_index
from digimfg.measures.coupling import CouplingFormula, coupling_coordination
from digimfg.measures.index_definition import IndexDefinition
from digimfg.measures.normalization import Constant
from digimfg.measures.topsis import topsis_scores
from digimfg.notes import note_of
from digimfg.sheets import sheet_beside
from digimfg.text import Text

__all__ = ["Composite", "Coupling"]

_INDEX = Text("index, 0-1", "指数，0–1")


@checked
@dataclass(frozen=True)
class Composite(ColumnRule):
    """Compute a composite index of indicators: `composite_index` or, with its weights, `topsis_scores`.

    Parameters
    ----------
    definition
        Indicators with their directions, dimensions, and how they are weighed: entropy, CRITIC, principal
        components …
    scores
        ``"sum"``: Σ w z of the definition; ``"topsis"``: closeness to the best row under the definition's
        weights.
    constant, missing, train_years
        As in `composite_index`.

    Examples
    --------
    >>> import digimfg as dm
    >>> index = dm.IndexDefinition("digital", (dm.Indicator("broadband"), dm.Indicator("price", -1)),
    ...     weighting="critic")
    >>> dm.Composite(index).inputs()
    ('broadband', 'price')
    """

    definition: IndexDefinition
    _: KW_ONLY
    scores: Literal["sum", "topsis"] = "sum"
    constant: Constant = "raise"
    missing: Missing = "raise"
    train_years: tuple[Label, ...] | None = None

    def inputs(self, known: Collection[str] = ()) -> tuple[str, ...]:
        """Return the indicators."""
        del known
        return tuple(part.column for part in self.definition.indicators())

    def unit(self) -> Text | None:
        """Return that it is an index between 0 and 1, where it is."""
        bounded = self.definition.normalization == "minmax" and self.train_years is None
        return _INDEX if bounded or self.scores == "topsis" else None

    def formula(self) -> Text:
        """Return how the indicators are weighed."""
        weighting = self.definition.weighting or "entropy"
        fixed = isinstance(weighting, Mapping)
        return note_of(
            "derived.composite_index",
            names=[term_label(name) for name in self.inputs()],
            scores=_SCORES[self.scores],
            weights=_WEIGHTS["fixed" if fixed else str(weighting)],
        )

    def compute(self, rows: Rows) -> Made:
        """Return the scores, with the notes of the measure."""
        found = composite_index(
            rows.frame,
            self.definition,
            constant=self.constant,
            missing=self.missing,
            time=rows.time if self.train_years is not None else None,
            train_years=self.train_years,
        )
        told = set(synthetic_notes(rows.frame))
        notes = [note for note in found.notes if note not in told and not is_filled_note(note)]
        if self.scores == "sum":
            return Made(values=found.scores, notes=tuple(notes))
        signs = {part.column: part.direction for part in self.definition.indicators()}
        close = topsis_scores(rows.frame, signs, dict(found.weights), missing=self.missing)
        return Made(values=close.scores, notes=tuple(notes))


@checked
@dataclass(frozen=True)
class Coupling(ColumnRule):
    """Compute how strongly subsystems are coupled: one column of `coupling_coordination`.

    Parameters
    ----------
    subsystems
        Columns between 0 and 1, two or more: indices computed before.
    part
        Coupling C, development T or coordination D.
    weights, variant
        As in `coupling_coordination`.

    Examples
    --------
    >>> import digimfg as dm
    >>> dm.Coupling(("u", "v")).formula().en
    'coordination degree √(C·T) of u and v'
    """

    subsystems: tuple[str, ...]
    _: KW_ONLY
    part: Literal["coordination", "coupling", "development"] = "coordination"
    weights: tuple[Finite, ...] | None = None
    variant: CouplingFormula = "standard"

    def inputs(self, known: Collection[str] = ()) -> tuple[str, ...]:
        """Return the subsystems."""
        del known
        return self.subsystems

    def unit(self) -> Text | None:
        """Return that it lies between 0 and 1."""
        return _INDEX

    def formula(self) -> Text:
        """Return which part it is."""
        return note_of(
            "derived.part_of_index",
            part=_PARTS[self.part],
            names=[term_label(name) for name in self.subsystems],
        )

    def compute(self, rows: Rows) -> Made:
        """Return the column, with the notes of the measure."""
        found = coupling_coordination(rows.frame[list(self.subsystems)], self.weights, self.variant)
        notes = notes_of(found)
        return Made(values=found[self.part], notes=notes)


_PARTS = sheet_beside(__file__, "indices", "parts")
_SCORES = {"sum": Text("weighted mean", "加权求和"), "topsis": Text("TOPSIS closeness", "TOPSIS 贴近度")}
_WEIGHTS = sheet_beside(__file__, "indices", "weights")
