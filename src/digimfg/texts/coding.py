"""Samples of texts to code by hand, and how right labels are against them, by stratum."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import scipy
from numpy.typing import NDArray

from digimfg.arguments import checked
from digimfg.errors import MeasureError
from digimfg.kinds import Count, Key, NumberColumn, Seed, Share, StoredFrame
from digimfg.marks import keeps_marks
from digimfg.measures.columns import check_columns
from digimfg.notes import note_of
from digimfg.shown import shown
from digimfg.text import Text

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["LabelAccuracy", "draw_coding_sample", "label_accuracy"]

Floats = NDArray[np.float64]


@checked
@shown(Text("Accuracy of labels", "标注准确性"), first="strata")
@dataclass(frozen=True, kw_only=True, eq=False)
class LabelAccuracy:
    """Hold how right labels are.

    Parameters
    ----------
    strata
        One row per stratum, ``all`` last (strata weighted by their size): ``texts``, ``coded``,
        ``precision``, ``recall``, ``f1``, ``accuracy``, and Wilson intervals of the first two (``…_low
        …_high``; missing for ``all`` where strata are weighted).
    notes
        What a reader must know.
    """

    strata: pd.DataFrame
    notes: tuple[Text, ...]


@checked
def draw_coding_sample(
    frame: StoredFrame, per_stratum: Count, *, stratum: Key | None = None, seed: Seed = 0
) -> pd.DataFrame:
    """Draw texts to code by hand, at random within strata: the same texts whatever the order of the rows.

    Parameters
    ----------
    frame
        One row per text; a text is known by all that stands in its row, so that a column more or less gives
        another draw.
    per_stratum
        How many of each; all of a smaller one.
    stratum
        Column: label of the model, year, industry. One stratum without.
    seed
        Of the draw.

    Returns
    -------
    pandas.DataFrame
        The rows drawn, in the order of the frame, with ``probability`` of having been drawn.

    Raises
    ------
    MeasureError
        If a stratum is missing on a row, or the column ``probability`` is there already.

    Examples
    --------
    >>> import pandas as pd
    >>> texts = pd.DataFrame({"text": list("abcdef"), "label": [0, 0, 0, 0, 1, 1]})
    >>> draw_coding_sample(texts, 2, stratum="label", seed=1)["probability"].tolist()
    [0.5, 0.5, 1.0, 1.0]
    """
    import pandas as pd

    if "probability" in frame or (stratum is not None and frame[stratum].isna().any()) or not len(frame):
        raise MeasureError.of(
            "texts.sample_to_code", n=len(frame), names=[str(name) for name in frame.columns[:10]]
        )
    codes = pd.factorize(frame[stratum], sort=True)[0] if stratum is not None else np.zeros(len(frame), int)
    contents = pd.util.hash_pandas_object(frame, index=False).to_numpy()
    rng = np.random.default_rng(seed)
    chosen, probability = [], np.zeros(len(frame))
    for code in range(int(codes.max()) + 1):
        rows = np.flatnonzero(codes == code)
        rows = rows[np.argsort(contents[rows], kind="stable")]
        size = min(per_stratum, len(rows))
        chosen.append(rng.choice(rows, size=size, replace=False))
        probability[rows] = size / len(rows)
    places = np.sort(np.concatenate(chosen))
    return frame.iloc[places].assign(probability=probability[places])


@checked
@keeps_marks
def label_accuracy(
    frame: pd.DataFrame,
    label: NumberColumn,
    coded: NumberColumn,
    *,
    stratum: Key | None = None,
    level: Share = 0.95,
    threshold: Share = 0.5,
) -> LabelAccuracy:
    """Return precision and recall of labels against hand codes, by stratum and weighted over all.

    Parameters
    ----------
    frame
        One row per text, coded or not.
    label
        Labels of every text: 0 and 1, or probabilities that are cut at `threshold`.
    coded
        Hand codes, 0 and 1; missing where nobody coded.
    stratum
        Within which texts to code were drawn at random.
    level
        Of Wilson's (1927) intervals.
    threshold
        Of probabilities.

    Raises
    ------
    MeasureError
        If a label is missing, a code is not 0 or 1, or a stratum has no coded text.

    Notes
    -----
    Drawn by stratum, the sample does not have the shares of the texts: over all, every coded text stands for
    as many as its stratum has per coded one.

    Examples
    --------
    >>> import pandas as pd
    >>> texts = pd.DataFrame({"label": [1, 1, 0, 0], "coded": [1, 0, 0, None]})
    >>> label_accuracy(texts, "label", "coded").strata.loc["all", ["precision", "recall"]].tolist()
    [0.5, 1.0]
    """
    import pandas as pd

    check_columns(frame, [label, coded, *([stratum] if stratum else [])])
    guess = frame[label].to_numpy(dtype=np.float64, na_value=np.nan)
    code = frame[coded].to_numpy(dtype=np.float64, na_value=np.nan)
    seen = ~np.isnan(code)
    groups = frame[stratum].astype(str).to_numpy() if stratum else np.full(len(frame), "all")
    names = list(dict.fromkeys(np.sort(groups).tolist()))
    lacking = [name for name in names if not seen[groups == name].any()]
    if np.isnan(guess).any() or not np.isin(code[seen], (0, 1)).all() or lacking:
        raise MeasureError.of(
            "texts.labels_or_codes_lacking",
            label=label,
            coded=coded,
            n=int(np.isnan(guess).sum()),
            lacking=lacking,
        )
    yes = guess >= threshold
    rows: dict[str, dict[str, float]] = {}
    for name in names if stratum else []:
        rows[name] = _rates(yes, code, seen & (groups == name), np.ones(len(frame)), groups == name, level)
    weight = np.zeros(len(frame))
    for name in names:
        inside = groups == name
        weight[inside] = inside.sum() / (inside & seen).sum()
    rows["all"] = _rates(
        yes, code, seen, weight, np.ones(len(frame), dtype=bool), level if not stratum else None
    )
    return LabelAccuracy(
        strata=pd.DataFrame(rows).T.rename_axis("stratum"),
        notes=(note_of("texts.coded", n=int(seen.sum()), total=len(frame)),),
    )


def _rates(
    yes: NDArray[np.bool_],
    code: Floats,
    rows: NDArray[np.bool_],
    weight: Floats,
    whole: NDArray[np.bool_],
    level: float | None,
) -> dict[str, float]:
    said, true, w = yes[rows], code[rows] == 1, weight[rows]
    hit = float(w[said & true].sum())
    positive, actual = float(w[said].sum()), float(w[true].sum())
    precision = hit / positive if positive else np.nan
    recall = hit / actual if actual else np.nan
    both = precision + recall
    found = {
        "texts": float(whole.sum()),
        "coded": float(rows.sum()),
        "precision": precision,
        "recall": recall,
        "f1": 2 * precision * recall / both if both and both > 0 else np.nan,
        "accuracy": float(w[said == true].sum() / w.sum()),
    }
    for name, share, n in (("precision", precision, positive), ("recall", recall, actual)):
        low, high = _wilson(share, n, level) if level is not None else (np.nan, np.nan)
        found[f"{name}_low"], found[f"{name}_high"] = low, high
    return found


def _wilson(share: float, n: float, level: float) -> tuple[float, float]:
    if not n:
        return np.nan, np.nan
    z = float(scipy.stats.norm.ppf((1 + level) / 2))
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * np.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return float(middle - half), float(middle + half)
