"""The words next to a length of time, and their roles: whether the length is the job's.

"12 weeks" is said of an internship, a notice period, a leave and a warranty. The nearest words that have a role
(tables ``[duration]`` of the language files) decide; words without one are passed over, but not many of them.
"""

from __future__ import annotations

from functools import lru_cache

from normalize.text.lexicon import values, words
from normalize.text.patterns import lazy_pattern
from normalize.text.quantities import UNITS, any_of
from normalize.text.scanner import Text
from normalize.text.tokens import ENDS, tokens

# The roles of words, as bits: a word may have several, in several languages.
JOB = 1 << 0  # "internship": the job itself
LOOSE = 1 << 1  # "project": the job, or a part of it
LABEL = 1 << 2  # "duration"
LASTS = 1 << 3  # "lasts"
WORK = 1 << 4  # "join": done for that long
FOR = 1 << 5  # "for"
OF = 1 << 6  # "of"
LINK = 1 << 7  # "approximately": passed over between a label and its length
START = 1 << 8  # "starting": follows the job's length
STOP = 1 << 9  # "the": ends the nouns that follow a length
NEVER = 1 << 10  # "within": counted from somewhere
BARE = 1 << 11  # "in": likewise, if nothing is between
OTHER = 1 << 12  # "leave": what else has a length
OTHER_AFTER = 1 << 13  # "ago": likewise, if it follows a length that waits for no noun
EACH = 1 << 14  # "per"
UNIT = 1 << 15  # "week"
DATE = 1 << 16  # "June", "summer"
STUDY = 1 << 17  # "degree": likewise, if it follows
KEYS = {
    "jobs": JOB, "loose": LOOSE, "labels": LABEL, "lasts": LASTS, "work": WORK, "for": FOR, "of": OF, "links": LINK,
    "about": LINK, "minimum_words": LINK, "maximum_words": LINK, "starts": START, "stops": STOP, "never": NEVER,
    "never_bare": BARE, "other": OTHER, "other_after": OTHER_AFTER, "each": EACH, "study": STUDY,
}  # fmt: skip
_INSIDE = JOB | LOOSE | LABEL | OTHER | DATE  # the roles that a compound takes from its last part
_ANOTHER = OTHER | OTHER_AFTER | STUDY
_PASSED = frozenset([*":-()=~,/'\"\ufe0f", "**"])
_MONEY = frozenset("$€£₹")


def _told() -> dict[str, int]:
    told = dict.fromkeys(UNITS, UNIT)
    for key, bit in KEYS.items():
        for word in words("duration", key):
            told[word] = told.get(word, 0) | bit
    for word in (*words("dates", "months"), *words("dates", "months_short"), *values("dates", "seasons")):
        told[word] = told.get(word, 0) | DATE
    return told


_ROLES = _told()
_PAIR_ENDS = frozenset(pair.rpartition(" ")[2] for pair in _ROLES if " " in pair)
_PAIR_STARTS = frozenset(pair.partition(" ")[0] for pair in _ROLES if " " in pair)


@lru_cache(maxsize=50_000)
def role(word: str) -> int:
    """Return the roles of a word; a compound has those of its end.

    >>> role("internship") == JOB, role("pflichtpraktikum") == JOB, role("table")
    (True, True, 0)
    """
    told = _ROLES.get(word)
    if told is None and 7 < len(word) < 50:
        head, _, tail = word.rpartition("-")
        if head:
            return _ROLES.get(tail, 0) & _INSIDE
        for cut in range(3, len(word) - 4):
            if inside := _ROLES.get(word[cut:], 0) & _INSIDE:
                return inside
    return told or 0


_NEXT = lazy_pattern(lambda: rf"[\s')]{{0,2}}(?:(?:{any_of(words('duration', 'of'))})[\s'])?(?P<word>[a-zß-ÿ]+)")


def another(text: Text, at: int, attributive: bool) -> bool:
    """Tell whether the very next word settles that a length that ends here is something else's.

    Most lengths are experience, and this is much cheaper than a look around.

    >>> from normalize.text.scanner import scan
    >>> another(scan("2 years of experience"), 7, False), another(scan("2 years of service"), 7, False)
    (True, False)
    """
    match = _NEXT.match(text.norm, at)
    if match is None or match["word"] in _PAIR_STARTS:
        return False
    return role(match["word"]) & (OTHER | STUDY if attributive else _ANOTHER) != 0


def repeats(rest: list[str]) -> bool:
    """Tell whether it is so much in each of some unit.

    Args:
        rest: the words after it, as `normalize.text.tokens.after` returns them.

    >>> repeats(["a", "week"]), repeats(["im", "jahr"]), repeats(["internship"])
    (True, True, False)
    """
    for index, word in enumerate(rest[:7]):
        told = role(word)
        if index and told & UNIT:
            last = rest[index - 1]
            if last == "/" or role(last) & EACH or (index > 1 and role(rest[index - 2]) & (EACH | LINK) == EACH):
                return True  # also "per academic year"
        if word in ENDS or word in ",:" or word.isdigit() or told & JOB:
            break
    return False


def qualified(lead: list[str], by: int = OTHER | NEVER) -> bool:
    """Tell whether the words beside a label make it one of something else: words with one of some roles.

    >>> qualified(["notice", "a"]), qualified(["internship", "the"])
    (True, False)
    """
    for word in lead:
        if word in ENDS or word in ",:(":
            return False
        if role(word) & by:
            return True
    return False


def named_after(rest: list[str], attributive: bool) -> int | None:
    """Return how clearly the words after a length call it the job's, None if something else's.

    Args:
        rest: the words after it.
        attributive: it waits for its noun, as "a 12-week" does.

    >>> named_after(["paid", "internship"], True), named_after(["(", "extendable", ")"], False)
    (4, 2)
    >>> named_after(["of", "internship", "experience"], False) is None
    True
    """
    if repeats(rest):
        return None
    score = passed = 0
    for index, word in enumerate(rest[:9]):
        if word in ENDS:
            break
        told, beyond = role(word), rest[index + 1 : index + 5]
        if beyond and word in _PAIR_STARTS:
            told = _ROLES.get(f"{word} {beyond[0]}", told)
        if told & (OTHER | STUDY if attributive else _ANOTHER):
            if "," in rest[:index]:
                break  # "three months, no experience needed"
            return None
        if told & (JOB | LOOSE):
            nouns = _nouns(beyond)
            if any(role(noun) & OTHER for noun in (nouns[:1] if attributive else nouns)):
                return None
            job = told & JOB or any(role(noun) & JOB for noun in nouns[:2])  # "limited term position"
            return (4 if passed < 2 + attributive else 3 if passed < 4 else 2) - (0 if job else 1)
        if index == 0 and told & OF:
            continue
        if told & (START | DATE) and passed < 3:
            score = 2
        elif told & (STOP | UNIT):
            if next((role(other) for other in beyond[:2] if not role(other) & STOP), 0) & DATE:
                score = max(score, 1)  # "six weeks in the summer"
            break
        elif word.isdigit():
            if beyond and UNITS.get(beyond[0]) == "hour":
                score = 2  # "10 weeks, 20 hours a week"
            break
        elif not told & LINK and word not in _PASSED:
            passed += 1
    return -3 if attributive and passed and not score else score  # "during the 5-week harvest": the noun is not a job


def _nouns(rest: list[str]) -> list[str]:
    """Return the words up to the next small one or the end of the clause."""
    for index, word in enumerate(rest):
        if word in ENDS or word in ",:" or role(word) & STOP:
            return rest[:index]
    return rest


def named_before(lead: list[str], noun: int, attributive: bool) -> int | None:
    """Return how clearly the words before a length call it the job's, None if something else's.

    Args:
        lead: the words before it, the nearest first, as `normalize.text.tokens.before` returns them, without
            those that open one of its sides ("up to").
        noun: what `named_after` returned.
        attributive: it waits for its noun.

    >>> named_before([":", "duration"], 0, False), named_before(["of", "internship", "an"], 0, False)
    (5, 4)
    >>> named_before(["for", "us", "join"], 0, False), named_before(["about", "talked"], 0, False)
    (3, 0)
    >>> named_before([":", "leave", "parental"], 0, False) is None, named_before(["within"], 0, False) is None
    (True, True)
    """
    linked, counted, pause = True, False, False  # only small words so far; a "for" among them; a comma
    score = spare = 0
    for index, word in enumerate(lead[:12]):
        told, beyond = role(word), lead[index + 1 :]
        if beyond and word in _PAIR_ENDS and (pair := _ROLES.get(f"{beyond[0]} {word}")) is not None:
            told, beyond = pair, []
        if word == "*" and linked and (lead[index - 1 : index] == ["*"] or beyond[:1] in (["*"], ["**"])):
            continue  # "**Duration:** **10 months**"
        if word in ENDS and word != "|":
            if word == "\n" and linked and _heading(beyond):
                continue
            break
        if not linked:
            if told & OTHER and index < 10 and noun < 3:
                return None
            if counted and (told & (JOB | LOOSE | WORK | LABEL) or word in _MONEY):
                return score + (3 if told & ~LOOSE else 2)
            if told & JOB and index < 8:
                return score + (2 if lead[0] in "(|:" else 1)
            continue
        if told & OTHER and pause and noun > 2:
            break  # "two years of experience, a 12-week programme"
        if told & (OTHER | NEVER) and (index == 0 or noun < 4 or not attributive):
            return None  # but "after a 12-week internship"
        if told & BARE and index == 0 and noun < 3:
            return None
        if told & LABEL:
            return None if qualified(beyond[:3]) else score + 5
        if told & LASTS and not attributive:
            subject = any(role(other) & (JOB | LOOSE) for other in beyond[:7])
            return None if qualified(beyond[:4]) else score + (5 if subject else 3)
        if told & (JOB | LOOSE):
            return None if qualified(beyond[:2]) else score + (4 if told & JOB else 3) - (2 if pause else 0)
        if told & WORK:
            return None if qualified(beyond[:4], NEVER) else score + (3 if counted else 2)
        if told & FOR:
            counted = True
            score += 1 if noun > 2 else 0
        elif (index and told & (DATE | START) and not told & (STOP | LINK)) or (counted and word in _MONEY):
            return score + 2  # "Summer 2027 (10 weeks)", "$500 for two weeks"
        elif told & OF or (word == ":" and any(role(other) & LABEL for other in beyond[1:2])):
            spare = 1  # "stage rémunéré de six mois", "durée indicative : "
        elif word in ",|":
            pause = True
        elif word == "/" and index and beyond and lead[index - 1].isdigit() and beyond[0].isdigit():
            return score + 2  # "6/1 - 8/15 (11 weeks)"
        elif not told & LINK and word not in _PASSED and not (index and word.isdigit()):
            linked, spare = spare > 0, spare - 1
    return score + (1 if counted else 0)


@lru_cache(maxsize=20_000)
def of_a_term(title: str) -> bool:
    """Tell whether a title is of a job that has a term.

    >>> of_a_term("Praktikantin Einkauf"), of_a_term("Head of Sales")
    (True, False)
    """
    return any(role(word) & JOB for word in tokens(title[:300]))


_HEADLINE = 90  # characters
_SENTENCE_ENDS = (". ", "; ", "? ", "! ")
_SEPARATORS = ",(-–—|:/"


def in_headline(norm: str, start: int) -> bool:
    """Tell whether a length that starts at a place is an item of a headline that names a job.

    >>> in_headline("praktikum marketing, 3 monate, 900 eur", 21), in_headline("stage - data analyst - 6 mois", 23)
    (True, True)
    >>> in_headline("the internship is paid. leave, 2 weeks", 31), in_headline("sales, 2 years", 7)
    (False, False)
    """
    line = norm.rfind("\n", max(0, start - _HEADLINE - 1), start) + 1
    if start - line > _HEADLINE:
        return False
    head = norm[line:start]
    parts = head.rstrip()
    if parts[-1:] not in _SEPARATORS or not parts or any(end in head for end in _SENTENCE_ENDS):
        return False
    told = [role(word) for word in tokens(head)]
    return any(each & JOB for each in told) and not any(each & (OTHER | NEVER) for each in told)


def _heading(lead: list[str]) -> bool:
    """Tell whether the words above a line are its heading: a line of at most four words."""
    return len(lead) < 5 or not ENDS.isdisjoint(lead[:5])


_OPENING = dict.fromkeys(words("duration", "minimum_words"), "min") | dict.fromkeys(
    words("duration", "maximum_words"), "max"
)


def opened_by_label(lead: list[str]) -> str | None:
    """Return the side that a word beside the label opens.

    >>> opened_by_label([":", "duration", "minimum"]), opened_by_label(["de", "maximale", "durée"])
    ('min', 'max')
    """
    for word in lead[:5]:
        if (side := _OPENING.get(word)) is not None:
            return side
        if word not in _PASSED and word != "\n" and not role(word) & (LINK | OF | LABEL | JOB | LOOSE | WORK):
            return None
    return None
