"""What only the authors know of a replication package: one TOML file of the project, ``package.toml``."""

from __future__ import annotations

from typing import TYPE_CHECKING, NotRequired

from typing_extensions import TypedDict

from digimfg.errors import AnalysisError
from digimfg.file_forms import FileForm
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.project import Project

__all__ = ["ABOUT_FILE", "About", "RawData", "read_about"]

ABOUT_FILE = "package.toml"


class RawData(TypedDict):
    """A raw file: where it is from, under which terms, and, where it may not be shared, how to get it."""

    source: NotRequired[str]
    licence: NotRequired[str]
    shared: NotRequired[bool]
    access: NotRequired[str]


class About(TypedDict):
    """The authors' statements; what is left out is left blank in the package."""

    title: NotRequired[str]
    authors: NotRequired[str]
    licence_of_code: NotRequired[str]
    licence_of_data: NotRequired[str]
    hardware: NotRequired[str]
    time: NotRequired[str]
    data: NotRequired[dict[str, RawData]]


_FORM: FileForm[About] = FileForm(
    schema=About,
    what=Text("the authors' statements of a replication package", "复现包的作者声明"),
    remedy=Text(
        'e.g. hardware = "laptop, 2 cores", and [data."yearbook.xlsx"] with source, licence, shared, access',
        '例如 hardware = "笔记本，2核，8 GB"；[data."yearbook.xlsx"] 下写 source、licence、shared、access',
    ),
    error=AnalysisError,
)


def read_about(project: Project) -> About:
    """Return what the ``package.toml`` of a project says; nothing where there is none.

    Raises
    ------
    AnalysisError
        Naming file and line, if it cannot be read.
    """
    path = project.root / ABOUT_FILE
    return _FORM.read(path) if path.exists() else {}
