"""The local web server: feeds, files, and a page to browse listings."""
