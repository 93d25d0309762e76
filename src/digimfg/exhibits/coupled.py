"""What exhibits of coupling coordination share: subsystems, the degrees of units by period, their order."""

from __future__ import annotations

from abc import ABC
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np

from digimfg.display.formatting import format_count
from digimfg.errors import ExhibitError
from digimfg.exhibits import Evidence, Sampled
from digimfg.exhibits.columns import inside_sample, term_frame
from digimfg.exhibits.selection import check_choice, check_names, exhibit_where
from digimfg.kinds import Differing, Entries, Label, NonNegative
from digimfg.labels import term_label
from digimfg.measures.coupling import CouplingFormula, coupling_coordination
from digimfg.measures.normalization import normalize_indicators
from digimfg.sheets import sheet_beside
from digimfg.text import Text, counted
from digimfg.variables.unit_names import held_values

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

__all__ = ["Coupled", "Coupling"]

_HEADINGS = sheet_beside(__file__, "headings")

_FORMULAS = sheet_beside(__file__, "coupled", "formulas")


@dataclass(frozen=True, kw_only=True, eq=False)
class Coupling:
    """Hold the coordination of units (rows, from the top down) by period (columns).

    Parameters
    ----------
    degrees
        In [0, 1], missing where a subsystem is.
    lagging
        The subsystem that lags.
    names
        Of the units.
    outside
        What was left out by `sample`, in words.
    """

    degrees: pd.DataFrame
    lagging: pd.DataFrame
    names: tuple[Text, ...]
    outside: tuple[Text, ...]


@dataclass(frozen=True, kw_only=True)
class Coupled(Sampled, ABC):
    """An exhibit of the coordination of subsystems by unit and period.

    Parameters
    ----------
    subsystems
        Columns or terms of the subsystem indices, in [0, 1].
    rescale
        Subsystems of any unit, brought to [0, 1] by their range over all rows of the sample.
    entity, time
        Key columns.
    weights
        Weights of the subsystems in development T; equal by default.
    variant
        Formula of the coupling degree, see `coupling_coordination`.
    units
        Units to show, from the top down; by default all, the best coordinated on average first.
    sample
        Rows to keep, in the grammar of specifications.
    name_column
        Column of the names beside rows, or one for each language; by default `entity`.
    """

    subsystems: Annotated[tuple[str, ...], Entries(2), Differing()]
    entity: str
    time: str
    rescale: bool = False
    weights: Mapping[str, NonNegative] | None = None
    variant: CouplingFormula = "standard"
    units: tuple[Label, ...] = ()
    name_column: Text | str | None = None

    def coupling(self, evidence: Evidence, most_units: int) -> Coupling:
        """Return the degrees; units beyond the most that fit are refused."""
        frame = term_frame(self, evidence, self.subsystems, keys=(self.entity, self.time))
        names = Text.of(self.name_column if self.name_column is not None else self.entity)
        known = [str(name) for name in frame.columns]
        check_names(self, (self.entity, self.time, names.en, names.zh), known, _HEADINGS["column_word"])
        frame, outside = inside_sample(self, frame)
        values = frame[list(self.subsystems)]
        if self.rescale:
            values = normalize_indicators(values, dict.fromkeys(self.subsystems, 1), missing="drop")
        found = coupling_coordination(values, self.weights, self.variant)
        keys = [self.entity, self.time]
        whole = frame[keys].assign(degree=found["coordination"], lagging=found["lagging"])
        self._check_keys(whole)
        degrees = whole.set_index(keys)["degree"].unstack()  # noqa: PD010 - keeps periods without data
        lagging = whole.set_index(keys)["lagging"].unstack()  # noqa: PD010
        order = self._order(degrees, most_units)
        words = frame.drop_duplicates(self.entity).set_index(self.entity, drop=False).loc[order]
        pairs = zip(words[names.en].map(str), words[names.zh].map(str), strict=True)
        return Coupling(
            degrees=degrees.reindex(order),
            lagging=lagging.reindex(order),
            names=tuple(Text(en, zh) for en, zh in pairs),
            outside=tuple(outside),
        )

    def _check_keys(self, frame: pd.DataFrame) -> None:
        twice = int(frame.duplicated([self.entity, self.time]).sum())
        if twice:
            raise ExhibitError.of("exhibits.repeated_keys", where=exhibit_where(self), twice=twice)

    def _order(self, grid: pd.DataFrame, most_units: int) -> list[Any]:
        own = held_values(self.units, grid.index)
        for unit in self.units:
            check_choice(self, "units", own.get(unit, unit), tuple(grid.index))
        if self.units:
            return [own[unit] for unit in self.units]
        check_choice(self, "units, number of rows", len(grid), range(1, most_units + 1))
        means = grid.mean(axis=1).to_numpy().round(12)
        return [grid.index[row] for row in np.lexsort((np.arange(len(grid)), -means))]

    def coupling_title(self) -> Text:
        """Return the title by which the exhibit goes unless it has its own."""
        words = [term_label(name, self.labels) for name in self.subsystems]
        return Text(
            f"Coupling coordination of {' and '.join(word.en for word in words)}",
            f"{'与'.join(word.zh for word in words)}的耦合协调度",
        )

    def formula_sentences(self, grid: pd.DataFrame) -> list[Text]:
        """Return what the degrees are made of, and their means."""
        formula = _FORMULAS[self.variant]
        weights = (
            _HEADINGS["equal_weights_in_t"]
            if self.weights is None
            else Text(
                "weights in T: " + ", ".join(f"{value:g}" for value in self.weights.values()),
                "T的权重为" + "、".join(f"{value:g}" for value in self.weights.values()),
            )
        )
        first, last = grid.columns[0], grid.columns[-1]
        mean = grid.mean()
        sentences = [
            Text(f"D = √(C·T), {formula.en}, {weights.en}", f"D = √(C·T)，{formula.zh}，{weights.zh}"),
            Text(
                f"{counted(len(grid), 'unit')}; mean D {mean[first]:.3f} in {first}, {mean[last]:.3f} "
                f"in {last}",
                f"共{format_count(len(grid))}个个体；D的均值{first}为{mean[first]:.3f}，"
                f"{last}为{mean[last]:.3f}",
            ),
        ]
        if self.rescale:
            sentences.append(
                Text(
                    "Subsystems scaled by their ranges over all rows of the sample, those not drawn included",
                    "各子系统按样本全部观测（含未绘出者）的极差标准化",
                )
            )
        return sentences
