"""Balance of covariates between treated rows and controls, before and after weighting."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from digimfg.errors import EstimationError, SpecificationError
from digimfg.notes import note_of
from digimfg.terms.evaluate import Evaluator
from digimfg.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["MatchingRows", "balance_table", "groups_of", "matching_rows"]

Floats = NDArray[np.float64]


class MatchingRows:
    """Rows with every covariate, in an order that depends on their values only.

    Attributes
    ----------
    rows
        Positions in the frame.
    treated, covariates
        Of these rows; covariates of shape (n, k).
    names
        Of the covariates.
    notes
        Rows left out.
    """

    def __init__(
        self, rows: NDArray[np.int64], treated: NDArray[np.bool_], covariates: Floats, names: tuple[str, ...],
        notes: tuple[Text, ...],
    ) -> None:  # fmt: skip
        self.rows = rows
        self.treated = treated
        self.covariates = covariates
        self.names = names
        self.notes = notes

    def part(self, inside: NDArray[np.bool_]) -> MatchingRows:
        """Return some of the rows."""
        return MatchingRows(
            self.rows[inside], self.treated[inside], self.covariates[inside], self.names, self.notes
        )


def matching_rows(
    frame: pd.DataFrame, treatment: str, covariates: Sequence[str], label: Text
) -> MatchingRows:
    """Return the rows of a frame that have a treatment and every covariate.

    Raises
    ------
    SpecificationError
        If a column is unknown, or the treatment is not 0/1.
    EstimationError
        If one side is empty.
    """
    if isinstance(covariates, str):
        covariates = (covariates,)
    evaluator = Evaluator(frame, None, None)
    on = evaluator(treatment).values[:, 0]
    found = [evaluator(term) for term in dict.fromkeys(covariates)]
    if not found:
        raise SpecificationError.of("policy.no_covariates", where=label)
    values = np.column_stack([each.values for each in found])
    names = tuple(name for each in found for name in each.names)
    complete = np.isfinite(on) & np.all(np.isfinite(values), axis=1)
    odd = complete & ~np.isin(on, (0.0, 1.0))
    if odd.any():
        raise SpecificationError.of(
            "policy.treatment_not_binary",
            got=", ".join(f"{value:g}" for value in np.unique(on[odd])[:4]),
            treatment=treatment,
        )
    rows = np.flatnonzero(complete)
    treated = on[rows] == 1
    if not treated.any() or treated.all():
        raise EstimationError.of(
            "policy.one_side_only",
            where=label,
            n_treated=int(treated.sum()),
            n_controls=int((~treated).sum()),
        )
    order = np.lexsort([*values[rows].T[::-1], ~treated])
    notes: list[Text] = []
    lost = len(frame) - len(rows)
    if lost:
        notes.append(note_of("policy.rows_without_treatment", lost=lost))
    return MatchingRows(rows[order], treated[order], values[rows][order], names, tuple(notes))


def groups_of(
    frame: pd.DataFrame, by: str | None, rows: NDArray[np.int64]
) -> list[tuple[object, NDArray[np.bool_]]]:
    """Return the groups within which rows are matched, each with its key; one of all rows where `by` is
    ``None``.
    """
    if by is None:
        return [(None, np.ones(len(rows), dtype=bool))]
    column = Evaluator(frame, None, None).column(by, "`by`").iloc[rows]
    codes, keys = pd.factorize(column, sort=True)
    return [(key, codes == place) for place, key in enumerate(keys)]


def balance_table(
    x: Floats, names: tuple[str, ...], treated: NDArray[np.bool_], weights: Floats
) -> pd.DataFrame:
    """Return means, standardised differences and variance ratios before and after weighting.

    The standardised difference divides by the root of the mean of both variances before weighting (Rosenbaum
    and Rubin 1985): (m₁ - m₀) / √((s₁² + s₀²)/2). Below 0.1 in absolute value is the usual mark.

    Parameters
    ----------
    weights
        Zero where a row is not used.
    """
    own, other = x[treated], x[~treated]
    spread = np.sqrt((own.var(axis=0, ddof=1) + other.var(axis=0, ddof=1)) / 2)
    w1, w0 = weights[treated] / weights[treated].sum(), weights[~treated] / weights[~treated].sum()
    mean1, mean0 = w1 @ own, w0 @ other
    var1, var0 = w1 @ (own - mean1) ** 2, w0 @ (other - mean0) ** 2
    with np.errstate(divide="ignore", invalid="ignore"):
        return pd.DataFrame(
            {
                "treated_mean_before": own.mean(axis=0),
                "control_mean_before": other.mean(axis=0),
                "treated_mean": mean1,
                "control_mean": mean0,
                "smd_before": (own.mean(axis=0) - other.mean(axis=0)) / spread,
                "smd": (mean1 - mean0) / spread,
                "variance_ratio_before": own.var(axis=0, ddof=1) / other.var(axis=0, ddof=1),
                "variance_ratio": var1 / var0,
            },
            index=pd.Index(names, name="covariate", dtype=object),
        )
