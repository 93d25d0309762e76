"""Who a firm is: codes in one form, over changes of code and name; years of reports; numbers as written."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from digimfg.errors import MeasureError

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["alike", "firm_code", "firm_codes", "marked_special", "report_years", "written_numbers"]

Floats = NDArray[np.float64]

_MARKET = re.compile(r"^(\d{1,6})(?:\.(?:SZ|SH|BJ|XSHE|XSHG))?$", re.IGNORECASE)
_PREFIXED = re.compile(r"^(?:SZ|SH|BJ)(\d{6})$", re.IGNORECASE)
_DATE = re.compile(r"^(\d{4})[-/.年]?(\d{1,2})?(?:[-/.月]?(\d{1,2}))?(?:日)?(?:[ T].*)?$")
_SPECIAL = re.compile(r"^(?:S|N|XD|XR|DR|G)*\*?(?:S?ST|PT)", re.IGNORECASE)


def firm_code(value: object) -> str:
    """Return a code in one form: six digits for a share's, others as written.

    Examples
    --------
    >>> firm_code(1), firm_code("600000.SH"), firm_code("SZ000002"), firm_code("F-17")
    ('000001', '600000', '000002', 'F-17')
    """
    if isinstance(value, int | np.integer) or (isinstance(value, float) and value.is_integer()):
        value = str(int(value))
    text = str(value).strip().lstrip("'")
    found = _MARKET.match(text) or _PREFIXED.match(text)
    return found.group(1).zfill(6) if found else text


def firm_codes(firms: pd.Series[Any], code_changes: Mapping[str, str]) -> pd.Series[Any]:
    """Return the codes of firms, former ones replaced by those of today.

    Raises
    ------
    MeasureError
        If changes lead back to a code that changed.
    """
    changes = {firm_code(old): firm_code(new) for old, new in code_changes.items()}
    present = {old: _present(old, changes) for old in changes}
    plain = firms.map(firm_code, na_action="ignore")
    return plain.map(lambda code: present.get(code, code), na_action="ignore").astype(object)


def _present(code: str, changes: Mapping[str, str]) -> str:
    seen = [code]
    while seen[-1] in changes:
        following = changes[seen[-1]]
        if following in seen:
            raise MeasureError.of("firms.code_changed_twice", seen=seen, following=following)
        seen.append(following)
    return seen[-1]


def alike(names: pd.Series[Any]) -> pd.Series[Any]:
    """Return names without the exchange's marks, as they are compared: ST 东方 is 东方."""
    plain = names.astype("string").str.replace(r"\s", "", regex=True)
    return plain.str.replace(_SPECIAL.pattern, "", regex=True, case=False)


def marked_special(names: pd.Series[Any]) -> pd.Series[Any]:
    """Return 1 where a name carries ST, *ST or PT, 0 where not, missing where there is no name.

    Examples
    --------
    >>> import pandas as pd
    >>> marked_special(pd.Series(["*ST 东方", "PT水仙", "上海电气", None])).tolist()
    [1.0, 1.0, 0.0, nan]
    """
    plain = names.astype("string").str.replace(r"\s", "", regex=True)
    return plain.str.contains(_SPECIAL.pattern, regex=True, case=False).astype("Float64").astype("float64")


def report_years(dates: pd.Series[Any], name: str) -> tuple[Floats, NDArray[np.int64]]:
    """Return the year and the month of dates; a year alone stands for its last month.

    Raises
    ------
    MeasureError
        If a value is no date.
    """
    import pandas as pd

    if isinstance(dates.dtype, np.dtype) and dates.dtype.kind == "M":
        return dates.dt.year.to_numpy(dtype=np.float64), dates.dt.month.fillna(12).to_numpy(dtype=np.int64)
    texts = dates.map(_date_text, na_action="ignore")
    parts = texts.astype("string").str.extract(_DATE, expand=True)
    bad = texts.notna() & parts[0].isna()
    months = pd.to_numeric(parts[1], errors="coerce").fillna(12)
    bad |= (months < 1) | (months > 12)
    if bad.any():
        raise MeasureError.of(
            "firms.years_not_readable", name=name, values=[str(value) for value in dates[bad].head(3)]
        )
    years = pd.to_numeric(parts[0], errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    return years, months.to_numpy(dtype=np.int64)


def _date_text(value: object) -> str:
    if isinstance(value, float | np.floating) and float(value).is_integer():
        value = int(value)
    text = str(value).strip()
    if re.fullmatch(r"\d{8}", text):
        return f"{text[:4]}-{text[4:6]}-{text[6:]}"
    return text


def written_numbers(values: pd.Series[Any], name: str) -> Floats:
    """Return numbers, those written as text read.

    Raises
    ------
    MeasureError
        If a value is no number, with the first ones.
    """
    import pandas as pd

    if pd.api.types.is_numeric_dtype(values):
        return values.to_numpy(dtype=np.float64, na_value=np.nan)
    texts = values.map(lambda value: str(value).replace(",", "").strip(), na_action="ignore")
    texts = texts.where(~texts.isin(["", "--", "-", "—", "nan", "NaN"]))
    found = pd.to_numeric(texts, errors="coerce")
    bad = texts.notna() & found.isna()
    if bad.any():
        raise MeasureError.of(
            "firms.numbers_not_readable",
            name=name,
            n=int(bad.sum()),
            values=[str(value) for value in values[bad].head(3)],
        )
    return found.to_numpy(dtype=np.float64, na_value=np.nan)
