"""Principal-component weights with the KMO measure and Bartlett's test."""

from __future__ import annotations

import math
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Literal

import numpy as np
import pandas as pd
import scipy

from digimfg.arguments import checked
from digimfg.errors import MeasureError
from digimfg.keywords import takes
from digimfg.kinds import Above, AtMost
from digimfg.marks import keeps_marks
from digimfg.measures.contract import SHARE, Gives, measure
from digimfg.measures.directions import Directions
from digimfg.measures.normalization import Normalization
from digimfg.measures.summation import cross_products, standardized
from digimfg.measures.weight_resampling import WeightsKeywords, WeightsOptions
from digimfg.measures.weight_rows import Rows, Weighed
from digimfg.measures.weighting import WeightsResult, weigh
from digimfg.notes import note_of
from digimfg.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray
    from typing_extensions import Unpack

    Floats = NDArray[np.float64]

__all__ = ["Retain", "pca_rule", "pca_weights"]

Retain = Literal["kaiser", "cumulative", "first"]


@measure(
    "frame",
    gaps="refused",
    gives={"weights": Gives("weight"), "table.kmo": Gives("index", 0, 1, 1), "explained_share": SHARE},
)
@checked
@keeps_marks
@takes(WeightsOptions)
def pca_weights(
    frame: pd.DataFrame | Mapping[str, object] | Floats,
    directions: Directions = None,
    *,
    retain: Retain = "kaiser",
    cumulative: Annotated[float, Above(0), AtMost(1)] = 0.85,
    normalization: Normalization = "zscore",
    **options: Unpack[WeightsKeywords],
) -> WeightsResult:
    """Weigh indicators by the principal components of their correlation matrix, pooled over a panel.

    With eigenvalues λ_k and eigenvectors a_k of the kept components, F_k = Σ_j a_jk z_j and the index is
    F = Σ_k (λ_k / Σλ) F_k; the coefficient of indicator j is c_j = Σ_k (λ_k / Σλ) a_jk and its weight c_j /
    Σc. Every component is turned so that its correlations with the indicators sum to more than zero.

    Parameters
    ----------
    frame, directions, constant, missing, time, train_years, entity, bootstrap, seed, level
        See `entropy_weights`.
    retain
        Components kept: ``"kaiser"`` λ > 1, ``"cumulative"`` the fewest that explain `cumulative` of the
        variance, ``"first"`` one. At least one is kept.
    cumulative
        Share in (0, 1].
    normalization
        Correlations are the same for ``"zscore"`` and ``"minmax"``; ``"log_minmax"`` takes those of
        logarithms.

    Returns
    -------
    WeightsResult
        Scores are F, made of standardized indicators (mean zero, no bounds). Table columns ``coefficient``,
        ``kmo`` (sampling adequacy by indicator), ``communality``, ``weight``. Statistics ``kmo bartlett_chi2
        bartlett_df bartlett_p n_components explained_share``. Tables ``"components"`` (eigenvalue, shares,
        whether kept) and ``"loadings"`` (a_jk √λ_k). Weights may be negative: a note says so.

    Raises
    ------
    MeasureError
        As `entropy_weights`; also for a single indicator, or coefficients that sum to zero.

    Notes
    -----
    KMO = Σr²/(Σr² + Σq²) over pairs, q the partial correlations given all other indicators (Kaiser and Rice
    1974); Bartlett (1951): χ² = -(n - 1 - (2p + 5)/6) ln det R with p(p - 1)/2 degrees of freedom; it counts
    rows as independent, which the rows of a panel are not. Both are missing where R is singular.

    References
    ----------
    Kaiser, H. F. and Rice, J. (1974). Little jiffy, mark IV. Educational and Psychological Measurement,
    34(1), 111-117. Bartlett, M. S. (1951). The effect of standardization on a χ² approximation in factor
    analysis. Biometrika, 38(3/4), 337-344.

    Examples
    --------
    >>> data = {"a": [1.0, 2.0, 3.0, 4.0, 5.0], "b": [2.0, 1.0, 4.0, 3.0, 5.0], "c": [1.0, 3.0, 2.0, 5.0,
    ...     4.0]}
    >>> result = pca_weights(data, 1)
    >>> result.weights.round(4).to_dict(), round(result.statistics["kmo"], 4)
    ({'a': 0.3825, 'b': 0.3087, 'c': 0.3087}, 0.328)
    """
    whole = WeightsOptions(normalization=normalization, **options)
    return weigh("pca", lambda rows: pca_rule(rows, retain, cumulative), frame, directions, whole)


def pca_rule(rows: Rows, retain: Retain = "kaiser", cumulative: float = 0.85) -> Weighed:
    """Return principal-component weights of normalized columns.

    Raises
    ------
    MeasureError
        If there is one indicator only, or the coefficients sum to zero.
    """
    if len(rows.names) < 2:
        raise MeasureError.of("measures.too_few_indicators_that_vary", got=", ".join(rows.names))
    parts = [standardized(column) for column in rows.normalized]
    n = len(parts[0][0])
    correlation = cross_products([scaled for scaled, _, _ in parts]) / (n - 1)
    np.fill_diagonal(correlation, 1.0)
    if not np.isfinite(correlation).all():
        raise MeasureError.of("measures.squares_of_indicators_too_large")
    values, vectors = np.linalg.eigh(correlation)
    values, vectors = np.maximum(values[::-1], 0.0), _turned(vectors[:, ::-1])
    kept = _kept(values, retain, cumulative)
    shares = values[:kept] / values[:kept].sum()
    coefficients = vectors[:, :kept] @ shares
    total = float(coefficients.sum())
    if abs(total) < 1e-12:
        raise MeasureError.of("measures.coefficients_cancel", got=np.array2string(coefficients, precision=4))
    deviations = np.array([deviation for _, _, deviation in parts])
    means = np.array([mean for _, mean, _ in parts])
    loadings = vectors * np.sqrt(values)
    adequacy, statistics, notes = _factorability(correlation, n)
    return Weighed(
        weights=coefficients / total,
        columns={
            "coefficient": coefficients,
            "kmo": adequacy,
            "communality": (loadings[:, :kept] ** 2).sum(axis=1),
        },
        coefficients=coefficients / deviations,
        offset=-float((coefficients * means / deviations).sum()),
        statistics={
            **statistics,
            "n_components": float(kept),
            "explained_share": float(values[:kept].sum() / values.sum()),
        },
        tables=MappingProxyType(_tables(rows.names, values, loadings, kept)),
        notes=(*notes, *_sign_note(rows.names, coefficients / total)),
    )


def _turned(vectors: Floats) -> Floats:
    """Turn each eigenvector so that it sums to more than zero, or starts above zero where it sums to zero."""
    sums = vectors.sum(axis=0)
    for k, total in enumerate(sums):
        leading = total if abs(total) > 1e-12 else vectors[np.argmax(np.abs(vectors[:, k]) > 1e-12), k]
        if leading < 0:
            vectors[:, k] = -vectors[:, k]
    return vectors


def _kept(values: Floats, retain: Retain, cumulative: float) -> int:
    if retain == "first":
        return 1
    if retain == "kaiser":
        return max(1, int((values > 1.0 + 1e-12).sum()))
    reached = np.cumsum(values) / values.sum() >= cumulative - 1e-12
    return int(np.argmax(reached)) + 1


def _factorability(correlation: Floats, n: int) -> tuple[Floats, dict[str, float], tuple[Text, ...]]:
    size = len(correlation)
    degrees = size * (size - 1) / 2
    if np.linalg.cond(correlation) > 1e12:
        nothing = dict.fromkeys(("kmo", "bartlett_chi2", "bartlett_p"), math.nan)
        note = note_of("measures.singular")
        return np.full(size, np.nan), {**nothing, "bartlett_df": degrees}, (note,)
    inverse = np.linalg.inv(correlation)
    scale = 1.0 / np.sqrt(np.diag(inverse))
    partial = (scale[:, None] * inverse * scale) ** 2
    simple = correlation**2
    np.fill_diagonal(partial, 0.0)
    np.fill_diagonal(simple, 0.0)
    adequacy = simple.sum(axis=0) / (simple.sum(axis=0) + partial.sum(axis=0))
    chi2 = -(n - 1 - (2 * size + 5) / 6) * float(np.linalg.slogdet(correlation)[1])
    statistics = {
        "kmo": float(simple.sum() / (simple.sum() + partial.sum())),
        "bartlett_chi2": chi2,
        "bartlett_df": degrees,
        "bartlett_p": float(scipy.stats.chi2.sf(chi2, degrees)),
    }
    if statistics["kmo"] >= 0.5:
        return adequacy, statistics, ()
    note = note_of("measures.kmo", kmo=statistics["kmo"])
    return adequacy, statistics, (note,)


def _tables(names: tuple[str, ...], values: Floats, loadings: Floats, kept: int) -> dict[str, pd.DataFrame]:
    labels = pd.Index(range(1, len(values) + 1), name="component")
    components = pd.DataFrame(
        {
            "eigenvalue": values,
            "share": values / values.sum(),
            "cumulative_share": np.cumsum(values) / values.sum(),
            "kept": np.arange(len(values)) < kept,
        },
        index=labels,
    )
    return {
        "components": components,
        "loadings": pd.DataFrame(loadings, index=pd.Index(names, name="indicator"), columns=labels),
    }


def _sign_note(names: tuple[str, ...], weights: Floats) -> tuple[Text, ...]:
    negative = [name for name, weight in zip(names, weights, strict=True) if weight < 0]
    if not negative:
        return ()
    return (note_of("measures.negative_weights_of_components", negative=negative),)
