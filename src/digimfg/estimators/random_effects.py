"""Random effects of entities by feasible generalised least squares."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from numpy.typing import NDArray

from digimfg.arguments import checked
from digimfg.contracts import errors_of_covariance
from digimfg.errors import EstimationError, SpecificationError
from digimfg.specification import Estimator, Link
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.design import Design
    from digimfg.result import Result

__all__ = ["RandomEffects", "quasi_demeaned"]

Floats = NDArray[np.float64]


@checked
@dataclass(frozen=True, slots=True)
class RandomEffects(Estimator):
    """Random effects of entities, Swamy and Arora's variances.

    y_it - θ_i ȳ_i = (x_it - θ_i x̄_i)'β + …, θ_i = 1 - sqrt(σ_e² / (T_i σ_u² + σ_e²)). The variances come
    from the residuals within units and between their means (Swamy and Arora 1972, doi:10.2307/1909405); the
    slopes are least squares on what remains, with any covariance and small-sample rule.

    Examples
    --------
    >>> import digimfg as dm
    >>> from statsmodels.datasets import grunfeld
    >>> frame = grunfeld.load_pandas().data.query("firm != 'American Steel'")
    >>> spec = dm.Specification(
    ...     "invest", ("value", "capital"), entity="firm", time="year", estimator=dm.RandomEffects()
    ... )
    >>> dm.estimate(spec, frame).coefficients["estimate"].round(6).tolist()[1:]
    [0.109781, 0.308113]
    """

    needs_keys: ClassVar[bool] = True
    label: ClassVar[Text] = Text("Random effects", "随机效应")
    link: ClassVar[Link | None] = "identity"

    errors_label = errors_of_covariance

    def fit(self, design: Design) -> Result:
        """Estimate the slopes of a design without fixed effects.

        ``statistics`` has ``theta`` (its mean over entities), ``sigma_entity`` and ``sigma_error``; ``r2``
        is the squared correlation of the outcome with its prediction.

        Raises
        ------
        SpecificationError
            If there is no entity or time, or there are fixed effects or weights.
        EstimationError
            If the variances cannot be estimated.
        """
        from digimfg.estimators.least_squares import LeastSquares

        transformed, theta, variances = quasi_demeaned(design)
        result = LeastSquares().fit(transformed)
        predicted = design.regressors @ result.coefficients["estimate"].to_numpy()
        own = ("r2", "r2_adjusted", "log_likelihood")
        statistics = {name: value for name, value in result.statistics.items() if name not in own}
        statistics |= variances | {"theta": float(theta.mean())}
        if np.ptp(predicted) > 0:
            statistics["r2"] = float(np.corrcoef(design.outcome, predicted)[0, 1] ** 2)
        return replace(result, statistics=statistics)


def quasi_demeaned(design: Design) -> tuple[Design, Floats, dict[str, float]]:
    """Return a design less θ_i times the means of its units, θ_i by unit, and the variances.

    Raises
    ------
    SpecificationError
        If there is no entity or time, or there are fixed effects or weights.
    EstimationError
        If the variances cannot be estimated.
    """
    from digimfg.design import Absorbed

    entity = design.entity
    if entity is None or design.time is None or design.effects or design.weights is not None:
        raise SpecificationError.of(
            "estimators.random_effects_not_plain",
            got=f"entity={design.specification.entity!r}, time={design.specification.time!r}, "
            f"fixed_effects={design.specification.fixed_effects!r}, "
            f"weights={design.specification.weights!r}",
        )
    theta, variances = _variances(design, entity)
    size = np.bincount(entity).astype(np.float64)

    def freed(columns: Floats) -> Floats:
        means = np.column_stack([np.bincount(entity, column) for column in columns.T]) / size[:, None]
        out: Floats = columns - (theta[:, None] * means)[entity]
        return out

    outcome = freed(design.outcome[:, None])[:, 0]
    regressors = freed(design.near)
    absorbed = Absorbed(
        outcome=outcome,
        regressors=regressors,
        endogenous=design.endogenous,
        instruments=design.instruments,
    )
    return replace(design, outcome=outcome, regressors=regressors, absorbed=absorbed), theta, variances


def _variances(design: Design, entity: NDArray[np.int64]) -> tuple[Floats, dict[str, float]]:
    """Return θ by unit and the variances, from the residuals of the regressions within and between units.

    Terms that do not vary within units, or whose means depend on those of others, take no degree of freedom
    there.
    """
    unit = float(np.std(design.outcome))
    scaled = np.column_stack([design.near / np.linalg.norm(design.near, axis=0), design.outcome / unit])
    size = np.bincount(entity).astype(np.float64)
    means = np.column_stack([np.bincount(entity, column) for column in scaled.T]) / size[:, None]
    within, rank_within = _residual_squares(scaled - means[entity])
    between, rank_between = _residual_squares(means)
    n_units = len(size)
    df_within, df_between = design.n_obs - n_units - rank_within, n_units - rank_between
    if min(df_within, df_between) <= 0:
        n_terms = len(design.terms)
        raise EstimationError.of(
            "estimators.variances_without_freedom",
            found=Text(
                f"{n_units} entities, {design.n_obs} rows and {n_terms} terms leave no degrees of freedom",
                f"{n_units}个个体、{design.n_obs}行、{n_terms}个变量，自由度不足",
            ),
        )
    error = within / df_within
    own = max(0.0, between / df_between - error * float(np.mean(1 / size)))
    return 1.0 - np.sqrt(error / (size * own + error)), {
        "sigma_entity": unit * float(np.sqrt(own)),
        "sigma_error": unit * float(np.sqrt(error)),
    }


def _residual_squares(columns: Floats) -> tuple[float, int]:
    """Return the sum of squares that the other columns leave of the last, and how many of them count."""
    slopes, _, rank, _ = np.linalg.lstsq(columns[:, :-1], columns[:, -1], rcond=None)
    left = columns[:, -1] - columns[:, :-1] @ slopes
    return float(left @ left), int(rank)
