"""Linear programs of data envelopment: many at a time over one technology, each with its dual checked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import linprog

from digimfg.errors import MeasureError

__all__ = ["Answer", "Program", "solve"]

Floats = NDArray[np.float64]
Whole = NDArray[np.intp]

_BATCH = 48
_TOLERANCE = 1e-10
_PRICED = 1e-9
_GAP = 1e-7
_INFEASIBLE = 2
_OPTIONS: Any = {
    "presolve": False,
    "primal_feasibility_tolerance": _TOLERANCE,
    "dual_feasibility_tolerance": _TOLERANCE,
}


@dataclass(frozen=True, kw_only=True, eq=False)
class Program:
    """Hold what one unit adds to the rows of its technology: min c'v, T λ + F v ≤ (or =) b, λ ≥ 0.

    Parameters
    ----------
    fixed, cost
        Columns beside the intensities λ, shape (rows, k), and what they cost, shape (k,).
    rhs
        Right-hand sides, shape (rows,).
    free
        Which of the k may be negative.
    own
        Place of the unit in the technology, -1 if it is not there.
    alone
        Whether it must not be its own peer.
    """

    fixed: Floats
    cost: Floats
    rhs: Floats
    free: NDArray[np.bool_]
    own: int = -1
    alone: bool = False


@dataclass(frozen=True, kw_only=True, eq=False)
class Answer:
    """Hold an optimum.

    Parameters
    ----------
    value
        c'v; missing where the program has no solution.
    values
        v, shape (k,).
    peers, intensities
        Places in the technology with λ > 0, and their λ.
    duals
        Shadow prices of the rows.
    """

    value: float
    values: Floats
    peers: Whole
    intensities: Floats
    duals: Floats


def solve(
    technology: Floats, equal: NDArray[np.bool_], programs: Sequence[Program], start: Whole | None = None
) -> list[Answer]:
    """Solve programs that share a technology.

    Columns are priced in: programs are solved over a few units first, and those that the dual prices find
    better join, until none does. That is exact, for the optimum of the few is then feasible in the dual of
    all.

    Parameters
    ----------
    technology
        Shape (rows, units).
    equal
        Which rows are equations; the others are ≤.
    programs
        One per unit evaluated.
    start
        Units to begin with, beside a program's own: with them every program must have a solution. ``None``
        takes all at once.

    Raises
    ------
    MeasureError
        If the solver stops without an optimum, or primal and dual values differ.
    """
    n = technology.shape[1]
    active = np.arange(n) if start is None else np.unique(start)
    answers: list[Answer | None] = [None] * len(programs)
    for first in range(0, len(programs), _BATCH):
        due = list(range(first, min(first + _BATCH, len(programs))))
        while due:
            found = _together(technology, equal, [programs[place] for place in due], active)
            joining: set[int] = set()
            again = []
            for place, answer in zip(due, found, strict=True):
                better = _better(technology, programs[place], answer, active)
                if len(better):
                    joining |= set(better.tolist())
                    again.append(place)
                else:
                    answers[place] = answer
            active = np.union1d(active, np.array(sorted(joining), dtype=np.intp))
            due = again
    return [answer for answer in answers if answer is not None]


def _better(technology: Floats, program: Program, answer: Answer, active: Whole) -> Whole:
    """Return the units outside the active ones with a negative reduced cost, the best few of them; all where
    there is no solution among the active.
    """
    outside: Whole = np.setdiff1d(np.arange(technology.shape[1]), active)
    outside = np.asarray(outside[outside != program.own])
    if not len(outside):
        return outside
    if np.isnan(answer.value):
        return outside
    reduced = -(answer.duals @ technology[:, outside])
    worth = np.flatnonzero(reduced < -_PRICED)
    best: Whole = outside[worth[np.argsort(reduced[worth], kind="stable")[:3]]]
    return best


def _together(
    technology: Floats, equal: NDArray[np.bool_], programs: Sequence[Program], active: Whole
) -> list[Answer]:
    """Solve programs as the blocks of one; where a block has no solution, halves are tried alone."""
    columns = [_columns(active, program) for program in programs]
    blocks = [
        np.hstack([technology[:, units], program.fixed])
        for units, program in zip(columns, programs, strict=True)
    ]
    whole = sparse.block_diag(blocks, format="csr") if len(blocks) > 1 else sparse.csr_array(blocks[0])
    rows = np.tile(equal, len(programs))
    rhs = np.concatenate([program.rhs for program in programs])
    cost = np.concatenate(
        [np.r_[np.zeros(len(u)), program.cost] for u, program in zip(columns, programs, strict=True)]
    )
    lower = np.concatenate(
        [
            np.r_[np.zeros(len(units)), np.where(program.free, -np.inf, 0.0)]
            for units, program in zip(columns, programs, strict=True)
        ]
    )
    found: Any = linprog(
        cost,
        A_ub=whole[~rows] if (~rows).any() else None,
        b_ub=rhs[~rows] if (~rows).any() else None,
        A_eq=whole[rows] if rows.any() else None,
        b_eq=rhs[rows] if rows.any() else None,
        bounds=np.column_stack([lower, np.full(len(lower), np.inf)]),
        method="highs-ds",
        options=_OPTIONS,
    )  # type: ignore[call-overload]
    if found.status != 0:
        if len(programs) > 1:
            half = len(programs) // 2
            return _together(technology, equal, programs[:half], active) + _together(
                technology, equal, programs[half:], active
            )
        if found.status == _INFEASIBLE:
            return [_nothing(programs[0], len(equal))]
        raise _unsolved(found.message)
    duals = np.empty(len(rows))
    duals[~rows] = found.ineqlin.marginals
    duals[rows] = found.eqlin.marginals
    return [
        _answer(part, prices, units, program)
        for part, prices, units, program in zip(
            np.split(found.x, np.cumsum([block.shape[1] for block in blocks])[:-1]),
            duals.reshape(len(programs), -1),
            columns,
            programs,
            strict=True,
        )
    ]


def _columns(active: Whole, program: Program) -> Whole:
    if program.alone:
        others: Whole = active[active != program.own]
        return others
    joined: Whole = np.union1d(active, [program.own]) if program.own >= 0 else active
    return joined


def _answer(solution: Floats, duals: Floats, units: Whole, program: Program) -> Answer:
    intensities, values = solution[: len(units)], solution[len(units) :]
    value = float(program.cost @ values)
    dual = float(program.rhs @ duals)
    spare = program.cost - duals @ program.fixed  # 0 for free columns, 0 or more for the others
    worst = max(
        abs(value - dual),
        float(np.max(np.where(program.free, np.abs(spare), -spare), initial=0.0)),
    )
    if worst > _GAP * max(1.0, abs(value), float(np.abs(duals).max(initial=0.0))):
        raise _unsolved(f"primal {value:.12g}, dual {dual:.12g}")
    used = np.flatnonzero(intensities > _PRICED)
    return Answer(value=value, values=values, peers=units[used], intensities=intensities[used], duals=duals)


def _nothing(program: Program, rows: int) -> Answer:
    return Answer(
        value=float("nan"),
        values=np.full(len(program.cost), np.nan),
        peers=np.array([], dtype=np.intp),
        intensities=np.array([]),
        duals=np.full(rows, np.nan),
    )


def _unsolved(got: str) -> MeasureError:
    return MeasureError.of("efficiency.program_not_solved", message=got)
