"""The binning check of a linear interaction (Hainmueller, Mummolo and Xu)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from digimfg.covariance import Clustered
from digimfg.errors import EstimationError
from digimfg.estimators.least_squares import LeastSquares
from digimfg.estimators.mechanisms.extended import Columns, extended
from digimfg.inference.wald import wald_test
from digimfg.notes import note_of
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.design import Design

__all__ = ["bin_check"]

Floats = NDArray[np.float64]
Found = tuple[dict[str, pd.DataFrame], dict[str, float], tuple[Text, ...]]

_NAMES = ("bin", "level", "treatment", "product")


def bin_check(design: Design, treatment: str, x: Floats, moderator: str, w: Floats, n_bins: int) -> Found:
    """Return the effect of the treatment at the median of every bin, and the test of the linear form.

    Bins j hold equal numbers of rows; the model is Σ_j 1(j) [μ_j + α_j x + η_j (w - m_j) + β_j x (w - m_j)]
    and α_j is the effect at the median m_j. The test is that all bins share one line: μ, α, η and β of the
    further bins add nothing to x, w and x·w.
    """
    edges = np.quantile(w, np.arange(1, n_bins) / n_bins)
    codes = np.searchsorted(edges, w, side="left")
    used = [j for j in range(n_bins) if np.any(codes == j)]
    if len(used) < n_bins or any(len(np.unique(w[codes == j])) < 2 for j in used):
        values = len(np.unique(w))
        return (
            {},
            {},
            (note_of("mechanisms.bins_not_filled", values=values, n_bins=n_bins),),
        )
    medians = [float(np.median(w[codes == j])) for j in used]
    inside = [(codes == j).astype(np.float64) for j in used]
    without = (treatment, moderator)
    binned: dict[str, Floats] = {}
    for j, (member, median) in enumerate(zip(inside, medians, strict=True), start=1):
        parts = (member, member * (w - median), member * x, member * x * (w - median))
        binned |= {f"{name}[{j}]": part for name, part in zip(_NAMES, parts, strict=True)}
    if not design.effects:
        binned.pop("bin[1]")
    design = _without_wild_bootstrap(design)
    model = extended(design, Columns(last=binned, without=without))
    result = LeastSquares().fit(model)
    rows, notes = [], []
    freed = design.absorbed.regressors[:, design.terms.index(treatment)]
    for j, (member, median) in enumerate(zip(inside, medians, strict=True), start=1):
        name, chosen = f"treatment[{j}]", member > 0
        row = {
            "low": float(w[chosen].min()),
            "high": float(w[chosen].max()),
            "median": median,
            "n_obs": int(chosen.sum()),
            "treatment_sd": float(np.std(freed[chosen], ddof=1)),
        }
        shown = ("estimate", "std_error", "p_value", "conf_low", "conf_high")
        if name in result.coefficients.index:
            line = result.coefficients.loc[[name], list(shown)].to_numpy(dtype=np.float64)[0]
            row |= dict(zip(shown, line.tolist(), strict=True))
        else:
            row |= dict.fromkeys(shown, float("nan"))
            notes.append(note_of("mechanisms.not_estimated", j=j))
        rows.append(row)
    table = pd.DataFrame(rows, index=pd.RangeIndex(1, len(rows) + 1, name="bin"))
    statistics, said = _linearity(design, treatment, x, moderator, w, inside)
    return {"bins": table}, statistics, (*notes, *said)


def _without_wild_bootstrap(design: Design) -> Design:
    covariance = design.specification.covariance
    if not isinstance(covariance, Clustered):
        return design
    plain = design.specification.replace(covariance=replace(covariance, wild_bootstrap=None))
    return replace(design, specification=plain)


def _linearity(
    design: Design, treatment: str, x: Floats, moderator: str, w: Floats, inside: list[Floats]
) -> tuple[dict[str, float], tuple[Text, ...]]:
    centred = w - float(np.average(w, weights=design.weights))
    further: dict[str, Floats] = {}
    for j, member in enumerate(inside[1:], start=2):
        parts = (member, member * centred, member * x, member * x * centred)
        further |= {f"{name}[{j}]": part for name, part in zip(_NAMES, parts, strict=True)}
    plain = {treatment: x, moderator: centred, f"{treatment}:{moderator}": x * centred}
    model = extended(design, Columns(first=plain, last=further, without=(treatment, moderator)))
    tested = [name for name in further if name in model.terms]
    result = LeastSquares().fit(model)
    shared = result.distribution.common_df
    if len(tested) > shared:
        return {}, (note_of("mechanisms.too_few_degrees_of_freedom", n_tested=len(tested), shared=shared),)
    try:
        test = wald_test(result, tested)
    except EstimationError as error:
        return {}, (
            note_of(
                "mechanisms.linearity_test_refused", n=len(tested), expected=error.expected, got=error.got
            ),
        )
    df = test.df_denominator
    notes = (
        note_of(
            "mechanisms.linear_against_bins",
            detail=(
                note_of("mechanisms.few_degrees_of_freedom", n_tested=len(tested), df=df)
                if df is not None and 3 * len(tested) > df
                else Text("", "")
            ),
            n_inside=len(inside),
            statistic=test.statistic,
            p_value=test.p_value,
        ),
    )
    found = {
        "linearity_f": test.statistic,
        "linearity_p": test.p_value,
        "linearity_restrictions": float(len(tested)),
    }
    return found, notes
