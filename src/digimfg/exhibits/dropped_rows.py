"""Sum up, in one sentence below a table, which rows each column left out and why."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from digimfg.exhibits.notes import column_list
from digimfg.text import Text

__all__ = ["dropped_rows"]

# As `build_design` writes its notes.
_ENGLISH = re.compile(r"Dropped (?P<count>[\d,]+) rows: (?P<reason>.+)")
_CHINESE = re.compile(r"剔除 (?P<count>[\d,]+) 行：(?P<reason>.+)")


def dropped_rows(notes: Sequence[Sequence[Text]]) -> tuple[list[Text], list[tuple[Text, ...]]]:
    """Return one sentence on dropped rows (none if no row was dropped), and each column's other notes.

    A count stands with the columns that share it, bare where all do.

    Parameters
    ----------
    notes
        The notes of each column's result.

    Examples
    --------
    >>> note = Text("Dropped 12 rows: missing robots", "剔除 12 行：机器人缺失")
    >>> dropped_rows([[note], []])[0]
    [Text(en='Rows dropped: missing robots: 12 in (1)', zh='剔除观测：机器人缺失：(1)列12行')]
    """
    counts: dict[Text, dict[int, str]] = {}
    others: list[tuple[Text, ...]] = []
    for column, said in enumerate(notes):
        rest = []
        for note in said:
            english, chinese = _ENGLISH.fullmatch(note.en), _CHINESE.fullmatch(note.zh)
            if english is None or chinese is None:
                rest.append(note)
            else:
                reason = Text(english["reason"], chinese["reason"])
                counts.setdefault(reason, {})[column] = english["count"]
        others.append(tuple(rest))
    if not counts:
        return [], others
    phrases = [_phrase(reason, found, len(notes)) for reason, found in counts.items()]
    return [
        Text(
            "Rows dropped: " + "; ".join(phrase.en for phrase in phrases),
            "剔除观测：" + "；".join(phrase.zh for phrase in phrases),
        )
    ], others


def _phrase(reason: Text, found: Mapping[int, str], n_columns: int) -> Text:
    shared: dict[str, list[int]] = {}
    for column, count in found.items():
        shared.setdefault(count, []).append(column)
    if len(shared) == 1 and len(found) == n_columns:
        count = next(iter(shared))
        return Text(f"{reason.en}: {count}", f"{reason.zh}：{count}行")
    english = ", ".join(f"{count} in {column_list(columns)}" for count, columns in shared.items())
    chinese = "、".join(
        f"{column_list(columns).replace(', ', '、')}列{count}行" for count, columns in shared.items()
    )
    return Text(f"{reason.en}: {english}", f"{reason.zh}：{chinese}")
