"""Dagum's Gini coefficient and its exact decomposition into within, net between and transvariation."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from digimfg.arguments import checked
from digimfg.kinds import Numbers
from digimfg.measures.columns import group_codes, numbers, positive_total, same_rows
from digimfg.measures.contract import Gives, measure
from digimfg.notes import note_of
from digimfg.shown import shown
from digimfg.text import Text

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["DagumGini", "dagum_gini"]


@checked
@shown(Text("Dagum decomposition of the Gini ratio", "Dagum基尼系数分解"))
@dataclass(frozen=True, kw_only=True, eq=False)
class DagumGini:
    """Hold the overall Gini coefficient and what it is made of.

    Parameters
    ----------
    gini
        Overall coefficient G in [0, 1).
    within, net_between, transvariation
        G_w, G_nb and G_t (组内差距、组间净值差距、超变密度); they add up to `gini`.
    groups
        Row per group: ``group n mean gini population_share income_share contribution``; contributions add up
        to `within`.
    pairs
        Row per pair, the richer group first: ``group_high group_low gini mean_difference_high
        mean_difference_low distance net_between transvariation``: G_jh, d_jh, p_jh, D_jh, and what the pair
        adds to the two parts.
    notes
        Rules that were applied.
    """

    gini: float
    within: float
    net_between: float
    transvariation: float
    groups: pd.DataFrame
    pairs: pd.DataFrame
    notes: tuple[Text, ...]

    @property
    def contributions(self) -> dict[str, float]:
        """Return the three parts as shares of the Gini coefficient (贡献率); zeros where it is zero."""
        whole = self.gini if self.gini > 0 else 1.0
        return {
            "within": self.within / whole,
            "net_between": self.net_between / whole,
            "transvariation": self.transvariation / whole,
        }


@measure(
    "values",
    gaps="refused",
    gives={
        "gini": Gives("index", 0, 1, 1),
        "within": Gives("index", 0, 1),
        "net_between": Gives("index", 0, 1),
        "transvariation": Gives("index", 0, 1),
    },
)
@checked
def dagum_gini(values: Numbers, groups: Iterable[object]) -> DagumGini:
    """Return Dagum's Gini coefficient with its exact three-way decomposition.

    G = Σ_j Σ_h Σ_i Σ_r |y_ji − y_hr| / (2n²ȳ) = G_w + G_nb + G_t with

    G_jh = Σ_i Σ_r |y_ji − y_hr| / (n_j n_h (ȳ_j + ȳ_h)), p_j = n_j/n, s_j = n_jȳ_j/(nȳ),
    d_jh = E(y_j − y_h)⁺, p_jh = E(y_h − y_j)⁺ for ȳ_j ≥ ȳ_h, D_jh = (d_jh − p_jh)/(d_jh + p_jh),
    G_w = Σ_j G_jj p_j s_j, G_nb = Σ_{j>h} G_jh (p_j s_h + p_h s_j) D_jh, G_t = Σ_{j>h} G_jh (p_j s_h + p_h
    s_j)(1 − D_jh).

    Differences are found by sorting, n log n for each pair of groups, not by comparing all pairs of values.

    Parameters
    ----------
    values
        Shape (n,), one per unit, not negative, no missing values, in any unit: the measure does not depend
        on it (but adding a constant lowers it).
    groups
        Shape (n,), a label per unit.

    Returns
    -------
    DagumGini
        A group of one unit has a Gini coefficient of zero by this definition (population form, divided by
        n², not n(n − 1)) and enters the other parts as usual; it is noted. Two groups with equal means have
        D_jh = 0, so that their whole difference is transvariation.

    Raises
    ------
    MeasureError
        If a value is negative or missing, the total is zero, or labels do not match.

    References
    ----------
    Dagum, C. (1997). A new approach to the decomposition of the Gini income inequality ratio. Empirical
    Economics 22, 515–531. https://doi.org/10.1007/BF01205777

    Examples
    --------
    >>> found = dagum_gini([1, 2, 3, 2, 4, 6, 5, 9], list("aaabbbcc"))
    >>> found.gini, found.within, found.net_between, round(found.transvariation, 12)
    (0.3359375, 0.0625, 0.2578125, 0.015625)
    """
    import pandas as pd

    y = numbers(values, "values", minimum=0.0)
    same_rows(values, groups, "groups")
    codes, labels = group_codes(groups, len(y))
    ordered = np.sort(y)
    mean = positive_total(ordered, "values") / len(y)
    parts = [np.sort(y[codes == code]) for code in range(len(labels))]
    sums = [np.concatenate([[0.0], np.cumsum(part)]) for part in parts]
    sizes = np.array([len(part) for part in parts], dtype=float)
    means = np.array([total[-1] for total in sums]) / sizes
    share, income = sizes / len(y), sizes * means / (len(y) * mean)
    inner = np.array([_mean_gap(part, total, part) * 2 for part, total in zip(parts, sums, strict=True)])
    inner_gini = np.where(means > 0, inner / np.where(means > 0, 2 * means, 1.0), 0.0)
    frame = pd.DataFrame(
        {
            "group": labels,
            "n": sizes.astype(int),
            "mean": means,
            "gini": inner_gini,
            "population_share": share,
            "income_share": income,
            "contribution": inner_gini * share * income,
        }
    )
    order = np.argsort(-means, kind="stable")
    rows = []
    for position, j in enumerate(order):
        for h in order[position + 1 :]:
            above = _mean_gap(parts[j], sums[h], parts[h])
            below = _mean_gap(parts[h], sums[j], parts[j])
            scale = above + below
            between = scale / (means[j] + means[h]) if scale > 0 else 0.0
            # d − p is the difference of means; taken so, it carries no rounding of the two sums
            distance = (means[j] - means[h]) / scale if scale > 0 else 0.0
            weight = between * (share[j] * income[h] + share[h] * income[j])
            rows.append(
                (
                    labels[j],
                    labels[h],
                    between,
                    above,
                    below,
                    distance,
                    weight * distance,
                    weight * (1 - distance),
                )
            )
    pairs = pd.DataFrame(
        rows,
        columns=[
            "group_high",
            "group_low",
            "gini",
            "mean_difference_high",
            "mean_difference_low",
            "distance",
            "net_between",
            "transvariation",
        ],
    )
    overall = _mean_gap(ordered, np.concatenate([[0.0], np.cumsum(ordered)]), ordered) / mean
    return DagumGini(
        gini=float(overall),
        within=float(frame["contribution"].sum()),
        net_between=float(pairs["net_between"].sum()),
        transvariation=float(pairs["transvariation"].sum()),
        groups=frame,
        pairs=pairs,
        notes=_notes(frame),
    )


def _mean_gap(upper: Floats, sums: Floats, lower: Floats) -> float:
    """Return E(u − l)⁺ for independent draws of the two sorted samples; `sums` cumulates `lower` from
    zero.
    """
    below = np.searchsorted(lower, upper, side="left")
    return float((upper * below - sums[below]).sum() / (len(upper) * len(lower)))


def _notes(frame: pd.DataFrame) -> tuple[Text, ...]:
    single = frame.loc[frame["n"] == 1, "group"].astype(str).tolist()
    if not single:
        return ()
    return (note_of("measures.lone_group", single=single),)
