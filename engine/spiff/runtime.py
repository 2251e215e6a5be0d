"""The engine as those who keep instances know it."""

from engine.bpmn.runtime import Runtime
from engine.spiff import queries
from engine.spiff.codec import NAME, decode, encode
from engine.spiff.interpreter import advance
from engine.spiff.state import Instance

SPIFFWORKFLOW = Runtime(
    name=NAME,
    new_state=Instance,
    advance=advance,
    encode=encode,
    decode=decode,
    payload_of=queries.payload_of,
    catches_error=queries.catches_error,
    keeps_waiting=queries.keeps_waiting,
    declared_clocks=queries.declared_clocks,
)
