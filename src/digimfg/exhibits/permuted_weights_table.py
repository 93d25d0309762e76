"""What a spatial panel says under its own weights, beside weights whose units changed places."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from digimfg.arguments import checked
from digimfg.display.formatting import MISSING, format_number, format_p_value
from digimfg.display.notes import joined, note_paragraph
from digimfg.display.table import Alignment, Row, Span, Table
from digimfg.exhibits import Evidence, Labelled, Rounded, Uses
from digimfg.exhibits.selection import one_study
from digimfg.labels import term_label
from digimfg.robustness.permuted_weights import PermutedWeights
from digimfg.sheets import sheet_beside
from digimfg.text import Text

__all__ = ["PermutedWeightsTable"]

_HEADINGS = sheet_beside(__file__, "headings")

_NAMES = {
    "rho": _HEADINGS["spatial_coefficient_rho"],
    "lambda": _HEADINGS["spatial_coefficient_of_the_error_lambda"],
    "indirect": _HEADINGS["indirect_effect"],
    "long run indirect": _HEADINGS["indirect_effect_long_run"],
}


@checked
@dataclass(frozen=True, kw_only=True)
class PermutedWeightsTable(Rounded, Labelled):
    """Show spatial coefficients, indirect effects and likelihood beside their range over permuted weights.

    Parameters
    ----------
    source, title, notes, note_form, labels
        See `Exhibit`; the answer of `permuted_weights` is given at once. `labels` names matrices too.
    study
        Name of the study in the analysis; may be left out where there is only one of its kind.
    digits
        Decimals.

    Examples
    --------
    >>> PermutedWeightsTable("weights").digits
    3
    """

    kind: ClassVar[Literal["table", "figure"]] = "table"
    uses: ClassVar[Uses] = Uses(studies=("study",))

    study: str | None = None

    def build(self, evidence: Evidence) -> Table:
        """Return the table."""
        answer = one_study(self, evidence, PermutedWeights, self.study)
        columns: tuple[tuple[Text, Alignment], ...] = (
            (_HEADINGS["statistic"], "p"),
            (_HEADINGS["own_weights"], "d"),
            (_HEADINGS["mean_of_permutations"], "d"),
            (_HEADINGS["their_95_pct_range"], "c"),
            (_HEADINGS["p_value"], "d"),
        )
        rows = []
        for name, row in zip(answer.table.index, answer.table.to_dict("records"), strict=True):
            ends = [format_number(row[end], self.digits) for end in ("low", "high")]
            rows.append(
                Row(
                    cells=(
                        self._name(str(name)),
                        format_number(row["observed"], self.digits),
                        format_number(row["mean"], self.digits),
                        f"[{', '.join(ends)}]" if row["low"] == row["low"] else MISSING,
                        format_p_value(row["p_value"], 3),
                    )
                )
            )
        term = term_label(answer.term, self.labels)
        return Table(
            title=Text.of(self.title or _HEADINGS["falsification_of_spatial_weights"]),
            header=(tuple(Span(text=text) for text, _ in columns),),
            rows=tuple(rows),
            notes=(
                note_paragraph(
                    [
                        Text(f"Indirect effects of {term.en}", f"间接效应针对{term.zh}"),
                        Text(
                            "p values are two-sided, that of the log-likelihood is the share of "
                            "permutations that fit as well",
                            "p值为双侧；对数似然的p值为拟合不逊于实际权重的置换所占比例",
                        ),
                    ]
                ),
                joined(answer.notes),
            ),
            alignment=tuple(alignment for _, alignment in columns),
            name=self.name,
        )

    def _name(self, statistic: str) -> Text:
        if statistic == "log_likelihood":
            return _HEADINGS["log_likelihood"]
        kind, _, matrix = statistic.partition("[")
        words = _NAMES[kind]
        if not matrix:
            return words
        label = Text.of((self.labels or {}).get(matrix[:-1], matrix[:-1]))
        return Text(f"{words.en}, {label.en}", f"{words.zh}（{label.zh}）")
