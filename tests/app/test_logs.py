import json
import subprocess
import sys

from app.logs import hide_people
from tests.cast import WANJIKU


def hidden(text: str) -> str:
    return str(hide_people(None, "info", {"event": text})["event"])


def test_numbers_are_masked_wherever_they_stand() -> None:
    assert hidden(f"no reply to {WANJIKU}!") == "no reply to +254711***001!"
    assert hidden(f"{{'phoneNumber': '{WANJIKU}'}}") == "{'phoneNumber': '+254711***001'}"
    assert "711000001" not in hidden("to=%2B254711000001&text=x 0711000001")


def test_what_is_no_number_stays() -> None:
    for text in ("ATXid_123456789012", "took 0.1234567890123 s", "outbound 4711", "*384*123#"):
        assert hidden(text) == text


def test_the_secret_of_an_address_is_hidden() -> None:
    assert hidden("POST /webhooks/africastalking/s3cret/sms 404") == (
        "POST /webhooks/africastalking/***/sms 404"
    )


def test_every_line_is_json_from_us_and_from_libraries() -> None:
    script = (
        "import logging, structlog; from app.logs import configure_logs; configure_logs()\n"
        f"structlog.get_logger().info('text_in', sender='{WANJIKU}')\n"
        f"logging.getLogger('library').warning('could not reach %s', '{WANJIKU}')\n"
        "logging.getLogger('library').info('chatter')\n"
        "try: 1 / 0\n"
        f"except Exception: structlog.get_logger().exception('failed', n='{WANJIKU}')\n"
    )
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    lines = [json.loads(line) for line in run.stderr.splitlines()]
    assert [line["event"] for line in lines] == [
        "text_in",
        "could not reach +254711***001",
        "failed",
    ]
    assert lines[0]["sender"] == "+254711***001"
    assert "ZeroDivisionError" in lines[2]["exception"]
