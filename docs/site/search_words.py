"""Cut texts into what the site's search finds: Latin words, and pairs of neighbouring Chinese characters."""

from __future__ import annotations

import re

__all__ = ["pairs"]

_RUN = re.compile(r"[\u3400-\u9fff]+|[^\W\d_\u3400-\u9fff][^\W\u3400-\u9fff]*|\d[\w.]*")


def pairs(text: str) -> list[str]:
    """Return the words of a text: Latin words as they are, each pair of neighbouring Chinese characters.

    Examples
    --------
    >>> pairs("数字经济 and TFP")
    ['数字', '字经', '经济', 'and', 'TFP']
    """
    found: list[str] = []
    for run in _RUN.findall(text):
        if "\u3400" <= run[0] <= "\u9fff":
            found += [run[at : at + 2] for at in range(len(run) - 1)] or [run]
        else:
            found.append(run)
    return found
