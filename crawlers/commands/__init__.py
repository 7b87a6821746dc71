"""Commands of Scrapy for this project: a new source from a template."""
