"""Find the usual sections of annual reports, under the headings of their years."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from typing_extensions import TypedDict

from digimfg.arguments import checked
from digimfg.errors import MeasureError
from digimfg.file_forms import FileForm
from digimfg.kinds import Share
from digimfg.notes import note_of
from digimfg.shown import shown
from digimfg.text import Text
from digimfg.texts.counts import beside_keys, text_values

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["ReportSections", "list_report_sections", "report_section"]

_FILE = Path(__file__).parent / "registers" / "report_sections.toml"
_NUMBER = "[一二三四五六七八九十百〇零\\d]+"
_LEADERS = re.compile(r"[.．…·]{2,}\s*\d*\s*$|\s\d{1,3}\s*$")
_BLANKS = re.compile(r"\s")
_LONGEST_HEADING = 40
_COLUMNS = ("text", "heading", "characters", "report_characters", "share")


class _Section(TypedDict):
    en: str
    zh: str
    headings: list[str]


class _Register(TypedDict):
    source: str
    sections: dict[str, _Section]


_FORM: FileForm[_Register] = FileForm(
    schema=_Register,
    what=Text("the register of sections of annual reports", "年报章节登记册"),
    remedy=Text("install the package again", "重新安装本包"),
    error=MeasureError,
)


@checked
@shown(Text("Sections of reports", "年报章节"), first="frame")
@dataclass(frozen=True, kw_only=True, eq=False)
class ReportSections:
    """Hold a section of reports.

    Parameters
    ----------
    frame
        One row per report: its keys, ``text`` of the section (missing where it was not found), ``heading`` it
        stands under, ``characters`` of the section, ``report_characters``, and ``share`` of the report that
        was read.
    found
        Reports by heading: ``heading``, ``reports``, median ``share``.
    notes
        What a reader must know.
    """

    frame: pd.DataFrame
    found: pd.DataFrame
    notes: tuple[Text, ...]


@cache
def _register() -> _Register:
    return _FORM.read(_FILE)


@checked
def list_report_sections() -> pd.DataFrame:
    """List the sections that `report_section` knows, with their headings over the years.

    Returns
    -------
    pandas.DataFrame
        Indexed by ``section``; ``label_en label_zh headings source``.

    Examples
    --------
    >>> list_report_sections().loc["management_discussion", "label_zh"]
    '管理层讨论与分析'
    """
    import pandas as pd

    known = _register()
    rows = {
        name: {
            "label_en": section["en"],
            "label_zh": section["zh"],
            "headings": "、".join(section["headings"]),
            "source": known["source"],
        }
        for name, section in known["sections"].items()
    }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("section")


@checked
def report_section(
    texts: pd.Series[Any] | pd.DataFrame,
    section: str = "management_discussion",
    *,
    column: str = "text",
    headings: tuple[str, ...] = (),
    least_share: Share = 0.01,
) -> ReportSections:
    r"""Cut a section out of annual reports: from its heading to the next of the same rank.

    A heading is a line of its own with a number (``第四节 经营情况讨论与分析``, ``八、董事会报告``), not one of the table of
    contents: of several lines with the heading, the one before the longest text counts.

    Parameters
    ----------
    texts
        Whole reports, lines kept, one a row: a Series, or a frame whose other columns are keys.
    section
        One of `list_report_sections`.
    column
        The frame's column of texts.
    headings
        Your own, in place of the register's.
    least_share
        A section that is a smaller share of its report counts as not found: it is a reference to the place.

    Raises
    ------
    MeasureError
        If the section is unknown (the nearest are named), there is no such column, a text is no string, or a
        key is named as a column of the answer.

    Notes
    -----
    A report in which the section is not found has no text: nothing is taken in its place. Up to 2014 the
    discussion is part of the directors' report, which holds proposals and dividends too; lengths before and
    after are not the same measure, and the note counts reports by heading.

    Examples
    --------
    >>> import pandas as pd
    >>> report = "第三节 管理层讨论与分析 9\n第四节 公司治理 30\n第三节 管理层讨论与分析\n数字化。\n第四节 公司治理\n董事会。"
    >>> report_section(pd.Series([report])).frame.loc[0, ["text", "heading"]].tolist()
    ['数字化。', '管理层讨论与分析']
    """  # noqa: E501
    import pandas as pd

    known = _register()["sections"]
    if section not in known and not headings:
        raise MeasureError.unknown(section, known, where=Text("dm.report_section", "dm.report_section"))
    wanted = headings or tuple(known[section]["headings"])
    keys, values = text_values(texts, column)
    rows = [_cut(value, wanted, float(least_share)) for value in values]
    frame = beside_keys(keys, pd.DataFrame(rows, index=keys.index, columns=list(_COLUMNS)))
    return ReportSections(frame=frame, found=_found(frame), notes=_notes(frame, section, bool(headings)))


def _cut(text: str | None, wanted: tuple[str, ...], least_share: float) -> dict[str, Any]:
    import pandas as pd

    if text is None:
        return dict.fromkeys(_COLUMNS, pd.NA)
    whole = _length(text)
    best: tuple[int, str, str] | None = None
    for pattern in _ranks():
        marks = [(mark, _title(mark["title"])) for mark in pattern.finditer(text)]
        for place, (mark, title) in enumerate(marks):
            heading = next((each for each in wanted if title == each), None)
            if heading is None:
                continue
            later = (other.start() for other, its in marks[place + 1 :] if its != title)
            end = next(later, len(text))  # a heading that pages repeat does not end its section
            part = text[mark.end() : end].strip()
            size = _length(part)
            if best is None or size > best[0]:
                best = (size, heading, part)
        if best is not None and best[0] >= least_share * whole:
            break
    if best is None or best[0] < least_share * whole:
        return {
            "text": pd.NA,
            "heading": pd.NA,
            "characters": pd.NA,
            "report_characters": whole,
            "share": pd.NA,
        }
    size, heading, part = best
    return {
        "text": part,
        "heading": heading,
        "characters": size,
        "report_characters": whole,
        "share": size / whole,
    }


@cache
def _ranks() -> tuple[re.Pattern[str], ...]:
    """Return how headings of each rank are numbered, highest first."""
    title = rf"[ \t　]*(?P<title>[^\n]{{2,{_LONGEST_HEADING}}})$"
    return (
        re.compile(rf"^[ \t　]*第[ \t]*{_NUMBER}[ \t]*[节章部]分?{title}", re.MULTILINE),
        re.compile(rf"^[ \t　]*{_NUMBER}[ \t]*[、．.]{title}", re.MULTILINE),
        re.compile(rf"^[ \t　]*[（(]{_NUMBER}[)）]{title}", re.MULTILINE),
    )


def _title(line: str) -> str:
    """Return the words of a numbered line without what a table of contents puts behind them."""
    return _BLANKS.sub("", _LEADERS.sub("", line)).strip("：:")


def _length(text: str) -> int:
    return len(_BLANKS.sub("", text))


def _found(frame: pd.DataFrame) -> pd.DataFrame:
    held = frame[frame["text"].notna()]
    grouped = held.groupby("heading", sort=True)["share"]
    table = grouped.agg(reports="size", share=lambda part: float(part.astype("float64").median()))
    return table.reset_index()


def _notes(frame: pd.DataFrame, section: str, own: bool) -> tuple[Text, ...]:
    n, missing = len(frame), int(frame["text"].isna().sum())
    sections: Any = _register()["sections"]
    label: Mapping[str, str] = sections.get(section, {"en": section, "zh": section})
    notes: list[Text] = []
    if missing:
        notes.append(note_of("texts.not_found", missing=missing, n=n))
    if n - missing and not own:
        share = float(frame["share"].astype("Float64").mean())
        notes.append(note_of("texts.share_read_of_section", name=Text(label["en"], label["zh"]), share=share))
    used = frame["heading"].dropna().unique()
    if len(used) > 1:
        notes.append(note_of("texts.headings", headings=sorted(map(str, used))))
    return tuple(notes)
