"""The indices of subsystems, their coupling, coordination and synergy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from digimfg.frames.said import say_nothing
from digimfg.measures.composite import composite_index
from digimfg.measures.coupling import coupling_coordination
from digimfg.measures.synergy import composite_synergy

if TYPE_CHECKING:
    import pandas as pd

    from digimfg.measures.index_definition import IndexDefinition
    from digimfg.text import Text

__all__ = ["coupled_indices"]


def coupled_indices(
    frame: pd.DataFrame, subsystems: tuple[IndexDefinition, ...], entity: str, time: str
) -> tuple[pd.DataFrame, tuple[Text, ...]]:
    """Return keys, indices, ``coupling development coordination synergy``, and the notes of the indices.

    Raises
    ------
    MeasureError
        If an index cannot be made.
    """
    made = {each.name: composite_index(frame, each, time=time) for each in subsystems}
    keys = frame[[entity, time]].reset_index(drop=True)
    indices = keys.assign(**{name: found.scores.to_numpy() for name, found in made.items()})
    coupled = coupling_coordination(indices[[*made]])
    synergy = composite_synergy(indices, entity=entity, time=time)
    table = indices.assign(
        coupling=coupled["coupling"],
        development=coupled["development"],
        coordination=coupled["coordination"],
        synergy=synergy["synergy"],
    )
    say_nothing(table)
    notes = [note for found in made.values() for note in found.notes]
    return table, tuple(dict.fromkeys(notes))
