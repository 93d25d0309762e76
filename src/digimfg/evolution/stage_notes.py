"""What a reader of stages must know: whether the order holds, how the starts ended, what was not seen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from digimfg.evolution.hidden_markov import Chain, Moves
from digimfg.evolution.stage_data import StageData
from digimfg.notes import note_of
from digimfg.text import Text

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["stage_notes"]

_FLOOR = 1e-3


def stage_notes(
    data: StageData,
    chain: Chain,
    moves: Moves,
    comparison: pd.DataFrame,
    stages: pd.DataFrame,
    statistics: Mapping[str, float],
    ended: bool,
) -> tuple[Text, ...]:
    """Return the notes of a `StageModel`."""
    return (
        *_order(data, chain, comparison),
        *_doubts(data, chain, moves, stages),
        *_starts(statistics, ended),
        *_unseen(data),
    )


def _order(data: StageData, chain: Chain, comparison: pd.DataFrame) -> list[Text]:
    notes: list[Text] = []
    criteria = comparison["bic"].to_dict()
    best = min(criteria, key=lambda name: float(criteria[name]))
    words = {
        "strict": Text("stages that are never left downwards", "不允许回退的阶段"),
        "ordered": Text("ordered stages with regress", "允许小概率回退的有序阶段"),
        "free": Text("states without an order", "无顺序的状态"),
    }
    notes.append(
        note_of(
            "evolution.order_rejected" if best == "free" else "evolution.order_of_stages",
            best=words[str(best)],
            strict=float(criteria["strict"]),
            ordered=float(criteria["ordered"]),
            free=float(criteria["free"]),
        )
    )
    falling = [
        name for place, name in enumerate(data.indicators) if (np.diff(chain.means[0, :, place]) <= 0).any()
    ]
    if falling:
        notes.append(note_of("evolution.not_rising", names=falling))
    return notes


def _doubts(data: StageData, chain: Chain, moves: Moves, stages: pd.DataFrame) -> list[Text]:
    notes: list[Text] = []
    at_floor = [
        str(stage + 1) for stage, sds in enumerate(chain.sds[0]) if (sds <= _FLOOR * (1 + 1e-6)).any()
    ]
    if at_floor:
        notes.append(note_of("evolution.no_spread", names=at_floor))
    rare = [str(stage) for stage, share in stages["share"].items() if share * data.n_obs < 5]
    if rare:
        notes.append(note_of("evolution.rare_stage", names=rare))
    down = np.tril(chain.moves[0], -1).sum(axis=1)
    bound = [str(stage + 1) for stage, value in enumerate(down) if value >= moves.most_regress * (1 - 1e-6)]
    if 0 < moves.most_regress < 1 and bound:
        notes.append(note_of("evolution.regress_bound", names=bound, most=moves.most_regress))
    if moves.most_regress == 0:
        notes.append(note_of("evolution.monotone_assumed"))
    return notes


def _starts(statistics: Mapping[str, float], ended: bool) -> list[Text]:
    notes: list[Text] = [
        note_of(
            "evolution.starts_agree" if statistics["n_at_best"] > 1 else "evolution.single_start",
            best=int(statistics["n_at_best"]),
            n=int(statistics["n_starts"]),
        ),
        note_of("evolution.draws", draws=int(statistics["draws"])),
    ]
    if not ended:
        notes.append(note_of("evolution.not_ended"))
    return notes


def _unseen(data: StageData) -> list[Text]:
    notes: list[Text] = []
    if data.n_gaps:
        notes.append(note_of("evolution.gaps", n=data.n_gaps))
    if data.n_cells:
        notes.append(note_of("evolution.missing_cells", n=data.n_cells))
    return notes
