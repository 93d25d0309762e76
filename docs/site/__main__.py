"""Write the site below ``output/site``: ``python -m docs.site``; each language is built by a process of its own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import digimfg as dm
from docs.site import gallery

ROOT = Path(__file__).parents[2]
SITE = ROOT / "output" / "site"
WORK = ROOT / "output" / ".site"
LANGUAGES = ("en", "zh")
WORDS = {
    "en": {"search": "Search", "contents": "Contents", "other": "中文", "footer": "digimfg: code under the MIT licence; data under their own."},
    "zh": {"search": "搜索", "contents": "目录", "other": "English", "footer": "digimfg：代码采用 MIT 许可；数据各有其许可。"},
}  # fmt: skip
TAGS = {"en": "en", "zh": "zh-Hans"}


def main() -> None:
    """Draw the gallery, write the sources and build both languages, side by side."""
    if sys.argv[1:2] == ["draw"]:
        gallery.draw(WORK / "pictures", sys.argv[2:])
        return
    if sys.argv[1:2] == ["pages"]:
        _pages(sys.argv[2])
        return
    shutil.rmtree(WORK, ignore_errors=True)
    shutil.rmtree(SITE, ignore_errors=True)
    kinds = gallery.shown()
    with ThreadPoolExecutor(2) as pool:
        jobs = [("draw", *kinds[::2]), ("draw", *kinds[1::2]), *(("pages", each) for each in LANGUAGES)]
        codes = list(pool.map(_again, jobs))
    if any(codes):
        sys.exit(1)
    with ThreadPoolExecutor(2) as pool:
        codes = list(pool.map(_built, LANGUAGES))
    if any(codes):
        sys.exit(1)
    _front()
    shutil.rmtree(WORK)
    print(SITE.relative_to(ROOT) / "index.html")


def _again(arguments: tuple[str, ...]) -> int:
    return subprocess.run([sys.executable, "-m", "docs.site", *arguments], cwd=ROOT, check=False).returncode


def _pages(language: str) -> None:
    from docs.site.pages import navigation, write_sources

    write_sources(WORK / language, language)
    at = language == "zh"
    context = {
        "navigation": [
            (titles[at], [(name, called[at]) for name, *called in pages]) for *titles, pages in navigation()
        ],
        "words": WORDS[language],
        "language_tag": TAGS[language],
        "other": LANGUAGES[not at],
        "other_tag": TAGS[LANGUAGES[not at]],
    }
    (WORK / f"{language}.json").write_text(json.dumps(context, ensure_ascii=False), encoding="utf-8")


def _built(language: str) -> int:
    source, target = WORK / language, SITE / dm.__version__ / language
    shutil.copytree(WORK / "pictures", source / "gallery" / "pictures")
    environment = {
        **os.environ,
        "DIGIMFG_SITE_ROOT": str(ROOT),
        "DIGIMFG_SITE_LANGUAGE": language,
        "DIGIMFG_SITE_CONTEXT": str(WORK / f"{language}.json"),
        "PYTHONHASHSEED": "0",
        "SOURCE_DATE_EPOCH": "0",
    }
    made = subprocess.run(
        [
            *(sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", "-b", "html"),
            *(
                "-c",
                str(Path(__file__).parent),
                "-d",
                str(WORK / f"{language}.trees"),
                str(source),
                str(target),
            ),
        ],
        cwd=ROOT,
        env=environment,
        check=False,
    )
    for left in (".buildinfo", ".doctrees", "objects.inv.txt"):
        path = target / left
        path.unlink() if path.is_file() else shutil.rmtree(path, ignore_errors=True)
    return made.returncode


def _front() -> None:
    """Write the page that leads to the newest version in the reader's language."""
    version = dm.__version__
    links = "".join(
        f'<p><a href="{version}/{each}/index.html">{WORDS[other]["other"]}</a></p>'
        for each, other in zip(LANGUAGES, LANGUAGES[::-1], strict=True)
    )
    choose = (
        f'location.replace("{version}/" + (/^zh/i.test(navigator.language) ? "zh" : "en") + "/index.html");'
    )
    (SITE / "index.html").write_text(
        f'<!doctype html>\n<meta charset="utf-8">\n<title>digimfg</title>\n<script>{choose}</script>\n{links}\n',
        encoding="utf-8",
    )


if __name__ == "__main__":
    main()
