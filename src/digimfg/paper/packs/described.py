"""What is computed beside a claim's test and decides nothing: paths, moves, modes, who leads."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from digimfg.covariance import Clustered
from digimfg.errors import DigimfgError
from digimfg.estimate import estimate
from digimfg.paper.packs.within_var import fit_within_var
from digimfg.specification import Specification
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.paper.packs.engines import Ready
    from digimfg.paper.packs.pack_test import PackTest

__all__ = ["DESCRIBED", "described_beside"]

_DRAWS, _SEED = 19, 0
_CLASSES, _STAGES = 3, 5
_LONG = 40


def described_beside(test: PackTest, ready: Ready, frame: pd.DataFrame) -> tuple[Text, ...]:
    """Return sentences on what a test only describes, or why there are none.

    Parameters
    ----------
    test
        Whose claim.
    ready
        Keys and roles as the test takes them.
    frame
        The panel, for columns that are no role of the test.
    """
    describe = DESCRIBED.get((test.panel, test.claim), DESCRIBED.get(("", test.claim)))
    if describe is None:
        return ()
    try:
        found = describe(test, ready, frame)
        return tuple(Text(*(_signed(words) for words in (each.en, each.zh))) for each in found)
    except DigimfgError as error:
        return (
            Text(
                f"not described: {error.expected.en}; got {error.got.en}",
                f"未作描述：{error.expected.zh}；实为{error.got.zh}",
            ),
        )


def _signed(words: str) -> str:
    """Return words with true minus signs before numbers."""
    return re.sub(r"(?<=[ 为])-(?=\d)", "−", words)


def _paths(test: PackTest, ready: Ready, frame: pd.DataFrame) -> tuple[Text, ...]:
    """Date the stages of units and say how many never fall back, and how many fall back and rise above."""
    from digimfg.evolution.stages import fit_stages

    del frame
    found = fit_stages(
        ready.frame, test.roles, entity=ready.entity, time=ready.time,
        stages=_STAGES, starts=5, draws=_DRAWS, seed=_SEED,
    )  # fmt: skip
    share = found.kinds["share"].astype(float)
    steady, spiral = share["monotone"], share["spiral"]
    units = int(found.statistics["n_units"])
    return (
        Text(
            f"described, five ordered stages of {units} units: {steady:.0%} never fall back, {spiral:.0%} "
            "fall back and later stand higher",
            f"描述：{units}个个体的五个有序阶段中，{steady:.0%}从未回落，{spiral:.0%}回落后升至更高阶段",
        ),
    )


def _moves(test: PackTest, ready: Ready, frame: pd.DataFrame) -> tuple[Text, ...]:
    """Say how often units of the lowest class rise, by the class of their neighbours where known."""
    from digimfg.measures.markov import markov_chain
    from digimfg.measures.spatial_markov import spatial_markov

    del frame
    outcome = test.roles[0]
    rows = ready.frame[[ready.entity, ready.time, outcome]]
    wide = rows.pivot_table(index=ready.entity, columns=ready.time, values=outcome)
    whole = rows[rows[ready.entity].isin(wide.dropna().index)]
    keys = (outcome, ready.entity, ready.time)
    if ready.links is None or len(wide.dropna()) < len(wide):
        up = markov_chain(whole, *keys, classes=_CLASSES).probabilities.to_numpy(float)[0, 1:].sum()
        return (
            Text(
                f"described, moves between thirds: a unit of the lowest third rises within a year with "
                f"probability {up:.2f}; neighbours are not known for every unit",
                f"描述：三等分间的转移中，最低组一年内上升的概率为{up:.2f}；并非每个个体的相邻关系均已知",
            ),
        )
    names = [str(unit) for unit in ready.units]
    near = ready.links if ready.beyond is None else np.maximum(ready.links, ready.beyond)
    links = pd.DataFrame(near * (1 - np.eye(len(names))), index=names, columns=names)
    chain = spatial_markov(
        whole.assign(**{ready.entity: whole[ready.entity].astype(str)}), *keys, links,
        classes=_CLASSES, draws=199, seed=_SEED,
    )  # fmt: skip
    table = chain.probabilities
    lowest = table.index.get_level_values(1)[0]
    among = table.index.get_level_values(0).unique()
    rising = [1 - float(table.loc[(lag, lowest)].iloc[0]) for lag in among]
    p_value = float(chain.homogeneity.bootstrap_likelihood_ratio_p or chain.homogeneity.likelihood_ratio_p)
    return (
        Text(
            f"described, moves between thirds: a unit of the lowest third rises within a year with "
            f"probability {rising[0]:.2f} among low neighbours and {rising[-1]:.2f} among high ones; that "
            f"neighbours do not matter has p {p_value:.3f}",
            f"描述：三等分间的转移中，最低组一年内上升的概率在低值邻居间为{rising[0]:.2f}，在高值邻居间为"
            f"{rising[-1]:.2f}；“邻居无关”的p值为{p_value:.3f}",
        ),
    )


def _leads(test: PackTest, ready: Ready, frame: pd.DataFrame) -> tuple[Text, ...]:
    """Say by how much each series leads the others a year ahead, and what two give back to each other."""
    from digimfg.paper.packs.roles import ROLES

    del frame
    fit = fit_within_var(ready.frame, test.roles, ready.entity, ready.time)
    if fit is None:
        return ()
    en, zh = [], []
    for place, name in enumerate(test.roles):
        weights = np.zeros((len(test.roles), len(test.roles)))
        weights[:, place] = 1.0
        weights[place, place] = 0.0
        value, error = fit.combination(weights)
        label = ROLES[name].label
        en.append(f"{label.en} {value:.2f} ({error:.2g})")
        zh.append(f"{label.zh}{value:.2f}（{error:.2g}）")
    return (
        Text(
            f"described, who leads, sum of slopes on the others a year later: {', '.join(en)}",
            f"描述：对其余序列下一年的斜率之和（谁领先）：{'，'.join(zh)}",
        ),
    )


def _coupled(test: PackTest, ready: Ready, frame: pd.DataFrame) -> tuple[Text, ...]:
    """Say how coordinated the subsystems are, how often all rise together, and who leads."""
    from digimfg.measures.coupling import coupling_coordination
    from digimfg.measures.synergy import composite_synergy

    values = ready.frame[list(test.roles)]
    orders = (values - values.min()) / (values.max() - values.min())
    degree = coupling_coordination(orders)["coordination"].groupby(ready.frame[ready.time]).mean()
    keyed = pd.concat([ready.frame[[ready.entity, ready.time]], orders], axis=1)
    synergy = composite_synergy(keyed, entity=ready.entity, time=ready.time)["synergy"].dropna()
    together = float((synergy > 0).mean())
    first, last = degree.index[0], degree.index[-1]
    said = Text(
        f"described: mean coordination {degree.iloc[0]:.2f} in {first:g} and {degree.iloc[-1]:.2f} in "
        f"{last:g}; all three rise together in {together:.0%} of steps",
        f"描述：平均协调度{first:g}年为{degree.iloc[0]:.2f}、{last:g}年为{degree.iloc[-1]:.2f}；三者同升的"
        f"步数占{together:.0%}",
    )
    return (said, *_leads(test, ready, frame))


def _modes(test: PackTest, ready: Ready, frame: pd.DataFrame) -> tuple[Text, ...]:
    """Say how many modes the long-run distribution of upgrading has, which lock-in would show."""
    from digimfg.evolution.ergodic_modes import ergodic_modes

    del frame
    found = ergodic_modes(
        ready.frame, test.roles[0], entity=ready.entity, time=ready.time, draws=_DRAWS, seed=_SEED
    )
    count, p_value = int(found.statistics["n_modes"]), float(found.statistics["p_value"])
    return (
        Text(
            f"described, lock-in: {count} mode{'s' if count > 1 else ''} of the long-run distribution of "
            f"upgrading, p of one mode {p_value:.2f}",
            f"描述（锁定）：制造业升级的长期分布有{count}个众数，单众数的p值为{p_value:.2f}",
        ),
    )


def _between(test: PackTest, ready: Ready, frame: pd.DataFrame) -> tuple[Text, ...]:
    """Say how selection works between firms, where lasting differences count, beside within them."""
    del frame
    part = test.parts[0]
    spec = Specification(
        part.outcome, part.regressors, entity=ready.entity, time=ready.time, fixed_effects=(ready.time,),
        covariance=Clustered(ready.entity, wild_bootstrap=None),
    )  # fmt: skip
    line = estimate(spec, ready.frame).coefficients.loc[part.term].astype(float)
    return (
        Text(
            f"described, between firms (effects of years alone): {line['estimate']:.3g} "
            f"({line['std_error']:.2g}); the test is within firms",
            f"描述：企业间（仅年份效应）{line['estimate']:.3g}（{line['std_error']:.2g}）；检验为企业内",
        ),
    )


_NOVELTY = ("invention_patents_granted", "patents_granted")


def _novelty(test: PackTest, ready: Ready, frame: pd.DataFrame) -> tuple[Text, ...]:
    """Say whether inventions take a larger share of patents where digitalisation went further."""
    if not set(_NOVELTY) <= set(frame.columns):
        return (
            Text(
                f"not described: novelty, which needs {' and '.join(_NOVELTY)}",
                f"未作描述：新颖性，须有{'与'.join(_NOVELTY)}",
            ),
        )
    share = (frame[_NOVELTY[0]] / frame[_NOVELTY[1]].where(frame[_NOVELTY[1]] > 0)).rename("novelty")
    rows = ready.frame.assign(novelty=share.reindex(ready.frame.index))
    spec = Specification(
        "novelty", "L.digital_index", entity=ready.entity, time=ready.time,
        fixed_effects=(ready.entity, ready.time), covariance=Clustered(ready.entity, wild_bootstrap=None),
    )  # fmt: skip
    line = estimate(spec, rows).coefficients.loc["L.digital_index"].astype(float)
    del test
    return (
        Text(
            f"described, novelty: the share of inventions in patents changes by {line['estimate']:.3g} "
            f"({line['std_error']:.2g}) a year after a standard deviation of digitalisation",
            f"描述（新颖性）：数字化提高一个标准差，次年发明专利占比变动{line['estimate']:.3g}"
            f"（{line['std_error']:.2g}）",
        ),
    )


def _warnings(test: PackTest, ready: Ready, frame: pd.DataFrame) -> tuple[Text, ...]:
    """Say whether growth rates spread out and remember more over the years, as before a sudden change."""
    from scipy.stats import kendalltau

    del frame
    name = test.roles[0]
    rows = ready.frame[[ready.entity, ready.time, name]].dropna()
    before = rows.assign(**{ready.time: rows[ready.time] + 1})
    both = rows.merge(before, on=[ready.entity, ready.time], suffixes=("", "_before"))
    spread = rows.groupby(ready.time)[name].std()
    pairs = both.groupby(ready.time)[[name, f"{name}_before"]]
    memory = pd.Series({year: held.corr().iloc[0, 1] for year, held in pairs})
    rise = [float(kendalltau(each.index, each).statistic) for each in (spread, memory)]
    return (
        Text(
            f"described, early warning over {len(spread)} years: Kendall's tau {rise[0]:.2f} of the spread "
            f"of growth rates and {rise[1]:.2f} of their memory; a test of breaks needs {_LONG} periods",
            f"描述（早期预警，{len(spread)}年）：增长率离散度的Kendall τ为{rise[0]:.2f}，其记忆性为"
            f"{rise[1]:.2f}；突变检验须有{_LONG}期",
        ),
    )


DESCRIBED: dict[tuple[str, str], Callable[[PackTest, Ready, pd.DataFrame], tuple[Text, ...]]] = {
    ("", "C06"): _coupled,
    ("", "C08"): _between,
    ("", "C14"): _novelty,
    ("", "C15"): _modes,
    ("", "C16"): _warnings,
    ("", "C18"): _paths,
    ("", "C20"): _moves,
    ("", "C33"): _leads,
    ("", "C33b"): _leads,
}
"""Panel (empty for every one) and claim → what is described beside its test."""
