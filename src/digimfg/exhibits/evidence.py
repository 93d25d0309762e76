"""What exhibits show: results, tests, studies and the panel."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from digimfg.arguments import checked
from digimfg.errors import ExhibitError
from digimfg.variables import Variable
from digimfg.variables.declared import answer_variables, declared_variables

if TYPE_CHECKING:
    import pandas as pd

    from digimfg.inference.wald import WaldTest
    from digimfg.result import Result

__all__ = ["Evidence", "evidence_of"]


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


def evidence_of(data: Any) -> Evidence:
    """Return what a notebook gives an exhibit as evidence.

    Raises
    ------
    ExhibitError
        If it is neither a result, an answer, a mapping of these nor a frame.
    """
    import pandas as pd

    from digimfg.inference.wald import WaldTest
    from digimfg.result import Result

    if isinstance(data, Evidence):
        return data
    if isinstance(data, pd.DataFrame):
        return Evidence(frame=data)
    answered = dataclasses.is_dataclass(data) or not isinstance(data, Mapping)
    named = {"(1)": data} if answered else data
    values = {str(name): value for name, value in named.items()}
    if values and all(isinstance(value, Result) for value in values.values()):
        return Evidence(results=values)
    if values and all(isinstance(value, WaldTest) for value in values.values()):
        return Evidence(tests=values)
    if values and all(dataclasses.is_dataclass(value) for value in values.values()):
        return Evidence(studies=values)
    raise ExhibitError.of("exhibits.data_of_exhibit", got=type(data).__name__)
