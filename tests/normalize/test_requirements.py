"""Levels of study, permits to work, and the countries from which a job may be done."""

import datetime

import pytest

from normalize.build import normalize
from normalize.posting import RawPosting

LEVELS = [
    ("Internship", "You are enrolled in a Bachelor's or Master's programme.", ["bachelor", "master"]),
    ("Internship", "Open to PhD students in physics.", ["phd"]),
    ("PhD Internship", "Ten weeks in our lab.", ["phd"]),
    ("Internship", "For high school students aged 16 and over.", ["school"]),
    ("Internship", "Currently pursuing an MBA.", ["mba"]),
    ("Internship", "You study for an associate degree at a community college.", ["vocational"]),
    ("Praktikum", "Du studierst im Bachelor oder Master an einer Hochschule.", ["bachelor", "master"]),
    ("Praktikum", "Schülerpraktikum: Du besuchst die 9. Klasse, als Schüler oder Schülerin.", ["school"]),
    ("Stage", "Étudiant en BTS ou en licence.", ["vocational", "bachelor"]),
    ("Stage", "De formation école d'ingénieurs, niveau master.", ["master"]),
    ("Prácticas", "Estudiantes de grado o máster.", ["bachelor", "master"]),
    ("Tirocinio", "Sei iscritto a una laurea magistrale o un dottorato.", ["bachelor", "master", "phd"]),
    ("Stage", "Je volgt een opleiding op hbo- of mbo-niveau.", ["vocational", "bachelor"]),
    ("Estágio", "Estudantes de mestrado ou de doutorado.", ["master", "phd"]),
    ("Internship", "You clean the master bedroom and serve the bachelor party.", []),
    ("Internship", "We serve tea.", []),
]


def read(title, description, **fields):
    return normalize(RawPosting(title=title, description=description, **fields), datetime.date(2026, 11, 23))


@pytest.mark.parametrize(("title", "description", "levels"), LEVELS)
def test_the_levels_of_study_that_are_asked_for(title, description, levels):
    assert read(title, description)["study_level"] == levels


FIELDS = [  # the board's fields for degrees and for permits, the text, what is read
    ('["Associate\'s", "Bachelor\'s"]', "Offers Sponsorship", "", ["vocational", "bachelor"], "sponsored"),
    ('["Master\'s", "PhD"]', "Does Not Offer Sponsorship", "", ["master", "phd"], "not_sponsored"),
    ("MBA", "U.S. Citizenship is Required", "For PhD students.", ["mba"], "permit_required"),
    ('{"credentialCategory": "bachelor degree"}', "Other", "No visa sponsorship.", ["bachelor"], "not_sponsored"),
    ("Undefined", None, "For PhD students.", ["phd"], "unknown"),
]


@pytest.mark.parametrize(("education", "permit", "text", "levels", "read_permit"), FIELDS)
def test_what_the_board_states_outranks_the_text(education, permit, text, levels, read_permit):
    listing = read("Intern", text, education=education, work_permit=permit)
    assert (listing["study_level"], listing["work_permit"]) == (levels, read_permit)


PERMITS = [
    ("Visa sponsorship is available for this role.", "sponsored"),
    ("We do not sponsor visas, and you must be authorized to work in the US.", "not_sponsored"),
    ("Applicants must have the right to work in the UK.", "permit_required"),
    ("Unfortunately we are unable to provide visa sponsorship.", "not_sponsored"),
    ("Eine gültige Arbeitserlaubnis ist nötig.", "permit_required"),
    ("Vous disposez d'un titre de séjour.", "permit_required"),
    ("Se requiere permiso de trabajo.", "permit_required"),
    ("È richiesto un permesso di soggiorno.", "permit_required"),
    ("Je hebt een werkvergunning.", "permit_required"),
    ("É necessária autorização de trabalho.", "permit_required"),
    ("Sponsorship of our festival is your task.", "unknown"),
    ("You draw ferns.", "unknown"),
]


@pytest.mark.parametrize(("description", "permit"), PERMITS)
def test_what_is_said_of_visas_and_permits(description, permit):
    assert read("Intern", description)["work_permit"] == permit


ELIGIBLE = [
    ("Lyon, France", None, "You work in our office.", ["FR"]),
    ("Lyon, France; Berlin, Germany", None, "You draw ferns.", ["DE", "FR"]),
    ("Remote - US", "remote", "You draw ferns.", ["US"]),
    ("Remote - Worldwide", "remote", "You draw ferns.", ["anywhere"]),
    ("Remote", "remote", "You draw ferns.", None),
    ("Remote", "remote", "You must reside in Canada.", ["CA"]),
    ("Remote", "remote", "You must be based in Spain, Portugal or the UK.", ["ES", "GB", "PT"]),
    ("Remote", "remote", "Candidates must be based in Lyon, France.", ["FR"]),
    ("Remote", "remote", "Bewerber aus Österreich und Deutschland.", ["AT", "DE"]),
    ("Remote", "remote", "Debes residir en España o Portugal.", ["ES", "PT"]),
    ("Remote", "remote", "You can work from anywhere in the world.", ["anywhere"]),
    ("Remote", "remote", "Work from anywhere in the world for up to four weeks a year.", None),
    ("Remote", "remote", "Du arbeitest von überall auf der Welt.", ["anywhere"]),
    ("Remote", "remote", "You can work from anywhere in the world. You must be based in Canada.", ["CA"]),
    ("Lyon, France", None, "Our customers are from anywhere in the world.", ["FR"]),
    ("Remote (DACH)", "remote", "You draw ferns.", ["AT", "CH", "DE"]),
    (None, None, "You draw ferns.", None),
]


@pytest.mark.parametrize(("location", "remote", "description", "countries"), ELIGIBLE)
def test_from_where_the_job_may_be_done(location, remote, description, countries):
    listing = read("Intern", description, location=location, remote=remote)
    assert listing["eligible_countries"] == countries


def test_a_region_stands_for_its_countries():
    listing = read("Intern", "You draw ferns.", location="Remote - EU", remote="remote")
    assert {"ES", "DE", "IE"} <= set(listing["eligible_countries"])
    assert not {"GB", "CH", "US"} & set(listing["eligible_countries"])
