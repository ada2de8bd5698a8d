/** Cases of R16: Windows Server 2025 on the schema master. */
import { type DomainControllerWindows, known } from "../../../lib/facts";
import { aCase, type Changes, installed, plannedUpTo, rolesAre, silent } from "../builder";
import { type CaseTable, notVerified, ok } from "./case";

const windows = (build: number): DomainControllerWindows => ({ major: 10, minor: 0, build, servicePack: 0 });
const source = "operatingSystemVersion of its computer object";
/** A step with media of a target, where the schema master runs this. */
const masterOn = (of: DomainControllerWindows | null | "silent", changes: Changes = {}) =>
  aCase({
    target: "SE RTM",
    step: "schema",
    ...changes,
    forest: {
      domainControllerWindows: { "dc1.contoso.com": of === "silent" ? silent : known(of, source) },
      ...changes.forest,
    },
  });

const needed =
  "  Needed: Windows Server 2025 from 26100.7171 on (KB5068861 (November 2025)) on the schema master, or an earlier version: without it, values of the schema are written twice, replication fails with error 8418, and no update repairs that";
const onMaster = "  Where:  on the schema master";
const read =
  "  Fix:    let `directory` read the schema master and its computer object, with an account that sees them";
const rule =
  '  Rule:   R16, a schema master on Windows Server 2025 is updated before anything is prepared (Microsoft Learn, "Exchange Server system requirements"; Microsoft Japan\'s Exchange support, jpmessaging/blog)';
const open = (about: string, build: number) =>
  notVerified(
    `R16 (must), ${about}: not verified: the schema master dc1.contoso.com runs Windows build ${build}, and the directory does not show with which update`,
    `  Found:  Windows 10.0 (${build}), ${source}`,
    needed,
    "  Where:  on dc1.contoso.com",
    "  Fix:    run winver there: from 26100.7171 on say so with `waive: { R16: reason }`; else install the update first, or transfer the schema master to a domain controller on an earlier Windows",
    rule,
  );
const unseen = (why: string) =>
  notVerified(
    `R16 (must), schema preparation on dc1.contoso.com: not verified: ${why}`,
    needed,
    onMaster,
    read,
    rule,
  );

export const R16: CaseTable = [
  { name: "Windows Server 2022", of: masterOn(windows(20348)), says: ok },
  {
    name: "Windows Server 2025, whose update does not show",
    of: masterOn(windows(26100)),
    says: open("schema preparation on dc1.contoso.com", 26100),
  },
  {
    name: "the same for Active Directory, right before Setup",
    of: masterOn(windows(26100), { step: "organization", apply: true }),
    says: open("Active Directory preparation on dc1.contoso.com", 26100),
  },
  {
    name: "a later Windows",
    of: masterOn(windows(27000)),
    says: open("schema preparation on dc1.contoso.com", 27000),
  },
  {
    name: "a server that prepares nothing",
    of: masterOn(windows(26100), { step: "server", machine: rolesAre(installed("Mailbox", "15.2.1748.10")) }),
    says: ok,
  },
  {
    name: "the first server, to which it is left",
    of: masterOn(windows(26100), {
      step: "server",
      machine: rolesAre(installed("Mailbox", "15.2.1748.10")),
      planned: plannedUpTo({ byFirstServer: true }),
    }),
    says: open("server upgrade on mbx-lon.contoso.com", 26100),
  },
  {
    name: "the tools alone",
    of: masterOn(windows(26100), {
      step: "server",
      machine: rolesAre(installed("Management Tools", "15.2.1748.10")),
      planned: plannedUpTo({ byFirstServer: true }),
    }),
    says: ok,
  },
  {
    name: "a computer object that does not say it",
    of: masterOn(null),
    says: unseen("the computer object of dc1.contoso.com does not say its Windows version"),
  },
  {
    name: "a computer object that could not be read",
    of: masterOn("silent"),
    says: unseen("no answer within 60 s"),
  },
  {
    name: "a computer object that was not read",
    of: masterOn(null, { forest: { domainControllerWindows: {} } }),
    says: unseen("the Windows version of dc1.contoso.com was not read"),
  },
  {
    name: "a schema master that could not be read",
    of: masterOn(null, { forest: { schemaMaster: silent } }),
    says: unseen("no answer within 60 s"),
  },
];
