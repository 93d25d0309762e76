"""Cross-sections by period, their slopes averaged over time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from digimfg.arguments import checked
from digimfg.covariance import Covariance
from digimfg.errors import EstimationError, SpecificationError
from digimfg.kinds import Whole
from digimfg.notes import note_of
from digimfg.specification import Estimator, Link
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.design import Design
    from digimfg.result import Result

__all__ = ["FamaMacBeth"]

Floats = NDArray[np.float64]


@checked
@dataclass(frozen=True, kw_only=True, slots=True)
class FamaMacBeth(Estimator):
    r"""Fama and MacBeth's (1973, doi:10.1086/260061) averages of cross-sections.

    Each period is a regression of its own; :math:`\hat\beta=T^{-1}\sum_t\hat\beta_t`, with
    :math:`V=\frac1{T(T-1)}\sum_t(\hat\beta_t-\hat\beta)(\hat\beta_t-\hat\beta)'` and t with T-1 degrees of
    freedom, whatever the specification's covariance. It allows for correlation within a period, not for
    effects of units that last: those need the effects themselves.

    Parameters
    ----------
    lags
        Of Bartlett's kernel over periods in order (Newey and West 1987, doi:10.2307/1913610); 0 for none.

    Notes
    -----
    Periods with no more rows than terms, or collinear terms, are left out and counted. ``tables["periods"]``
    holds the slopes by period.

    Examples
    --------
    >>> import digimfg as dm
    >>> from statsmodels.datasets import grunfeld
    >>> frame = grunfeld.load_pandas().data.query("firm != 'American Steel'")
    >>> spec = dm.Specification("invest", ("value", "capital"), entity="firm", time="year",
    ...     estimator=dm.FamaMacBeth())
    >>> dm.estimate(spec, frame).coefficients["std_error"].round(6).tolist()
    [7.28767, 0.009342, 0.02774]
    """

    lags: Whole = 0

    label: ClassVar[Text] = Text("Fama–MacBeth", "Fama–MacBeth")
    link: ClassVar[Link | None] = "identity"

    def errors_label(self, covariance: Covariance) -> Text | None:
        """Return how the errors are estimated: from the spread over periods."""
        del covariance
        if not self.lags:
            return Text(
                "standard errors of averages over periods (Fama–MacBeth)",
                "各期系数均值的标准误（Fama–MacBeth）",
            )
        return note_of("estimators.errors_over_periods", lags=self.lags)

    def fit(self, design: Design) -> Result:
        """Estimate the average slopes.

        Raises
        ------
        SpecificationError
            If there is no time, or there are fixed effects or weights.
        EstimationError
            If fewer than two periods can be estimated, or no more than `lags`.
        """
        from digimfg.design import INTERCEPT
        from digimfg.design.centre import with_intercept
        from digimfg.estimators.linear_result import linear_result

        _check(design)
        places, slopes, rows = _by_period(design)
        count = len(slopes)
        if count < max(2, self.lags + 2):
            raise EstimationError.of(
                "estimators.too_few_cross_sections", got=f"{count}", least=max(2, self.lags + 2)
            )
        mean = slopes.mean(axis=0)
        apart = slopes - mean
        spread = apart.T @ apart
        for lag in range(1, self.lags + 1):
            product = apart[lag:].T @ apart[:-lag]
            spread += (1 - lag / (self.lags + 1)) * (product + product.T)
        covariance = spread / (count * (count - 1))
        estimates, covariance = with_intercept(INTERCEPT, design.shift, design.terms, mean, covariance)
        residuals = design.outcome - design.near @ mean
        total = design.outcome - design.outcome.mean()
        notes = []
        assert design.time_values is not None  # noqa: S101
        if left := len(design.time_values) - count:
            notes.append(note_of("estimators.periods_left_out", left=left))
        by_period = pd.DataFrame(
            [with_intercept(INTERCEPT, design.shift, design.terms, each, spread)[0] for each in slopes],
            index=pd.Index(design.time_values[places], name="period"),
            columns=list(design.terms),
        )
        statistics = {
            "n_obs": float(rows),
            "n_periods": float(count),
            "r2": 1 - float(residuals @ residuals) / float(total @ total),
            "df_resid": count - 1.0,
        }
        if design.entity_values is not None:
            statistics["n_entities"] = float(len(design.entity_values))
        return linear_result(
            design,
            names=design.terms,
            estimates=estimates,
            covariance=covariance,
            df=count - 1.0,
            statistics=statistics,
            notes=tuple(notes),
            tables={"periods": by_period},
        )


def _check(design: Design) -> None:
    specification = design.specification
    if design.time is None or design.effects or design.weights is not None:
        raise SpecificationError.of(
            "estimators.fama_macbeth_not_plain",
            got=f"time={specification.time!r}, fixed_effects={specification.fixed_effects!r}, "
            f"weights={specification.weights!r}",
        )


def _by_period(design: Design) -> tuple[list[int], Floats, int]:
    """Return the places of the periods that can be estimated, their slopes, and how many rows they have."""
    from digimfg.design.scaled import scaled_rank, scaled_slopes

    places, slopes, rows = [], [], 0
    assert design.time is not None  # noqa: S101
    for place in range(int(design.time.max()) + 1):
        inside = design.time == place
        columns = design.near[inside]
        if len(columns) <= columns.shape[1] or scaled_rank(columns) < columns.shape[1]:
            continue
        places.append(place)
        slopes.append(scaled_slopes(columns, design.outcome[inside]))
        rows += len(columns)
    return places, np.array(slopes).reshape(len(places), len(design.terms)), rows
