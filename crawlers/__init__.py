"""A Scrapy project: one spider per source; every request passes the polite downloader."""

__version__ = "0.1.0"
