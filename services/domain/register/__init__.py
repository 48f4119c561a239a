"""The register: who is at the table, who acts for whom since when, with which keys, under which policies."""
