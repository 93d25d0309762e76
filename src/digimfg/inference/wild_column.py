"""Wild-bootstrap p values beside the clustered ones of a result with few clusters."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from digimfg.covariance import WILD_P_VALUE, Clustered
from digimfg.inference.wild_p_values import wild_equation, wild_p_values
from digimfg.inference.wild_weights import choose_weights, enumerates
from digimfg.labels import term_label
from digimfg.notes import note_of
from digimfg.sheets import sheet_beside
from digimfg.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from digimfg.covariance import WildBootstrap
    from digimfg.design import Design
    from digimfg.inference.linear_fit import LinearFit

__all__ = ["bootstrap_column", "wild_column"]

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]

_MOST_LEVELS = 1_500
_TITLE = Text("Wild cluster bootstrap", "Wild cluster bootstrap")

_NAMES = sheet_beside(__file__, "wild_column", "names")


def wild_column(design: Design, fit: LinearFit) -> tuple[dict[str, Floats], tuple[Text, ...]]:
    """Return the column of p values of least squares, NaN for controls and the constant; see
    `bootstrap_column`.
    """

    def p_values(options: WildBootstrap, groups: Codes, places: Sequence[int]) -> Floats:
        equation = wild_equation(design, fit)
        return wild_p_values(equation, places, groups, options.weights, options.draws, options.seed)

    return bootstrap_column(design, design.terms, design.specification.regressors, p_values, _TITLE)


def bootstrap_column(
    design: Design,
    names: Sequence[str],
    tested: Sequence[str],
    p_values: Callable[[WildBootstrap, Codes, Sequence[int]], Floats | None],
    title: Text,
) -> tuple[dict[str, Floats], tuple[Text, ...]]:
    """Return a column of bootstrap p values, NaN for terms that are not tested, and the note that names its
    making.

    Nothing where the covariance is not clustered, its ``wild_bootstrap`` is ``None``, or there are enough
    clusters; a note alone where the effects but the largest have more than 1,500 levels, or instruments are
    too many.

    Parameters
    ----------
    names
        Of the result's terms.
    tested
        Terms of the specification that get p values.
    p_values
        Options, clusters and places among `names` → their p values; called where these are wanted. ``None``
        where too many instruments make them slow.
    title
        Of the method, in the note.
    """
    covariance = design.specification.covariance
    if not isinstance(covariance, Clustered) or covariance.wild_bootstrap is None:
        return {}, ()
    options = covariance.wild_bootstrap
    way = min(design.clusters, key=lambda name: int(design.clusters[name].max()))
    groups = design.clusters[way]
    count = int(groups.max()) + 1
    if options.fewer_than is not None and count >= options.fewer_than:
        return {}, ()
    levels = sorted(int(codes.max()) + 1 for codes in design.effects.values())
    if sum(levels[:-1]) > _MOST_LEVELS:
        return {}, (_left(count, Text("fixed effects", "固定效应")),)
    wanted = {
        name for term in tested for name in ((term,) if term in names else design.evaluator(term).names)
    }
    places = [place for place, name in enumerate(names) if name in wanted]
    found = p_values(options, groups, places)
    if found is None:
        return {}, (_left(count, Text("instruments", "工具变量")),)
    values = np.full(len(names), np.nan)
    values[places] = found
    lost = [names[place] for place in places if np.isnan(values[place])]
    chosen = choose_weights(options.weights, count)
    name = _NAMES[chosen]
    how = (
        note_of("inference.all_vectors_of_signs", value=2**count)
        if enumerates(chosen, options.draws, count)
        else note_of("inference.random_weights", name=name, draws=options.draws, seed=options.seed)
    )
    return {WILD_P_VALUE: values}, (
        note_of("inference.wild_bootstrap", title=title, how=how, count=count),
        *(_without_variance(lost) if lost else ()),
    )


def _without_variance(names: Sequence[str]) -> tuple[Text, ...]:
    return (note_of("inference.no_bootstrap", terms=[term_label(name) for name in names]),)


def _left(count: int, many: Text) -> Text:
    return note_of("inference.wild_advised", many=many, count=count)
