"""A value by province: a grid of tiles, or the boundaries of a file that the user gives."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import pandas as pd

from digimfg.arguments import checked
from digimfg.display.formatting import format_numbers
from digimfg.display.notes import joined, note_paragraph
from digimfg.errors import ExhibitError, MeasureError
from digimfg.exhibits import Evidence, FigureExhibit, Rounded, Sampled, Uses
from digimfg.exhibits.boundaries import Boundaries, Ring, read_boundaries
from digimfg.exhibits.chart import Chart
from digimfg.exhibits.columns import inside_sample, key_columns, term_frame
from digimfg.exhibits.drawing import axis_label, figure_size
from digimfg.exhibits.selection import exhibit_where
from digimfg.kinds import Digits, Label
from digimfg.labels import term_label
from digimfg.measures.china_provinces import province_short_name
from digimfg.notes import note_of
from digimfg.sheets import sheet_beside
from digimfg.text import Language, Text

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["ProvinceMap"]

_HEADINGS = sheet_beside(__file__, "headings")

# Column and row of each tile, and its code in ISO 3166-2:CN: all 34 provincial units, none left out.
_TILES = {
    "黑龙江": (8, 0, "HL"), "内蒙古": (5, 1, "NM"), "吉林": (8, 1, "JL"), "新疆": (0, 2, "XJ"),
    "甘肃": (2, 2, "GS"), "宁夏": (3, 2, "NX"), "北京": (6, 2, "BJ"), "天津": (7, 2, "TJ"),
    "辽宁": (8, 2, "LN"), "青海": (1, 3, "QH"), "陕西": (4, 3, "SN"), "山西": (5, 3, "SX"),
    "河北": (6, 3, "HE"), "山东": (7, 3, "SD"), "西藏": (1, 4, "XZ"), "四川": (2, 4, "SC"),
    "重庆": (3, 4, "CQ"), "湖北": (4, 4, "HB"), "河南": (5, 4, "HA"), "安徽": (6, 4, "AH"),
    "江苏": (7, 4, "JS"), "上海": (8, 4, "SH"), "云南": (2, 5, "YN"), "贵州": (3, 5, "GZ"),
    "湖南": (4, 5, "HN"), "江西": (5, 5, "JX"), "浙江": (7, 5, "ZJ"), "广西": (4, 6, "GX"),
    "广东": (5, 6, "GD"), "福建": (6, 6, "FJ"), "台湾": (8, 6, "TW"), "海南": (4, 7, "HI"),
    "澳门": (5, 7, "MO"), "香港": (6, 7, "HK"),
}  # fmt: skip
_ELSEWHERE = ("台湾", "香港", "澳门")
"""Drawn without a value where the data hold none: the 31 are those of the mainland's statistics."""
_DARK = 0.55  # of the range of greys: on darker tiles words are white


@checked
@dataclass(frozen=True, kw_only=True)
class ProvinceMap(Rounded, Sampled, FigureExhibit):
    """Draw a variable by province of China in one period.

    No boundary file comes with the package: by default provinces are tiles of equal size, roughly in place.
    A map with boundaries that is published in China must rest on the standard base map with its approval
    number (审图号), the islands of the South China Sea included: give such a file.

    Parameters
    ----------
    source, title, notes, note_form, labels, width
        See `Exhibit`; a DataFrame may be given at once.
    variable
        Column or term.
    period
        Which period; by default the last with a value.
    boundaries
        A GeoJSON file of polygons, in degrees; its lines are drawn too.
    name_property
        Property of its features that names the province, by name or code.
    digits
        Decimals of the values on the tiles.
    sample
        Rows to keep, in the grammar of specifications.
    entity, time
        Key columns; by default those of the first specification. Units are names or codes of provinces.

    Raises
    ------
    ExhibitError
        If a unit is no province, a period has no value or several of one province, or the file of boundaries
        holds no polygons or not the property.

    Examples
    --------
    >>> ProvinceMap("digital_map", variable="digital_index", period=2022).width
    'wide'
    """

    uses: ClassVar[Uses] = Uses(
        columns=("variable", "entity", "time"), other=("sample", "name_property", "boundaries")
    )

    variable: str
    period: Label | None = None
    boundaries: Path | str | None = None
    name_property: str = "name"
    digits: Digits = 2
    entity: str | None = None
    time: str | None = None

    def build(self, evidence: Evidence) -> Chart:
        """Return the chart."""
        entity, time = key_columns(self, evidence, self.entity, self.time)
        frame = term_frame(self, evidence, (self.variable,), keys=(entity, time))
        frame, outside = inside_sample(self, frame)
        period, values = self._values(frame, entity, time)
        given = None if self.boundaries is None else read_boundaries(str(self.boundaries), self.name_property)
        shapes = None if given is None else self._shapes(values, given)
        label = term_label(self.variable, self.labels)
        sentences: list[Text] = [
            note_of(
                "exhibits.label_in_year" if str(period).isdigit() else "exhibits.label_at_period",
                label=label,
                period=str(period),
            ),
        ]
        if shapes is None:
            sentences.append(_HEADINGS["tiles"])
        else:
            sentences.append(
                Text(
                    "Boundaries as in the file given; publishing needs the base map's approval number",
                    "界线取自所给文件；公开发表须采用标准底图并注明审图号",
                )
            )
        missing = [name for name in (_TILES if shapes is None else shapes) if name not in values]
        if given is not None and given.left_out:
            sentences.append(
                note_of(
                    "exhibits.geometry_not_drawn",
                    kinds=[f"{kind} ({count})" for kind, count in given.left_out.items()],
                )
            )
        if missing:
            sentences.append(_HEADINGS["hatched_no_value"])
        return Chart(
            title=Text.of(self.title or note_of("exhibits.map_of_provinces", label=label)),
            draw=partial(self._draw, values, shapes, () if given is None else given.lines),
            notes=(note_paragraph(sentences), *([joined(outside)] if outside else [])),
            name=self.name,
            numbers={"values": pd.DataFrame({self.variable: values}).rename_axis("province")},
        )

    def _values(self, frame: pd.DataFrame, entity: str, time: str) -> tuple[Any, pd.Series[float]]:
        there = frame[frame[self.variable].notna()]
        periods = sorted(there[time].dropna().unique().tolist())
        period = self.period if self.period is not None else (periods[-1] if periods else None)
        rows = there[there[time] == period]
        names = [self._province(unit) for unit in rows[entity]]
        if not len(rows) or len(set(names)) < len(names):
            raise ExhibitError.of(
                "exhibits.province_without_value"
                if not len(rows)
                else "exhibits.province_with_several_values",
                place=exhibit_where(self),
                period=str(period),
                periods=list(map(str, periods[-8:])) or ["—"],
            )
        return period, pd.Series(rows[self.variable].to_numpy(dtype=float), index=names)

    def _province(self, unit: Any) -> str:
        if str(unit).strip() in _ELSEWHERE:
            return str(unit).strip()
        try:
            return province_short_name(str(unit))
        except MeasureError as error:
            raise ExhibitError.like(error, where=exhibit_where(self)) from error

    def _shapes(self, values: pd.Series[float], given: Boundaries) -> dict[str, tuple[Ring, ...]]:
        found: dict[str, tuple[Ring, ...]] = {}
        for name, rings in given.areas:
            try:
                short = self._province(name)
            except ExhibitError:
                short = name  # what is no province (the islands, a line) is drawn without a value
            found[short] = (*found.get(short, ()), *rings)
        lost = [name for name in values.index if name not in found]
        if lost:
            raise ExhibitError.of(
                "exhibits.provinces_without_feature", path=Path(str(self.boundaries)).name, lost=lost[:5]
            )
        return found

    def _draw(
        self,
        values: pd.Series[float],
        shapes: dict[str, tuple[Ring, ...]] | None,
        lines: tuple[Ring, ...],
        language: Language,
    ) -> Figure:
        import matplotlib as mpl
        from matplotlib.colors import Normalize
        from matplotlib.figure import Figure

        figure = Figure(figsize=figure_size(self.width, 0.92 if shapes is None else 0.8))
        axes = figure.subplots()
        low, high = float(values.min()), float(values.max())
        scale = Normalize(low, high if high > low else low + 1)
        colors = mpl.colormaps["Greys"]

        def shade(name: str) -> tuple[float, float, float, float] | None:
            if name not in values.index:
                return None
            red, green, blue, alpha = colors(0.08 + 0.84 * float(scale(values[name])))
            return red, green, blue, alpha

        if shapes is None:
            self._tiles(axes, values, shade, scale, language)
        else:
            _polygons(axes, shapes, shade)
            for line in lines:
                axes.plot(*zip(*line, strict=True), color="0.2", linewidth=0.9, solid_capstyle="butt")
        axes.set_axis_off()
        bar = mpl.cm.ScalarMappable(norm=scale, cmap=colors.resampled(256))
        bar.cmap = mpl.colors.ListedColormap(colors(np.linspace(0.08, 0.92, 256)))
        drawn = figure.colorbar(bar, ax=axes, orientation="horizontal", fraction=0.05, pad=0.02, aspect=35)
        drawn.outline.set_linewidth(0.5)
        drawn.set_label(axis_label(self.variable, self.labels, language))
        return figure

    def _tiles(self, axes: Any, values: pd.Series[float], shade: Any, scale: Any, language: Language) -> None:
        from matplotlib.patches import Rectangle

        size = 8.0 if self.width == "wide" else 6.8
        shown = dict(zip(values.index, format_numbers(values.tolist(), self.digits), strict=True))
        for name, (column, row, code) in _TILES.items():
            color = shade(name)
            tile = Rectangle(
                (column, -row), 0.94, 0.94, facecolor=color or "white", edgecolor="0.55", linewidth=0.5,
                hatch=None if color else "////",
            )  # fmt: skip
            axes.add_patch(tile)
            ink = "white" if color and float(scale(values[name])) > _DARK else "black"
            words = Text(code, name).language(language)
            ground = None if color else {"facecolor": "white", "edgecolor": "none", "pad": 0.6}
            axes.text(
                column + 0.47,
                -row + 0.62,
                words,
                ha="center",
                va="center",
                fontsize=size,
                color=ink,
                bbox=ground,
            )
            if name in shown:
                axes.text(
                    column + 0.47,
                    -row + 0.25,
                    shown[name],
                    ha="center",
                    va="center",
                    fontsize=size - 0.8,
                    color=ink,
                )
        axes.set_xlim(-0.05, 9.0)
        axes.set_ylim(-7.1, 1.0)
        axes.set_aspect("equal")


def _polygons(axes: Any, shapes: dict[str, tuple[Ring, ...]], shade: Any) -> None:
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path as Outline

    latitudes = [point[1] for rings in shapes.values() for ring in rings for point in ring]
    for name, rings in shapes.items():
        color = shade(name)
        outline = Outline.make_compound_path(*(Outline(np.asarray(ring), closed=True) for ring in rings))
        axes.add_patch(
            PathPatch(
                outline,
                facecolor=color or "white",
                edgecolor="0.35",
                linewidth=0.4,
                hatch=None if color else "////",
            )
        )
    axes.autoscale_view()
    middle = np.radians((min(latitudes) + max(latitudes)) / 2)
    axes.set_aspect(1 / np.cos(middle))  # a degree of longitude is that much shorter
