"""Scrapy's settings for a crawl, with the polite downloader."""

from __future__ import annotations

from scrapy.settings import Settings

from crawlers.politeness.addresses import PublicResolver
from crawlers.politeness.downloader import PoliteDownloader
from crawlers.politeness.proxies import check_proxies


def settings_for(downloader: PoliteDownloader) -> Settings:
    """Return the project's settings at a priority that no spider can override, with one downloader for all crawlers.

    Raises:
        ValueError: the crawl would use the network, and the environment sets a proxy.
    """
    if not (downloader.replay or downloader.stand_in or downloader.loopback_allowed):
        check_proxies()
    settings = Settings()
    settings.setmodule("crawlers.settings", priority="cmdline")
    settings.set("POLITE_DOWNLOADER", downloader, priority="cmdline")
    if downloader.replay:
        settings.set("CONCURRENT_REQUESTS_PER_DOMAIN", 8, priority="cmdline")  # a replay sends no request
    PublicResolver.loopback_allowed = downloader.loopback_allowed or downloader.stand_in is not None
    return settings
