"""Keep what an analysis took long to find, under everything that it was found from."""

from __future__ import annotations

import os
import pickle
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from copy import copy
from typing import TYPE_CHECKING, Any, TypeVar, cast

from digimfg.content_key import code_key, content_key
from digimfg.files import below, remove_file, sha256_bytes, sha256_file, write_bytes
from digimfg.kept_answers import keep_answer, kept_answer, packed, unpacked
from digimfg.kept_calls import answered_by
from digimfg.panels.online import SHIPPED
from digimfg.result import Result

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from digimfg.analysis import Analysis
    from digimfg.project import Project
    from digimfg.variables.labels_file import Labels

__all__ = ["Kept", "KeptFiles", "kept_of"]

Answer = TypeVar("Answer")
_SUFFIX = ".answer"


class Kept:
    """Hold the answers of earlier runs of one analysis; what a run does not ask for is forgotten.

    Parameters
    ----------
    output
        The folder of outputs; answers lie below its ``.kept``, and may be removed at any time.
    name
        The analysis.
    base
        Name of all that every answer depends on; ``None``, and none is kept.
    of_files
        Name of all that every file depends on besides what it shows; ``None``, and each is written anew.
    """

    def __init__(self, output: Path, name: str, base: str | None, of_files: str | None) -> None:
        self._output = output
        self._folder = output / ".kept" / name
        self._base = base
        self._of_files = of_files
        self._asked: set[str] = set()

    def answer(self, asked: tuple[object, ...], find: Callable[[], Answer]) -> Answer:
        """Return what `find` returns, from an earlier run where the same was asked.

        An answer is given as it is read back, also the first time, so that what is made from it is the same
        from one run to the next. What cannot be told by its parts, or not be written, is found every time.
        """
        name = self._name(*asked)
        return find() if name is None else self._named(name, find)

    def study(self, key: str, asked: tuple[object, ...], find: Callable[[], Answer]) -> Answer:
        """Return the answer of a study as `answer` does.

        A study that is a function of the user's own, whose answer no hash of its parts tells, is run every
        time; only the random procedures of this package that it calls are answered from an earlier run.
        """
        name = self._name(*asked)
        if name is not None:
            return self._named(name, find)
        name = self._name("calls", key)
        if name is None:
            return find()
        self._asked.add(name)
        held = kept_answer(self._folder, name)
        calls = _Calls(held[0] if held is not None else {}, self._name)
        with answered_by(calls.answer):
            found = find()
        if set(calls.asked) != set(calls.held):
            keep_answer(self._folder, name, calls.asked)
        return found

    def _name(self, *asked: object) -> str | None:
        return None if self._base is None else content_key(self._base, *asked)

    def _named(self, name: str, find: Callable[[], Answer]) -> Answer:
        self._asked.add(name)
        held = kept_answer(self._folder, name)
        if held is not None:
            return cast("Answer", held[0])
        found = find()
        try:
            keep_answer(self._folder, name, found)
        except (AttributeError, TypeError, pickle.PicklingError, RecursionError):
            return found
        held = kept_answer(self._folder, name)
        if held is None or not _same(found, held[0]):
            remove_file(self._folder / f"{name}{_SUFFIX}")
            return found
        return cast("Answer", held[0])

    def result(self, asked: tuple[object, ...], frame: pd.DataFrame, find: Callable[[], Result]) -> Result:
        """Return a result that holds its data."""
        found = copy(self.answer(asked, find))
        vars(found).update(frame=frame)
        return found

    def files(self, asked: tuple[object, ...], staging: Path, write: Callable[[], list[Path]]) -> list[Path]:
        """Return the files that `write` writes below `staging`, copied from the outputs where an earlier run
        wrote the same and none was changed since.
        """
        name = None if self._of_files is None else content_key(self._of_files, *asked)
        if name is None:
            return write()
        self._asked.add(name)
        held = kept_answer(self._folder, name)
        if held is not None and self._copied(held[0], staging):
            return [staging / relative for relative in held[0]]
        written = write()
        hashes = {path.relative_to(staging).as_posix(): sha256_file(path) for path in written}
        keep_answer(self._folder, name, hashes)
        return written

    def _copied(self, hashes: dict[str, str], staging: Path) -> bool:
        for relative, digest in hashes.items():
            try:
                content = below(self._output, relative).read_bytes()
            except OSError:
                return False
            if sha256_bytes(content) != digest:
                return False
            write_bytes(staging / relative, content)
        return True

    def forget_others(self) -> None:
        """Remove the answers that were not asked for."""
        with suppress(FileNotFoundError):
            for path in sorted(self._folder.iterdir()):
                if path.suffix == _SUFFIX and path.stem not in self._asked:
                    remove_file(path)


class _Calls:
    """Answer calls of functions from what is held by their names, and remember which were asked."""

    def __init__(self, held: dict[str, bytes], name: Callable[..., str | None]) -> None:
        self.held = held
        self.asked: dict[str, bytes] = {}
        self._name = name

    def answer(
        self,
        function: Callable[..., Any],
        args: tuple[Any, ...],
        kwargs: Mapping[str, Any],
        find: Callable[[], Any],
    ) -> Any:
        """Return the answer of a function as it is read back, as `Kept.answer` does."""
        name = self._name(function, args, dict(sorted(kwargs.items())))
        if name is None:
            return find()
        content = self.asked.get(name, self.held.get(name))
        back = None if content is None else unpacked(content)
        if back is not None and content is not None:
            self.asked[name] = content
            return back[0]
        found = find()
        try:
            content = packed(found)
        except (AttributeError, TypeError, pickle.PicklingError, RecursionError):
            return found
        back = unpacked(content)
        if back is None or not _same(found, back[0]):
            return found
        self.asked[name] = content
        return back[0]


class KeptFiles:
    """Tell which outputs are as an earlier process wrote them, from the same code and parts.

    Parameters
    ----------
    output
        The folder of outputs.
    name
        Of what they make up; what is known of them lies below ``.kept`` under it.
    """

    def __init__(self, output: Path, name: str) -> None:
        self._output = output
        self._folder = output / ".kept" / name

    def name(self, *parts: object) -> str | None:
        """Return the name of a file by all that it is made of; ``None`` where no hash tells that."""
        return content_key(code_key(), *parts)

    def content(self, name: str | None, path: Path, make: Callable[[], bytes]) -> bytes:
        """Return the bytes of a file: as they stand where they were made from the same, else made now."""
        held = None if name is None else kept_answer(self._folder, path.name)
        if held is not None and held[0] == (name, _hash_of(path)):
            return path.read_bytes()
        content = make()
        if name is not None:
            keep_answer(self._folder, path.name, (name, sha256_bytes(content)))
        return content

    def value(self, name: str, told: str | None, make: Callable[[], Answer]) -> Answer:
        """Return what `make` makes, from before where it was made from what has the same name `told`."""
        held = None if told is None else kept_answer(self._folder, name)
        if held is not None and held[0][0] == told:
            return cast("Answer", held[0][1])
        found = make()
        if told is not None:
            keep_answer(self._folder, name, (told, found))
            back = kept_answer(self._folder, name)
            if back is None or not _same(found, back[0][1]):
                remove_file(self._folder / f"{name}{_SUFFIX}")
        return found

    def files(self, name: str, told: str | None, write: Callable[[], list[Path]]) -> list[Path]:
        """Return the files that `write` writes: as they stand where it wrote them under the name `told`."""
        held = None if told is None else kept_answer(self._folder, name)
        if held is not None and held[0][0] == told:
            hashes = {below(self._output, path): digest for path, digest in held[0][1].items()}
            if all(_hash_of(path) == digest for path, digest in hashes.items()):
                return list(hashes)
        written = write()
        if told is not None:
            found = {path.relative_to(self._output).as_posix(): sha256_file(path) for path in written}
            keep_answer(self._folder, name, (told, found))
        return written

    @contextmanager
    def parts(self, name: str) -> Iterator[dict[str, Any]]:
        """Give what files are put together from, by content, as the same code left it; it is left as it then
        is.
        """
        held = kept_answer(self._folder, name)
        parts: dict[str, Any] = held[0][1] if held is not None and held[0][0] == code_key() else {}
        before = set(parts)
        yield parts
        if set(parts) != before:
            keep_answer(self._folder, name, (code_key(), parts))


def _hash_of(path: Path) -> str:
    try:
        return sha256_file(path)
    except OSError:
        return ""


def kept_of(
    project: Project, name: str, analysis: Analysis, labels: Labels, frame: pd.DataFrame | None
) -> Kept:
    """Return the answers of earlier runs of an analysis that rest on the same code, panel, labels and
    data.
    """
    told = None if labels.document is None else labels.document.content
    of_files = content_key(code_key(), analysis.variables, told)
    base = None if frame is None else content_key(of_files, frame, _files(project))
    return Kept(project.output, name, base, of_files)


def _same(found: object, read: object) -> bool:
    """Say whether an answer that was read back holds all that it held, but the data of a result."""
    told = content_key(_without_data(found))
    return told is not None and told == content_key(_without_data(read))


def _without_data(answer: object) -> object:
    if not isinstance(answer, Result):
        return answer
    bare = copy(answer)
    vars(bare).update(frame=None)
    return bare


def _files(project: Project) -> list[tuple[str, str]]:
    """Return the files that sources read, by content: a study may ask a source for more than its panel."""
    folders = (project.raw, project.root / "data" / "fetched", project.root / "data" / "imported")
    found = sorted(path for folder in folders for path in folder.rglob("*") if path.is_file())
    kept = [(project.relative(path), sha256_file(path)) for path in found]
    return [*kept, ("DIGIMFG_VINTAGE", os.environ.get("DIGIMFG_VINTAGE") or SHIPPED)]
