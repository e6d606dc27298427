"""What people read on the board: prices in the words of a text, and honestly where none is."""

import re
from datetime import date, datetime, timedelta
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from app import create_app
from app.config import Settings
from app.service import Service, open_service
from app.staff.models import StaffRole
from app.web import STATIC
from db.session import Database
from prices.kinds import Buyer, PriceType
from tests.app.board.readers import SWAHILI, Board, a_market_day, links_of, tell, words_of
from tests.app.dashboard.desk import sit_down
from tests.app.gateways import serving, settings_with_gateways
from tests.cast import ACHIENG, KAMAU, MUTISO, OTIENO
from tests.prices.stories import kenya, publish_price, report_price

PAGES = (
    "/", "/commodity/milk", "/commodity/beans", "/market/ke-nakuru", "/market/ke-county-nakuru",
    "/market/ke-nakuru/milk", "/market/ke-nakuru/maize", "/map", "/chalkboard/ke-nakuru",
)  # fmt: skip
TABLES = (
    "/prices.csv", "/commodity/milk.csv", "/market/ke-nakuru.csv", "/market/ke-nakuru/milk.csv",
    "/map.csv",
)  # fmt: skip
SLOW_LINK = 100_000  # bytes of a first view


@pytest.fixture
def market_day(database: Database, now: datetime) -> None:
    a_market_day(database, now)


# What it costs


def test_the_first_page_tells_what_things_cost_where_most_people_tell_it(
    board: Board, market_day: None
) -> None:
    assert board.lines("/") == [
        [
            "Nakuru Nakuru, farm gate",
            "KES 46/L (range) Up 2 in a week, from 44.",
            "well known 4 reports, today",
        ],
        ["Githunguri Kiambu, farm gate", "KES 50/L", "one report 1 report, today"],
        ["Molo Nakuru, farm gate", "KES 45/L", "old 1 report, 12 days old"],
        ["Nakuru Nakuru, wholesale", "KES 40/kg", "one report 1 report, today"],
    ]


def test_the_first_page_of_a_county(board: Board, market_day: None) -> None:
    (line,) = board.lines("/?county=ke-county-kiambu")
    assert line[0] == "Githunguri Kiambu, farm gate"
    assert "Market prices: Kiambu" in board.words("/?county=ke-county-kiambu")
    # What is no county of ours is as if not said.
    assert len(board.lines("/?county=nowhere")) == 4


def test_a_commodity_everywhere_in_the_order_that_is_wanted(board: Board, market_day: None) -> None:
    def order(query: str) -> list[str]:
        return [line[0].split()[0] for line in board.lines(f"/commodity/milk{query}")]

    assert order("") == ["Nakuru", "Githunguri", "Molo"]
    assert order("?sort=place") == ["Githunguri", "Molo", "Nakuru"]
    assert order("?sort=-place") == ["Nakuru", "Molo", "Githunguri"]
    assert order("?sort=price") == ["Molo", "Nakuru", "Githunguri"]
    assert order("?sort=-newest")[-1] == "Molo"
    assert order("?county=ke-county-nakuru") == ["Nakuru", "Molo"]
    assert order("?type=retail") == []
    page = board.words("/commodity/milk")
    assert "Kenya: KES 47/L" in page
    assert "2 markets, 5 reports, today" in page


def test_a_long_list_comes_page_by_page(board: Board, database: Database, now: datetime) -> None:
    with database.begin() as session:
        words = kenya(session)
        traded = [place for place in words.places.values() if place.kind.is_trading_place]
        for place in traded[:60]:
            report_price(session, words, OTIENO, "milk", "", 47, now, place_id=place.id)
    first = board.open("/commodity/milk?sort=place")
    (following,) = {link for link in links_of(first.text) if "after=50" in link}
    assert words_of(first.text).count("1 report, today") == 50
    second = board.words(following)
    assert second.count("1 report, today") == len(board.lines(following)) > 0
    assert "First page" in second
    assert "Next page" not in second


def test_a_market_tells_everything_it_knows(board: Board, market_day: None) -> None:
    assert [line[0] for line in board.lines("/market/ke-nakuru")] == [
        "Milk farm gate",
        "Maize wholesale",
    ]
    page = board.words("/market/ke-nakuru")
    assert "Sold or bought there? Text MILK NAKURU 46" in page
    assert "Prices nearby" in page
    assert "Molo" in page


def test_a_county_has_one_price_of_all_its_markets(board: Board, market_day: None) -> None:
    milk, maize = board.lines("/market/ke-county-nakuru")
    assert milk == ["Milk farm gate", "KES 46/L (range)", "well known 4 reports, today"]
    assert maize[1] == "KES 40/kg"
    page = board.open("/market/ke-county-nakuru").text
    assert "/market/ke-nakuru-molo" in links_of(page)
    assert "To tell us your price, text MILK, your place and the price." in words_of(page)


def test_one_thing_at_a_market_is_told_as_by_text(
    board: Board, market_day: None, database: Database, now: datetime
) -> None:
    tell(database, now, (KAMAU, "milk", "Nakuru", 48), buyer=Buyer.COOPERATIVE)
    page = board.words("/market/ke-nakuru/milk")
    # Kamau told two prices today: the newer one is his vote.
    assert "MILK Nakuru farm gate KES 46/L (range), 4 reports, today." in page
    assert "Up 2 in a week, from 44." in page
    assert "What is usual for the season is not known." in page
    assert "Reply" not in page
    assert "By buyer and grade" in page
    assert "Milk farm gate, co-op" in page
    assert "<svg" in board.open("/market/ke-nakuru/milk").text


def test_a_published_series_with_its_season(board: Board, database: Database) -> None:
    with database.begin() as session:
        words = kenya(session)
        for number in range(40):
            month = date(2023 + (6 + number) // 12, (6 + number) % 12 + 1, 15)
            publish_price(session, words, "maize", "Lodwar", 60 + number % 12, month)
    page = board.open("/market/ke-turkana-lodwar/maize")
    said = words_of(page.text)
    assert "MAIZE Lodwar shops KES 63/kg in October (WFP, monthly)." in said
    assert "Usual Oct 63 (3 years). About as usual." in said
    assert "polyline" in page.text
    assert "Maize" in board.words("/market/ke-turkana-lodwar")
    months = board.table("/market/ke-turkana-lodwar/maize.csv")
    assert len(months) == 40
    assert months[-1]["day"] == "2026-10-15"
    assert [line[0] for line in board.lines("/")] == ["Lodwar Turkana, shops"]


def test_a_published_price_alone_makes_no_course(board: Board, database: Database) -> None:
    with database.begin() as session:
        publish_price(session, kenya(session), "maize", "Lodwar", 60, date(2026, 10, 15))
    page = board.open("/market/ke-turkana-lodwar/maize").text
    assert "polyline" not in page
    assert "KES 60/kg" in page


def test_a_place_without_a_price_is_told_the_nearest(board: Board, market_day: None) -> None:
    page = board.words("/market/ke-nakuru-njoro/milk")
    assert "No milk price for Njoro yet. Nearest: Nakuru farm gate KES 46/L" in page
    assert "Sold or bought there? Text MILK NJORO and your price" in page


def test_the_map_tells_which_county_knows_how_well(board: Board, market_day: None) -> None:
    page = board.open("/map")
    assert page.text.count('<path class="area') == 47
    assert 'aria-label="Nakuru: KES 46/L, well known"' in page.text
    assert 'aria-label="Kiambu: KES 50/L, one report"' in page.text
    assert 'fill="url(#one)"' in page.text
    assert 'aria-label="Turkana: no price"' in page.text
    assert [line[:2] for line in board.lines("/map")] == [
        ["Kiambu farm gate", "KES 50/L"],
        ["Nakuru farm gate", "KES 46/L (range)"],
    ]
    assert "/market/ke-county-turkana" in links_of(page.text)
    assert "Map: Maize" in board.words("/map?commodity=maize")


def test_a_step_of_the_trade_is_never_mixed_with_another(
    board: Board, market_day: None, database: Database, now: datetime
) -> None:
    tell(database, now, (OTIENO, "milk", "Nakuru", 70), price_type=PriceType.RETAIL)
    lines = board.lines("/market/ke-nakuru")
    assert [line[:2] for line in lines[:2]] == [
        ["Milk farm gate", lines[0][1]],
        ["Milk shops", "KES 70/L"],
    ]


def test_the_sheet_of_a_county_has_one_line_for_each_thing(
    board: Board, market_day: None, database: Database
) -> None:
    with database.begin() as session:
        words = kenya(session)
        for place, price in (("Molo", 118), ("Njoro", 120)):
            publish_price(session, words, "beans", place, price, date(2026, 10, 15))
    assert board.lines("/chalkboard/ke-county-nakuru") == [
        ["Milk farm gate; 4 reports, today", board.lines("/chalkboard/ke-nakuru")[0][1]],
        ["Maize wholesale; 1 report, today", "KES 40/kg"],
        ["Beans Molo; shops; October 2026, WFP, monthly", "KES 118/kg"],
    ]


# Honest where nobody knows


def test_nobody_has_told_anything_yet(board: Board) -> None:
    for path in ("/", "/commodity/milk", "/market/ke-nakuru", "/map", "/chalkboard/ke-nakuru"):
        page = board.words(path)
        assert "no prices here yet" in page or "Nobody told a price here" in page, path
        assert "text MILK, your place" in page or "Text MILK NAKURU" in page, path
    assert "No milk price for Nakuru yet." in board.words("/market/ke-nakuru/milk")
    assert board.table("/prices.csv") == []


def test_what_was_made_up_is_marked_wherever_it_stands(
    board: Board, database: Database, now: datetime
) -> None:
    tell(database, now, (OTIENO, "milk", "Nakuru", 47), is_demo=True)
    for path in (*PAGES[:2], "/market/ke-nakuru", "/market/ke-county-nakuru", "/map"):
        (line,) = board.lines(path)
        assert line[2].startswith("DEMO "), path
    assert "DEMO MILK Nakuru farm gate KES 47/L" in board.words("/market/ke-nakuru/milk")
    assert "1 report, today; DEMO" in board.words("/chalkboard/ke-nakuru")
    for path in ("/prices.csv", "/market/ke-nakuru/milk.csv", "/map.csv"):
        assert [row["demo"] for row in board.table(path)] == ["1"], path


@pytest.mark.parametrize(
    ("path", "meant"),
    [
        ("/market/ke-nakru", "/market/ke-nakuru"),
        ("/market/nakuru", "/market/ke-nakuru"),
        ("/market/githungri.csv", "/market/ke-kiambu-githunguri"),
        ("/commodity/milkk", "/commodity/milk"),
        ("/commodity/maziwa", "/commodity/milk"),
        ("/market/ke-nakuru/maizee", "/commodity/maize"),
        ("/chalkboard/ke-mollo", "/market/ke-nakuru-molo"),
        ("/find?q=potatoess", "/commodity/potatoes"),
    ],
)
def test_whoever_goes_astray_is_helped_on(board: Board, path: str, meant: str) -> None:
    page = board.open(path)
    assert page.status_code == 404
    assert meant in links_of(page.text)
    assert "We know no such place or commodity." in words_of(page.text)


def test_what_is_like_nothing_leads_back_to_all_prices(board: Board) -> None:
    page = board.open("/market/" + "zzzz" * 50)
    assert page.status_code == 404
    assert "Did you mean" not in page.text
    assert "/" in links_of(page.text)


def test_an_address_in_capitals_is_the_same_place(board: Board) -> None:
    assert board.open("/market/KE-Nakuru").status_code == 200
    assert board.open("/commodity/MILK").status_code == 200


# The search


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("milk", "/commodity/milk"),
        ("Maziwa", "/commodity/milk"),
        ("molo", "/market/ke-nakuru-molo"),
        ("maziwa githunguri", "/market/ke-kiambu-githunguri/milk"),
        ("Githunguri MILK", "/market/ke-kiambu-githunguri/milk"),
        ("ol kalou maize", "/market/ke-nyandarua-ol-kalou/maize"),
        (" ", "/"),
    ],
)
def test_the_search_leads_straight_there(board: Board, typed: str, address: str) -> None:
    led = board.open(f"/find?q={quote(typed)}")
    assert (led.status_code, led.location) == (302, address)


def test_of_several_places_of_a_name_one_is_chosen(board: Board) -> None:
    page = board.open("/find?q=milk+nakuru")
    assert page.status_code == 200
    assert {"/market/ke-nakuru/milk", "/market/ke-county-nakuru/milk"} <= set(links_of(page.text))
    # A county has no cell of its own: its markets are listed.
    led = board.open("/market/ke-county-nakuru/milk")
    assert led.location == "/commodity/milk?county=ke-county-nakuru"
    assert board.open("/market/ke").location == "/"
    assert board.open("/market/ke/milk").location == "/commodity/milk"


# In the reader's language


def test_a_browser_that_likes_swahili_reads_swahili(board: Board, market_day: None) -> None:
    board.language = SWAHILI
    page = board.open("/")
    assert page.headers["Content-Language"] == "sw"
    assert '<html lang="sw">' in page.text
    assert "Accept-Language" in page.headers["Vary"]
    board.language = "de-DE,de"
    assert board.open("/").headers["Content-Language"] == "sw"  # what the country speaks


def test_whoever_chose_a_language_keeps_it_from_page_to_page(
    board: Board, market_day: None
) -> None:
    for path in ("/?lang=sw", "/commodity/milk?lang=sw", "/market/ke-nakuru/milk?lang=sw"):
        page = board.open(path)
        assert page.headers["Content-Language"] == "sw"
        inside = [
            link for link in links_of(page.text) if not link.startswith(("#", "/api", "/phone"))
        ]
        assert inside
        assert all("lang=sw" in link or "lang=en" in link for link in inside), inside
    led = board.open("/find?q=milk&lang=sw")
    assert led.location == "/commodity/milk?lang=sw"


ENGLISH_WORDS = (
    "market prices", "price", "report", "today", "old", "place", "commodity", "week", "month",
    "show", "search", "farm gate", "wholesale", "shops", "known", "county", "nobody", "map",
    "range", "table", "everywhere", "sold", "text", "page", "print", "sheet", "figures", "chart",
)  # fmt: skip


@pytest.mark.parametrize("path", [*PAGES, "/market/ke-nakru", "/find?q=nakuru", "/commodity/rice"])
def test_a_swahili_page_has_no_english_left(board: Board, market_day: None, path: str) -> None:
    joined = "&" if "?" in path else "?"
    page = words_of(board.open(f"{path}{joined}lang=sw").text.split("<body", 1)[1])
    said = page.replace("World Food Programme", "").replace("English", "").casefold()
    # The commodities and counties of the map are names, and so is that of a language.
    found = [word for word in ENGLISH_WORDS if f" {word} " in f" {said} "]
    assert found == []
    assert "bei" in said


def test_a_country_offers_its_own_languages(database_url: str, database: Database) -> None:
    settings = Settings(_env_file=None, DATABASE_URL=database_url, country="PE")
    service = open_service(settings)
    client = create_app(settings, service).test_client()
    page = client.get("/")
    assert page.headers["Content-Language"] == "es"
    assert "Precios de mercado" in page.text
    assert client.get("/map").status_code == 200  # without outlines: the table alone
    assert "<path class" not in client.get("/map").text
    service.database.engine.dispose()


# What a page may weigh, and what it may not need


def test_a_first_view_weighs_less_than_100_kb(board: Board, market_day: None) -> None:
    for path in PAGES:
        page = board.open(path)
        loaded = len(page.data)
        for address in _assets(page.text):
            loaded += len(board.open(address).data)
        assert loaded < SLOW_LINK, (path, loaded)
        squeezed = len(board.open(path, **{"Accept-Encoding": "gzip"}).data)
        for address in _assets(page.text):
            squeezed += len(board.open(address, **{"Accept-Encoding": "gzip"}).data)
        assert squeezed < SLOW_LINK / 3, (path, squeezed)


def _assets(page: str) -> list[str]:
    return re.findall(r'(?:href|src)="(/assets/[^"]+)"', page)


def test_reading_needs_no_script_no_font_and_no_image(board: Board, market_day: None) -> None:
    for path in PAGES:
        page = board.open(path).text
        scripts = page.count("<script")
        # Only a chart's page has one: its drawing stands without it.
        assert scripts == (1 if path.count("/") == 3 else 0), path
        assert "<img" not in page
        assert "<style" not in page
        assert " style=" not in page
        assert "onclick" not in page
    for sheet in (STATIC / "board").glob("*.css"):
        assert "@font-face" not in sheet.read_text("utf-8")
        assert "url(" not in sheet.read_text("utf-8")


def test_a_page_comes_squeezed_and_is_kept_for_a_minute(board: Board, market_day: None) -> None:
    plain = board.open("/")
    assert "Content-Encoding" not in plain.headers
    squeezed = board.open("/", **{"Accept-Encoding": "gzip, br"})
    assert squeezed.headers["Content-Encoding"] == "gzip"
    assert len(squeezed.data) < len(plain.data) / 2
    assert plain.headers["Cache-Control"] == "public, max-age=60"
    mark = squeezed.headers["ETag"]
    again = board.open("/", **{"If-None-Match": mark, "Accept-Encoding": "gzip"})
    assert (again.status_code, again.data) == (304, b"")
    refused = board.open("/", **{"Accept-Encoding": "gzip;q=0"})
    assert "Content-Encoding" not in refused.headers


def test_what_is_kept_for_everybody_carries_nobodys_cookie(
    service: Service, database: Database
) -> None:
    desk = sit_down(service, database, StaffRole.ADMIN)
    page = desk.open("/")
    assert page.headers["Cache-Control"] == "public, max-age=60"
    assert "Set-Cookie" not in page.headers
    assert "Cookie" not in page.request.headers
    assert desk.open("/dashboard/log").status_code == 200


def test_a_file_of_ours_comes_squeezed_too(board: Board) -> None:
    (address, *_) = [one for one in _assets(board.open("/").text) if "bei.css" in one]
    squeezed = board.open(address, **{"Accept-Encoding": "gzip"})
    assert squeezed.headers["Content-Encoding"] == "gzip"
    assert "immutable" in squeezed.headers["Cache-Control"]


# Whatever a stranger writes into an address


HOSTILE = (
    "?lang=../../etc/passwd", "?lang=%00", "?sort=';DROP TABLE price_cell;--", "?sort=-",
    "?after=-1", "?after=99999999999999999999", "?after=999999999", "?after=%D9%A1", "?county=%00",
    "?county=<script>alert(1)</script>", "?type=%27", "?commodity=%00", "?q=%00", "?q=%FF%FE",
    "?endpoint=x&values=y", "?_scheme=javascript&_external=1", "?_anchor=x&_method=POST",
    "?code=x&commodity=y", "?lang=sw&lang=en", "?" + "a=1&" * 200, "?q=" + "%F0%9F%90%84" * 300,
)  # fmt: skip


@pytest.mark.parametrize("query", HOSTILE)
def test_no_address_breaks_a_page_or_is_written_back_as_it_is(
    board: Board, market_day: None, query: str
) -> None:
    for path in (*PAGES, *TABLES, "/find", "/market/nowhere"):
        answer = board.open(path + query)
        assert answer.status_code in {200, 302, 400, 404}, (path, query)
        assert "<script>alert" not in answer.text
        assert "javascript:" not in answer.text
        assert all(link.startswith(("/", "#")) for link in links_of(answer.text)), path
        assert answer.location is None or answer.location.startswith("/")


def test_nothing_but_reading_is_answered(browser: FlaskClient) -> None:
    for path in ("/", "/commodity/milk", "/map"):
        assert browser.post(path).status_code == 405


# The way to and from the phone page


def test_where_people_text_to_is_told_and_the_phone_page_is_led_to_only_where_it_is(
    database_url: str, database: Database, board: Board
) -> None:
    assert "/phone" in links_of(board.open("/").text)
    with serving(settings_with_gateways(database_url)) as client:
        page = client.get("/market/ke-nakuru", headers={"Accept-Language": "en"}).text
        assert "/phone" not in links_of(page)
        assert "Text MILK NAKURU and your price to +15005550006" in words_of(page)
        home = words_of(client.get("/?lang=en").text)
        assert "your place and the price to +15005550006." in home


def test_whose_data_it_shows_stands_on_every_page(board: Board, market_day: None) -> None:
    for path in PAGES:
        page = board.words(path)
        for source in ("WFP", "World Food Programme", "GeoNames", "IEBC"):
            assert source in page, path


# The same as a table


def test_the_table_is_the_page(board: Board, market_day: None) -> None:
    for page, table in (
        ("/", "/prices.csv"),
        ("/?county=ke-county-nakuru", "/prices.csv?county=ke-county-nakuru"),
        ("/commodity/milk?sort=price", "/commodity/milk.csv?sort=price"),
        ("/market/ke-nakuru", "/market/ke-nakuru.csv"),
        ("/market/ke-county-nakuru", "/market/ke-county-nakuru.csv"),
        ("/map?commodity=milk", "/map.csv?commodity=milk"),
    ):
        assert table in links_of(board.open(page).text), page
        lines, rows = board.lines(page), board.table(table)
        assert len(lines) == len(rows) > 0
        for line, row in zip(lines, rows, strict=True):
            assert row["place_name"] in line[0] or row["commodity_name"] in line[0]
            unit = {"litre": "L"}.get(row["unit"], row["unit"])
            assert line[1].startswith(f"{row['currency']} {row['price']}/{unit}")
            assert f"{row['reports']} report" in line[2]


def test_a_table_opens_safely_in_a_spreadsheet(
    board: Board, database: Database, now: datetime
) -> None:
    tell(database, now, (OTIENO, "milk", "Nakuru", 47), grade="=cmd")
    tell(database, now - timedelta(days=1), (MUTISO, "milk", "Nakuru", 46))
    answer = board.open("/market/ke-nakuru.csv")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="ke-nakuru.csv"'
    assert "=cmd" not in answer.text.replace("'=cmd", "")
    assert "=cmd" in board.words("/market/ke-nakuru/milk")


def test_nobody_s_number_stands_on_the_board(
    board: Board, database: Database, now: datetime
) -> None:
    tell(database, now, (ACHIENG, "milk", "Nakuru", 47), grade="call 0722000005 please")
    for path in (*PAGES, *TABLES):
        assert "0722000005" not in board.open(path).text
        assert "722000005" not in board.open(path).text


def test_without_a_key_for_cookies_the_board_is_open(database_url: str, database: Database) -> None:
    settings = Settings(_env_file=None, DATABASE_URL=database_url)
    service = open_service(settings)
    assert create_app(settings, service).test_client().get("/").status_code == 200
    service.database.engine.dispose()


def test_the_service_opens_more_than_once(service: Service) -> None:
    for _ in range(2):
        client = create_app(service.settings, service).test_client()
        assert client.get("/").status_code == 200
