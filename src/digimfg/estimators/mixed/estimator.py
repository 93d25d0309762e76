"""Mixed models: slopes that differ between units at random."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

import numpy as np
import pandas as pd
import scipy
from numpy.typing import NDArray

from digimfg.arguments import checked
from digimfg.contracts import errors_of_covariance
from digimfg.design import INTERCEPT
from digimfg.errors import EstimationError, SpecificationError
from digimfg.estimators.mixed.likelihood import (
    Columns,
    Components,
    components,
    freed,
    log_likelihood_at,
)
from digimfg.kinds import Differing
from digimfg.notes import note_of
from digimfg.specification import Estimator, Link
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.design import Design
    from digimfg.result import Result

__all__ = ["MixedEffects"]

Floats = NDArray[np.float64]

_WHERE = "dm.MixedEffects"


@checked
@dataclass(frozen=True, kw_only=True, slots=True)
class MixedEffects(Estimator):
    r"""Mixed model: :math:`y_{it}=x_{it}'\beta+z_{it}'b_i+e_{it}`, coefficients :math:`b_i` of units normal
    around zero (Laird and Ware 1982, doi:10.2307/2529876; Stata's ``mixed``, R's ``lme4::lmer``).

    Parameters
    ----------
    slopes
        Terms whose slopes differ between units, beside the constant; of those in the equation. Their
        covariance is free.
    method
        Of the variances: ``"reml"`` or ``"ml"``. Likelihoods of models with other terms compare under
        ``"ml"``.

    Notes
    -----
    Slopes are generalised least squares at these variances, with t statistics and any covariance and
    small-sample rule of least squares: clustered by unit they do not need the variances to be right. Random
    coefficients that are correlated with the terms bias them: see `CorrelatedRandomEffects`.

    ``tables["variance"]``: standard deviations of random coefficients and of errors, and correlations with
    the random constant. ``statistics``: ``log_likelihood`` (restricted under ``"reml"``), ``sigma_entity``,
    ``sigma_error``, ``intraclass_correlation`` (without `slopes`), ``lr_units`` and ``lr_units_p`` against
    least squares: half of χ²(1) at the border, with slopes the conservative χ² (Stram and Lee 1994,
    doi:10.2307/2533455).

    Examples
    --------
    >>> import digimfg as dm
    >>> from statsmodels.datasets import grunfeld
    >>> frame = grunfeld.load_pandas().data.query("firm != 'American Steel'")
    >>> spec = dm.Specification("invest", ("value", "capital"), entity="firm", time="year",
    ...     covariance=dm.Unadjusted(), estimator=dm.MixedEffects())
    >>> dm.estimate(spec, frame).coefficients["estimate"].round(3).tolist()
    [-57.864, 0.11, 0.308]
    """

    slopes: Annotated[tuple[str, ...], Differing()] = ()
    method: Literal["reml", "ml"] = "reml"

    absorbs_effects: ClassVar[bool] = False
    label: ClassVar[Text] = Text("Mixed model", "混合效应模型")
    link: ClassVar[Link | None] = "identity"

    errors_label = errors_of_covariance

    def removed_effects(self, specification: object) -> tuple[str, ...]:
        """Name no column: effects are not removed."""
        del specification
        return ()

    def fit(self, design: Design) -> Result:
        """Estimate.

        Raises
        ------
        SpecificationError
            If there is no entity, there are fixed effects or weights, or a slope is no term of the equation.
        EstimationError
            If units have one row each, or too few rows tell random coefficients apart.
        """
        from digimfg.design import Absorbed
        from digimfg.estimators.least_squares import LeastSquares

        places = _places(self, design)
        assert design.entity is not None  # noqa: S101
        unit = float(design.outcome.std()) or 1.0
        near = design.near
        size = np.sqrt(np.mean(near**2, axis=0))
        columns = Columns(
            outcome=design.outcome / unit,
            terms=near / size,
            random=np.column_stack([np.ones(design.n_obs), near[:, places] / size[places]]),
            units=design.entity,
        )
        found = components(columns, self.method)
        if not found.converged:
            raise EstimationError.of("mixed.likelihood_not_settled", where=_WHERE)
        outcome, terms = freed(columns, found.factor)
        outcome, terms = outcome * unit, terms * size
        inside = replace(
            design,
            outcome=outcome,
            regressors=terms,
            absorbed=Absorbed(
                outcome=outcome,
                regressors=terms,
                endogenous=design.endogenous,
                instruments=design.instruments,
            ),
        )
        result = LeastSquares().fit(inside)
        units = _Units(outcome=unit, terms=size, random=np.r_[1.0, size[places]])
        table, statistics = self._variances(columns, found, units)
        own = ("r2", "r2_adjusted", "log_likelihood", "rmse")
        kept = {name: value for name, value in result.statistics.items() if name not in own}
        notes = result.notes
        if found.at_border:
            border = note_of("mixed.border_of_variances")
            notes = (*notes, border)
        return replace(
            result,
            statistics=kept | statistics,
            tables=dict(result.tables) | {"variance": table},
            notes=notes,
        )

    def _variances(
        self, columns: Columns, found: Components, units: _Units
    ) -> tuple[pd.DataFrame, dict[str, float]]:
        names = [INTERCEPT, *self.slopes]
        spread = found.factor @ found.factor.T * found.variance * units.outcome**2
        spread = spread / np.outer(units.random, units.random)
        deviations = np.sqrt(np.diag(spread))
        error = float(np.sqrt(found.variance)) * units.outcome
        table = pd.DataFrame(
            {"std_deviation": [*deviations, error]},
            index=pd.Index([*names, "error"], name="term", dtype=object),
        )
        with np.errstate(divide="ignore", invalid="ignore"):
            correlation = spread / np.outer(deviations, deviations)
        if self.slopes:
            table["correlation_with_constant"] = [*correlation[:, 0], np.nan]
        q, (n, k) = len(names), columns.terms.shape
        restricted = self.method == "reml"
        moved = (n - k * restricted) * np.log(units.outcome) + restricted * np.log(units.terms).sum()
        ratio = max(0.0, 2 * (found.log_likelihood - log_likelihood_at(columns, self.method)))
        p_value = float(scipy.stats.chi2.sf(ratio, q * (q + 1) // 2))
        statistics = {
            "log_likelihood": float(found.log_likelihood - moved),
            "sigma_entity": float(deviations[0]),
            "sigma_error": error,
            "lr_units": ratio,
            "lr_units_p": p_value if self.slopes else p_value / 2,
        }
        if not self.slopes:
            total = float(deviations[0] ** 2 + error**2)
            statistics["intraclass_correlation"] = float(deviations[0] ** 2) / total
        return table, statistics


@dataclass(frozen=True, kw_only=True, eq=False)
class _Units:
    """In which columns were measured: the outcome, all terms (k,), the random ones (q,)."""

    outcome: float
    terms: Floats
    random: Floats


def _places(options: MixedEffects, design: Design) -> list[int]:
    """Return the places of the slopes among the terms."""
    specification = design.specification
    if design.entity is None or specification.fixed_effects or design.weights is not None:
        raise SpecificationError.of(
            "mixed.mixed_not_plain",
            where=_WHERE,
            got=f"entity={specification.entity!r}, fixed_effects={specification.fixed_effects!r}, "
            f"weights={specification.weights!r}",
        )
    for name in options.slopes:
        if name not in design.terms:
            raise SpecificationError.unknown(
                name,
                [term for term in design.terms if term != INTERCEPT],
                where=f"{_WHERE}(slopes=…)",
                expected=Text("terms of the equation", "方程中的项"),
                of="terms",
            )
    q, size = 1 + len(options.slopes), np.bincount(design.entity)
    if np.count_nonzero(size > q - 1) <= q or (size <= 1).all():
        raise EstimationError.of("mixed.units_too_small", where=_WHERE, q=q, n=len(size), rows=design.n_obs)
    return [design.terms.index(name) for name in options.slopes]
