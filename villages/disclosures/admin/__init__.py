"""The disclosures' pages for staff: writing, importing, reviewing."""
