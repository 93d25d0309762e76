"""Declare one column that an analysis computes: its name, its rule, what it is called and what it is
measured in.
"""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass
from typing import Literal

from digimfg.arguments import checked
from digimfg.derived.rule import ColumnRule
from digimfg.derived.term import TermRule
from digimfg.errors import PanelError, SpecificationError
from digimfg.frames.filled_cells import flags_another
from digimfg.frames.said import MARK
from digimfg.notes import note_of
from digimfg.text import Text
from digimfg.variables import Layer, Variable

__all__ = ["Derived", "column_place"]


@checked
@dataclass(frozen=True)
class Derived:
    """Declare one column that an analysis computes.

    Parameters
    ----------
    name
        Name of the column; no other column of the panel has it.
    rule
        How it is computed: a rule such as `Composite`, `Coupling`, `Ratio`, `Growth`, `Deflated`,
        `Winsorized`, `InRegion`, `Crossed`, `Aggregate`, `AtYear` or `Computed`; or a term as in a
        specification (``"log(gdp)"``, ``"D.log(gdp)"``, ``"a:b"``), whose lags see gaps.
    label
        What tables and figures call it, in both languages.
    unit
        What it is measured in; a rule whose unit is always the same (an index, a logarithm, an indicator)
        needs none.
    definition
        What it measures; by default how it is computed.
    direction
        +1 where more is better, -1 where less is better, 0 where neither.
    layer
        Technology, structure or institution.

    Raises
    ------
    PanelError
        If the name is empty, the column is computed from itself, its unit is not known, or a term cannot be
        read.

    Examples
    --------
    >>> import digimfg as dm
    >>> column = dm.Derived("log_gdp", "log(gdp)", label=dm.Text("GDP, log", "地区生产总值（对数）"))
    >>> column.how.inputs(), column.variable().unit.en
    (('gdp',), 'log')
    """

    name: str
    rule: ColumnRule | str
    _: KW_ONLY
    label: Text | str
    unit: Text | str | None = None
    definition: Text | str | None = None
    direction: Literal[-1, 0, 1] = 0
    layer: Layer | None = None

    def __post_init__(self) -> None:
        try:
            inputs, usual = self.how.inputs(), self.how.unit()
        except SpecificationError as error:
            raise PanelError.of(
                "derived.column_not_computed",
                where=column_place(self.name),
                expected=error.expected,
                got=error.got,
                remedy=error.remedy,
            ) from None
        if self.name == MARK or flags_another(self.name):
            raise PanelError.of("derived.name_marks_nothing", where=column_place(self.name), name=self.name)
        if not self.name.strip():
            raise PanelError.of(
                "derived.column_without_name", where=column_place(self.name), got=repr(self.name)
            )
        if self.name in inputs:
            raise PanelError.of("derived.computed_from_itself", where=column_place(self.name), name=self.name)
        if self.unit is None and usual is None:
            raise PanelError.of("derived.column_without_unit", where=column_place(self.name))

    @property
    def how(self) -> ColumnRule:
        """Return the rule, also of a term."""
        return TermRule(self.rule) if isinstance(self.rule, str) else self.rule

    def variable(self) -> Variable:
        """Return the entry that stands for the column in the dictionary."""
        formula = self.how.formula()
        unit = self.how.unit() if self.unit is None else self.unit
        return Variable(
            name=self.name,
            label=Text.of(self.label),
            unit=Text.of(unit or ""),
            definition=Text(formula.en, formula.zh) if self.definition is None else Text.of(self.definition),
            source="derived",
            source_code="" if self.definition is None else formula.en,
            dtype=self.how.dtype,
            categories=self.how.categories(),
            value_labels=self.how.value_labels(),
            direction=self.direction,
            layer=self.layer,
        )


def column_place(name: str) -> Text:
    """Return where an error about a declared column is."""
    return note_of("derived.computed_column", name=name)
