"""Scrapy's settings of a crawl, with the one downloader that all its requests pass."""

from __future__ import annotations

from scrapy.settings import Settings

from crawlers.politeness.addresses import PublicResolver
from crawlers.politeness.downloader import Guest
from crawlers.politeness.proxies import check_proxies


def settings_for(guest: Guest) -> Settings:
    """Return the project's settings where no spider can change them, with one guest for all crawlers.

    Raises:
        ValueError: other hosts would be asked, and the environment asks for a proxy.
    """
    if not (guest.replay or guest.stand_in or guest.loopback_allowed):
        check_proxies()
    settings = Settings()
    settings.setmodule("crawlers.settings", priority="cmdline")
    settings.set("GUEST", guest, priority="cmdline")
    if guest.replay:
        settings.set("CONCURRENT_REQUESTS_PER_DOMAIN", 8, priority="cmdline")  # nobody is asked
    PublicResolver.loopback_allowed = guest.loopback_allowed or guest.stand_in is not None
    return settings
