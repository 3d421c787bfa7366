"""XAdES: the signatures of an XML file, each judged as one of a CMS is (ETSI EN 319 132-1)."""
