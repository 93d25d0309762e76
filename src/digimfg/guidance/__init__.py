"""A short guide to writing with digimfg: what to write, and the habits it replaces."""

from __future__ import annotations

from pathlib import Path

from digimfg.arguments import checked
from digimfg.text import LANGUAGES, Language, current_language

__all__ = ["guide", "guide_for_assistants"]

_DATA = Path(__file__).parent / "data"


@checked
def guide(language: Language | None = None) -> str:
    """Return a short guide to writing with digimfg, for people and for assistants that write code.

    It shows one equation from data to table, and what to write in place of habits that mislead: mediation in
    three steps, ln(1 + count), instruments that nobody examined, entropy weights of shifted values, system
    GMM with more instruments than provinces. Its blocks of code run in order.

    Parameters
    ----------
    language
        ``"en"`` or ``"zh"``; by default the language of messages.

    Returns
    -------
    str
        Markdown.

    Raises
    ------
    SpecificationError
        If the language is another.

    Examples
    --------
    >>> guide("en").splitlines()[0]
    '# digimfg'
    >>> "三步法" in guide("zh")
    True
    """
    return (_DATA / f"{language or current_language()}.md").read_text(encoding="utf-8")


def guide_for_assistants() -> str:
    """Return the text of ``llms.txt``: the guide in English, then in Chinese.

    Examples
    --------
    >>> guide_for_assistants().startswith(guide("en"))
    True
    """
    return "\n".join(guide(language) for language in LANGUAGES)
