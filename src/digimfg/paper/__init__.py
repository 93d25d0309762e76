"""The paper as data: its tables, figures and lists, their errata, and what they add up to."""

from digimfg.paper.checks import check_register
from digimfg.paper.corrections import errata
from digimfg.paper.errata_file import Erratum, read_errata
from digimfg.paper.views import list_registers, register, register_cells, validate_register

__all__ = [
    "Erratum",
    "check_register",
    "errata",
    "list_registers",
    "read_errata",
    "register",
    "register_cells",
    "validate_register",
]
