"""A panel of units that are treated from some period on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from digimfg.contracts import Dropped
from digimfg.design.rows import compress_codes
from digimfg.errors import EstimationError
from digimfg.filled import recounted
from digimfg.notes import note_of
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.design import Design

__all__ = ["StaggeredPanel", "leave_out", "require_balanced", "within_sample"]

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True, eq=False)
class StaggeredPanel:
    """Hold a panel whose units are treated from some period on, or never.

    Parameters
    ----------
    design
        The rows that stay, n of them, with their clusters and notes.
    unit, period
        Codes, shape (n,).
    times
        ``times[period]`` is the time column, sorted.
    first
        First treated time of each row's unit, shape (n,); infinity where it is never treated in the sample.
    cohorts
        Distinct finite values of `first`, sorted.
    controls, control_names
        Shape (n, k).
    anticipation
        Periods before the first one in which units may already react.
    name
        Of the effect in tables.
    """

    design: Design
    unit: Codes
    period: Codes
    times: Floats
    first: Floats
    cohorts: Floats
    controls: Floats
    control_names: tuple[str, ...]
    anticipation: int
    name: str

    @cached_property
    def time(self) -> Floats:
        """Return the time of each row."""
        return self.times[self.period]

    @property
    def outcome(self) -> Floats:
        """Return the outcome of each row."""
        return self.design.outcome

    @cached_property
    def n_units(self) -> int:
        """Return the number of units."""
        return int(self.unit.max()) + 1

    @cached_property
    def unit_first(self) -> Floats:
        """Return the first treated time by unit."""
        values = np.empty(self.n_units)
        values[self.unit] = self.first
        return values

    @property
    def untreated(self) -> NDArray[np.bool_]:
        """Return which rows lie before treatment and its anticipation."""
        return self.time < self.first - self.anticipation

    @property
    def reference_event(self) -> float | None:
        """Return the event time of the last period before treatment and anticipation, ``None`` where cohorts
        differ.
        """
        before = {
            float(self.times[self.times < g - self.anticipation][-1] - g)
            for g in self.cohorts
            if self.times[0] < g - self.anticipation
        }
        return before.pop() if len(before) == 1 else None

    def require_reference(self, label: Text) -> float:
        """Return the event time that all cohorts have just before treatment.

        Raises
        ------
        EstimationError
            If gaps between periods make cohorts differ.
        """
        found = self.reference_event
        if found is None:
            raise EstimationError.of("did.references_apart", where=label)
        return found

    @cached_property
    def first_rows(self) -> Codes:
        """Return the position of each unit's first row."""
        places = np.empty(self.n_units, dtype=np.int64)
        places[self.unit[::-1]] = np.arange(len(self.unit))[::-1]  # the last written stays
        return places

    @cached_property
    def clusters_hold_units(self) -> bool:
        """Return whether every cluster holds whole units."""
        return all(
            np.array_equal(codes[self.first_rows][self.unit], codes)
            for codes in self.design.clusters.values()
        )

    def summed_from(self, rows: Codes, columns: Iterable[Floats]) -> Floats:
        """Return `summed` of columns that are nought but in some rows, each made when its turn comes."""
        found = []
        for column in columns:
            if self.clusters_hold_units:
                found.append(np.asarray(np.bincount(self.unit[rows], column, self.n_units), dtype=np.float64))
                continue
            whole = np.zeros(len(self.unit))
            whole[rows] = column
            found.append(whole)
        return np.column_stack(found)

    def summed(self, influence: Floats) -> Floats:
        """Return influence by unit where clusters hold whole units, else as it is: only sums by cluster
        matter.
        """
        if not self.clusters_hold_units:
            return influence
        return np.column_stack(
            [np.bincount(self.unit, influence[:, place], self.n_units) for place in range(influence.shape[1])]
        )


def leave_out(panel: StaggeredPanel, gone: NDArray[np.bool_], reason: Text) -> StaggeredPanel:
    """Return the panel without some rows, counted with their reason."""
    if not gone.any():
        return panel
    design, keep = panel.design, ~gone
    dropped = Dropped(reason=reason, n_rows=int(gone.sum()))
    if not keep.any():
        return replace(panel, cohorts=np.empty(0))
    period = panel.period[keep]
    first = panel.first[keep]
    rows = design.rows[keep]
    notes = recounted(design.notes, design.evaluator.frame, design.specification, rows)
    smaller = replace(
        design,
        outcome=design.outcome[keep],
        regressors=design.regressors[keep],
        clusters={name: compress_codes(codes[keep]) for name, codes in design.clusters.items()},
        rows=rows,
        dropped=(*design.dropped, dropped),
        notes=(*notes, dropped.note),
    )
    return replace(
        panel,
        design=smaller,
        unit=compress_codes(panel.unit[keep]),
        period=compress_codes(period),
        times=panel.times[np.unique(period)],
        first=first,
        cohorts=np.unique(first[np.isfinite(first)]),
        controls=panel.controls[keep],
    )


def within_sample(panel: StaggeredPanel, label: Text) -> StaggeredPanel:
    """Leave out units treated before they are seen; units treated after the sample are not treated in it.

    Raises
    ------
    EstimationError
        If nobody is treated within the sample.
    """
    ahead = panel.anticipation
    begin = np.full(panel.n_units, np.inf)
    np.minimum.at(begin, panel.unit, panel.time)
    last = panel.times[-1]
    after = np.isfinite(panel.first) & (panel.first > last + ahead)
    unclear = np.isfinite(panel.first) & (panel.first > last) & ~after
    early = np.isfinite(panel.first) & (panel.first - ahead <= begin[panel.unit])
    notes: list[Text] = []
    if after.any():
        who = len(np.unique(panel.unit[after]))
        notes.append(note_of("did.treated_after_sample", who=who, last=last))
    first = np.where(after, np.inf, panel.first)
    panel = replace(
        panel,
        first=first,
        cohorts=panel.cohorts[panel.cohorts <= last + ahead],
        design=replace(panel.design, notes=(*panel.design.notes, *notes)),
    )
    panel = leave_out(
        panel,
        early,
        Text(
            "units treated from their first period on: no period before", "首期即已处理的个体：无处理前时期"
        ),
    )
    unclear = unclear[~early]
    panel = leave_out(
        panel,
        unclear,
        Text("units that may anticipate a treatment after the sample", "可能预期到样本后处理的个体"),
    )
    if not len(panel.cohorts):
        raise EstimationError.of(
            "did.no_cohort_within_sample",
            where=label,
            found=Text(
                f"none between {panel.times[0]:g} and {last:g} with a period before treatment"
                if len(panel.times)
                else "none",
                "样本期内没有具备处理前时期的处理个体",
            ),
        )
    return panel


def require_balanced(panel: StaggeredPanel, label: Text) -> None:
    """Raise unless every unit is seen in every period.

    Raises
    ------
    EstimationError
        Counting what is missing.
    """
    missing = panel.n_units * len(panel.times) - len(panel.unit)
    if missing:
        raise EstimationError.of(
            "did.not_balanced", where=label, missing=missing, n_units=panel.n_units, n=len(panel.times)
        )
