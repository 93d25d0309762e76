"""Names beside the points of a figure, as many as fit without covering each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["label_points"]

_SIZE = 6.5  # points
_CORNERS = ((1, 1), (-1, 1), (1, -1), (-1, -1))


def label_points(
    axes: Axes,
    x: Floats,
    y: Floats,
    names: Sequence[str],
    order: Sequence[int],
    radius: Floats | float = 2.0,
) -> int:
    """Write names beside points, in `order`, each at the first free corner, on a white rim; one without room
    is left out.

    Parameters
    ----------
    axes
        Finished but for the names: limits and labels must not change afterwards.
    x, y, names
        One per point; every point is kept free of names.
    order
        Positions of the points to name, the most important first.
    radius
        Of the marks, in points of type.

    Returns
    -------
    int
        How many names were written.
    """
    from matplotlib.patheffects import withStroke

    figure = axes.get_figure(root=True)
    if figure is None:
        return 0
    figure.draw_without_rendering()
    places = axes.transData.transform(np.column_stack([x, y]))
    pixel = figure.dpi / 72
    area = axes.get_window_extent()
    sizes = np.broadcast_to(np.asarray(radius, dtype=float), len(places))
    taken = [
        (px - r * pixel, py - r * pixel, px + r * pixel, py + r * pixel)
        for (px, py), r in zip(places, sizes, strict=True)
    ]
    written = 0
    for point in order:
        width = _SIZE * pixel * sum(1.0 if ord(letter) > 0x2E7F else 0.62 for letter in names[point])
        height = _SIZE * pixel * 1.1
        for right, up in _CORNERS:
            px, py = places[point]
            # clear of the mark on the diagonal, where a circle ends at 0.71 of its radius
            aside, above = 0.71 * sizes[point] + 1.5, 0.71 * sizes[point] + 0.2
            left = px + aside * pixel if right > 0 else px - aside * pixel - width
            low = py + above * pixel if up > 0 else py - above * pixel - height
            box = (left, low, left + width, low + height)
            inside = area.x0 <= box[0] and box[2] <= area.x1 and area.y0 <= box[1] and box[3] <= area.y1
            others = taken[:point] + taken[point + 1 :]
            if inside and not any(_overlap(box, other) for other in others):
                axes.annotate(
                    names[point],
                    (x[point], y[point]),
                    xytext=(aside * right, above * up),
                    textcoords="offset points",
                    ha="left" if right > 0 else "right",
                    va="bottom" if up > 0 else "top",
                    fontsize=_SIZE,
                    color="0.2",
                    path_effects=[withStroke(linewidth=1.6, foreground="white")],
                )
                taken.append(box)
                written += 1
                break
    return written


def _overlap(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
