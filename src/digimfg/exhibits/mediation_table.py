"""Paths and effects of a mediation, or the three steps of the older procedure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal

from digimfg.arguments import checked
from digimfg.display.dropped_rows import dropped_rows
from digimfg.display.formatting import format_count, format_interval, format_number, format_p_value, stars_for
from digimfg.display.notes import joined, note_paragraph, stars_phrase
from digimfg.display.regression_notes import errors_phrase
from digimfg.display.table import Alignment, Cell, Row, Span, Table
from digimfg.errors import ExhibitError
from digimfg.estimators.mechanisms.mediation import Mediation
from digimfg.exhibits import Evidence, Labelled, OfResult, Starred
from digimfg.exhibits.selection import check_tables, estimator_of, exhibit_where, one_result
from digimfg.labels import fixed_effects_label, term_label
from digimfg.sheets import sheet_beside
from digimfg.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from digimfg.result import Result

__all__ = ["MediationTable"]

_HEADINGS = sheet_beside(__file__, "headings")

_TITLES = sheet_beside(__file__, "mediation_table", "titles")
_MOST_CONTRASTS = 15
_MOST_EFFECTS = 63
_EFFECTS = ("indirect effect", "direct effect", "total effect")


@checked
@dataclass(frozen=True, kw_only=True)
class MediationTable(Starred, OfResult, Labelled):
    """Show the paths of a mediation, its effects with their intervals, and up to 15 contrasts between
    indirect effects.

    Of more than 63 specific indirect effects of a chain those through one mediator and through all are shown.

    Parameters
    ----------
    source, title, notes, note_form, labels
        See `Exhibit`; a result of `Mediation` may be given at once.
    specification
        The specification; may be left out where there is only one.
    layout
        ``"effects"``, or ``"three_steps"`` for the regressions of the three-step procedure (the estimator
        must have been asked for them; the note carries their criticism).
    digits
        Decimals.
    stars
        Significance levels; ``()`` gives no stars.

    Examples
    --------
    >>> MediationTable("promotion_channel", specification="channel").layout
    'effects'
    """

    kind: ClassVar[Literal["table", "figure"]] = "table"
    layout: Literal["effects", "three_steps"] = "effects"

    def build(self, evidence: Evidence) -> Table:
        """Return the table."""
        name, result = one_result(self, evidence, self.specification)
        check_tables(self, name, result, "Mediation", "paths")
        in_steps = self.layout == "three_steps"
        if in_steps and "three_steps" not in result.tables:
            raise ExhibitError.of("exhibits.no_three_steps", where=exhibit_where(self), name=name)
        header, rows = _three_steps(self, result) if in_steps else _effects(self, result)
        errors = errors_phrase([result], self.labels)
        dropped, others = dropped_rows([result])
        sentences = [Text(f"Based on {errors.en}", f"采用{errors.zh}")]
        if in_steps:
            sentences[0] = Text(f"In parentheses: {errors.en}", f"括号内为{errors.zh}")
        elif bool(result.tables["effects"]["percentile_low"].notna().any()):
            sentences.append(
                Text(
                    "95% CI: t distribution for paths, percentile bootstrap for effects; BCa: "
                    "bias-corrected and accelerated",
                    "95%置信区间：路径按t分布，效应按百分位自助法；BCa为偏差校正加速自助法",
                )
            )
        if not in_steps and len(result.tables["effects"]) - len(_EFFECTS) > _MOST_EFFECTS:
            sentences.append(
                Text(
                    "Of the specific indirect effects those through one mediator and through all are shown",
                    "特定间接效应仅列出经单个中介及经全部中介者",
                )
            )
        sentences += [stars_phrase(self.stars)] if self.stars else []
        said = [*dropped, *others[0]]
        alignment: list[Alignment] = ["p"]
        alignment += ["d"] * (sum(span.width for span in header[0]) - 1)
        return Table(
            title=Text.of(self.title or _TITLES[self.layout]),
            header=header,
            rows=tuple(rows),
            notes=(
                note_paragraph(sentences),
                *([joined(said)] if said else []),
            ),
            alignment=tuple(alignment),
            name=self.name,
        )


def _effects(table: MediationTable, result: Result) -> tuple[tuple[tuple[Span, ...], ...], list[Row]]:
    coefficients, effects = result.coefficients, result.tables["effects"]
    paths = coefficients.drop(index=effects.index)
    bootstrapped = bool(effects["percentile_low"].notna().any())
    heads = [_HEADINGS["estimate"], _HEADINGS["std_error"], _HEADINGS["p_value"]]
    intervals = [_HEADINGS["95_pct_ci"]]
    if bootstrapped:
        intervals = [
            _HEADINGS["95_pct_ci"],
            _HEADINGS["95_pct_ci_bca"],
        ]
    header = ((Span(text=""), *(Span(text=head) for head in (*heads, *intervals))),)
    rows = [_heading(_HEADINGS["paths"], first=True)]
    blank = [""] * (len(intervals) - 1)
    for term, line in zip(paths.index, _lines(paths), strict=True):
        cells = _numbers(table, line["estimate"], line["std_error"], line["p_value"])
        rows.append(
            _row(
                table,
                term,
                [*cells, format_interval(line["conf_low"], line["conf_high"], table.digits), *blank],
            )
        )
    rows.append(_heading(_HEADINGS["effects"]))
    listed = "contrasts" in result.tables and len(result.tables["contrasts"]) <= _MOST_CONTRASTS
    specific = [term for term in effects.index if term not in _EFFECTS]
    if len(specific) > _MOST_EFFECTS:
        # "x -> m -> y" has two arrows; the last one goes through all mediators.
        shown = [*(term for term in specific if term.count(" -> ") == 2), specific[-1], *_EFFECTS]
        effects = effects.loc[shown]
    numbers = {term: place for place, term in enumerate(specific, start=1)} if listed else {}
    for term, line in zip(effects.index, _lines(effects), strict=True):
        p_value = float(coefficients["p_value"].loc[term])
        cells = _numbers(table, line["estimate"], line["delta_std_error"], p_value)
        rows.append(_row(table, term, [*cells, *_both(table, line, bootstrapped)], numbers.get(term)))
    if listed:
        rows.append(_heading(_HEADINGS["differences_between_indirect_effects"]))
        chosen = estimator_of(table, result, Mediation).interval
        kind = chosen if bootstrapped else "delta"
        contrasts = result.tables["contrasts"]
        for pair, line in zip(contrasts.index, _lines(contrasts), strict=True):
            first, second = (numbers[term] for term in pair)
            label = Text.of(f"({first}) − ({second})")
            cells = _numbers(table, line["estimate"], line["delta_std_error"], line[f"{kind}_p"])
            rows.append(Row(cells=(label, *cells, *_both(table, line, bootstrapped))))
    width = 3 + len(intervals)
    share = result.statistics.get("proportion_mediated")
    if share is not None:
        cells = [format_number(share, table.digits), *[""] * (width - 1)]
        rows.append(Row(cells=(_HEADINGS["share_mediated"], *cells), rule_above=True))
    count = [format_count(result.statistics["n_obs"]), *[""] * (width - 1)]
    rows.append(Row(cells=(_HEADINGS["observations"], *count), rule_above=share is None))
    return header, rows


def _lines(frame: pd.DataFrame) -> list[dict[str, float]]:
    names = [str(name) for name in frame.columns]
    return [dict(zip(names, line, strict=True)) for line in frame.to_numpy(dtype=float).tolist()]


def _both(table: MediationTable, line: Mapping[str, float], bootstrapped: bool) -> list[str]:
    kinds = ("percentile", "bca") if bootstrapped else ("delta",)
    return [
        format_interval(line.get(f"{kind}_low"), line.get(f"{kind}_high"), table.digits) for kind in kinds
    ]


def _three_steps(table: MediationTable, result: Result) -> tuple[tuple[tuple[Span, ...], ...], list[Row]]:
    steps = result.tables["three_steps"]
    columns = [part for _, part in steps.groupby(["step", "outcome"], sort=False)]
    estimator = estimator_of(table, result, Mediation)
    mediators = list(estimator.mediators)
    treatment = estimator.treatment or result.specification.regressors[0]
    numbers = tuple(Span(text=f"({place})") for place in range(1, len(columns) + 1))
    outcomes = tuple(Span(text=term_label(part["outcome"].iloc[0], table.labels)) for part in columns)
    header = (
        (Span(text=""), *numbers),
        (Span(text=_HEADINGS["dependent_variable"]), *outcomes),
    )
    rows: list[Row] = []
    for term in (treatment, *mediators):
        above, below = [], []
        for part in columns:
            line = part[part["term"] == term]
            if len(line):
                values = line.iloc[0]
                stars = stars_for(float(values["p_value"]), table.stars)
                above.append(format_number(float(values["estimate"]), table.digits) + stars)
                below.append(f"({format_number(float(values['std_error']), table.digits)})")
            else:
                above.append("")
                below.append("")
        rows += [_row(table, term, above), Row(cells=("", *below), attached=True)]
    yes, specification = _HEADINGS["yes"], result.specification
    lines: list[tuple[Cell, ...]] = []
    if len(specification.regressors) > 1 or specification.controls:
        lines.append((_HEADINGS["controls"], *(yes,) * len(columns)))
    for effect in specification.estimator.removed_effects(specification):
        lines.append((fixed_effects_label(effect, table.labels), *(yes,) * len(columns)))
    lines.append((_HEADINGS["observations"], *(format_count(result.statistics["n_obs"]),) * len(columns)))
    rows += [Row(cells=cells, rule_above=place == 0) for place, cells in enumerate(lines)]
    return header, rows


def _row(table: MediationTable, term: str, cells: Sequence[str], number: int | None = None) -> Row:
    label = term_label(term, table.labels)
    if number is not None:
        label = Text(f"({number}) {label.en}", f"({number}) {label.zh}")
    if term in _EFFECTS:
        label = Text(label.en[:1].upper() + label.en[1:], label.zh)
    return Row(cells=(label, *cells))


def _heading(text: Text, *, first: bool = False) -> Row:
    return Row(cells=(text,), heading=True, rule_above=not first)


def _numbers(table: MediationTable, estimate: float, error: float, p_value: float) -> list[str]:
    return [
        format_number(estimate, table.digits) + stars_for(p_value, table.stars),
        format_number(error, table.digits),
        format_p_value(p_value, table.digits),
    ]
