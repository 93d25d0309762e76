"""An analysis: a panel, specifications, tests and exhibits, and the claims they bear on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.exhibits import Exhibit
    from digimfg.inference.wald import JointTest
    from digimfg.specification import Specification

__all__ = ["Analysis"]


@dataclass(frozen=True, kw_only=True)
class Analysis:
    """Declare one question and everything that answers it.

    Parameters
    ----------
    title
        What is asked.
    panel
        Name of the panel for `load_panel`; ``None`` where the exhibits show no panel.
    specifications
        Name → specification, in the order of the columns.
    tests
        Name → joint test of terms of one specification (pre-trends, differences of subsamples).
    exhibits
        Tables and figures; names are unique over all analyses.
    claims
        Ids of the paper's claims that it bears on.
    """

    title: Text
    panel: str | None
    specifications: Mapping[str, Specification]
    exhibits: tuple[Exhibit, ...] = ()
    tests: Mapping[str, JointTest] = field(default_factory=dict)
    claims: tuple[str, ...] = ()
