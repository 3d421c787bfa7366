"""The documentation search: French analysis, index, queries. Knows neither Flask nor the site."""
