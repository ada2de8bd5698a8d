#!/usr/bin/python3
"""Provisions a Samba Active Directory domain controller and loads entries into it, offline.

Reads one JSON object from standard input, so that no password is ever an argument:
  configuration   path of an smb.conf that names every directory
  realm, domain   DNS and NetBIOS name of the domain
  host, site      host name of the domain controller and its site
  domainSid, rootDn, domainDn, configurationDn, schemaDn
  administratorPassword
  schema          batches of schema entries; the schema is reloaded after each
  entries         entries to add where they do not exist yet, parents first
  links           [{dn, attribute, values}]: values to add, once every entry is there
  replaced        entries whose attributes are set anew, or removed where they have no values
  schemaMaster    DN of the schema master's NTDS Settings
  access          [{dn, ace}]: access control entries (SDDL) to put in front; {guid:name} is an attribute's schemaIDGUID
  passwords       [{dn, password}]: users to enable with a password
An entry is {dn, attributes: {name: [text or {"base64": octets}]}}.
"""
import base64
import json
import logging
import re
import sys
import uuid

import ldb
import samba.provision
from samba import dsdb, param, read_and_sub_file
from samba.auth import system_session
from samba.dcerpc import misc, security
from samba.ndr import ndr_unpack
from samba.samdb import SamDB
from samba.sd_utils import SDUtils

RELAX = ["relax:0"]


def configuration_of_forest(root_dn, domain_dn):
    """Samba's template puts part of the configuration below the domain, which is right for the forest root only."""
    original = samba.provision.setup_add_ldif

    def setup_add_ldif(db, path, substitutions=None, controls=RELAX):
        if not path.endswith("/provision_configuration.ldif"):
            return original(db, path, substitutions, controls)
        text = read_and_sub_file(path, substitutions)
        wrong = "CN=Configuration,%s" % domain_dn
        return db.add_ldif(text.replace(wrong, "CN=Configuration,%s" % root_dn), controls)

    samba.provision.setup_add_ldif = setup_add_ldif


def value(given):
    return base64.b64decode(given["base64"]) if isinstance(given, dict) else given


def message(db, entry):
    made = ldb.Message(ldb.Dn(db, entry["dn"]))
    for name, values in entry["attributes"].items():
        made[name] = ldb.MessageElement([value(each) for each in values], ldb.FLAG_MOD_ADD, name)
    return made


def exists(db, dn):
    try:
        return len(db.search(dn, scope=ldb.SCOPE_BASE, attrs=["1.1"])) == 1
    except ldb.LdbError as error:
        if error.args[0] in (ldb.ERR_NO_SUCH_OBJECT, ldb.ERR_REFERRAL):
            return False
        raise


def add(db, entry):
    """Adds an entry, or its values to one of the base schema."""
    try:
        if exists(db, entry["dn"]):
            db.modify(message(db, entry), RELAX)
        else:
            db.add(message(db, entry), RELAX)
    except ldb.LdbError as error:
        raise SystemExit("adding %s: %s" % (entry["dn"], error.args[1]))


def target_of(db, text):
    """A link's target as Samba takes it. One in another domain has no copy here, only its name and GUID: a phantom."""
    start, dn = re.fullmatch(r"(B:\d+:[0-9A-Fa-f]+:|)(.*)", text, re.DOTALL).groups()
    return text if exists(db, dn) else "%s<GUID=%s>;%s" % (start, guid_of(dn), dn)


def guid_of(dn):
    return uuid.uuid5(uuid.NAMESPACE_X500, dn.lower())


def link(db, wanted):
    name = wanted["attribute"]
    [holder] = db.search(wanted["dn"], scope=ldb.SCOPE_BASE, attrs=[name])
    present = {str(each).lower() for each in holder.get(name, [])}
    missing = [text for text in wanted["values"] if text.lower() not in present]
    if not missing:
        return
    change = ldb.Message(ldb.Dn(db, wanted["dn"]))
    change[name] = ldb.MessageElement([target_of(db, text) for text in missing], ldb.FLAG_MOD_ADD, name)
    try:
        db.modify(change, RELAX)
    except ldb.LdbError as error:
        raise SystemExit("adding %s to %s: %s" % (name, wanted["dn"], error.args[1]))


def replace(db, entry):
    change = ldb.Message(ldb.Dn(db, entry["dn"]))
    for name, values in entry["attributes"].items():
        change[name] = ldb.MessageElement([value(each) for each in values], ldb.FLAG_MOD_REPLACE, name)
    try:
        db.modify(change, RELAX)
    except ldb.LdbError as error:
        raise SystemExit("changing %s: %s" % (entry["dn"], error.args[1]))


def grant(db, dn, ace):
    def guid(found):
        [attribute] = db.search(
            db.get_schema_basedn(),
            scope=ldb.SCOPE_ONELEVEL,
            expression="(lDAPDisplayName=%s)" % found.group(1),
            attrs=["schemaIDGUID"],
        )
        return str(ndr_unpack(misc.GUID, attribute["schemaIDGUID"][0]))

    SDUtils(db).dacl_prepend_aces(dn, re.sub(r"\{guid:(\w+)\}", guid, ace))


def set_password(db, dn, password):
    change = ldb.Message(ldb.Dn(db, dn))
    quoted = ('"%s"' % password).encode("utf-16-le")
    change["unicodePwd"] = ldb.MessageElement([quoted], ldb.FLAG_MOD_REPLACE, "unicodePwd")
    change["userAccountControl"] = ldb.MessageElement(["512"], ldb.FLAG_MOD_REPLACE, "userAccountControl")
    db.modify(change)


def main():
    request = json.load(sys.stdin)
    loadparm = param.LoadParm()
    loadparm.load(request["configuration"])
    session = system_session(loadparm)
    logger = logging.getLogger("provision")
    logger.setLevel(logging.WARNING)
    configuration_of_forest(request["rootDn"], request["domainDn"])
    samba.provision.provision(
        logger,
        session,
        smbconf=request["configuration"],
        realm=request["realm"],
        domain=request["domain"],
        hostname=request["host"],
        hostip="127.0.0.1",
        sitename=request["site"],
        rootdn=request["rootDn"],
        domaindn=request["domainDn"],
        configdn=request["configurationDn"],
        schemadn=request["schemaDn"],
        domainsid=security.dom_sid(request["domainSid"]),
        domainguid=str(guid_of(request["domainDn"])),
        adminpass=request["administratorPassword"],
        serverrole="active directory domain controller",
        dns_backend="NONE",
        dom_for_fun_level=dsdb.DS_DOMAIN_FUNCTION_2003,
        next_rid=100000,
        lp=loadparm,
    )

    def connect():
        return SamDB(session_info=session, lp=loadparm)

    db = connect()
    for batch in request["schema"]:
        for entry in batch:
            add(db, entry)
        db.set_schema_update_now()
        db = connect()
    db.transaction_start()
    for entry in request["entries"]:
        if not exists(db, entry["dn"]):
            add(db, entry)
    for entry in request["replaced"]:
        replace(db, entry)
    for wanted in request["links"]:
        if exists(db, wanted["dn"]):
            link(db, wanted)
    for each in request["passwords"]:
        set_password(db, each["dn"], each["password"])
    db.transaction_commit()
    for each in request["access"]:
        if exists(db, each["dn"]):
            grant(db, each["dn"], each["ace"])
    # Last of all: who does not hold the role cannot change the schema.
    owner = ldb.Message(ldb.Dn(db, request["schemaDn"]))
    owner["fSMORoleOwner"] = ldb.MessageElement([request["schemaMaster"]], ldb.FLAG_MOD_REPLACE, "fSMORoleOwner")
    db.modify(owner, RELAX)


main()
