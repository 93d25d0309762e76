"""An analysis: a panel, specifications, tests, studies and exhibits, and the claims they bear on."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from digimfg.arguments import checked
from digimfg.derived.panel import DerivedPanel
from digimfg.errors import AnalysisError
from digimfg.measures.missing import MissingPolicy, fill_missing
from digimfg.panels import find_panel
from digimfg.panels.store import load_panel
from digimfg.text import Text

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from digimfg.exhibits import Exhibit
    from digimfg.inference.wald import JointTest
    from digimfg.result import Result
    from digimfg.specification import Specification
    from digimfg.variables import Variable

__all__ = ["Analysis", "Study"]

_OF_ONE, _OF_SEVERAL = ("specification", "result", "frame"), ("equations", "results", "fixed")
"""First parameters of functions of one specification, and of several."""


@checked
@dataclass(frozen=True, init=False)
class Study:
    """Ask more of one specification than its coefficients (a placebo test, a battery of checks, bounds), or
    something of the panel itself.

    Parameters
    ----------
    function
        Such as `randomization_test` or `robustness_battery`: called with the specification and the frame
        (with the result, where its first parameter is ``result``), and the options.
    specification
        Name in the analysis; several names for a function of several, such as `hausman`, `compare` or
        `estimate_system`; ``None`` for one whose first parameter is ``frame``, such as `moran_by_period` or
        `composite_index`.
    options
        Of the function.

    Examples
    --------
    >>> import digimfg as dm
    >>> Study(dm.leave_one_out, "baseline", by="country").options
    {'by': 'country'}
    >>> Study(dm.hausman, ("fixed", "random"), method="robust").specification
    ('fixed', 'random')
    """

    function: Callable[..., Any]
    specification: str | tuple[str, ...] | None
    options: Mapping[str, Any]

    def __init__(
        self,
        function: Callable[..., Any],
        specification: str | Sequence[str] | None = None,
        **options: Any,
    ) -> None:
        first = next(iter(inspect.signature(function).parameters), "")
        if specification is None and first != "frame":
            raise AnalysisError.of(
                "analysis.study_without_specification", name=getattr(function, "__name__", "…")
            )
        one = specification is None or isinstance(specification, str)
        if (one and first in _OF_SEVERAL) or (not one and first in _OF_ONE):
            raise AnalysisError.of(
                "analysis.study_needs_several_names" if one else "analysis.study_needs_one_name",
                got=str(specification),
                name=getattr(function, "__name__", "…"),
            )
        names = () if one else tuple(specification or ())
        if not one and len(set(names)) < max(len(names), 2):
            raise AnalysisError.of(
                "analysis.study_needs_several",
                name=getattr(function, "__name__", "…"),
                names=names or [Text("none", "没有")],
            )
        object.__setattr__(self, "function", function)
        object.__setattr__(self, "specification", specification if one else names)
        object.__setattr__(self, "options", options)

    @property
    def named(self) -> tuple[str, ...]:
        """Return the names of its specifications."""
        if self.specification is None:
            return ()
        return (self.specification,) if isinstance(self.specification, str) else self.specification

    def run(self, specification: Specification | None, result: Result | None, frame: pd.DataFrame) -> Any:
        """Return the function's answer."""
        parameters = tuple(inspect.signature(self.function).parameters)
        given: dict[str, Any] = {"specification": specification, "result": result, "frame": frame}
        asked = {name: given[name] for name in parameters[:2] if name in given}
        return self.function(**{**asked, **self.options})

    def run_several(
        self, specifications: Mapping[str, Specification], results: Mapping[str, Result], frame: pd.DataFrame
    ) -> Any:
        """Return the answer of a function of several specifications of an analysis, or of their results."""
        first = next(iter(inspect.signature(self.function).parameters), "")
        if first == "equations":
            equations = {name: specifications[name] for name in self.named}
            return self.function(equations, frame, **self.options)
        chosen = {name: results[name] for name in self.named}
        if first == "results":
            return self.function(chosen, **self.options)
        return self.function(*chosen.values(), **self.options)


@checked
@dataclass(frozen=True, kw_only=True)
class Analysis:
    """Declare one question and everything that answers it.

    Parameters
    ----------
    title
        What is asked.
    panel
        Name of the panel for `load_panel`, or a `DerivedPanel` with columns that are computed from it;
        ``None`` where the exhibits show no panel.
    specifications
        Name → specification, in the order of the columns.
    tests
        Name → joint test of terms of one specification (pre-trends, differences of subsamples).
    studies
        Name → study of one specification (placebo tests, robustness, bounds, mechanisms).
    exhibits
        Tables and figures; names are unique over all analyses.
    claims
        Ids of the paper's claims that it bears on.
    missing
        Policies for gaps in the panel's columns; by default nothing is filled. Tables and figures that use a
        filled column say so, and a specification with ``observed_only=True`` is the column without filled
        cells.

    Raises
    ------
    AnalysisError
        If `missing` holds anything but policies, or there is no panel to fill.
    PanelError
        If no panel has that name (the nearest are named).
    """

    title: Text
    panel: str | DerivedPanel | None
    specifications: Mapping[str, Specification]
    exhibits: tuple[Exhibit, ...] = ()
    tests: Mapping[str, JointTest] = field(default_factory=dict)
    studies: Mapping[str, Study] = field(default_factory=dict)
    claims: tuple[str, ...] = ()
    missing: MissingPolicy | tuple[MissingPolicy, ...] = ()

    def __post_init__(self) -> None:
        if isinstance(self.panel, str):
            find_panel(self.panel)
        given = tuple(self.missing) if isinstance(self.missing, Iterable) else (self.missing,)
        if isinstance(self.panel, DerivedPanel):
            given = self._of_panel(self.panel, given)
        object.__setattr__(self, "missing", given)
        odd = [type(each).__name__ for each in given if not isinstance(each, MissingPolicy)]
        if odd or (given and self.panel is None):
            raise AnalysisError.of(
                "analysis.policy_without_panel_columns", got=", ".join(odd) or "panel=None"
            )

    def _of_panel(self, panel: DerivedPanel, given: tuple[MissingPolicy, ...]) -> tuple[MissingPolicy, ...]:
        """Return the policies of a declared panel, which holds those of the analysis from now on."""
        own = panel.missing if isinstance(panel.missing, tuple) else (panel.missing,)
        if own and given:
            raise AnalysisError.of("analysis.policies_in_two_places")
        if given:
            object.__setattr__(self, "panel", replace(panel, missing=given))
        return own or given

    @property
    def panel_name(self) -> str | None:
        """Return the name of the panel, also where columns are computed from it."""
        return self.panel.name if isinstance(self.panel, DerivedPanel) else self.panel

    @property
    def variables(self) -> dict[str, Variable]:
        """Return the entries of its computed columns in the dictionary, by name."""
        return self.panel.variables() if isinstance(self.panel, DerivedPanel) else {}

    def load(self, processed: Path | None = None, kept: Path | None = None) -> pd.DataFrame | None:
        """Return the panel as the analysis uses it; ``None`` where it has none.

        Parameters
        ----------
        processed
            Folder of the panels, as in `load_panel`.
        kept
            Folder where computed columns are kept, for every analysis that declares the same ones.
        """
        if self.panel is None:
            return None
        if isinstance(self.panel, DerivedPanel):
            return self.panel.computed(self.panel.base(processed), kept)
        return self.filled(load_panel(self.panel, processed))

    def filled(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Return the panel as the analysis uses it: gaps filled as `missing` says, along the panel's own
        keys, then columns computed.

        Raises
        ------
        AnalysisError
            If the panel has no years.
        MeasureError
            If it lacks a column that a policy names, or what else `fill_missing` raises.
        """
        if isinstance(self.panel, DerivedPanel):
            return self.panel.computed(frame)
        if not self.missing or self.panel is None:
            return frame
        keys = find_panel(self.panel).keys
        if "year" not in keys:
            raise AnalysisError.of("analysis.panel_without_years", got=f"{self.panel}: {', '.join(keys)}")
        return fill_missing(frame, self.missing, entity=[key for key in keys if key != "year"]).frame
