#!/usr/bin/env python3
"""Makes the captures beside it: what impacket's and Samba's clients say to our server, and what they are answered.

    make_captures.py build/dev/bin/test-rpc-judges

The judges' tests are run under strace; the octets are those of the server's system calls, in their order. A capture is
a line for each run of octets in one direction: C from the client, S from the server, in hexadecimal. The account is
alice with the password "Word 1". Needs strace; nothing else here does.
"""
import pathlib
import re
import subprocess
import sys
import tempfile

# The test that makes it, which of its connections, and the name.
WANTED = [
    ("ImpacketCallsAtPacketPrivacy", 0, "impacket_ntlm_privacy"),
    ("ImpacketFindsOurPortThroughTheMapper", 0, "impacket_mapper"),
    ("RpcclientFindsUsByTheMapperAndCalls", 0, "rpcclient_mapper"),
    ("RpcclientFindsUsByTheMapperAndCalls", 1, "rpcclient_spnego_privacy"),
    ("SambaCallsWithNtlmsspAndWithSpnego", 6, "samba_ntlm_privacy"),
    ("SambaCallsWithNtlmsspAndWithSpnego", 33, "samba_spnego_privacy_big"),
]
CALL = re.compile(r'^(\d+) +(\w+)\((\d+)<TCP:\[(\d+)\]>, (.*)$')


def octets_of(rest):
    return "".join(re.findall(r'\\x([0-9a-f]{2})', rest))


def whole_lines(trace):
    """strace cuts a call in two when another process makes one meanwhile."""
    begun = {}
    for line in trace.splitlines():
        process = line.split()[0]
        if line.endswith("<unfinished ...>"):
            begun[process] = line[:-len("<unfinished ...>")].rstrip()
        elif " resumed>" in line and process in begun:
            yield begun.pop(process) + " " + line.split(" resumed>", 1)[1]
        else:
            yield line


def connections(trace):
    """Of the process that comes first, which is the server: a list of (direction, hexadecimal) each."""
    server, found = None, {}
    for line in whole_lines(trace):
        server = server or line.split()[0]
        match = CALL.match(line)
        if not match or match.group(1) != server:
            continue
        call, inode, rest = match.group(2), match.group(4), match.group(5)
        octets = octets_of(rest)
        if not octets:
            continue
        direction = "S" if call.startswith(("send", "write")) else "C"
        said = found.setdefault(inode, [])
        if said and said[-1][0] == direction:
            said[-1] = (direction, said[-1][1] + octets)
        else:
            said.append((direction, octets))
    return list(found.values())


def beginning(said):
    """Up to what is long, which would show nothing new."""
    long = next((at for at, (_, octets) in enumerate(said) if len(octets) > 2 * 2000), len(said))
    return said[:long - long % 2]


def main():
    program = pathlib.Path(sys.argv[1]).resolve()
    here = pathlib.Path(__file__).parent
    traces = {}
    for test, which, name in WANTED:
        if test not in traces:
            with tempfile.NamedTemporaryFile() as file:
                subprocess.run(["strace", "-f", "-yy", "-e", "trace=recvfrom,recvmsg,read,readv,sendto,sendmsg,write,writev",
                                "-xx", "-s", "100000", "-o", file.name, program, "--gtest_filter=Judges." + test],
                               check=True, stdout=subprocess.DEVNULL, timeout=300)
                traces[test] = connections(pathlib.Path(file.name).read_text())
        said = beginning(traces[test][which])
        (here / (name + ".hex")).write_text("".join(f"{direction} {octets}\n" for direction, octets in said))
        print(name, [(direction, len(octets) // 2) for direction, octets in said])


main()
