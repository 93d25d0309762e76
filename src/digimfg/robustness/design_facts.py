"""What the questions to a design are asked of, and what they look like."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from digimfg.arguments import checked
from digimfg.design import build_design
from digimfg.estimators.least_squares import LeastSquares
from digimfg.text import Text

if TYPE_CHECKING:
    import pandas as pd

    from digimfg.design import Design
    from digimfg.specification import Specification

__all__ = [
    "LEVEL",
    "Checked",
    "DesignQuestion",
    "by_unit",
    "key_words",
    "residuals_of",
    "starts_of_treatment",
]

Floats = NDArray[np.float64]

LEVEL = 0.05
"""At which tests in a design check speak."""


@checked
@dataclass(frozen=True, kw_only=True, slots=True)
class DesignQuestion:
    """Hold one question that a design leaves open.

    Parameters
    ----------
    check
        Which check asks it: a key of ``looked_at``.
    text
        What was found, in words.
    call
        What answers it, in the names ``dm``, ``specification`` and ``frame``.
    """

    check: str
    text: Text
    call: str


@dataclass(frozen=True, kw_only=True, eq=False)
class Checked:
    """Hold what checks look at: the specification, its frame, its design with effects absorbed, and the first
    regressor.
    """

    specification: Specification
    frame: pd.DataFrame
    design: Design
    term: str | None

    @classmethod
    def of(cls, specification: Specification, frame: pd.DataFrame) -> Checked:
        """Return the facts of a specification and a frame."""
        absorbing = specification.replace(estimator=LeastSquares())
        design = build_design(absorbing, frame)
        terms = [term for term in specification.regressors if term in design.terms]
        return cls(specification=specification, frame=frame, design=design, term=terms[0] if terms else None)

    def values(self, term: str) -> Floats:
        """Return a term of the design as given, shape (n,)."""
        return self.design.regressors[:, self.design.terms.index(term)]

    def own(self, term: str) -> Floats:
        """Return a term freed of effects and the other terms, shape (n,)."""
        from digimfg.estimators.instrumental.data import free_of

        x = self.design.absorbed.regressors
        place = self.design.terms.index(term)
        return free_of(x[:, [place]], np.delete(x, place, axis=1))[:, 0]

    def policy(self) -> NDArray[np.float64] | None:
        """Return the first regressor where it is 0 and 1 and switches within units, by row; else ``None``."""
        design = self.design
        if self.term is None or design.entity is None or design.time is None:
            return None
        values = self.values(self.term)
        if not np.array_equal(np.unique(values), [0.0, 1.0]):
            return None
        first, last = (by_unit(design.entity, values, how) for how in (np.minimum, np.maximum))
        return values if np.any(first != last) else None


def by_unit(codes: NDArray[np.int64], values: Floats, how: np.ufunc) -> Floats:
    """Return the values of each unit put together."""
    out = np.full(int(codes.max()) + 1, np.inf if how is np.minimum else -np.inf)
    how.at(out, codes, values)
    return out


def key_words(facts: Checked) -> str:
    """Return the key columns as a call writes them."""
    return f"entity={facts.specification.entity!r}, time={facts.specification.time!r}"


def starts_of_treatment(facts: Checked) -> tuple[Floats, bool] | None:
    """Return the first treated period of each treated unit, and whether a policy ends again."""
    policy, entity, time = facts.policy(), facts.design.entity, facts.design.time
    if policy is None or entity is None or time is None:
        return None
    on = policy > 0
    first = by_unit(entity[on], time[on].astype(np.float64), np.minimum)
    starts = np.full(int(entity.max()) + 1, np.inf)
    starts[: len(first)] = first
    back = bool(np.any(~on & (time > starts[entity])))
    return starts[np.isfinite(starts)], back


def residuals_of(facts: Checked) -> Floats:
    """Return what the equation leaves of the outcome."""
    from digimfg.estimators.instrumental.data import free_of

    design = facts.design
    out = np.full(len(facts.frame), np.nan)
    out[design.rows] = free_of(design.absorbed.outcome[:, None], design.absorbed.regressors)[:, 0]
    return out
