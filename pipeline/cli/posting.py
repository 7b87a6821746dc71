"""The posting that a command's argument is: a text, or a file that holds one."""

from __future__ import annotations

import json
from pathlib import Path

from crawlers.contract.errors import UsageError
from normalize.posting import RawPosting

_FILE_NAMES = (".txt", ".json", ".jsonl", ".html", ".htm", ".md", ".csv", ".pdf", ".docx")


def posting_of(argument: str) -> RawPosting:
    """Return the posting of an argument: of a file with a posting as JSON, of a file of text, or of the text itself.

    Raises:
        UsageError: the file is missing, empty or not a text.

    >>> posting_of("A 10-week internship").description
    'A 10-week internship'
    """
    words = argument.split()
    if not words:
        raise UsageError("the text is empty; write the words of a posting, or name a file that holds them")
    path = Path(argument)
    named = len(words) == 1 and (path.suffix.lower() in _FILE_NAMES or "/" in argument)
    try:
        is_file = path.is_file()
    except (OSError, ValueError):  # longer than a name may be
        is_file = False
    if not is_file:
        if named:
            raise UsageError(f"there is no file {argument}")
        return RawPosting(description=argument)
    content = path.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UsageError(f"{argument} is not a text in UTF-8") from None
    if "\0" in text:
        raise UsageError(f"{argument} is not a text in UTF-8")
    if not text.strip():
        raise UsageError(f"{argument} is empty")
    return _of_json(argument, text) if text.lstrip()[0] == "{" else RawPosting(description=text)


def _of_json(name: str, text: str) -> RawPosting:
    try:
        return RawPosting.from_dict(json.loads(text))
    except ValueError as error:
        raise UsageError(f"{name} does not hold one posting as JSON: {error}") from None
