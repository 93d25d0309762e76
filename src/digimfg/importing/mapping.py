"""The mapping of a file to a panel: which column is what, in which unit; saved, read, and compared as a
value.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

from annotated_types import Ge, Le
from typing_extensions import TypedDict

from digimfg.arguments import checked
from digimfg.errors import PanelError
from digimfg.file_forms import FileForm
from digimfg.files import canonical_json, write_text
from digimfg.kinds import Count, Probability
from digimfg.text import Text

__all__ = ["ColumnMapping", "ImportMapping", "Layout", "load_mapping", "save_mapping"]

Layout = Literal["long", "wide_years", "wide_units", "indicators", "indicator_years"]


@checked
@dataclass(frozen=True, kw_only=True, slots=True)
class ColumnMapping:
    """Say what one column of a file is.

    Parameters
    ----------
    variable
        Name in the dictionary; ``""`` keeps the column under its own name and as it is, ``"-"`` leaves it
        out.
    unit
        Unit of the file's numbers (``"万元"``); ``""`` where the header, the cells or the dictionary's name
        declare it.
    confidence
        How sure the guess was, 0-1; 1 in a mapping that a person confirmed.
    by
        How it was found: ``name label synonym likely fuzzy kept``, by a person (``mapping``, whose unit
        overrules the file's), or ``confirmed`` by a person in an earlier import, whose unit is compared with
        the file's.
    """

    variable: str = ""
    unit: str = ""
    confidence: Probability = 1.0
    by: str = "mapping"


@checked
@dataclass(frozen=True, kw_only=True, slots=True)
class ImportMapping:
    """Hold everything that an import needs to know beside the file.

    Parameters
    ----------
    panel
        Panel that the file goes to.
    layout
        ``long`` (a row per key), ``wide_years`` (years across columns), ``wide_units`` (provinces or
        countries across columns), ``indicators`` (a row per key and indicator, with a column of values),
        ``indicator_years`` (a row per unit and indicator, years across columns); ``""`` lets it be found.
    keys
        Key → header of its column; also ``indicator``, ``value`` and ``unit`` in that layout.
    constants
        Key → value for every row (a file of one year, of one country).
    columns
        Header (without its unit), stem of a wide header, or indicator → what it is.
    variable, unit
        Of a wide table that holds one variable and does not name it.
    names
        Name of a unit in the file → name or code that is known: misprints, own abbreviations.
    leave_out
        Names of rows that are no units of the panel; national and regional totals are left out anyway.
    only
        Header → value: only rows that hold it are read (one policy, consolidated statements).
    missing
        Further texts that mean "missing".
    decimal
        What stands before the decimals of numbers: ``"."`` or ``","``; needed only where the file does not
        show it.
    sheets, header_rows, encoding
        How to read the file, where finding it goes wrong; rows count from 1.
    accept
        Rules of `check_panel` that were looked at and are right in this file.
    """

    panel: str = ""
    layout: Layout | Literal[""] = ""
    keys: Mapping[str, str] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    columns: Mapping[str, ColumnMapping] = field(default_factory=dict)
    variable: str = ""
    unit: str = ""
    names: Mapping[str, str] = field(default_factory=dict)
    leave_out: tuple[str, ...] = ()
    only: Mapping[str, str] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    decimal: Literal["", ".", ","] = ""
    sheets: tuple[str, ...] = ()
    header_rows: tuple[Count, ...] = ()
    encoding: str = ""
    accept: tuple[str, ...] = ()

    @classmethod
    def of(cls, value: ImportMapping | Mapping[str, Any] | Path | str | None) -> ImportMapping:
        """Return a mapping from itself, a plain dictionary, a file's path, or nothing."""
        if value is None:
            return cls()
        if isinstance(value, ImportMapping):
            return value
        if isinstance(value, str | Path):
            return load_mapping(value)
        return _from_plain(value, Text("the mapping", "映射"))

    def plain(self) -> dict[str, Any]:
        """Return the mapping as plain dictionaries and lists, empty parts left out."""
        full = asdict(self)
        full["columns"] = {
            name: {key: part for key, part in column.items() if part != "" or key == "variable"}
            for name, column in full["columns"].items()
        }
        return {key: list(part) if isinstance(part, tuple) else part for key, part in full.items() if part}


class ColumnForm(TypedDict, total=False):
    """The parts of a `ColumnMapping`."""

    variable: str
    unit: str
    confidence: Annotated[float, Ge(0), Le(1)]
    by: str


_Scalar = str | int | float | bool
_Names = dict[str, _Scalar]
_Several = str | list[_Scalar]


class MappingForm(TypedDict, total=False):
    """The parts of an `ImportMapping`, in a file."""

    panel: str
    layout: Layout | Literal[""]
    keys: _Names
    constants: _Names
    columns: dict[str, str | ColumnForm]
    variable: str
    unit: str
    names: _Names
    leave_out: _Several
    only: _Names
    missing: _Several
    decimal: str
    sheets: _Several
    header_rows: list[Annotated[int, Ge(1)]]
    encoding: str
    accept: _Several


_FORM: FileForm[MappingForm] = FileForm(
    schema=MappingForm,
    what=Text("a mapping in TOML or JSON", "TOML 或 JSON 格式的映射"),
    remedy=Text(
        "write one with `digimfg data import FILE --panel NAME --save-mapping map.toml` and edit it: "
        "accept, missing, sheets … stand above the first line in brackets; `help(dm.ImportMapping)` "
        "explains its parts",
        "先用 `digimfg data import FILE --panel NAME --save-mapping map.toml` 写出，再行修改："
        "accept、missing、sheets 等须写在第一个方括号行之前；`help(dm.ImportMapping)` 说明各项",
    ),
    error=PanelError,
)


def load_mapping(path: Path | str) -> ImportMapping:
    """Read a mapping from a ``.toml`` or ``.json`` file.

    Raises
    ------
    PanelError
        Naming the line, if the file cannot be read or holds a part or a value that a mapping has not.
    """
    return _from_plain(_FORM.read(path), Text.of(str(path)))


@checked
def save_mapping(mapping: ImportMapping, path: Path | str, *, without_unit: Sequence[str] = ()) -> Path:
    """Write a mapping as TOML (or JSON where the name ends so) and return the path.

    Parameters
    ----------
    mapping
        What the columns are.
    path
        Where to write it.
    without_unit
        Columns whose unit nothing declares: theirs is written empty, ``unit = ""``, for a person to fill in.
    """
    path = Path(path)
    plain = mapping.plain()
    for name in without_unit:
        told = plain["columns"][name]
        plain["columns"][name] = {"variable": told["variable"], "unit": "", **told}
    write_text(path, canonical_json(plain) if path.suffix.lower() == ".json" else _toml(plain))
    return path


def _from_plain(plain: object, where: Text) -> ImportMapping:
    if not isinstance(plain, Mapping):
        raise PanelError.of("importing.mapping_not_a_table", where=where, got=type(plain).__name__)
    kinds = {entry.name: entry for entry in fields(ImportMapping)}
    unknown = [name for name in plain if name not in kinds]
    if unknown:
        raise PanelError.of(
            "importing.mapping_settings_unknown",
            where=where,
            known=list(kinds),
            names=list(map(str, unknown)),
        )
    values: dict[str, Any] = {}
    for name, value in plain.items():
        if name == "columns":
            values[name] = _columns(value, where)
        elif name in ("keys", "constants", "names", "only"):
            values[name] = _texts(name, value, where)
        elif name == "header_rows":
            values[name] = _rows(value, where)
        elif name in ("leave_out", "missing", "sheets", "accept"):
            values[name] = tuple(
                str(item) for item in ([value] if isinstance(value, str) else _list(name, value, where))
            )
        else:
            values[name] = str(value)
    layout = values.get("layout", "")
    if layout and layout not in get_args(Layout):
        raise PanelError.of("importing.layout_unknown", where=where, got=layout, known=get_args(Layout))
    if values.get("decimal", "") not in ("", ".", ","):
        raise PanelError.of("importing.decimal_mark", where=where, got=repr(values["decimal"]))
    return ImportMapping(**values)


def _columns(value: object, where: Text) -> dict[str, ColumnMapping]:
    if not isinstance(value, Mapping):
        raise PanelError.of("importing.columns_not_a_table", where=where, got=repr(value))
    allowed = {entry.name for entry in fields(ColumnMapping)}
    columns = {}
    for header, told in value.items():
        if isinstance(told, ColumnMapping):
            columns[str(header)] = told
            continue
        parts = {"variable": told} if isinstance(told, str) else told
        if not isinstance(parts, Mapping) or set(parts) - allowed:
            raise PanelError.of(
                "importing.column_settings_unknown",
                where=where,
                got=repr(told),
                header=header,
                allowed=sorted(allowed),
            )
        confidence = parts.get("confidence", 1.0)
        if (
            isinstance(confidence, bool)
            or not isinstance(confidence, int | float)
            or not 0 <= confidence <= 1
        ):
            raise PanelError.of("importing.confidence_outside_unit", where=where, got=repr(confidence))
        columns[str(header)] = ColumnMapping(
            variable=str(parts.get("variable", "")), unit=str(parts.get("unit", "")),
            confidence=float(confidence), by=str(parts.get("by", "mapping"))
        )  # fmt: skip
    return columns


def _texts(name: str, value: object, where: Text) -> dict[str, str]:
    if not isinstance(value, Mapping):
        raise PanelError.of("importing.not_names_and_text", where=where, got=repr(value), name=name)
    return {str(key): str(text) for key, text in value.items()}


def _list(name: str, value: object, where: Text) -> list[object]:
    if not isinstance(value, list | tuple):
        raise PanelError.of("importing.not_a_list", where=where, got=repr(value), name=name)
    return list(value)


def _rows(value: object, where: Text) -> tuple[int, ...]:
    rows = _list("header_rows", value, where)
    if not all(isinstance(row, int) and not isinstance(row, bool) and row >= 1 for row in rows):
        raise PanelError.of("importing.header_rows", where=where, got=repr(value))
    return tuple(int(str(row)) for row in rows)


_ABOVE = "# accept, missing, sheets … stand above the first line in brackets · 须写在第一个方括号行之前"


def _toml(plain: Mapping[str, Any]) -> str:
    lines = [_ABOVE]
    lines += [f"{name} = {_value(value)}" for name, value in plain.items() if not isinstance(value, Mapping)]
    for name, table in plain.items():
        if isinstance(table, Mapping):
            lines += ["", f"[{name}]", *(f"{_quoted(key)} = {_value(value)}" for key, value in table.items())]
    return "\n".join(lines) + "\n"


def _value(value: object) -> str:
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{key} = {_value(part)}" for key, part in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(_value(part) for part in value) + "]"
    return repr(value) if isinstance(value, int | float) else _quoted(str(value))


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
