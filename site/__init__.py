"""The site of the Communauté Chorus Pro."""
