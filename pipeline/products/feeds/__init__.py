"""Feeds that job boards import: one record per listing, one pure function per format."""

from pipeline.products.feeds.write import FeedOptions, write_feeds

__all__ = ["FeedOptions", "write_feeds"]
