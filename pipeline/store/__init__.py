"""The stored data: schemas, snapshots, listings, boards, manifests and history."""
