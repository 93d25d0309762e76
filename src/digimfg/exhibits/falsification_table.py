"""What an exposure design was put to: placebo dates, the trend before the event, honest intervals, power."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from digimfg.arguments import checked
from digimfg.display.formatting import MISSING, format_count, format_number, format_p_value, stars_for
from digimfg.display.notes import joined, note_paragraph, stars_phrase
from digimfg.display.table import Alignment, Row, Span, Table
from digimfg.exhibits import Evidence, Labelled, OfStudy, Starred
from digimfg.exhibits.selection import one_study
from digimfg.labels import term_label
from digimfg.policy.falsification import FalsificationPack
from digimfg.sheets import sheet_beside
from digimfg.text import Text

__all__ = ["FalsificationTable"]

_HEADINGS = sheet_beside(__file__, "headings")


@checked
@dataclass(frozen=True, kw_only=True)
class FalsificationTable(Starred, OfStudy, Labelled):
    """Show the falsification of an exposure design: a row for each placebo date, for the trend before, for
    each bound.

    Parameters
    ----------
    source, title, notes, note_form, labels
        See `Exhibit`; the answer of `falsification_pack` is given at once.
    study
        Name of the study in the analysis; may be left out where there is only one of its kind.
    digits
        Decimals.
    stars
        Significance levels; ``()`` gives no stars.

    Examples
    --------
    >>> FalsificationTable("falsification").digits
    3
    """

    kind: ClassVar[Literal["table", "figure"]] = "table"

    def build(self, evidence: Evidence) -> Table:
        """Return the table."""
        pack = one_study(self, evidence, FalsificationPack, self.study)
        own = self._row(_HEADINGS["the_design_itself"], pack.estimate, pack.std_error)
        rows = [own]
        for heading, after in (
            (_HEADINGS["placebo_dates_before_the_event"], False),
            (_HEADINGS["placebo_dates_after_the_event"], True),
        ):
            chosen = pack.placebos[pack.placebos["after"].astype(bool) == after]
            if len(chosen):
                rows.append(Row(cells=(heading,), heading=True, rule_above=True))
            for (first, cut, last), row in zip(chosen.index, chosen.to_dict("records"), strict=True):
                label = Text(f"{first}–{last}, step after {cut}", f"{first}–{last}年，{cut}年后阶跃")
                rows.append(self._row(label, row["estimate"], row["std_error"], row["p_value"], row["n_obs"]))
        rows += [*self._trend(pack), *self._bounds(pack)]
        heads = (
            _HEADINGS["test"],
            _HEADINGS["estimate"],
            _HEADINGS["std_error"],
            _HEADINGS["p_value"],
            _HEADINGS["95_pct_interval"],
            _HEADINGS["observations"],
        )
        alignment: tuple[Alignment, ...] = ("p", "d", "d", "d", "c", "d")
        name = term_label(pack.term, self.labels)
        rejects = pack.p_value < pack.alpha
        sentences = [
            Text(f"Estimates of {name.en}", f"表中为{name.zh}的系数"),
            *([stars_phrase(self.stars)] if self.stars else []),
            Text(
                f"Smallest p of the {len(pack.tests)} tests before the event, adjusted by Holm: "
                f"{format_p_value(pack.p_value, 3)}; the design "
                f"{'fails' if rejects else 'is not refuted, which is no proof'}",
                f"事件之前{len(pack.tests)}项检验经 Holm 校正的最小 p值为{format_p_value(pack.p_value, 3)}；"
                f"该设计{'未通过证伪' if rejects else '未被证伪（不构成证明）'}",
            ),
            Text(
                f"Power of the joint test before the event against a trend that accounts for the whole "
                f"estimate: {pack.power:.2f}",
                f"事前联合检验对“全部估计均源于趋势”这一备择的功效：{pack.power:.2f}",
            ),
        ]
        return Table(
            title=Text.of(self.title or _HEADINGS["falsification_of_the_exposure_design"]),
            header=(tuple(Span(text=head) for head in heads),),
            rows=tuple(rows),
            notes=(
                note_paragraph(sentences),
                joined(pack.notes),
            ),
            alignment=alignment,
            name=self.name,
        )

    def _trend(self, pack: FalsificationPack) -> list[Row]:
        tests = pack.tests["p_value"]
        heading = _HEADINGS["the_trend_before_the_event"]
        return [
            Row(cells=(heading,), heading=True, rule_above=True),
            self._row(_HEADINGS["mean_effect_before_the_event"], pack.mean_before),
            self._row(_HEADINGS["mean_effect_after_the_event"], pack.mean_after),
            self._row(
                _HEADINGS["no_effects_before"],
                p_value=float(tests["pretrends"]),
            ),
            self._row(
                _HEADINGS["slope_before_the_event_per_period"],
                pack.slope,
                pack.slope_error,
                float(tests["slope"]),
            ),
            self._row(_HEADINGS["what_the_slope_adds_up_to"], pack.extrapolated),
            self._row(
                _HEADINGS["effect_beyond_that_line"],
                pack.detrended,
                interval=(pack.detrended_low, pack.detrended_high),
            ),
        ]

    def _bounds(self, pack: FalsificationPack) -> list[Row]:
        heading = _HEADINGS["honest_intervals_after"]
        rows = [Row(cells=(heading,), heading=True, rule_above=True)]
        for bound, low, high in zip(
            pack.intervals.index, pack.intervals["conf_low"], pack.intervals["conf_high"], strict=True
        ):
            label = Text(
                f"trends change by at most {bound:g} × their largest change before",
                f"趋势变动不超过事前最大变动的{bound:g}倍",
            )
            rows.append(self._row(label, interval=(float(low), float(high))))
        for bound, low, high in zip(
            pack.smooth.index, pack.smooth["conf_low"], pack.smooth["conf_high"], strict=True
        ):
            label = Text(f"slopes change by at most {bound:.3g} per period", f"斜率每期变动不超过{bound:.3g}")
            rows.append(self._row(label, interval=(float(low), float(high))))
        return rows

    def _row(
        self,
        label: Text,
        estimate: float | None = None,
        std_error: float | None = None,
        p_value: float | None = None,
        n_obs: float | None = None,
        *,
        interval: tuple[float, float] | None = None,
    ) -> Row:
        stars = "" if p_value is None else stars_for(p_value, self.stars)
        ends = None if interval is None else [format_number(end, self.digits) for end in interval]
        return Row(
            cells=(
                label,
                MISSING if estimate is None else format_number(estimate, self.digits) + stars,
                MISSING if std_error is None else format_number(std_error, self.digits),
                format_p_value(p_value, 3),
                MISSING if ends is None else f"[{', '.join(ends)}]",
                MISSING if n_obs is None else format_count(n_obs),
            )
        )
