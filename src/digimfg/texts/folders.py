"""Count words in folders of reports too large to be held at once."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from digimfg.arguments import checked
from digimfg.kinds import Jobs
from digimfg.measures.measurement import Measurement
from digimfg.notes import note_of
from digimfg.parallel import run_parallel
from digimfg.text import Text
from digimfg.texts.counts import count_notes, count_words
from digimfg.texts.dictionary import TermDictionary, load_dictionary
from digimfg.texts.matching import Overlap
from digimfg.texts.reading import Broken, keyed_files, read_files
from digimfg.texts.rules import MentionRules
from digimfg.texts.sections import report_section

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["count_files"]

_AT_ONCE = 16


@checked
def count_files(
    folder: str | Path,
    dictionary: TermDictionary | str | Path = "digital_transformation_wu2021",
    *,
    pattern: str = "{firm}_{year}.txt",
    section: str | None = None,
    rules: MentionRules | None = MentionRules(),  # noqa: B008  a frozen value
    overlap: Overlap = "longest",
    broken: Broken = "raise",
    n_jobs: Jobs | None = None,
) -> Measurement:
    """Count the words of a dictionary in the files of a folder, a few files at a time.

    What `read_texts`, `report_section` and `count_words` find of a folder, without holding its texts.

    Parameters
    ----------
    folder, pattern, broken
        See `read_texts`.
    dictionary, rules, overlap
        See `count_words`.
    section
        Count in this section alone (`list_report_sections`): ``heading``, ``report_characters`` and ``share``
        of the report that was read stand beside the counts; a report without it has missing counts.
    n_jobs
        Processes; the answer does not depend on them.

    Returns
    -------
    Measurement
        As `count_words` has it, with the keys of the file names.

    Raises
    ------
    SourceError
        As `read_texts`.
    MeasureError
        As `count_words` and `report_section`.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = (Path(folder) / "600000_2020.txt").write_text("公司运用大数据与云计算。", encoding="utf-8")
    ...     found = count_files(folder)
    >>> found.frame[["firm", "year", "total"]].values.tolist()
    [['600000', 2020, 2]]
    """
    import pandas as pd

    known = dictionary if isinstance(dictionary, TermDictionary) else load_dictionary(dictionary)
    paths, keys = keyed_files(folder, pattern)
    tasks = [
        _Files(
            paths=some, states=tuple(map(_state, some)), dictionary=known, section=section, rules=rules,
            overlap=overlap, broken=broken,
        )
        for some in (tuple(paths[first : first + _AT_ONCE]) for first in range(0, len(paths), _AT_ONCE))
    ]  # fmt: skip
    parts = run_parallel(_counted, tasks, label=Text("Reports", "年报"), n_jobs=n_jobs)
    frame = pd.concat([keys, pd.concat(parts, ignore_index=True)], axis=1)
    missing = int(frame["characters"].isna().sum())
    statistics = {
        "n_texts": float(len(frame)),
        "n_missing": float(missing),
        "n_denied": float(frame["denied"].sum()),
        "n_other": float(frame["other"].sum()),
    }
    notes = list(count_notes(known, rules, overlap, statistics))
    if section is not None:
        notes.append(
            note_of(
                "texts.share_of_characters",
                n=len(frame) - missing,
                total=len(frame),
                share=float(frame["share"].astype("Float64").mean()) if missing < len(frame) else 0.0,
            )
        )
    if broken == "missing" and (faulty := int(frame["fault"].notna().sum())):
        notes.append(note_of("texts.broken", n=faulty))
    return Measurement(frame=frame, statistics=statistics, notes=tuple(notes))


@dataclass(frozen=True, kw_only=True, eq=False)
class _Files:
    paths: tuple[Path, ...]
    states: tuple[tuple[int, int], ...]  # of the files: answers that `checkpoints` kept are of these
    dictionary: TermDictionary
    section: str | None
    rules: MentionRules | None
    overlap: Overlap
    broken: Broken


def _state(path: Path) -> tuple[int, int]:
    held = path.stat()
    return held.st_mtime_ns, held.st_size


def _counted(task: _Files) -> pd.DataFrame:
    texts = read_files(list(task.paths), task.broken)
    if task.section is not None:
        texts = report_section(texts, task.section).frame
    return count_words(texts, task.dictionary, rules=task.rules, overlap=task.overlap).frame
