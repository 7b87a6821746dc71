"""Scrapy's settings for the project. Politeness is not a setting: `crawlers.politeness.downloader` enforces it."""

import os
from pathlib import Path

from scrapy.settings import default_settings

from crawlers import __version__

BOT_NAME = "internfeed"
SPIDER_MODULES = ["crawlers.spiders"]
NEWSPIDER_MODULE = "crawlers.spiders"
TEMPLATES_DIR = str(Path(__file__).parent / "templates")
COMMANDS_MODULE = "crawlers.commands"

# The operator's contact for boards, an e-mail address or a web page, from the environment.
CONTACT = " ".join(os.environ.get("INTERNFEED_CONTACT", "").split())
USER_AGENT = f"internfeed/{__version__} (+{CONTACT or 'contact not given'})"

DOWNLOAD_HANDLERS = {
    "http": "crawlers.politeness.downloader.PoliteDownloadHandler",
    "https": "crawlers.politeness.downloader.PoliteDownloadHandler",
    "data": None,
    "file": None,
    "ftp": None,
    "s3": None,
}
TWISTED_DNS_RESOLVER = "crawlers.politeness.addresses.PublicResolver"
DNS_TIMEOUT = 10
REACTOR_THREADPOOL_MAXSIZE = 64  # names are resolved in threads; a slow name must not delay the others
DOWNLOAD_TIMEOUT = 30
DOWNLOAD_MAXSIZE = 50 * 1024 * 1024
DOWNLOAD_WARNSIZE = 0
DOWNLOAD_VERIFY_CERTIFICATES = True
CONCURRENT_REQUESTS = 64
CONCURRENT_REQUESTS_PER_DOMAIN = 1

# The polite downloader waits, retries, unpacks and checks robots.txt itself.
COMPRESSION_ENABLED = False
DOWNLOAD_DELAY = 0
ROBOTSTXT_OBEY = False
RETRY_ENABLED = False
HTTPERROR_ALLOW_ALL = True
COOKIES_ENABLED = False
HTTPCACHE_ENABLED = False
METAREFRESH_ENABLED = False
REDIRECT_MAX_TIMES = 5
REFERRER_POLICY = "no-referrer"
DEFAULT_REQUEST_HEADERS = {"Accept": "application/json, application/xml;q=0.9, text/html;q=0.8, */*;q=0.5"}

# A posting is on the disk before it becomes an item, so items need no parallel work. By default Scrapy would start a
# hundred tasks for every answer, and parse the source of every callback for warnings that mypy gives anyway.
CONCURRENT_ITEMS = 1
WARN_ON_GENERATOR_RETURN_VALUE = False

TELNETCONSOLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False
# Scrapy loads all its default extensions, even those that `EXTENSIONS` turns off; the remote control alone takes
# 0.2 s, because it loads a web server. Only these are of use to a crawl, or to `scrapy crawl` by hand.
EXTENSIONS_BASE = {
    "scrapy.extensions.corestats.CoreStats": 0,
    "scrapy.extensions.logcount.LogCount": 0,
    "scrapy.extensions.memdebug.MemoryDebugger": 0,
    "scrapy.extensions.closespider.CloseSpider": 0,
    "scrapy.extensions.feedexport.FeedExporter": 0,
    "scrapy.extensions.spiderstate.SpiderState": 0,
    "scrapy.extensions.throttle.AutoThrottle": 0,
}
# For the same reason without cookies, which COOKIES_ENABLED turns off: their list of public suffixes takes 0.04 s.
DOWNLOADER_MIDDLEWARES_BASE = {
    name: order
    for name, order in default_settings.DOWNLOADER_MIDDLEWARES_BASE.items()
    if not name.endswith(".CookiesMiddleware")
}
LOG_LEVEL = "WARNING"
LOG_INSTALL_ROOT_HANDLER = False
POLITE_DOWNLOADER = None


def stand_in() -> str | None:
    """Return the origin of a server that answers in place of every host, for drills; None without one."""
    return os.environ.get("INTERNFEED_STAND_IN") or None
