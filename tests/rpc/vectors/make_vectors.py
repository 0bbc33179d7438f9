#!/usr/bin/env python3
"""Has Samba and impacket encode requests and replies, and keeps what they say.

  make_vectors.py FOLDER      writes one NAME.hex for each, see README.md there

Needs python3-samba and python3-impacket; the tests need only what is kept.
"""
import os
import sys

from impacket.dcerpc.v5 import dtypes, epm, lsat, ndr, rprn, srvs
from samba.dcerpc import echo, epmapper, lsa, misc, spoolss, srvsvc
from samba.ndr import ndr_pack, ndr_pack_in, ndr_pack_out

HANDLE = "12345678-9abc-def0-1122-334455667788"
ECHO = "60a15ec5-4de8-11d7-a637-005056a20182"
NDR = "8a885d04-1ceb-11c9-9fe8-08002b104860"


def handle():
    made = misc.policy_handle()
    made.uuid = misc.GUID(HANDLE)
    return made


# --- Samba: (name, direction, call)


def test_call():
    call = echo.TestCall()
    call.in_s1 = call.out_s2 = "Grüße"
    return call


def test_call2(level):
    call = echo.TestCall2()
    call.in_level = level
    info = getattr(echo, "info%d" % level)()
    if level <= 4:
        info.v = {1: 7, 2: 700, 3: 70000, 4: 1 << 40}[level]
    else:
        info.v1 = 7
        if level == 5:
            info.v2 = 0x1122334455667788
        else:
            inner = echo.info1() if level == 6 else echo.info4()
            inner.v = 9 if level == 6 else 1 << 40
            setattr(info, "info1" if level == 6 else "info4", inner)
    call.out_info = info
    return call


def test_enum():
    call = echo.TestEnum()
    pair = echo.Enum2()
    pair.e1, pair.e2 = 2, 1
    call.in_foo1, call.in_foo2, call.in_foo3 = 1, pair, 1
    return call


def test_surrounding():
    call = echo.TestSurrounding()
    data = echo.Surrounding()
    data.x, data.surrounding = 3, [1, 2, 3]
    call.in_data = data
    return call


def tower():
    def floor(protocol, right, uuid=None, version=0):
        made = epmapper.epm_floor()
        left = epmapper.epm_lhs()
        left.protocol = protocol
        left.lhs_data = ndr_pack(misc.GUID(uuid)) + bytes([version, 0]) if uuid else b""
        made.lhs, made.rhs = left, right
        return made

    def right(kind, **values):
        made = getattr(epmapper, "epm_rhs_" + kind)()
        for name, value in values.items():
            setattr(made, name, value)
        return made

    whole = epmapper.epm_tower()
    whole.num_floors = 5
    whole.floors = [
        floor(epmapper.EPM_PROTOCOL_UUID, right("uuid", unknown=b"\0\0"), ECHO, 1),
        floor(epmapper.EPM_PROTOCOL_UUID, right("uuid", unknown=b"\0\0"), NDR, 2),
        floor(epmapper.EPM_PROTOCOL_NCACN, right("ncacn", minor_version=0)),
        floor(epmapper.EPM_PROTOCOL_TCP, right("tcp", port=49200)),
        floor(epmapper.EPM_PROTOCOL_IP, right("ip", ipaddr="10.0.0.7")),
    ]
    made = epmapper.epm_twr_t()
    made.tower_length, made.tower = 75, whole
    return made


def ept_map():
    call = epmapper.epm_Map()
    call.in_object, call.in_map_tower = misc.GUID(HANDLE), tower()
    call.in_entry_handle = call.out_entry_handle = handle()
    call.in_max_towers, call.out_num_towers = 4, 1
    found = epmapper.epm_twr_p_t()
    found.twr = tower()
    call.out_towers = [found]
    return call


def ept_lookup():
    call = epmapper.epm_Lookup()
    call.in_max_ents, call.out_num_ents = 10, 1
    call.out_entry_handle = handle()
    entry = epmapper.epm_entry_t()
    entry.object, entry.tower, entry.annotation = misc.GUID(HANDLE), tower(), "Platen"
    call.out_entries = [entry]
    return call


def shares():
    call = srvsvc.NetShareEnumAll()
    call.in_server_unc, call.in_max_buffer, call.in_resume_handle = "\\\\srv", 0xFFFFFFFF, 0
    call.in_info_ctr = container([])
    drivers, queue = srvsvc.NetShareInfo1(), srvsvc.NetShareInfo1()
    drivers.name, drivers.type, drivers.comment = "print$", 0, "Drivers"
    queue.name, queue.type, queue.comment = "lex", 1, None
    call.out_info_ctr = container([drivers, queue])
    call.out_totalentries, call.out_resume_handle = 2, 5
    return call


def container(entries):
    made, level1 = srvsvc.NetShareInfoCtr(), srvsvc.NetShareCtr1()
    level1.count = len(entries)
    if entries:
        level1.array = entries
    made.level, made.ctr = 1, level1
    return made


def unknown_shares():
    """A level that no arm has: the union's default, which is empty."""
    call = shares()
    call.in_info_ctr.level, call.in_info_ctr.ctr = 77, None
    return call


def forest_trust():
    """A union whose default arm has something in it."""
    name, binary = lsa.ForestTrustRecord(), lsa.ForestTrustRecord()
    text, data = lsa.StringLarge(), lsa.ForestTrustBinaryData()
    text.string, data.length, data.data = "lex.example", 3, [1, 2, 3]
    name.flags, name.type, name.time, name.forest_trust_data = 1, 0, 5, text
    binary.flags, binary.type, binary.time, binary.forest_trust_data = 0, 7, 1 << 40, data
    both, domain = lsa.ForestTrustInformation(), lsa.StringLarge()
    both.count, both.entries, domain.string = 2, [name, binary], "ab"
    call = lsa.lsaRSetForestTrustInformation()
    call.in_handle, call.in_trusted_domain_name, call.in_highest_record_type = handle(), domain, 2
    call.in_forest_trust_info, call.in_check_only = both, 1
    return call


def open_printer():
    call = spoolss.OpenPrinterEx()
    call.in_printername, call.in_datatype, call.in_access_mask = "\\\\srv\\lex", "RAW", 8
    call.in_devmode_ctr = spoolss.DevmodeContainer()
    user = spoolss.UserLevel1()
    user.size, user.client, user.user = 28, "me", "alice"
    user.build, user.major, user.minor, user.processor = 1, 3, 0, 9
    client = spoolss.UserLevelCtr()
    client.level, client.user_info = 1, user
    call.in_userlevel_ctr = client
    return call


def close_printer():
    call = spoolss.ClosePrinter()
    call.in_handle = handle()
    return call


def lookup_names():
    call = lsa.LookupNames()
    alice, bob, sids = lsa.String(), lsa.String(), lsa.TransSidArray()
    alice.string, bob.string, sids.count = "alice", "bob", 0
    call.in_handle, call.in_num_names, call.in_names = handle(), 2, [alice, bob]
    call.in_sids, call.in_level, call.in_count = sids, 1, 0
    return call


SAMBA = [
    ("echo_test_call_in", ndr_pack_in, test_call),
    ("echo_test_call_out", ndr_pack_out, test_call),
    *[("echo_test_call2_out_%d" % n, ndr_pack_out, lambda n=n: test_call2(n)) for n in range(1, 8)],
    ("echo_test_enum_in", ndr_pack_in, test_enum),
    ("echo_test_surrounding_in", ndr_pack_in, test_surrounding),
    ("ept_map_in", ndr_pack_in, ept_map),
    ("ept_map_out", ndr_pack_out, ept_map),
    ("ept_lookup_out", ndr_pack_out, ept_lookup),
    ("net_share_enum_in", ndr_pack_in, shares),
    ("net_share_enum_out", ndr_pack_out, shares),
    ("net_share_enum_in_unknown", ndr_pack_in, unknown_shares),
    ("forest_trust_in", ndr_pack_in, forest_trust),
    ("open_printer_ex_in", ndr_pack_in, open_printer),
    ("close_printer_in", ndr_pack_in, close_printer),
    ("lookup_names_in", ndr_pack_in, lookup_names),
]


# --- impacket: requests only


def impacket_open_printer():
    request = rprn.RpcOpenPrinterEx()
    request["pPrinterName"], request["pDatatype"] = "\\\\srv\\lex\0", "RAW\0"
    request["pDevModeContainer"]["pDevMode"] = rprn.NULL
    request["AccessRequired"] = 8
    client = request["pClientInfo"]
    client["Level"], client["ClientInfo"]["tag"] = 1, 1
    user = client["ClientInfo"]["pClientInfo1"]
    user["dwSize"], user["pMachineName"], user["pUserName"] = 28, "me\0", "alice\0"
    user["dwBuildNum"], user["dwMajorVersion"], user["dwMinorVersion"] = 1, 3, 0
    user["wProcessorArchitecture"] = 9
    return request


def impacket_enum_printers():
    request = rprn.RpcEnumPrinters()
    request["Flags"], request["Name"], request["Level"] = 2, rprn.NULL, 1
    request["pPrinterEnum"], request["cbBuf"] = b"abcde", 5
    return request


def impacket_shares():
    request = srvs.NetrShareEnum()
    request["ServerName"] = "\\\\srv\0"
    request["PreferedMaximumLength"], request["ResumeHandle"] = 0xFFFFFFFF, srvs.NULL
    info = request["InfoStruct"]
    info["ShareInfo"]["tag"], info["Level"] = 1, 1
    info["ShareInfo"]["Level1"]["Buffer"] = srvs.NULL
    return request


def impacket_map():
    request = epm.ept_map()
    request["obj"], request["max_towers"] = epm.NULL, 1
    request["map_tower"]["tower_length"] = 5
    request["map_tower"]["tower_octet_string"] = b"abcde"
    return request


def impacket_lookup_names():
    request = lsat.LsarLookupNames()
    request["PolicyHandle"], request["Count"] = ndr_pack(handle()), 2
    for name in ("alice", "bob"):
        text = lsat.RPC_UNICODE_STRING()
        text["Data"] = name
        request["Names"].append(text)
    request["TranslatedSids"]["Sids"] = lsat.NULL
    request["LookupLevel"], request["MappedCount"] = lsat.LSAP_LOOKUP_LEVEL.LsapLookupWksta, 0
    return request


class Octets(ndr.NDRPOINTER):
    referent = (("Data", ndr.NDRUniConformantArray),)


class Said(ndr.NDRUNION):
    """union switch (unsigned short tag) { case 1: unsigned long; default: [unique, size_is] byte*; }"""

    commonHdr = (("tag", ndr.NDRUSHORT),)
    union = {1: ("Number", dtypes.ULONG), "default": ("Octets", Octets)}


class Nothing(ndr.NDRUNION):
    """union switch (unsigned long tag) { case 1: unsigned long; default: ; }"""

    commonHdr = (("tag", ndr.NDRULONG),)
    union = {1: ("Number", dtypes.ULONG), "default": None}


class Say(ndr.NDRCALL):
    opnum = 0
    structure = (("Known", Said), ("Unknown", Said), ("Number", Nothing), ("Empty", Nothing), ("Last", dtypes.ULONG))


def impacket_encapsulated():
    request = Say()
    request["Known"]["tag"], request["Known"]["Number"] = 1, 70000
    request["Unknown"]["tag"], request["Unknown"]["Octets"] = 500, [b"a", b"b", b"c"]
    request["Unknown"].fields["tag"]["Data"] = 500  # it would say 0xffff
    request["Number"]["tag"], request["Number"]["Number"] = 1, 80000
    request["Empty"]["tag"] = 600
    request["Empty"].fields["tag"]["Data"] = 600
    request["Last"] = 7
    return request


IMPACKET = [
    ("impacket_open_printer_ex_in", impacket_open_printer),
    ("impacket_enum_printers_in", impacket_enum_printers),
    ("impacket_net_share_enum_in", impacket_shares),
    ("impacket_ept_map_in", impacket_map),
    ("impacket_lookup_names_in", impacket_lookup_names),
    ("impacket_encapsulated_in", impacket_encapsulated),
]


def number_referents():
    """impacket numbers referents at random; so that a vector stays as it is, in order here."""
    last = [0x00020000]

    def following(_least, _most):
        last[0] += 4
        return last[0]

    ndr.random.randint = following


def keep(folder, name, order, octets):
    with open(os.path.join(folder, name + ".hex"), "w", encoding="ascii") as file:
        file.write(order + "\n")
        for at in range(0, len(octets), 32):
            file.write(octets[at : at + 32].hex() + "\n")


if __name__ == "__main__":
    target = sys.argv[1]
    for title, pack, build in SAMBA:
        keep(target, "samba_" + title, "little", pack(build()))
        keep(target, "samba_" + title + "_big", "big", pack(build(), bigendian=True))
    for title, build in IMPACKET:
        number_referents()
        keep(target, title, "little", build().getData())
