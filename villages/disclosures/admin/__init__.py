"""Staff's pages of the disclosures: writing, attaching, and what an author or publisher does with an item."""
