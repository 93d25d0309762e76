"""The register of items of firms' statements: codes and names that databases give the dictionary's variables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NotRequired

from typing_extensions import TypedDict

from digimfg.errors import PanelError
from digimfg.file_forms import FileForm
from digimfg.text import Text

__all__ = ["StatementItem", "statement_items", "statement_keys", "statement_source", "statement_words"]

_FILE = Path(__file__).parent / "data" / "statements.toml"


class _Item(TypedDict):
    table: str
    code: str
    names: list[str]
    note: NotRequired[str]


class _Register(TypedDict):
    source: str
    keys: dict[str, list[str]]
    words: dict[str, list[str]]
    items: dict[str, _Item]


_FORM: FileForm[_Register] = FileForm(
    schema=_Register,
    what=Text("the register of items of statements", "报表项目登记册"),
    remedy=Text("install the package again", "重新安装本包"),
    error=PanelError,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class StatementItem:
    """Hold what databases call an item of firms' statements.

    Parameters
    ----------
    variable
        In the dictionary.
    table, code
        In CSMAR.
    names
        Chinese names, the present one first.
    """

    variable: str
    table: str
    code: str
    names: tuple[str, ...]


@cache
def _register() -> _Register:
    return _FORM.read(_FILE)


@cache
def statement_items() -> tuple[StatementItem, ...]:
    """Return the items in the order of the statements.

    Examples
    --------
    >>> statement_items()[0].code, statement_items()[0].names
    ('A001000000', ('资产总计',))
    """
    return tuple(
        StatementItem(variable=name, table=item["table"], code=item["code"], names=tuple(item["names"]))
        for name, item in _register()["items"].items()
    )


def statement_keys() -> Mapping[str, list[str]]:
    """Return the names of columns of keys: of the firm, the date, and which statement it is."""
    return _register()["keys"]


def statement_words() -> Mapping[str, list[str]]:
    """Return the names of columns of words and dates about firms."""
    return _register()["words"]


def statement_source() -> str:
    """Return where codes and names are from."""
    return _register()["source"]
