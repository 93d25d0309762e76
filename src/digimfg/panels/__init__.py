"""Panels: validated frames with keys and variables, and the store that holds them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from digimfg.arguments import checked
from digimfg.errors import PanelError
from digimfg.panels.usual_levels import Usual
from digimfg.registry import instances
from digimfg.text import Text

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Frames", "Panel", "all_panels", "find_panel", "shipped_panels"]

Frames = Mapping[str, "pd.DataFrame"]


@checked
@dataclass(frozen=True, kw_only=True, slots=True)
class Panel:
    """Describe a panel: what one row is, which columns it has, and how it is built.

    Parameters
    ----------
    name
        Name for `load_panel`.
    title
        What it holds.
    keys
        Key columns, ordinary columns; one row per key. The first is the unit, ``year`` dates it where there
        is time.
    variables
        Names in the dictionary, keys first, in the order of the columns.
    sources
        Names of the sources it is built from.
    build
        Pure function ``{source name: {frame name: frame}} -> frame``; ``None`` where nothing ships and users
        import their own files: such a panel holds its keys and any of its variables.
    usual
        What `check_panel` compares its values with.
    in_package
        Whether the installed package carries its data; no where the terms of a source keep them in the
        repository.
    """

    name: str
    title: Text
    keys: tuple[str, ...]
    variables: tuple[str, ...]
    sources: tuple[str, ...] = ()
    build: Callable[[Mapping[str, Frames]], pd.DataFrame] | None = None
    usual: Usual = field(default_factory=Usual)
    in_package: bool = True

    def __post_init__(self) -> None:
        repeated = len(set(self.variables)) < len(self.variables)
        keyed = bool(self.keys) and self.variables[: len(self.keys)] == self.keys
        if repeated or not keyed or not min(self.name, self.title.en, self.title.zh).strip():
            raise PanelError.of(
                "panels.panel_declaration", name=self.name, keys=self.keys, names=self.variables[:5]
            )

    @property
    def ships(self) -> bool:
        """Tell whether the package carries its data."""
        return self.build is not None


def all_panels() -> dict[str, Panel]:
    """Return every panel by name; each file in ``panels/`` adds its ``PANEL``."""
    return {panel.name: panel for panel in instances("panels", "PANEL").values()}


def shipped_panels() -> dict[str, Panel]:
    """Return the panels whose data the package carries, by name; the others wait for `digimfg data
    import`.
    """
    return {name: panel for name, panel in all_panels().items() if panel.ships}


def find_panel(name: str) -> Panel:
    """Return a panel's declaration.

    Raises
    ------
    PanelError
        If no panel has that name; the nearest names are suggested.
    """
    known = all_panels()
    if name not in known:
        raise PanelError.unknown(
            name,
            known,
            where=Text("looking for a panel", "查找面板"),
            more=Text("`dm.list_panels()` describes all", "`dm.list_panels()` 列出全部"),
        )
    return known[name]
