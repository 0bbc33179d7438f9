#!/usr/bin/env python3
"""Calls rpcecho on loopback with impacket, and ends with 0 if all went as it should.

  impacket_judge.py PORT call privacy         every operation, small and large
  impacket_judge.py PORT refused HOW          unauthenticated, integrity, connect or wrong-password
  impacket_judge.py PORT map                  finds PORT through the endpoint mapper at port 135
"""
import struct
import sys

from impacket.dcerpc.v5 import epm, rpcrt, transport
from impacket.uuid import uuidtup_to_bin

ECHO = uuidtup_to_bin(("60a15ec5-4de8-11d7-a637-005056a20182", "1.0"))
MONITOR = uuidtup_to_bin(("60a15ec5-4de8-11d7-a637-005056a20183", "1.0"))  # nobody's
LEVELS = {
    "connect": rpcrt.RPC_C_AUTHN_LEVEL_CONNECT,
    "integrity": rpcrt.RPC_C_AUTHN_LEVEL_PKT_INTEGRITY,
    "privacy": rpcrt.RPC_C_AUTHN_LEVEL_PKT_PRIVACY,
}


def connection(port, level=None, password="Word 1"):
    channel = transport.DCERPCTransportFactory("ncacn_ip_tcp:127.0.0.1[%s]" % port)
    if level:
        channel.set_credentials("alice", password)
    rpc = channel.get_dce_rpc()
    if level:
        rpc.set_auth_type(rpcrt.RPC_C_AUTHN_WINNT)
        rpc.set_auth_level(LEVELS[level])
    rpc.connect()
    rpc.bind(ECHO)
    return rpc


def call(rpc, number, stub):
    rpc.call(number, stub)
    return rpc.recv()


def add_one(rpc, value):
    (answer,) = struct.unpack("<I", call(rpc, 0, struct.pack("<I", value)))
    assert answer == value + 1, answer


def try_all(rpc):
    add_one(rpc, 41)
    for size in (0, 1, 7, 1000, 5800, 100_001):
        data = bytes(i * 31 & 0xFF for i in range(size))
        stub = struct.pack("<II", size, size) + data
        answer = call(rpc, 1, stub)
        assert answer == struct.pack("<I", size) + data, "echoed %d octets wrongly" % size
        assert call(rpc, 2, stub) == b""
        answer = call(rpc, 3, struct.pack("<I", size))
        assert answer == struct.pack("<I", size) + bytes(i & 0xFF for i in range(size))
    # What is refused leaves the connection usable.
    try:
        call(rpc, 77, b"")
        raise AssertionError("an operation that does not exist answers")
    except rpcrt.DCERPCException as error:
        assert "nca_s_op_rng_error" in str(error), error
    try:
        call(rpc, 1, struct.pack("<II", 9, 9))
        raise AssertionError("a message that is cut is taken")
    except rpcrt.DCERPCException as error:
        assert "bad_stub_data" in str(error).lower(), error
    add_one(rpc, 1)


def must_refuse(port, how):
    try:
        if how == "unauthenticated":
            rpc = connection(port)
        elif how == "wrong-password":
            rpc = connection(port, "privacy", "word")
        else:
            rpc = connection(port, how)
        add_one(rpc, 1)
    except rpcrt.DCERPCException as error:
        print("refused:", error)
        return
    raise AssertionError("it was served")


def try_map(port):
    found = epm.hept_map("127.0.0.1", ECHO, protocol="ncacn_ip_tcp")
    assert found == "ncacn_ip_tcp:127.0.0.1[%s]" % port, found
    try:
        epm.hept_map("127.0.0.1", MONITOR, protocol="ncacn_ip_tcp")
        raise AssertionError("an interface that nobody serves is found")
    except rpcrt.DCERPCException as error:
        assert "ept_s_not_registered" in str(error), error
    entries = epm.hept_lookup("127.0.0.1")
    assert len(entries) == 1, entries
    assert entries[0]["annotation"] == b"Platen's echo\0", entries
    assert epm.PrintStringBinding(entries[0]["tower"]["Floors"]) == found


if __name__ == "__main__":
    at, what = sys.argv[1], sys.argv[2]
    if what == "call":
        try_all(connection(at, sys.argv[3]))
    elif what == "refused":
        must_refuse(at, sys.argv[3])
    else:
        try_map(at)
