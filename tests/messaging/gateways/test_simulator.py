from messaging.gateways import simulator
from messaging.gateways.simulator import Simulator
from messaging.message import SendOutcome, SmsToSend
from tests.cast import WANJIKU


def test_every_text_is_taken() -> None:
    (result,) = Simulator().send_sms([SmsToSend(outbound_id=7, msisdn=WANJIKU, text="KES 47/L")])
    assert (result.outcome, result.gateway_message_id) == (SendOutcome.ACCEPTED, "simulator-7")


def test_each_simulated_text_has_an_id_of_its_own() -> None:
    texts = [simulator.inbound_sms(sender=WANJIKU, text="bei maziwa nakuru") for _ in range(2)]
    assert texts[0].gateway_message_id != texts[1].gateway_message_id
    assert texts[0].sender == WANJIKU
