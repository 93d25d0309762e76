"""The decomposition of forecast variance of a panel VAR as a table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal

from digimfg.arguments import checked
from digimfg.display.formatting import format_interval, format_number
from digimfg.display.notes import note_paragraph
from digimfg.display.table import Row, Span, Table
from digimfg.errors import ExhibitError
from digimfg.estimators.panel_var.decomposition import VarianceDecomposition
from digimfg.exhibits import Evidence, Labelled, OfStudy, Rounded
from digimfg.exhibits.selection import exhibit_where, one_study
from digimfg.kinds import Count, Digits
from digimfg.labels import term_label
from digimfg.sheets import sheet_beside
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.display.table import Alignment, Cell

__all__ = ["VarianceDecompositionTable"]

_HEADINGS = sheet_beside(__file__, "headings")


@checked
@dataclass(frozen=True, kw_only=True)
class VarianceDecompositionTable(Rounded, OfStudy, Labelled):
    """Show which shocks make the forecast errors of each variable, in per cent, intervals in brackets.

    Parameters
    ----------
    source, title, notes, note_form, labels
        See `Exhibit`; the answer of `variance_decomposition` may be given at once.
    study
        Name of the study in the analysis; may be left out where there is only one of its kind.
    horizons
        Forecasts to show; by default 1, 5, 10, 20 and the longest, as far as there are.
    intervals
        Show intervals where there are draws.
    digits
        Decimals.

    Examples
    --------
    >>> VarianceDecompositionTable("decomposition", horizons=(1, 10)).horizons
    (1, 10)
    """

    kind: ClassVar[Literal["table", "figure"]] = "table"

    horizons: tuple[Count, ...] = ()
    intervals: bool = True
    digits: Digits = 1

    def build(self, evidence: Evidence) -> Table:
        """Return the table."""
        answer = one_study(self, evidence, VarianceDecomposition, self.study)
        shares = 100 * answer.shares
        variables = tuple(dict.fromkeys(shares.index.get_level_values("response")))
        longest = int(answer.statistics["horizon"])
        horizons = self.horizons or tuple(
            dict.fromkeys(each for each in (1, 5, 10, 20, longest) if each <= longest)
        )
        beyond = [each for each in horizons if each > longest]
        if beyond:
            raise ExhibitError.of(
                "exhibits.horizons_beyond", where=exhibit_where(self), n=longest, names=beyond
            )
        with_intervals = self.intervals and "conf_low" in shares
        rows: list[Row] = []
        for response in variables:
            for place, horizon in enumerate(horizons):
                stub: Cell = term_label(response, self.labels) if place == 0 else ""
                found = shares.xs((response, horizon), level=("response", "horizon")).loc[list(variables)]
                cells = [format_number(value, self.digits) for value in found["estimate"].tolist()]
                rows.append(Row(cells=(stub, str(horizon), *cells), rule_above=place == 0 and bool(rows)))
                if with_intervals:
                    ends = [
                        format_interval(low, high, self.digits)
                        for low, high in zip(
                            found["conf_low"].tolist(), found["conf_high"].tolist(), strict=True
                        )
                    ]
                    rows.append(Row(cells=("", "", *ends), attached=True))
        alignment: list[Alignment] = ["l", "c"]
        alignment += ["d"] * len(variables)
        sentences: list[Text] = [
            _HEADINGS["per_cent_of_variance"],
            *answer.notes,
        ]
        return Table(
            title=Text.of(self.title or _HEADINGS["decomposition_of_forecast_variance"]),
            header=(
                (
                    Span(text=_HEADINGS["variable"]),
                    Span(text=_HEADINGS["horizon"]),
                    Span(text=_HEADINGS["shock"], width=len(variables)),
                ),
                (
                    Span(text=""),
                    Span(text=""),
                    *(Span(text=term_label(name, self.labels)) for name in variables),
                ),
            ),
            rows=tuple(rows),
            notes=(note_paragraph(sentences),),
            alignment=tuple(alignment),
            name=self.name,
        )
