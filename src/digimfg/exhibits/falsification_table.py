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
from digimfg.text import Text

__all__ = ["FalsificationTable"]


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
        own = self._row(Text("The design itself", "设计本身"), pack.estimate, pack.std_error)
        rows = [own]
        for heading, after in (
            (Text("Placebo dates before the event", "事件之前的安慰剂时点"), False),
            (Text("Placebo dates after the event", "事件之后的安慰剂时点"), True),
        ):
            chosen = pack.placebos[pack.placebos["after"].astype(bool) == after]
            if len(chosen):
                rows.append(Row(cells=(heading,), heading=True, rule_above=True))
            for (first, cut, last), row in zip(chosen.index, chosen.to_dict("records"), strict=True):
                label = Text(f"{first}–{last}, step after {cut}", f"{first}–{last}年，{cut}年后阶跃")
                rows.append(self._row(label, row["estimate"], row["std_error"], row["p_value"], row["n_obs"]))
        rows += [*self._trend(pack), *self._bounds(pack)]
        heads = (
            Text("Test", "检验"),
            Text("Estimate", "估计值"),
            Text("Std. error", "标准误"),
            Text("p value", "p值"),
            Text("95% interval", "95%置信区间"),
            Text("Observations", "观测值"),
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
            title=Text.of(self.title or Text("Falsification of the exposure design", "暴露设计的证伪检验")),
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
        heading = Text("The trend before the event", "事件之前的趋势")
        return [
            Row(cells=(heading,), heading=True, rule_above=True),
            self._row(Text("Mean effect before the event", "事前平均效应"), pack.mean_before),
            self._row(Text("Mean effect after the event", "事后平均效应"), pack.mean_after),
            self._row(
                Text("All effects before the event are zero", "事前各期效应联合为零"),
                p_value=float(tests["pretrends"]),
            ),
            self._row(
                Text("Slope before the event, per period", "事前斜率（每期）"),
                pack.slope,
                pack.slope_error,
                float(tests["slope"]),
            ),
            self._row(
                Text("What that slope adds up to after it", "该斜率外推至事后的累计值"), pack.extrapolated
            ),
            self._row(
                Text("Effect beyond that line", "超出该趋势线的效应"),
                pack.detrended,
                interval=(pack.detrended_low, pack.detrended_high),
            ),
        ]

    def _bounds(self, pack: FalsificationPack) -> list[Row]:
        heading = Text(
            "Honest intervals of the mean effect after the event", "事后平均效应的稳健区间（Honest DiD）"
        )
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
