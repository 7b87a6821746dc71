"""Scrapy's settings of a crawl, with the one downloader that all its requests pass."""

from __future__ import annotations

from scrapy.settings import Settings

from crawlers.politeness.addresses import PublicResolver
from crawlers.politeness.downloader import PoliteDownloader
from crawlers.politeness.proxies import check_proxies


def settings_for(downloader: PoliteDownloader) -> Settings:
    """Return the project's settings where no spider can change them, with one downloader for all crawlers.

    Raises:
        ValueError: other hosts would be asked, and the environment asks for a proxy.
    """
    if not (downloader.replay or downloader.stand_in or downloader.loopback_allowed):
        check_proxies()
    settings = Settings()
    settings.setmodule("crawlers.settings", priority="cmdline")
    settings.set("POLITE_DOWNLOADER", downloader, priority="cmdline")
    if downloader.replay:
        settings.set("CONCURRENT_REQUESTS_PER_DOMAIN", 8, priority="cmdline")  # nobody is asked
    PublicResolver.loopback_allowed = downloader.loopback_allowed or downloader.stand_in is not None
    return settings
