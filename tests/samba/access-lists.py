#!/usr/bin/python3
"""Decodes security descriptors with Samba's own code: one a line in base64 in, one JSON array of entries a line out."""
import base64
import json
import sys

from samba.dcerpc import security
from samba.ndr import ndr_unpack


def entry(ace):
    found = {"type": ace.type, "flags": ace.flags, "mask": ace.access_mask, "sid": str(ace.trustee)}
    if 5 <= ace.type <= 8:
        found["objectFlags"] = ace.object.flags
    return found


for line in sys.stdin:
    descriptor = ndr_unpack(security.descriptor, base64.b64decode(line))
    print(json.dumps([entry(ace) for ace in descriptor.dacl.aces]))
