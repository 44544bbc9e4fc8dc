"""The county's units: province, city, county, townships, villages; their names, codes and telephones."""
