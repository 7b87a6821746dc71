"""Places of work and where an applicant must live, read from a board's words or its own record of a place."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from itertools import islice
from typing import Any, NamedTuple

from normalize.place.gazetteer import (
    APART,
    City,
    cities_of,
    city_by_letters,
    city_of,
    country_of,
    country_said,
    is_city,
    plain,
    region_of,
    state_by_letters,
    state_of,
    us_state,
    whole_countries,
)
from normalize.text.lexicon import words
from normalize.text.patterns import lazy_pattern
from normalize.text.quantities import any_of
from normalize.text.scanner import word_anchors

_L = r"[^\W\d_]"  # a letter


def _any(*keys: str) -> str:
    return any_of([word for key in keys for word in words("place", key)])


def _whole(*keys: str) -> str:
    return rf"(?<!\w)(?:{_any(*keys)})(?!\w)"


_HARD = lazy_pattern(r"\s*(?:;|\||\n|•|·|\s/\s|/(?=\s?[A-Z]))\s*")  # never within one place
_SOFT = lazy_pattern(
    lambda: rf"\s+(?:{_any('and')}|&|\+)\s+|(?<![,\s])\s+(?:{_any('loud')})\s+(?=[A-Z])",
)
_NO_PLACE = lazy_pattern(
    lambda: (
        rf"(?<!\w)(?:{_any('fillers')}|(?:{_any('many')}|[0-9]+\+?)\s(?:{_any('places')})"
        rf"|(?:(?:{_any('which_zones')}|[ceps][sde]?t) )?(?:{_any('zones')})(?: (?:{_any('zones_after')}))?"
        r"|gmt|utc|[cemp]e?[sd]t)(?!\w)"
        r"|\bhttps?:\S+|\b[a-z0-9-]{2,30}\.(?:com|co|io|ai|org|net|dev|app)\b"
    ),
    re.IGNORECASE,
)
# A whole field, or a part between commas, that names no place: "N/A", "to be determined", "various cities".
_NOWHERE = lazy_pattern(
    lambda: rf"\W*(?:{_any('nowhere')}|(?:{_any('many')})(?:\s(?:{_any('places')}))?)\W*", re.IGNORECASE
)
# "Berlin, +3 more", "London and 2 other locations", "Lyon (+2)"
_AND_MORE = lazy_pattern(
    lambda: (
        rf"[\s,;(\[]*(?:(?:{_any('and')}|&|\+|plus)?\s*\+?\s?[0-9]{{1,3}}\+?\s?"
        rf"(?:(?:{_any('more')})(?:\s(?:{_any('places')}))?|(?:{_any('places')}))"
        rf"|(?:{_any('and')}|&|\+)\s*(?:{_any('more')})(?:\s[0-9]{{1,3}})?(?:\s(?:{_any('places')}))?"
        rf"|(?:{_any('and')}|&)\s[0-9]{{1,3}}|\+\s?[0-9]{{1,3}})"
        r"[)\]]?\.{0,3}$"
    ),
    re.IGNORECASE,
)
_REMOTE = lazy_pattern(lambda: _whole("remote"), re.IGNORECASE)
_PREPOSITION = lazy_pattern(lambda: rf"^(?:(?:{_any('prepositions')})\s+)+", re.IGNORECASE)
_ANYWHERE = lazy_pattern(lambda: _whole("anywhere"), re.IGNORECASE)
_ANYWHERE_ALONE = lazy_pattern(lambda: rf"(?:{_any('anywhere')})\b.{{0,20}}", re.IGNORECASE)
_REGIONS = lazy_pattern(lambda: rf"\b(?:{_any('regions')})\b")
_POSTCODE = lazy_pattern(
    r"\b[0-9]{4} [A-Z]{2}\b|\b(?:[A-Z]{1,2}-)?[0-9]{4,6}\b|\b[A-Z]{1,2}[0-9][0-9A-Z]? [0-9][A-Z]{2}\b|\b[A-Z][0-9][A-Z] ?[0-9][A-Z][0-9]\b"
    r"|(?<=\w )[A-Z]{1,2}[0-9][0-9A-Z]?$"
)
# "Paris 9e", "Lyon 3e Arrondissement", "PARIS 09", "Wien 7"
_DISTRICT = lazy_pattern(
    lambda: rf"\s[0-9]{{1,2}}(?:\.|e|er|ère|ème|th|st|nd|rd|º|ª)?(?:\s(?:{_any('districts')}))?$", re.IGNORECASE
)
_PART_OF = lazy_pattern(lambda: rf"^(?:{_any('parts')})[\s-]+|[\s-]+(?:{_any('parts')})$", re.IGNORECASE)
_AROUND = lazy_pattern(
    lambda: rf"^(?:{_any('around')})\s+|(?:\s+(?:{_any('surroundings')})|/(?:{_any('surroundings')}))+$", re.IGNORECASE
)
# "Frankfurt a.M.", "Frankfurt/Main", "Halle (Saale)", "Garching bei München"
_BESIDE = lazy_pattern(
    lambda: (
        rf"(?P<city>{_L}[\w .'’-]{{1,30}}?)\s?(?:[\s-](?:{_any('beside')})[\s-]?|[/\ue001]\s?|[(\ue002])\s?(?P<river>{_L}[\w .'’-]{{0,20}}?)\.?[)\ue003]?"
    ),
    re.IGNORECASE,
)
_SAINT = lazy_pattern(r"St\.?[ -]", re.IGNORECASE)
_PREFIXED = lazy_pattern(r"(?P<country>[A-Z]{2,3}|[A-Z][a-z]{3,12})\s?-\s?(?P<rest>[A-Z][^-]{1,40})")
# "US-TX-Austin", "USA.VA.Reston", "IND.Bengaluru", "US TX Austin"
_CODES = lazy_pattern(r"(?P<country>[A-Z]{2,3})[ ._-](?:(?P<state>[A-Z]{2,3})[ ._-])?(?P<rest>[^\W\d_][^,;|()]{1,40})")
_TWO_NAMED = lazy_pattern(
    rf"(?P<city>{_L}[\w.'-]{{2,30}})(?:/(?P<river>{_L}[\w.'-]{{0,20}})|\s?\((?P<inner>{_L}[\w.'-]{{0,20}})\))"
)
# Stand for the signs inside a name: "Korea, Republic of", "Frankfurt/Main", "Frankfurt (Oder)".
_INSIDE = {APART: ",", "\ue001": "/", "\ue002": "(", "\ue003": ")"}
_MARKED = str.maketrans({sign: mark for mark, sign in _INSIDE.items() if sign != ","})
_WRITTEN = str.maketrans(_INSIDE)
_EDGES = lazy_pattern(r"^[^\w(']+|[^\w.)']+$")  # emoji, flags and bullets around a name
_DOTTED = lazy_pattern(r"(?:[A-Z]\.){1,3}[A-Z]")
_IN_BRACKETS = lazy_pattern(r"\((?P<place>[^()]*,[^()]*)\)\s*$")
_BRACKETS = lazy_pattern(r"\([^()]*\)?")
_NAME = lazy_pattern(r"(?![A-Z]{2}$)[^\W\d_][\w .'’/-]{1,40}")
_A_METROPOLIS, _A_TOWN = 150_000, 15_000  # people
_MOST_TOKENS = 3  # words of a state's or country's name without a comma before it
_LONGEST, _MOST_WORDS = 60, 6  # of words that name a place nobody knows


class Place(NamedTuple):
    """A place of work.

    Attributes:
        text: the board's words.
        city, region: names.
        country: ISO 3166-1 alpha-2.
    """

    text: str
    city: str | None = None
    region: str | None = None
    country: str | None = None

    @property
    def is_known(self) -> bool:
        """Whether a city, a region or a country is known."""
        return bool(self.city or self.region or self.country)


def _parts(text: str) -> list[str]:
    """Return the parts between commas, brackets and dashes, without words that name no place."""
    if prefixed := _PREFIXED.fullmatch(text.strip()):  # "US-Chicago"
        code = prefixed["country"]
        if country_of(code) and not _REMOTE.search(prefixed["rest"]):
            return [prefixed["rest"].strip(), code]
    if "-" in text and len(words_of := [word.strip() for word in text.split("-")]) == 3:
        country = country_said(words_of[0]) if len(words_of[0]) > 3 else None
        if country and _named(words_of[2], country):
            return words_of[::-1]  # "United States-California-San Francisco"
    if (coded := _CODES.fullmatch(text.strip())) and (country := country_of(coded["country"])):
        city = _named(coded["rest"], country)
        state = coded["state"]
        if city and (not state or city_by_letters(coded["rest"], state) or state_of(state, country)):
            return [coded["rest"], *([state] if state else []), coded["country"]]
    apart = re.sub(r"[()\[\]]", ",", text)
    kept: list[str] = []
    for part in re.split(r",|\s[-–—]\s|[-–—](?=\s)|(?<=\s)[-–—]", _NO_PLACE.sub(" ", apart)):
        name = _EDGES.sub("", " ".join(part.split())).strip(" .:–—-*/")
        if not (is_city(name) or country_of(name)):
            name = _PREPOSITION.sub("", name)
        if kept and _DOTTED.fullmatch(name):
            name = name.replace(".", "")  # "D.C."
        elif (bare := _POSTCODE.sub("", name).strip()) != name and (_is_letters(bare) or us_state(bare)):
            name = bare  # "NSW 2000"
        if name and not name.isdigit() and not _NOWHERE.fullmatch(name):
            kept.append(name)
    return kept


def _named(name: str, country: str | None = None, region: str | None = None) -> City | None:
    """Return the city of a name with its postcode, district, river, compass word or words for the country around it."""
    bare = _POSTCODE.sub("", name).strip(" ,")
    if ("-" in bare or " " in bare) and (city := _district_of(bare, country)):
        return city
    around = _AROUND.sub("", bare).strip()
    short = _SAINT.match(bare)
    saints = [f"{word} {bare[short.end() :]}" for word in words("place", "saint")] if short else []
    tried = dict.fromkeys(
        (
            _DISTRICT.sub("", bare),
            bare,
            around,
            _DISTRICT.sub("", around),
            _AROUND.sub("", around).strip(),
            _PART_OF.sub("", around),
            *saints,
        )
    )
    city = next((city for each in tried if each and (city := city_of(each, country, region))), None)
    if city and around != bare and city.people < _A_TOWN and (larger := city_of(around, country, region)):
        return larger if larger.people >= _A_METROPOLIS else city  # "City of London"
    return city or (_beside_river(bare, country) if bare else None)


def _district_of(name: str, country: str | None) -> City | None:
    """Return the city of "Berlin-Mitte"; a hyphen that is the city's own, as in "Winston-Salem", makes no district."""
    first, hyphen, rest = name.partition("-" if "-" in name else " ")
    if len(first) < 3 or len(rest) < 3 or "-" in rest or " " in rest:
        return None
    city, whole = city_of(first, country), city_of(name, country)
    if city is None or city.people < _A_METROPOLIS:
        return None
    own = [other for other in cities_of(name) if plain(other.name) == plain(name)]
    if own:
        smaller = hyphen == "-" and all(
            (town.country, town.region) == (city.country, city.region) and 2 * town.people < city.people for town in own
        )
        return city if smaller else None
    if whole is None:
        return city if hyphen == "-" else None
    return city if whole.country == city.country and plain(whole.name) == plain(rest) else None


def _beside_river(name: str, country: str | None) -> City | None:
    """Return the city that a river, or a larger neighbour, tells from its namesakes: "Frankfurt a.M."."""
    match = _BESIDE.fullmatch(name)
    if match is None:
        return None
    first, river = match["city"].strip(), match["river"].strip()
    if city := _on_river(first, river, country):
        return city
    if "." in name[match.end("city") :] and (known := cities_of(first)):
        return next((city for city in known if not country or city.country == country), None)
    neighbour = city_of(river, country) if "/" not in name and "(" not in name else None
    return city_of(first, neighbour.country) if neighbour and neighbour.people >= _A_METROPOLIS else None


def _on_river(first: str, river: str, country: str | None = None) -> City | None:
    """Return the city that has the name of its river, or the first letters of it, in its own name."""
    full = next((city for each in _FULL_NAMES if (city := city_of(each.format(first, river), country))), None)
    if full:
        return full
    start, letters = f"{plain(first)} ", plain(river)
    return next(
        (
            city
            for city in cities_of(first)
            if (not country or city.country == country)
            and plain(city.name).startswith(start)
            and plain(city.name).split()[-1].strip("()").startswith(letters)
        ),
        None,
    )


_FULL_NAMES = ("{}/{}", "{} ({})", "{} am {}", "{} an der {}", "{} im {}")


def _city_too(state: str, country: str) -> bool:
    """Tell whether a state is called like its city, which is then what is meant: New York, Berlin, Wien, Genève."""
    city = _named(state, country)
    like = country != "US" or (city is not None and plain(city.name).startswith(plain(state)))
    return city is not None and like and city.people >= _A_METROPOLIS


def _outer(parts: list[str]) -> tuple[list[str], str | None, str | None]:
    """Return the inner names, the region and the country, read from the end."""
    *inner, last = parts
    state, code = us_state(last), country_of(last)
    if len(last) == 2 and last.lower() not in ("us", "uk") and not (last.isupper() and (inner or state)):
        return parts, None, None  # "HR", "PT": two letters alone are a country's in its own field only
    letters = last.replace(".", "")
    if inner and len(letters) in (2, 3) and letters.isalpha() and letters.isupper() and not _is_letters(inner[-1]):
        city = _by_letters(inner[-1], letters)
        if city:
            return (
                inner,
                us_state(city.region) if city.country == "US" else state_by_letters(letters, city),
                city.country,
            )
    if state and code and last.upper() != "US":  # Georgia, Puerto Rico, CA, DE, IN
        if not inner:
            return [], None, None
        if len(last) == 2 and len(inner) > 1 and (outer := state_of(inner[-1], code)):
            return inner[:-1], outer.name, code  # "Toronto, ON, CA"
        if any(_named(name, "US", state) for name in inner):
            return inner, state, "US"
        if any(_named(name, code) for name in inner):
            return inner, None, code
        return (inner, state, "US") if len(last) == 2 else (parts, None, None)
    if code:
        if inner and len(last) == 2 and not any(_named(name, code) for name in inner) and any(map(_named, inner)):
            return inner, None, None  # "Belo Horizonte - MG": a state's letters, not Madagascar's
        if inner and (outer := state_of(inner[-1], code)) and (len(inner) > 1 or not _city_too(inner[-1], code)):
            return inner[:-1], outer.name, code
        return inner, None, code
    if state and (inner or not _city_too(last, "US")):
        return inner, state, "US"
    if inner or not is_city(last):
        outer = state_of(last)
        if outer and (len(last) > 2 or inner):
            return inner, outer.name, outer.country
    return parts, None, None


def _is_before(country: str, name: str) -> bool:
    """Tell whether the first of two names is the country of the second."""
    if len(country) < 3 or us_state(country) or country_of(name) or not (code := country_of(country)):
        return False
    return _named(name, code) is not None or state_of(name, code) is not None


def _is_letters(name: str) -> bool:
    return len(name) <= 3 and name.isupper()


def _by_letters(name: str, letters: str) -> City | None:
    """Return the city of a name, with its postcode or district, in the state or country of some letters."""
    bare = _POSTCODE.sub("", name).strip(" ,")
    tried = dict.fromkeys((bare, _DISTRICT.sub("", bare), _PART_OF.sub("", _AROUND.sub("", bare)).strip()))
    return next((city for each in tried if each and (city := city_by_letters(each, letters))), None)


def _spaced(name: str) -> list[str] | None:
    """Return the parts of words that name a city and its state or country without a comma: "Austin TX USA"."""
    tokens = name.split()
    if not 2 <= len(tokens) <= _MOST_WORDS:
        return None
    for count in range(1, min(_MOST_TOKENS, len(tokens) - 1) + 1):
        before, last = " ".join(tokens[:-count]), " ".join(tokens[-count:])
        if _is_letters(last):
            if _by_letters(before, last):
                return [before, last]
        elif (code := country_said(last)) and len(last) > 2:
            if _named(before, code):
                return [before, last]
        elif (state := us_state(last)) and city_of(before, "US", state):
            return [before, last]
        if len(last) > 1 and (code := country_of(last) if len(last) > 2 else country_said(last)):
            inner = _spaced(before)
            if inner and len(inner) == 2 and _named(inner[0], code):
                return [*inner, last]
        first, after = " ".join(tokens[:count]), " ".join(tokens[count:])
        if len(first) > 3 and (code := country_said(first)) and _named(after, code):
            return [after, first]
    return None


def _one(text: str, hint: str | None = None) -> Place | None:
    """Return the place of words that name one, None if they name none.

    Args:
        hint: the country of the places beside it.
    """
    parts = _parts(text)
    if not parts or all(_REGIONS.fullmatch(part) for part in parts):
        return None
    if len(parts) == 1 and " " in parts[0] and not (is_city(parts[0]) or country_of(parts[0]) or state_of(parts[0])):
        parts = _spaced(_POSTCODE.sub("", parts[0])) or parts
    first, last = parts[0], parts[-1]
    if len(parts) > 1 and _is_letters(last) and _by_letters(parts[-2], last):
        pass  # "Salvador, BA": a city, though a country has its name
    elif len(parts) == 2 and _is_before(first, last):
        parts = parts[::-1]  # "USA, New York"
    elif len(parts) > 1 and not (country_of(last) if len(last) != 2 or last.isupper() else None) and not us_state(last):
        if (
            (len(first) == 2 and first.isupper() and country_of(first))
            or (len(first) > 2 and country_of(first))
            or us_state(first)
        ):
            parts = parts[::-1]  # "US, CA, Santa Clara", "India, Pune"
    elif (
        len(parts) > 2
        and len(first) == 2
        and first.isupper()
        and country_of(first)
        and state_of(parts[1], country_of(first))
    ):
        parts = parts[::-1]
    if (
        len(parts) == 2
        and len(last) == 2
        and "(" in text
        and (city := _named(first))
        and city.country not in ("US", "CA")
    ):
        return Place(text, city.name, None, city.country)  # "Milano (MI)", "Zürich (ZH)"
    inner, region, country = _outer(parts)
    for name in inner:
        city = _named(name, country, region) or (_named(name, country) if region and country != "US" else None)
        city = city or (_named(name, hint) if hint and not country else None)
        if city:
            return Place(text, city.name, region or region_of(city), city.country)
    if country or region:
        if region and country != "US" and (city := _named(region, country)) and city.people >= _A_METROPOLIS:
            return Place(text, city.name, region, country)  # "Kreuzberg, Berlin, Deutschland"
        where = inner[0] if inner and (region or not _REMOTE.search(text)) else ""  # "Acme (Remote, US)" is who hires
        named = where if _NAME.fullmatch(where) and len(where.split()) <= 4 else None
        return Place(text, named, region, country)
    if "(" in text and (place := _one(_BRACKETS.sub(" ", text), hint)) and place.is_known:
        return place._replace(text=text)  # "Stanford, CA (next to Palo Alto)"
    name = " ".join(parts)
    known = len(text) <= _LONGEST and len(name.split()) <= _MOST_WORDS and re.search(r"[^\W\d_]{3}", name)
    return Place(text) if known else None


def _several(location: str) -> list[str]:
    """Split words that name several places; a comma splits only where every part is a place of its own."""
    pieces = [piece.strip(" ,") for piece in _HARD.split(location) if piece and piece.strip(" ,")]
    if len(pieces) in (2, 3) and ";" in location and country_of(pieces[-1]) and not country_of(pieces[0]):
        return [", ".join(pieces)]  # "Phoenix; Arizona; United States"
    return [part for piece in pieces for part in _split(piece)]


def _split(piece: str) -> list[str]:
    if country_of(piece):  # "Bosnia and Herzegovina"
        return [piece]
    if (inner := _IN_BRACKETS.search(piece)) and (place := _one(inner["place"])) and (place.city or place.region):
        return [inner["place"]]  # "Institute of Botany (Athens, Georgia)"
    if "," in piece and all(_PREFIXED.fullmatch(part.strip()) for part in piece.split(",")):
        return [part.strip() for part in piece.split(",")]  # "US-Chicago, US-Texas"
    if piece.count("),") and piece.count("(") > 1:
        return [part.strip(" ,") for part in re.split(r"(?<=\)),", piece) if part.strip(" ,")]
    sides = [side for side in _SOFT.split(piece) if side and side.strip()] if APART not in piece else []
    if len(sides) > 1 and all((place := _one(side)) is None or place.is_known for side in sides):
        return [part for side in sides for part in _split(side)]
    if "," not in piece:
        return [piece]
    apart = [part for part in piece.split(",") if _REMOTE.search(part) and _parts(part) and "(" not in part]
    rest = [part.strip() for part in piece.split(",") if part.strip() and part not in apart]
    if len(apart) == len(rest) == 1 and piece.startswith(apart[0]):
        before = _parts(apart[0])[-1]
        if _is_outer(rest[0], before) and not country_said(before):
            return [piece]  # "Remote - Atlanta, Georgia"
    names = [" ".join(_parts(part)) for part in rest]
    names = [name for name in names if name]
    if not names:
        return apart if len(apart) > 1 else [piece]
    if len(names) > 1 and len({plain(name) for name in names}) == 1:
        return [piece]  # "Singapore, Singapore"
    if len(names) == 2 and not apart and _is_letters(names[1]) and _by_letters(*names):
        return [piece]  # "Salvador, BA": each would be a country
    if len(names) == 2 and "-" not in piece and _district_of("-".join(names), None) and city_of("-".join(names)):
        return [piece]  # "Berlin, Kreuzberg"
    countries = all(country_said(name) or _REGIONS.fullmatch(name) for name in names)
    states = all(us_state(name) for name in names[:-1]) and (len(names) > 2 or not is_city(names[0]))
    if len(names) > 1 and ((countries and not us_state(names[0])) or (states and us_state(names[-1]))):
        return [*rest, *apart]
    tail = names[-1] if len(names) > 2 and country_said(names[-1]) else None  # "Pune, Mumbai, India"
    code = country_of(tail) or ""
    if tail and _is_list(names[:-1], code):
        return [*(f"{name}, {tail}" for name in names[:-1]), *apart]
    cities = sum(is_city(name) for name in names)
    if len(names) > 1 and 2 * cities > len(names) and not any(_is_outer(name, names[0]) for name in names[1:]):
        return [*rest, *apart]
    if len(names) > 3 and _is_outer(names[-1], names[0]) and all(is_city(name) for name in names[:-1]):
        return [*(f"{name}, {names[-1]}" for name in names[:-1]), *apart]  # "Mysuru, Mangaluru, Bengaluru, Karnataka"
    return [", ".join(rest), *apart] if apart else [piece]


def _is_list(names: list[str], country: str) -> bool:
    """Tell whether names before a country are cities of it, not a city and its state."""
    return (
        len(set(names)) > 1
        and not (state_of(names[-1], country) and _is_outer(names[-1], names[0]))
        and all(city_of(name, country) for name in names)
    )


def _is_outer(name: str, city: str) -> bool:
    """Tell whether a name after a comma says where the city before it lies, and is no city of its own."""
    if country_of(name) or len(name.replace(".", "")) == 2 or _by_letters(city, name):
        return True
    if state := us_state(name):
        return bool(city_of(city, "US", state)) or not _city_too(name, "US")
    outer = state_of(name)
    return outer is not None and not _city_too(name, outer.country)


def _record(record: dict[str, Any]) -> Place | None:
    """Read a board's own record of a place."""
    inner: Any = record.get("address") if isinstance(record.get("address"), dict) else record.get("postalAddress")
    if isinstance(inner, dict):
        deeper: Any = inner.get("postalAddress")
        return _record(deeper if isinstance(deeper, dict) else inner) or (
            _one(str(record["name"])) if record.get("name") else None
        )
    low = {str(key).lower(): value for key, value in record.items()}

    def first(*keys: str) -> str | None:
        for key in keys:
            value = low.get(key)
            if isinstance(value, dict):
                value = value.get("name") or value.get("label")
            if isinstance(value, str) and value.strip() and not _NOWHERE.fullmatch(value):
                return value.strip()
        return None

    city = first("addresslocality", "city", "cityname", "locality", "municipality", "ort", "locationname")
    region = first("addressregion", "region", "state", "state_name", "province", "countrysubdivisioncode", "district")
    country = first("addresscountry", "countrycode", "country_code", "country", "countryname", "land", "id")
    code = country_of(country)
    text = ", ".join(dict.fromkeys(part for part in (city, region, country) if part))
    if not text:
        shown = first("name", "text", "label", "location", "fulllocation", "display_name", "string")
        return _one(shown) if shown else None
    known = _one(", ".join(part for part in (city, code or country) if part)) if city else None
    state = state_of(region, code) if region else None
    return Place(
        text,
        (known.city if known else None) or city,
        state.name if state else region,
        code or (known.country if known else None) or (state.country if state else None),
    )


@lru_cache(maxsize=50_000)
def parse_places(location: str | None) -> tuple[Place, ...]:
    """Return every place a board's words or record name.

    >>> [(place.city, place.region, place.country) for place in parse_places("San Francisco, CA or New York, NY")]
    [('San Francisco', 'California', 'US'), ('New York City', 'New York', 'US')]
    >>> parse_places("Remote - US")[0].country, parse_places("Remote")
    ('US', ())
    """
    if not location:
        return ()
    places: list[Place | None] = []
    if location[:1] in "[{":
        try:
            data = json.loads(location)
        except (ValueError, RecursionError):
            data = None
        if data is not None:
            if isinstance(data, dict) and "jobLocation" in data:
                data = data["jobLocation"]
            for entry in data if isinstance(data, list) else [data]:
                if isinstance(entry, str):
                    places.extend(_worded(entry))
                elif isinstance(entry, dict):
                    places.extend(_records(entry))
            return _each_once(places)
    return _each_once(_worded(location))


def _marked(match: re.Match[str]) -> str:
    river = match["river"] or match["inner"]
    return match[0].translate(_MARKED) if _on_river(match["city"], river.strip(".")) else match[0]


def _worded(location: str) -> list[Place | None]:
    location = location[:400]
    if _NOWHERE.fullmatch(location):
        return []
    if "," in location:
        location = whole_countries(location)
    if "/" in location or "(" in location:
        location = _TWO_NAMED.sub(_marked, location)
    places = _places_of(_AND_MORE.sub("", location) or location)
    return [place and place._replace(text=place.text.translate(_WRITTEN)) for place in places]


def _places_of(location: str) -> list[Place | None]:
    read = [(part, _one(part)) for part in _several(location)]
    if "|" in location and any(place and place.is_known for _, place in read):  # a headline, of which little is a place
        read = [(part, place) for part, place in read if place and place.is_known]
    countries = [place.country for _, place in read if place and place.country]
    hint = max(countries, key=countries.count, default=None)
    # A city of several countries is its neighbours'.
    if hint and len(read) > 1 and 2 * countries.count(hint) > len(countries):
        return [place and _beside(place, part, hint) for part, place in read]
    return [place for _, place in read]


def _beside(place: Place, part: str, hint: str) -> Place | None:
    """Return a place of a list again, knowing the country of most of them: a city there is meant before one elsewhere."""
    if not place.is_known:
        return _one(part, hint)
    city = _named(part, hint) if place.country != hint else None
    return Place(part, city.name, region_of(city), hint) if city and city.people >= _A_METROPOLIS else place


def _records(record: dict[str, Any]) -> list[Place | None]:
    """Read a record that holds one place, or a list of places beside or instead of its main one."""
    for key in ("allLocations", "locations"):
        if isinstance(several := record.get(key), list) and several:
            first = record.get("location")
            entries = [*([first] if isinstance(first, str) and first not in several else []), *several]
            return [
                place
                for entry in entries
                for place in (
                    _worded(entry) if isinstance(entry, str) else [_record(entry)] if isinstance(entry, dict) else []
                )
            ]
    if isinstance(address := record.get("address"), str) and address.strip():
        return _worded(address)
    return [_record(record)]


def _each_once(places: list[Place | None]) -> tuple[Place, ...]:
    return tuple(
        {
            (place.city, place.region, place.country) if place.is_known else place: place for place in places if place
        }.values()
    )


_CAPITALS = r"[A-ZÀ-Þ][A-Za-zÀ-ÿ.]{1,20}(?:[ ][A-ZÀ-Þ][A-Za-zÀ-ÿ.]{1,20}){0,2}"
_LIVE = lazy_pattern(
    lambda: (
        rf"(?i:{_whole('live')})\s(?:the )?(?P<place>{_CAPITALS}(?:(?:,\s|,?\s(?:{_any('and')})\s)(?:the )?{_CAPITALS}){{0,12}})"
    )
)
LIVE_HITS = word_anchors("place.live", words("place", "live"))
"""The words of a condition of residence; a text without any of them states none."""
_THE = lazy_pattern(r"^the ")
_CONDITIONS = 8  # conditions of residence that are looked at in one text
_REMOTE_IN = lazy_pattern(
    lambda: (
        rf"(?:{_any('home')})\s?(?:[-–—:,(]|{_any('remote_in')})\s?(?:the )?(?P<place>[^()\n|;]{{2,60}}?)\s?(?:{_any('only')})?\)?$"
        rf"|^(?P<place2>[^()\n|;,]{{2,40}})\s?[-–—,(]\s?(?:(?:{_any('fully')}) )?(?:{_any('remote')})\)?$"
    ),
    re.IGNORECASE,
)
_BETWEEN = lazy_pattern(
    lambda: rf"[|;\n]|,\s?(?=(?:{_any('remote')}) (?:{_any('remote_in')}) )| (?:{_any('either')}) ", re.IGNORECASE
)
_LISTED = lazy_pattern(lambda: rf",|/|&| (?:{_any('and')}) ")


def says_anywhere(location: str) -> bool:
    """Tell whether a board's words for the place say that the job can be done from any country.

    >>> says_anywhere("Remote (Worldwide)"), says_anywhere("Remote")
    (True, False)
    """
    return _ANYWHERE.search(location) is not None


def parse_applicant_places(location: str | None, remote: bool, description: str) -> list[str]:
    """Return where an applicant must live: country codes, or the posting's words where they name no country.

    A place counts only for a remote posting, since elsewhere it is where the work is. "Worldwide" asks for nothing.

    >>> parse_applicant_places("Remote - US", True, ""), parse_applicant_places("Berlin", False, "")
    (['US'], [])
    >>> parse_applicant_places(None, True, "You must reside in Canada.")
    ['CA']
    """
    required = list(_named_for(location, remote)) if location else []
    for match in islice(_LIVE.finditer(description), _CONDITIONS) if remote and not required else ():
        for place in _named_places(match["place"]):
            known = parse_places(place)
            code = country_said(place) or (known[0].country if known else None)
            if code or _REGIONS.fullmatch(place) or us_state(place):
                required.append(code or (match[0].rstrip(" .") if len(place) == 2 else place))
        if required:
            break
    return list(dict.fromkeys(required))


def _named_places(words: str) -> list[str]:
    """Return the places of a list, or all words where they are one place: "Lyon, France".

    >>> _named_places("Spain, Portugal or the UK."), _named_places("Lyon, France")
    (['Spain', 'Portugal', 'UK'], ['Lyon, France'])
    """
    whole = parse_places(words)
    one = len(whole) == 1 and (whole[0].city or whole[0].region)
    return [_THE.sub("", part.strip(" .")) for part in ([words] if one else _LISTED.split(words))]


@lru_cache(maxsize=50_000)
def _named_for(location: str, remote: bool) -> tuple[str, ...]:
    """Return where a board's words or record of the place say that an applicant must live."""
    named: list[str] = []
    if location[:1] in "[{":
        try:
            data = json.loads(location)
        except (ValueError, RecursionError):
            data = None
        required = data.get("applicantLocationRequirements") if isinstance(data, dict) else None
        for entry in required if isinstance(required, list) else [required] if required else []:
            name = entry.get("name") if isinstance(entry, dict) else entry
            if isinstance(name, str):
                named.append(name)
        if not named and isinstance(data, list) and remote:
            named = [entry for entry in data if isinstance(entry, str)]
    elif remote:
        for part in _BETWEEN.split(location[:400]):
            if match := _REMOTE_IN.search(part.strip()):
                named.append(match["place"] or match["place2"])
            elif not _ANYWHERE_ALONE.fullmatch(part.strip()):
                # "Germany Remote", "New York, USA, Remote": the country beside the word
                beside = [name for word in _NO_PLACE.sub(",", part).split(",") if (name := word.strip(" -()"))]
                named.extend(name for name in beside[-1:] if country_said(name) or _REGIONS.fullmatch(name))
    where: list[str] = []
    for name in named:
        if _ANYWHERE.search(name):
            continue
        for place in _named_places(name):
            if not place or _NO_PLACE.fullmatch(place):
                continue
            places = parse_places(place)
            # Two letters that could be a country's code stay in the words around them.
            in_words = location.strip()[:80] if len(place) == 2 else place
            where.append(country_said(place) or (places[0].country if places else None) or in_words)
    return tuple(dict.fromkeys(where))
