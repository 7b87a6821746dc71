"""`internfeed score`: right, wrong, invented and missed values, and the project's own gold set."""

import json

import pytest

from pipeline.cli import command_line as cli
from pipeline.score import accepted, agrees, wilson
from tests.tools.score import MIN_PRECISION, MIN_RECALL, OWN, own

REMOTE = {"title": "Intern", "remote": "remote"}
SILENT = {"title": "Intern"}
TEN_WEEKS = {"title": "Intern", "duration": "10 weeks"}
PAID = {"title": "Intern", "pay": "$600 per week"}


def line(posting, labels, id="row"):
    return json.dumps({"id": id, "posting": posting, "labels": labels})


@pytest.fixture
def score(tmp_path, capsys):
    """Write lines to a file and score it with the real command; return its status, its JSON and its errors."""

    def run(*lines, options=()):
        file = tmp_path / "labelled.jsonl"
        file.write_text("\n".join(lines) + "\n", "utf-8")
        status = cli.main(["score", str(file), "--json", *options])
        out, err = capsys.readouterr()
        return status, json.loads(out), err

    return run


OUTCOMES = [
    # posting, labels, field, (labelled, said, right, wrong, invented)
    (REMOTE, {"remote_status": "remote"}, "remote", (1, 1, 1, 0, 0)),
    (REMOTE, {"remote_status": "onsite"}, "remote", (1, 1, 0, 1, 0)),
    (REMOTE, {"remote_status": "unknown"}, "remote", (0, 1, 0, 0, 1)),
    (REMOTE, {"remote_status": None}, "remote", (0, 1, 0, 0, 1)),
    (SILENT, {"remote_status": "remote"}, "remote", (1, 0, 0, 0, 0)),
    (SILENT, {"remote_status": "unknown"}, "remote", (0, 0, 0, 0, 0)),
    # a label that is a list accepts any of its values
    (REMOTE, {"remote_status": ["hybrid", "remote"]}, "remote", (1, 1, 1, 0, 0)),
    (REMOTE, {"remote_status": ["hybrid", "onsite"]}, "remote", (1, 1, 0, 1, 0)),
    # a row that also accepts silence counts only when it is wrong
    (REMOTE, {"remote_status": ["remote", "unknown"]}, "remote", (0, 0, 0, 0, 0)),
    (SILENT, {"remote_status": ["remote", "unknown"]}, "remote", (0, 0, 0, 0, 0)),
    (REMOTE, {"remote_status": ["onsite", "unknown"]}, "remote", (1, 1, 0, 1, 0)),
    # weeks are right when both ends are
    (TEN_WEEKS, {"duration_weeks_min": 10, "duration_weeks_max": 10}, "duration", (1, 1, 1, 0, 0)),
    (TEN_WEEKS, {"duration_weeks_min": 10, "duration_weeks_max": 12}, "duration", (1, 1, 0, 1, 0)),
    (TEN_WEEKS, {"duration_weeks_min": None, "duration_weeks_max": 10}, "duration", (1, 1, 0, 1, 0)),
    (TEN_WEEKS, {"duration_weeks_min": None, "duration_weeks_max": None}, "duration", (0, 1, 0, 0, 1)),
    # pay is right when all four are, as far as labelled
    (PAID, {"pay_min": 600, "pay_max": 600}, "pay", (1, 1, 1, 0, 0)),
    (PAID, {"pay_min": 600, "pay_max": 600, "pay_currency": "USD", "pay_period": "week"}, "pay", (1, 1, 1, 0, 0)),
    (PAID, {"pay_min": 600, "pay_max": 600, "pay_period": "month"}, "pay", (1, 1, 0, 1, 0)),
    (PAID, {"pay_min": 600, "pay_max": 600, "pay_currency": None}, "pay", (1, 1, 0, 1, 0)),
    (PAID, {"pay_min": None, "pay_max": None, "pay_currency": "USD"}, "pay", (0, 1, 0, 0, 1)),
    # every other column for itself
    ({"title": "Intern", "date_posted": "2026-11-02"}, {"date_posted": "2026-11-02"}, "date_posted", (1, 1, 1, 0, 0)),
    ({"title": "Intern", "location": "Lyon"}, {"city": "Paris"}, "city", (1, 1, 0, 1, 0)),
    ({"title": "Intern", "skills": "SQL, Python"}, {"skills": ["Python", "SQL"]}, "skills", (1, 1, 1, 0, 0)),
    ({"title": "Intern", "skills": "SQL"}, {"skills": [["Python"], ["SQL"]]}, "skills", (1, 1, 1, 0, 0)),
    ({"title": "Intern", "location": "Lyon"}, {"locations": [{"city": "Lyon"}]}, "locations", (1, 1, 1, 0, 0)),
]  # fmt: skip


@pytest.mark.parametrize(("posting", "labels", "field", "counts"), OUTCOMES)
def test_a_row_is_counted_by_its_outcome(score, posting, labels, field, counts):
    _, report, _ = score(line(posting, labels))
    tally = report["fields"][field]
    assert tuple(tally[name] for name in ("labelled", "said", "right", "wrong", "invented")) == counts


def test_a_column_that_is_not_labelled_is_not_scored(score):
    _, report, _ = score(line(TEN_WEEKS | REMOTE, {"duration_weeks_max": 10}))
    assert set(report["fields"]) == {"duration", "duration_weeks_max"}


@pytest.mark.parametrize(
    ("column", "label", "value", "agree"),
    [
        ("duration_weeks_min", 10, 10.6, True),
        ("duration_weeks_min", 10, 10.7, False),
        ("duration_weeks_max", 52.2, 53.2, True),
        ("duration_weeks_max", 52.2, 53.3, False),
        ("pay_min", 1000, 1005, True),
        ("pay_min", 1000, 1006, False),
        ("pay_hourly_max", 20, 20.1, True),
        ("hours_per_week_min", 20, 20.5, True),
        ("hours_total_max", 20, 20.6, False),
        ("onsite_days_min", 2, 3, False),
        ("start_date", "2027-01-04", "2027-01-05", False),
        ("pay_min", None, 5, False),
        ("kind", "unknown", None, True),
    ],
)
def test_values_agree_within_a_tolerance(column, label, value, agree):
    assert agrees(column, label, value) == agree


def test_the_label_of_a_list_column_is_one_value_unless_it_contains_lists():
    assert accepted("skills", ["SQL"]) == [["SQL"]]
    assert accepted("skills", [["SQL"], []]) == [["SQL"], []]


def test_precision_recall_and_their_intervals(score):
    lines = [line(REMOTE, {"remote_status": "remote"})] * 3
    lines += [line(REMOTE, {"remote_status": "onsite"}), line(SILENT, {"remote_status": "remote"})]
    _, report, _ = score(*lines, line(REMOTE, {"remote_status": "unknown"}))
    tally = report["fields"]["remote"]
    assert (tally["precision"], tally["recall"]) == (3 / 5, 3 / 5)
    assert tally["precision_interval"] == list(wilson(3, 5))


def test_errors_quote_the_words_of_the_posting(score):
    _, report, _ = score(
        line(REMOTE, {"remote_status": "onsite"}, id="seven"), line(SILENT, {"kind": "other"}, id="eight")
    )
    assert [(error["id"], error["field"], error["outcome"], error["words"]) for error in report["errors"]] == [
        ("seven", "remote", "wrong", "remote"),
        ("eight", "kind", "wrong", "Intern"),
    ]


@pytest.mark.parametrize(
    ("options", "status", "said"),
    [
        ((), 0, ""),
        (("--min-precision", "0.5"), 0, ""),
        (("--min-precision", "0.9"), 1, "remote: precision 0.5000 is below 0.9"),
        (("--min-recall", "0.9"), 1, "remote: recall 0.5000 is below 0.9"),
    ],
)
def test_the_exit_status_is_1_below_the_bars(score, options, status, said):
    found, _, err = score(
        line(REMOTE, {"remote_status": "remote"}), line(REMOTE, {"remote_status": "onsite"}), options=options
    )
    assert found == status
    assert said in err


BAD = [
    ("no json", "line 1"),
    ("[]", 'a labelled posting is {"id"'),
    ('{"id": "x", "posting": {}}', 'a labelled posting is {"id"'),
    ('{"id": "x", "posting": {"titel": "Intern"}, "labels": {}}', "unknown field titel"),
    ('{"id": "x", "posting": {}, "labels": {"salary": 5}}', "no such column: salary"),
    ('{"id": "x", "posting": {"fetched_at": "soon"}, "labels": {}}', "soon"),
]


@pytest.mark.parametrize(("wrong", "said"), BAD)
def test_a_bad_line_is_one_error_and_the_others_are_scored(score, wrong, said):
    status, report, err = score(wrong, line(REMOTE, {"remote_status": "remote"}))
    assert status == 1
    assert (report["rows"], report["bad_lines"]) == (1, 1)
    assert report["fields"]["remote"]["right"] == 1
    assert said in err
    assert err.count("\n") == 1


def test_the_table_shows_every_field_and_errors_are_optional(tmp_path, capsys):
    file = tmp_path / "labelled.jsonl"
    file.write_text(line(REMOTE, {"remote_status": "onsite"}, id="seven"), "utf-8")
    assert cli.main(["score", str(file)]) == 0
    out = capsys.readouterr().out
    assert "remote" in out
    assert "seven" not in out
    cli.main(["score", str(file), "--errors"])
    assert "seven" in capsys.readouterr().out


def test_files_are_scored_together_and_a_missing_file_is_an_error(tmp_path, capsys):
    one, two = tmp_path / "one.jsonl", tmp_path / "two.jsonl"
    one.write_text(line(REMOTE, {"remote_status": "remote"}), "utf-8")
    two.write_text(line(SILENT, {"remote_status": "remote"}), "utf-8")
    assert cli.main(["score", str(one), str(two), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["fields"]["remote"]["labelled"] == 2
    assert cli.main(["score", str(tmp_path / "none.jsonl")]) == 1
    assert "none.jsonl: No such file" in capsys.readouterr().err


def test_the_gold_set_is_large_enough_and_every_field_meets_its_bars():
    score = own()
    assert score.rows >= 400, f"{score.rows} rows in {[file.name for file in OWN]}"
    assert score.bad_lines == 0
    assert score.below(MIN_PRECISION, MIN_RECALL) == []
