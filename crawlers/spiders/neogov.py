"""NEOGOV, career pages of public agencies in the United States."""

import re
from typing import Any

from crawlers.bases.xml_feed import XmlFeedSpider
from crawlers.contract.board import Board
from normalize.posting import RawPosting

_NUMBER = re.compile(r"[0-9]")


class NeogovSpider(XmlFeedSpider):
    """The RSS feed of an agency, with the text in sections.

    Seen on a recorded feed of 2013 at the older address, and on an invented one of 2026 in the shape of the newer; the
    vendor documents no public interface. Undisclosed pay reads "Not Displayed"; deadlines may be years ahead.
    """

    name = "neogov"
    title = "NEOGOV"
    verified = "recorded feed of 2013; the newer address as a public client asks it, not verified"
    hosts = (
        r"www\.governmentjobs\.com/careers/([\w-]+)",
        r"www\.governmentjobs\.com/SearchEngine/JobsFeed\?(?:[^#]*&)?agency=([\w-]+)",
        r"agency\.governmentjobs\.com/([\w-]+)",
    )
    terms = "public feed of the agency's own vacancies"
    redistribution = "feed"
    first_url = "https://www.governmentjobs.com/SearchEngine/JobsFeed?agency={board}"
    id_key = "joblisting:jobId"
    ignored_fields = frozenset(
        {
            "guid", "categories", "joblisting:categories", "joblisting:jobNumberSingle", "joblisting:advertiseFromDate",
            "joblisting:advertiseFromDateUTC", "joblisting:advertiseToDateTimeUTC",
        }
    )  # fmt: skip

    def parse_posting(self, record: dict[str, Any], board: Board) -> RawPosting:
        """Read an item."""
        sections = [record.pop("description", None)]
        for name in ("examplesofduties", "qualifications", "supplementalinformation"):
            sections.append(record.pop(f"joblisting:{name}", None))
        names = ("minimumSalary", "maximumSalary", "salaryCurrency", "salaryInterval")
        pay = {name: amount for name in names if (amount := record.pop(f"joblisting:{name}", None))}
        shown = any(_NUMBER.search(pay.get(name, "")) for name in names[:2])
        place = (record.pop("joblisting:location", None), record.pop("joblisting:state", None))
        until = record.pop("joblisting:advertiseToDateTime", None)
        return RawPosting(
            posting_id=record.pop("joblisting:jobId"),
            url=record.pop("link"),
            title=record.pop("title"),
            hiring_organization=board.name,
            description="\n".join(section for section in sections if section) or None,
            location=", ".join(part for part in place if part) or None,
            date_posted=record.pop("pubDate", None) or None,
            valid_through=until or record.get("joblisting:advertiseToDateTimeUTC") or None,
            pay=pay if shown else None,
            employment_type=record.pop("joblisting:jobType", None) or None,
            department=record.pop("joblisting:department", None) or None,
        )
