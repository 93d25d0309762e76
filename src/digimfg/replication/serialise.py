"""Turn results into plain JSON values and back, at full precision."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from typing import Any, get_args

import numpy as np
import pandas as pd

import digimfg
from digimfg.contracts import Dropped
from digimfg.covariance import Covariance
from digimfg.errors import DigimfgError
from digimfg.result import Provenance, Result
from digimfg.specification import Specification
from digimfg.stored_text import plain as said_plain
from digimfg.stored_text import restored
from digimfg.text import Text
from digimfg.variables.declared import entries_of, plain_entry

__all__ = ["from_plain", "result_from_dict", "result_to_dict", "to_plain"]

_PARTS = frozenset(
    {"Unadjusted", "Robust", "Clustered", "WildBootstrap", "DriscollKraay", "Conley", "GMMInstruments",
    "WeightMatrix"}
)  # fmt: skip
_COLUMNS = ["estimate", "std_error", "statistic", "p_value", "conf_low", "conf_high"]
_UNSAID = ("observed_only", "repeated_rows")
_READING = Text("reading a stored result", "读取已存结果")
_AGAIN = Text("run the analysis again with this version (`make`)", "请用当前版本重新运行分析（`make`）")


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
        **(
            {"variables": {name: plain_entry(entry) for name, entry in result.variables.items()}}
            if result.variables
            else {}
        ),
    }


def result_from_dict(plain: Mapping[str, Any], *, where: Text | str = _READING) -> Result:
    """Return the result that `result_to_dict` wrote.

    Parameters
    ----------
    plain
        As it was written.
    where
        What holds it, for errors.

    Raises
    ------
    DigimfgError
        If it is not what was written, or names anything but a specification and the values that make one up.
    """
    made: Result = _rebuilt(lambda: _result(plain), where)
    return made


def _result(plain: Mapping[str, Any]) -> Result:
    return Result(
        coefficients=_coefficients(plain["coefficients"]),
        covariance_matrix=_value(plain["covariance_matrix"]),
        statistics={
            name: math.nan if value is None else value for name, value in _value(plain["statistics"]).items()
        },
        notes=_texts(plain["notes"]),
        tables=_value(plain["tables"]),
        provenance=Provenance(
            specification=_specification(plain["specification"]),
            data_hash=plain["data_hash"],
            versions=_value(plain["versions"]),
            sources=_texts(plain["sources"]),
        ),
        dropped=tuple(
            Dropped(reason=_texts([each["reason"]])[0], n_rows=each["n_rows"]) for each in plain["dropped"]
        ),
        variables=entries_of(plain.get("variables", {})),
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
        return to_plain(said_plain(value))
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
    if isinstance(value, Specification):
        return {
            name: each
            for name, each in _plain_fields(value).items()
            if name not in _UNSAID or each is not False
        }
    if is_dataclass(value):
        return _plain_fields(value)
    if value is pd.NA or value is pd.NaT:
        return None
    raise DigimfgError.of(
        "replication.not_storable", got=f"{type(value).__module__}.{type(value).__qualname__}"
    )


def from_plain(plain: Any) -> Any:
    """Return what `to_plain` wrote: lists come back as tuples, tagged mappings as the value they name.

    Only specifications and what makes one up come back as values: covariances, estimators and their options.

    Raises
    ------
    DigimfgError
        If it is not what was written, or names anything else.
    """
    return _rebuilt(lambda: _value(plain), _READING)


def _rebuilt(make: Callable[[], Any], where: Text | str) -> Any:
    """Return what a function makes of stored values, any fault of which is the file's."""
    try:
        return make()
    except DigimfgError as error:
        raise DigimfgError.like(error, where=where, remedy=_AGAIN) from error
    except (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError) as error:
        raise DigimfgError.of(
            "replication.not_a_stored_result",
            where=where,
            got=f"{type(error).__name__}: {error}",
            remedy=_AGAIN,
        ) from error


def _value(plain: Any) -> Any:
    if isinstance(plain, list):
        return tuple(_value(item) for item in plain)
    if not isinstance(plain, dict):
        return plain
    if {"en", "zh"} <= set(plain) <= {"en", "zh", "facts", "kind", "weight"}:
        return restored(plain)
    if set(plain) == {"number"}:
        return float(plain["number"])
    kind = plain.get("type")
    if kind is None:
        return {key: _value(item) for key, item in plain.items()}
    if kind == "DataFrame":
        return _frame(plain)
    values = {key: _value(item) for key, item in plain.items() if key != "type"}
    return _value_class(kind)(**values)


def _plain_fields(value: Any) -> dict[str, Any]:
    # Notes that an answer does not have need no room.
    return {"type": type(value).__name__} | {
        field.name: to_plain(getattr(value, field.name))
        for field in fields(value)
        if not (field.name == "notes" and field.default == () and not value.notes)
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
    keys = _value(plain["index"])
    names = plain["index_names"]
    index = (
        pd.Index(keys, name=names[0], tupleize_cols=False)
        if len(names) == 1
        else pd.MultiIndex.from_tuples(keys, names=names)
    )
    rows = [_value(row) for row in plain["rows"]]
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


def _texts(plain: Any) -> tuple[Text, ...]:
    texts: tuple[Any, ...] = _value(plain)
    for each in texts:
        if not isinstance(each, Text) or not isinstance(each.en, str) or not isinstance(each.zh, str):
            raise TypeError(f"text: {each!r}")
    return texts


def _coefficients(plain: Any) -> pd.DataFrame:
    frame: pd.DataFrame = _value(plain)
    frame[_COLUMNS].astype("float64")  # says which is missing or no number
    return frame


def _specification(plain: Any) -> Specification:
    value = _value(plain)
    if not isinstance(value, Specification):
        raise TypeError(f"specification: {type(value).__name__}")
    if not isinstance(value.covariance, get_args(Covariance)):
        raise TypeError(f"covariance: {type(value.covariance).__name__}")
    if not _is_estimator(type(value.estimator)):
        raise TypeError(f"estimator: {type(value.estimator).__name__}")
    return value


def _value_class(kind: object) -> type:
    """Return the class of a value that may stand in a stored specification: a frozen one, which does nothing
    but hold.
    """
    if kind == "Specification":
        return Specification
    found = getattr(digimfg, kind) if isinstance(kind, str) and kind in dir(digimfg) else None
    if isinstance(found, type) and (kind in _PARTS or _is_estimator(found)):
        return found
    raise DigimfgError.of("replication.class_unknown", where=_READING, got=ascii(kind)[:80], remedy=_AGAIN)


def _is_estimator(found: type) -> bool:
    parameters = getattr(found, "__dataclass_params__", None)
    return parameters is not None and parameters.frozen and hasattr(found, "fit")
