/** Everything in lib that reads what a computer or a directory has said, by name: a text or bytes in, anything out. */
import type { Entry } from "ldapts";
import { parseAccountName, readAccount, readRegisteredGroup, readSid } from "../../lib/directory/accounts";
import { dnKey, dnsNameOf, isDeleted, nameOf, parentKey, siteOf } from "../../lib/directory/dn";
import {
  readDomainLevel,
  readExternalUrls,
  readOrganization,
  readServerAccess,
  readServers,
  readVirtualDirectories,
  withoutVirtualDirectories,
} from "../../lib/directory/exchange";
import { bindFailure, connectFailure, DirectoryFailure, searchFailure } from "../../lib/directory/failure";
import { nothingReadable } from "../../lib/directory/readable";
import { readDomainFunctionalLevel, readForestLevel, readWindows } from "../../lib/directory/requirements";
import { readControllers, readDomains, readRootDse, readSites } from "../../lib/directory/topology";
import { failureOf, type Part } from "../../lib/host/cmd/commands";
import { localNameOf, parseTasklist, parseWmicValues } from "../../lib/host/cmd/listings";
import {
  canonicalKey,
  dataOf,
  defaultDataOf,
  findKey,
  listsSubkey,
  parseDword,
  parseMultiString,
  parseRegistry,
  textOf,
} from "../../lib/host/cmd/registry";
import { findTask, parseTasks } from "../../lib/host/cmd/schtasks";
import { parseMembers } from "../../lib/host/facts/administrators";
import { identityOf, logonOf } from "../../lib/host/facts/identity";
import { Listings } from "../../lib/host/facts/presence";
import { installedRoles, namedKeys } from "../../lib/host/facts/roles";
import { parseServiceState } from "../../lib/host/facts/services";
import { foreignWriters } from "../../lib/host/launch/access";
import { registerAnswer } from "../../lib/host/launch/registerScript";
import { printedText } from "../../lib/host/launch/taskLauncher";
import { plain } from "../../lib/host/site/lock";
import { shutdownTimeOf } from "../../lib/host/site/shutdownTime";
import { decodeConsole, linesOf } from "../../lib/host/transport/decode";
import { keyType } from "../../lib/host/transport/hostkey";
import { findRelease, parseBuild, parseSerialNumber, setupOf } from "../../lib/releases";
import { detailIn, failureReason, parseConsole, parseSetupLog } from "../../lib/setupLog";
import { accountOf, accountText } from "../../lib/setupLog/account";
import { reasonOf, visible } from "../../lib/text";
import { redact } from "../../lib/wire/secrets";

const key = "HKLM\\SOFTWARE\\Microsoft\\Exchange\\v8.0";
const sp1 = findRelease("2007 SP1");
if (sp1 === undefined) throw new Error("2007 SP1 is no release");
const { roleKeys } = setupOf(sp1);
const domain = { name: "contoso.com", dn: "DC=contoso,DC=com", netbios: "CONTOSO" };

function part(bytes: Buffer, ok = true): Part {
  return { ok, bytes, text: decodeConsole(bytes) };
}

/** An LDAP entry in which everything is this text. */
function entryOf(text: string): Entry {
  const names = [
    "objectClass",
    "cn",
    "nCName",
    "dnsRoot",
    "nETBIOSName",
    "systemFlags",
    "fSMORoleOwner",
    "msDS-Behavior-Version",
    "nTMixedDomain",
    "dNSHostName",
    "hasMasterNCs",
    "options",
    "objectVersion",
    "networkAddress",
    "serialNumber",
    "msExchCurrentServerRoles",
    "msExchServerSite",
    "msExchExternalHostName",
    "operatingSystemVersion",
    "operatingSystemServicePack",
    "rootDomainNamingContext",
    "configurationNamingContext",
    "schemaNamingContext",
    "sAMAccountName",
  ];
  return {
    dn: text,
    ...Object.fromEntries(names.map((name) => [name, [text, "server", "site", "nTDSDSA"]])),
  };
}

/** Readers of bytes that came over SSH. None of them may throw. */
export const hostParsers: { readonly [name: string]: (bytes: Buffer) => unknown } = {
  decodeConsole: (bytes) => decodeConsole(bytes),
  linesOf: (bytes) => linesOf(decodeConsole(bytes)),
  registry: (bytes) => {
    const keys = parseRegistry(decodeConsole(bytes));
    const found = findKey(keys, key);
    const data = dataOf(found, "ConfiguredVersion");
    return [
      textOf(found, "Watermark"),
      defaultDataOf(found),
      parseDword(data),
      parseMultiString(data ?? ""),
      listsSubkey(keys, `${key}\\MailboxRole`),
      installedRoles(keys, key, roleKeys),
      namedKeys(keys, key, ["ClusteredMailboxServer"]),
    ];
  },
  canonicalKey: (bytes) => canonicalKey(decodeConsole(bytes)),
  presence: (bytes) => {
    const listings = new Listings();
    listings.set("HKLM\\SOFTWARE\\Microsoft", part(bytes));
    return listings.presenceOf(key);
  },
  identity: (bytes) =>
    identityOf({ tcpip: part(bytes), netlogon: part(bytes), version: part(bytes), product: part(bytes) }),
  logon: (bytes) => logonOf(part(bytes), part(bytes)),
  localNameOf: (bytes) => localNameOf(decodeConsole(bytes), "S-1-5-32-544"),
  tasklist: (bytes) => parseTasklist(decodeConsole(bytes), "exsetup.exe"),
  wmic: (bytes) => parseWmicValues(decodeConsole(bytes), "Version").map(parseBuild),
  members: (bytes) => parseMembers(part(bytes), part(bytes)),
  services: (bytes) => parseServiceState(decodeConsole(bytes)),
  tasks: (bytes) => findTask(parseTasks(decodeConsole(bytes)), "ExchangeUpgrade"),
  shutdownTime: (bytes) => shutdownTimeOf(part(bytes)),
  registerAnswer: (bytes) => registerAnswer(decodeConsole(bytes), "register"),
  sddl: (bytes) => foreignWriters(bytes.toString("latin1").replaceAll("\0", "")),
  failureOf: (bytes) => [failureOf(part(bytes, false)), printedText(decodeConsole(bytes))],
  reasonOf: (bytes) => reasonOf(new Error(decodeConsole(bytes))),
  setupLog: (bytes) => {
    const text = decodeConsole(bytes);
    return [
      failureReason(parseSetupLog(text), parseConsole(text)),
      failureReason(parseSetupLog(text), null),
      failureReason(null, parseConsole(text)),
      accountText(accountOf(parseSetupLog(text) ?? parseConsole(text))),
      detailIn("ldif", text),
      detailIn("installer", text),
    ];
  },
  keyType: (bytes) => keyType(bytes),
  builds: (bytes) => [parseBuild(decodeConsole(bytes)), parseSerialNumber(decodeConsole(bytes))],
  shown: (bytes) => visible(redact(plain(decodeConsole(bytes)), ["secret-1"])),
};

/** Readers of what came over LDAP, as text. None of them may throw. */
export const directoryParsers: { readonly [name: string]: (bytes: Buffer) => unknown } = {
  dn: (bytes) => {
    const text = bytes.toString("utf8");
    return [nameOf(text), dnKey(text), parentKey(text), dnsNameOf(text), siteOf(text), isDeleted(text)];
  },
  accountName: (bytes) => parseAccountName(bytes.toString("utf8")),
  registeredGroup: (bytes) => readRegisteredGroup([bytes.toString("utf8")], "delegatedSetup"),
  diagnostics: (bytes) => {
    const error = new Error(bytes.toString("utf8"));
    return [bindFailure("s", "u", error), connectFailure("s", error), searchFailure("s", "b", error)];
  },
  entries: (bytes) => {
    const entries = [entryOf(bytes.toString("utf8"))];
    const [entry] = entries;
    const { servers, setAside } = readServers(entries, "s");
    return [
      readRootDse(entry),
      readDomains(entries, "DC=contoso,DC=com", "s"),
      readSites(entries, "s"),
      readControllers(entries, [domain], nothingReadable, "s"),
      readOrganization(entries, "s"),
      readDomainLevel(entries, "s"),
      servers,
      setAside,
      readExternalUrls(entries),
      withoutVirtualDirectories(entries, servers.known ? servers.value : []),
      readVirtualDirectories(entries),
      readForestLevel(entries, "s"),
      readDomainFunctionalLevel(entry, "s"),
      readWindows(entries, "dc1.contoso.com", "s"),
    ];
  },
  descriptors: (bytes) => readServerAccess([{ dn: "CN=MBX1", nTSecurityDescriptor: [bytes] }]),
  sids: (bytes) => {
    const account = { dn: "CN=a", sAMAccountName: "a", objectSid: [bytes], tokenGroups: [bytes] };
    return [() => readSid(account), () => readAccount(account, domain, "s")].map((read) => {
      try {
        return read();
      } catch (error) {
        // One reading fails, and becomes an unknown fact.
        if (error instanceof DirectoryFailure) return error.message;
        throw error;
      }
    });
  },
};
