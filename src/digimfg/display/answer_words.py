"""The words for what answers that are no `Result` call their numbers, rows and values in code.

They stand in the sheets ``words/answers.toml``, ``fields.toml`` and ``codes.toml`` beside this module.
"""

from __future__ import annotations

from digimfg.sheets import sheet_beside, sheets_beside

__all__ = ["ANSWER_WORDS", "CODE_WORDS", "FIELD_WORDS"]

ANSWER_WORDS = sheet_beside(__file__, "answers")
"""Name of a number, column or row → its words."""
FIELD_WORDS = sheet_beside(__file__, "fields")
"""Field of an answer → its words. They name no column: those of users have names of their own."""
CODE_WORDS = sheets_beside(__file__, "codes")
"""Field of an answer whose values are words of code → value → its words."""
