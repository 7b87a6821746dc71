"""The test whether a posting may be a short-term role for beginners, made before its detail page is fetched.

Recall comes first. A posting that passes is read whole and judged by `normalize.kind`; a posting
that is dropped here is never seen again, so only clearly ongoing jobs are dropped.
"""

from __future__ import annotations

from normalize.text.html import one_line, printable
from normalize.text.patterns import lazy_pattern
from normalize.text.scanner import fold

# In a title or a board's employment type. Stems of the languages that boards write in; a hyphen, a slash and a
# gender ending may follow. "intern" is not the beginning of "internal", "international", "internist", "internet".
_TITLE = lazy_pattern(
    r"(?<![a-zà-ÿ])(?:"
    r"intern(?:s|ship|ships|in|e|inn?en)?(?![a-zà-ÿ])|micro-?internships?|externships?|co-?op(?![a-zà-ÿ])"
    r"|practicum|placement|apprentice|trainee|traineeship|fellow(?:ship)?(?![a-zà-ÿ])|student|undergraduate"
    r"|summer(?![a-z])|(?:spring|winter|fall|autumn) (?:analyst|associate|scholar|program|programme|student|job|project)"
    r"|[0-9]{1,2}[- ]?(?:weeks?|wochen|semaines?|semanas?|settiman[ae]|weken)(?![a-z])"
    r"|seasonal|temporar[yi]|temporár|temporaire|temporal(?![a-z])|tijdelijk|befristet|short[- ]term|fixed[- ]term|project[- ]based|volunteer"
    r"|working student|work placement|industrial placement|off-?cycle|insight (?:week|day|programme|program)"
    r"|[a-zà-ÿ-]*praktik(?:um|a|ant|antin|anten|antinnen|er)?(?![a-zà-ÿ])|[a-zà-ÿ]*werkstudent|ferienjob|hospitant|volontariat|volontaer|volontär"
    r"|schnupper|famulatur|referendar|abschlussarbeit|masterarbeit|bachelorarbeit|duales? studi|ausbildung|azubi"
    r"|stagiaires?|stages?(?! manager)(?![a-zà-ÿ])|alternan(?:ce|t|te)|apprenti|vacataire|job d'ete|job d'été"
    r"|practicas|prácticas|becari[oa]s?|becas?(?![a-zà-ÿ])|pasant|tirocin|stagist[ai]|estagi|estági|praktyk|staz(?![a-zà-ÿ])|stáž|staż"
    r"|stagiair(?![a-zà-ÿ])|afstudeer|bijbaan|vakantiewerk|sommarjobb|sommerjobb|exjobb|examensarbete|harjoittelij"
    r"|brigad|trainingsplatz)",
)
# In a text: words that may name the posting itself; a posting that only mentions other internships passes too.
_TEXT = lazy_pattern(
    r"(?<![a-z])(?:intern(?:s|ships?)?(?![a-zà-ÿ])|[a-z]*praktik(?:um|a|ant|antin|anten)(?![a-zà-ÿ])|werkstudent|stagiaire|stagiair|stage (?:de|van|di) [0-9]|tirocini|stagista"
    r"|practicas|prácticas|becari[oa]|estágio|estagiári|micro-?internship|practicum|co-?op (?:student|term)|summer (?:student|analyst)|[0-9]{1,2}[- ]week (?:project|program|placement)"
    r"|mentors?(?:\(s\))?\*{0,2} ?:|expected outcomes?\*{0,2} ?:)"
)
_STUDENTS = lazy_pattern(
    r"(?<![a-z])(?:students?|currently enrolled|studierende|étudiant|estudiante|student[ei]n?|studenti|estudantes?|no experience|sin experiencia|sem experiência|senza esperienza|entry[- ]level)"
)
_WEEKS = lazy_pattern(
    r"(?<![a-z])(?:weeks?|wochen|semaines|semanas|settimane|weken|one[- ]month|two[- ]months?|three[- ]months?|[123][- ](?:months?|monaten?|mois|meses|mesi|maanden))(?![a-z])"
)
_TYPE = lazy_pattern(
    r"intern|praktik|stage|stagiair|student|temporar|seasonal|fixed.?term|trainee|apprentice|contract|volunteer|co-?op"
    r"|befrist|cdd|short|project|tirocin|estag|estág|practicas|prácticas|alternan|stáž|becari"
)
_ONGOING_TITLE = lazy_pattern(
    r"(?<![a-z])(?:senior|sr\.?|staff|principal|director|head of|vp|vice president|chief|lead|manager|architect)(?![a-z])"
)
_TEXT_READ = 3000  # a posting that is an internship says so early


def in_scope(title: str, employment_type: str | None = None, text: str | None = None) -> bool:
    """Tell whether a posting could be an internship or another short-term role.

    >>> in_scope("Software Engineer, Intern"), in_scope("Head of Internal Audit"), in_scope("Praktikant (m/w/d)")
    (True, False, True)
    >>> in_scope("Research Assistant", "Internship"), in_scope("Designer", None, "A 6-week project for students")
    (True, True)
    """
    folded = fold(one_line(title))
    if _TITLE.search(folded):
        return True
    if employment_type and _TYPE.search(fold(employment_type)):
        return True
    if text is None or _ONGOING_TITLE.search(folded):
        return False
    text = text[:_TEXT_READ]
    words = fold(text if text.isascii() else printable(text))  # a soft hyphen hides a word
    return bool(_TEXT.search(words) or (_STUDENTS.search(words) and _WEEKS.search(words)))
