"""Effects of a spatial model as theses show them: direct, indirect and total side by side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from digimfg.arguments import checked
from digimfg.display.dropped_rows import dropped_rows
from digimfg.display.formatting import format_number, format_p_value, shared_digits, stars_for
from digimfg.display.notes import joined, note_paragraph, stars_phrase
from digimfg.display.regression_notes import errors_phrase
from digimfg.display.statistics import STATISTIC_LABELS
from digimfg.display.table import Row, Span, Table
from digimfg.errors import ExhibitError
from digimfg.exhibits import Evidence, Labelled, OfResult, Starred, Uses
from digimfg.exhibits.selection import check_names, check_tables, exhibit_where, one_result
from digimfg.labels import term_label
from digimfg.notes import note_of
from digimfg.sheets import sheet_beside
from digimfg.text import Text

__all__ = ["EffectsTable"]

_HEADINGS = sheet_beside(__file__, "headings")

_EFFECTS = ("direct", "indirect", "total")


@checked
@dataclass(frozen=True, kw_only=True)
class EffectsTable(Starred, OfResult, Labelled):
    """Show direct, indirect (spillover) and total effects of a spatial model side by side.

    Parameters
    ----------
    source, title, notes, note_form, labels
        See `Exhibit`; a result may be given at once.
    specification
        The specification; may be left out where there is only one.
    keep
        Terms to show, and their order; by default all.
    parentheses
        What stands below an effect: its standard error, its z statistic, or its p-value.
    digits
        Decimals; more where a number would read as zero.
    stars
        Significance levels; one star for each that the p-value lies below. ``()`` gives no stars.

    Examples
    --------
    >>> EffectsTable("spillovers", specification="durbin").parentheses
    'std_error'
    """

    kind: ClassVar[Literal["table", "figure"]] = "table"
    uses: ClassVar[Uses] = Uses(results=("specification",), other=("keep",))

    keep: tuple[str, ...] = ()
    parentheses: Literal["std_error", "t", "p"] = "std_error"

    def build(self, evidence: Evidence) -> Table:
        """Return the table."""
        name, result = one_result(self, evidence, self.specification)
        check_tables(self, name, result, _HEADINGS["a_spatial_model"], "effects")
        frame = result.tables["effects"]
        lines = {
            (str(term), str(effect)): {str(key): float(value) for key, value in line.items()}
            for (effect, term), line in zip(frame.index, frame.to_dict("records"), strict=True)
        }
        terms = list(dict.fromkeys(term for term, _ in lines))
        check_names(self, self.keep, terms, _HEADINGS["term_word"])
        chosen = list(self.keep or terms)
        if not chosen:
            raise ExhibitError.of("exhibits.no_regressors", where=exhibit_where(self))
        effects = [each for each in _EFFECTS if (chosen[0], each) in lines]
        below = {"std_error": "std_error", "t": "statistic", "p": "p_value"}[self.parentheses]
        digits = shared_digits(
            [
                lines[term, effect][part]
                for term in chosen
                for effect in effects
                for part in ("estimate", *(["std_error"] if below == "std_error" else []))
            ],
            self.digits,
        )
        rows = []
        for term in chosen:
            held = [lines[term, effect] for effect in effects]
            shown = [
                format_number(each["estimate"], digits) + stars_for(each["p_value"], self.stars)
                for each in held
            ]
            rows.append(Row(cells=(term_label(term, self.labels), *shown)))
            under = [
                format_p_value(each[below], 3)
                if below == "p_value"
                else format_number(each[below], digits if below == "std_error" else 2)
                for each in held
            ]
            rows.append(Row(cells=("", *(f"({each})" for each in under)), attached=True))
        start = {
            "std_error": Text("", ""),
            "t": Text("z statistics from ", "z值，采用"),
            "p": Text("p values from ", "p值，采用"),
        }[self.parentheses]
        dropped, others = dropped_rows([result])
        sentences = [
            note_of("display.in_parentheses", start=start, errors=errors_phrase([result], self.labels)),
            *([stars_phrase(self.stars)] if self.stars else []),
        ]
        return Table(
            title=Text.of(self.title or _HEADINGS["direct_indirect_and_total_effects"]),
            header=(
                (
                    Span(text=_HEADINGS["variable"]),
                    *(Span(text=STATISTIC_LABELS[each]) for each in effects),
                ),
            ),
            rows=tuple(rows),
            notes=(note_paragraph(sentences), *([joined(said)] if (said := [*dropped, *others[0]]) else [])),
            name=self.name,
        )
