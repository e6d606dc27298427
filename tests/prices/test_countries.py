"""The maps of the countries served: what their people call their places, and what they do not."""

import zoneinfo

import pytest
from sqlalchemy import select

from db.session import Database
from messaging.phrases import languages
from messaging.segments import to_gsm7
from prices.catalogue import load_vocabulary
from prices.kinds import PlaceKind
from prices.models import Country
from prices.vocabulary import PlaceEntry, Vocabulary, fold

# In a text, and the trading place it means first, with the area that place lies in.
SAID = {
    "KE": """Wangige=Wangige, Kiambu; Vasha=Naivasha, Nakuru; Naks=Nakuru, Nakuru;
        Nyaururu=Nyahururu, Laikipia; Ngurubani=Wang'uru, Kirinyaga; Ndaragwa=Ndaragwa, Nyandarua;
        Diani=Ukunda, Kwale; Ruaka=Ruaka, Kiambu; Isli=Eastleigh, Nairobi""",
    "UG": """Owino=Owino, Kampala; Natete=Nateete, Kampala; Gatuna=Katuna, Kabale;
        Bweyale=Buyale, Kiryandongo; Bwera=Mpondwe, Kasese; Fortportal=Fort Portal, Kabarole""",
    "GH": """Dormaa=Dormaa Ahenkro, Bono; Ada=Ada Foah, Greater Accra;
        Assin Fosu=Assin Foso, Central;
        Bolga=Bolgatanga, Upper East""",
    "TZ": """Kariakoo=Kariakoo, Dar es Salaam; Dar=Dar es Salaam, Dar es Salaam;
        Makambako=Makambako, Njombe; Kibaigwa=Kibaigwa, Dodoma; Karagwe=Kayanga, Kagera;
        Bomang'ombe=Boma Ng'ombe, Kilimanjaro; Mtowambu=Mto wa Mbu, Arusha""",
    "RW": """Ruhengeri=Musanze, Northern; Huye=Butare, Southern; Rubavu=Gisenyi, Western;
        Kamonyi=Ruyenzi, Southern; Kimironko=Kimironko, Kigali""",
    "ET": """Nazret=Adama, Oromia; Awassa=Hawassa, Sidama; Debre Zeit=Bishoftu, Oromia;
        Addis=Addis Ababa, Addis Ababa; Hosanna=Hosaena, Central Ethiopia""",
    "MW": "Limbe=Limbe, Southern; Kota Kota=Nkhotakota, Central; Mzuzu=Mzuzu, Northern",
    "ZM": "Kapiri=Kapiri Mposhi, Central; Soweto=Soweto Market, Lusaka; Kitwe=Kitwe, Copperbelt",
    "SN": """Touba=Touba, Diourbel; Ndar=Saint-Louis, Saint-Louis; Thies=Thiès, Thiès;
        Dahra Djolof=Dahra, Louga; marché Sandaga=Sandaga, Dakar""",
    "BD": """Chittagong=Chattogram, Chattogram; চট্টগ্রাম=Chattogram, Chattogram;
        Comilla=Cumilla, Chattogram; Bogra=Bogura, Rajshahi; বগুড়া=Bogura, Rajshahi;
        Jessore=Jashore, Khulna; Barisal=Barishal, Barishal; Sirajgonj=Sirajganj, Rajshahi;
        Kawran Bazar=Karwan Bazar, Dhaka; কারওয়ান বাজার=Karwan Bazar, Dhaka;
        Srimongol=Sreemangal, Sylhet; Netrakona=Netrokona, Mymensingh""",
    "NP": "Birganj=Birgunj, Madhesh; Bhairahawa=Siddharthanagar, Lumbini; Ktm=Kathmandu, Bagmati",
    "PE": """Melgar=Ayaviri, Puno; Ayaviri Huancavelica=Ayaviri Huancavelica, Huancavelica;
        Cuzco=Cusco, Cusco; Qosqo=Cusco, Cusco; Jauja=Jauja, Junín;
        Huamanga=Ayacucho, Ayacucho; La Convención=Quillabamba, Cusco; Majes=El Pedregal, Arequipa;
        mercado mayorista Santa Anita=Santa Anita, Lima; San Román=Juliaca, Puno;
        Chanchamayo=La Merced, Junín; Cañete=San Vicente de Cañete, Lima;
        Cutervo=Cutervo, Cajamarca;
        Santa Rosa=Santa Rosa, Junín; San Miguel=San Miguel, Puno""",
    "EC": """Coca=El Coca, Orellana; Quinindé=Quinindé, Esmeraldas; Durán=Durán, Guayas;
        Salcedo=Salcedo, Cotopaxi; Sangolqui=Sangolquí, Pichincha""",
    "BO": """El Alto=El Alto, La Paz; Santa Cruz=Santa Cruz de la Sierra, Santa Cruz;
        Yapacani=Yapacaní, Santa Cruz; La Cancha=La Cancha, Cochabamba;
        Tiwanaku=Tiwanaku, La Paz""",
}
# Names that a text may mean as something else, kept because many people live or trade there.
KNOWN_DOUBLES = {
    "KE": {"rombo", "kasuku", "soy", "mua"},
    "UG": {"gomba"},
    "SN": {"touba"},
    "PE": {"chala", "paca", "canas", "poroto", "huamantanga", "chiclayo"},
    "EC": {"limones", "cebadas", "pinas", "paltas"},
}


def meant(vocabulary: Vocabulary, said: str) -> PlaceEntry:
    """The first trading place of a name, a town before a ward."""
    places = [vocabulary.places[id_] for id_ in vocabulary.place_words.get(fold(said), ())]
    assert places, said
    return min(places, key=lambda place: place.kind is not PlaceKind.MARKET)


@pytest.mark.parametrize("country", SAID)
def test_places_are_found_as_people_write_them(database: Database, country: str) -> None:
    with database.read() as session:
        vocabulary = load_vocabulary(session, country)
    for line in SAID[country].split(";"):
        said, _, told = line.strip().partition("=")
        place = meant(vocabulary, said)
        area = vocabulary.admin1_of(place.id)
        assert f"{place.name}, {area and area.name}" == told, said


def test_every_country_has_its_stories(database: Database) -> None:
    with database.read() as session:
        assert set(session.scalars(select(Country.code))) == set(SAID)


def test_a_country_has_money_a_clock_and_a_language_of_ours(database: Database) -> None:
    with database.read() as session:
        for country in session.scalars(select(Country)):
            assert len(country.currency) == 3
            assert country.currency_sign == to_gsm7(country.currency_sign)
            assert country.language in languages(), country.code
            assert zoneinfo.ZoneInfo(country.timezone)


def test_no_place_is_called_like_something_sold_or_measured(database: Database) -> None:
    with database.read() as session:
        for country in SAID:
            vocabulary = load_vocabulary(session, country)
            sold = {*vocabulary.commodity_words, *vocabulary.unit_words}
            doubles = sold & set(vocabulary.place_words)
            assert doubles == KNOWN_DOUBLES.get(country, set()), country


def test_of_several_towns_with_one_name_the_largest_comes_first(database: Database) -> None:
    with database.read() as session:
        peru = load_vocabulary(session, "PE")
    found = [peru.places[id_].population or 0 for id_ in peru.place_words["santa rosa"]]
    assert len(found) > 5
    assert found == sorted(found, reverse=True)


def test_every_district_of_bangladesh_has_a_town_and_a_name_in_bengali(
    database: Database,
) -> None:
    with database.read() as session:
        bangladesh = load_vocabulary(session, "BD")
    places = list(bangladesh.places.values())
    districts = [place for place in places if place.kind is PlaceKind.ADMIN2]
    assert len(districts) == 64
    in_bengali = {
        id_ for word, ids in bangladesh.place_words.items() if not word.isascii() for id_ in ids
    }
    for district in districts:
        seat = meant(bangladesh, district.name)
        assert (seat.name, seat.parent_id) == (district.name, district.id)
        assert {seat.id, district.id} <= in_bengali, district.name


def test_market_names_are_short_and_unlike_in_one_area(database: Database) -> None:
    with database.read() as session:
        for country in SAID:
            vocabulary = load_vocabulary(session, country)
            seen: set[tuple[str, int | None]] = set()
            for place in vocabulary.places.values():
                if place.kind is PlaceKind.MARKET:
                    named = (fold(place.name), place.admin1_id)
                    assert named not in seen, place.code
                    assert len(place.name) <= 28, place.name  # it goes into an SMS
                    seen.add(named)
