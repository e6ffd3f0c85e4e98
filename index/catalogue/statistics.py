"""What a library holds, counted: by source and over time."""

from datetime import date

from index.catalogue.database import Database


class Statistics:
    """Counts of articles."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def by_source(self, limit: int) -> list[tuple[str, int]]:
        """The sources with the most articles, and how many each has."""
        rows = self.database.read(
            "SELECT source, count(*) AS articles FROM articles WHERE source != '' GROUP BY source"
            " ORDER BY articles DESC, source LIMIT ?",
            (limit,),
        )
        return [(row["source"], row["articles"]) for row in rows]

    def by_month(self) -> list[tuple[date, int]]:
        """The months in which articles were published, by their first day, and how many were."""
        rows = self.database.read(
            "SELECT substr(published, 1, 7) AS month, count(*) AS articles FROM articles"
            " WHERE published IS NOT NULL GROUP BY month ORDER BY month"
        )
        return [(date.fromisoformat(f"{row['month']}-01"), row["articles"]) for row in rows]
