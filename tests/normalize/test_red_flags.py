"""Signs of a scam, and the many honest sentences that look like one."""

import time

import pytest

from normalize.pay.choose import Pay
from normalize.red_flags import parse_warnings
from normalize.text.scanner import scan

MONEY, BANK, CHAT = "asks for money", "asks for bank details", "interviews in a chat app"
SAID = [
    ("A registration fee of $25 is due before the first day.", MONEY),
    ("Selected interns pay a refundable deposit of Rs 2,000.", MONEY),
    ("You buy the starter kit from us and sell it on.", MONEY),
    ("A training fee is payable by every candidate; it is not refundable.", MONEY),
    ("Die Anmeldegebühr beträgt 30 Euro, bitte vorab überweisen.", MONEY),
    ("Les frais de dossier sont à payer avant l'entretien.", MONEY),
    ("Debes pagar la cuota de inscripción antes de empezar.", MONEY),
    ("Devi versare la quota di iscrizione con bonifico.", MONEY),
    ("Je moet het inschrijfgeld van 25 euro betalen.", MONEY),
    ("É preciso pagar a taxa de cadastro por pix.", MONEY),
    ("Send us your bank details with the application.", BANK),
    ("Please provide your credit card number to reserve your place.", BANK),
    ("Bitte sende uns deine Bankdaten.", BANK),
    ("The interview is held on Telegram.", CHAT),
    ("To apply, message us on WhatsApp.", CHAT),
    ("L'entretien se fait sur WhatsApp.", CHAT),
    ("We mail the first payment: deposit the check and keep ten percent.", "sends a cheque"),
    ("Guaranteed income from day one!", "promises too much"),
]
NOT_SAID = [
    "We never ask for a registration fee.",
    "There is no application fee.",
    "The application fee is waived for students.",
    "You collect registration fees of $20 at the door of our conference.",
    "Application fees for your visa are covered.",
    "A security deposit of $300 for your room is paid back when you leave.",
    "We will not ask applicants to provide their bank account information.",
    "Please redact social security numbers from your transcript.",
    "You build features for WhatsApp and Telegram users.",
    "Tools: Slack, Google Hangouts, GitHub.",
    "You need a credit card number field that validates itself? Build it with us.",
    "You report on banks and on the details of their fees.",
    "Our training feedback forms are short.",
    "Wir fragen nie nach deinen Bankdaten.",
]


@pytest.mark.parametrize(("text", "sign"), SAID)
def test_a_sign_is_seen(text, sign):
    assert parse_warnings(scan(text), None, True) == [sign]


@pytest.mark.parametrize("text", NOT_SAID)
def test_honest_sentences_are_not_marked(text):
    assert parse_warnings(scan(text), None, True) == []


def pay(amount, period, currency="USD"):
    return Pay("paid", None, amount, currency, period, "", "field")


@pytest.mark.parametrize(
    ("offer", "beginner", "marked"),
    [
        (pay(500, "hour"), True, True),
        (pay(120, "hour"), True, False),
        (pay(25_000, "month", "INR"), True, False),
        (pay(50_000, "week"), True, True),
        (pay(50_000, "week"), False, False),
        (pay(9_000, None), True, False),
    ],
)
def test_pay_is_out_of_proportion_only_for_beginners_and_in_like_currencies(offer, beginner, marked):
    assert bool(parse_warnings(scan(""), offer, beginner)) == marked


@pytest.mark.parametrize("piece", ["registration fee ", "send bank details", "whatsapp ", "no ", "pay a "])
def test_hostile_text_is_answered_in_a_second(piece):
    text = scan(piece * (500_000 // len(piece)))
    begun = time.process_time()
    parse_warnings(text, None, True)
    assert time.process_time() - begun < 1
