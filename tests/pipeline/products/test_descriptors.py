"""Descriptors: made from the schema, in agreement with the files, reproducible, and listed in the manifest."""

import json

import pyarrow.parquet as pq
import pytest

from normalize.columns import COLUMNS
from pipeline.products import catalogue as beside
from pipeline.products.descriptors import DATASETS, card, croissant, datapackage
from pipeline.store import schema
from pipeline.store.manifest import Manifest, read_manifest
from tests.support.folder import World, answer, posting

NAMES = ("datapackage.json", "croissant.json", "README.md")
SCHEMAS = schema.DATASETS | schema.DERIVED


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    world = World(tmp_path_factory.mktemp("published") / "data")
    world.run(
        "2026-11-20",
        {("lever", "acme"): answer([posting(1), posting(2)])},
        products=(beside.derived, beside.descriptors),
    )
    return world.latest


def test_a_snapshot_lists_its_descriptors(published):
    assert set(NAMES) <= read_manifest(published).files.keys()


def test_the_data_package_names_every_part_and_column(published):
    package = json.loads((published / "datapackage.json").read_text())
    for resource in package["resources"]:
        assert [field["name"] for field in resource["schema"]["fields"]] == SCHEMAS[resource["name"]].names
        parts = sorted((published / resource["name"]).glob("*.parquet"))
        assert [resource["path"]] == [path.relative_to(published).as_posix() for path in parts]
    assert {resource["name"] for resource in package["resources"]} == set(SCHEMAS)


def test_a_dataset_of_several_parts_names_them_all():
    parts = {"listings": ["listings/part-0.parquet", "listings/part-1.parquet"]}
    (resource,) = datapackage(Manifest("20261123T120000Z-7f3a", "complete", 0), parts)["resources"]
    assert resource["path"] == parts["listings"]


def test_the_data_contains_only_values_that_the_package_allows(published):
    package = json.loads((published / "datapackage.json").read_text())
    for resource in package["resources"]:
        table = pq.read_table(published / resource["path"])
        for field in resource["schema"]["fields"]:
            allowed = field.get("constraints", {}).get("enum")
            found = set(table[field["name"]].to_pylist()) - {None} if allowed else set()
            assert found <= set(allowed or ())


def test_the_data_package_declares_types_that_survive_pandas(published):
    package = json.loads((published / "datapackage.json").read_text())
    fields = [field for resource in package["resources"] for field in resource["schema"]["fields"]]
    assert not {"array", "integer"} & {field["type"] for field in fields}
    assert not [field["name"] for field in fields if field["type"] == "any" and "constraints" in field]


@pytest.mark.parametrize("dataset", DATASETS)
def test_croissant_is_valid_and_reads_every_record(published, dataset):
    mlcroissant = pytest.importorskip("mlcroissant")
    read = mlcroissant.Dataset(str(published / "croissant.json"))
    assert not read.metadata.ctx.issues.errors
    records = list(read.records(dataset))
    rows = pq.read_table(published / dataset).to_pylist()
    assert len(records) == len(rows)
    key = DATASETS[dataset][2][0]
    assert [record[f"{dataset}/{key}"].decode() for record in records] == [row[key] for row in rows]


def test_the_card_explains_every_column(published):
    text = (published / "README.md").read_text("utf-8")
    assert text.startswith("---\n")
    assert "2 open listings of 2" in text
    for column in COLUMNS:
        assert f"| `{column.name}` | {column.type} |" in text


def test_the_same_manifest_gives_the_same_descriptors(published):
    manifest = read_manifest(published)
    assert card(manifest) == card(manifest) == (published / "README.md").read_text("utf-8")
    assert croissant(manifest) == json.loads((published / "croissant.json").read_text())
