"""A gateway on this machine: both gateways' real HTTP, with every fault that a plan asks for.

`__main__` runs it as a process of its own; `standin.StandIn` within one. `plan.py` says what goes
wrong, `africastalking.py` and `twilio.py` how each gateway puts it, `journal.py` what was accepted,
`reports.py` what is said of it later, `process.py` starts one and asks it.
"""
