"""What may be brought in by browser, and which columns its file has."""

from collections.abc import Mapping
from dataclasses import dataclass

from prices.importers.csv_file import Form
from prices.importers.observation_lines import FORM as OBSERVATIONS
from prices.importers.reference_csv import form_of
from prices.importers.series_files import BEI, KAMIS
from prices.importers.wfp_file import FORM as WFP
from prices.reference_tables import TABLES


@dataclass(frozen=True)
class ImportForm:
    """One kind of file."""

    name: str
    title: str
    about: str
    columns: Form
    is_reference: bool = False


FORMS: Mapping[str, ImportForm] = {
    one.name: one
    for one in (
        ImportForm(
            "wfp",
            "Published prices: WFP",
            "Food prices of the World Food Programme, as HDX publishes them for a country.",
            WFP,
        ),
        ImportForm(
            "kamis",
            "Published prices: KAMIS",
            "Kenya’s market information system: wholesale and retail side by side.",
            KAMIS,
        ),
        ImportForm(
            "bei",
            "Published prices: our own form",
            "Any other series: one price a line, with its source.",
            BEI,
        ),
        ImportForm(
            "observations",
            "People’s price reports",
            "Reports with who told them; each goes through the same door as a text, and is kept "
            "once.",
            OBSERVATIONS,
        ),
        *(
            ImportForm(
                table.name, f"Reference data: {table.title}", table.about, form_of(table), True
            )
            for table in TABLES
        ),
    )
}
