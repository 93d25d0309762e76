"""What claims may rest on besides estimates: exact tests of what is recorded, and records that are
audited.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from digimfg.text import Text

if TYPE_CHECKING:
    import pandas as pd

    from digimfg.evidence.claims import Claim, Record
    from digimfg.evidence.versions import RuleVersion

__all__ = ["NO_GROUNDS", "Audit", "Fact", "Grounds", "Ledger"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Fact:
    """What one exact test says.

    Parameters
    ----------
    name
        Its name in the ledger.
    status
        ``"supported"``, ``"not_supported"``, ``"contradicted"``, or ``"recorded"`` where nothing is tested.
    low_power
        A null that could not have been anything else.
    reason
        What was found, in a sentence.
    numbers
        The numbers behind it.
    attainable
        The smallest two-sided p-value that so few observations can give; NaN where nothing is tested.
    """

    name: str
    status: Literal["supported", "not_supported", "contradicted", "recorded"]
    low_power: bool
    reason: Text
    numbers: dict[str, float]
    attainable: float = math.nan


@dataclass(frozen=True, kw_only=True, eq=False)
class Audit:
    """What the audit of a record says.

    Parameters
    ----------
    record
        The cells.
    status
        ``"holds"`` as printed, ``"corrected"`` (only certain and likely errata), ``"open"`` (some cells in
        doubt), or ``"additions"`` (most rows are not in the paper: its own list is lost).
    n_cells
        Cells with words of the paper.
    errata
        Their errata: register, cell, as printed, proposed, confidence, severity, evidence.
    quantities
        Sums that follow from them (`paper_arithmetic`).
    summary
        In a sentence.
    sources
        Outside sources that its errata name: those that some of the cells were compared with.
    """

    record: Record
    status: Literal["holds", "corrected", "open", "additions"]
    n_cells: int
    errata: pd.DataFrame
    quantities: pd.DataFrame
    summary: Text
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, eq=False)
class Grounds:
    """What a ledger's claims may name besides estimates.

    Parameters
    ----------
    exact_tests
        Name → function of the claim's rule and the declared parameters.
    registers
        Names of the registers whose cells a claim may record.
    audit
        Function of a record; called only for registers that are named.
    versions
        Claim → versions of its rule, the present one last.
    subject
        What the claims are of, as a reader is told; empty where that is not known.
    """

    exact_tests: Mapping[str, Callable[..., Fact]] = field(default_factory=dict)
    registers: Collection[str] = ()
    audit: Callable[[Record], Audit] | None = None
    versions: Mapping[str, tuple[RuleVersion, ...]] = field(default_factory=dict)
    subject: Text = field(default_factory=lambda: Text("", ""))


NO_GROUNDS = Grounds()
"""Those of a ledger whose claims rest on estimates alone."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Ledger:
    """The claims of a project and what they rest on besides its estimates."""

    claims: tuple[Claim, ...]
    grounds: Grounds
