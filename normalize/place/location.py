"""Places of work and where an applicant must live, read from a board's words or its own record of a place."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from typing import Any, NamedTuple

from normalize.place.gazetteer import (
    City,
    city_of,
    country_of,
    country_said,
    is_city,
    plain,
    region_of,
    state_of,
    us_state,
)
from normalize.text.patterns import lazy_pattern

_HARD = lazy_pattern(r"\s*(?:;|\||\n|•|·|\s/\s|/(?=\s?[A-Z]))\s*")  # never within one place
_SOFT = lazy_pattern(r"\s+(?:or|and|oder|und|ou|o|et|y|e|en|of|&|\+)\s+|(?<![,\s])\s+(?:OR|Or|AND|And)\s+(?=[A-Z])")
_NO_PLACE = lazy_pattern(
    r"\b(?:fully remote|100% remote|remotely|remote(?: work)?(?: allowed| possible| first| friendly| only)?|hybrid|on-?site|in[- ]office|in[- ]person|work from home|wfh|anywhere|worldwide|global(?:ly)?|"
    r"(?:multiple|various|several|[0-9]+|other|all) (?:locations?|cities|offices)|locations?|multiple|flexible|virtual|home ?based|home[- ]?office|telecommute|distributed|"
    r"office[- ]based|office[- ]first|metro(?:politan)? area|bay area|area|region|headquarters|hq|office|based|preferred|only|tbd|n/a|na|not specified|deutschlandweit|bundesweit|"
    r"full[- ]?time|part[- ]?time|contract(?:or)?|permanent|temporary|freelance|internships?|vollzeit|teilzeit|national|nationwide|(?:(?:pacific|eastern|central|mountain|[ceps][sde]?t|us|eu|all) )?time ?zones?(?: only| overlap| friendly| welcome)?|overlap|hours|gmt|utc|[cemp]e?[sd]t|t[ée]l[ée]travail|teletrabajo|trabajo remoto|remoto)\b"
    r"|\bhttps?:\S+|\b[a-z0-9-]{2,30}\.(?:com|co|io|ai|org|net|dev|app)\b",
    re.IGNORECASE,
)
_REMOTE = lazy_pattern(r"\b(?:remote|wfh|anywhere)\b", re.IGNORECASE)
_PREPOSITION = lazy_pattern(r"^(?:(?:in|within|from|the|across|near|around|based in|to|at)\s+)+", re.IGNORECASE)
_ANYWHERE = lazy_pattern(r"\b(?:anywhere|worldwide|global|any location)\b", re.IGNORECASE)
_ANYWHERE_ALONE = lazy_pattern(r"(?:anywhere|worldwide|global)\b.{0,20}", re.IGNORECASE)
_REGIONS = lazy_pattern(
    r"\b(?:EMEA|APAC|LATAM|AMER|Americas|Europe|EU|European Union|North America|South America|Latin America|Asia|Africa|Middle East|Oceania|DACH|Nordics|Benelux)\b"
)
_POSTCODE = lazy_pattern(r"\b(?:[A-Z]{1,2}-)?[0-9]{4,6}\b|\b[A-Z]{1,2}[0-9][0-9A-Z]? [0-9][A-Z]{2}\b")
# "Paris 9e", "Lyon 3e Arrondissement", "PARIS 09", "Wien 7"
_DISTRICT = lazy_pattern(
    r"\s[0-9]{1,2}(?:e|er|ère|ème|th|st|nd|rd)?(?:\s(?:arrondissement|arr\.?|bezirk))?$", re.IGNORECASE
)
_PART_OF = lazy_pattern(
    r"^(?:central|inner|greater|city of|(?:north|south)(?:[ -]?(?:east|west))?|east|west)\s+|\s+(?:city|(?:north|south)(?:[ -]?(?:east|west))?|east|west)$",
    re.IGNORECASE,
)
_PREFIXED = lazy_pattern(r"(?P<country>[A-Z]{2,3}|[A-Z][a-z]{3,12})\s?-\s?(?P<rest>[A-Z][^-]{1,40})")
_IN_BRACKETS = lazy_pattern(r"\((?P<place>[^()]*,[^()]*)\)\s*$")
_BRACKETS = lazy_pattern(r"\([^()]*\)?")
_NAME = lazy_pattern(r"(?![A-Z]{2}$)[^\W\d_][\w .'’/-]{1,40}")
_A_METROPOLIS = 150_000  # people
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
    """Return what stands between commas, brackets and dashes, without words that name no place."""
    if prefixed := _PREFIXED.fullmatch(text.strip()):  # "US-Chicago"
        code = prefixed["country"]
        if country_of(code) and not _REMOTE.search(prefixed["rest"]):
            return [prefixed["rest"].strip(), code]
    words = re.sub(r"[()\[\]]", ",", text)
    kept = []
    for part in re.split(r",|\s[-–—]\s|[-–—](?=\s)|(?<=\s)[-–—]", _NO_PLACE.sub(" ", words)):
        name = _PREPOSITION.sub("", " ".join(part.split()).strip(" .:–—-*/"))
        if name and not name.isdigit():
            kept.append(name)
    return kept


def _named(name: str, country: str | None = None, region: str | None = None) -> City | None:
    """Return the city of a name with its postcode, district or compass word."""
    bare = _POSTCODE.sub("", name).strip(" ,")
    tried = dict.fromkeys((_DISTRICT.sub("", bare), bare, _PART_OF.sub("", bare)))
    return next((city for each in tried if each and (city := city_of(each, country, region))), None)


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
    if state and code and last.upper() != "US":  # Georgia, Puerto Rico, CA, DE, IN
        if not inner:
            return [], None, None
        if len(last) == 2 and len(inner) > 1 and (found := state_of(inner[-1], code)):
            return inner[:-1], found.name, code  # "Toronto, ON, CA"
        if any(_named(name, "US", state) for name in inner):
            return inner, state, "US"
        if any(_named(name, code) for name in inner):
            return inner, None, code
        return (inner, state, "US") if len(last) == 2 else (parts, None, None)
    if code:
        if inner and len(last) == 2 and not any(_named(name, code) for name in inner) and any(map(_named, inner)):
            return inner, None, None  # "Belo Horizonte - MG": a state's letters, not Madagascar's
        if inner and (found := state_of(inner[-1], code)) and (len(inner) > 1 or not _city_too(inner[-1], code)):
            return inner[:-1], found.name, code
        return inner, None, code
    if state and (inner or not _city_too(last, "US")):
        return inner, state, "US"
    if inner or not is_city(last):
        found = state_of(last)
        if found and (len(last) > 2 or inner):
            return inner, found.name, found.country
    return parts, None, None


def _one(text: str, hint: str | None = None) -> Place | None:
    """Return the place of words that name one, None if they name none.

    Args:
        hint: the country of the places beside it.
    """
    parts = _parts(text)
    if not parts or all(_REGIONS.fullmatch(part) for part in parts):
        return None
    first, last = parts[0], parts[-1]
    if len(parts) > 1 and not (country_of(last) if len(last) != 2 or last.isupper() else None) and not us_state(last):
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
    words = " ".join(parts)
    known = len(text) <= _LONGEST and len(words.split()) <= _MOST_WORDS and re.search(r"[^\W\d_]{3}", words)
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
    sides = [side for side in _SOFT.split(piece) if side and side.strip()]
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
    if country_of(name) or len(name) == 2:
        return True
    if state := us_state(name):
        return bool(city_of(city, "US", state)) or not _city_too(name, "US")
    found = state_of(name)
    return found is not None and not _city_too(name, found.country)


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
            if (
                isinstance(value, str)
                and value.strip()
                and value.strip().upper() not in ("UNAVAILABLE", "N/A", "NULL", "NONE")
            ):
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
    found = _one(", ".join(part for part in (city, code or country) if part)) if city else None
    state = state_of(region, code) if region else None
    return Place(
        text,
        (found.city if found else None) or city,
        state.name if state else region,
        code or (found.country if found else None) or (state.country if state else None),
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
    found: list[Place | None] = []
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
                    found.extend(_worded(entry))
                elif isinstance(entry, dict):
                    found.extend(_records(entry))
            return _each_once(found)
    return _each_once(_worded(location))


def _worded(location: str) -> list[Place | None]:
    read = [(part, _one(part)) for part in _several(location[:400])]
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


def _each_once(found: list[Place | None]) -> tuple[Place, ...]:
    return tuple(
        {
            (place.city, place.region, place.country) if place.is_known else place: place for place in found if place
        }.values()
    )


_LIVE = lazy_pattern(
    r"(?:must (?:live|reside|be (?:based|located|residing))(?: and work)? (?:in|within)|only (?:open to )?(?:candidates|applicants)(?: based| located| living)? in|open to (?:candidates|applicants|residents)(?: based| located)? (?:in|of)|"
    r"remote (?:within|in|from|across)|based anywhere in|anywhere in|residents? of|authorized to work in|eligible to work in)\s(?:the )?(?P<place>[A-Z][A-Za-z.]{1,20}(?:[ ][A-Z][A-Za-z.]{1,20}){0,2})"
)
_REMOTE_IN = lazy_pattern(
    r"(?:remote|wfh|work from home|anywhere|home[ -]?based|telecommute|virtual)\s?(?:[-–—:,(]|in|within|from)\s?(?:the )?(?P<place>[^()\n|;]{2,60}?)\s?(?:only)?\)?$|^(?P<place2>[^()\n|;,]{2,40})\s?[-–—,(]\s?(?:fully )?remote\)?$",
    re.IGNORECASE,
)


def parse_applicant_places(location: str | None, remote: bool, description: str) -> list[str]:
    """Return where an applicant must live: country codes, or the posting's words where they name no country.

    A place counts only for a remote posting, since elsewhere it is where the work is. "Worldwide" asks for nothing.

    >>> parse_applicant_places("Remote - US", True, ""), parse_applicant_places("Berlin", False, "")
    (['US'], [])
    >>> parse_applicant_places(None, True, "You must reside in Canada.")
    ['CA']
    """
    found = list(_named_for(location, remote)) if location else []
    if not found and remote and (match := _LIVE.search(description)):
        place = match["place"].strip(" .")
        known = parse_places(place)
        code = country_said(place) or (known[0].country if known else None)
        if code or _REGIONS.fullmatch(place) or us_state(place):
            found.append(code or (match[0].rstrip(" .") if len(place) == 2 else place))
    return found


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
        for part in re.split(r"[|;\n]|,\s?(?=remote in )| or ", location[:400], flags=re.IGNORECASE):
            if match := _REMOTE_IN.search(part.strip()):
                named.append(match["place"] or match["place2"])
            elif not _ANYWHERE_ALONE.fullmatch(part.strip()):
                # "Germany Remote", "New York, USA, Remote": the country beside the word
                beside = [name for word in _NO_PLACE.sub(",", part).split(",") if (name := word.strip(" -()"))]
                named.extend(name for name in beside[-1:] if country_said(name) or _REGIONS.fullmatch(name))
    found: list[str] = []
    for name in named:
        if _ANYWHERE.search(name) or name.strip().lower() in ("world", "the world"):
            continue
        whole = parse_places(name)
        parts = [name] if len(whole) == 1 and (whole[0].city or whole[0].region) else re.split(r",|/|&| and ", name)
        for place in (part.strip(" .") for part in parts):
            if not place or _NO_PLACE.fullmatch(place):
                continue
            places = parse_places(place)
            # Two letters that could be a country's code stay in the words around them.
            words = location.strip()[:80] if len(place) == 2 else place
            found.append(country_said(place) or (places[0].country if places else None) or words)
    return tuple(dict.fromkeys(found))
