"""What every envelopment is told: its model, its returns, and what becomes of gaps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

from typing_extensions import TypedDict

from digimfg.kinds import ColumnOf, Differing, Entries, Jobs

__all__ = [
    "Columns",
    "Disposability",
    "EnvelopmentKeywords",
    "EnvelopmentOptions",
    "Missing",
    "ModelName",
    "Orientation",
    "Returns",
    "SomeColumns",
]

Columns = Annotated[Sequence[str], ColumnOf("numbers"), Entries(), Differing()]
SomeColumns = Annotated[Sequence[str], ColumnOf("numbers"), Differing()]
Missing = Literal["raise", "drop"]
ModelName = Literal["radial", "slack_based", "directional", "non_radial_directional"]
Orientation = Literal["input", "output", "none"]
Returns = Literal["constant", "variable", "non_increasing", "non_decreasing"]
Disposability = Literal["weak", "strong"]


class EnvelopmentKeywords(TypedDict, total=False):
    """Name the fields of `EnvelopmentOptions` for a call."""

    undesirable: SomeColumns
    model: ModelName
    orientation: Orientation | None
    returns: Returns
    disposability: Disposability
    missing: Missing
    n_jobs: Jobs | None


@dataclass(frozen=True, kw_only=True)
class EnvelopmentOptions:
    """Hold what every envelopment is told; `efficiency` explains it."""

    undesirable: SomeColumns = ()
    model: ModelName = "radial"
    orientation: Orientation | None = None
    returns: Returns = "constant"
    disposability: Disposability = "weak"
    missing: Missing = "raise"
    n_jobs: Jobs | None = None
