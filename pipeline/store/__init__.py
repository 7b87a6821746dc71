"""What is on the disk: schemas, snapshots, listings, boards and history."""
