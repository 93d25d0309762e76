"""Words near seed words: candidates for a dictionary, shown with what speaks for them, taken by a person."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
from numpy.typing import NDArray

from digimfg.arguments import checked
from digimfg.errors import MeasureError
from digimfg.kinds import AtLeast, Count, Differing, Entries
from digimfg.notes import note_of
from digimfg.shown import shown
from digimfg.text import Text
from digimfg.texts.counts import text_values
from digimfg.texts.matching import plain_text
from digimfg.texts.own import vectors_of

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["SeedExpansion", "expand_seeds"]

Floats = NDArray[np.float64]

_SENTENCES = re.compile(r"[。！？；;!?\n]+")
_CHINESE = re.compile(r"[一-鿿]+")
_AROUND = 12
_IDLE = frozenset("的了是在和与及或等对为以于将并其该这那有无中上下年月日不也而被由从到之所各个一")


@checked
@shown(Text("Candidates near seed words", "种子词扩展候选"), first="candidates")
@dataclass(frozen=True, kw_only=True, eq=False)
class SeedExpansion:
    """Hold candidates for a dictionary.

    Parameters
    ----------
    candidates
        One row per word, best first: ``score``, the ``seed_word`` it is nearest to, ``texts`` and
        ``mentions`` that hold it, ``together`` (sentences with that seed), and an ``example``.
    notes
        What a reader must know.
    """

    candidates: pd.DataFrame
    notes: tuple[Text, ...]


@checked
def expand_seeds(
    texts: pd.Series[Any] | pd.DataFrame,
    seeds: Annotated[Sequence[str], Entries(1), Differing()],
    *,
    column: str = "text",
    candidates: Sequence[str] | None = None,
    segment: Callable[[str], Sequence[str]] | None = None,
    embedder: Callable[[Sequence[str]], Any] | None = None,
    cache: Path | str | None = None,
    version: str = "",
    longest: Annotated[int, AtLeast(2)] = 6,
    least_texts: Count = 2,
    top: Count = 50,
) -> SeedExpansion:
    r"""Rank words by how near they are to seed words, for a person to take or leave.

    Without an embedder by normalised pointwise mutual information of standing in one sentence,
    :math:`\ln\frac{p(w,s)}{p(w)p(s)}/(-\ln p(w,s))` (Bouma 2009), the largest over seeds; with one, by the
    cosine of its vectors.

    Parameters
    ----------
    texts, column
        As in `count_words`.
    seeds
        Words that belong to the dictionary.
    candidates
        Words to rank. By default those that `segment` makes, else runs of two to `longest` Chinese characters
        that hold together: at least as frequent as chance makes of any two parts, and not a part of one
        longer run alone.
    segment
        Your own tokeniser, such as ``jieba.lcut``.
    embedder, cache, version
        As in `text_similarity`.
    longest, least_texts, top
        Of runs of characters; texts a candidate is in; candidates shown.

    Raises
    ------
    MeasureError
        If no seed is in the texts (without an embedder), or there is no candidate.

    Examples
    --------
    >>> import pandas as pd
    >>> reports = pd.Series(["建设数据中台与云计算平台。深耕主业。", "云计算依托数据中台。深耕主业。"])
    >>> expand_seeds(reports, ["云计算"], candidates=["数据中台", "深耕主业"]).candidates.index.tolist()
    ['数据中台']
    """
    import pandas as pd

    _, values = text_values(texts, column)
    plain = [plain_text(value) for value in values if value is not None]
    wanted = [plain_text(seed) for seed in seeds]
    words = _candidates(plain, candidates, segment, longest, least_texts)
    words = [word for word in words if word not in wanted]
    sentences = [sentence for text in plain for sentence in _SENTENCES.split(text) if sentence]
    holds = {
        word: {place for place, each in enumerate(sentences) if word in each} for word in (*wanted, *words)
    }
    in_texts = {word: sum(word in text for text in plain) for word in words}
    words = [word for word in words if in_texts[word] >= least_texts]
    if not words or (embedder is None and not any(holds[seed] for seed in wanted)):
        raise MeasureError.of(
            "texts.no_seeds_in_texts", words=len(words), seeds=[seed for seed in wanted if holds[seed]]
        )
    scores = (
        np.array([[_npmi(holds[word], holds[seed], len(sentences)) for seed in wanted] for word in words])
        if embedder is None
        else _cosines(
            vectors_of(words, embedder, cache, version), vectors_of(wanted, embedder, cache, version)
        )
    )
    nearest = scores.argmax(axis=1)
    best = scores.max(axis=1)
    order = sorted(range(len(words)), key=lambda place: (-round(float(best[place]), 12), words[place]))
    kept = [place for place in order if np.isfinite(best[place]) and best[place] > 0][:top]
    rows = [
        {
            "word": words[place],
            "score": float(best[place]),
            "seed_word": wanted[int(nearest[place])],
            "texts": in_texts[words[place]],
            "mentions": sum(text.count(words[place]) for text in plain),
            "together": len(holds[words[place]] & holds[wanted[int(nearest[place])]]),
            "example": _example(words[place], holds[words[place]], sentences),
        }
        for place in kept
    ]
    names = ["word", "score", "seed_word", "texts", "mentions", "together", "example"]
    return SeedExpansion(
        candidates=pd.DataFrame(rows, columns=names).set_index("word"),
        notes=_notes(len(words), len(kept), embedder is not None),
    )


def _candidates(
    plain: Sequence[str],
    given: Sequence[str] | None,
    segment: Callable[[str], Sequence[str]] | None,
    longest: int,
    least: int,
) -> list[str]:
    if given is not None:
        return list(dict.fromkeys(plain_text(word) for word in given if word.strip()))
    if segment is not None:
        found = {str(word).strip() for text in plain for word in segment(text)}
        return sorted(word for word in found if len(word) >= 2 and not word.isdigit())
    return _runs(plain, longest, least)


def _runs(plain: Sequence[str], longest: int, least: int) -> list[str]:
    """Return runs of characters that hold together and are not a part of one longer run alone."""
    counts: Counter[str] = Counter()
    for text in plain:
        for run in _CHINESE.findall(text):
            for size in range(1, longest + 1):
                counts.update(run[at : at + size] for at in range(len(run) - size + 1))
    total = sum(count for word, count in counts.items() if len(word) == 1)
    found = []
    inside: dict[str, int] = {}
    for word, count in counts.items():
        if len(word) > 2:
            for part in (word[1:], word[:-1]):
                inside[part] = max(inside.get(part, 0), count)
    for word, count in counts.items():
        if len(word) < 2 or count < max(least, 2) or word[0] in _IDLE or word[-1] in _IDLE:
            continue
        if inside.get(word, 0) >= count:
            continue
        chance = max(counts[word[:at]] * counts[word[at:]] / total for at in range(1, len(word)))
        if count > 2 * chance:
            found.append(word)
    return sorted(found)


def _npmi(one: set[int], other: set[int], total: int) -> float:
    both = len(one & other)
    if not both or not one or not other:
        return float("-inf")
    share = both / total
    if share == 1:
        return 0.0
    return float(np.log(share * total * total / (len(one) * len(other))) / -np.log(share))


def _cosines(one: Floats, other: Floats) -> Floats:
    scaled = [rows / np.linalg.norm(rows, axis=1, keepdims=True) for rows in (one, other)]
    out: Floats = scaled[0] @ scaled[1].T
    return out


def _example(word: str, places: set[int], sentences: Sequence[str]) -> str:
    if not places:
        return ""
    text = sentences[min(places)]
    at = text.index(word)
    return text[max(0, at - _AROUND) : at + len(word) + _AROUND]


def _notes(n: int, kept: int, embedded: bool) -> tuple[Text, ...]:
    how = (
        Text("cosine of the embedder's vectors", "嵌入向量的余弦")
        if embedded
        else Text("normalised mutual information within sentences", "句内归一化点互信息")
    )
    return (note_of("texts.candidates", kept=kept, n=n, how=how),)
