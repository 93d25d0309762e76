"""The paper as data: its tables, figures and lists, their errata, and what they add up to."""

from digimfg.paradigm.checks import check_register
from digimfg.paradigm.corrections import errata
from digimfg.paradigm.errata_file import Erratum, read_errata
from digimfg.paradigm.registers import list_registers, register, register_cells, validate_register

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
