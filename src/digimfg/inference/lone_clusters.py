"""Terms whose variation lies in one cluster: their clustered errors are far too small."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from digimfg.inference.effect_projection import group_sums
from digimfg.labels import term_label
from digimfg.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from digimfg.design import Design

__all__ = ["lone_cluster_notes"]

Floats = NDArray[np.float64]

_EXACT = 1e-12
_LISTED = 3


def lone_cluster_notes(design: Design, names: Sequence[str], own: Floats) -> tuple[Text, ...]:
    r"""Return a note on the terms whose variation, given the other terms and the effects, lies in one cluster.

    With :math:`\tilde x` the residual of a term on the others, cluster g has the share
    :math:`L_g=\tilde x_g'\tilde x_g/\tilde x'\tilde x` of its variation (the partial leverage of MacKinnon, Nielsen &
    Webb 2023, Stata Journal 23(4)). Were errors independent and of one variance, the clustered variance would be expected
    at about :math:`1-\sum_g L_g^2` times the true one: the residuals of a heavy cluster are fitted away. A note is given
    where the error is expected at less than half of its size; where the term varies in one cluster only, it is zero.
    Bias-reduced and jackknife errors (``"cr2"``, ``"cv3"``) allow for this and have the latter note only.

    Parameters
    ----------
    design
        Clustered; other designs have no such note.
    names
        The terms, k of them.
    own
        Shape (n, k): a multiple of each :math:`\tilde x`, times the square root of the weights.
    """
    clusters = design.clusters
    if not clusters or not names:
        return ()
    squares = own**2
    total = squares.sum(axis=0)
    notes = []
    for way, codes in clusters.items():
        count = int(codes.max()) + 1
        share = group_sums(squares, codes, count) / np.where(total > 0, total, 1.0)
        left = 1 - (share**2).sum(axis=0)
        expected = np.sqrt(np.maximum(left, 0) * count / (count - 1))
        varying = [place for place in range(len(names)) if total[place] > 0]
        only = [place for place in varying if left[place] <= _EXACT]
        mostly = [place for place in varying if left[place] > _EXACT and expected[place] < 0.5]
        if getattr(design.specification.covariance, "small_sample", None) in ("cr2", "cv3"):
            mostly = []
        heaviest = share.argmax(axis=0)
        if only:
            said = _listed(design, way, [(names[place], int(heaviest[place])) for place in only])
            notes.append(
                Text(
                    f"Vary in one cluster only: {said.en}. Such a clustered error is zero but for rounding and says nothing",
                    f"仅在一个聚类内有变动：{said.zh}；此时聚类标准误除舍入误差外为零，没有意义",
                )
            )
        if mostly:
            said = _listed(design, way, [(names[place], int(heaviest[place])) for place in mostly])
            size = f"{100 * float(expected[mostly].max()):.0f}"
            notes.append(
                Text(
                    f"Vary almost only in one cluster: {said.en}. Such a clustered error is expected at about "
                    f"{size}% of its true size or less; use dm.few_treated_test or dm.randomization_test",
                    f"变动几乎全部来自一个聚类：{said.zh}；此时聚类标准误平均仅约为真实值的{size}%或更小，"
                    "请改用dm.few_treated_test或dm.randomization_test",
                )
            )
    return tuple(notes)


def _listed(design: Design, way: str, found: list[tuple[str, int]]) -> Text:
    named = [(term_label(name), _cluster(design, way, code)) for name, code in found[:_LISTED]]
    more = len(found) - len(named)
    return Text(
        ", ".join(f"{label.en} ({value.en})" for label, value in named)
        + (f" and {more} more" if more else ""),
        "、".join(f"{label.zh}（{value.zh}）" for label, value in named)
        + (f"等{len(found)}项" if more else ""),
    )


def _cluster(design: Design, way: str, code: int) -> Text:
    row = int(np.argmax(design.clusters[way] == code))
    label, frame = term_label(way), design.evaluator.frame
    parts = [way] if way in frame.columns else [part.strip().strip("`") for part in way.split(":")]
    values = ", ".join(str(frame[part].iloc[design.rows[row]]) for part in parts)
    return Text(f"{label.en} = {values}", f"{label.zh}={values}")
