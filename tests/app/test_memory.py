"""How a process looks after its memory, as one that has just begun tells of itself."""

import json
import subprocess
import sys

LOOKED_AFTER = """
import gc, json
looks = []
gc.callbacks.append(lambda phase, info: looks.append(info["generation"]))
import app.memory
while_loading = len([one for one in looks if one == 2])
print(json.dumps([while_loading, gc.isenabled(), gc.get_freeze_count(), len(gc.get_objects())]))
"""


def test_no_garbage_is_looked_for_while_all_is_loaded_and_never_again_among_it() -> None:
    said = subprocess.run(
        [sys.executable, "-c", LOOKED_AFTER], capture_output=True, check=True, text=True
    ).stdout
    while_loading, is_enabled, kept, looked_at = json.loads(said)
    assert while_loading == 0
    assert is_enabled
    assert kept > 100_000
    assert looked_at < kept / 10
