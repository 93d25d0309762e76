"""What falsification says of the columns of a regression table, printed beside their stars."""

from __future__ import annotations

from typing import TYPE_CHECKING

from digimfg.display.formatting import format_number, format_p_value
from digimfg.display.table import Row
from digimfg.labels import term_label
from digimfg.policy.falsification import FalsificationPack
from digimfg.robustness.permuted_weights import PermutedWeights
from digimfg.sheets import sheet_beside
from digimfg.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from digimfg.exhibits import Evidence

__all__ = [
    "falsification_notes",
    "falsification_rows",
    "falsified_columns",
    "marked_rows",
    "permuted_columns",
    "permuted_notes",
    "permuted_rows",
]

_HEADINGS = sheet_beside(__file__, "headings")

MARK = "†"


def falsified_columns(evidence: Evidence, names: Sequence[str]) -> tuple[FalsificationPack | None, ...]:
    """Return the falsification of each column's design, ``None`` where there is none."""
    found = {
        evidence.studied.get(study, ""): answer
        for study, answer in evidence.studies.items()
        if isinstance(answer, FalsificationPack)
    }
    return tuple(found.get(name) for name in names)


def permuted_columns(evidence: Evidence, names: Sequence[str]) -> tuple[PermutedWeights | None, ...]:
    """Return the permuted weights of each column, ``None`` where there are none."""
    found = {
        evidence.studied.get(study, ""): answer
        for study, answer in evidence.studies.items()
        if isinstance(answer, PermutedWeights)
    }
    return tuple(found.get(name) for name in names)


def permuted_rows(answers: Sequence[PermutedWeights | None]) -> list[Row]:
    """Return a row each for the p values that permuted weights give the fit and the indirect effect."""
    if not any(answers):
        return []
    rows = {
        "log_likelihood": _HEADINGS["permuted_weights_p_of_the_fit"],
        "indirect": _HEADINGS["permuted_p_of_the_indirect"],
    }
    return [
        Row(
            cells=(
                label,
                *(
                    format_p_value(answer.table["p_value"].to_dict().get(statistic), 3) if answer else ""
                    for answer in answers
                ),
            ),
            rule_above=statistic == "log_likelihood",
        )
        for statistic, label in rows.items()
    ]


def permuted_notes(
    answers: Sequence[PermutedWeights | None], labels: Mapping[str, Text | str] | None
) -> list[Text]:
    """Return what the rows of permuted weights mean."""
    shown = [answer for answer in answers if answer is not None]
    if not shown:
        return []
    term, count = term_label(shown[0].term, labels), shown[0].permutations
    return [
        Text(
            f"Permuted weights: units change places in the weights {count} times; a large p says that any "
            f"links would do as well. The indirect effect is that of {term.en}. Columns without a value were "
            "not put to it",
            f"置换权重：个体在权重矩阵中置换{count}次；p值较大说明任意联系均有同样效果。"
            f"间接效应针对{term.zh}。未列出者未作此检验",
        )
    ]


def marked_rows(
    rows: Sequence[Row], packs: Sequence[FalsificationPack | None], labels: Mapping[str, Text | str] | None
) -> list[Row]:
    """Return the rows of coefficients with a mark at every estimate whose design fails its falsification."""
    failed = {
        (term_label(pack.term, labels), place)
        for place, pack in enumerate(packs, start=1)
        if pack is not None and pack.p_value < pack.alpha
    }
    return [
        Row(
            cells=tuple(
                f"{cell}{MARK}" if cell and (row.cells[0], place) in failed else cell
                for place, cell in enumerate(row.cells)
            ),
            attached=row.attached,
        )
        for row in rows
    ]


def falsification_rows(packs: Sequence[FalsificationPack | None], digits: int) -> list[Row]:
    """Return a row each for the smallest p-value, the power and the effect per residual standard
    deviation.
    """
    if not any(packs):
        return []
    rows = {
        _HEADINGS["falsification_smallest_p"]: [
            format_p_value(pack.p_value, 3) if pack else "" for pack in packs
        ],
        _HEADINGS["power_before_the_event"]: [format_number(pack.power, 2) if pack else "" for pack in packs],
        _HEADINGS["effect_per_residual_standard_deviation"]: [
            format_number(pack.per_sd, digits) if pack else "" for pack in packs
        ],
    }
    return [
        Row(cells=(label, *cells), rule_above=place == 0) for place, (label, cells) in enumerate(rows.items())
    ]


def falsification_notes(packs: Sequence[FalsificationPack | None]) -> list[Text]:
    """Return what the marks and rows mean."""
    shown = [pack for pack in packs if pack is not None]
    if not shown:
        return []
    alpha = f"{shown[0].alpha:g}"
    mark = any(pack.p_value < pack.alpha for pack in shown)
    return [
        Text(
            (
                f"{MARK} the design fails its falsification at {alpha}, so the stars are no evidence of "
                f"an effect. "
                if mark
                else ""
            )
            + "Falsification: smallest p of placebo dates, joint pre-trends and slope before the event, "
            "adjusted by Holm; power "
            "against a trend that accounts for the whole estimate. Columns without these rows were not "
            "put to it",
            (f"{MARK}该设计在{alpha}水平上未通过证伪，星号不构成效应的证据。" if mark else "")
            + "证伪检验：安慰剂时点、事前联合检验与事前斜率的最小p值（Holm校正）；"
            "功效针对“全部估计均源于趋势”的备择。"
            "未列出这些行的列未作证伪",
        )
    ]
