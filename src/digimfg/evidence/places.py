"""Where an estimate stands: the tables and figures of an analysis that show its specification."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from digimfg.errors import AnalysisError
from digimfg.evidence.claims import Description
from digimfg.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from digimfg.analysis import Analysis
    from digimfg.evidence.claims import Claim, Estimates

__all__ = ["Place", "Places", "check_links", "find_places"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """One exhibit that shows a specification.

    Parameters
    ----------
    exhibit
        Its name: the files are ``tables/<exhibit>_<language>.*`` or ``figures/<exhibit>_<language>.*``.
    kind
        ``"table"`` or ``"figure"``.
    column
        Number of the column from 1, for tables with columns; 0 otherwise.
    """

    exhibit: str
    kind: str
    column: int

    @property
    def label(self) -> Text:
        """Return the place in words."""
        if self.column:
            return Text(f"{self.exhibit}, column ({self.column})", f"{self.exhibit}，第（{self.column}）列")
        return Text.of(self.exhibit)


@dataclass(frozen=True, kw_only=True, slots=True)
class Places:
    """Everything of an analysis that its estimates may be traced to."""

    panel: str
    title: Text
    by_specification: Mapping[str, tuple[Place, ...]]


def find_places(analyses: Mapping[str, Analysis]) -> dict[str, Places]:
    """Return, by analysis, where each of its specifications is shown."""
    return {
        name: Places(
            panel=analysis.panel_name or "—",
            title=analysis.title,
            by_specification={
                each: _places(analysis, each) for each in (*analysis.specifications, *analysis.studies)
            },
        )
        for name, analysis in analyses.items()
    }


def check_links(claims: Iterable[Claim], analyses: Mapping[str, Analysis]) -> None:
    """Check that claims and analyses name each other rightly, before anything is estimated.

    Raises
    ------
    AnalysisError
        If an analysis names a claim that is not in the ledger, a claim names a specification, a study, a
        test or (to describe) a figure that its analysis does not declare, or an analysis does not name a
        claim that rests on it.
    """
    ledger = {claim.id: claim for claim in claims}
    for name, analysis in analyses.items():
        for named in analysis.claims:
            _known(Text(f"analyses/{name}.py, claims", f"analyses/{name}.py 的 claims"), named, ledger)
    for claim in ledger.values():
        for link in claim.links:
            if link.analysis in analyses:
                _check_link(claim, link, analyses[link.analysis])


def _check_link(claim: Claim, link: Estimates | Description, analysis: Analysis) -> None:
    where = Text(f"claim {claim.id}, analysis '{link.analysis}'", f"论断{claim.id}，分析“{link.analysis}”")
    if isinstance(link, Description):
        figures = {each.name: each for each in analysis.exhibits if each.kind == "figure"}
        for number in link.numbers:
            _known(where, number.source, {**analysis.specifications, **analysis.studies, **figures})
    else:
        _known(where, link.main, {**analysis.specifications, **analysis.studies})
        for name in (each for each in (*link.robust, *link.joint) if each != "*"):
            _known(where, name, analysis.specifications)
        for name in link.validity:
            _known(where, name, analysis.tests)
        for name in (each for each in (link.battery, link.falsification) if each):
            _known(where, name, analysis.studies)
    if claim.id not in analysis.claims:
        raise AnalysisError.of(
            "evidence.claim_not_in_analysis",
            where=f"analyses/{link.analysis}.py",
            claim=claim.id,
            claims=str(analysis.claims),
        )


def _places(analysis: Analysis, name: str) -> tuple[Place, ...]:
    """Return the exhibits that show a specification or a study."""
    found = []
    for exhibit in analysis.exhibits:
        every = (analysis.specifications, analysis.studies)
        for options, known in zip((exhibit.uses.results, exhibit.uses.studies), every, strict=True):
            for option in options:
                named = getattr(exhibit, option)
                shown = (named or tuple(known)) if isinstance(named, tuple) else (named,)
                if name in shown:
                    numbered = isinstance(named, tuple) and exhibit.kind == "table"
                    column = shown.index(name) + 1 if numbered else 0
                    found.append(Place(exhibit=exhibit.name, kind=exhibit.kind, column=column))
    return tuple(found)


def _known(where: Text, name: str, known: Mapping[str, object]) -> None:
    if name not in known:
        raise AnalysisError.unknown(name, known, where=where)
