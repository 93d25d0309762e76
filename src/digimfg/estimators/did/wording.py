"""What a method of difference-in-differences says of itself, and the controls it takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from digimfg.errors import SpecificationError
from digimfg.labels import term_label
from digimfg.notes import note_of
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.estimators.did.panel import StaggeredPanel

__all__ = ["check_controls", "method_notes"]

_TAKE_CONSTANT = ("callaway_santanna", "triple_difference", "extended_two_way", "local_projection")
"""Methods in which a control that never moves may still tell how a unit's outcome would have changed."""


def method_notes(method: str, control_group: str | None, anticipation: int) -> list[Text]:
    """Return the choices that a reader of a table must know."""
    said: list[Text] = []
    if control_group is not None:
        group = {
            "never_treated": Text("never-treated units", "从未处理的个体"),
            "not_yet_treated": Text("units not yet treated", "尚未处理的个体"),
        }[control_group]
        said.append(note_of("did.control_group", group=group))
    if anticipation:
        said.append(note_of("did.anticipation", anticipation=anticipation))
    if method == "two_way":
        said.append(note_of("did.forbidden_comparison"))
    return said


def check_controls(panel: StaggeredPanel, method: str, label: Text, notes: list[Text]) -> None:
    """Refuse controls where the method has none; note those without a role beside unit effects.

    Raises
    ------
    SpecificationError
        Naming the controls.
    """
    if not panel.control_names:
        return
    if method == "dechaisemartin_dhaultfoeuille":
        raise SpecificationError.of("did.controls_not_taken", got=", ".join(panel.control_names), label=label)
    if method in _TAKE_CONSTANT:
        return
    low = np.full((panel.n_units, len(panel.control_names)), np.inf)
    high = -low
    np.minimum.at(low, panel.unit, panel.controls)
    np.maximum.at(high, panel.unit, panel.controls)
    still = [
        name for name, same in zip(panel.control_names, np.all(low == high, axis=0), strict=True) if same
    ]
    if still:
        notes.append(note_of("did.constant_controls", controls=[term_label(name) for name in still]))
