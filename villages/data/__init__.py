"""The machines' face: a read-only interface, feeds, a sitemap, tables to download, and the log of all changes."""
