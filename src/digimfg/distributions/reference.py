"""What the statistics of a result are compared with: the one source of p values and intervals of rows and
their combinations.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from digimfg.distributions.student import (
    Contrast,
    Joint,
    RowDegrees,
    quadratic_form,
    t_quantile,
    t_tail,
)
from digimfg.errors import EstimationError
from digimfg.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

__all__ = [
    "Combinations",
    "ReferenceDistribution",
    "joint_test",
    "rows_distribution",
    "student_distribution",
]

Floats = NDArray[np.float64]
Booleans = NDArray[np.bool_]

_SAME = 1e-7


class Combinations(Protocol):
    """Say how combinations of rows are distributed where the t of each row does not tell."""

    def speaks_for(self, used: Booleans) -> bool:
        """Return whether combinations of these rows are its own."""
        ...

    def contrast(
        self, weights: Floats, estimate: float, std_error: float, *, null: float, level: float
    ) -> Contrast:
        """Return the test of one combination, `weights` over the rows of the result."""
        ...

    def joint(self, restrictions: Floats, quadratic: float) -> Joint:
        """Return the joint test of combinations, shape (q, rows), whose Wald statistic is `quadratic`."""
        ...


@dataclass(frozen=True, kw_only=True, eq=False)
class ReferenceDistribution:
    r"""State what a result's statistics are compared with.

    A row has t with its own degrees of freedom (infinite: the normal). Combinations of rows follow the
    result's `combinations` where it has such, as bias-reduced and bootstrapped errors do; otherwise a
    contrast has the fewest degrees of freedom of its rows, and a joint test of q restrictions is F with q
    and as many, chi-squared where all rows are normal.

    Parameters
    ----------
    df
        Degrees of freedom of each row, shape (k,).
    own
        Rows whose p value and interval are not those of t, as a bootstrap's, shape (k,).
    rows
        P value and ends of the 95 per cent interval of each row, shape (k, 3).
    combinations
        Of rows; ``None`` where `df` says all.
    separate
        Whether degrees of freedom of rows say nothing of their combinations, as Satterthwaite's, so that
        without `combinations` (a result read back from a file) there is no test of several rows.

    Raises
    ------
    EstimationError
        By its methods, where a combination cannot be tested.
    """

    df: Floats
    own: Booleans
    rows: Floats
    combinations: Combinations | None = None
    separate: bool = False

    @property
    def symbol(self) -> Literal["t", "z"]:
        """Return the letter of the statistics of rows."""
        return "t" if bool(np.isfinite(self.df).any()) else "z"

    @property
    def common_df(self) -> float:
        """Return the degrees of freedom that all rows share, infinite for the normal; NaN where they
        differ.
        """
        return float(self.df[0]) if len(self.df) and bool((self.df == self.df[0]).all()) else float("nan")

    def degrees(self, weights: Floats, *, where: str | Text = "") -> float:
        """Return the degrees of freedom of a combination: infinite for the normal, NaN for a bootstrap.

        Parameters
        ----------
        weights, where
            As for `contrast`.
        """
        return self.contrast(weights, 0.0, 1.0, where=where).df

    def contrast(
        self,
        weights: Floats,
        estimate: float,
        std_error: float,
        *,
        null: float = 0.0,
        level: float = 0.95,
        where: str | Text = "",
    ) -> Contrast:
        """Return the two-sided test of a combination against `null`, and its interval.

        Parameters
        ----------
        weights
            Over all rows, shape (k,).
        estimate, std_error
            Of the combination.
        where
            Who asks, for the error.
        """
        used = weights != 0
        if self.combinations is not None and self.combinations.speaks_for(used):
            return self.combinations.contrast(weights, estimate, std_error, null=null, level=level)
        alone = int(used.sum()) == 1
        if self.own[used].any():
            if not (alone and null == 0 and level == 0.95):
                raise _not_kept(where)
            place = int(np.argmax(used))
            p_value, *ends = self.rows[place]
            low, high = sorted(float(weights[place]) * np.array(ends))
            return Contrast(p_value=float(p_value), conf_low=low, conf_high=high, df=float("nan"))
        if self.separate and not alone:
            raise _not_kept(where)
        rows = RowDegrees(self.df)
        return rows.contrast(weights, estimate, std_error, null=null, level=level)

    def joint(self, restrictions: Floats, quadratic: float, *, where: str | Text = "") -> Joint:
        """Return the joint test that combinations of rows are zero.

        Parameters
        ----------
        restrictions
            Weights over all rows, shape (q, k), of full rank.
        quadratic
            Their Wald statistic, (Cb)'(CVC')⁻¹Cb.
        where
            Who asks, for the error.
        """
        used = (restrictions != 0).any(axis=0)
        if self.combinations is not None and self.combinations.speaks_for(used):
            return self.combinations.joint(restrictions, quadratic)
        own = bool(self.own[used].any())
        if (own or self.separate) and int(used.sum()) > 1:
            raise _not_kept(where)
        if own:
            p_value = float(self.rows[int(np.argmax(used)), 0])
            return Joint(statistic=quadratic, df_numerator=1.0, df_denominator=None, p_value=p_value)
        return RowDegrees(self.df).joint(restrictions, quadratic)


def rows_distribution(
    coefficients: pd.DataFrame,
    statistics: Mapping[str, float],
    combinations: Combinations | None = None,
    *,
    separate: bool = False,
) -> ReferenceDistribution:
    """Return the reference distribution that the rows of a result state.

    Degrees of freedom stand in the column ``df`` where rows have their own, in ``statistics["df_t"]`` where
    they share them; a result with neither is normal. A row whose p value or
    interval is not that of its t has a distribution of its own.

    Parameters
    ----------
    coefficients, statistics
        Of a result.
    combinations, separate
        See `ReferenceDistribution`.
    """
    if isinstance(combinations, RowDegrees):
        df = combinations.df
    elif "df" in coefficients.columns:
        df = coefficients["df"].to_numpy(dtype=np.float64)
    else:
        df = np.full(len(coefficients), float(statistics.get("df_t", np.inf)))
    columns = ["p_value", "conf_low", "conf_high"]
    rows = coefficients.reindex(columns=columns).to_numpy(dtype=np.float64)
    error = coefficients["std_error"].to_numpy(dtype=np.float64)
    estimate = coefficients["estimate"].to_numpy(dtype=np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        expected = 2 * t_tail(np.abs(np.where(error > 0, estimate / error, np.nan)), df)
        reach = (rows[:, 2] - estimate) / error
    same = np.isclose(rows[:, 0], expected, rtol=_SAME, atol=_SAME) & np.isclose(
        reach, t_quantile(0.975, df), rtol=_SAME
    )
    own = ~same & (error > 0)
    return ReferenceDistribution(df=df, own=own, rows=rows, combinations=combinations, separate=separate)


def student_distribution(
    df: float | Floats, count: int, combinations: Combinations | None = None
) -> ReferenceDistribution:
    """Return the distribution of `count` rows that all are t with `df`, a number or one per row."""
    return ReferenceDistribution(
        df=np.broadcast_to(np.asarray(df, dtype=np.float64), (count,)),
        own=np.zeros(count, dtype=np.bool_),
        rows=np.full((count, 3), np.nan),
        combinations=combinations,
    )


def joint_test(
    estimates: Floats,
    covariance: Floats,
    places: list[int],
    distribution: ReferenceDistribution,
    *,
    tolerance: float = 1e-10,
    where: str | Text = "",
) -> Joint | None:
    """Return the joint test that the rows at `places` are zero; ``None`` where their covariance lacks the
    rank.

    Parameters
    ----------
    estimates, covariance
        Of all rows of the result, shapes (k,) and (k, k).
    distribution
        Of the result.
    tolerance
        See `quadratic_form`.
    where
        Who asks, for the error.
    """
    value = quadratic_form(covariance[np.ix_(places, places)], estimates[places], tolerance=tolerance)
    if np.isnan(value):
        return None
    return distribution.joint(np.eye(len(estimates))[places], value, where=where)


def _not_kept(where: str | Text) -> EstimationError:
    return EstimationError.of(
        "distributions.distribution_not_stored", combination=where or Text("combination of rows", "系数组合")
    )
