"""What a dynamic panel model is made of: the panel in levels and the lagged instruments asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from digimfg.arguments import checked
from digimfg.kinds import Whole

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Equation", "GMMInstruments", "Levels", "Weighting"]

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]
Equation = Literal["both", "difference", "level"]
Weighting = Literal["full", "independent"]


@checked
@dataclass(frozen=True, slots=True)
class GMMInstruments:
    r"""Use lags of a variable as instruments, one per period and lag.

    In the transformed equation the levels :math:`x_{t-s}`, s from `first` to `last`; in the level equation
    of system GMM the difference :math:`\Delta x_{t-first+1}`.

    Parameters
    ----------
    term
        The variable: a term of the specification's grammar.
    first, last
        First and last lag: 2 for a lagged outcome or an endogenous variable, 1 for a predetermined one, 0
        for an exogenous one; ``None`` for as far back as the panel goes.
    collapse
        One column per lag over all periods; ``None`` follows the estimator.
    equation
        Where they apply.

    Examples
    --------
    >>> GMMInstruments("n", first=2, last=None).equation
    'both'
    """

    term: str
    first: Whole = 2
    last: Whole | None = None
    collapse: bool | None = None
    equation: Equation = "both"


@dataclass(frozen=True, kw_only=True, eq=False)
class Levels:
    """Hold the panel in levels.

    Parameters
    ----------
    outcome, regressors, names
        Rows kept, sorted by entity and period; shapes (n,), (n, k), k names.
    entity, period
        Codes 0..N-1; whole numbers 0..T-1 where a gap is a jump.
    grids
        Variables of the lagged instruments by entity and period over all periods known, NaN where missing.
    exogenous, level_instruments
        Name → columns on the rows kept, shape (n, m).
    time_effects
        Whether each period has its own intercept.
    """

    outcome: Floats
    regressors: Floats
    names: tuple[str, ...]
    entity: Codes
    period: Codes
    grids: Mapping[str, Floats]
    exogenous: Mapping[str, Floats]
    level_instruments: Mapping[str, Floats]
    time_effects: bool

    @property
    def n_entities(self) -> int:
        """Return N."""
        return int(self.entity.max()) + 1 if len(self.entity) else 0
