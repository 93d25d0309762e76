"""Agreement of coders: Krippendorff's alpha and Cohen's kappa."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Literal

import numpy as np
from numpy.typing import NDArray

from digimfg.arguments import checked
from digimfg.errors import MeasureError
from digimfg.kinds import ColumnOf, Differing, DrawsOrNone, Entries, Seed, Share
from digimfg.marks import keeps_marks
from digimfg.notes import note_of
from digimfg.shown import shown
from digimfg.text import Text

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["CoderAgreement", "coder_agreement"]

Floats = NDArray[np.float64]


@checked
@shown(Text("Agreement of coders", "编码一致性"), first="summary")
@dataclass(frozen=True, kw_only=True, eq=False)
class CoderAgreement:
    """Hold the agreement of coders.

    Parameters
    ----------
    summary
        One row (``alpha``): ``estimate``, ``lower``, ``upper`` (missing without draws), ``texts`` that two
        coders or more coded, ``codes`` among them.
    pairs
        One row per pair of coders: ``texts``, ``agreement`` (share) and ``kappa`` (Cohen's).
    notes
        What a reader must know.
    """

    summary: pd.DataFrame
    pairs: pd.DataFrame
    notes: tuple[Text, ...]


@checked
@keeps_marks
def coder_agreement(
    frame: pd.DataFrame,
    coders: Annotated[Sequence[str], ColumnOf("keys"), Entries(2), Differing()],
    *,
    scale: Literal["nominal", "interval"] = "nominal",
    draws: DrawsOrNone = 1_000,
    level: Share = 0.95,
    seed: Seed = 0,
) -> CoderAgreement:
    r"""Return Krippendorff's :math:`\alpha=1-D_o/D_e` of coders, with a bootstrap over texts, and Cohen's
    kappa of every pair.

    :math:`D_o` is the mean disagreement within texts, :math:`D_e` that of all codes thrown together; of
    nominal codes 1 where they differ, of interval codes the squared difference (Krippendorff 2011; Cohen
    1960, doi:10.1177/001316446002000104).

    Parameters
    ----------
    frame
        One row per text.
    coders
        One column per coder; missing where a coder has not coded the text.
    scale
        Of the codes.
    draws, level, seed
        Of the bootstrap.

    Raises
    ------
    MeasureError
        If fewer than two texts have two codes, all codes are the same, or interval codes are no numbers.

    Examples
    --------
    >>> import pandas as pd
    >>> coded = pd.DataFrame({"a": [1, 1, 0, 0, 1], "b": [1, 1, 0, 1, 1]})
    >>> coder_agreement(coded, ["a", "b"], draws=0).summary["estimate"].round(3).tolist()
    [0.571]
    """
    import pandas as pd

    names = list(coders)
    codes, values = pd.factorize(frame[names].to_numpy().ravel(), sort=True)
    table = codes.reshape(len(frame), len(names))
    table = table[(table >= 0).sum(axis=1) >= 2]
    if len(table) < 2 or len(np.unique(table[table >= 0])) < 2:
        raise MeasureError.of(
            "texts.too_few_coded_texts", names=names, n=len(table), k=len(np.unique(table[table >= 0]))
        )
    distance = _distances(values, scale, names)
    alpha = _alpha(table, distance)
    rng = np.random.default_rng(seed)
    drawn = [_alpha(table[rng.integers(0, len(table), len(table))], distance) for _ in range(draws)]
    ends = np.nanquantile(drawn, [(1 - level) / 2, (1 + level) / 2]) if draws else (np.nan, np.nan)
    summary = pd.DataFrame(
        {
            "estimate": [alpha],
            "lower": [ends[0]],
            "upper": [ends[1]],
            "texts": [len(table)],
            "codes": [int((table >= 0).sum())],
        },
        index=pd.Index(["alpha"], name="measure"),
    )
    rows = {
        (names[a], names[b]): _pair(table[:, a], table[:, b])
        for a in range(len(names))
        for b in range(a + 1, len(names))
    }
    pairs = pd.DataFrame(rows, index=["texts", "agreement", "kappa"]).T
    return CoderAgreement(
        summary=summary,
        pairs=pairs.rename_axis(["coder", "other"]),
        notes=_notes(len(frame) - len(table), draws),
    )


def _distances(values: Any, scale: str, names: list[str]) -> Floats:
    if scale == "nominal":
        return 1.0 - np.eye(len(values))
    try:
        numbers = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError):
        raise MeasureError.of(
            "texts.distances_not_numbers", names=names, first=[str(value) for value in values[:3]]
        ) from None
    out: Floats = (numbers[:, None] - numbers[None, :]) ** 2
    return out


def _alpha(table: NDArray[Any], distance: Floats) -> float:
    k = len(distance)
    coincidence = np.zeros((k, k))
    counts = np.zeros((len(table), k))
    for column in table.T:
        known = column >= 0
        counts[np.flatnonzero(known), column[known]] += 1
    size = counts.sum(axis=1)
    weighted = counts / (size - 1)[:, None]
    coincidence = weighted.T @ counts - np.diag((weighted).sum(axis=0))
    total = coincidence.sum(axis=1)
    n = total.sum()
    observed = float((coincidence * distance).sum() / n)
    expected = float((np.outer(total, total) * distance).sum() / (n * (n - 1)))
    return 1 - observed / expected if expected > 0 else float("nan")


def _pair(one: NDArray[Any], other: NDArray[Any]) -> tuple[float, float, float]:
    both = (one >= 0) & (other >= 0)
    if not both.any():
        return 0.0, float("nan"), float("nan")
    a, b = one[both], other[both]
    agreement = float(np.mean(a == b))
    levels = np.union1d(a, b)
    chance = float(sum(np.mean(a == level) * np.mean(b == level) for level in levels))
    return float(both.sum()), agreement, (agreement - chance) / (1 - chance) if chance < 1 else float("nan")


def _notes(lost: int, draws: int) -> tuple[Text, ...]:
    notes: list[Text] = []
    if lost:
        notes.append(note_of("texts.dropped", n=lost))
    if draws:
        notes.append(note_of("texts.bootstrap", n=draws))
    return tuple(notes)
