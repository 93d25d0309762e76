"""The columns of a system's equations side by side."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from scipy import linalg

from digimfg.design import Design
from digimfg.design.absorb import degrees_of_freedom
from digimfg.design.columns import side_by_side
from digimfg.errors import EstimationError, SpecificationError
from digimfg.estimators.system_equation import WHERE, Method
from digimfg.estimators.system_fit import Stacked
from digimfg.inference.small_sample import require_rows
from digimfg.text import Text

__all__ = ["stacked_columns"]

Floats = NDArray[np.float64]


def stacked_columns(
    designs: Mapping[str, Design], method: Method
) -> tuple[Stacked, dict[str, tuple[str, ...]]]:
    """Return the columns of the equations, and the names of their terms.

    Raises
    ------
    SpecificationError
        If three stages have no endogenous term or no instrument.
    EstimationError
        If an equation is not identified, or has no more rows than parameters.
    """
    first = next(iter(designs.values()))
    root = np.ones(first.n_obs) if first.weights is None else np.sqrt(first.weights / first.weights.mean())
    names, columns = {}, []
    for name, design in designs.items():
        names[name] = (*design.endogenous_terms, *design.terms)
        require_rows(design, len(names[name]) + degrees_of_freedom(design.effects))
        columns.append(side_by_side([design.absorbed.endogenous, design.absorbed.regressors]) * root[:, None])
    instruments = None
    if method == "3sls":
        held: dict[str, Floats] = {}
        inside = {term for design in designs.values() for term in design.endogenous_terms}
        for design in designs.values():
            held |= dict(zip(design.terms, design.absorbed.regressors.T, strict=True))
            held |= dict(zip(design.instrument_terms, design.absorbed.instruments.T, strict=True))
        kept = [term for term in held if term not in inside]
        if not kept or not inside:
            raise SpecificationError.of(
                "systems.no_endogenous_or_instruments",
                where=f"{WHERE}(method='3sls')",
                inside=sorted(inside) or [Text("no endogenous term", "无内生变量")],
            )
        instruments = np.column_stack([held[term] for term in kept]) * root[:, None]
        instruments = _basis(instruments)
        _identified(designs, columns, instruments, kept)
    outcomes = np.column_stack([design.absorbed.outcome * root for design in designs.values()])
    return Stacked(outcomes=outcomes, regressors=columns, instruments=instruments), names


def _basis(columns: Floats) -> Floats:
    """Return independent columns that span them."""
    sized = columns / np.linalg.norm(columns, axis=0)
    _, upper, order = linalg.qr(sized, mode="economic", pivoting=True)
    rank = int(np.sum(np.abs(np.diag(upper)) > 1e-9 * abs(upper[0, 0])))
    return np.asarray(columns[:, np.sort(order[:rank])])


def _identified(
    designs: Mapping[str, Design], columns: list[Floats], instruments: Floats, kept: list[str]
) -> None:
    """Raise where an equation has more terms than the instruments of the system can tell apart."""
    for (name, design), own in zip(designs.items(), columns, strict=True):
        fitted = instruments @ linalg.lstsq(instruments, own)[0]
        rank = int(np.linalg.matrix_rank(fitted / np.linalg.norm(own, axis=0), tol=1e-7))
        if rank < own.shape[1]:
            outside = [term for term in kept if term not in design.terms]
            raise EstimationError.of(
                "systems.equation_not_identified",
                where=f"{WHERE}, {name}",
                n=len(design.endogenous_terms),
                outside=list(outside) or [Text("none", "无")],
            )
