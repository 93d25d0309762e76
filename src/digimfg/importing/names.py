"""Names to codes: provinces and cities of China, countries, industries, firms."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from digimfg.spelling import clean_text
from digimfg.variables.unit_names import NAMED_KEYS, code_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["resolve_names"]

_MARKET = re.compile(r"^(?:sz|sh|bj)[.:]?(?=\d{6}$)|(?<=\d)\.(?:sz|sh|bj|ss|xshe|xshg)$", re.IGNORECASE)
_DIGITS = 6
_LISTED_ELSEWHERE = re.compile(r"^\d{4,5}\.hk$|\.[a-z]{1,2}$", re.IGNORECASE)


def resolve_names(
    key: str,
    values: Iterable[object],
    given: Mapping[str, str],
    *,
    stock: bool = False,
) -> dict[object, str | None]:
    """Return the code of each distinct value of a key; ``None`` where there is none.

    Parameters
    ----------
    key
        ``"province"``, ``"city"``, ``"country"``, ``"industry"`` by code or name; any other key keeps its
        text.
    values
        Codes, full or short names, former names.
    given
        Names of the mapping → code or known name; they come first.
    stock
        Whether a header says that firms are named by their stock codes.
    """
    distinct = dict.fromkeys(values)
    cleaned = {value: clean_text(value).replace(" ", "") for value in distinct}
    own = {clean_text(name).replace(" ", ""): clean_text(code) for name, code in given.items()}
    if key == "firm":
        return _firms({value: own.get(text, text).replace(" ", "") for value, text in cleaned.items()}, stock)
    if key not in NAMED_KEYS:
        return {value: own.get(text, text) or None for value, text in cleaned.items()}
    return {value: code_of(key, own.get(text, clean_text(value))) for value, text in cleaned.items()}


def _firms(texts: Mapping[object, str], told: bool) -> dict[object, str | None]:
    """Take off markets and quotation marks, and fill stock codes up to six digits: a shorter one lost its
    zeros.

    Codes are those of stocks where the header says so or one has six digits; a firm "7" of other data stays
    "7".
    """
    if all(len(text) == _DIGITS and text.isascii() and text.isdigit() for text in texts.values()):
        return {**texts}
    stripped = {value: _MARKET.sub("", text.strip("'\u2018\u2019`")) for value, text in texts.items()}
    codes = [text for text in stripped.values() if text]
    stock = (told or any(re.fullmatch(r"\d{6}", text) for text in codes)) and all(
        re.fullmatch(r"\d{1,6}", text) or _LISTED_ELSEWHERE.search(text) for text in codes
    )
    return {
        value: (text.zfill(6) if stock and text.isdigit() else text) or None
        for value, text in stripped.items()
    }
