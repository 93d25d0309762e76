"""The event study: one estimate per period around a reference, with the joint test of the earlier ones."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from digimfg.arguments import checked
from digimfg.display.notes import note_paragraph
from digimfg.display.regression_notes import errors_phrase
from digimfg.errors import ExhibitError
from digimfg.exhibits import Evidence, FigureExhibit, Labelled, OfResult, Uses
from digimfg.exhibits.chart import Chart
from digimfg.exhibits.drawing import Width, balanced, new_figure, whole_ticks, zero_line
from digimfg.exhibits.joint_tests import joint_test_phrase
from digimfg.exhibits.selection import check_names, exhibit_where, one_result
from digimfg.exhibits.style import COLORS
from digimfg.exhibits.terms import Event, event_of
from digimfg.kinds import Finite
from digimfg.labels import term_label
from digimfg.sheets import sheet_beside
from digimfg.terms.sample import sample_rows
from digimfg.text import Language, Text, in_sentence

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from digimfg.result import Result

__all__ = ["EventStudyPlot"]

_HEADINGS = sheet_beside(__file__, "headings")


@dataclass(frozen=True, slots=True)
class _Point:
    period: float
    level: str
    estimate: float
    low: float
    high: float
    reference: bool = False


@checked
@dataclass(frozen=True, kw_only=True)
class EventStudyPlot(OfResult, Labelled, FigureExhibit):
    """Draw the estimates of a term such as ``"x:i(year, ref=1995)"`` by period; the reference stands at zero.

    Parameters
    ----------
    source, title, notes, note_form, labels, width
        See `Exhibit`; a result may be given at once.
    specification
        The specification; may be left out where there is only one.
    term
        The declared term; by default the first with one indicator per level.
    test
        Name of the joint test of the periods before the event; its result is printed in the note.
    event
        Period at which to draw a vertical line; by default the reference.

    Examples
    --------
    >>> EventStudyPlot("promotion_pretrends", specification="event_study", test="pretrends").test
    'pretrends'
    """

    uses: ClassVar[Uses] = Uses(results=("specification",), tests=("test",), other=("term",))

    term: str | None = None
    test: str | None = None
    event: Finite | None = None

    def build(self, evidence: Evidence) -> Chart:
        """Return the chart."""
        _, result = one_result(self, evidence, self.specification)
        event = event_of(result, self.term)
        if event is None:
            raise self._without_event(result)
        if event.reference is None and evidence.frame is not None:
            frame, sample = evidence.frame, result.specification.sample
            inside = frame if sample is None else frame[sample_rows(sample, frame)]
            event = replace(event, reference=_first_level(event, inside))
        tests = (self.test,) if self.test is not None else ()
        check_names(self, tests, evidence.tests, _HEADINGS["test_word"])
        points = _points(result, event)
        interest = term_label(event.interacted or event.column, self.labels)
        column = term_label(event.column, self.labels)
        errors = errors_phrase([result], self.labels)
        sentences = [
            _HEADINGS["points_and_bars"],
            *(
                [Text(f"Reference: {event.reference}", f"基期：{event.reference}")]
                if event.reference is not None
                else []
            ),
            Text(f"Based on {errors.en}", f"采用{errors.zh}"),
            *(
                Text(f"Joint test of the earlier periods: {phrase.en}", f"事前各期系数联合检验：{phrase.zh}")
                for phrase in (joint_test_phrase(evidence.tests[name]) for name in tests)
            ),
        ]
        return Chart(
            title=Text.of(self.title or Text(f"Event study: {interest.en}", f"事件研究：{interest.zh}")),
            draw=partial(_draw, points, self.event, interest, column, self.width),
            notes=(note_paragraph(sentences),),
            name=self.name,
        )

    def _without_event(self, result: Result) -> ExhibitError:
        declared = ", ".join((*result.specification.regressors, *result.specification.controls))
        wanted = _HEADINGS["indicators_of_levels"] if self.term is None else repr(self.term)
        return ExhibitError.of(
            "exhibits.no_event_time",
            where=exhibit_where(self),
            expected=wanted,
            declared=declared or _HEADINGS["no_regressor"],
        )


def _points(result: Result, event: Event) -> list[_Point]:
    coefficients = result.coefficients.astype(float)
    levels = list(event.levels.values())
    if event.reference is not None and event.reference not in levels:
        levels.append(event.reference)
    numbers = {level: _number(level) for level in levels}
    if None in numbers.values() or len(set(numbers.values())) < len(levels):
        numbers = {level: float(position) for position, level in enumerate(levels)}
    points = []
    for term, level in event.levels.items():
        line = coefficients.loc[[term]].iloc[0].to_dict()
        points.append(
            _Point(numbers[level] or 0.0, level, line["estimate"], line["conf_low"], line["conf_high"])
        )
    if event.reference is not None and event.reference not in event.levels.values():
        points.append(_Point(numbers[event.reference] or 0.0, event.reference, 0.0, 0.0, 0.0, reference=True))
    return sorted(points, key=lambda point: point.period)


def _first_level(event: Event, frame: pd.DataFrame) -> str | None:
    """Return the level that a term without ``ref=`` leaves out: the first in the sample that has no
    coefficient.
    """
    levels = sorted(frame[event.column].dropna().unique()) if event.column in frame.columns else []
    names = (f"{level:g}" if isinstance(level, float) else str(level) for level in levels)
    return next((name for name in names if name not in event.levels.values()), None)


def _number(level: str) -> float | None:
    match = re.search(r"-?\d+(?:\.\d+)?", level)
    return float(match[0]) if match else None


def _draw(
    points: list[_Point], event: float | None, interest: Text, column: Text, width: Width, language: Language
) -> Figure:
    figure, axes = new_figure(width, 0.55 if width == "wide" else 0.8)
    zero_line(axes)
    reference = next((point.period for point in points if point.reference), None)
    mark = event if event is not None else reference
    if mark is not None:
        axes.axvline(mark, color="0.35", linewidth=0.7, linestyle=(0, (4, 3)), zorder=1)
    axes.plot(
        [point.period for point in points],
        [point.estimate for point in points],
        color=COLORS[0],
        lw=0.6,
        alpha=0.6,
    )
    for hollow in (False, True):
        shown = [point for point in points if point.reference is hollow]
        axes.errorbar(
            [point.period for point in shown],
            [point.estimate for point in shown],
            yerr=[
                [point.estimate - point.low for point in shown],
                [point.high - point.estimate for point in shown],
            ],
            fmt="o",
            color=COLORS[0],
            markerfacecolor="white" if hollow else COLORS[0],
            elinewidth=0 if hollow else 1.0,
            capsize=0 if hollow else 2,
            zorder=3,
        )
    _ticks(axes, points)
    axes.grid(axis="y")
    axes.set_xlabel(column.language(language))
    subject = {"en": f"Effect of {in_sentence(interest.en)}", "zh": f"{interest.zh}的效应"}[language]
    axes.set_ylabel(balanced(subject, 20 if width == "wide" else 15))
    return figure


def _ticks(axes: Axes, points: list[_Point]) -> None:
    plain = all(point.level == f"{point.period:g}" for point in points)
    if plain and len(points) > 12:
        whole_ticks(axes)
        return
    axes.set_xticks([point.period for point in points], [point.level for point in points])
