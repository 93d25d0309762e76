"""Suggest which known names a misprinted one may stand for."""

from __future__ import annotations

import difflib
from functools import cache

from digimfg.importing.cells import clean_text
from digimfg.variables.china_places import CITIES, PROVINCES
from digimfg.variables.country_names import display_names
from digimfg.variables.industries import MANUFACTURING_INDUSTRIES
from digimfg.variables.unit_names import known_names

__all__ = ["nearest_names"]

_LIKE_ENOUGH = 0.45
_TIE = 0.05


def nearest_names(key: str, value: str, most: int = 3) -> tuple[str, ...]:
    """Return the known names most like a value: several where they are equally near, none where too many are.

    Letters at their own place count more: 江两 is 江苏 or 江西, hardly 浙江.

    Examples
    --------
    >>> nearest_names("province", "江两"), nearest_names("province", "内蒙占"), nearest_names("province",
    ...     "哥谭")
    (('江苏', '江西'), ('内蒙古',), ())
    """
    text = clean_text(value).replace(" ", "").casefold()
    if not text:
        return ()
    scored = sorted(
        ((_likeness(text, name.replace(" ", "").casefold()), name) for name in _shown_names(key)),
        key=lambda pair: (-pair[0], pair[1]),
    )
    if not scored or scored[0][0] < _LIKE_ENOUGH:
        return ()
    near = [name for score, name in scored if score >= scored[0][0] - _TIE]
    return tuple(near) if len(near) <= most else ()


@cache
def _shown_names(key: str) -> tuple[str, ...]:
    if key == "province":
        return tuple(name for names in PROVINCES.values() for name in names[1:])
    if key == "city":
        return tuple(CITIES.values())
    if key == "industry":
        return tuple(MANUFACTURING_INDUSTRIES.values())
    if key == "country":
        return display_names()
    return tuple(known_names(key))


def _likeness(text: str, name: str) -> float:
    text, bare = text.removesuffix("市"), name.removesuffix("市")
    if not text or not bare:
        return 0.0
    same = sum(first == second for first, second in zip(text, bare, strict=False)) / max(len(text), len(bare))
    return 0.5 * same + 0.5 * difflib.SequenceMatcher(None, text, bare).ratio()
