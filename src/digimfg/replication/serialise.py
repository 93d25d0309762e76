"""Turn results into plain JSON values and back, at full precision."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np
import pandas as pd

import digimfg
from digimfg.design import Dropped
from digimfg.errors import DigimfgError
from digimfg.result import Provenance, Result
from digimfg.specification import Specification
from digimfg.text import Text

__all__ = ["from_plain", "result_from_dict", "result_to_dict", "to_plain"]


def result_to_dict(result: Result) -> dict[str, Any]:
    """Return a result as values that JSON can hold; missing numbers become ``None``.

    Examples
    --------
    >>> from digimfg.replication.serialise import to_plain
    >>> to_plain({"estimate": float("nan"), "label": Text("Share", "份额")})
    {'estimate': None, 'label': {'en': 'Share', 'zh': '份额'}}
    """
    return {
        "coefficients": to_plain(result.coefficients),
        "covariance_matrix": to_plain(result.covariance_matrix),
        "statistics": to_plain(result.statistics),
        "notes": to_plain(result.notes),
        "tables": to_plain(result.tables),
        "specification": to_plain(result.specification),
        "data_hash": result.provenance.data_hash,
        "versions": to_plain(result.provenance.versions),
        "sources": to_plain(result.provenance.sources),
        "dropped": [{"reason": to_plain(each.reason), "n_rows": each.n_rows} for each in result.dropped],
    }


def result_from_dict(plain: Mapping[str, Any]) -> Result:
    """Return the result that `result_to_dict` wrote.

    Raises
    ------
    DigimfgError
        If it names a type that digimfg does not publish.
    """
    return Result(
        coefficients=from_plain(plain["coefficients"]),
        covariance_matrix=from_plain(plain["covariance_matrix"]),
        statistics={
            name: math.nan if value is None else value
            for name, value in from_plain(plain["statistics"]).items()
        },
        notes=tuple(from_plain(plain["notes"])),
        tables=from_plain(plain["tables"]),
        provenance=Provenance(
            specification=from_plain(plain["specification"]),
            data_hash=plain["data_hash"],
            versions=from_plain(plain["versions"]),
            sources=tuple(from_plain(plain["sources"])),
        ),
        dropped=tuple(Dropped(**each) for each in from_plain(plain["dropped"])),
    )


def to_plain(value: Any) -> Any:
    """Return `value` as JSON values: frozen dataclasses become mappings that name their ``type``."""
    if value is None or isinstance(value, str | bool):
        return value
    if isinstance(value, np.generic):
        return to_plain(value.item())
    if isinstance(value, int):
        return value
    if isinstance(value, float):
        return _plain_float(value)
    if isinstance(value, Text):
        return {"en": value.en, "zh": value.zh}
    if isinstance(value, pd.DataFrame):
        return _plain_frame(value)
    if isinstance(value, np.ndarray):
        return [to_plain(item) for item in value.tolist()]
    if isinstance(value, Mapping):
        return {str(key): to_plain(item) for key, item in value.items()}
    if isinstance(value, set | frozenset):
        return sorted((to_plain(item) for item in value), key=str)
    if isinstance(value, tuple | list):
        return [to_plain(item) for item in value]
    if isinstance(value, Specification) and not value.observed_only:
        return {name: each for name, each in _plain_fields(value).items() if name != "observed_only"}
    if is_dataclass(value):
        return _plain_fields(value)
    if value is pd.NA or value is pd.NaT:
        return None
    raise DigimfgError(
        where=Text("writing a result as JSON", "将结果写为 JSON"),
        expected=Text("numbers, text, frames and frozen dataclasses", "数字、文本、数据框与冻结数据类"),
        got=f"{type(value).__module__}.{type(value).__qualname__}",
        remedy=Text("keep other objects out of results and specifications", "结果与设定中不要放其他对象"),
    )


def from_plain(plain: Any) -> Any:
    """Return what `to_plain` wrote: lists come back as tuples, tagged mappings as the type they name."""
    if isinstance(plain, list):
        return tuple(from_plain(item) for item in plain)
    if not isinstance(plain, dict):
        return plain
    if set(plain) == {"en", "zh"}:
        return Text(plain["en"], plain["zh"])
    if set(plain) == {"number"}:
        return float(plain["number"])
    kind = plain.get("type")
    if kind is None:
        return {key: from_plain(item) for key, item in plain.items()}
    if kind == "DataFrame":
        return _frame(plain)
    values = {key: from_plain(item) for key, item in plain.items() if key != "type"}
    return _published(kind)(**values)


def _plain_fields(value: Any) -> dict[str, Any]:
    return {"type": type(value).__name__} | {
        field.name: to_plain(getattr(value, field.name)) for field in fields(value)
    }


def _plain_float(value: float) -> float | dict[str, str] | None:
    if math.isnan(value):
        return None
    return value if math.isfinite(value) else {"number": str(value)}


def _plain_frame(frame: pd.DataFrame) -> dict[str, Any]:
    return {
        "type": "DataFrame",
        "index_names": [None if name is None else str(name) for name in frame.index.names],
        "index": [to_plain(key) for key in frame.index.tolist()],
        "columns": [str(column) for column in frame.columns],
        "rows": [[to_plain(value) for value in row] for row in frame.astype(object).to_numpy().tolist()],
    }


def _frame(plain: Mapping[str, Any]) -> pd.DataFrame:
    keys = from_plain(plain["index"])
    names = plain["index_names"]
    index = (
        pd.Index(keys, name=names[0], tupleize_cols=False)
        if len(names) == 1
        else pd.MultiIndex.from_tuples(keys, names=names)
    )
    rows = [from_plain(row) for row in plain["rows"]]
    columns = {
        name: _column([row[position] for row in rows], index)
        for position, name in enumerate(plain["columns"])
    }
    return pd.DataFrame(columns, index=index, columns=plain["columns"])


def _column(values: list[Any], index: pd.Index) -> pd.Series:
    numeric = all(
        value is None or (isinstance(value, int | float) and not isinstance(value, bool)) for value in values
    )
    if numeric and any(value is None or isinstance(value, float) for value in values):
        return pd.Series(
            [math.nan if value is None else value for value in values], index=index, dtype="float64"
        )
    return pd.Series(values, index=index)


def _published(kind: str) -> Any:
    if kind == "Specification":
        return Specification
    try:
        return getattr(digimfg, kind)
    except AttributeError:
        raise DigimfgError(
            where=Text("reading a stored result", "读取已存结果"),
            expected=Text("a type that digimfg publishes", "digimfg 公开的类型"),
            got=f"'{kind}'",
            remedy=Text(
                "run the analysis again with this version (`make`)", "请用当前版本重新运行分析（`make`）"
            ),
        ) from None
