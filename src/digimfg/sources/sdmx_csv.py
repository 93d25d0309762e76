"""Check and read SDMX-CSV, the form in which statistical offices answer queries of their databases."""

from __future__ import annotations

import csv
import io
import math
from typing import TYPE_CHECKING

from digimfg.errors import Fault
from digimfg.fetching.faults import UnusableError, decoded

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import pandas as pd

__all__ = ["MEDIA_TYPE", "checked_rows", "read_parts", "read_sdmx_csv"]

MEDIA_TYPE = "application/vnd.sdmx.data+csv"
"""Media type to ask for."""

_REQUIRED = ("DATAFLOW", "TIME_PERIOD", "OBS_VALUE")
_MISSING = frozenset({"", ":", "NaN"})
_ATTRIBUTES = frozenset(
    {
        "LAST UPDATE", "OBS_FLAG", "OBS_STATUS", "CONF_STATUS", "UNIT_MULT", "DECIMALS", "BASE_PER",
        "PRICE_BASE",
        "OBS_STATUS_2", "OBS_STATUS_3", "CURRENCY",
    }
)  # fmt: skip


def checked_rows(content: bytes, flow: str, dimensions: Iterable[str] = ()) -> list[dict[str, str]]:
    """Return the rows of an answer, or say why it cannot be used.

    It must be UTF-8 CSV whose every row has as many fields as the header and names the flow asked for; the
    dimensions are there, values are numbers or missing, no observation comes twice, and there is at least
    one.

    Raises
    ------
    UnusableError
        Naming the first fault.
    """
    text = decoded(content)
    if text.lstrip().startswith(("<", "{")):
        raise UnusableError(Fault.of("answers.no_csv"))
    if not text.endswith("\n"):
        raise UnusableError(Fault.of("answers.csv_cut_short"))
    try:
        header, *lines = list(csv.reader(io.StringIO(text, newline=""), strict=True)) or [[]]
    except csv.Error as error:
        raise UnusableError(Fault.of("answers.csv_broken", reason=str(error))) from error
    missing = [name for name in (*_REQUIRED, *dimensions) if name not in header]
    if missing:
        raise UnusableError(Fault.of("answers.csv_without_columns", missing=missing))
    if any(len(line) != len(header) for line in lines) or not lines:
        raise UnusableError(Fault.of("answers.rows_of_other_length"))
    rows = [dict(zip(header, line, strict=True)) for line in lines]
    other = next((row["DATAFLOW"] for row in rows if flow.lower() not in row["DATAFLOW"].lower()), None)
    if other is not None:
        raise UnusableError(Fault.of("answers.rows_of_others", found=other, asked=flow))
    keys = [
        tuple(row[name] for name in header if name not in _ATTRIBUTES and name != "OBS_VALUE") for row in rows
    ]
    if len(set(keys)) != len(keys):
        count = len(keys) - len(set(keys))
        raise UnusableError(Fault.of("answers.observations_twice", n=count))
    wrong = next((row["OBS_VALUE"] for row in rows if not _is_number(row["OBS_VALUE"])), None)
    if wrong is not None:
        raise UnusableError(Fault.of("answers.no_number", value=repr(wrong)))
    return rows


def read_sdmx_csv(content: bytes) -> pd.DataFrame:
    r"""Return a frame with the dimensions under their names, ``TIME_PERIOD`` as text, ``OBS_VALUE`` as
    float, attributes.

    Examples
    --------
    >>> content = b"DATAFLOW,geo,TIME_PERIOD,OBS_VALUE\nESTAT:X(1.0),DE,2023,24.1\nESTAT:X(1.0),EL,2023,:\n"
    >>> read_sdmx_csv(content)["OBS_VALUE"].tolist()
    [24.1, nan]
    """
    import pandas as pd

    frame = pd.read_csv(io.BytesIO(content), dtype=str, keep_default_na=False, encoding="utf-8-sig")
    values = frame["OBS_VALUE"]
    frame["OBS_VALUE"] = [math.nan if value in _MISSING else float(value) for value in values]
    return frame.drop(columns="DATAFLOW")


def read_parts(parts: Mapping[str, tuple[Mapping[str, str | int], bytes]]) -> dict[str, pd.DataFrame]:
    """Return one frame a part: its dimensions, ``TIME_PERIOD``, ``OBS_VALUE`` and attributes."""
    return {name: read_sdmx_csv(content) for name, (_, content) in parts.items()}


def _is_number(text: str) -> bool:
    if text in _MISSING:
        return True
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False
