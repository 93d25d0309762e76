"""Check a replication package by the rules of a journal, each passed or failed with the remedy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import NotRequired

import pandas as pd
from typing_extensions import TypedDict

from digimfg.arguments import checked
from digimfg.errors import AnalysisError
from digimfg.file_forms import FileForm, Words, text_of
from digimfg.notes import note_of
from digimfg.packages.findings import what_is_wrong
from digimfg.shown import shown
from digimfg.text import Text

__all__ = ["PackageCheck", "check_package", "list_package_rules", "package_rules"]


class RuleForm(TypedDict):
    """One rule: what is looked at, what it looks for, and what to do where it fails."""

    check: str
    of: NotRequired[list[str]]
    title: Words
    remedy: Words


class RulesForm(TypedDict):
    """The rules of a journal: who says so, when it was read, and whether that was confirmed at the source."""

    journal: Words
    source: str
    date: str
    confirmed: bool
    rules: dict[str, RuleForm]


_FORM: FileForm[RulesForm] = FileForm(
    schema=RulesForm,
    what=Text("the rules of a journal", "期刊规则"),
    remedy=Text("restore the file", "请还原该文件"),
    error=AnalysisError,
)


@checked
@shown(Text("Check of a replication package", "复现包检查"))
@dataclass(frozen=True, kw_only=True, eq=False)
class PackageCheck:
    """Hold what a check found.

    Parameters
    ----------
    journal
        Whose rules.
    rows
        By ``rule``: ``passed``, ``title``, ``found`` (what is wrong), ``remedy``; in the language of
        messages.
    passed
        Whether every rule is met.
    notes
        The source of the rules and its date, and whether they were confirmed there.
    """

    journal: Text
    rows: pd.DataFrame
    passed: bool
    notes: tuple[Text, ...] = ()


@checked
def check_package(folder: Path | str, rules: str = "aea") -> PackageCheck:
    """Check a replication package that lies in a folder.

    Parameters
    ----------
    folder
        As `digimfg package` writes it; one made by other means is checked alike.
    rules
        ``"aea"``, ``"cie"`` (中国工业经济), ``"jqte"`` (数量经济技术经济研究) or ``"jfr"`` (金融评论).

    Raises
    ------
    AnalysisError
        If there is no such folder or no such set of rules (with the nearest).

    Examples
    --------
    >>> import tempfile
    >>> found = check_package(tempfile.mkdtemp(), "aea")
    >>> found.passed, bool(found.rows.loc["readme", "passed"])
    (False, False)
    """
    folder = Path(folder)
    form = package_rules(rules)
    if not folder.is_dir():
        raise AnalysisError.of("packages.no_package_folder", where=str(folder))
    rows = {}
    for name, rule in form["rules"].items():
        found = what_is_wrong(rule["check"], folder, tuple(rule.get("of", ())))
        told = note_of("packages.faults_together", found=found) if found else Text("", "")
        remedy = text_of(rule["remedy"]) if found else Text("", "")
        title = str(text_of(rule["title"]))
        rows[name] = {"passed": not found, "title": title, "found": str(told), "remedy": str(remedy)}
    frame = pd.DataFrame.from_dict(rows, orient="index").rename_axis("rule")
    return PackageCheck(
        journal=text_of(form["journal"]),
        rows=frame,
        passed=bool(frame["passed"].all()),
        notes=(_source(form),),
    )


def package_rules(name: str) -> RulesForm:
    """Return a set of rules.

    Raises
    ------
    AnalysisError
        If there is none of this name (with the nearest).
    """
    known = list_package_rules()
    if name not in known:
        raise AnalysisError.unknown(
            name,
            known,
            where="digimfg package --check",
            expected=note_of("packages.rules_of_editions", names=list(known)),
        )
    return known[name]


def list_package_rules() -> Mapping[str, RulesForm]:
    """Return the sets of rules by name."""
    folder = files("digimfg.packages").joinpath("rules")
    found = {}
    for entry in sorted(folder.iterdir(), key=lambda each: each.name):
        if entry.name.endswith(".toml"):
            found[entry.name.removesuffix(".toml")] = _FORM.parse(entry.read_bytes(), entry.name).content
    return found


def _source(form: RulesForm) -> Text:
    name = "packages.rules_as_read" if form["confirmed"] else "packages.rules_not_confirmed"
    return note_of(name, source=form["source"], date=form["date"])
