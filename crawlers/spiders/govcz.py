"""The Czech state's portal of posts in its administration."""

from typing import Any

from crawlers.answers.json_paths import maybe
from crawlers.bases.json_api import JsonApiSpider
from crawlers.contract.board import Board
from normalize.posting import RawPosting


class GovCzSpider(JsonApiSpider):
    """The list behind the portal, every open post in one answer.

    Seen on a whole recorded answer of September 2025; the portal documents no public interface. A post for a limited
    time states its first and last day. Contact persons are not read.
    """

    name = "govcz"
    title = "Czech state job portal"
    verified = "whole recorded answer of September 2025"
    terms = "public notices of the Czech state: portal.isoss.gov.cz"
    redistribution = "parquet_only"
    timezone = "Europe/Prague"
    attribution = "Ministerstvo vnitra ČR (ISoSS), with a link to the notice"
    aggregator = True
    min_postings = 150  # 391 in September 2025; far fewer mean that the requested page size is no longer honoured
    first_url = (
        "https://portal.isoss.gov.cz/irj/portal/anonymous/mvrest?path=/eosm-public-offer&officeLabels=%7B%7D"
        "&page=1&pageSize=100000&sortColumn=zdatzvsm&sortOrder=-1"
    )
    id_key = "structIsZdata.zslmsuId"
    ignored_fields = frozenset(
        {
            "structIsPzadr", "structIsPzmis", "tableItCijzk", "tableItJodbp", "tableItPzprl", "tableItStdjz", "tableItZamvz",
            "tableEtVrinf",
        }
    )  # fmt: skip

    def parse_posting(self, record: dict[str, Any], board: Board) -> RawPosting:
        """Read a post."""
        post = record.pop("structIsZdata")
        duties = [row.get("zslmsuCi") for row in record.pop("tableItPopci", None) or []]
        wanted = [row.get("zodbzvTx") for row in record.pop("tableItOdbzv", None) or []]
        fields = [row.get("zobsluTf") for row in record.pop("tableItObslu", None) or []]
        days = [str(post[name])[:10] for name in ("zdurod", "zdurdo") if post.get(name)]
        return RawPosting(
            posting_id=post["zslmsuId"],
            url=f"https://portal.isoss.gov.cz/irj/portal/anonymous/eosmlistpublic#/detail/{post['zslmsuId']}",
            title=post["zslmsuSt"],
            hiring_organization=post.get("zsuosmSt") or maybe(record, "structIsPzadr.zpzaa1"),
            description="\n\n".join(part for part in (*duties, *wanted) if part) or None,
            location={"city": post.get("zspobcTx"), "region": post.get("zspregTx"), "country": post.get("zspstaTx")},
            date_posted=post.get("zdatzvsm"),
            valid_through=post.get("zpzdat"),
            start=post.get("zdurod") or post.get("zdatna"),
            duration=" – ".join(days) if len(days) == 2 else None,
            department=", ".join(field for field in (post.get("zslmsuBs"), *fields) if field) or None,
        )
