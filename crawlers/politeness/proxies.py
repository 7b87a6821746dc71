"""The check that no proxy is set; behind a proxy, another machine would resolve names to unchecked addresses."""

from __future__ import annotations

import os
from collections.abc import Mapping

_VARIABLES = ("https_proxy", "http_proxy", "all_proxy", "socks_proxy")


def check_proxies(environment: Mapping[str, str] | None = None) -> None:
    """Reject an environment that sets a proxy, which would be ignored otherwise.

    A variable in small letters takes precedence over one in capitals, and an empty one counts as not set, as in other
    programs.

    Raises:
        ValueError: a proxy is set; the message is one line and does not show its address, which may hold a password.

    >>> check_proxies({"HTTPS_PROXY": "http://proxy.example:3128", "no_proxy": "*"})
    >>> check_proxies({"https_proxy": "", "HTTPS_PROXY": "http://proxy.example:3128"})
    """
    variables = os.environ if environment is None else environment
    if variables.get("INTERNFEED_STAND_IN"):  # a drill sends no request beyond this machine
        return
    if "*" in [host.strip() for host in _value(variables, "no_proxy")[1].split(",")]:
        return
    for variable in _VARIABLES:
        name, value = _value(variables, variable)
        if value:
            raise ValueError(
                f"{name} is set, but internfeed does not use proxies: it could not check the address of a host there. "
                f"Unset {name}, or set no_proxy=* to connect directly."
            )


def _value(variables: Mapping[str, str], variable: str) -> tuple[str, str]:
    name = variable if variable in variables else variable.upper()
    return name, variables.get(name, "").strip()
