"""A Scrapy project: one spider per source, polite by construction."""

__version__ = "0.1.0"
