"""码上公开: one scan at the village door shows what a county must disclose."""
