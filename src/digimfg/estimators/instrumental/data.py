"""Prepare a design for instrumental variables: check it, scale by weights, free of the exogenous
regressors.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from digimfg.design.collinearity import TOLERANCE, collinear_phrase, keep_independent
from digimfg.design.columns import side_by_side
from digimfg.errors import EstimationError, SpecificationError
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.design import Design

__all__ = ["Instrumented", "free_of", "instrumented"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, eq=False)
class Instrumented:
    """Hold the columns of an equation with instruments, times the root of the weights.

    Parameters
    ----------
    design
        With the instruments that are left.
    outcome, endogenous, exogenous
        Freed of the effects, shapes (n,), (n, m), (n, k).
    free_outcome, free_endogenous, free_instruments
        Also freed of the exogenous regressors.
    basis
        Orthonormal columns that span `free_instruments`, shape (n, l).
    notes
        Instruments left out and why.
    """

    design: Design
    outcome: Floats
    endogenous: Floats
    exogenous: Floats
    free_outcome: Floats
    free_endogenous: Floats
    free_instruments: Floats
    basis: Floats
    notes: tuple[Text, ...]


def instrumented(design: Design) -> Instrumented:
    """Return the columns of an equation with instruments.

    An instrument that the effects, the exogenous regressors or earlier instruments absorb goes, with a note.

    Raises
    ------
    SpecificationError
        If there is no endogenous term, a term is listed in two roles, or there are fewer instruments than
        endogenous terms.
    EstimationError
        If the exogenous terms and effects leave nothing of an endogenous term, or too few instruments, or the
        instruments make up an endogenous term exactly.
    """
    _check_roles(design)
    freed = design.absorbed
    notes: list[Text] = []
    names = (*design.terms, *design.endogenous_terms)
    _, gone = keep_independent(
        names,
        side_by_side([design.regressors, design.endogenous]),
        side_by_side([freed.regressors, freed.endogenous]),
        design.weights,
        notes,
        absorbing=bool(design.effects),
    )
    lost = {name: reason for name, reason in gone.items() if name in design.endogenous_terms}
    if lost:
        raise _nothing_left(lost)
    places, collinear = keep_independent(
        (*design.terms, *design.instrument_terms),
        side_by_side([design.regressors, design.instruments]),
        side_by_side([freed.regressors, freed.instruments]),
        design.weights,
        notes,
        absorbing=bool(design.effects),
    )
    kept = [place - len(design.terms) for place in places if place >= len(design.terms)]
    if len(kept) < len(design.endogenous_terms):
        raise _too_few_left(design, collinear)
    left = replace(
        design,
        instrument_terms=tuple(design.instrument_terms[place] for place in kept),
        instruments=design.instruments[:, kept],
        absorbed=replace(freed, instruments=freed.instruments[:, kept]),
    )
    root = (
        np.ones(design.n_obs) if design.weights is None else np.sqrt(design.weights / design.weights.mean())
    )
    exogenous = freed.regressors * root[:, None]
    columns = side_by_side([freed.outcome, freed.endogenous, freed.instruments[:, kept]]) * root[:, None]
    free = free_of(columns, exogenous)
    n_endogenous = len(design.endogenous_terms)
    instruments = free[:, 1 + n_endogenous :]
    basis = np.linalg.qr(instruments / np.linalg.norm(instruments, axis=0))[0]
    endogenous = free[:, 1 : 1 + n_endogenous]
    _check_not_explained(design, endogenous, basis)
    return Instrumented(
        design=left,
        outcome=columns[:, 0],
        endogenous=columns[:, 1 : 1 + n_endogenous],
        exogenous=exogenous,
        free_outcome=free[:, 0],
        free_endogenous=endogenous,
        free_instruments=instruments,
        basis=basis,
        notes=tuple(note for note in dict.fromkeys(notes) if note not in design.notes),
    )


def free_of(columns: Floats, on: Floats) -> Floats:
    """Return the residuals of columns on others, both shape (n, …)."""
    if on.shape[1] == 0:
        return columns
    basis = np.linalg.qr(on / np.linalg.norm(on, axis=0))[0]
    # Twice: what rounding left of the projection goes with the second pass.
    once = columns - basis @ (basis.T @ columns)
    out: Floats = once - basis @ (basis.T @ once)
    return out


def _check_not_explained(design: Design, endogenous: Floats, basis: Floats) -> None:
    left = np.linalg.norm(endogenous - basis @ (basis.T @ endogenous), axis=0)
    exact = left <= TOLERANCE * np.linalg.norm(endogenous, axis=0)
    names = [name for name, same in zip(design.endogenous_terms, exact, strict=True) if same]
    if names:
        raise EstimationError.of(
            "instrumental.instruments_explain_exactly", names=names, instrument_terms=design.instrument_terms
        )


def _check_roles(design: Design) -> None:
    spec = design.specification
    if not design.endogenous_terms:
        raise SpecificationError.of("instrumental.no_endogenous_term")
    roles = {
        "outcome": (spec.outcome,),
        "regressors": spec.regressors,
        "controls": spec.controls,
        "instruments": spec.instruments,
    }
    for role, terms in roles.items():
        both = [term for term in spec.endogenous if term in terms]
        if both:
            raise _two_roles(both, "endogenous", role)
    for role in ("outcome", "regressors", "controls"):
        both = [term for term in spec.instruments if term in roles[role]]
        if both:
            raise _two_roles(both, "instruments", role)
    if len(design.instrument_terms) < len(design.endogenous_terms):
        raise SpecificationError.of(
            "instrumental.too_few_instruments",
            got=f"{len(design.instrument_terms)}: {', '.join(design.instrument_terms)}",
            n=len(design.endogenous_terms),
        )


def _two_roles(terms: list[str], first: str, second: str) -> SpecificationError:
    return SpecificationError.of("instrumental.term_in_two_roles", first=first, second=second, terms=terms)


def _nothing_left(gone: dict[str, Text]) -> EstimationError:
    said = collinear_phrase(gone)
    return EstimationError.of("instrumental.endogenous_absorbed", said=said)


def _too_few_left(design: Design, collinear: dict[str, Text]) -> EstimationError:
    gone = {name: reason for name, reason in collinear.items() if name in design.instrument_terms}
    said = collinear_phrase(gone)
    left = len(design.instrument_terms) - len(gone)
    return EstimationError.of(
        "instrumental.too_few_instruments_left", n=len(design.endogenous_terms), left=left, said=said
    )
