"""Trace one cell of a panel to its raw cells: source, vintage, file, line, and every step between."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from digimfg.arguments import checked
from digimfg.errors import PanelError, SourceError
from digimfg.labels import term_label, value_label
from digimfg.panels import find_panel
from digimfg.panels.lineage import Ledger, find_lineage, origins_of
from digimfg.panels.online import find_extension
from digimfg.panels.raw_cells import RawCell, RawFile, RawFiles
from digimfg.panels.store import load_panel, processed_folder
from digimfg.panels.vintage_names import chosen_vintages, vintage_name
from digimfg.shown import shown
from digimfg.text import LANGUAGES, Language, Text
from digimfg.variables.unit_names import held_values

if TYPE_CHECKING:
    from digimfg.fetching.vintages import Vintage
    from digimfg.panels import Panel
    from digimfg.panels.lineage import Recomputed, Rule

__all__ = ["Trace", "Tracer"]

_TOLERANCE = 1e-9
_SHOWN_CELLS = 12


@checked
@shown(Text("Trace of a value", "数值溯源"), first="cells")
@dataclass(frozen=True, kw_only=True, slots=True)
class Trace:
    """Hold where a cell of a panel comes from.

    Parameters
    ----------
    panel, key, column
        Which cell.
    value
        What the panel holds; ``None`` where it is missing.
    cells
        The raw cells that it was computed from, as text; empty where the raw files are not there.
    files
        Every raw file behind the column: source, vintage, citation, licence, SHA-256.
    steps
        What was done, from the raw cells to the value.
    recomputed
        Whether the value was computed again from the raw cells and agreed.
    label
        What the column is called, where an analysis declares it; otherwise the dictionary says.
    """

    panel: str
    key: Mapping[str, Any]
    column: str
    value: float | int | str | None
    cells: tuple[RawCell, ...]
    files: tuple[RawFile, ...]
    steps: tuple[Text, ...]
    recomputed: bool
    label: Text | None = None

    def __str__(self) -> str:
        return "\n".join(str(line) for line in _lines(self))


class Tracer:
    """Trace many cells of one panel, reading every raw file once.

    Parameters
    ----------
    panel
        Name of the panel.
    vintage
        As in `load_panel`.
    raw
        Folder of the raw files; by default the one beside the panels in a checkout.
    """

    def __init__(self, panel: str, *, vintage: str | None = None, raw: Path | None = None) -> None:
        declared = find_panel(panel)
        lineage = find_lineage(declared.name)
        if lineage is None:
            raise _untraceable(declared.name)
        chosen = chosen_vintages(declared, vintage)
        names = {publisher: each.name for publisher, each in chosen.items()}
        self.frame = load_panel(panel, vintage=vintage_name(panel, names))
        self._panel = declared
        rules = _renewed_rules(declared, dict(lineage.rules), chosen)
        self._rules = {name: rules[name] for name in self.frame.columns}
        folder = processed_folder().parent / "raw" if raw is None else Path(raw)
        self._ledger = Ledger(rules=rules, files=RawFiles(raw=folder, vintages=chosen))
        self._rows = self.frame.set_index(list(declared.keys))

    def trace(self, key: Mapping[str, Any], column: str) -> Trace:
        """Return the trace of one cell."""
        key = {name: self._held(name, value) for name, value in key.items()}
        value = self._value(key, column)
        try:
            derived: Recomputed | None = self._ledger.column(column, dict(key))
        except SourceError:
            derived = None
        if derived is not None and not _same(value, derived.value):
            raise _contradiction(self._panel.name, key, column, value, derived)
        files = self._ledger.files
        origins = origins_of(self._ledger.rules, column)
        used = dict.fromkeys((origin.source, origin.file) for origin in origins)
        if derived is not None and derived.cells:
            used = dict.fromkeys((cell.source, cell.file) for cell in derived.cells)
        return Trace(
            panel=self._panel.name,
            key=dict(key),
            column=column,
            value=value,
            cells=() if derived is None else derived.cells,
            files=tuple(files.describe(*each) for each in used),
            steps=(self._rules[column].how,) if derived is None else derived.steps,
            recomputed=derived is not None,
        )

    def _held(self, name: str, value: Any) -> Any:
        """Return a key's value as the panel holds it, from a name of its unit too."""
        if name not in self._panel.keys:
            return value
        return held_values([value], self.frame[name].unique().tolist()).get(value, value)

    def _value(self, key: Mapping[str, Any], column: str) -> Any:
        if set(key) != set(self._panel.keys):
            names = ", ".join(self._panel.keys)
            raise PanelError.of(
                "panels.key_values_wanted",
                name=self._panel.name,
                names=names,
                given=", ".join(key) or Text("none", "没有"),
            )
        if column not in self.frame.columns:
            from digimfg.terms import unknown_column

            raise unknown_column(column, list(self.frame.columns), Text("tracing a cell", "追溯单元格"))
        row = tuple(key[name] for name in self._panel.keys)
        at = row if len(row) > 1 else row[0]
        if at not in self._rows.index:
            ends = self.frame[list(self._panel.keys)].iloc[[0, -1]].itertuples(index=False, name=None)
            shown, first, last = (", ".join(str(part) for part in each) for each in (row, *ends))
            raise PanelError.of(
                "panels.no_such_row", name=self._panel.name, shown=shown, first=first, last=last
            )
        if column in self._panel.keys:
            return key[column]
        return _plain(self._rows.at[at, column])


def _renewed_rules(panel: Panel, rules: dict[str, Rule], vintages: Mapping[str, Vintage]) -> dict[str, Rule]:
    extension = find_extension(panel.name)
    if extension is None or not vintages:
        return rules
    shipped = load_panel(panel.name, vintage="shipped")
    renewed = extension.extend(shipped, {publisher: each.read() for publisher, each in vintages.items()})
    return {**rules, **extension.lineage(renewed, vintages)}


def _untraceable(panel: str) -> PanelError:
    return PanelError.of("panels.not_traceable", panel=panel)


def _plain(value: Any) -> Any:
    import pandas as pd

    if pd.isna(value):
        return None
    return value.item() if hasattr(value, "item") else value


def _same(held: Any, again: Any) -> bool:
    if held is None or again is None:
        return held is None and again is None
    if isinstance(held, str):
        return bool(held == again)
    return math.isclose(held, again, rel_tol=_TOLERANCE, abs_tol=1e-12)


def _contradiction(
    panel: str, key: Mapping[str, Any], column: str, value: object, derived: Recomputed
) -> PanelError:
    at = ", ".join(str(part) for part in key.values())
    return PanelError.of(
        "panels.raw_cells_disagree", where=f"{panel}: {at}, {column}", got=str(value), value=derived.value
    )


def _lines(traced: Trace) -> list[Text]:
    at = {each: ", ".join(_at(*pair, each) for pair in traced.key.items()) for each in LANGUAGES}
    label = traced.label or term_label(traced.column)
    shown = "—" if traced.value is None else str(traced.value)
    lines = [
        Text(
            f"{traced.panel}: {at['en']}, {traced.column} ({label.en}) = {shown}",
            f"{traced.panel}：{at['zh']}，{traced.column}（{label.zh}）= {shown}",
        )
    ]
    for cell in traced.cells[:_SHOWN_CELLS]:
        row = ", ".join(f"{name}={value}" for name, value in cell.row)
        place = (
            Text("whole table", "整张表") if cell.line == 0 else Text(f"line {cell.line}", f"第{cell.line}行")
        )
        text = f": {cell.text}" if cell.line else ""
        lines.append(
            Text(
                f"  {cell.source}/{cell.file}, {place.en} ({row}), {cell.column}{text}",
                f"  {cell.source}/{cell.file}，{place.zh}（{row}），{cell.column}{text}",
            )
        )
    if len(traced.cells) > _SHOWN_CELLS:
        more = len(traced.cells) - _SHOWN_CELLS
        lines.append(Text(f"  … and {more} more raw cells", f"  …… 另有{more}个原始单元格"))
    lines += [Text(f"  → {step.en}", f"  → {step.zh}") for step in traced.steps]
    for file in traced.files:
        if not file.licence:  # a user's own file: nobody said more of it
            lines.append(
                Text(
                    f"  {file.title.en}: {file.file}, sha256 {file.sha256}",
                    f"  {file.title.zh}：{file.file}，sha256 {file.sha256}",
                )
            )
            continue
        lines.append(
            Text(
                f"  {file.title.en}, vintage {file.vintage}. {file.citation} Licence: {file.licence}. "
                f"{file.source}/{file.file}, sha256 {file.sha256}",
                f"  {file.title.zh}，版本{file.vintage}。{file.citation}许可：{file.licence}。"
                f"{file.source}/{file.file}，sha256 {file.sha256}",
            )
        )
    if not traced.recomputed and not traced.cells:
        lines.append(
            Text(
                "  (the raw files are not here: raw cells are not shown and the value was not computed "
                "again)",
                "（此处没有原始文件：未列出原始单元格，也未重新计算该值）",
            )
        )
    return lines


def _at(name: str, value: object, language: Language) -> str:
    """Return a key in words, a unit by its name and code."""
    said = value_label(value, column=name).language(language)
    return f"{name} {value}" if said == str(value) else f"{name} {said} ({value})"
