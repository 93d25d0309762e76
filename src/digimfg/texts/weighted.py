"""Words of a dictionary weighted by how rare they are among texts: TF-IDF."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from digimfg.arguments import checked
from digimfg.errors import MeasureError
from digimfg.notes import note_of
from digimfg.shown import shown
from digimfg.text import Text
from digimfg.texts.counts import beside_keys, text_values
from digimfg.texts.dictionary import TermDictionary, load_dictionary
from digimfg.texts.matching import Overlap, find_mentions, plain_text
from digimfg.texts.rules import MentionRules

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["WeightedWords", "weigh_words"]


@checked
@shown(Text("Weighted words", "加权词频"), first="words")
@dataclass(frozen=True, kw_only=True, eq=False)
class WeightedWords:
    """Hold weighted counts of words.

    Parameters
    ----------
    frame
        One row per text: keys, one column per block, ``total``: sums of the weighted frequencies.
    words
        One row per word: ``block``, ``texts`` it occurs in, ``mentions``, ``weight`` (missing for a word that
        occurs nowhere).
    notes
        What a reader must know.
    """

    frame: pd.DataFrame
    words: pd.DataFrame
    notes: tuple[Text, ...]


@checked
def weigh_words(
    texts: pd.Series[Any] | pd.DataFrame,
    dictionary: TermDictionary | str | Path = "digital_transformation_wu2021",
    *,
    column: str = "text",
    rules: MentionRules | None = MentionRules(),  # noqa: B008  a frozen value
    overlap: Overlap = "longest",
    smooth: bool = False,
) -> WeightedWords:
    r"""Sum the frequencies of a dictionary's words, each weighted by how rare it is among the texts.

    :math:`\sum_w\frac{10^4n_{iw}}{L_i}\ln\frac{N}{N_w}` with L characters, N texts and :math:`N_w` texts that
    hold the word (Spärck Jones 1972, doi:10.1108/eb026526); smooth: :math:`\ln\frac{1+N}{1+N_w}+1`, which
    lets a word that stands in every text count.

    Parameters
    ----------
    texts, dictionary, column, rules, overlap
        As in `count_words`.
    smooth
        See above.

    Raises
    ------
    MeasureError
        As `count_words`, or if fewer than two texts are there.

    Notes
    -----
    Weights are of these texts: another sample, or one more year, has others. A measure of change over years
    takes weights of all years together.

    Examples
    --------
    >>> import pandas as pd
    >>> reports = pd.Series(["大数据大数据", "区块链与大数据", "无"])
    >>> weigh_words(reports).words.query("texts > 0")[["texts", "weight"]].round(3).values.tolist()
    [[1.0, 1.099], [2.0, 0.405]]
    """
    import pandas as pd

    known = dictionary if isinstance(dictionary, TermDictionary) else load_dictionary(dictionary)
    keys, values = text_values(texts, column)
    words = [(word, block.name) for block in known.blocks for word in block.words]
    counts = np.full((len(values), len(words)), np.nan)
    length = np.full(len(values), np.nan)
    for row, value in enumerate(values):
        if value is None:
            continue
        plain = plain_text(value)
        counts[row] = 0
        for mention in find_mentions(plain, known, rules, overlap):
            counts[row, mention.word] += mention.status == "counted"
        length[row] = len(plain) - plain.count(" ") - plain.count("\n")
    there = ~np.isnan(length)
    n = int(there.sum())
    if n < 2:
        raise MeasureError.of("texts.one_text", n=n)
    holding = (counts[there] > 0).sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        weight = np.log((1 + n) / (1 + holding)) + 1 if smooth else np.log(n / holding)
        frequency = 1e4 * counts / np.where(length > 0, length, np.nan)[:, None]
    weight = np.where(holding > 0, weight, np.nan)
    weighted = frequency * np.where(holding > 0, weight, 0.0)
    names = [block.name for block in known.blocks]
    of = np.array([names.index(block) for _, block in words])
    sums = {name: weighted[:, of == place].sum(axis=1) for place, name in enumerate(names)}
    table = pd.DataFrame(
        {
            "block": [block for _, block in words],
            "texts": holding.astype(np.float64),
            "mentions": counts[there].sum(axis=0),
            "weight": weight,
        },
        index=pd.Index([word for word, _ in words], name="word"),
    )
    frame = pd.DataFrame({**sums, "total": weighted.sum(axis=1)}, index=keys.index)
    return WeightedWords(
        frame=beside_keys(keys, frame),
        words=table.sort_values(["texts", "mentions"], kind="stable") if len(table) else table,
        notes=_notes(known, n, len(values) - n, int((holding == n).sum()), smooth),
    )


def _notes(known: TermDictionary, n: int, missing: int, everywhere: int, smooth: bool) -> tuple[Text, ...]:
    notes: list[Text] = [note_of("texts.weights", title=known.title, version=known.version, n=n)]
    if missing:
        notes.append(note_of("texts.missing", n=missing))
    if everywhere and not smooth:
        notes.append(note_of("texts.everywhere", n=everywhere))
    return tuple(notes)
