"""Postings for timing: invented ones with the statistics of real ones, and real ones where their folder is present.

Measured on 1,332 real labelled postings: the deciles of length, and the share of postings that state each fact. Traps
(experience, notice, revenue, benefits) are as frequent as there: about four lengths of time, twelve numbers, one sum of
money and one and a half workplace words in every posting.
"""

from __future__ import annotations

import html
import json
from collections.abc import Iterator
from pathlib import Path
from random import Random

import attrs

from normalize.posting import RawPosting
from normalize.text.html import is_html

REAL = Path(__file__).resolve().parents[3] / "shared" / "gold"
SHORTEST = 500  # characters of a whole posting

STATED = {"duration": 0.20, "hours": 0.14, "pay": 0.42, "remote": 0.47, "dates": 0.10, "deadline": 0.21}
LENGTHS = (1260, 1740, 2230, 2700, 3250, 3890, 4460, 5190, 6600, 8000)  # deciles, in characters of text

FACTS = {
    "duration": (
        "This is a {weeks}-week internship.",
        "Duration: {months} months.",
        "You will join us for {weeks} to {more} weeks.",
    ),
    "hours": ("Expect {hours} hours per week.", "The workload is up to {hours} hrs/week.", "Hours per week: {hours}"),
    "pay": (
        "Pay: ${rate}.00 - ${rate}.50 per hour.",
        "We offer a stipend of ${sum}.",
        "The salary range for this role is ${high},000 to ${high},900 per year.",
        "You receive {sum} EUR gross a month.",
    ),
    "remote": (
        "This position is fully remote.",
        "This is a hybrid role, {days} days a week in the office.",
        "The work is on-site in Lyon.",
    ),
    "dates": ("The programme runs from June {day} to August {day}, 2026.", "Start date: 1 September 2026."),
    "deadline": ("Apply by March {day}, 2026.", "Applications close on {day} April 2026."),
}
TRAPS = (
    "At least {days} years of experience with relational databases.",
    "We have been growing for {months} years and serve {high} million customers.",
    "Employees receive {weeks} weeks of paid parental leave after {months} months.",
    "The company raised ${high} million in its last round.",
    "We match contributions to the 401(k) up to {days}%.",
    "A remote team in {days} countries keeps the lights on.",
    "Our platform answers {high},000 requests a second, {hours} hours a day.",
    "You must be {hours} years of age or older.",
)
FILLER = (
    "You will work closely with engineers, designers and the people who use what we build.",
    "Our team values clear writing, careful measurement and a calm way of disagreeing.",
    "You prepare weekly summaries and present them to the whole department.",
    "Experience with spreadsheets, a scripting language or a statistics package helps.",
    "We review applications as they arrive and answer every one of them.",
    "The role suits somebody who likes to learn how things really work.",
    "Communication skills, curiosity and patience matter more to us than grades.",
    "You support the planning of workshops and the documentation of their results.",
    "We are an equal opportunity employer and welcome every background.",
    "Together with your mentor you choose a topic and bring it to an end that can be shown.",
    "Our products help small manufacturers to understand where their energy goes.",
    "Knowledge of Python, SQL or JavaScript is an advantage but no condition.",
    "You are enrolled in a degree of computer science, economics or a related field.",
    "Some travel between our workshops may be necessary from time to time.",
)  # fmt: skip
TITLES = (
    "Data Analyst Intern",
    "Software Engineer",
    "Marketing Internship",
    "Research Assistant",
    "Praktikum Vertrieb",
    "Account Manager",
)
PLACES = (
    "Lyon, France",
    "Austin, TX",
    "Bengaluru, India",
    "Remote - US",
    "Leipzig, Deutschland",
    "London, UK; Dublin, Ireland",
)


def postings(count: int, seed: int = 1) -> Iterator[RawPosting]:
    """Yield invented postings with HTML descriptions; the same seed gives the same postings.

    >>> len(list(postings(3)))
    3
    """
    random = Random(seed)
    for number in range(count):
        yield RawPosting(
            source="bench",
            board="bench",
            posting_id=str(number),
            url=f"https://example.org/{number}",
            title=f"{random.choice(TITLES)} {number % 97}",
            hiring_organization=f"Example {number % 1000}",
            description=description(random),
            location=random.choice(PLACES),
            date_posted=f"2026-{random.randint(1, 9):02d}-{random.randint(1, 28):02d}",
            employment_type=random.choice(("Full-time", "Intern", "Part-time")),
            fetched_at="2026-10-01T00:00:00Z",
        )


def description(random: Random) -> str:
    """Return a description in HTML, as long and as wordy as real ones."""
    low = random.randrange(len(LENGTHS))
    wanted = random.randint(LENGTHS[low - 1] if low else 400, LENGTHS[low])
    words = {
        "weeks": random.randint(2, 12),
        "more": random.randint(12, 16),
        "months": random.randint(2, 9),
        "hours": random.randint(16, 40),
        "rate": random.randint(12, 60),
        "sum": random.randint(3, 30) * 100,
        "high": random.randint(40, 190),
        "days": random.randint(1, 5),
        "day": random.randint(1, 28),
    }
    sentences = [random.choice(FACTS[fact]) for fact, share in STATED.items() if random.random() < share]
    sentences += random.sample(TRAPS, 4)
    length = sum(map(len, sentences))
    while length < wanted:
        sentences.append(random.choice(FILLER))
        length += len(sentences[-1])
    random.shuffle(sentences)
    parts = []
    for start in range(0, len(sentences), 5):
        block = [sentence.format_map(words) for sentence in sentences[start : start + 5]]
        if start % 10:
            parts.append("<ul>\n" + "\n".join(f"<li>{sentence}</li>" for sentence in block) + "\n</ul>")
        else:
            parts.append(f"<h3><strong>Part {start}</strong></h3>\n<p>{' '.join(block)}</p>")
    return '<div class="content">' + "\n".join(parts).replace("engineers,", "engineers,&nbsp;") + "</div>"


def real_postings() -> list[RawPosting]:
    """Return the whole postings of the labelled rows next to the project as HTML, none where that folder is absent."""
    texts: dict[str, RawPosting] = {}
    for path in sorted(REAL.glob("gold*.jsonl")):
        for line in path.read_text("utf-8").rstrip("\n").split("\n"):
            posting = RawPosting(**json.loads(line)["posting"])
            if posting.description and len(posting.description) >= SHORTEST:
                text = posting.description
                texts[text] = posting if is_html(text) else attrs.evolve(posting, description=_marked_up(text))
    return list(texts.values())


def _marked_up(text: str) -> str:
    """Return plain text as the HTML that boards send: a tag around each line, and a list item for each bullet."""
    lines = (line.strip() for line in text.splitlines() if line.strip())
    return "\n".join(
        f"<li><span>{html.escape(line.lstrip('*-• '), quote=False)}</span></li>"
        if line[0] in "*-•"
        else f'<p class="text">{html.escape(line, quote=False)}</p>'
        for line in lines
    )
