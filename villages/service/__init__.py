"""The installation as a whole: set up, served, checked, backed up, cleared of samples. Holds no page for villagers."""
