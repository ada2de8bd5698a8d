/** Cases of the rule on the .NET Framework: R18. */
import { known } from "../../../lib/facts";
import {
  aCase,
  type Changes,
  frameworkIs,
  frameworkKey,
  identityIs,
  installed,
  releaseNamed,
  rolesAre,
  silent,
} from "../builder";
import { type CaseTable, fails, notVerified, ok, type RuleCase } from "./case";

const onServer = "  Where:  on mbx-lon.contoso.com";
const rule =
  '  Rule:   R18, the target supports the .NET Framework that is installed (Microsoft Learn, "Exchange Server supportability matrix"; Microsoft\'s Exchange documentation, MicrosoftDocs/OfficeDocs-Exchange)';

/** A Release of each version, as some Windows has it. */
const numbers = {
  "4.5": 378389,
  "4.5.2": 379893,
  "4.6.1": 394271,
  "4.6.2": 394806,
  "4.7": 460805,
  "4.7.1": 461310,
  "4.7.2": 461814,
  "4.8": 528049,
  "4.8.1": 533325,
} as const;

type Version = keyof typeof numbers;

/** A server with an Exchange and a .NET Framework, on its way to a target. */
function server(from: string, target: string, version: Version | null, changes: Changes = {}) {
  const { major, minor, build, revision } = releaseNamed(from).build;
  const role = installed("Mailbox", `${major}.${minor}.${build}.${revision}`);
  const number = version === null ? null : numbers[version];
  return aCase({
    target,
    ...changes,
    machine: { ...rolesAre(role), ...frameworkIs(number), ...changes.machine },
  });
}

const onWindows = (windowsBuild: number | null): Changes => ({
  machine: identityIs("mbx-lon.contoso.com", "London", { windowsBuild }),
});

function needed(versions: string): string {
  return `  Needed: .NET Framework ${versions}: Setup refuses a lower one, and no other is supported`;
}

function found(version: Version, under: string | null): string {
  return `  Found:  .NET Framework ${version} (Release ${numbers[version]})${under === null ? "" : ` under Exchange ${under}`}, read from ${frameworkKey}`;
}

/** From one release to another on a .NET Framework that is too low: what to do first. */
function tooLow(from: string, target: string, version: Version, versions: string, fix: string): RuleCase {
  return {
    name: `${from} to ${target} on ${version}`,
    of: server(from, target, version),
    says: fails(
      `R18 (must), server upgrade on mbx-lon.contoso.com: .NET Framework ${version} is too low for Setup of ${target}`,
      found(version, from),
      needed(versions),
      onServer,
      `  Fix:    ${fix}`,
      rule,
    ),
  };
}

const catchUp = (version: string) =>
  `Where the media of a stop cannot be had any more, stop every Exchange service, install .NET Framework ${version}, restart Windows and upgrade at once, which Microsoft tolerates to catch up`;

function stops(from: string, target: string, route: string, first: string, version: string): string {
  return `no .NET Framework is supported by ${from} and by ${target}: upgrade in stops, and before each install its .NET Framework: ${route}; so set \`target\` to "${first}" first. ${catchUp(version)}`;
}

const ofSe = "4.8, or 4.8.1 on Windows Server 2022 and later";

const chains: CaseTable = [
  tooLow(
    "2013 RTM",
    "2013 CU23",
    "4.5",
    "4.7.2 or 4.8",
    stops(
      "2013 RTM",
      "2013 CU23",
      "to 2013 CU14 on .NET Framework 4.5, then to 2013 CU15 on 4.5.1, 4.5.2 or 4.6.1, then to 2013 CU20 on 4.6.2, then to 2013 CU22 on 4.7.1, then to 2013 CU23 on 4.7.2",
      "2013 CU14",
      "4.7.2 or 4.8",
    ),
  ),
  tooLow(
    "2013 CU15",
    "2013 CU23",
    "4.6.2",
    "4.7.2 or 4.8",
    stops(
      "2013 CU15",
      "2013 CU23",
      "to 2013 CU20 on .NET Framework 4.6.2, then to 2013 CU22 on 4.7.1, then to 2013 CU23 on 4.7.2",
      "2013 CU20",
      "4.7.2 or 4.8",
    ),
  ),
  tooLow(
    "2013 CU21",
    "2013 CU23",
    "4.7.1",
    "4.7.2 or 4.8",
    "install .NET Framework 4.7.2, which 2013 CU21 supports as well, and restart Windows",
  ),
  tooLow(
    "2016 RTM",
    "2016 CU23",
    "4.5.2",
    "4.8",
    stops(
      "2016 RTM",
      "2016 CU23",
      "to 2016 CU4 on .NET Framework 4.5.2, then to 2016 CU9 on 4.6.2, then to 2016 CU12 on 4.7.1, then to 2016 CU14 on 4.7.2, then to 2016 CU23 on 4.8",
      "2016 CU4",
      "4.8",
    ),
  ),
  tooLow(
    "2016 CU10",
    "2016 CU23",
    "4.7.1",
    "4.8",
    stops(
      "2016 CU10",
      "2016 CU23",
      "to 2016 CU12 on .NET Framework 4.7.1, then to 2016 CU14 on 4.7.2, then to 2016 CU23 on 4.8",
      "2016 CU12",
      "4.8",
    ),
  ),
  tooLow(
    "2016 CU12",
    "2016 CU23",
    "4.7.2",
    "4.8",
    stops(
      "2016 CU12",
      "2016 CU23",
      "to 2016 CU14 on .NET Framework 4.7.2, then to 2016 CU23 on 4.8",
      "2016 CU14",
      "4.8",
    ),
  ),
  tooLow(
    "2016 CU13",
    "2016 CU23",
    "4.7.2",
    "4.8",
    "install .NET Framework 4.8, which 2016 CU13 supports as well, and restart Windows",
  ),
  tooLow(
    "2019 RTM",
    "2019 CU15",
    "4.7.2",
    ofSe,
    stops(
      "2019 RTM",
      "2019 CU15",
      "to 2019 CU3 on .NET Framework 4.7.2, then to 2019 CU15 on 4.8",
      "2019 CU3",
      "4.8",
    ),
  ),
  tooLow(
    "2019 RTM",
    "SE RTM",
    "4.7.2",
    ofSe,
    stops(
      "2019 RTM",
      "SE RTM",
      "to 2019 CU3 on .NET Framework 4.7.2, then to 2019 CU15 on 4.8, then to SE RTM on 4.8",
      "2019 CU3",
      "4.8",
    ),
  ),
  tooLow(
    "2019 CU3",
    "SE RTM",
    "4.7.2",
    ofSe,
    `upgrade in stops, and before each install its .NET Framework: to 2019 CU15 on .NET Framework 4.8, then to SE RTM on 4.8; so set \`target\` to "2019 CU15" first. ${catchUp("4.8")}`,
  ),
  tooLow(
    "2016 CU10",
    "SE RTM",
    "4.7.1",
    ofSe,
    "no .NET Framework is supported by 2016 CU10 and by SE RTM: choose a target that is reached in place (R2)",
  ),
];

/** A preparation, on a computer of its own or with an Exchange on it. */
const preparation = (version: Version | null, changes: Changes = {}) =>
  aCase({
    step: "schema",
    target: "2016 CU23",
    ...changes,
    machine: { ...frameworkIs(version === null ? null : numbers[version]), ...changes.machine },
  });

const preparations: CaseTable = [
  { name: "a preparation on a supported one", of: preparation("4.8", { apply: true }), says: ok },
  {
    name: "a preparation on a lower one",
    of: preparation("4.7.2"),
    says: fails(
      "R18 (must), schema preparation on dc1.contoso.com: .NET Framework 4.7.2 is too low for Setup of 2016 CU23",
      found("4.7.2", null),
      needed("4.8"),
      "  Where:  on dc1.contoso.com",
      "  Fix:    install .NET Framework 4.8 and restart Windows, or set `computer` to one that has it",
      rule,
    ),
  },
  {
    name: "a preparation of the organization on a server whose Exchange supports no such version",
    of: aCase({
      step: "organization",
      target: "2016 CU23",
      machine: { ...rolesAre(installed("Mailbox", "15.1.1713.5")), ...frameworkIs(numbers["4.7.2"]) },
    }),
    says: fails(
      "R18 (must), Active Directory preparation on dc1.contoso.com: .NET Framework 4.7.2 is too low for Setup of 2016 CU23",
      found("4.7.2", "2016 CU12"),
      needed("4.8"),
      "  Where:  on dc1.contoso.com",
      "  Fix:    set `computer` to another computer: Exchange 2016 CU12, which is on this one, does not support .NET Framework 4.8",
      rule,
    ),
  },
  {
    name: "a preparation of a domain on a server whose Exchange supports it as well",
    of: aCase({
      step: "domain",
      target: "2016 CU23",
      machine: { ...rolesAre(installed("Mailbox", "15.1.1847.3")), ...frameworkIs(numbers["4.7.2"]) },
    }),
    says: fails(
      "R18 (must), domain preparation on emea-dc1.emea.contoso.com: .NET Framework 4.7.2 is too low for Setup of 2016 CU23",
      found("4.7.2", "2016 CU14"),
      needed("4.8"),
      "  Where:  on emea-dc1.emea.contoso.com",
      "  Fix:    install .NET Framework 4.8, which Exchange 2016 CU14 on it supports as well, and restart Windows; or set `computer` to a computer that has it",
      rule,
    ),
  },
  {
    name: "a preparation on a higher one, which Setup lets pass",
    of: preparation("4.8.1"),
    says: fails(
      "R18 (should), schema preparation on dc1.contoso.com: 2016 CU23 is not supported on .NET Framework 4.8.1",
      found("4.8.1", null),
      needed("4.8"),
      "  Where:  on dc1.contoso.com",
      "  Fix:    say with `waive: { R18: reason }` why it may be so: Setup does not check it",
      rule,
    ),
  },
  {
    name: "a manual preparation, which nobody looks at",
    of: preparation(null, { run: "manual", machine: { framework: silent } }),
    says: ok,
  },
  {
    name: "a preparation on a computer that does not answer",
    of: preparation(null, { machine: { framework: silent } }),
    says: notVerified(
      "R18 (must), schema preparation on dc1.contoso.com: not verified: no answer within 60 s",
      needed("4.8"),
      "  Where:  on dc1.contoso.com",
      "  Fix:    let the connection reach the computer, with an account that may read its registry",
      rule,
    ),
  },
];

export const R18: CaseTable = [
  {
    name: "2019 CU14 to SE on 4.8, right before Setup",
    of: server("2019 CU14", "SE RTM", "4.8", { apply: true }),
    says: ok,
  },
  {
    name: "SE on 4.8.1 on Windows Server 2022",
    of: server("2019 CU15", "SE RTM", "4.8.1", onWindows(20348)),
    says: ok,
  },
  {
    name: "one that the installed release does not support, and the target does",
    of: server("2016 CU12", "2016 CU23", "4.8"),
    says: ok,
  },
  ...chains,
  ...preparations,
  {
    name: "none from 4.5 on, under a release that is not known",
    of: server("2019 CU14", "SE RTM", null, { machine: rolesAre(installed("Mailbox", "15.2.100.1")) }),
    says: fails(
      "R18 (must), server upgrade on mbx-lon.contoso.com: there is no .NET Framework from 4.5 on, without which Setup of SE RTM does not run",
      `  Found:  no .NET Framework from 4.5 on, read from ${frameworkKey}`,
      needed(ofSe),
      onServer,
      "  Fix:    install .NET Framework 4.8 and restart Windows; the Exchange that is installed has to support it, too",
      rule,
    ),
  },
  {
    name: "one between two that are supported",
    of: server("2013 CU13", "2013 CU14", "4.6.1", { machine: frameworkIs(393295) }),
    says: fails(
      "R18 (must), server upgrade on mbx-lon.contoso.com: 2013 CU14 is not supported on .NET Framework 4.6",
      `  Found:  .NET Framework 4.6 (Release 393295) under Exchange 2013 CU13, read from ${frameworkKey}`,
      needed("4.5, 4.5.1, 4.5.2 or 4.6.1"),
      onServer,
      "  Fix:    install .NET Framework 4.6.1, which 2013 CU13 supports as well, and restart Windows",
      rule,
    ),
  },
  {
    name: "one that only later releases support",
    of: server("2016 CU10", "2016 CU12", "4.8"),
    says: fails(
      "R18 (must), server upgrade on mbx-lon.contoso.com: 2016 CU12 is not supported on .NET Framework 4.8",
      found("4.8", "2016 CU10"),
      needed("4.7.1 or 4.7.2"),
      onServer,
      "  Fix:    set `target` to 2016 CU13 to 2016 CU23, which supports it; or say with `waive: { R18: reason }` why it may be so: Setup does not check it",
      rule,
    ),
  },
  {
    name: "4.8.1 on Windows Server 2019",
    of: server("2019 CU14", "SE RTM", "4.8.1", onWindows(17763)),
    says: fails(
      "R18 (must), server upgrade on mbx-lon.contoso.com: SE RTM is not supported on .NET Framework 4.8.1",
      found("4.8.1", "2019 CU14"),
      needed(ofSe),
      onServer,
      "  Fix:    say with `waive: { R18: reason }` why it may be so: Setup does not check it",
      rule,
    ),
  },
  {
    name: "4.8.1 on a Windows whose build is not known",
    of: server("2019 CU14", "SE RTM", "4.8.1", onWindows(null)),
    says: notVerified(
      "R18 (must), server upgrade on mbx-lon.contoso.com: not verified: whether .NET Framework 4.8.1 is supported depends on Windows: the registry does not say the build of Windows",
      needed(ofSe),
      onServer,
      "  Fix:    let the connection reach the computer, with an account that may read its registry",
      rule,
    ),
  },
  {
    name: "a preview release, of which it is not described",
    of: aCase({ target: "2016 Preview", machine: { framework: known(numbers["4.8"], frameworkKey) } }),
    says: notVerified(
      "R18 (must), server upgrade on mbx-lon.contoso.com: not verified: which .NET Framework it supports is not described for Exchange 2016 Preview in this version of the package",
      "  Found:  no description of Exchange 2016 Preview",
      "  Needed: a .NET Framework that Exchange 2016 Preview supports",
      onServer,
      "  Fix:    look up Microsoft's system requirements of Exchange 2016 Preview, compare the .NET Framework that is installed there with them, and where they hold say so with `waive: { R18: reason }`",
      "  Rule:   R18, the target supports the .NET Framework that is installed (unverified: no source is described for 2016 Preview)",
    ),
  },
];
