"""Count a dictionary's words in texts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from digimfg.arguments import checked
from digimfg.errors import MeasureError
from digimfg.measures.measurement import Measurement
from digimfg.notes import note_of
from digimfg.text import Text
from digimfg.texts.dictionary import TermDictionary, load_dictionary
from digimfg.texts.matching import Overlap, find_mentions, plain_text
from digimfg.texts.rules import MentionRules

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

__all__ = ["beside_keys", "count_notes", "count_words", "find_words", "text_values"]

_CONTEXT = 20


@checked
def count_words(
    texts: pd.Series[Any] | pd.DataFrame,
    dictionary: TermDictionary | str | Path = "digital_transformation_wu2021",
    *,
    column: str = "text",
    rules: MentionRules | None = MentionRules(),  # noqa: B008  a frozen value
    overlap: Overlap = "longest",
) -> Measurement:
    """Count the words of a dictionary in texts, by block.

    A mention counts unless it is denied ("没有开展区块链业务") or is somebody else's ("客户采用云计算"), see
    `MentionRules`. The measure of the literature is ``per_10k_characters``, or the counts themselves in
    `Poisson`; ln(1 + count) depends on the unit of the count (Chen and Roth 2024, Quarterly Journal of
    Economics, doi:10.1093/qje/qjad054).

    Parameters
    ----------
    texts
        Texts, one a row: a Series, or a frame whose other columns are keys (firm, year).
    dictionary
        Name of a shipped one, path of a TOML file, or the value itself.
    column
        The frame's column of texts.
    rules
        Which mentions are set aside; ``None`` counts all.
    overlap
        ``"longest"``: where words overlap, the leftmost and longest counts once (移动互联网 is not also
        移动互联); ``"all"``: each counts, as a plain search for one word after the other does.

    Returns
    -------
    Measurement
        ``frame``: keys (or the Series' index), one column of counts per block, ``total``, ``denied``,
        ``other``, ``characters`` (blanks left out), ``per_10k_characters`` = 10⁴ · total / characters. A
        missing text has missing counts; an empty one counts zero and has no frequency. The ``characters`` of
        `report_section` give way to these. ``statistics``:
        ``n_texts n_missing n_denied n_other``.

    Raises
    ------
    MeasureError
        If there is no such column, a text is no string, an option is unknown, or a key is named as a column
        of counts.

    Examples
    --------
    >>> import pandas as pd
    >>> reports = pd.Series(["公司运用大数据与云计算。", "公司没有涉足区块链。", "客户采用人工智能。"])
    >>> count_words(reports).frame[["big_data", "cloud_computing", "blockchain", "total", "denied",
    ...     "other"]].values.tolist()
    [[1, 1, 0, 2, 0, 0], [0, 0, 0, 0, 1, 0], [0, 0, 0, 0, 0, 1]]
    """
    import pandas as pd

    known = dictionary if isinstance(dictionary, TermDictionary) else load_dictionary(dictionary)
    keys, values = text_values(texts, column)
    names = [block.name for block in known.blocks]
    block_of = [place for place, block in enumerate(known.blocks) for _ in block.words]
    rows: list[list[int | None]] = []
    for value in values:
        if value is None:
            rows.append([None] * (len(names) + 3))
            continue
        plain = plain_text(value)
        counts, aside = [0] * len(names), {"denied": 0, "other": 0}
        for mention in find_mentions(plain, known, rules, overlap):
            if mention.status == "counted":
                counts[block_of[mention.word]] += 1
            else:
                aside[mention.status] += 1
        characters = len(plain) - plain.count(" ") - plain.count("\n")
        rows.append([*counts, aside["denied"], aside["other"], characters])
    frame = pd.DataFrame(
        rows, columns=[*names, "denied", "other", "characters"], index=keys.index, dtype="Int64"
    )
    frame.insert(len(names), "total", frame[names].sum(axis=1, skipna=False))
    measured = frame["characters"].where(frame["characters"] > 0).astype("Float64")
    frame["per_10k_characters"] = (frame["total"] * 10_000 / measured).astype("Float64")
    missing = int(frame["characters"].isna().sum())
    if not missing:
        frame = frame.astype(dict.fromkeys([*names, "total", "denied", "other", "characters"], "int64"))
    statistics = {
        "n_texts": float(len(frame)),
        "n_missing": float(missing),
        "n_denied": float(frame["denied"].sum()),
        "n_other": float(frame["other"].sum()),
    }
    return Measurement(
        frame=beside_keys(keys.drop(columns="characters", errors="ignore"), frame),
        statistics=statistics,
        notes=count_notes(known, rules, overlap, statistics),
    )


@checked
def find_words(
    text: str,
    dictionary: TermDictionary | str | Path = "digital_transformation_wu2021",
    *,
    rules: MentionRules | None = MentionRules(),  # noqa: B008  a frozen value
    overlap: Overlap = "longest",
) -> pd.DataFrame:
    """Return every mention in one text with its context, to read and judge.

    Returns
    -------
    pandas.DataFrame
        Columns ``word block status start before after``; ``status`` is ``"counted"``, ``"denied"`` or
        ``"other"``; ``start`` is the place in the plain text (`count_words` searches without the blanks
        within Chinese); ``before`` and ``after`` are the neighbouring 20 characters.

    Raises
    ------
    MeasureError
        If the text is no string, or an option is unknown.

    Examples
    --------
    >>> find_words("公司尚未开展区块链业务，但大数据平台已上线。")[["word", "status"]].values.tolist()
    [['区块链', 'denied'], ['大数据', 'counted']]
    """
    import pandas as pd

    known = dictionary if isinstance(dictionary, TermDictionary) else load_dictionary(dictionary)
    if not isinstance(text, str):
        raise _no_text(Text("the text", "文本"), type(text).__name__)
    words = [(word, block.name) for block in known.blocks for word in block.words]
    plain = plain_text(text)
    rows = [
        (
            *words[each.word],
            each.status,
            each.start,
            plain[max(0, each.start - _CONTEXT) : each.start],
            plain[each.end : each.end + _CONTEXT],
        )
        for each in find_mentions(plain, known, rules, overlap)
    ]
    return pd.DataFrame(rows, columns=["word", "block", "status", "start", "before", "after"])


def text_values(texts: pd.Series[Any] | pd.DataFrame, column: str) -> tuple[pd.DataFrame, list[str | None]]:
    """Return the keys beside texts, and the texts; missing ones are ``None``.

    Raises
    ------
    MeasureError
        If there is no such column, or a text is no string.
    """
    import pandas as pd

    if isinstance(texts, pd.Series):
        series, keys = texts, pd.DataFrame(index=texts.index)
    elif isinstance(texts, pd.DataFrame) and column in texts.columns:
        series, keys = texts[column], texts.drop(columns=column)
    else:
        columns = ", ".join(map(str, getattr(texts, "columns", ()))) or type(texts).__name__
        raise MeasureError.of("texts.not_texts", got=columns, column=column)
    values = [None if value is None or value is pd.NA else value for value in series.tolist()]
    values = [None if isinstance(value, float) and value != value else value for value in values]
    for place, value in zip(series.index, values, strict=True):
        if value is not None and not isinstance(value, str):
            raise _no_text(note_of("texts.text_at_index", place=repr(place)), repr(value)[:60])
    return keys, values


def beside_keys(keys: pd.DataFrame, made: pd.DataFrame) -> pd.DataFrame:
    """Return what was made of texts beside their keys.

    Raises
    ------
    MeasureError
        If a key is named as a column that was made.
    """
    import pandas as pd

    twice = [str(name) for name in keys.columns if name in set(made.columns)]
    if twice:
        raise MeasureError.of("texts.column_names_taken", names=twice)
    return pd.concat([keys, made], axis=1)


def _no_text(where: Text, got: str) -> MeasureError:
    return MeasureError.of("texts.not_a_text", where=where, got=got)


def count_notes(
    dictionary: TermDictionary, rules: MentionRules | None, overlap: Overlap, found: Mapping[str, float]
) -> tuple[Text, ...]:
    """Return what a reader of counts must know."""
    first = note_of(
        "texts.version_of_dictionary",
        title=dictionary.title,
        version=dictionary.version,
        source=dictionary.source,
    )
    denied, other, missing = (int(found[name]) for name in ("n_denied", "n_other", "n_missing"))
    second = (
        Text("every mention counts, denied ones too", "全部出现均计入（含否定表述）")
        if rules is None
        else note_of("texts.mentions_set_aside", denied=denied, other=other)
    )
    notes: list[Text] = [first, second]
    if overlap == "all":
        notes.append(Text("overlapping words all count", "重叠的词分别计数"))
    if missing:
        notes.append(note_of("texts.texts_missing", missing=missing))
    return tuple(notes)
