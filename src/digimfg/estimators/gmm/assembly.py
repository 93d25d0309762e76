"""Stack the equations of a dynamic panel: from arrays in levels to a linear GMM system."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from digimfg.design import INTERCEPT
from digimfg.errors import EstimationError
from digimfg.estimators.gmm.blocks import instrument_blocks
from digimfg.estimators.gmm.instruments import Block, independent_columns, stack_blocks
from digimfg.estimators.gmm.moments import System
from digimfg.estimators.gmm.transformation import (
    Transformation,
    TransformationName,
    first_differences,
    orthogonal_deviations,
)
from digimfg.notes import note_of
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.estimators.gmm.levels import GMMInstruments, Levels, Weighting

__all__ = ["Assembly", "assemble"]

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True, eq=False)
class Assembly:
    """Hold the system and what its tests need.

    Parameters
    ----------
    system
        The stacked equations.
    names
        Of the coefficients; the first `n_reported` are the user's.
    differences
        First differences of the level rows.
    regressors
        In levels, the columns of the system.
    blocks, owner
        The instrument blocks, and the block of each column.
    n_transformed
        Rows of the transformed equation.
    notes
        What was left out.
    """

    system: System
    names: tuple[str, ...]
    n_reported: int
    transformation: Transformation
    differences: Transformation
    regressors: Floats
    blocks: tuple[Block, ...]
    owner: Codes
    n_transformed: int
    notes: tuple[Text, ...]


def assemble(
    levels: Levels,
    instruments: tuple[GMMInstruments, ...],
    *,
    system: bool,
    transformation: TransformationName,
    collapse: bool,
    weighting: Weighting,
    components: int | Literal["kaiser"] | None,
) -> Assembly:
    """Return the linear system of difference or system GMM.

    Parameters
    ----------
    levels
        The panel.
    instruments
        Sets of lagged instruments.
    system
        Add the equation in levels, with a constant.
    weighting
        First-step weight of the system: errors of both equations related as they are (``"full"``, xtabond2's
        h(3)), or taken as unrelated (``"independent"``, DPD for Ox).
    components
        Replace the lagged instruments by principal components: how many, or those with eigenvalues of at
        least one (``"kaiser"``).

    Raises
    ------
    EstimationError
        If no row can be transformed, a regressor has no variation left, or nothing is instrumented.
    """
    differences = first_differences(levels.entity, levels.period)
    moved = differences
    if transformation == "orthogonal":
        moved = orthogonal_deviations(levels.entity, levels.period)
    if moved.n_rows == 0:
        raise _too_short()
    notes: list[Text] = []
    regressors, names, n_reported = _regressors(levels, moved, system, notes)
    n_level = len(levels.outcome) if system else 0
    dummies = regressors[:, [name.startswith("\0") for name in names]]
    blocks, note = instrument_blocks(
        levels,
        moved,
        instruments,
        period_effects=dummies,
        system=system,
        collapse=collapse,
        components=components,
    )
    if note is not None:
        notes.append(note)
    stacked, owner = stack_blocks(blocks, moved.n_rows, n_level)
    kept = independent_columns(stacked)
    if not np.all(kept):
        dropped = int(np.sum(~kept))
        notes.append(note_of("gmm.repeated_instruments", dropped=dropped))
    level_rows = sparse.eye_array(len(levels.outcome), format="csr")
    error_map = weight_map = moved.matrix
    outcome, columns = moved.matrix @ levels.outcome, moved.matrix @ regressors
    entity = moved.entity
    if system:
        error_map = sparse.csr_array(sparse.vstack([moved.matrix, level_rows]))
        weight_map = error_map
        if weighting == "independent":
            weight_map = sparse.csr_array(sparse.block_diag([moved.matrix, level_rows]))
        outcome = np.concatenate([outcome, levels.outcome])
        columns = np.vstack([columns, regressors])
        entity = np.concatenate([entity, levels.entity])
    return Assembly(
        system=System(
            outcome=outcome,
            regressors=columns,
            instruments=np.ascontiguousarray(stacked[:, kept]),
            entity=entity,
            n_entities=levels.n_entities,
            error_map=error_map,
            weight_map=weight_map,
        ),
        names=tuple(names[:n_reported]),
        n_reported=n_reported,
        transformation=moved,
        differences=differences,
        regressors=regressors,
        blocks=blocks,
        owner=owner[kept],
        n_transformed=moved.n_rows,
        notes=tuple(notes),
    )


def _regressors(
    levels: Levels, moved: Transformation, system: bool, notes: list[Text]
) -> tuple[Floats, tuple[str, ...], int]:
    """Return the user's columns, a constant (system), period indicators; dropped ones become notes."""
    columns, names = [levels.regressors], list(levels.names)
    constant = np.ptp(levels.regressors, axis=0) == 0 if len(levels.names) else np.zeros(0, dtype=bool)
    if system and not np.any(constant):
        columns.append(np.ones((len(levels.outcome), 1)))
        names.append(INTERCEPT)
    n_user = len(names)
    if levels.time_effects:
        periods = np.unique(levels.period)[1:]
        columns.append((levels.period[:, None] == periods).astype(np.float64))
        names.extend(f"\0{period}" for period in periods)
    whole = np.hstack(columns)
    seen = np.vstack([moved.matrix @ whole, whole]) if system else moved.matrix @ whole
    rounding = 1e-12 * np.abs(whole).max(axis=0)
    kept = independent_columns(np.where(np.abs(seen) < rounding, 0.0, seen))
    lost = [
        name
        for name, keep in zip(names[:n_user], kept[:n_user], strict=True)
        if not keep and name != INTERCEPT
    ]
    if lost:
        listed = ", ".join(lost)
        notes.append(note_of("gmm.left_out", listed=listed))
    if not np.any(kept[:n_user]):
        raise _too_short()
    names = [name for name, keep in zip(names, kept, strict=True) if keep]
    return whole[:, kept], tuple(names), int(np.sum(kept[:n_user]))


def _too_short() -> EstimationError:
    return EstimationError.of("gmm.panel_too_short")
