"""Put a claim's test to a panel."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd
from pandas.api.types import is_numeric_dtype

from digimfg.arguments import checked
from digimfg.errors import AnalysisError, MeasureError, nearest
from digimfg.evidence.claim_answer import PART_COLUMNS, ClaimAnswer, decide_parts, deciding_p, grade_parts
from digimfg.evidence.verdict_values import STATUSES
from digimfg.evidence.versions import RuleVersion, read_versions
from digimfg.evidence.weighed import GRADES
from digimfg.filled import filled_column_notes
from digimfg.frames.said import is_synthetic, notes_of, synthetic_notes
from digimfg.kinds import StoredFrame
from digimfg.measures.china_provinces import china_province_weights
from digimfg.measures.columns import numbers
from digimfg.panels import find_panel
from digimfg.paper.packs.declared import PANEL_KEYS, panel_tests
from digimfg.paper.packs.described import described_beside
from digimfg.paper.packs.engines import Ready, computed_parts
from digimfg.paper.packs.filling import Filled, fill_roles
from digimfg.paper.packs.pack_test import PackTest, plain_rule
from digimfg.paper.reading import DATA
from digimfg.text import Text
from digimfg.variables import dictionary
from digimfg.variables.declared import declared_variables

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from digimfg.evidence.claim_answer import AnswerStatus
    from digimfg.evidence.weighed import Grade

__all__ = ["PACK_VERSIONS", "PackPanel", "claim_test", "pack_versions"]

PACK_VERSIONS = "pack_versions.json"
PackPanel = Literal["china_province", "china_city", "firm", "world"]
_NO_NAMES: Mapping[str, str] = MappingProxyType({})


@checked
def claim_test(
    frame: StoredFrame,
    claim: str,
    panel: PackPanel,
    *,
    variables: Mapping[str, str] = _NO_NAMES,
    describe: bool = True,
) -> ClaimAnswer:
    """Put the declared test of one claim to a panel, by a rule in a dated version.

    Parameters
    ----------
    frame
        A panel of the kind; missing values are left out, never filled.
    claim
        ``"C13"`` …; `list_claim_tests` lists which claims have a test on which kind of panel.
    panel
        ``"china_province" "china_city" "firm" "world"``.
    variables
        Role → column, where your column has another name than the role (``{"digital_index": "数字化水平"}``).
        A role without a column of its own is filled by the mean of the dictionary's standardised indicators
        that are there, if enough are.
    describe
        Whether to compute what is described beside and decides nothing (stages, moves, modes, who leads).

    Returns
    -------
    ClaimAnswer
        What the test says; ``status`` is ``"not_testable"`` and ``missing`` says what would be enough where
        the
        panel lacks a role.

    Raises
    ------
    AnalysisError
        If the claim has no test on such a panel.
    MeasureError
        If `variables` names a role or a column that is not there, or keys are repeated.

    Examples
    --------
    >>> import digimfg as dm
    >>> twin = dm.simulate_panel("china_province", seed=1)
    >>> answer = claim_test(twin, "C13", "china_province")
    >>> answer.status, answer.synthetic, len(answer.parts)
    ('supported', True, 5)
    """
    test = _test(claim, panel)
    entity, time = PANEL_KEYS[panel]
    absent = [
        key
        for key in dict.fromkeys((entity, time, *([test.cluster] if test.cluster else [])))
        if key not in frame
    ]
    if not absent:
        frame = frame.iloc[_key_order(frame, (entity, time))]
    filled = fill_roles(frame, test.roles, {**_labelled(frame), **variables}, _columns_of(panel))
    missing = (
        *(Text(f"the column '{key}'", f"列“{key}”") for key in absent),
        *_layers(test, filled.missing),
        *filled.missing,
    )
    if missing:
        return _answer(test, frame, filled, missing)
    ready = _keyed(frame, dict.fromkeys((entity, time, *([test.cluster] if test.cluster else []))), time)
    ready = ready.assign(**filled.columns)
    ready = ready[ready[list(test.roles)].notna().all(axis=1)]
    _check_keys(ready, entity, time)
    sizes = ready.groupby(entity)[time].nunique()
    if len(sizes) < test.least_units or not len(sizes) or sizes.median() < test.least_periods:
        years = int(sizes.median()) if len(sizes) else 0
        lacking = Text(
            f"{test.least_units} units with {test.least_periods} years each or more; there are "
            f"{len(sizes)} units with {years}",
            f"不少于{test.least_units}个个体、每个{test.least_periods}年；现有{len(sizes)}个个体、每个{years}年",
        )
        return _answer(test, frame, filled, (lacking,))
    units = tuple(sorted(ready[entity].unique()))
    links, beyond = _links(test, frame, units, entity)
    held = Ready(frame=ready, entity=entity, time=time, links=links, beyond=beyond, units=units)
    parts = computed_parts(test, held)
    if isinstance(parts, Text):
        return _answer(test, frame, filled, (parts,))
    beside = described_beside(test, held, frame) if describe else ()
    return _answer(test, frame, filled, (), parts, beside)


def _key_order(frame: pd.DataFrame, keys: Sequence[str]) -> NDArray[np.intp]:
    """Return the places of rows in the order of their keys: sums are then the same in any order of rows."""
    codes = [pd.factorize(frame[key].astype(str), sort=True)[0] for key in reversed(keys)]
    return np.lexsort(codes)


@cache
def pack_versions() -> dict[str, tuple[RuleVersion, ...]]:
    """Return the versions of the packs' rules, by ``claim@panel``."""
    return read_versions(DATA / PACK_VERSIONS)


def _test(claim: str, panel: PackPanel) -> PackTest:
    known = panel_tests(panel)
    if claim not in known:
        near = nearest(claim, list(known))
        raise AnalysisError.of(
            "paper.claim_without_test",
            got=f"'{claim}'",
            claim=claim,
            panel=panel,
            known=list(known),
            near=near,
        )
    return known[claim]


def _keyed(frame: pd.DataFrame, keys: Iterable[str], time: str) -> pd.DataFrame:
    """Return the keys alone: numbers as such, all else as it is, nothing told beside."""
    held = {
        key: numbers(frame[key], key)
        if key == time or is_numeric_dtype(frame[key])
        else frame[key].astype(object)
        for key in keys
    }
    return pd.DataFrame(held, index=frame.index)


def _check_keys(ready: pd.DataFrame, entity: str, time: str) -> None:
    """Raise unless every row has a key of its own."""
    bad = ready[entity].isna() | ready[time].isna() | ready.duplicated([entity, time])
    if bad.any():
        first = ready[bad].iloc[0]
        raise MeasureError.of(
            "paper.unit_years_not_unique",
            entity=entity,
            time=time,
            n_bad=int(bad.sum()),
            unit=str(first[entity]),
            period=str(first[time]),
        )


@cache
def _columns_of(panel: PackPanel) -> frozenset[str]:
    """Return the columns that a panel of a kind may have, those of a fetched vintage among them."""
    own = frozenset(find_panel(panel).variables)
    if panel != "world":
        return own
    return own | {name for name, entry in dictionary().items() if entry.source == "world_bank"}


def _labelled(frame: pd.DataFrame) -> dict[str, str]:
    """Return the roles that the project's labels file gives to columns of the frame."""
    return {
        entry.role: name for name, entry in declared_variables(frame).items() if entry.role and name in frame
    }


def _layers(test: PackTest, missing: tuple[Text, ...]) -> tuple[Text, ...]:
    """Return that indicators of one layer only are there, where a test needs all three."""
    layers = ("technology_index", "structure_index", "institution_index")
    if test.roles != layers or len(missing) != len(layers) - 1:
        return ()
    return (
        Text(
            "indicators of one layer only; co-evolution needs technology, structure and institutions",
            "仅有一个层次的指标；协同演化须同时有技术、结构与制度",
        ),
    )


def _links(
    test: PackTest, frame: pd.DataFrame, units: tuple[object, ...], entity: str
) -> tuple[NDArray[np.float64] | None, NDArray[np.float64] | None]:
    """Return which units are neighbours, and which are a step further where that does not follow.

    Provinces that touch; cities of one province, and those of provinces that touch.
    """
    if test.engine not in ("flows", "threshold") or (entity != "province" and "province" not in frame):
        return None, None
    if test.engine == "threshold" and not _known_provinces(frame, units, entity):
        return None, None
    if entity == "province":
        return np.asarray(china_province_weights([str(unit) for unit in units]).matrix.toarray()), None
    home = frame.drop_duplicates(entity).set_index(entity)["province"].reindex(list(units)).astype(str)
    codes, names = pd.factorize(home)
    touching = china_province_weights([str(name) for name in names]).matrix.toarray()
    return np.asarray(codes[:, None] == codes[None, :], dtype=np.float64), touching[
        codes[:, None], codes[None, :]
    ]


def _known_provinces(frame: pd.DataFrame, units: tuple[object, ...], entity: str) -> bool:
    """Tell whether neighbours can be told from the names of provinces."""
    names = units if entity == "province" else frame["province"].dropna().unique()
    try:
        china_province_weights([str(name) for name in names])
    except MeasureError:
        return False
    return True


def _answer(
    test: PackTest,
    frame: pd.DataFrame,
    filled: Filled,
    missing: tuple[Text, ...],
    parts: pd.DataFrame | None = None,
    described: tuple[Text, ...] = (),
) -> ClaimAnswer:
    if parts is None:
        parts = pd.DataFrame({name: pd.Series(dtype="float64") for name in PART_COLUMNS})
        parts.index.name = "part"
        status: AnswerStatus = "not_testable"
        grade: Grade | Literal[""] = ""
        p_value: float | None = None
    else:
        status = decide_parts(parts, test.combine, test.smallest_effect, test.alpha)
        grade = grade_parts(parts, test.construct, test.smallest_effect)
        p_value = deciding_p(parts, test.combine)
    version = pack_versions()[f"{test.claim}@{test.panel}"][-1]
    return ClaimAnswer(
        claim=test.claim,
        panel=test.panel,
        status=status,
        synthetic=is_synthetic(frame),
        grade=grade,
        parts=parts,
        found=filled.found,
        missing=missing,
        version=version.version,
        rule_hash=version.hash,
        declared=version.declared,
        reason=_beside(_reason(test, status, grade, filled.found, missing, parts), described),
        notes=(
            *synthetic_notes(frame),
            *filled_column_notes(frame, set(filled.used)),
            *notes_of(frame, filled.used),
            *_changed(test, version),
        ),
        p_value=p_value,
        described=described,
    )


def _changed(test: PackTest, version: RuleVersion) -> tuple[Text, ...]:
    if plain_rule(test) == version.rule:
        return ()
    return (Text("the rule was changed after it was declared", "规则在声明后被改动"),)


def _beside(reason: Text, described: tuple[Text, ...]) -> Text:
    """Return a reason with what is described beside, which decides nothing."""
    return Text(
        "; ".join([reason.en, *(each.en for each in described)]),
        "；".join([reason.zh, *(each.zh for each in described)]),
    )


def _reason(
    test: PackTest,
    status: AnswerStatus,
    grade: Grade | Literal[""],
    found: tuple[Text, ...],
    missing: tuple[Text, ...],
    parts: pd.DataFrame,
) -> Text:
    if grade == "":
        lack_en, lack_zh = ("; ".join(each.en for each in missing), "；".join(each.zh for each in missing))
        have_en, have_zh = ("; ".join(each.en for each in found), "；".join(each.zh for each in found))
        return Text(
            f"lacks {lack_en}{f'. Found: {have_en}' if found else ''}",
            f"缺少{lack_zh}{f'。已有：{have_zh}' if found else ''}",
        )
    en, zh = [], []
    for label, (_, line) in zip((part.label for part in test.parts), parts.iterrows(), strict=True):
        error = "" if np.isnan(line["std_error"]) else f" ({line['std_error']:.2g})"
        en.append(f"{label.en}: {line['estimate']:.3g}{error}, p {line['p_value']:.3f}")
        zh.append(f"{label.zh}：{line['estimate']:.3g}{error}，p = {line['p_value']:.3f}")
    needs = {
        "all": Text("all parts must hold", "各部分须全部成立"),
        "both_signs": Text("both signs must be there", "两种符号须并存"),
    }
    rule = needs[test.combine]
    n_units, n_obs = int(parts["n_clusters"].max()), int(parts["n_obs"].max())
    scope = (
        Text(f"; of the claim: {test.scope.en}", f"；所及范围：{test.scope.zh}")
        if test.scope.en
        else Text("", "")
    )
    word = STATUSES[status]
    return Text(
        f"{word.en}: {'; '.join(en)}; {rule.en}; {n_units} clusters, {n_obs} rows; associations, grade "
        f"{GRADES[grade].en}{scope.en}".replace(" -", " −"),
        f"{word.zh}：{'；'.join(zh)}；{rule.zh}；{n_units}个聚类，{n_obs}行；仅为相关关系，证据等级{GRADES[grade].zh}"
        f"{scope.zh}".replace("：-", "：−"),
    )
