"""Values of a column as feeds may carry them."""

import pyarrow as pa
import pytest

from pipeline.products.feeds.formats.sanitize import clean

FORBIDDEN = {*range(0x20), *range(0x7F, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A), *range(0xFDD0, 0xFDF0)}
FORBIDDEN = FORBIDDEN - {0x09, 0x0A, 0x0D, 0x85} | {0xFFFE, 0xFFFF}
NEARBY = [*range(0x110), *range(0x2020, 0x2080), *range(0xFDC0, 0xFE00), *range(0xFFF0, 0x10000), 0x1F600, 0x10FFFF]

PLACES = pa.list_(pa.struct([("city", pa.string()), ("country", pa.string())]))


@pytest.mark.parametrize("around", ["{}", "é{}… x", "ab{}", "{}\n"])
def test_only_forbidden_characters_are_removed(around):
    texts = [around.format(chr(code)) for code in NEARBY]
    wanted = [around.format("" if code in FORBIDDEN else chr(code)) for code in NEARBY]
    for text, want in zip(texts, wanted, strict=True):
        column = pa.array(["before\t", text, None])
        assert clean(pa.chunked_array([column])) == ["before\t", want, None]
        assert clean(pa.chunked_array([column.slice(1)])) == [want, None]  # a part has its own beginning
        assert clean(pa.chunked_array([pa.array([[text, "b"], None, []])])) == [[*filter(None, [want]), "b"], None, []]
        places = pa.array([[{"city": text, "country": None}], []], PLACES)
        assert clean(pa.chunked_array([places])) == [[{"city": want, "country": None}], []]
