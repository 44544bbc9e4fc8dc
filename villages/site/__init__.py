"""What the site says of itself: names, registration numbers, whom to ask. Never empty on a page, never invented."""
