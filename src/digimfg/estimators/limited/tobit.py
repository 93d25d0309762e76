"""Outcomes that are seen between limits: Tobit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal, cast

import numpy as np
from numpy.typing import NDArray

from digimfg.arguments import checked
from digimfg.covariance import Covariance
from digimfg.errors import EstimationError, SpecificationError
from digimfg.estimators.limited.censored_rows import CensoredRows
from digimfg.estimators.limited.fit import fitted_result
from digimfg.estimators.limited.problem import (
    Effects,
    Further,
    Problem,
    errors_of_likelihood,
    no_absorbed_effects,
)
from digimfg.estimators.limited.responses import CensoredMean, Response
from digimfg.kinds import Finite
from digimfg.specification import Estimator
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.design import Design
    from digimfg.result import Result

__all__ = ["Tobit"]

Floats = NDArray[np.float64]

_WHERE = "dm.Tobit"


@checked
@dataclass(frozen=True, kw_only=True, slots=True)
class Tobit(Estimator):
    r"""Tobit: :math:`y^*=x'\beta+u` with normal u, seen as it is between limits and as the limit beyond
    (Tobin 1958, doi:10.2307/1907382).

    Parameters
    ----------
    lower, upper
        Limits; ``None`` for none. Rows at a limit are censored there.
    effects
        ``"random"``: a normal effect of each unit, integrated out by adaptive quadrature (Stata's
        ``xttobit``); ``"/sigma_unit"`` is its standard deviation. Correlated with the terms it biases the
        slopes: see `CorrelatedRandomEffects`.

    Notes
    -----
    A limit is where the outcome could not be seen; where zeros are choices, `FractionalProbit`, `Poisson` or
    a two-part model answer better. Both normality and one variance are needed.

    Slopes are those of y*. `dm.margins` and `dm.predict` take ``scale``: ``"mean"`` of what is observed,
    ``"index"`` for y*, ``"uncensored"`` for the mean between the limits, ``"probability"`` to lie there
    (McDonald and Moffitt 1980, doi:10.2307/1924766).

    Errors are the inverse of the observed information (``dm.Unadjusted()``) or sandwiches of scores with the
    normal distribution; rule ``"stata"`` is G/(G-1) for clusters, N/(N-1) for robust errors.

    ``statistics``: ``n_lower``, ``n_upper``, ``log_likelihood``, ``r2_pseudo``, ``lr_statistic``, ``lr_p``
    against a constant alone; with effects ``lr_units`` (``_p``, half of χ²(1)) against none.

    Examples
    --------
    >>> import pandas as pd
    >>> import digimfg as dm
    >>> frame = pd.DataFrame({"spending": [0, 0, 1, 3, 0, 2, 4, 6], "x": [0, 0, 0, 0, 1, 1, 1, 1]})
    >>> spec = dm.Specification("spending", "x", estimator=dm.Tobit(), covariance=dm.Unadjusted())
    >>> dm.estimate(spec, frame).coefficients["estimate"].round(3).tolist()
    [-0.055, 2.713, 2.62]
    """

    lower: Finite | None = 0.0
    upper: Finite | None = None
    effects: Effects = "none"

    absorbs_effects: ClassVar[bool] = False
    label: ClassVar[Text] = Text("Tobit", "Tobit")
    scales: ClassVar[tuple[str, ...]] = ("mean", "index", "probability", "uncensored")
    has_response: ClassVar[bool] = True

    def n_further(self, design: Design) -> int:
        """Return one for the standard deviation, and one for that of units' effects."""
        del design
        return 1 + (self.effects == "random")

    def response(self, design: Design, scale: str, place: int | None) -> Callable[[Floats], Response]:
        """Return standard deviations → what is expected on a scale."""
        del design, place
        wanted = cast("Literal['mean', 'probability', 'uncensored']", scale)

        def made(further: Floats) -> Response:
            return CensoredMean(
                lower=-np.inf if self.lower is None else self.lower,
                upper=np.inf if self.upper is None else self.upper,
                sigma=float(np.sqrt(further @ further)),
                scale=wanted,
            )

        return made

    def errors_label(self, covariance: Covariance) -> Text | None:
        """Return how the errors are estimated where the rule is that of Stata's likelihoods."""
        return errors_of_likelihood(covariance, "tobit")

    def removed_effects(self, specification: object) -> tuple[str, ...]:
        """Name no column: effects are not removed."""
        del specification
        return ()

    def fit(self, design: Design) -> Result:
        """Estimate.

        Raises
        ------
        SpecificationError
            If there is no limit, values lie beyond one, or effects are to be absorbed.
        EstimationError
            If no row, or every row, is at a limit, or the likelihood has no maximum.
        """
        no_absorbed_effects(design, _WHERE)
        y = design.outcome
        side = self._sides(design)
        mass = np.ones(len(y)) if design.weights is None else design.weights / design.weights.mean()
        unit = float(y.std()) or 1.0
        model = CensoredRows(outcome=y / unit, side=side)
        start: Floats = np.asarray(np.linalg.lstsq(design.near, y / unit, rcond=None)[0], dtype=np.float64)
        spread = float(np.std(y / unit - design.near @ start)) or 1.0
        return fitted_result(
            design,
            Problem(
                where=_WHERE,
                model=model,
                terms=design.terms,
                columns=design.near,
                start=start,
                further=(Further(name="/sigma", start=float(np.log(spread)), positive=True, unit=unit),),
                unit=unit,
                densities=float(mass[side == 0].sum()),
                effects=self.effects,
                statistics={"n_lower": float((side < 0).sum()), "n_upper": float((side > 0).sum())},
            ),
        )

    def _sides(self, design: Design) -> Floats:
        y = design.outcome
        low = -np.inf if self.lower is None else self.lower
        high = np.inf if self.upper is None else self.upper
        got = f"lower={self.lower}, upper={self.upper}"
        if not low < high or not (np.isfinite(low) or np.isfinite(high)):
            raise SpecificationError.of("limited.limits_not_in_order", where=_WHERE, got=got)
        beyond = (y < low) | (y > high)
        if beyond.any():
            values = ", ".join(f"{value:g}" for value in y[beyond][np.argsort(design.rows[beyond])][:3])
            raise SpecificationError.of(
                "limited.values_beyond_limits",
                outcome=design.specification.outcome,
                found=got,
                n=int(beyond.sum()),
                values=values,
            )
        side = np.where(y <= low, -1.0, np.where(y >= high, 1.0, 0.0))
        if not side.any() or side.all():
            raise EstimationError.of(
                "limited.rows_on_one_side_of_limits", where=_WHERE, n=int(np.count_nonzero(side)), all=len(y)
            )
        return side
