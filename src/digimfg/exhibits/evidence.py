"""What exhibits show: results, tests, studies and the panel."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from digimfg.arguments import checked
from digimfg.variables import Variable
from digimfg.variables.declared import answer_variables, declared_variables

if TYPE_CHECKING:
    import pandas as pd

    from digimfg.inference.wald import WaldTest
    from digimfg.result import Result

__all__ = ["Evidence"]


@checked
@dataclass(frozen=True, kw_only=True, eq=False)
class Evidence:
    """Hold everything an exhibit may show.

    Parameters
    ----------
    results
        Specification name → result, in the order of the columns.
    tests
        Name → joint test.
    studies
        Name → answer of a study: a placebo test, a specification curve, bounds.
    frame
        The panel, key columns ordinary; ``None`` where an exhibit needs none.
    studied
        Name of a study → name of the result that it was asked of.
    """

    results: Mapping[str, Result] = field(default_factory=dict)
    tests: Mapping[str, WaldTest] = field(default_factory=dict)
    studies: Mapping[str, object] = field(default_factory=dict)
    frame: pd.DataFrame | None = None
    studied: Mapping[str, str] = field(default_factory=dict)

    @property
    def variables(self) -> dict[str, Variable]:
        """Return what the frame, the results and the studies declare of columns of their own."""
        of_results = [dict(result.variables) for result in self.results.values()]
        of_results += [answer_variables(study) for study in self.studies.values()]
        return {
            name: entry
            for told in (*of_results, declared_variables(self.frame))
            for name, entry in told.items()
        }
