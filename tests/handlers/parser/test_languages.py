"""Each country's people, heard in their own words: what they tell, ask, and say to others."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from db.session import open_database
from handlers.commands import (
    Alert,
    BestMarket,
    Command,
    PriceQuery,
    PriceReport,
    SaleRecord,
    Stop,
    Subscribe,
    Trend,
    Unknown,
)
from handlers.parser import parse
from prices.catalogue import load_vocabulary
from prices.kinds import Side

Spoken = Callable[[str, str], Command]
_COUNTRIES = ("KE", "UG", "GH", "TZ", "RW", "SN", "BD", "PE", "BO")


@pytest.fixture(scope="module")
def spoken(sqlite_template: Path) -> Spoken:
    """What a text means in a country."""
    database = open_database(f"sqlite:///{sqlite_template}")
    with database.read() as session:
        words = {country: load_vocabulary(session, country) for country in _COUNTRIES}
    database.engine.dispose()
    return lambda country, text: parse(text, words[country]).command


@pytest.mark.parametrize(
    ("country", "text", "commodity", "price"),
    [
        ("PE", "la leche está a 1.20 el litro en cajamarca", "milk", "1.2"),
        ("PE", "queso a doce soles el kilo en cajamarca", "cheese", "12"),
        ("BO", "papa arroba 60 bs cochabamba", "potatoes", "60"),
        ("SN", "le kilo d'oignon est à 350 f à thiès", "onions", "350"),
        ("SN", "mouton soixante-quinze mille dakar", "sheep", "75000"),
        ("UG", "leero amata gali ku lukumi mu bitaano mbarara", "milk", "1500"),
        ("BD", "dudh poyshotti taka liter pabna", "milk", "65"),
        ("BD", "dhan egaro sho taka mon dinajpur", "rice", "1100"),
        ("BD", "আলু কেজি ২৫ টাকা রংপুর", "potatoes", "25"),
        ("TZ", "mchele kilo 2,800 mbeya", "rice", "2800"),
        ("GH", "aburo olonka 25 cedis techiman", "maize", "25"),
        ("RW", "amata 400 frw litiro musanze", "milk", "400"),
        ("KE", "sukuma ni mbao fungu gikomba", "kale", "20"),
        ("KE", "nyanya bei ni 4500 crate loitokitok", "tomatoes", "4500"),
    ],
)
def test_price_told(spoken: Spoken, country: str, text: str, commodity: str, price: str) -> None:
    command = spoken(country, text)
    assert isinstance(command, PriceReport), command
    assert (command.items[0].commodity, command.items[0].price) == (commodity, Decimal(price))
    assert command.items[0].place_id is not None


@pytest.mark.parametrize(
    ("country", "text", "asked"),
    [
        ("PE", "a cómo está la leche en cajamarca?", PriceQuery),
        ("PE", "lichi hayka cajamarca", PriceQuery),
        ("PE", "dónde pagan mejor la leche?", BestMarket),
        ("PE", "la papa sube o baja en huancayo?", Trend),
        ("PE", "avísame cuando la papa llegue a 2 soles en huancayo", Alert),
        ("PE", "vendí 3 vacas a 2500 soles en chota", SaleRecord),
        ("PE", "no me manden más mensajes", Stop),
        ("SN", "je voudrais connaître le prix de l'oignon à thiès svp", PriceQuery),
        ("SN", "prévenez-moi quand le mil dépasse 250 à kaolack", Alert),
        ("SN", "envoyez-moi le prix du lait chaque semaine dakar", Subscribe),
        ("SN", "ne m'envoyez plus de messages", Stop),
        ("UG", "nsaba okumanya ebbeeyi ya kasooli e iganga", PriceQuery),
        ("UG", "ntunde wa kasooli", BestMarket),
        ("UG", "temumpeereza nate", Stop),
        ("BD", "dudher dam koto pabna te", PriceQuery),
        ("BD", "ঢাকায় ডিমের দাম জানাবেন", PriceQuery),
        ("BD", "alu kon bazare dam beshi", BestMarket),
        ("BD", "protidin dudher dam pathaben pabna", Subscribe),
        ("BD", "আর মেসেজ পাঠাবেন না", Stop),
        ("GH", "nkosua sɛn kumasi", PriceQuery),
        ("KE", "niuze maziwa wapi", BestMarket),
        ("KE", "nitoeni kwa list yenu", Stop),
    ],
)
def test_asked_in_ones_own_words(
    spoken: Spoken, country: str, text: str, asked: type[Command]
) -> None:
    assert type(spoken(country, text)) is asked


@pytest.mark.parametrize(
    ("country", "text"),
    [
        ("PE", "Yape: Juan te envió un yapeo de S/ 45"),
        ("PE", "mi vaca está enferma de mastitis"),
        ("PE", "tengo 20 sacos de papa en huancayo"),
        ("SN", "Orange Money: vous avez reçu 5000 FCFA de Moussa. Nouveau solde 12000"),
        ("SN", "j'ai 20 sacs d'arachide à kaolack"),
        ("UG", "nsindikira ssente 5000"),
        ("UG", "enkuba enaatonnya enkya?"),
        ("BD", "bKash: You have received Tk 500 from 017. Balance Tk 1200"),
        ("BD", "aj brishti hobe ki pabna te"),
        ("KE", "house to let 15000 nakuru 2 bedroom"),
        ("KE", "nirushie soo mbili"),
    ],
)
def test_not_for_us(spoken: Spoken, country: str, text: str) -> None:
    assert spoken(country, text) == Unknown()


@pytest.mark.parametrize(
    ("country", "text", "side"),
    [
        ("UG", "ntunze amata 20 litres kampala 1500", Side.SELLS),
        ("UG", "naguze kasooli kampala 1200", Side.BUYS),
        ("PE", "vendí papa en Cusco a 1.80 el kilo", Side.SELLS),
        ("PE", "compré 20 kilos de papa a 2.50 Cusco", Side.BUYS),
        ("PE", "vendo papa en Cusco a 1.80 el kilo", Side.SELLS),
        ("SN", "j'ai vendu le mil 300 Kaolack", Side.SELLS),
        ("SN", "j'achète le mil à 300 Kaolack", Side.BUYS),
        ("BD", "ami dhan bikri korlam 1200 mon bogura", Side.SELLS),
    ],
)
def test_selling_and_buying(spoken: Spoken, country: str, text: str, side: Side) -> None:
    command = spoken(country, text)
    assert isinstance(command, PriceReport | SaleRecord), command
    assert [item.side for item in command.items] == [side]
