"""Pre-tests of panel variables: dependence between units, unit roots, slopes that differ, and what predicts
what.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from digimfg.arguments import checked
from digimfg.display.formatting import format_count, format_number, format_p_value, stars_for
from digimfg.display.notes import note_paragraph, stars_phrase
from digimfg.display.table import Row, Span, Table
from digimfg.errors import ExhibitError
from digimfg.exhibits import Evidence, Rounded, Sampled, Uses
from digimfg.exhibits.columns import inside_sample, key_columns, term_frame
from digimfg.exhibits.selection import exhibit_where
from digimfg.inference.causality import dumitrescu_hurlin
from digimfg.inference.cross_section_dependence import pesaran_cd
from digimfg.inference.dickey_fuller import Deterministic
from digimfg.inference.slope_heterogeneity import slope_heterogeneity
from digimfg.inference.unit_roots import panel_unit_root
from digimfg.kinds import Count, Digits, Draws, Entries, Seed, Share, Whole
from digimfg.labels import term_label
from digimfg.sheets import sheet_beside
from digimfg.text import Text, counted

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from digimfg.display.table import Alignment, Cell

__all__ = ["PretestTable"]

_HEADINGS = sheet_beside(__file__, "headings")

PanelTest = Literal["cd", "llc", "ips", "fisher", "cips"]
_HEADS = sheet_beside(__file__, "pretest_table", "heads")


@checked
@dataclass(frozen=True, kw_only=True)
class PretestTable(Rounded, Sampled):
    """Show tests of cross-section dependence and of unit roots, p values in parentheses.

    Parameters
    ----------
    source, title, notes, note_form, labels
        See `Exhibit`; a DataFrame may be given at once.
    variables
        Columns or terms; ``"D.x"`` is the change of x.
    tests
        Columns of the table: ``"cd" "llc" "ips" "fisher" "cips"``, see `pesaran_cd` and `panel_unit_root`.
    slopes
        Outcome → regressors: Pesaran and Yamagata's test that all units share these slopes, below the table.
    causality
        Pairs of cause and outcome: Dumitrescu and Hurlin's test with `lags` lags (at least one), below the
        table.
    lags, deterministic
        Of the unit-root regressions.
    replications, seed
        Simulated panels for the p value of CIPS.
    least_periods
        Units with fewer values of a variable are left out of its row and counted in the note.
    sample
        Rows to keep, in the grammar of specifications.
    specification
        Use the estimation sample of this specification; by default the whole panel.
    entity, time
        Key columns; by default those of the first specification.
    digits
        Decimals.
    stars
        Significance levels; ``()`` gives no stars.

    Examples
    --------
    >>> PretestTable("pretests", variables=("log_tfp", "D.log_tfp")).tests
    ('cd', 'ips', 'fisher', 'cips')
    """

    kind: ClassVar[Literal["table", "figure"]] = "table"
    uses: ClassVar[Uses] = Uses(
        results=("specification",),
        columns=("variables", "slopes", "causality", "entity", "time"),
        other=("sample",),
    )

    variables: Annotated[tuple[str, ...], Entries(1)]
    tests: tuple[PanelTest, ...] = ("cd", "ips", "fisher", "cips")
    slopes: Mapping[str, tuple[str, ...]] | None = None
    causality: tuple[tuple[str, str], ...] = ()
    lags: Whole = 1
    deterministic: Deterministic = "constant"
    replications: Draws = 500
    seed: Seed = 0
    least_periods: Count = 10
    specification: str | None = None
    entity: str | None = None
    time: str | None = None
    digits: Digits = 2
    stars: tuple[Share, ...] = (0.01, 0.05, 0.1)

    def build(self, evidence: Evidence) -> Table:
        """Return the table."""
        entity, time = key_columns(self, evidence, self.entity, self.time)
        regressions = [(outcome, *names) for outcome, names in (self.slopes or {}).items()]
        further = [name for group in (*regressions, *self.causality) for name in group]
        terms = tuple(dict.fromkeys((*self.variables, *further)))
        frame = term_frame(self, evidence, terms, self.specification, keys=(entity, time))
        frame, outside = inside_sample(self, frame)
        rows, short = [], 0
        for variable in self.variables:
            kept, lost = self._long_enough(frame, variable, entity)
            short = max(short, lost)
            counts = kept.groupby(entity)[variable].count()
            label = term_label(variable, self.labels)
            stub = Text(label.en[:1].upper() + label.en[1:], label.zh)
            cells: list[Cell] = [stub, format_count(len(counts)), _span(counts)]
            rows.append(
                Row(cells=(*cells, *(self._cell(test, kept, variable, entity, time) for test in self.tests)))
            )
        alignment: list[Alignment] = ["p", "d", "d"]
        alignment += ["d"] * len(self.tests)
        heads = (_HEADINGS["variable"], _HEADINGS["units"], _HEADINGS["periods"])
        return Table(
            title=Text.of(self.title or _HEADINGS["cross_section_dependence_and_unit_roots"]),
            header=(tuple(Span(text=head) for head in (*heads, *(_HEADS[test] for test in self.tests))),),
            rows=tuple(rows),
            notes=(
                note_paragraph([*self._sentences(short), *self._regressions(frame, entity, time)]),
                *outside,
            ),
            alignment=tuple(alignment),
            name=self.name,
        )

    def _long_enough(self, frame: pd.DataFrame, variable: str, entity: str) -> tuple[pd.DataFrame, int]:
        found = frame[frame[variable].notna()]
        counts = found.groupby(entity)[variable].transform("count")
        kept = found[counts >= self.least_periods]
        if kept[entity].nunique() < 2:
            raise ExhibitError.of(
                "exhibits.too_few_values",
                where=exhibit_where(self),
                got=str(kept[entity].nunique()),
                least_periods=self.least_periods,
                variable=variable,
            )
        return kept, int(found[entity].nunique() - kept[entity].nunique())

    def _cell(self, test: PanelTest, frame: pd.DataFrame, variable: str, entity: str, time: str) -> str:
        if test == "cd":
            dependence = pesaran_cd(frame, variable, entity=entity, time=time)
            statistic, p_value = dependence.statistic, dependence.p_value
        else:
            root = panel_unit_root(
                frame,
                variable,
                entity=entity,
                time=time,
                test=test,
                lags=self.lags,
                deterministic=self.deterministic,
                replications=self.replications,
                seed=self.seed,
            )
            statistic, p_value = root.statistic, root.p_value
        stars = stars_for(p_value, self.stars)
        return f"{format_number(statistic, self.digits)}{stars} ({format_p_value(p_value, 3)})"

    def _sentences(self, short: int) -> list[Text]:
        terms = {
            "none": _HEADINGS["no_constant"],
            "constant": _HEADINGS["a_constant"],
            "trend": _HEADINGS["a_constant_and_a_trend"],
        }[self.deterministic]
        found = [_HEADINGS["p_values_in_parentheses"]]
        if "cd" in self.tests:
            found.append(_HEADINGS["null_of_cd"])
        roots = [_HEADS[test] for test in self.tests if test != "cd"]
        if roots:
            found.append(
                Text(
                    f"{', '.join(head.en for head in roots)}: the null is a unit root in every unit; "
                    f"{terms.en}, "
                    f"{self.lags} lag{'' if self.lags == 1 else 's'} of the change",
                    f"{'、'.join(head.zh for head in roots)}：原假设为各个体均有单位根；{terms.zh}，"
                    f"差分滞后{self.lags}期",
                )
            )
        if "cips" in self.tests:
            found.append(
                Text(
                    f"CIPS allows for a common factor, its p values from {self.replications} simulated "
                    f"panels "
                    f"(seed {self.seed}); the other unit-root tests take units as independent",
                    f"CIPS允许共同因子，p值来自{self.replications}个模拟面板（种子{self.seed}）；"
                    f"其余单位根检验假定截面独立",
                )
            )
        if short:
            found.append(
                Text(
                    f"At most {counted(short, 'unit')} with fewer than {self.least_periods} values left "
                    f"out of a row",
                    f"各行至多剔除{short}个不足{self.least_periods}期的个体",
                )
            )
        return [*found, *([stars_phrase(self.stars)] if self.stars else [])]

    def _regressions(self, frame: pd.DataFrame, entity: str, time: str) -> list[Text]:
        found = []
        for outcome, regressors in (self.slopes or {}).items():
            kept = self._complete(frame, (outcome, *regressors), entity)
            slopes = slope_heterogeneity(
                kept, outcome=outcome, regressors=regressors, entity=entity, time=time
            )
            y, x = self._named((outcome,)), self._named(regressors)
            said = self._said("Δ̃adj", slopes.statistic, slopes.p_value)
            found.append(
                Text(
                    f"Null: slopes of {y.en} on {x.en} are the same in all units (Pesaran–Yamagata): "
                    f"{said.en}",
                    f"原假设：{y.zh}对{x.zh}的斜率在各个体相同（Pesaran–Yamagata）：{said.zh}",
                )
            )
        for cause, outcome in self.causality:
            kept = self._complete(frame, (cause, outcome), entity)
            test = dumitrescu_hurlin(
                kept, outcome=outcome, cause=cause, entity=entity, time=time, lags=max(self.lags, 1)
            )
            x, y = self._named((cause,)), self._named((outcome,))
            said = self._said("Z̃", test.statistic, test.p_value)
            found.append(
                Text(
                    f"Null: {x.en} helps to predict {y.en} in no unit (Dumitrescu–Hurlin, units "
                    f"independent): {said.en}",
                    f"原假设：{x.zh}在各个体中均不是{y.zh}的Granger原因（Dumitrescu–Hurlin，"
                    f"假定截面独立）：{said.zh}",
                )
            )
        return found

    def _complete(self, frame: pd.DataFrame, names: tuple[str, ...], entity: str) -> pd.DataFrame:
        complete = frame[frame[list(names)].notna().all(axis=1)]
        return complete[complete.groupby(entity)[names[0]].transform("count") >= self.least_periods]

    def _named(self, names: tuple[str, ...]) -> Text:
        labels = [term_label(name, self.labels) for name in names]
        return Text(" and ".join(label.en for label in labels), "、".join(label.zh for label in labels))

    def _said(self, symbol: str, statistic: float, p_value: float) -> Text:
        value, p = format_number(statistic, self.digits), format_p_value(p_value, 3)
        p = p if p.startswith("<") else f"= {p}"
        return Text(f"{symbol} = {value}, p {p}", f"{symbol} = {value}，p {p}")


def _span(counts: pd.Series[int]) -> str:
    low, high = int(counts.min()), int(counts.max())
    return str(low) if low == high else f"{low}–{high}"
