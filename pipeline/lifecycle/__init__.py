"""The pure rules of the lifecycle: the merge of a board's answer, duplicates, and checks before publication."""
