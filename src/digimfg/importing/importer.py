"""Import a user's own file into a panel: found, mapped, converted, validated, traced; nothing repaired in silence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from digimfg.errors import PanelError
from digimfg.importing.assembling import Assembled, Placed, assemble
from digimfg.importing.blocks import read_blocks
from digimfg.importing.guessing import SURE
from digimfg.importing.layout import Table, find_table
from digimfg.importing.mapping import ColumnMapping, ImportMapping
from digimfg.importing.plan import Plan, plan_table
from digimfg.importing.reading import read_file
from digimfg.importing.stored import ImportedPanel, SourceSheet
from digimfg.importing.units import parse_unit
from digimfg.panels import find_panel
from digimfg.panels.checks import Finding, check_panel, refuse_errors
from digimfg.panels.validate import validate_frame
from digimfg.text import Text
from digimfg.variables import dictionary
from digimfg.variables.china_places import CITIES, PROVINCES

if TYPE_CHECKING:
    import pandas as pd

    from digimfg.importing.grids import FileRead
    from digimfg.panels import Panel

__all__ = ["Guess", "guess_mapping", "import_panel"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Guess:
    """Hold what was guessed of a file, for a person to confirm.

    Parameters
    ----------
    mapping
        The whole mapping, every column with its confidence.
    unsure
        Names of columns whose guess needs a person.
    """

    mapping: ImportMapping
    unsure: tuple[str, ...]


def import_panel(
    path: Path | str,
    panel: str,
    mapping: ImportMapping | Mapping[str, Any] | Path | str | None = None,
    *,
    yes: bool = False,
) -> ImportedPanel:
    r"""Import a file into a panel.

    Parameters
    ----------
    path
        CSV, Excel (.xlsx), Stata (.dta) or Parquet.
    panel
        ``"china_province"``, ``"china_city"``, ``"firm"``, ``"world"``.
    mapping
        What the columns are, where guessing is not enough: an `ImportMapping`, a dictionary of its parts, or the path of a
        saved one. Columns that it does not name are guessed.
    yes
        Take guesses that are merely likely (a name alike) without asking.

    Returns
    -------
    ImportedPanel
        ``frame`` in the dictionary's units with the keys as codes; ``mapping`` in full, to be saved; ``notes`` and
        ``findings``; ``cell(key, column)`` says where a value came from; ``save()`` stores it for `load_panel`. Missing cells
        stay missing.

    Raises
    ------
    PanelError
        If the file cannot be read, keys or units are unknown or undeclared, a guess needs confirmation, a value breaks the
        dictionary's rules, or a check of `check_panel` that counts as an error fails.

    Examples
    --------
    >>> import digimfg as dm, pathlib, tempfile
    >>> file = pathlib.Path(tempfile.mkdtemp()) / "gdp.csv"
    >>> _ = file.write_text("地区,2019年,2020年\n北京,3.54,3.61\n上海,3.82,3.87\n注：单位为万亿元,,\n", encoding="gb18030")
    >>> got = dm.import_panel(file, "china_province", {"variable": "gdp_100m_yuan", "unit": "万亿元"})
    >>> got.frame[["province", "year", "gdp_100m_yuan"]].values.tolist()
    [['110000', 2019, 35400.0], ['110000', 2020, 36100.0], ['310000', 2019, 38200.0], ['310000', 2020, 38700.0]]
    >>> got.cell(("310000", 2020), "gdp_100m_yuan").address
    'C3'
    """
    target = _target(panel)
    given = _given(mapping, target)
    file, plans = _plans(Path(path), target, given)
    full = _full_mapping(plans, target, given)
    if unsure := () if yes else _unsure(full):
        raise _needs_confirmation(Path(path), full, unsure)
    placed: list[Placed] = []
    notes: list[Text] = []
    for number, plan in enumerate(plans):
        for block in read_blocks(plan, target, given):
            placed.append(Placed(block=block, source=number))
            notes += block.notes
    assembled = assemble(placed, target)
    frame = validate_frame(_with_names(assembled.frame, target), target, partial=True)
    full = _with_units(full, assembled)
    findings = check_panel(frame, target.name)
    refuse_errors(findings, given.accept, str(path))
    return ImportedPanel(
        panel=target.name,
        frame=frame,
        mapping=full,
        notes=(*notes, *_own_notes(full, findings, given.accept)),
        findings=findings,
        sheets=tuple(SourceSheet(file=file.name, sha256=file.sha256, sheet=plan.table.grid.sheet, encoding=file.encoding) for plan in plans),
        places=_places(assembled),
        columns=_columns(assembled),
    )  # fmt: skip


def guess_mapping(
    path: Path | str, panel: str, mapping: ImportMapping | Mapping[str, Any] | Path | str | None = None
) -> Guess:
    """Guess what a file's columns are, without importing it.

    Raises
    ------
    PanelError
        If the file cannot be read or has no keys that can be found.
    """
    target = _target(panel)
    given = _given(mapping, target)
    _, plans = _plans(Path(path), target, given)
    full = _full_mapping(plans, target, given)
    return Guess(mapping=full, unsure=_unsure(full))


def _target(panel: str) -> Panel:
    target = find_panel(panel)
    if "year" not in target.keys or len(target.keys) != 2:
        raise PanelError(
            where=Text(f"panel '{panel}'", f"面板“{panel}”"),
            expected=Text(
                "a panel of units and years: china_province, china_city, firm, world",
                "单位 × 年份的面板：china_province、china_city、firm、world",
            ),
            got=" × ".join(target.keys),
            remedy=Text("choose one of these panels", "请从中选择"),
        )
    return target


def _given(mapping: ImportMapping | Mapping[str, Any] | Path | str | None, panel: Panel) -> ImportMapping:
    given = ImportMapping.of(mapping)
    if given.panel not in ("", panel.name):
        raise PanelError(
            where=Text("the mapping", "映射"),
            expected=Text(f"a mapping for panel '{panel.name}'", f"面板“{panel.name}”的映射"),
            got=given.panel,
            remedy=Text("name the right panel, or use the mapping of this one", "请指定正确的面板或映射"),
        )
    return given


def _plans(path: Path, panel: Panel, given: ImportMapping) -> tuple[FileRead, list[Plan]]:
    file = read_file(path, encoding=given.encoding or None, sheets=given.sheets)
    plans: list[Plan] = []
    failed: list[PanelError] = []
    for grid in file.grids:
        table = find_table(grid, given.header_rows)
        if not _holds_something(table):
            continue
        try:
            plans.append(plan_table(table, panel, given))
        except PanelError as error:
            failed.append(error)
    # A workbook may hold sheets of explanations; one that was named, or the only one, must be a table.
    if failed and (given.sheets or not plans):
        raise failed[0]
    if not plans:
        raise PanelError(
            where=str(path),
            expected=Text("a table with a header and rows", "含表头与数据行的表"),
            got=Text("no such sheet", "没有"),
            remedy=Text(
                "check the file; name the rows of its header in the mapping: header_rows = [3, 4]",
                "检查文件；可在映射中写明表头行：header_rows = [3, 4]",
            ),
        )
    return file, plans


def _holds_something(table: Table) -> bool:
    return table.last > table.first and any(header.parts for header in table.headers)


def _full_mapping(plans: list[Plan], panel: Panel, given: ImportMapping) -> ImportMapping:
    columns: dict[str, ColumnMapping] = {}
    keys: dict[str, str] = {}
    for plan in plans:
        keys |= {role: plan.table.headers[place].text for role, place in plan.places.items()}
        for planned in plan.columns.values():
            if planned.name:
                columns.setdefault(planned.name, planned.told)
    return replace(
        given,
        panel=panel.name,
        layout=plans[0].layout if len({plan.layout for plan in plans}) == 1 else "",
        keys={**keys, **given.keys},
        columns={**columns, **{name: told for name, told in given.columns.items() if name not in columns}},
    )


def _unsure(mapping: ImportMapping) -> tuple[str, ...]:
    return tuple(name for name, told in mapping.columns.items() if told.variable and told.confidence < SURE)


def _needs_confirmation(path: Path, mapping: ImportMapping, unsure: tuple[str, ...]) -> PanelError:
    lines = [
        f"{name} → {mapping.columns[name].variable} ({mapping.columns[name].confidence:.2f})"
        for name in unsure
    ]
    return PanelError(
        where=str(path),
        expected=Text("columns whose meaning is certain", "含义确定的列"),
        got=Text(
            "guesses that a person must confirm" + "".join(f"\n    {line}" for line in lines),
            "需人工确认的猜测" + "".join(f"\n    {line}" for line in lines),
        ),
        remedy=Text(
            'confirm each in a mapping (its variable, or "" to keep the column as it is), or take all guesses with --yes / yes=True',
            '请在映射中逐一确认（变量名，或 "" 原样保留），或用 --yes / yes=True 全部接受',
        ),
    )


def _with_names(frame: pd.DataFrame, panel: Panel) -> pd.DataFrame:
    named = frame
    unit = panel.keys[0]
    if unit == "province":
        named = named.assign(
            province_name_zh=named["province"].map(
                {code: short for code, (_, short, _) in PROVINCES.items()}
            ),
            province_name_en=named["province"].map(
                {code: english for code, (_, _, english) in PROVINCES.items()}
            ),
        )
    if unit == "city":
        named = named.assign(city_name_zh=named["city"].map(CITIES))
        if "province" not in named:
            named = named.assign(province=named["city"].str[:2] + "0000")
    return named


def _with_units(mapping: ImportMapping, assembled: Assembled) -> ImportMapping:
    units: dict[str, set[str]] = {}
    for read in assembled.read.values():
        for column in read.values():
            units.setdefault(column.header, set()).add(column.unit)
    columns = {
        name: replace(told, unit=told.unit or _only(units.get(name, set()))) if told.variable else told
        for name, told in mapping.columns.items()
    }
    return replace(mapping, columns=columns)


def _only(units: set[str]) -> str:
    """Return the unit where there is one alone; a list of units of cells ("亿元/万元") is none."""
    unit = next(iter(units)) if len(units) == 1 else ""
    return unit if parse_unit(unit) is not None else ""


def _own_notes(mapping: ImportMapping, findings: tuple[Finding, ...], accept: tuple[str, ...]) -> list[Text]:
    kept = [name for name, told in mapping.columns.items() if not told.variable]
    notes = []
    if kept:
        shown = ", ".join(kept[:8]) + (" …" if len(kept) > 8 else "")
        notes.append(Text(
            f"{len(kept)} columns that the dictionary does not know are kept as they are, in the file's units: {shown}",
            f"变量字典没有的 {len(kept)} 列按原样（文件单位）保留：{shown}",
        ))  # fmt: skip
    notes += [finding.note(finding.accepted(accept)) for finding in findings]
    return notes


def _places(assembled: Assembled) -> dict[str, tuple[Any, Any, Any]]:
    return {
        name: (assembled.sources[name], assembled.rows[name], assembled.columns[name])
        for name in assembled.rows
    }


def _columns(assembled: Assembled) -> dict[str, dict[str, Any]]:
    entries = dictionary()
    told: dict[str, dict[str, Any]] = {}
    for name, read in assembled.read.items():
        told[name] = {
            "unit": str(entries[name].unit.en) if name in entries else "",
            "read": {
                str(number): {
                    "header": column.header,
                    "unit": column.unit,
                    "factor": column.factor,
                    "by": column.told.by,
                }
                for number, column in read.items()
            },
        }
    return told
