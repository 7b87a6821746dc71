"""Words and phrases of human languages on the pages of job boards, read from ``languages/*.toml`` on first use.

To add a language, add its file; to add a phrase, add a line. Each name below may be missing from a file.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

NAMES = {
    "title_filler": "words in titles and links that do not tell one posting from another",
    "internship_word": "words in titles that only say that the job is an internship",
    "posting_gone": "statements that a posting is gone; plain text, not regular expressions",
    "before_posting_gone": "words that may precede such a statement in its sentence",
    "after_posting_gone": "phrases that may follow such a statement in its sentence",
    "links.job_path": "parts of the path of a posting's address",
    "links.sitemap": "parts of the path of a sitemap that lists postings",
    "links.next_page": "the text of a link to the next page",
    "links.page": 'the word for "page" that may follow the text of such a link',
    "links.page_parameter": "the name of a parameter that holds a page's number",
    "links.load_more": "the text of a button that shows more postings",
    "links.apply_anchor": "the fragment of an address that leads to the application form",
    "challenge.title": "titles of pages that ask whether the visitor is a robot",
    "challenge.words": "phrases on such pages",
    "login.path": "parts of the path of a login page",
    "login.name": "what a login page is called in its title",
    "login.name_of_site": 'the word between that name and the name of the site, such as "to"',
    "login.words": "phrases on pages that ask for a login",
    "maintenance.path": "parts of the path of a maintenance notice",
    "maintenance.title": "titles of maintenance notices",
    "maintenance.words": "phrases in maintenance notices",
    "maintenance.sentence_end": "phrases in maintenance notices that count only at the end of a sentence",
    "consent.before": 'phrases such as "before you continue", in the title or the text of a page that asks for consent',
    "consent.title": "titles of pages that ask for consent to cookies",
    "consent.words": "phrases on such pages",
    "notice.loading": "texts shown while a page loads",
    "notice.words": "phrases in notices about the page, such as errors and hints to enable JavaScript",
}
"""Every name that a language's file may define, and its meaning."""


@cache
def phrases(name: str) -> tuple[str, ...]:
    """Return the phrases that the languages define under a name, without repetitions.

    >>> phrases("login.name_of_site")
    ('zu', 'to', 'a', 'à', 'bij', 'a|em')
    """
    return tuple(dict.fromkeys(line.strip() for text in _texts(name) for line in text.splitlines() if line.strip()))


@cache
def words(name: str) -> frozenset[str]:
    """Return the single words that the languages define under a name.

    >>> sorted(words("internship_word"))[:3]
    ['autumn', 'becaria', 'becario']
    """
    return frozenset(word for text in _texts(name) for word in text.split())


def alternatives(name: str) -> str:
    """Return a regular expression that matches any phrase of a name.

    >>> alternatives("links.page")
    '(?:seite|page)'
    """
    return f"(?:{'|'.join(phrases(name))})"


@cache
def any_phrase(name: str) -> re.Pattern[str]:
    """Return the compiled pattern of a name's phrases, which ignores case.

    >>> bool(any_phrase("links.sitemap").search("/sitemap-Jobs.xml"))
    True
    """
    return re.compile(alternatives(name), re.IGNORECASE)


def languages() -> list[Path]:
    """Return the files of all languages.

    >>> [file.stem for file in languages()]
    ['de', 'en', 'es', 'fr', 'it', 'nl', 'pt', 'sv']
    """
    return sorted(Path(__file__).with_name("languages").glob("*.toml"))


@cache
def definitions(file: Path) -> dict[str, str]:
    """Return the texts of one language by their dotted names.

    Raises:
        ValueError: the file is not valid TOML, or defines a name that `NAMES` does not list.
    """
    texts: dict[str, str] = {}
    try:
        tables = tomllib.loads(file.read_text("utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"{file}: {error}") from None
    for name, value in tables.items():
        texts |= {f"{name}.{key}": text for key, text in value.items()} if isinstance(value, dict) else {name: value}
    if unknown := texts.keys() - NAMES.keys():
        raise ValueError(f"{file}: unknown name {min(unknown)!r}; known names are {', '.join(NAMES)}")
    return texts


def _texts(name: str) -> Iterator[str]:
    if name not in NAMES:
        raise KeyError(name)
    for file in languages():
        if text := definitions(file).get(name):
            yield text
