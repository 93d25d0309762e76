"""A panel vector autoregression as a table: one column for each equation, and who causes whom below."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from digimfg.arguments import checked
from digimfg.display.formatting import format_count, format_number, format_p_value, stars_for
from digimfg.display.notes import note_paragraph, stars_phrase
from digimfg.display.table import Row, Span, Table
from digimfg.estimators.panel_var.fit import PanelVARFit
from digimfg.exhibits import Evidence, Labelled, OfStudy, Starred
from digimfg.exhibits.selection import one_study
from digimfg.labels import term_label
from digimfg.sheets import sheet_beside
from digimfg.text import Text

__all__ = ["PanelVARTable"]

_HEADINGS = sheet_beside(__file__, "headings")


@checked
@dataclass(frozen=True, kw_only=True)
class PanelVARTable(Starred, OfStudy, Labelled):
    """Show the answer of `fit_panel_var`: coefficients with standard errors in parentheses, tests of
    causality, tests of the model.

    Parameters
    ----------
    source, title, notes, note_form, labels
        See `Exhibit`; the answer of `fit_panel_var` may be given at once.
    study
        Name of the study in the analysis; may be left out where there is only one of its kind.
    causality
        Show the p value that a variable's lags are all zero in each equation.
    digits
        Decimals.
    stars
        Significance levels; ``()`` gives no stars.

    Examples
    --------
    >>> PanelVARTable("who_leads", causality=False).causality
    False
    """

    kind: ClassVar[Literal["table", "figure"]] = "table"

    causality: bool = True

    def build(self, evidence: Evidence) -> Table:
        """Return the table."""
        fit = one_study(self, evidence, PanelVARFit, self.study)
        equations = fit.model.variables
        held = fit.coefficients.to_dict("index")
        terms = dict.fromkeys(fit.coefficients.index.get_level_values("term"))
        rows: list[Row] = []
        for term in terms:
            lines = [held[name, term] for name in equations]
            shown = [
                f"{format_number(line['estimate'], self.digits)}{stars_for(line['p_value'], self.stars)}"
                for line in lines
            ]
            rows.append(Row(cells=(term_label(term, self.labels), *shown)))
            errors = [f"({format_number(line['std_error'], self.digits)})" for line in lines]
            rows.append(Row(cells=("", *errors), attached=True))
        if self.causality:
            rows += self._causes(fit)
        width = len(equations) - 1
        statistics = fit.statistics
        for place, (label, value) in enumerate(
            (
                (_HEADINGS["observations"], format_count(statistics["n_obs"])),
                (_HEADINGS["units"], format_count(statistics["n_entities"])),
                (_HEADINGS["moments"], format_count(statistics["n_moments"])),
                (_HEADINGS["hansen_test_p_value"], format_p_value(statistics["hansen_p"], 3)),
                (_HEADINGS["largest_modulus"], format_number(statistics["max_modulus"], 3)),
            )
        ):
            rows.append(Row(cells=(label, value, *("",) * width), rule_above=place == 0))
        errors_phrase = (
            _HEADINGS["clustered_in_parentheses"]
            if fit.model.steps == 1
            else Text(
                "Two-step standard errors with Windmeijer's correction in parentheses",
                "括号内为经Windmeijer校正的两步标准误",
            )
        )
        sentences = [errors_phrase, *([stars_phrase(self.stars)] if self.stars else []), *fit.notes]
        return Table(
            title=Text.of(self.title or _HEADINGS["panel_vector_autoregression"]),
            header=(
                (
                    Span(text=_HEADINGS["term"]),
                    *(Span(text=term_label(name, self.labels)) for name in equations),
                ),
            ),
            rows=tuple(rows),
            notes=(note_paragraph(sentences),),
            name=self.name,
        )

    def _causes(self, fit: PanelVARFit) -> list[Row]:
        equations = fit.model.variables
        found = fit.causality["p_value"].to_dict()
        heading = _HEADINGS["granger_causality_p_values"]
        rows = [Row(cells=(heading,), heading=True, rule_above=True)]
        causes = (*equations, "all") if len(equations) > 2 else equations
        for cause in causes:
            label = _HEADINGS["all_others"] if cause == "all" else term_label(cause, self.labels)
            cells = [
                format_p_value(found[name, cause], 3) if (name, cause) in found else "—" for name in equations
            ]
            rows.append(Row(cells=(label, *cells)))
        return rows
