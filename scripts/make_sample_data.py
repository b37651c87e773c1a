"""Make the binary files of data/ (PDF, DOCX, PPTX, XLSX, EPUB). Run it from the repository root.

    python scripts/make_sample_data.py

They are written by the libraries that people's own tools build on; the text is below.
"""

from __future__ import annotations

import zipfile
from pathlib import Path

import docx
import openpyxl
import pptx
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.platypus import PageBreak, Paragraph, SimpleDocTemplate, Spacer, Table

DATA = Path(__file__).resolve().parent.parent / "data"
Section = tuple[str, list[str | list[list[str]]]]


def leave_policy(year: int) -> list[Section]:
    new = year == 2024
    days = ("24", "25", "28", "30") if new else ("24", "24", "26", "30")
    return [
        (
            "Annual leave",
            [
                f"This policy is valid from 1 January {year}. It applies to all employees of Meridian "
                "Home GmbH in Germany; employees in Brno have a policy of their own.",
                f"In the first year of service employees have {days[0]} days of annual leave. From the "
                f"second year of service, employees receive {days[1]} days of annual leave. From the "
                f"sixth year it is {days[2]} days, and from the eleventh year {days[3]} days. A day is a "
                "working day; part-time employees have leave in proportion to their working days.",
                "Severely disabled employees have five further days. 24 and 31 December count as half "
                "working days.",
            ],
        ),
        (
            "Requesting leave",
            [
                "Leave is requested in the time portal, at least two weeks ahead for more than three "
                "days and two working days ahead for shorter leave. The manager answers within five "
                "working days; a request that is not answered by then counts as approved."
                if new
                else "Leave is requested on the green form, at least four weeks ahead for more than three "
                "days. The manager answers within ten working days.",
                "Employees with children of school age come first in the school holidays. Where a team "
                "cannot agree, the works council and the People team decide together.",
            ],
        ),
        (
            "Carrying leave over",
            [
                f"Up to {'five' if new else 'three'} days may be carried over into the next year. They "
                f"must be taken by {'31 March' if new else '28 February'}, or they lapse. Leave that "
                "could not be taken because of illness does not lapse before 31 March of the year after "
                "the next.",
            ],
        ),
        (
            "Special leave",
            [
                "Paid special leave is given on these occasions:",
                [
                    ["Occasion", "Days"],
                    ["Own wedding", "2"],
                    ["Birth of a child", "2"],
                    ["Moving house", "1"],
                    ["Death of a parent, partner or child", "3"],
                    ["25 years of service", "2" if new else "1"],
                ],
                "Unpaid leave of up to three months is possible after two years of service, once in "
                "five years. Sabbaticals of up to a year are agreed one year ahead.",
            ],
        ),
        (
            "Illness",
            [
                "Whoever is ill tells the manager before the shift begins. A doctor's note is needed "
                f"from the {'fourth' if new else 'third'} day on; it comes to the People team by itself "
                "from the health insurer. Days of illness during leave are given back when there is a "
                "doctor's note from the first day.",
            ],
        ),
    ]


MANUAL: list[Section] = [
    (
        "Safety",
        [
            "Read this manual before you use the Aurora 300 for the first time, and keep it. The kettle "
            "is for heating drinking water only. Do not fill it with milk, soup or carbonated drinks.",
            "Children from eight years on may use the kettle when somebody watches over them. Keep the "
            "kettle and its cord out of the reach of children under eight.",
            "Never put the kettle or its base into water. Pull the plug before you clean it. Do not use "
            "the kettle when the cord is damaged: the cord may be changed by the service only.",
        ],
    ),
    (
        "First use",
        [
            "Take off all stickers. Fill the kettle to the MAX mark with cold water, let it boil, and "
            "pour the water away. Do this three times. A slight smell at first is normal.",
        ],
    ),
    (
        "Boiling water",
        [
            "Fill in between 0.5 litres (MIN) and 1.7 litres (MAX). With less than 0.5 litres the kettle "
            "may switch off before the water boils; with more than 1.7 litres it boils over.",
            "Close the lid until it clicks and press the switch down. The blue light is on. The kettle "
            "switches itself off when the water boils. A full kettle takes about four minutes and "
            "twenty seconds.",
            "Without water the boil-dry protection switches the kettle off. Let it cool down for fifteen "
            "minutes before you fill it again.",
        ],
    ),
    (
        "Cleaning and descaling",
        [
            "Wipe the outside with a damp cloth. Do not use scouring powder or steel wool.",
            "Descale the kettle every four weeks with hard water and every three months with soft water. "
            "Put two tablespoons of citric acid into half a litre of cold water, wait thirty minutes "
            "without heating, pour it away and boil fresh water twice.",
            "The limescale filter in the spout (SP-011) is pulled out upwards and rinsed under the tap. "
            "Change it once a year.",
        ],
    ),
    (
        "Technical data",
        [
            [
                ["Article", "AK-300"],
                ["Voltage", "220-240 V, 50/60 Hz"],
                ["Power", "2,400 W"],
                ["Capacity", "1.7 l"],
                ["Length of cord", "0.75 m"],
                ["Weight", "1.2 kg"],
                ["Noise", "68 dB"],
            ],
        ],
    ),
    (
        "Warranty",
        [
            "Meridian Home gives a warranty of three years from the date of purchase. It covers faults "
            "of material and workmanship. It does not cover limescale, damage by force, or use in "
            "restaurants and hotels. Send the kettle with its receipt to Meridian Home Service, "
            "Uferweg 12, 88131 Lindau.",
        ],
    ),
    (
        "Disposal",
        [
            "Electric appliances do not belong in household waste. Bring the kettle to a collection "
            "point, or send it to us: we take it back free of charge.",
        ],
    ),
]


def report_2023() -> list[Section]:
    return [
        (
            "Letter of the managing director",
            [
                "2023 was a year of two halves. In the first, energy prices and full warehouses of our "
                "retailers held sales back. In the second, the Aurora 300 and the Corso 700 brought us "
                "back to growth. For the whole year sales rose by 4.1 percent to 86.4 million euros.",
                "We invested 5.2 million euros, most of it in the new espresso line in Lindau, which "
                "makes 210 machines a day. At the end of the year 412 people worked for Meridian Home, "
                "288 of them in Lindau and 124 in Brno. Marta Lindqvist, managing director.",
            ],
        ),
        (
            "Key figures",
            [
                [
                    ["Million euros", "2023", "2022"],
                    ["Sales", "86.4", "83.0"],
                    ["of which kettles", "31.9", "29.4"],
                    ["of which toasters", "17.2", "19.8"],
                    ["of which coffee machines", "33.1", "29.6"],
                    ["of which spare parts", "4.2", "4.2"],
                    ["Cost of goods sold", "55.7", "54.9"],
                    ["Operating profit", "6.9", "5.1"],
                    ["Net profit", "4.6", "3.3"],
                    ["Investments", "5.2", "3.8"],
                    ["Employees at year end", "412", "405"],
                ],
                "The operating margin rose from 6.1 to 8.0 percent. The bank loans were paid back by 2.5 "
                "million euros to 7.0 million euros.",
            ],
        ),
        (
            "Markets",
            [
                "Germany brought 52 percent of sales, Austria and Switzerland 21 percent, the rest of "
                "the European Union 22 percent, and other countries 5 percent. The webshop grew by 18 "
                "percent and now stands for 14 percent of all sales. The largest customer, a chain of "
                "department stores, stands for 9 percent.",
            ],
        ),
        (
            "Sustainability",
            [
                "All electricity in Lindau comes from renewable sources since July 2023. The emissions "
                "of both plants fell from 2,140 to 1,760 tonnes of CO2. 71 percent of the returned "
                "appliances were repaired and sold as refurbished. Until 2030 we want to halve the "
                "emissions of 2020.",
            ],
        ),
        (
            "Outlook",
            [
                "For 2024 we expect sales of 90 to 92 million euros and an operating margin of about 8 "
                "percent. The main risks are the price of copper and the exchange rate of the Czech "
                "crown. The dividend proposed to the shareholders is 1.8 million euros.",
            ],
        ),
    ]


class _Template(SimpleDocTemplate):
    """Adds each heading to the PDF's outline."""

    def afterFlowable(self, flowable: object) -> None:
        if isinstance(flowable, Paragraph) and flowable.style.name in ("Heading1", "Heading2"):
            key = f"h{id(flowable)}"
            self.canv.bookmarkPage(key)
            level = 0 if flowable.style.name == "Heading1" else 1
            self.canv.addOutlineEntry(flowable.getPlainText(), key, level)


def make_pdf(
    name: str, title: str, author: str, sections: list[Section], *, page_each: int = 0
) -> None:
    path = DATA / name
    path.parent.mkdir(parents=True, exist_ok=True)
    styles = getSampleStyleSheet()

    def edge(canvas: object, document: SimpleDocTemplate) -> None:
        canvas.setFont("Helvetica", 8)  # type: ignore[attr-defined]
        canvas.drawString(72, A4[1] - 40, f"Meridian Home GmbH - {title}")  # type: ignore[attr-defined]
        canvas.drawString(72, 40, f"Page {document.page}")  # type: ignore[attr-defined]

    story: list[object] = [Paragraph(title, styles["Heading1"]), Spacer(1, 12)]
    for number, (heading, blocks) in enumerate(sections):
        if page_each and number and number % page_each == 0:
            story.append(PageBreak())
        story.append(Paragraph(heading, styles["Heading2"]))
        for block in blocks:
            story.append(
                Paragraph(block, styles["BodyText"])
                if isinstance(block, str)
                else Table(block, hAlign="LEFT")
            )
            story.append(Spacer(1, 6))
    # invariant: the same bytes each time, so that git sees no change where there is none
    _Template(str(path), pagesize=A4, title=title, author=author, invariant=1).build(
        story, onFirstPage=edge, onLaterPages=edge
    )


def make_docx(name: str, title: str, sections: list[Section]) -> None:
    document = docx.Document()
    document.core_properties.title = title
    document.core_properties.author = "Quality"
    document.add_heading(title, 0)
    for heading, blocks in sections:
        document.add_heading(heading, 1)
        for block in blocks:
            if isinstance(block, str):
                if block.startswith("- "):
                    document.add_paragraph(block[2:], style="List Bullet")
                else:
                    document.add_paragraph(block)
            else:
                table = document.add_table(len(block), len(block[0]))
                for i, row in enumerate(block):
                    for j, cell in enumerate(row):
                        table.cell(i, j).text = cell
    document.save(str(DATA / name))


def make_pptx() -> None:
    deck = pptx.Presentation()
    deck.core_properties.title = "Strategy 2027"
    deck.core_properties.author = "Marta Lindqvist"
    for title, lines, notes in (
        ("Strategy 2027", ["Shareholders' meeting, 24 April 2024"], ""),
        (
            "Where we stand",
            [
                "Sales 86.4 million euros in 2023",
                "Third in kettles in Germany, behind Severa and Kochwerk",
                "Net promoter score 47, up from 39",
            ],
            "",
        ),
        (
            "Three goals for 2027",
            [
                "120 million euros of sales",
                "A quarter of sales through our own webshop",
                "Half of all products easy to repair with one screwdriver",
            ],
            "The goal of 120 million includes one acquisition of about 10 million.",
        ),
        (
            "New markets",
            [
                "France from spring 2025, through the chain Maison Claire",
                "Poland from 2026",
                "No plans for the United States",
            ],
            "",
        ),
        (
            "What it takes",
            [
                "14 million euros of investment in three years",
                "35 new jobs, 20 of them in Brno",
                "A second espresso line in 2026",
            ],
            "The bank has agreed to the loan.",
        ),
    ):
        slide = deck.slides.add_slide(deck.slide_layouts[1])
        slide.shapes.title.text = title
        frame = slide.placeholders[1].text_frame
        frame.text = lines[0]
        for line in lines[1:]:
            frame.add_paragraph().text = line
        if notes:
            slide.notes_slide.notes_text_frame.text = notes
    deck.save(str(DATA / "finance/strategy-2027.pptx"))


def make_xlsx() -> None:
    book = openpyxl.Workbook()
    book.properties.title = "Budget 2024"
    book.properties.creator = "Ingrid Solberg"
    sheet = book.active
    sheet.title = "Departments"
    for row in (
        ("Department", "Head", "Budget 2024 EUR", "Actual 2023 EUR", "Staff"),
        ("Development", "Ravi Menon", 4200000, 3890000, 38),
        ("Quality", "Helene Brandt", 1150000, 1090000, 14),
        ("Marketing", "Chiara Conti", 2600000, 2750000, 11),
        ("Service", "Jonas Keller", 1480000, 1410000, 26),
        ("IT", "Tomasz Wieczorek", 1900000, 1720000, 12),
        ("People", "Lukas Frei", 620000, 600000, 7),
    ):
        sheet.append(row)
    other = book.create_sheet("Investments")
    for row in (
        ("Project", "Plant", "Amount EUR", "Quarter"),
        ("Glass cell for the Aurora 500", "Brno", 780000, "Q1"),
        ("Robot for line 4", "Lindau", 540000, "Q2"),
        ("Photovoltaic roof", "Brno", 460000, "Q3"),
        ("New sprinklers in the warehouse", "Lindau", 310000, "Q4"),
    ):
        other.append(row)
    book.save(DATA / "finance/budget-2024.xlsx")


def make_epub() -> None:
    chapters = [
        (
            "The beginnings",
            "In 1958 the tinsmith Alois Meridian and his wife Greta opened a "
            "workshop for milk pans in Lindau. Their first kettle, the Seestern, whistled in two tones "
            "and was sold 40,000 times until 1970.",
        ),
        (
            "Electricity",
            "The first electric kettle followed in 1971. Its designer, Ulla Feldmann, "
            "drew the handle that is still the mark of the house. In 1984 the firm had 200 employees.",
        ),
        (
            "Fire and rebuilding",
            "On 9 November 1993 the warehouse burned down. Nobody was hurt. "
            "Production started again after eleven weeks in a hall of the neighbouring shipyard, which "
            "the firm bought two years later.",
        ),
        (
            "Brno",
            "The second plant was opened in Brno in 2006 with 30 people. Today all toasters "
            "come from there.",
        ),
    ]
    package = "".join(
        f'<item id="c{i}" href="c{i}.xhtml" media-type="application/xhtml+xml"/>'
        for i in range(len(chapters))
    )
    spine = "".join(f'<itemref idref="c{i}"/>' for i in range(len(chapters)))
    files = {
        "mimetype": "application/epub+zip",
        "META-INF/container.xml": '<?xml version="1.0"?><container version="1.0" '
        'xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles><rootfile '
        'full-path="OEBPS/content.opf" media-type="application/oebps-package+xml"/></rootfiles>'
        "</container>",
        "OEBPS/content.opf": '<?xml version="1.0"?><package xmlns="http://www.idpf.org/2007/opf" '
        'version="3.0" unique-identifier="id"><metadata '
        'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:identifier id="id">meridian-history'
        "</dc:identifier><dc:title>A history of Meridian Home</dc:title><dc:creator>Greta Meridian "
        "the younger</dc:creator><dc:date>2018-05-01</dc:date><dc:language>en</dc:language>"
        f"</metadata><manifest>{package}</manifest><spine>{spine}</spine></package>",
        **{
            f"OEBPS/c{i}.xhtml": '<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml">'
            f"<head><title>{title}</title></head><body><h1>{title}</h1><p>{text}</p></body></html>"
            for i, (title, text) in enumerate(chapters)
        },
    }
    with zipfile.ZipFile(DATA / "archive/history.epub", "w") as book:
        for name, content in files.items():
            book.writestr(zipfile.ZipInfo(name), content)


def main() -> None:
    make_pdf(
        "policies/leave-policy-2024.pdf",
        "Leave policy 2024",
        "People team",
        leave_policy(2024),
        page_each=2,
    )
    make_pdf(
        "archive/leave-policy-2023.pdf",
        "Leave policy 2023",
        "People team",
        leave_policy(2023),
        page_each=2,
    )
    make_pdf(
        "products/aurora-300-manual.pdf",
        "Aurora 300 user manual",
        "Meridian Home",
        MANUAL,
        page_each=2,
    )
    make_pdf(
        "finance/annual-report-2023.pdf",
        "Annual report 2023",
        "Finance",
        report_2023(),
        page_each=1,
    )
    make_docx(
        "policies/quality-manual.docx",
        "Quality manual",
        [
            (
                "Incoming goods",
                [
                    "Every delivery is sampled: 8 pieces of up to 500, 32 pieces above. One "
                    "faulty piece in a sample of 8, or two in a sample of 32, stop the delivery. Stopped "
                    "deliveries go to the material review board."
                ],
            ),
            (
                "Final inspection",
                [
                    "Every appliance is tested before it is packed:",
                    "- Insulation at 1,250 volts for one second.",
                    "- Leak test with 1.7 litres for kettles.",
                    "- Function test of all buttons and lights.",
                    "One unit in 200 is taken apart by the quality lab.",
                ],
            ),
            (
                "Calibration",
                [
                    [
                        ["Instrument", "Interval"],
                        ["Thermometers", "6 months"],
                        ["Scales", "12 months"],
                        ["Insulation testers", "12 months"],
                        ["Torque wrenches", "3 months"],
                    ],
                    "Instruments that are overdue carry a red sticker and may not be used.",
                ],
            ),
            (
                "Complaints",
                [
                    "Complaints are analysed with an 8D report within 15 working days. Dr. "
                    "Helene Brandt, head of quality, signs each report."
                ],
            ),
        ],
    )
    make_docx(
        "policies/supplier-terms.docx",
        "Terms for suppliers",
        [
            (
                "Payment",
                [
                    "Invoices are paid within 45 days, or within 14 days with a discount of 2 "
                    "percent."
                ],
            ),
            (
                "Late delivery",
                [
                    "For each full week of delay 0.5 percent of the order value is due, and "
                    "5 percent at most."
                ],
            ),
            (
                "Liability",
                [
                    "Suppliers keep a product liability insurance of at least 5 million euros "
                    "and show it once a year."
                ],
            ),
            (
                "Audits",
                [
                    "We may audit suppliers with two weeks' notice. Suppliers of glass and heating "
                    "elements are audited every two years."
                ],
            ),
        ],
    )
    make_pptx()
    make_xlsx()
    make_epub()


if __name__ == "__main__":
    main()
