"""The spiders, one for each source: facts about the source on a shared base class."""
