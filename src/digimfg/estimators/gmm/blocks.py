"""The instruments of a dynamic panel, block by block: variables that stand for themselves, then lagged
ones.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from digimfg.design import INTERCEPT
from digimfg.estimators.gmm.instruments import Block, gmm_block, principal_components, stack_blocks
from digimfg.notes import note_of
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.estimators.gmm.levels import GMMInstruments, Levels
    from digimfg.estimators.gmm.transformation import Transformation

__all__ = ["instrument_blocks"]

Floats = NDArray[np.float64]


def instrument_blocks(
    levels: Levels,
    moved: Transformation,
    instruments: tuple[GMMInstruments, ...],
    *,
    period_effects: Floats,
    system: bool,
    collapse: bool,
    components: int | Literal["kaiser"] | None,
) -> tuple[tuple[Block, ...], Text | None]:
    """Return the blocks of instruments, and a note where principal components replace the lagged ones.

    Parameters
    ----------
    levels
        The panel.
    moved
        The transformed equation.
    instruments
        Sets of lagged instruments.
    period_effects
        Indicators in levels, shape (n, p), instruments for themselves.
    system, collapse, components
        As in `assemble`.
    """
    standard = _standard_blocks(levels, moved, period_effects, system)
    lagged = _lagged_blocks(levels, moved, instruments, system, collapse)
    if components is None:
        return (*standard, *lagged), None
    n_level = len(levels.outcome) if system else 0
    replaced, note = _compressed(
        lagged, moved.n_rows, n_level, None if components == "kaiser" else components
    )
    return (*standard, replaced), note


def _standard_blocks(
    levels: Levels, moved: Transformation, dummies: Floats, system: bool
) -> tuple[Block, ...]:
    """Return variables that stand for themselves, level-only instruments, the constant and the period
    indicators.
    """
    blocks = [
        Block(
            name=name,
            transformed=moved.matrix @ values,
            level=values if system else None,
            columns=_numbered(name, values.shape[1]),
        )
        for name, values in levels.exogenous.items()
    ]
    if system:
        blocks.extend(
            Block(name=name, transformed=None, level=values, columns=_numbered(name, values.shape[1]))
            for name, values in levels.level_instruments.items()
        )
        one = np.ones((len(levels.outcome), 1))
        blocks.append(Block(name=INTERCEPT, transformed=None, level=one, columns=(INTERCEPT,)))
    if dummies.shape[1]:
        blocks.append(
            Block(
                name="period_effects",
                transformed=None if system else moved.matrix @ dummies,
                level=dummies if system else None,
                columns=_numbered("period", dummies.shape[1]),
            )
        )
    return tuple(blocks)


def _lagged_blocks(
    levels: Levels,
    moved: Transformation,
    instruments: tuple[GMMInstruments, ...],
    system: bool,
    collapse: bool,
) -> tuple[Block, ...]:
    transformed: list[Block] = []
    level: list[Block] = []
    for item in instruments:
        grid = levels.grids[item.term]
        folded = collapse if item.collapse is None else item.collapse
        last = grid.shape[1] if item.last is None else item.last
        if item.equation != "level":
            values, columns = gmm_block(
                grid,
                moved.entity,
                moved.period,
                name=item.term,
                lags=range(item.first, last + 1),
                differenced=False,
                collapse=folded,
            )
            span = f"{item.first}–{item.last}" if item.last is not None else f"{item.first}+"
            span = str(item.first) if item.last == item.first else span
            transformed.append(
                Block(name=item.term, transformed=values, level=None, columns=columns, lags=span)
            )
        if system and item.equation != "difference":
            values, columns = gmm_block(
                grid,
                levels.entity,
                levels.period,
                name=item.term,
                lags=range(item.first - 1, item.first),
                differenced=True,
                collapse=folded,
            )
            level.append(
                Block(
                    name=f"D.{item.term}",
                    transformed=None,
                    level=values,
                    columns=columns,
                    lags=str(item.first - 1),
                )
            )
    return (*transformed, *level)


def _compressed(
    blocks: tuple[Block, ...], n_transformed: int, n_level: int, n_components: int | None
) -> tuple[Block, Text]:
    stacked, _ = stack_blocks(blocks, n_transformed, n_level)
    scores, share = principal_components(stacked, n_components)
    count = scores.shape[1]
    block = Block(
        name="principal_components",
        transformed=scores[:n_transformed],
        level=scores[n_transformed:] if n_level else None,
        columns=_numbered("component", count),
    )
    note = note_of("gmm.principal_components", n=stacked.shape[1], count=count, share=share)
    return block, note


def _numbered(name: str, count: int) -> tuple[str, ...]:
    return (name,) if count == 1 else tuple(f"{name}[{i + 1}]" for i in range(count))
