"""Import a user's own file into a panel: found, mapped, converted, validated, traced; nothing repaired in
silence.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from digimfg.arguments import checked
from digimfg.errors import PanelError
from digimfg.frames.said import with_whole_mark
from digimfg.importing.assembling import Placed, assemble
from digimfg.importing.blocks import read_blocks
from digimfg.importing.guessing import LIKELY, SURE
from digimfg.importing.key_cells import refuse_twins
from digimfg.importing.mapping import ImportMapping
from digimfg.importing.planning import full_mapping, needs_confirmation, plan_file, together, unsure_columns
from digimfg.importing.recording import (
    import_notes,
    recorded_columns,
    recorded_places,
    with_names,
    with_units,
)
from digimfg.importing.stored import ImportedPanel, SourceSheet
from digimfg.importing.unit_slots import columns_without_unit
from digimfg.panels import find_panel
from digimfg.panels.checks import check_panel
from digimfg.panels.findings import refuse_errors
from digimfg.panels.validate import validate_frame
from digimfg.shown import shown
from digimfg.text import Text

if TYPE_CHECKING:
    import pandas as pd

    from digimfg.importing.plan import Plan
    from digimfg.panels import Panel

__all__ = ["Guess", "guess_mapping", "import_panel"]


@shown(Text("Guessed mapping", "推测的映射"), first="columns")
@dataclass(frozen=True, kw_only=True, slots=True)
class Guess:
    """Hold what was guessed of a file, for a person to confirm.

    Parameters
    ----------
    mapping
        The whole mapping, every column with its confidence.
    unsure
        Names of columns whose guess needs a person.
    without_unit
        Names of columns whose unit a person must declare: neither header, cells nor the lines above the
        table do.
    """

    mapping: ImportMapping
    unsure: tuple[str, ...]
    without_unit: tuple[str, ...] = ()

    @property
    def columns(self) -> pd.DataFrame:
        """Return by header ``variable unit confidence by``, and whether a person is needed: ``unsure``."""
        import pandas as pd

        found = {
            header: {
                "variable": each.variable,
                "unit": each.unit,
                "confidence": each.confidence,
                "by": each.by,
                "unsure": header in self.unsure or header in self.without_unit,
            }
            for header, each in self.mapping.columns.items()
        }
        return pd.DataFrame.from_dict(found, orient="index").rename_axis("header")


@checked
def import_panel(
    path: Path | str,
    panel: str,
    mapping: ImportMapping | Mapping[str, object] | Path | str | None = None,
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
        What the columns are, where guessing is not enough: an `ImportMapping`, a dictionary of its parts, or
        the path of a saved one. Columns that it does not name are guessed.
    yes
        Take guesses that are merely likely (a name alike) without asking; a name below a heading of
        something else needs a person all the same.

    Returns
    -------
    ImportedPanel
        ``frame`` in the dictionary's units with the keys as codes; ``mapping`` in full, to be saved;
        ``notes`` and ``findings``; ``cell(key, column)`` says where a value came from; ``save()`` stores it
        for `load_panel`. Missing cells stay missing.

    Raises
    ------
    PanelError
        If the file cannot be read, keys or units are unknown or undeclared, a guess needs confirmation, a
        value breaks the dictionary's rules, or a check of `check_panel` that counts as an error fails.

    Examples
    --------
    >>> import digimfg as dm, pathlib, tempfile
    >>> file = pathlib.Path(tempfile.mkdtemp()) / "gdp.csv"
    >>> _ = file.write_text("地区,2019年,2020年\n北京,3.54,3.61\n上海,3.82,3.87\n注：单位为万亿元,,\n",
    ...     encoding="gb18030")
    >>> got = dm.import_panel(file, "china_province", {"variable": "gdp_100m_yuan", "unit": "万亿元"})
    >>> got.frame[["province", "year", "gdp_100m_yuan"]].values.tolist()
    [['110000', 2019, 35400.0], ['110000', 2020, 36100.0], ['310000', 2019, 38200.0], ['310000', 2020,
    38700.0]]
    >>> got.cell(("310000", 2020), "gdp_100m_yuan").address
    'C3'
    """
    target = _target(panel)
    given = _given(mapping, target)
    planned = plan_file(Path(path), target, given)
    file, plans = planned.file, planned.plans
    full = full_mapping(plans, target, given)
    if unsure := unsure_columns(full, LIKELY if yes else SURE):
        raise needs_confirmation(Path(path), full, unsure)
    sheets = tuple(
        SourceSheet(file=file.name, sha256=file.sha256, sheet=plan.table.grid.sheet, encoding=file.encoding)
        for plan in plans
    )
    placed, notes = _blocks(plans, target, given, str(path))
    notes = [*planned.notes, *notes]
    del planned, file, plans  # a large file is not needed any more
    assembled = assemble(placed, target)
    refuse_twins(assembled.frame, target.keys[0])
    frame = validate_frame(with_whole_mark(with_names(assembled.frame, target)), target, partial=True)
    full = with_units(full, assembled)
    findings = check_panel(frame, target.name)
    refuse_errors(findings, given.accept, str(path))
    return ImportedPanel(
        panel=target.name,
        frame=frame,
        mapping=full,
        notes=tuple(dict.fromkeys((*notes, *import_notes(full, findings, given.accept)))),
        findings=findings,
        sheets=sheets,
        places=recorded_places(assembled),
        columns=recorded_columns(assembled),
    )


@checked
def guess_mapping(
    path: Path | str, panel: str, mapping: ImportMapping | Mapping[str, object] | Path | str | None = None
) -> Guess:
    """Guess what a file's columns are, without importing it.

    Raises
    ------
    PanelError
        If the file cannot be read or has no keys that can be found.
    """
    target = _target(panel)
    given = _given(mapping, target)
    plans = plan_file(Path(path), target, given).plans
    full = full_mapping(plans, target, given)
    return Guess(mapping=full, unsure=unsure_columns(full), without_unit=columns_without_unit(plans, given))


def _blocks(
    plans: Sequence[Plan], panel: Panel, given: ImportMapping, path: str
) -> tuple[list[Placed], list[Text]]:
    """Read every sheet; what is wrong with several of them is told at once."""
    placed: list[Placed] = []
    notes: list[Text] = []
    wrong: list[PanelError] = []
    for number, plan in enumerate(plans):
        try:
            blocks = read_blocks(plan, panel, given)
        except PanelError as error:
            wrong.append(error)
            continue
        placed += [Placed(block=block, source=number) for block in blocks]
        notes += [note for block in blocks for note in block.notes]
    if wrong:
        raise together(path, wrong, sheets=len(plans) > 1)
    return placed, notes


def _target(panel: str) -> Panel:
    target = find_panel(panel)
    if "year" not in target.keys or len(target.keys) != 2:
        raise PanelError.of("importing.panel_without_keys_of_years", got=" × ".join(target.keys), panel=panel)
    return target


def _given(mapping: ImportMapping | Mapping[str, Any] | Path | str | None, panel: Panel) -> ImportMapping:
    given = ImportMapping.of(mapping)
    if given.panel not in ("", panel.name):
        raise PanelError.of("importing.mapping_of_another_panel", got=given.panel, name=panel.name)
    return given
