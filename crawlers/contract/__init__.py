"""Plain data that crosses from the crawlers to the pipeline; imports no Scrapy."""
