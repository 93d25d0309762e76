"""Lists of names that come with the package."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from digimfg.errors import PanelError
from digimfg.file_forms import FileForm
from digimfg.text import Text

__all__ = ["synonym_lists"]

_DATA = Path(__file__).parent / "data"
_WHAT = Text("a TOML file of lists of names", "名称列表 TOML 文件")
_REMEDY = Text("install digimfg again", "重新安装 digimfg")
_SYNONYMS: FileForm[dict[str, dict[str, list[str]]]] = FileForm(
    schema=dict[str, dict[str, list[str]]], what=_WHAT, remedy=_REMEDY, error=PanelError
)


@cache
def synonym_lists() -> dict[str, dict[str, list[str]]]:
    """Return other names of keys and columns: kind of name → variable → names."""
    return _SYNONYMS.read(_DATA / "synonyms.toml")
