"""Divisions of China's provinces and cities into regions, tiers and groups, each with the document that it comes from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NotRequired

from typing_extensions import TypedDict

from digimfg.errors import PanelError
from digimfg.file_forms import FileForm, Words
from digimfg.files import sha256_bytes
from digimfg.notes import note_of
from digimfg.text import Text
from digimfg.variables.place_names import place_code

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Division", "divisions", "find_division", "list_regions", "register_hash"]

FILE = Path(__file__).parent / "data" / "china_regions.toml"
Units = Literal["province", "city"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Division:
    """Hold one way to divide provinces or cities.

    Parameters
    ----------
    name
        Of the division.
    label, source, note
        What it is, the document it comes from, what a reader must know.
    url
        Where the document, or a page that gives its members, stands, as far as known.
    checked
        Whether the members were compared with it; `source` says so where they were not.
    units
        What is divided.
    groups
        Name of a group → its label; ``rest`` last, where the division leaves units out.
    members
        GB/T 2260 code → name of its group.
    """

    name: str
    label: Text
    source: Text
    note: Text | None
    url: str
    checked: bool
    units: Units
    groups: Mapping[str, Text]
    members: Mapping[str, str]

    def group_of(self, code: str | None) -> str | None:
        """Return the group of a province or city by its code, ``None`` where the code is none.

        Examples
        --------
        >>> divisions()["four_regions"].group_of("330100"), divisions()["city_tiers"].group_of("330100")
        ('east', 'second')
        """
        if code is None:
            return None
        wanted = f"{code[:2]}0000" if self.units == "province" else code
        return self.members.get(wanted, "rest" if "rest" in self.groups else None)

    def group(self, name: str) -> str:
        """Return the name of a group from its name or its label in either language.

        Raises
        ------
        PanelError
            If there is none; the nearest are named.
        """
        known = {word: key for key, text in self.groups.items() for word in (key, text.en, text.zh)}
        if name not in known:
            raise PanelError.unknown(
                name,
                known,
                where=note_of("variables.place_of_regions", name=self.name),
                expected=note_of("variables.one_of_groups", groups=list(self.groups)),
            )
        return known[name]


@cache
def divisions() -> dict[str, Division]:
    """Return every division by name.

    Raises
    ------
    PanelError
        If a member is no province or city, or stands in two groups.
    """
    return {name: _division(name, told) for name, told in _FORM.read(FILE).items()}


def find_division(name: str) -> Division:
    """Return a division from its name or its label in either language.

    Raises
    ------
    PanelError
        If there is none of that name; the nearest are named.

    Examples
    --------
    >>> find_division("四大地区").name
    'four_regions'
    """
    known = divisions()
    words = {word: key for key, each in known.items() for word in (key, each.label.en, each.label.zh)}
    if name not in words:
        raise PanelError.unknown(
            name,
            words,
            where=Text("divisions of China's provinces and cities", "中国省份与城市的划分"),
            expected=note_of("variables.one_of_names", names=list(known)),
            more=Text("`dm.list_regions()` describes all", "`dm.list_regions()` 列出全部"),
        )
    return known[words[name]]


def list_regions() -> pd.DataFrame:
    """List the regions, tiers and groups of China's provinces and cities that ship, with their members and sources.

    Returns
    -------
    pandas.DataFrame
        Indexed by ``division`` and ``group``; columns ``units n_members members label_en label_zh source_en source_zh checked
        note_en note_zh url``; ``checked`` says whether the members were compared with the document. Members are codes of GB/T 2260; the rest of a division has none.

    Examples
    --------
    >>> regions = list_regions()
    >>> regions.loc["four_regions", "n_members"].to_dict()
    {'east': 10, 'central': 6, 'west': 12, 'northeast': 3}
    """
    import pandas as pd

    rows = {}
    for division in divisions().values():
        for group, label in division.groups.items():
            members = [code for code, held in division.members.items() if held == group]
            note = division.note or Text("", "")
            rows[(division.name, group)] = {
                "units": division.units,
                "n_members": len(members),
                "members": " ".join(members),
                "label_en": label.en,
                "label_zh": label.zh,
                "source_en": division.source.en,
                "source_zh": division.source.zh,
                "checked": division.checked,
                "note_en": note.en,
                "note_zh": note.zh,
                "url": division.url,
            }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis(["division", "group"])


def register_hash() -> str:
    """Return the SHA-256 of the register's file."""
    return sha256_bytes(FILE.read_bytes())


class _Group(TypedDict):
    en: str
    zh: str
    members: str


class _Told(TypedDict):
    label: Words
    source: Words
    checked: bool
    note: NotRequired[Words]
    url: NotRequired[str]
    units: NotRequired[Units]
    rest: NotRequired[Words]
    groups: dict[str, _Group]


_FORM: FileForm[dict[str, _Told]] = FileForm(
    schema=dict[str, _Told],
    what=Text("a TOML file of regions", "区域划分 TOML 文件"),
    remedy=Text("install digimfg again", "重新安装 digimfg"),
    error=PanelError,
)


def _division(name: str, told: _Told) -> Division:
    units: Units = told.get("units", "province")
    members: dict[str, str] = {}
    for group, held in told["groups"].items():
        for short in held["members"].split():
            code = place_code(units, short)
            if code is None or code in members:
                raise PanelError.of(
                    "variables.places_of_region", where=f"{FILE.name}, {name}.{group}", got=short, place=units
                )
            members[code] = group
    groups = {group: Text(held["en"], held["zh"]) for group, held in told["groups"].items()}
    rest, note = told.get("rest"), told.get("note")
    if rest is not None:
        groups["rest"] = Text(rest["en"], rest["zh"])
    source = Text(told["source"]["en"], told["source"]["zh"])
    if not told["checked"]:
        source = Text(
            f"{source.en} (members coded from secondary knowledge, not checked against it)",
            f"{source.zh}（成员依二手资料编码，未与原文核对）",
        )
    return Division(
        name=name,
        label=Text(told["label"]["en"], told["label"]["zh"]),
        source=source,
        checked=told["checked"],
        note=None if note is None else Text(note["en"], note["zh"]),
        url=told.get("url", ""),
        units=units,
        groups=groups,
        members=members,
    )
