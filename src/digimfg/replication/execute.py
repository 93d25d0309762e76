"""Execute one file of analyses, its helpers importable while it runs and forgotten afterwards."""

from __future__ import annotations

import sys
import traceback
from contextlib import contextmanager
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import spec_from_file_location
from types import ModuleType
from typing import TYPE_CHECKING

from digimfg.errors import AnalysisError, DigimfgError, at_line
from digimfg.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path
    from types import CodeType

__all__ = ["execute"]


def execute(path: Path) -> ModuleType:
    """Run a file of analyses and return what it defines.

    The file imports its helpers, the files ``_*.py`` beside it, by their names. Neither it nor they stay
    among the imported modules: two projects may have helpers of one name, and what they define goes to other
    processes by value.

    Parameters
    ----------
    path
        A Python file.

    Raises
    ------
    AnalysisError
        If the file, or a helper that it imports, cannot be run (naming the line), or a helper has the name of
        a module of Python's own.
    """
    module = ModuleType(f"digimfg_analysis_{path.stem}")
    module.__file__ = str(path)
    with _helpers(path.parent) as helpers:
        sys.modules[module.__name__] = module  # dataclasses look their module up by name
        try:
            code = compile(path.read_bytes(), str(path), "exec")
            exec(code, module.__dict__)  # noqa: S102 - running the analysis is the purpose
        except (Exception, SystemExit) as error:
            raise _failed(error, (path, *helpers.values())) from error
        finally:
            del sys.modules[module.__name__]
    return module


@contextmanager
def _helpers(folder: Path) -> Iterator[dict[str, Path]]:
    files = {path.stem: path for path in sorted(folder.glob("_*.py")) if not path.stem.startswith("__")}
    for name in files.keys() & sys.stdlib_module_names:
        raise AnalysisError.of("replication.module_name_taken", where=str(files[name]), got=f"'{name}'")
    others = {name: sys.modules.pop(name) for name in files if name in sys.modules}
    finder = _Helpers(files)
    sys.meta_path.insert(0, finder)
    try:
        yield files
    finally:
        sys.meta_path.remove(finder)
        for name in files:
            sys.modules.pop(name, None)
        sys.modules.update(others)


class _Helpers(MetaPathFinder):
    """Find the helpers of one folder, and nothing else."""

    def __init__(self, files: dict[str, Path]) -> None:
        self.files = files

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        del path, target
        if fullname not in self.files:
            return None
        file = str(self.files[fullname])
        return spec_from_file_location(fullname, file, loader=_Source(fullname, file))


class _Source(SourceFileLoader):
    """Run a file as it is: no compiled copy is read or left behind."""

    def get_code(self, fullname: str) -> CodeType:
        path = self.get_filename(fullname)
        code: CodeType = self.source_to_code(self.get_data(path), path)
        return code


def _failed(error: BaseException, files: Sequence[Path]) -> AnalysisError:
    path, line = _place(error, files)
    return AnalysisError.of(
        "replication.analysis_failed", where=at_line(path, line), got=_message(error), name=files[0].name
    )


def _place(error: BaseException, files: Sequence[Path]) -> tuple[Path, int | str]:
    """Return the file of ours, and the line in it, nearest to what went wrong."""
    ours = {str(path): path for path in files}
    if isinstance(error, SyntaxError) and error.filename in ours:
        return ours[error.filename], error.lineno or "?"
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        if frame.filename in ours and frame.lineno is not None:
            return ours[frame.filename], frame.lineno
    return files[0], "?"


def _message(error: BaseException) -> Text:
    name = type(error).__name__
    if isinstance(error, DigimfgError):
        return Text(f"{name}:\n{error.message('en')}", f"{name}:\n{error.message('zh')}")
    return Text.of(f"{name}: {error.msg if isinstance(error, SyntaxError) else error}")
