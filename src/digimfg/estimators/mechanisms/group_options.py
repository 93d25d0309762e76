"""The options of comparisons of two groups."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from digimfg.kinds import AtLeast, AtMost, Entries, Label, Seed, Such
from digimfg.text import Text

__all__ = ["GroupOptions", "Levels", "Method"]

Method = Literal["interaction", "suest", "permutation"]
Levels = Annotated[
    tuple[Label, ...],
    Such(
        lambda levels: len(set(levels)) == len(levels) in (0, 2),
        Text("of two groups, or ()", "两个组，或 ()"),
    ),
]


@dataclass(frozen=True, kw_only=True)
class GroupOptions:
    """Hold the options of `GroupDifference`, which says what they mean."""

    group: str
    levels: Levels = ()
    terms: tuple[str, ...] = ()
    methods: Annotated[tuple[Method, ...], Entries(1)] = ("interaction", "suest", "permutation")
    replications: Annotated[int, AtLeast(20), AtMost(10_000_000)] = 1000
    seed: Seed = 0
    permuted: str | None = None
