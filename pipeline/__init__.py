"""From journals to published data: runs, merging, checks, snapshots, feeds, reports and the command line."""
