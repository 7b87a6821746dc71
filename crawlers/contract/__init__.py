"""Plain data that the crawlers hand to the pipeline; imports no Scrapy."""
