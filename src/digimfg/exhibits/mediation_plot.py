"""The path diagram of a mediation: boxes, arrows, coefficients with their stars."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from digimfg.arguments import checked
from digimfg.display.formatting import format_number, stars_for
from digimfg.display.layout import wrapped
from digimfg.display.notes import note_paragraph, stars_phrase
from digimfg.display.regression_notes import errors_phrase
from digimfg.estimators.mechanisms.mediation import Mediation
from digimfg.exhibits import Evidence, FigureExhibit, Labelled, OfResult, Starred
from digimfg.exhibits.chart import Chart
from digimfg.exhibits.drawing import Width, new_figure
from digimfg.exhibits.selection import check_tables, estimator_of, one_result
from digimfg.exhibits.style import COLORS
from digimfg.labels import term_label
from digimfg.sheets import sheet_beside
from digimfg.text import Language, Text

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.text import Text as MarkedText
    from matplotlib.transforms import Bbox

__all__ = ["MediationPlot"]

_HEADINGS = sheet_beside(__file__, "headings")

Point = tuple[float, float]
_LEFT_OUT = Text(
    "Paths that skip a mediator and are not significant are left out", "跳过中介变量且不显著的路径未画出"
)
_ARROW = " -> "
_MOST_ARROWS = 6


@dataclass(frozen=True, kw_only=True, slots=True)
class _Path:
    start: str
    end: str
    text: str
    significant: bool


@checked
@dataclass(frozen=True, kw_only=True)
class MediationPlot(Starred, OfResult, Labelled, FigureExhibit):
    """Draw treatment, mediators and outcome with the coefficient of every path; dashed where it is not
    significant.

    In a chain of more than six mediators, paths that skip one are drawn only where they are significant.

    Parameters
    ----------
    source, title, notes, note_form, labels, width
        See `Exhibit`; a result of `Mediation` may be given at once.
    specification
        The specification; may be left out where there is only one.
    digits
        Decimals.
    stars
        Significance levels; paths that reach none are dashed.

    Examples
    --------
    >>> MediationPlot("promotion_paths", specification="channel").width
    'wide'
    """

    def build(self, evidence: Evidence) -> Chart:
        """Return the chart."""
        name, result = one_result(self, evidence, self.specification)
        check_tables(self, name, result, "Mediation", "paths")
        table = result.tables["paths"]
        estimator = estimator_of(self, result, Mediation)
        mediators = estimator.mediators
        serial = estimator.structure == "serial" and len(mediators) > 1
        paths = []
        for term, estimate, p_value in zip(table.index, table["estimate"], table["p_value"], strict=True):
            if _ARROW in term:
                start, end = term.split(_ARROW)
                stars = stars_for(float(p_value), self.stars)
                text = format_number(float(estimate), self.digits) + stars
                paths.append(_Path(start=start, end=end, text=text, significant=bool(stars)))
        treatment, outcome = paths[-1].start, paths[-1].end
        names = (treatment, *mediators, outcome)
        crowded = serial and len(mediators) > _MOST_ARROWS
        if crowded:
            paths = [path for path in paths if path.significant or _neighbours(names, path)]
        errors = errors_phrase([result], self.labels)
        statistics = result.statistics
        summary = {key: format_number(statistics[key], self.digits) for key in ("total", "indirect")}
        sentences = [
            Text(
                f"Coefficients on the arrows, dashed where p ≥ {max(self.stars):g}"
                if self.stars
                else "Coefficients on the arrows",
                f"箭头旁为系数，虚线表示p≥{max(self.stars):g}" if self.stars else "箭头旁为系数",
            ),
            *([_LEFT_OUT] if crowded else []),
            Text(
                f"Total effect {summary['total']}, of which indirect {summary['indirect']}",
                f"总效应{summary['total']}，其中间接效应{summary['indirect']}",
            ),
            Text(f"Based on {errors.en}", f"采用{errors.zh}"),
            *([stars_phrase(self.stars)] if self.stars else []),
        ]
        return Chart(
            title=Text.of(self.title or _HEADINGS["paths_of_the_mediation"]),
            draw=partial(
                _draw,
                tuple(paths),
                _places(names, serial=serial),
                {each: term_label(each, self.labels) for each in names},
                serial,
                self.width,
            ),
            notes=(note_paragraph(sentences),),
            name=self.name,
        )


def _neighbours(names: tuple[str, ...], path: _Path) -> bool:
    """Return whether a path joins boxes that follow each other, or the treatment and the outcome."""
    start, end = names.index(path.start), names.index(path.end)
    return end == start + 1 or (start, end) == (0, len(names) - 1)


def _places(names: tuple[str, ...], *, serial: bool) -> dict[str, Point]:
    """Return where boxes stand: a chain on an arc, a long one in two bent columns, parallel mediators in
    one.
    """
    treatment, *mediators, outcome = names
    places = {treatment: (0.0, 0.0), outcome: (1.0, 0.0)}
    count = len(mediators)
    above = (count + 1) // 2
    for place, mediator in enumerate(mediators):
        if serial and count > _MOST_ARROWS:
            level = min(place + 1, count - place)
            bent = math.sqrt(1 - (level / (1.35 * (count // 2))) ** 2) if 2 * level <= count else 0.0
            places[mediator] = (0.5 + (0.46 * bent if place >= count / 2 else -0.46 * bent), 0.75 * level)
        elif serial:
            angle = math.pi * (1 - (place + 1) / (count + 1))
            height = 1.0 + 0.45 * (count - 2)
            places[mediator] = (0.5 + 0.46 * math.cos(angle), height * math.sin(angle))
        else:
            level = above - place if place < above else above - 1 - place
            places[mediator] = (0.5, 0.75 * level)
    return places


def _draw(
    paths: tuple[_Path, ...],
    places: dict[str, Point],
    labels: dict[str, Text],
    serial: bool,
    width: Width,
    language: Language,
) -> Figure:
    lowest, highest = (edge(y for _, y in places.values()) for edge in (min, max))
    figure, axes = new_figure(width, 1.0)
    figure.set_layout_engine("none")
    small = width == "narrow"
    unit = 1.15 if small else 1.35
    figure.set_size_inches(figure.get_figwidth(), unit * (highest - lowest + 0.6))
    axes.set_position((0, 0, 1, 1))
    axes.set_axis_off()
    side = 0.24 if small else 0.16
    axes.set_xlim(-side, 1 + side)
    axes.set_ylim(lowest - 0.3, highest + 0.3)
    boxes = {
        name: axes.text(
            x,
            y,
            wrapped(labels[name].language(language), 7.2 if small else 9.0),
            ha="center",
            va="center",
            fontsize=7 if small else 8.5,
            zorder=4,
            bbox={
                "boxstyle": "round,pad=0.45",
                "facecolor": "white",
                "edgecolor": COLORS[0],
                "linewidth": 0.9,
            },
        )
        for name, (x, y) in places.items()
    }
    figure.draw_without_rendering()
    taken = [_extent(text) for text in boxes.values()]
    ends = [_ends(axes, path, places, boxes, beside=not serial) for path in paths]
    for path, (start, end) in zip(paths, ends, strict=True):
        axes.annotate(
            "",
            xy=end,
            xytext=start,
            arrowprops={
                "arrowstyle": "-|>",
                "patchA": boxes[path.start].get_bbox_patch(),
                "patchB": boxes[path.end].get_bbox_patch(),
                "shrinkA": 1,
                "shrinkB": 1,
                "color": COLORS[0] if path.significant else "0.45",
                "linewidth": 1.0 if path.significant else 0.8,
                "linestyle": "-" if path.significant else (0, (4, 2)),
                "mutation_scale": 9,
            },
            zorder=2,
        )
    for path, (start, end) in zip(paths, ends, strict=True):
        taken.append(_words(axes, path.text, start, end, taken, 6.5 if small else 8.0))
    return figure


def _ends(
    axes: Axes, path: _Path, places: dict[str, Point], boxes: dict[str, MarkedText], *, beside: bool
) -> tuple[Point, Point]:
    """Return where an arrow begins and ends: box centres, or the sides of parallel mediators."""
    ends = []
    for name, right in ((path.start, True), (path.end, False)):
        x, y = places[name]
        if beside and 0 < x < 1:
            extent = _extent(boxes[name])
            x = float(axes.transData.inverted().transform((extent.x1 if right else extent.x0, 0))[0])
        ends.append((x, y))
    return ends[0], ends[1]


def _words(axes: Axes, text: str, start: Point, end: Point, taken: list[Bbox], size: float) -> Bbox:
    """Write on an arrow where the words cover boxes and other words least, near its middle if they can."""
    words = axes.text(
        *start,
        text,
        ha="center",
        va="center",
        fontsize=size,
        zorder=3,
        bbox={"boxstyle": "square,pad=0.12", "facecolor": "white", "edgecolor": "none"},
    )
    best = (math.inf, 0.5)
    for step in range(25):
        share = 0.5 + (step + 1) // 2 * 0.025 * (1 if step % 2 else -1)
        words.set_position(_between(start, end, share))
        extent = words.get_window_extent()
        covered = sum(_common(extent, other) for other in taken)
        if covered < best[0] - 1e-9:
            best = (covered, share)
    words.set_position(_between(start, end, best[1]))
    return words.get_window_extent()


def _between(start: Point, end: Point, share: float) -> Point:
    return start[0] + share * (end[0] - start[0]), start[1] + share * (end[1] - start[1])


def _extent(text: MarkedText) -> Bbox:
    box = text.get_bbox_patch()
    return text.get_window_extent() if box is None else box.get_window_extent()


def _common(first: Bbox, second: Bbox) -> float:
    width = float(min(first.x1, second.x1) - max(first.x0, second.x0))
    height = float(min(first.y1, second.y1) - max(first.y0, second.y0))
    return max(0.0, width + 2) * max(0.0, height + 2)
