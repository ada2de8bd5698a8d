/**
 * Permissions, places and levels on Samba: nested membership, real access control lists as a delegated server administrator
 * meets them, two domain controllers of different domains, and a reader who may not see everything.
 */

import assert from "node:assert/strict";
import { type Lab, startLab } from "../../lab";
import { coordinatesOf } from "../../lab/coordinates";
import { directoryNames } from "../../lab/directory";
import { accessRights, aceFlags, securityDescriptor } from "../../lab/directory/security-descriptor";
import type { StepKind } from "../../lib/model";
import { see } from "../../lib/provider/look";
import { parseInputs } from "../../lib/provider/step/inputs";
import { stepOf } from "../../lib/provider/step/step";
import { evaluate } from "../../lib/rules/evaluate";
import { renderFinding } from "../../lib/rules/finding";
import type { RuleId } from "../../lib/rules/ids";
import type { Props } from "../../lib/wire/values";
import { beginRun, check, presentRun } from "../frontDoor";
import { describeWith } from "../skip";
import { exchangeSchema } from "./exchange-schema";
import { type SambaForest, startSamba } from "./samba";
import { targetOf, Witness } from "./target";
import { furtherServer, hidden, organization, trusted } from "./upgrade";

const names = directoryNames(organization);
const prepared = {
  target: "2007 SP1",
  from: "2007 RTM",
  schema: true,
  organization: true,
  domains: ["*"],
};

/** Arguments of a step, the account that logs on to its computer, and the one that reads the directory. */
type Given = Props & { readonly logon: string; readonly reader?: string };

describeWith(["samba"], "rules on servers, on Samba", function () {
  this.timeout(120_000);
  let forest: SambaForest;
  let lab: Lab;
  let witness: Witness;

  before(async () => {
    forest = await startSamba(organization, { trusted, hidden });
    witness = new Witness(forest, organization);
    lab = await startLab(organization, { setupSeconds: 0.02, target: targetOf(forest) });
  });
  after(async () => {
    await beginRun();
    await lab?.stop();
    await forest?.stop();
  });

  const inputsOf = (name: string, { logon, reader = "reader", ...changes }: Given) => {
    const { directory, computers, accounts } = coordinatesOf(lab);
    return {
      target: "2007 SP1",
      directory: { ...directory, ...accounts[`CONTOSO\\${reader}`], user: `${reader}@contoso.com` },
      computer: { name, media: "D:\\SP1", connection: { ...computers[name], ...accounts[logon] } },
      ...changes,
    };
  };
  /**
   * First lines of what a rule finds on a server for 2016. The forest's servers are of 2007, so that check tells only that they
   * cannot come to it (D9).
   */
  const foundFor2016 = async (rule: RuleId, name: string) => {
    presentRun().facts.forget();
    const given = { logon: "CONTOSO\\exadmin", prepared, target: "2016 CU23" };
    const step = stepOf("server", parseInputs("server", inputsOf(name, given)));
    assert.ok(step);
    const seen = await see(presentRun(), step, { why: "start", recordedWindows: null });
    const found = evaluate(seen.case).filter((each) => each.rule === rule);
    return found.map((each) => renderFinding(each).split("\n")[0]);
  };

  /** First lines of what check says of a step: what it refuses, and the findings of which it only warns. */
  const judged = async (kind: StepKind, name: string, given: Given) => {
    presentRun().facts.forget();
    const warned: string[] = [];
    const log = {
      info: async () => {},
      warn: async (text: string) => void warned.push(text),
      progress: async () => {},
    };
    const { failures } = await check(kind, {}, inputsOf(name, given), log);
    const firstLine = (text: string) => text.split("\n")[0] ?? "";
    return {
      refused: failures.map(({ reason }) => firstLine(reason)),
      /** What Setup was seen to stop at. */
      health: [...failures.map(({ reason }) => reason), ...warned]
        .map(firstLine)
        .filter((line) => /^R(3[1-9]|4[0-2]) /.test(line)),
      // Of R11 another suite tells: the other domain controllers do not run.
      warned: warned.map(firstLine).filter((line) => /\(must\)/.test(line) && !line.startsWith("R11")),
    };
  };
  const refusals = async (name: string, account: string) =>
    (await judged("server", name, { logon: account, prepared })).refused;

  const dc1 = "dc1.contoso.com";
  /** A preparation by an operator: nobody logs on to the computer. */
  const byHand = (name: string, account: string) => ({
    logon: account,
    account: { name: account },
    prepared,
    run: "manual",
    computer: { name },
  });

  it("P5, P7 and P9: by nested groups, each in the domain that it is about", async () => {
    const of = async (kind: StepKind, account: string, more: Props = {}) =>
      (await judged(kind, dc1, { ...byHand(dc1, account), ...more })).refused;
    const on = `on ${dc1}: CONTOSO\\`;
    const inEmea = { domain: "emea.contoso.com" };
    // dirops is an Enterprise Admin by way of two groups, and nothing else.
    assert.deepEqual(await of("schema", "CONTOSO\\prep"), []);
    assert.deepEqual(await of("schema", "CONTOSO\\dirops"), [
      `P5 (must), schema preparation ${on}dirops is not in Schema Admins`,
    ]);
    assert.deepEqual(await of("organization", "CONTOSO\\dirops"), []);
    assert.deepEqual(await of("organization", "CONTOSO\\exadmin"), [
      `P7 (must), Active Directory preparation ${on}exadmin is not in Enterprise Admins`,
    ]);
    assert.deepEqual(await of("domain", "CONTOSO\\dirops", { allDomains: true }), []);
    assert.deepEqual(await of("domain", "EMEA\\emeaprep", inEmea), []);
    assert.deepEqual(await of("domain", "EMEA\\emeaprep", { domain: "contoso.com" }), [
      `P9 (must), domain preparation on ${dc1}: EMEA\\emeaprep is neither in Domain Admins of contoso.com nor in Enterprise Admins`,
    ]);
    assert.deepEqual(await of("domain", "EMEA\\emeaprep", { allDomains: true }), [
      `P9 (must), domain preparation on ${dc1}: EMEA\\emeaprep is not in Enterprise Admins`,
    ]);
  });

  it("P6 and P8: beside the schema master, and not on another domain controller of its domain or site", async () => {
    const places = {
      "dc1.contoso.com": null,
      "dc2.contoso.com": "site London instead of Operations",
      "emea-dc1.emea.contoso.com":
        "domain emea.contoso.com instead of contoso.com, site Dublin instead of Operations",
    };
    for (const [name, wrong] of Object.entries(places))
      for (const [kind, what] of [
        ["schema", "P6 (must), schema preparation"],
        ["organization", "P8 (must), Active Directory preparation"],
      ] as const)
        assert.deepEqual(
          (await judged(kind, name, byHand(name, "CONTOSO\\prep"))).refused,
          wrong === null ? [] : [`${what} on ${name}: it is not beside the schema master: ${wrong}`],
        );
    // A member of the domain says itself where it is.
    const member = await judged("schema", "cas-lon.contoso.com", { logon: "CONTOSO\\prep" });
    assert.deepEqual(
      member.refused.filter((line) => line.startsWith("P6")),
      [
        "P6 (must), schema preparation on cas-lon.contoso.com: it is not beside the schema master: site London instead of Operations",
      ],
    );
  });

  it("a reader who may not see an attribute: what rests on it is not verified, in words that name it", async () => {
    const seen = async (kind: StepKind, name: string, more: Props & { readonly logon: string }) =>
      (await judged(kind, name, { ...more, reader: "helpdesk" })).warned;
    const cannot = (what: string) => `not verified: this account cannot see ${what}`;
    assert.deepEqual(
      await seen("server", "cas-dub.emea.contoso.com", {
        logon: "CONTOSO\\exadmin",
        prepared,
        after: ["cas-nyc.contoso.com"],
      }),
      [
        "D3 (must), server upgrade on cas-dub.emea.contoso.com: not verified: the directory does not show msExchCurrentServerRoles of cas-lon.contoso.com",
      ],
    );
    assert.deepEqual(
      await seen("server", "mbx-dub.emea.contoso.com", {
        logon: "CONTOSO\\mbxadmin",
        prepared,
        after: ["mbx-lon.contoso.com"],
      }),
      [
        "P3 (must), server upgrade on mbx-dub.emea.contoso.com: not verified: the access control list of mbx-dub.emea.contoso.com cannot be read",
      ],
    );
    assert.deepEqual(await seen("schema", dc1, byHand(dc1, "CONTOSO\\prep")), [
      `P5 (must), schema preparation on ${dc1}: not verified: the reading account cannot see tokenGroups of CN=prep,CN=Users,DC=contoso,DC=com; make it a member of Windows Authorization Access Group`,
    ]);
    assert.deepEqual(
      (await seen("domain", dc1, { ...byHand(dc1, "CONTOSO\\dirops"), domain: "contoso.com" }))[0],
      `D9, R2 (must), domain preparation on ${dc1}: ${cannot(`objectVersion of ${names.systemObjects("contoso.com")}, which is always set; let it read the object`)}`,
    );
  });

  it("each domain's level is judged in that domain", async () => {
    const levels = [
      ["contoso.com", names.schemaVersion, "rangeUpper", "11116", "10637"],
      ["contoso.com", names.organization, "objectVersion", "11221", "10666"],
      ["contoso.com", names.systemObjects("contoso.com"), "objectVersion", "11221", "10628"],
    ] as const;
    const verify = {
      logon: "CONTOSO\\exadmin",
      prepared: { ...prepared, schema: false, organization: false, domains: [] },
    };
    const r3 = async (name: string) =>
      (await judged("server", name, verify)).refused.filter((line) => line.startsWith("R3"));
    for (const [domain, dn, attribute, value] of levels) await witness.set(domain, dn, attribute, value);
    try {
      assert.deepEqual(await r3("mbx-lon.contoso.com"), []);
      assert.deepEqual(await r3("mbx-dub.emea.contoso.com"), [
        "R3 (must), server upgrade on mbx-dub.emea.contoso.com: the domain emea.contoso.com is neither planned before this step nor prepared for 2007 SP1",
      ]);
    } finally {
      for (const [domain, dn, attribute, , value] of levels) await witness.set(domain, dn, attribute, value);
    }
  });

  it("P1: a delegated administrator is refused the first Mailbox server", async () => {
    assert.deepEqual(await refusals("mbx-dub.emea.contoso.com", "CONTOSO\\mbxadmin"), [
      "P1 (must), server upgrade on mbx-dub.emea.contoso.com: it is the first server with Mailbox to be upgraded, and CONTOSO\\mbxadmin is not in Exchange Organization Administrators",
    ]);
    assert.deepEqual(await refusals("mbx-dub.emea.contoso.com", "CONTOSO\\exadmin"), []);
  });

  describe("once a Mailbox server is upgraded", () => {
    before(async () => {
      const mbxLon = names.server("mbx-lon.contoso.com");
      await witness.set("contoso.com", mbxLon, "serialNumber", "Version 8.1 (Build 30240.6)");
    });

    it("P3: its delegated administrator may upgrade a further one, by way of two groups", async () => {
      assert.deepEqual(await refusals("mbx-dub.emea.contoso.com", "CONTOSO\\mbxadmin"), []);
    });

    it("P3: control of the server's object is not enough without local Administrators", async () => {
      assert.deepEqual(await refusals(furtherServer, "CONTOSO\\mbxadmin"), [
        `P3 (must), server upgrade on ${furtherServer}: contoso\\mbxadmin is not in local Administrators`,
      ]);
    });

    it("P3: nor are local Administrators without control of the server's object", async () => {
      assert.deepEqual(await refusals(furtherServer, "CONTOSO\\helpdesk"), [
        `P3 (must), server upgrade on ${furtherServer}: CONTOSO\\helpdesk is neither Exchange Server Administrator for this server nor in Exchange Organization Administrators`,
      ]);
    });
  });

  describe("what Setup was seen to stop at (R31 to R42)", () => {
    const of = async (kind: StepKind, more: Props = {}) =>
      (await judged(kind, dc1, { ...byHand(dc1, "CONTOSO\\prep"), ...more })).health;
    const inEmea = { domain: "emea.contoso.com" };
    const halfway = `R31 (must), Active Directory preparation on ${dc1}: /PrepareAD would stop halfway at a group that Exchange has registered`;
    const registered = (value: string) =>
      `${halfway}: ${value} of CN=Microsoft Exchange,CN=Services,${names.configuration}`;

    it("is nothing in a forest that is sound", async () => {
      assert.deepEqual(await of("schema"), []);
      assert.deepEqual(await of("organization"), []);
      assert.deepEqual(await of("domain", { allDomains: true }), []);
      const onServer = { logon: "CONTOSO\\exadmin", prepared };
      assert.deepEqual((await judged("server", "cas-lon.contoso.com", onServer)).health, []);
    });

    /** Those of one rule: Setup of 2013 and later minds more in this forest. */
    const onlyOf = (rule: string, lines: readonly string[]) =>
      lines.filter((line) => line.startsWith(`${rule} `));

    it("R39: a container of public folder hierarchies without a tree", async () => {
      const dn = `CN=Folder Hierarchies,${names.administrativeGroup}`;
      await witness.add("contoso.com", dn, { objectClass: "msExchPublicFolderTreeContainer" });
      const found = async () => onlyOf("R39", await of("organization"));
      assert.deepEqual(await found(), [
        `R39 (should), Active Directory preparation on ${dc1}: the container of public folder hierarchies holds no tree: ${dn} is empty`,
      ]);
      await witness.add("contoso.com", `CN=Public Folders,${dn}`, { objectClass: "msExchPFTree" });
      assert.deepEqual(await found(), []);
    });

    it("R41: a second ActiveSync virtual directory, for which 2013 and later stop", async () => {
      const server = "cas-lon.contoso.com";
      const found = () => foundFor2016("R41", server);
      assert.deepEqual(await found(), []);
      const activeSync = (site: string) =>
        `CN=Microsoft-Server-ActiveSync (${site}),CN=HTTP,CN=Protocols,${names.server(server)}`;
      const add = (site: string) =>
        witness.add("contoso.com", activeSync(site), { objectClass: "msExchMobileVirtualDirectory" });
      await add("Default Web Site");
      await add("Exchange Back End");
      assert.deepEqual(await found(), []);
      await add("Phones");
      assert.deepEqual(await found(), [
        `R41 (must), server upgrade on ${server}: it has 2 ActiveSync virtual directories, and Setup would stop halfway: ` +
          ["Default Web Site", "Phones"].map(activeSync).join("; "),
      ]);
    });

    it("R42: an organization relationship without an application URI, once the schema knows such", async () => {
      const later = exchangeSchema(names.schema, 15333).flat();
      const added = ["ms-Exch-Fed-Target-Application-URI", "ms-Exch-Fed-Sharing-Relationship"];
      await witness.extendSchema(
        added.flatMap((cn) => later.filter(({ dn }) => dn === `CN=${cn},${names.schema}`)),
      );
      const server = "cas-lon.contoso.com";
      const found = () => foundFor2016("R42", server);
      const add = (name: string, values: { readonly [name: string]: string }) =>
        witness.add("contoso.com", `CN=${name},${names.organization}`, {
          objectClass: "msExchFedSharingRelationship",
          ...values,
        });
      await add("To Fabrikam", { msExchFedTargetApplicationURI: "outlook.com" });
      assert.deepEqual(await found(), []);
      await add("To Adatum", {});
      assert.deepEqual(await found(), [
        `R42 (should), server upgrade on ${server}: an organization relationship has no application URI, and Setup may refuse: CN=To Adatum,${names.organization}`,
      ]);
    });

    it("R36: a read-only domain controller outside of its OU, for which some media of 2013 and later stop", async () => {
      const found = async () =>
        onlyOf("R36", await of("domain", { domain: "contoso.com", target: "2016 CU23" }));
      assert.deepEqual(await found(), []);
      const dn = `CN=rodc9,CN=Computers,${names.root}`;
      await witness.add("contoso.com", dn, {
        objectClass: "computer",
        sAMAccountName: "rodc9$",
        // WORKSTATION_TRUST_ACCOUNT and PARTIAL_SECRETS_ACCOUNT: Samba then sets the primary group itself, as Windows does.
        userAccountControl: String(0x5001000),
      });
      assert.deepEqual(await found(), [
        `R36 (should), domain preparation on ${dc1}: objects of a domain lie where some Setups of 2021 do not find them, and stop (KB 5005319): the read-only domain controller ${dn}`,
      ]);
    });

    it("R38: an entry that denies the account to change permissions", async () => {
      const dn = names.systemObjects("emea.contoso.com");
      const administrators = "S-1-5-32-544";
      const everybody = "S-1-5-11";
      const { read, full } = accessRights;
      const protect = (denied: number) =>
        witness.protect(
          "emea.contoso.com",
          dn,
          securityDescriptor(administrators, [
            ...(denied === 0 ? [] : [{ trustee: everybody, allow: false, mask: denied, flags: 0 }]),
            { trustee: everybody, allow: true, mask: read, flags: aceFlags.containerInherit },
            { trustee: administrators, allow: true, mask: full, flags: aceFlags.containerInherit },
          ]),
        );
      const found = async () => onlyOf("R38", await of("domain", inEmea));
      await protect(0);
      assert.deepEqual(await found(), []);
      await protect(0x40000);
      assert.deepEqual(await found(), [
        `R38 (should), domain preparation on ${dc1}: permissions that Setup changes cannot be changed, and it would stop halfway: ${dn} denies it to ${everybody}`,
      ]);
      await protect(0);
    });

    it("R35: a second container of system objects", async () => {
      const dn = "CN=Exchange System Objects,DC=emea,DC=contoso,DC=com";
      await witness.add("emea.contoso.com", dn, {
        objectClass: "msExchSystemObjectsContainer",
        objectVersion: "4",
      });
      assert.deepEqual(await of("domain", inEmea), [
        `R35 (should), domain preparation on ${dc1}: several containers Microsoft Exchange System Objects in a domain, which Setup takes for not prepared: ` +
          `emea.contoso.com: ${dn} (objectVersion 4); ${names.systemObjects("emea.contoso.com")} (objectVersion 10628)`,
      ]);
      assert.deepEqual(await of("domain", { domain: "contoso.com" }), []);
    });

    it("R31: a registered group of another type, and one that was deleted", async () => {
      const group = (name: string) => `CN=${name},${names.securityGroups}`;
      const interop = group("ExchangeLegacyInterop");
      const universal = "-2147483640";
      await witness.set("contoso.com", interop, "groupType", "-2147483646");
      assert.deepEqual(await of("organization"), [
        `${registered(`B:32:9C5B963F67F14A4B936CB8EFB19C4784:${interop}`)} is not universal (groupType -2147483646)`,
      ]);
      await witness.set("contoso.com", interop, "groupType", universal);
      await witness.remove("contoso.com", group("Exchange Servers"));
      const [found, ...others] = await of("organization");
      assert.deepEqual(others, []);
      // Samba makes the GUID, and lets the value follow the group to where it lies now.
      assert.equal(
        found?.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/, "GUID"),
        `${registered(`B:32:A7D2016C83F003458132789EEB127B84:CN=Exchange Servers\\0ADEL:GUID,CN=Deleted Objects,${names.root}`)}, a deleted object`,
      );
    });

    it("R32: the OU of the groups with another name", async () => {
      await witness.move("contoso.com", names.securityGroups, `OU=Exchange Groups,${names.root}`);
      assert.deepEqual(
        (await of("organization")).at(-1),
        `R32 (should), Active Directory preparation on ${dc1}: the groups of Exchange are not as Setup leaves them: no OU of this name`,
      );
    });

    it("R33: the name of a duplicate", async () => {
      const cn = "CN=ms-Exch-Resource-Property-Schema";
      const name = "DUP-msExchResourcePropertySchema-0b1f63a4";
      await witness.set("contoso.com", `${cn},${names.schema}`, "lDAPDisplayName", name);
      assert.deepEqual(await of("schema"), [
        `R33 (must), schema preparation on ${dc1}: a name in the schema is that of a duplicate, and Setup would stop halfway: ${cn} has lDAPDisplayName ${name}`,
      ]);
    });
  });
});
