"""Feeds that job boards import: one record for each listing, one pure function for each format."""

from pipeline.products.feeds.write import FeedOptions, write_feeds

__all__ = ["FeedOptions", "write_feeds"]
