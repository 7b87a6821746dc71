"""Proxies in the environment: each command that fetches rejects them in one line, before writing anything."""

import re

import pytest

from crawlers.politeness.proxies import check_proxies
from tests.support.process import internfeed

PROXY = "http://user:secret@proxy.example:3128"
SET = [
    ({"https_proxy": PROXY}, "https_proxy"),
    ({"HTTPS_PROXY": PROXY}, "HTTPS_PROXY"),
    ({"http_proxy": PROXY}, "http_proxy"),
    ({"HTTP_PROXY": PROXY}, "HTTP_PROXY"),
    ({"all_proxy": "socks5://proxy.example"}, "all_proxy"),
    ({"ALL_PROXY": "socks5://proxy.example"}, "ALL_PROXY"),
    ({"https_proxy": "", "HTTP_PROXY": PROXY}, "HTTP_PROXY"),
    ({"https_proxy": PROXY, "no_proxy": "localhost,.internal.example"}, "https_proxy"),
]
NOT_SET = [
    {},
    {"https_proxy": "", "HTTP_PROXY": " "},
    {"https_proxy": "", "HTTPS_PROXY": PROXY},
    {"https_proxy": PROXY, "no_proxy": "*"},
    {"https_proxy": PROXY, "NO_PROXY": "localhost, *"},
    {"ftp_proxy": PROXY},
    {"https_proxy": PROXY, "INTERNFEED_STAND_IN": "http://127.0.0.1:8700"},
]


@pytest.mark.parametrize(("environment", "name"), SET)
def test_a_proxy_is_rejected_by_its_name_without_its_password(environment, name):
    with pytest.raises(ValueError, match=f"^{re.escape(name)} is set, .* Unset {name}, or set no_proxy=") as refusal:
        check_proxies(environment)
    assert "secret" not in str(refusal.value)


@pytest.mark.parametrize("environment", NOT_SET)
def test_an_environment_without_a_proxy_is_accepted(environment):
    check_proxies(environment)


@pytest.mark.parametrize(
    "command",
    [
        ["run", "--sources", "lever"],
        ["run", "--resume"],
        ["boards", "check", "--sources", "lever"],
        ["boards", "add", "https://www.acme.example/careers"],
        ["boards", "probe", "https://www.acme.example/careers"],
    ],
)
def test_a_command_that_fetches_ends_with_one_line_and_writes_nothing(tmp_path, command):
    result = internfeed(*command, "--data", tmp_path / "data", environment={"https_proxy": PROXY})
    assert (result.status, result.out, len(result.errors)) == (1, [], 1)
    assert result.errors[0].startswith("internfeed: error: https_proxy is set, but internfeed does not use proxies")
    assert not (tmp_path / "data").exists()


def test_a_command_that_does_not_fetch_ignores_proxies(tmp_path):
    result = internfeed(
        "boards", "add", "https://jobs.lever.co/acme", "--data", tmp_path, environment={"https_proxy": PROXY}
    )
    assert (result.status, result.errors) == (0, [])
