"""What a posting asks of an applicant besides skills: the level of study, and a permit to work."""

from __future__ import annotations

from collections.abc import Iterable

from normalize.text.lexicon import stands_alone, words
from normalize.text.patterns import lazy_pattern
from normalize.text.quantities import any_of
from normalize.text.scanner import Text, word_anchors
from normalize.vocabulary import StudyLevel, WorkPermit

_TABLE = "requirements"
_LEVEL_OF = {word: level for level in reversed(StudyLevel) for word in words(_TABLE, str(level))}
_LEVELS = word_anchors("requirements.level", _LEVEL_OF)
_CONTEXT = lazy_pattern(lambda: rf"(?<!\w)(?:{any_of(words(_TABLE, 'context'))})(?!\w)")
_NEAR = 60  # characters on each side of a level in which a word of study must be
_READ = 40  # levels that are looked at in one text
_PERMITS = {
    WorkPermit.NOT_SPONSORED: word_anchors("requirements.not_sponsored", words(_TABLE, "not_sponsored")),
    WorkPermit.SPONSORED: word_anchors("requirements.sponsored", words(_TABLE, "sponsored")),
    WorkPermit.REQUIRED: word_anchors("requirements.permit", words(_TABLE, "permit")),
}
"""The words of each statement, the clearest first: who is not sponsored needs a permit of their own."""


def parse_study_level(title: Text, description: Text, field: Text | None = None) -> list[str]:
    """Return the levels of study that a posting asks for, from school to doctorate; none where it names none.

    A level of the text counts with a word of study near it: "pursuing a Bachelor's degree", but not "master of
    ceremonies". What the board's own field names outranks title and text.

    >>> from normalize.text.scanner import scan
    >>> parse_study_level(scan("Intern"), scan("You are pursuing a Bachelor's or Master's degree in biology."))
    ['bachelor', 'master']
    >>> parse_study_level(scan("PhD Intern"), scan("You are the master of ceremonies."))
    ['phd']
    """
    if field is not None and (levels := _levels(((field, False),))):
        return levels
    return _levels(((title, False), (description, True)))


def _levels(texts: Iterable[tuple[Text, bool]]) -> list[str]:
    """Return the levels that texts name; each text comes with whether a level needs a word of study near it."""
    levels: set[str] = set()
    for text, needs_context in texts:
        for start, end in text.hits(_LEVELS)[:_READ]:
            level = _LEVEL_OF[text.norm[start:end]]
            if level in levels or not stands_alone(text.norm, start, end):
                continue
            if not needs_context or _CONTEXT.search(text.norm, max(0, start - _NEAR), end + _NEAR):
                levels.add(level)
    return [str(level) for level in StudyLevel if level in levels]


def parse_work_permit(description: Text, field: Text | None = None) -> str:
    """Return whether a visa is sponsored, is not, or a permit to work is asked for; unknown where nothing is said.

    The board's own field outranks the text.

    >>> from normalize.text.scanner import scan
    >>> texts = "We are unable to sponsor visas.", "Visa sponsorship available!", "You have the right to work here."
    >>> [parse_work_permit(scan(text)) for text in texts]
    ['not_sponsored', 'sponsored', 'permit_required']
    """
    for text in (description,) if field is None else (field, description):
        for permit, hits in _PERMITS.items():
            if any(stands_alone(text.norm, start, end) for start, end in text.hits(hits)):
                return str(permit)
    return str(WorkPermit.UNKNOWN)
