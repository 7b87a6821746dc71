"""The runner of other readers' suites, on suites of our own making."""

import json

import pytest

from tests.tools import specs
from tests.tools.specs import (
    DAYS,
    EXTENT,
    MINUTES,
    OTHER_UNIT,
    VAGUE,
    Case,
    cases,
    hours_of,
    lengths_of,
    main,
    reason_of,
)

ROWS = [
    ("We pick apples for 3 weeks", [("3 weeks", "P3W")]),
    ("Sorting takes one year and one month", [("one year and one month", "P1Y1M")]),
    ("They pick for 40 min", [("40 min", "PT40M")]),
    ("They pick all week", [("all week", "P1W")]),
    ("They pick for a few days", [("a few days", "P3D")]),
    ("Harvest lasts two weekends", [("two weekends", "P2WE")]),
    ("Nothing is picked", []),
]
CORPUS = """
negativeCorpus = (testContext, testOptions, examples)
  where
    examples =
      [ "for months"
      , "apples"
      ]

allExamples = concat
  [ examples (DurationData 9 Week)
             [ "nine weeks"
-- , "nine week-ends"
             , "9 wks"
             ]
  , examples (DurationData 2 Quarter)
             [ "2 quarters"
             ]
  , examples (DurationData 90 Minute)
             [ "1.5 hours"
             , "ninety \\"quick\\" days"
             ]
  ]
"""


@pytest.fixture
def suites(tmp_path):
    def row(text, results):
        values = [{"Text": words, "Type": "duration", "Value": {"Timex": timex}} for words, timex in results]
        return {"Input": text, "Results": values}

    (tmp_path / "recognizers").mkdir()
    (tmp_path / "duckling").mkdir()
    parser = tmp_path / "recognizers" / "DateTime_English_DurationParser.json"
    parser.write_text(json.dumps([row(*each) for each in ROWS]), "utf-8")
    dates = tmp_path / "recognizers" / "DateTime_English_DateParser.json"
    dates.write_text(json.dumps([{"Input": "in two weeks", "Results": [{"Text": "in two weeks", "Type": "date"}]}]))
    (tmp_path / "duckling" / "Duration_EN_Corpus.hs").write_text(CORPUS)
    return tmp_path


def test_cases_are_in_scope_or_name_a_reason(suites):
    rows = {case.text: (case.reason, case.read == case.expected) for case in cases(suites)}
    assert rows == {
        "in two weeks": (DAYS, True),
        "We pick apples for 3 weeks": ("", True),
        "Sorting takes one year and one month": ("", True),
        "They pick for 40 min": (MINUTES, True),
        "They pick all week": (EXTENT, False),
        "They pick for a few days": (VAGUE, False),
        "Harvest lasts two weekends": (OTHER_UNIT, True),
        "Nothing is picked": ("", True),
        "for months": (VAGUE, True),
        "apples": ("", True),
        "nine weeks": ("", True),
        "9 wks": ("", True),
        "2 quarters": (OTHER_UNIT, False),
        "1.5 hours": ("", True),
        'ninety "quick" days': ("", False),
    }


def test_lengths_are_compared_in_hours():
    assert [hours_of(timex) for timex in ("P1W3D", "PT1.5H", "P1BD", "P1Y1M", "PT3M", "P3WE")] == [
        240.0, 1.5, 33.6, 9496.5, None, None,
    ]  # fmt: skip
    assert lengths_of("two weeks, 3 to 4 h") == [(336.0, "two weeks"), (3.0, "3 to 4 h"), (4.0, "3 to 4 h")]
    assert reason_of("the whole week", ["the whole week"]) == EXTENT


def test_the_table_counts_and_the_differences_are_listed_on_request(suites, capsys):
    assert main([str(suites)]) == 1  # one of eight cases differs
    table = capsys.readouterr().out
    assert "Recognizers-Text English DurationParser" in table
    assert "quick" not in table
    assert main([str(suites), "--differences"]) == 1
    assert "'ninety \"quick\" days': expected '1.5 h', read ''" in capsys.readouterr().out


def test_a_folder_that_is_absent_or_empty_gets_one_line(tmp_path, capsys):
    for folder in (tmp_path / "absent", tmp_path):
        assert main([str(folder)]) == 0
        assert capsys.readouterr().out == f"{folder}: no public test suites there; give their folder\n"


def test_money_suites_are_read_where_they_have_a_reader(suites, monkeypatch):
    money = [Case("Money", "3 euros", "3 EUR", "3 EUR", "")]
    monkeypatch.setattr(specs, "readers", lambda: [cases, lambda folder: money])
    table, _, _ = specs.report(case for reader in specs.readers() for case in reader(suites))
    assert list(table.columns[0].cells)[-2:] == ["Money", "all"]
