"""Look up what a text refers to in the results of a project's analyses; nothing is evaluated."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from digimfg.display.formatting import format_p_value, stars_for
from digimfg.errors import ExhibitError
from digimfg.notes import note_of
from digimfg.replication.freshness import require_fresh
from digimfg.replication.record import read_record
from digimfg.text import Text, written

if TYPE_CHECKING:
    from digimfg.project import Project
    from digimfg.replication.record_form import ExhibitRecord, Record

__all__ = ["Results"]

_STARS = (0.01, 0.05, 0.1)


class Results:
    """Give what the analyses of a project found, by name, and refuse what is missing or older than its files.

    Parameters
    ----------
    project
        Whose analyses.
    """

    def __init__(self, project: Project) -> None:
        self.project = project
        self._names = tuple(project.analysis_files())
        self._records: dict[str, Record] = {}
        self._fresh: set[str] = set()

    def record(self, name: str, where: Text) -> Record:
        """Return the record of an analysis, made from its present files.

        Raises
        ------
        ExhibitError, AnalysisError
            If there is no such analysis (with the nearest), it was not run, or it changed since.
        """
        if name not in self._names:
            raise ExhibitError.unknown(
                name, self._names, where=where, expected=Text("an analysis of the project", "项目中的分析")
            )
        record = self._read(name)
        if name not in self._fresh:
            require_fresh(self.project, name, record.get("made_from"), where)
            self._fresh.add(name)
        return record

    def exhibit(self, name: str, kind: str, where: Text) -> ExhibitRecord:
        """Return the record of a table or figure.

        Raises
        ------
        ExhibitError, AnalysisError
            If no analysis makes it (with the nearest), or the one that does changed since.
        """
        known: dict[str, str] = {}
        for analysis in self._names:
            for exhibit in self._read(analysis)["exhibits"]:
                if exhibit["kind"] == kind:
                    known[exhibit["name"]] = analysis
        if name not in known:
            raise ExhibitError.unknown(
                name,
                known,
                where=where,
                expected=note_of(
                    "documents.thing_of_analyses",
                    thing=Text("table", "表") if kind == "table" else Text("figure", "图"),
                    analyses=self._names or ["—"],
                ),
            )
        record = self.record(known[name], where)
        return next(each for each in record["exhibits"] if each["name"] == name)

    def number(self, path: str, form: str, where: Text) -> str:
        """Return a number as the text shows it.

        Parameters
        ----------
        path
            ``analysis.specification.term.field``, ``analysis.specification.statistic``,
            ``analysis.specification.table.row.column``, ``analysis.test.field`` or ``analysis.study.…``.
        form
            ``.3f``, ``,``, ``.1%`` …; ``p`` for p values, ``stars`` for the estimate of a term with stars of
            its p value; without one counts are whole and other numbers have three decimals.
        where
            Of the reference.

        Raises
        ------
        ExhibitError
            Naming the analysis and the nearest, if nothing has that name, or it is no number.
        """
        analysis, _, rest = path.partition(".")
        record = self.record(analysis, where)
        rooms: dict[str, Any] = {}
        for kind in ("specifications", "tests", "studies"):
            rooms |= record[kind]
        name = _longest(rest, rooms)
        if name is None:
            raise ExhibitError.unknown(
                rest.partition(".")[0], rooms, where=where, expected=_of(analysis, list(rooms))
            )
        value = _found(rooms[name], rest[len(name) + 1 :], where, f"{analysis}.{name}")
        if isinstance(value, Mapping) and set(value) == {"number"}:
            value = float(value["number"])
        if isinstance(value, bool) or not isinstance(value, int | float) or math.isnan(value):
            raise ExhibitError.of(
                "documents.not_a_number",
                where=where,
                analysis=analysis,
                path=path,
                value=type(value).__name__,
            )
        if form == "stars":
            field = rest.rpartition(".")
            p_value = _found(rooms[name], f"{field[0][len(name) + 1 :]}.p_value", where, f"{analysis}.{name}")
            return written(float(value), ".3f") + stars_for(float(p_value), _STARS)
        return _shown(float(value), form)

    def _read(self, name: str) -> Record:
        if name not in self._records:
            self._records[name] = read_record(self.project, name)
        return self._records[name]


def _shown(value: float, form: str) -> str:
    if form == "p":
        return format_p_value(value, 3)
    if form in ("d", ",d"):
        form = form.replace("d", ".0f")
    return written(value, form or (",.0f" if value.is_integer() else ".3f"))


def _of(analysis: str, names: list[str]) -> Text:
    return note_of("documents.names_of_analysis", analysis=analysis, names=names or ["—"])


def _longest(path: str, names: Mapping[str, Any]) -> str | None:
    """Return the longest name that a path begins with: names may hold dots."""
    fitting = [name for name in names if path == name or path.startswith(f"{name}.")]
    return max(fitting, key=len, default=None)


def _found(held: Any, path: str, where: Text, inside: str) -> Any:
    """Return the value at a path within a result: coefficients and statistics stand at its top."""
    if not path:
        return held
    if isinstance(held, Mapping) and held.get("type") == "DataFrame":
        return _cell(held, path, where, inside)
    if not isinstance(held, Mapping):
        raise ExhibitError.unknown(path, (), where=where, expected=_of(inside, []))
    rooms: dict[str, Any] = {}
    if isinstance(held.get("coefficients"), Mapping):
        frame = held["coefficients"]
        rooms |= {_key(key): _Row(frame, place) for place, key in enumerate(frame["index"])}
    for part in ("statistics", "tables"):
        if isinstance(held.get(part), Mapping):
            rooms |= held[part]
    if not rooms or "specification" not in held:
        rooms |= {name: value for name, value in held.items() if name != "type"}
    name = _longest(path, rooms)
    if name is None:
        raise ExhibitError.unknown(_first(path), rooms, where=where, expected=_of(inside, list(rooms)))
    rest = path[len(name) + 1 :]
    value = rooms[name]
    if isinstance(value, _Row):
        return value.field(rest, where, f"{inside}.{name}")
    return _found(value, rest, where, f"{inside}.{name}") if rest else value


class _Row:
    def __init__(self, frame: Mapping[str, Any], place: int) -> None:
        self._values = dict(zip(frame["columns"], frame["rows"][place], strict=True))

    def field(self, name: str, where: Text, inside: str) -> Any:
        if name not in self._values:
            raise ExhibitError.unknown(
                name, self._values, where=where, expected=_of(inside, list(self._values))
            )
        return self._values[name]


def _cell(frame: Mapping[str, Any], path: str, where: Text, inside: str) -> Any:
    rows = {_key(key): _Row(frame, place) for place, key in enumerate(frame["index"])}
    name = _longest(path, rows)
    if name is None:
        raise ExhibitError.unknown(_first(path), rows, where=where, expected=_of(inside, list(rows)))
    return rows[name].field(path[len(name) + 1 :], where, f"{inside}.{name}")


def _first(path: str) -> str:
    return path.rpartition(".")[0] or path


def _key(key: Any) -> str:
    return ".".join(map(str, key)) if isinstance(key, list) else str(key)
