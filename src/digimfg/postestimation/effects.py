"""Absorbed effects told apart: their levels, what new rows know of them, and the errors they add."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import linalg, sparse
from scipy.sparse.linalg import lsqr

if TYPE_CHECKING:
    from collections.abc import Callable

    from digimfg.design import Design
    from digimfg.postestimation.equation import Equation

__all__ = ["KnownEffects", "indicators_of", "known_effects", "parts_of"]

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]

_DENSE = 2_500
_ROUNDS = 4


@dataclass(frozen=True, kw_only=True, eq=False)
class KnownEffects:
    """Hold the effects of an estimate.

    Parameters
    ----------
    levels
        Effect → its levels in the sample, in the order of the codes.
    values
        Of all levels, one after another, shape (G,): the solution of least norm.
    freedom
        A draw from what the sample does not tell, shape (G,): rows whose levels it moves have no known sum.
    inverse
        Pseudo-inverse of the weighted cross products of the indicators, shape (G, G); ``None`` where there
        are too many.
    """

    levels: Mapping[str, pd.Index]
    values: Floats
    freedom: Floats
    inverse: Floats | None

    @property
    def starts(self) -> list[int]:
        """Return the place of the first level of each effect."""
        return list(np.cumsum([0, *(len(each) for each in self.levels.values())])[:-1])

    def codes(self, frame: pd.DataFrame) -> Codes:
        """Return the places of each row's levels among all, -1 where unknown, -2 where missing; shape (rows,
        effects).
        """
        found = []
        for (name, index), start in zip(self.levels.items(), self.starts, strict=True):
            parts = parts_of(name, frame)
            wanted = _keys(frame, parts)
            place = index.get_indexer(wanted)
            gone = frame[parts].isna().any(axis=1).to_numpy()
            found.append(np.where(gone, -2, np.where(place < 0, -1, place + start)))
        return np.column_stack(found).astype(np.int64)

    def sums(self, codes: Codes) -> tuple[Floats, Floats]:
        """Return the sum of the effects of rows, and whether the sample tells it, as what it leaves open."""
        known = (codes >= 0).all(axis=1)
        value = np.where(known, self.values[np.maximum(codes, 0)].sum(axis=1), np.nan)
        free = np.abs(self.freedom[np.maximum(codes, 0)].sum(axis=1))
        scale = float(np.abs(self.freedom).max(initial=0.0)) or 1.0
        return np.where(free > 1e-7 * scale, np.nan, value), free


def parts_of(name: str, frame: pd.DataFrame) -> list[str]:
    """Return the columns of an effect."""
    return [name] if name in frame.columns else [part.strip().strip("`") for part in name.split(":")]


def known_effects(equation: Equation, frame: pd.DataFrame) -> KnownEffects:
    """Return the effects that make up `Equation.effect`.

    The first effect takes the level; the others have mean zero over the rows (weighted as the estimate).
    """
    design = equation.design
    levels = {}
    for name, codes in design.effects.items():
        keys = _keys(frame.iloc[design.rows], parts_of(name, frame))
        first = np.unique(codes, return_index=True)[1]
        levels[name] = keys[first]
    indicators = indicators_of(design)
    solve, inverse = _solver(indicators, design.weights)
    values = solve(equation.effect)
    draw = np.random.default_rng(0).normal(size=indicators.shape[1])
    freedom = draw - solve(indicators @ draw)
    starts = np.cumsum([0, *(len(each) for each in levels.values())])
    for codes, start, end in zip(list(design.effects.values())[1:], starts[1:-1], starts[2:], strict=True):
        mean = np.average(values[start:end][codes], weights=design.weights)
        values[start:end] -= mean
        values[: starts[1]] += mean
    return KnownEffects(levels=levels, values=values, freedom=freedom, inverse=inverse)


def indicators_of(design: Design) -> sparse.csr_matrix:
    """Return the indicators of all levels of all effects, shape (n, G)."""
    n = design.n_obs
    columns, start = [], 0
    for codes in design.effects.values():
        columns.append(codes + start)
        start += int(codes.max()) + 1
    places = np.concatenate(columns)
    rows = np.tile(np.arange(n), len(columns))
    return sparse.csr_matrix((np.ones(len(places)), (rows, places)), shape=(n, start))


def _solver(
    indicators: sparse.csr_matrix, weights: Floats | None
) -> tuple[Callable[[Floats], Floats], Floats | None]:
    """Return target → levels of least norm that come nearest to it."""
    mass = np.ones(indicators.shape[0]) if weights is None else weights / weights.mean()
    weighted = sparse.diags(mass) @ indicators
    if indicators.shape[1] <= _DENSE:
        values, vectors = linalg.eigh((indicators.T @ weighted).toarray())
        keep = values > values[-1] * 1e-12
        inverse: Floats = (vectors[:, keep] / values[keep]) @ vectors[:, keep].T

        def solve(target: Floats) -> Floats:
            found = inverse @ (weighted.T @ target)
            for _ in range(_ROUNDS - 2):
                found += inverse @ (weighted.T @ (target - indicators @ found))
            return np.asarray(found)

        return solve, inverse
    root = sparse.diags(np.sqrt(mass)) @ indicators

    def iterate(target: Floats) -> Floats:
        found = np.zeros(indicators.shape[1])
        for _ in range(_ROUNDS):
            left = np.sqrt(mass) * (target - indicators @ found)
            found += lsqr(root, left, atol=1e-14, btol=1e-14, iter_lim=20_000)[0]
        return found

    return iterate, None


def _keys(frame: pd.DataFrame, parts: list[str]) -> pd.Index:
    found: pd.Index = pd.Index(frame[parts[0]]) if len(parts) == 1 else pd.MultiIndex.from_frame(frame[parts])
    return found
