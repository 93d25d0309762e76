"""Find every way in which a frame breaks a panel's schema, in words that say what to do."""

from __future__ import annotations

import difflib
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from pandera.errors import SchemaError, SchemaErrorReason, SchemaErrors

from digimfg.notes import note_of
from digimfg.panels.key_order import in_key_order
from digimfg.panels.schema import panel_schema
from digimfg.sheets import sheet_beside
from digimfg.text import Text
from digimfg.variables import dictionary

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from digimfg.panels import Panel
    from digimfg.variables import Variable

__all__ = ["Failure", "find_failures"]

_N_KEYS_SHOWN = 3
_DTYPE_WORDS = sheet_beside(__file__, "failures", "dtype_words")


@dataclass(frozen=True, kw_only=True, slots=True)
class Failure:
    """Say how one column breaks one rule.

    Parameters
    ----------
    column
        Column name; the keys joined by " × " for rules on keys, empty for rules on the whole frame.
    rule
        What should hold.
    n_rows
        Rows that break it; 0 where the column as a whole does.
    first
        The first few offending rows, as keys and values.
    remedy
        What to do.
    """

    column: str
    rule: Text
    n_rows: int
    first: tuple[str, ...]
    remedy: Text

    @property
    def line(self) -> Text:
        """Return the failure as one line."""
        column, rule, remedy = self.column, self.rule, self.remedy
        if not column:
            return note_of("panels.failure_of_frame", rule=rule, remedy=remedy)
        if not self.n_rows:
            return note_of("panels.failure_of_column", column=column, rule=rule, remedy=remedy)
        if not self.first:
            return note_of("panels.failure_of_rows", column=column, rule=rule, n=self.n_rows, remedy=remedy)
        return note_of(
            "panels.failure_at_rows",
            column=column,
            rule=rule,
            n=self.n_rows,
            first="; ".join(self.first),
            remedy=remedy,
        )


def find_failures(
    frame: pd.DataFrame, panel: Panel, required: Sequence[str] | None = None
) -> tuple[Failure, ...]:
    """Return every way in which a frame breaks a panel's schema, in the order of the columns; empty if none.

    Columns in `required` must be there, by default all of the panel's variables.
    """
    needed = panel.variables if required is None else required
    duplicated = sorted({str(column) for column in frame.columns[frame.columns.duplicated()]})
    if duplicated:
        return tuple(
            Failure(
                column=column,
                rule=Text("must be one column", "应只有一列"),
                n_rows=0,
                first=(),
                remedy=Text("rename or drop the second column of that name", "重命名或删除同名的第二列"),
            )
            for column in duplicated
        )
    others = [column for column in frame.columns if column not in needed]
    keys = panel.keys if set(panel.keys) <= set(frame.columns) else ()
    schema = panel_schema(keys, needed, others, unique=not in_key_order(frame, keys))
    try:
        with warnings.catch_warnings():
            # pandera joins its own tables of failures in a way that pandas 2.3 announces to change.
            warnings.filterwarnings(
                "ignore", message="The behavior of DataFrame concatenation", category=FutureWarning
            )
            schema.validate(frame, lazy=True, inplace=True)  # which copies nothing, and changes nothing
    except SchemaErrors as errors:
        found = _translate(errors.schema_errors, frame, panel)
        order = {name: position for position, name in enumerate(dict.fromkeys([*panel.variables, *others]))}
        return tuple(sorted(found, key=lambda failure: order.get(failure.column, -1)))
    return ()


def _translate(errors: Sequence[SchemaError], frame: pd.DataFrame, panel: Panel) -> list[Failure]:
    entries = dictionary()
    wrong_type = {
        error.schema.name for error in errors if error.reason_code == SchemaErrorReason.WRONG_DATATYPE
    }
    found: list[Failure] = []
    for error in errors:
        column = str(error.schema.name)
        rule = getattr(error.check, "name", None)
        if error.reason_code == SchemaErrorReason.COLUMN_NOT_IN_DATAFRAME:
            found.append(_missing_column(str(error.failure_cases), frame, panel))
        elif error.reason_code == SchemaErrorReason.DUPLICATES:
            found.append(_duplicates(frame, panel))
        elif rule == "rows":
            found.append(_empty())
        elif error.reason_code == SchemaErrorReason.WRONG_DATATYPE:
            found.append(_wrong_type(entries[column], frame))
        elif error.reason_code == SchemaErrorReason.SERIES_CONTAINS_NULLS:
            rows = np.flatnonzero(frame[column].isna())
            found.append(_of_rows(column, Text("may not be missing", "不得缺失"), rows, frame, panel, _FILL))
        elif column not in wrong_type:
            found.append(_broken_rule(entries[column], str(rule), frame, panel))
    return found


_FILL = Text("fill in the value from its source or remove the rows", "按来源补上取值，或删除这些行")


def _missing_column(name: str, frame: pd.DataFrame, panel: Panel) -> Failure:
    spare = {str(column).lower(): str(column) for column in frame.columns if column not in panel.variables}
    near = [spare[match] for match in difflib.get_close_matches(name.lower(), spare, n=1)]
    return Failure(
        column=name,
        rule=Text("the column must be there", "缺少该列"),
        n_rows=0,
        first=(),
        remedy=Text(
            f"rename '{near[0]}'" if near else "add it, with missing values where there are none",
            f"将“{near[0]}”改名" if near else "添加该列，没有的取值留作缺失",
        ),
    )


def _wrong_type(variable: Variable, frame: pd.DataFrame) -> Failure:
    column = frame[variable.name]
    text = column.map(lambda value: isinstance(value, str))
    rows = np.flatnonzero(text) if text.any() else np.arange(0)
    expected = _DTYPE_WORDS[variable.dtype]
    shown = ", ".join(repr(value) for value in column.iloc[rows[:_N_KEYS_SHOWN]])
    found = f"{column.dtype}" + (f" ({shown})" if shown else "")
    return Failure(
        column=variable.name,
        rule=note_of("panels.wrong_type", expected=expected, found=found),
        n_rows=len(rows),
        first=(),
        remedy=Text(
            f"convert it: pd.to_numeric(frame['{variable.name}'])"
            + (".astype('int64')" if variable.dtype == "integer" else ""),
            f"请转换：pd.to_numeric(frame['{variable.name}'])"
            + (".astype('int64')" if variable.dtype == "integer" else ""),
        ),
    )


def _duplicates(frame: pd.DataFrame, panel: Panel) -> Failure:
    keys = list(panel.keys)
    rows = np.flatnonzero(frame.duplicated(keys, keep="first"))
    return Failure(
        column=" × ".join(keys),
        rule=Text("one row per key; repeated", "每个键只应有一行；重复出现"),
        n_rows=len(rows),
        first=_keys(frame, panel, rows[:_N_KEYS_SHOWN], None),
        remedy=note_of("panels.find_repeated_keys", keys=keys),
    )


def _empty() -> Failure:
    return Failure(
        column="",
        rule=Text("at least one row; the frame is empty", "至少应有一行；数据框为空"),
        n_rows=0,
        first=(),
        remedy=Text("check the file and the filter that made it", "检查数据文件与筛选条件"),
    )


def _broken_rule(variable: Variable, rule: str, frame: pd.DataFrame, panel: Panel) -> Failure:
    column = frame[variable.name]
    held = column.notna().to_numpy()
    if rule == "text":
        broken = ~column.map(lambda value: isinstance(value, str)).to_numpy(dtype=bool)
        words, remedy = (
            Text("must be text", "应为文本"),
            Text("convert it with .astype(str)", "用 .astype(str) 转换"),
        )
    elif rule == "category":
        broken = ~column.isin(variable.categories).to_numpy()
        words, remedy = _category_words(variable, column[held & broken])
    elif rule == "finite":
        broken = np.isinf(column.to_numpy(dtype=float))
        words = Text("must be finite", "应为有限值")
        remedy = Text(
            "leave it missing where it is not defined (a logarithm of 0, a division by 0)",
            "无定义处（对0取对数、除以0）留作缺失",
        )
    else:
        lower = rule == "lower"
        bound = variable.lower if lower else variable.upper
        values = column.to_numpy(dtype=float)
        with np.errstate(invalid="ignore"):
            broken = values < bound if lower else values > bound
        words = Text(
            f"must be {'at least' if lower else 'at most'} {bound:g} ({variable.unit.en})",
            f"应{'不小于' if lower else '不大于'}{bound:g}（{variable.unit.zh}）",
        )
        remedy = Text(
            "check the unit (a share is 0-1, a percentage 0-100) and the value",
            "检查单位（份额为0–1，百分比为0–100）与取值",
        )
    return _of_rows(variable.name, words, np.flatnonzero(held & broken), frame, panel, remedy)


def _category_words(variable: Variable, wrong: pd.Series) -> tuple[Text, Text]:
    if variable.name == "country":
        return (
            Text(
                "must be an ISO 3166-1 three-letter code (XKX for Kosovo)",
                "应为 ISO 3166-1三位字母代码（科索沃为 XKX）",
            ),
            Text(
                "map names or other codes to ISO codes; drop aggregates such as WLD",
                "将名称或其他代码换成 ISO 代码；删除 WLD 等汇总行",
            ),
        )
    first = str(wrong.iloc[0])
    near = difflib.get_close_matches(first, variable.categories, n=1, cutoff=0.3)
    hint = near[0] if near else variable.categories[0]
    choices = ", ".join(variable.categories)
    return (
        Text(f"must be one of {choices}", f"应为下列之一：{choices}"),
        Text(f"nearest to '{first}': '{hint}'", f"与“{first}”最接近的是“{hint}”"),
    )


def _of_rows(
    column: str, rule: Text, rows: np.ndarray, frame: pd.DataFrame, panel: Panel, remedy: Text
) -> Failure:
    first = _keys(frame, panel, rows[:_N_KEYS_SHOWN], column)
    return Failure(column=column, rule=rule, n_rows=len(rows), first=first, remedy=remedy)


def _keys(frame: pd.DataFrame, panel: Panel, rows: np.ndarray, column: str | None) -> tuple[str, ...]:
    keys = [key for key in panel.keys if key in frame.columns]
    described = []
    for row in rows:
        place = " ".join(str(frame[key].iloc[row]) for key in keys)
        value = "" if column is None or column in keys else f" = {frame[column].iloc[row]}"
        described.append(place + value)
    return tuple(described)
