/** How findings become text. */
import assert from "node:assert/strict";
import { unreadComputer } from "../../lib/facts";
import { evaluate } from "../../lib/rules/evaluate";
import { type Finding, renderFinding } from "../../lib/rules/finding";
import { notJudgedText, renderFindings } from "../../lib/rules/sharedFindings";
import { aCase, account, identityIs, schemaAt, sids, silent } from "./builder";

describe("the texts of findings", () => {
  it("are one for each rule that fails, as it would be alone", () => {
    const findings = evaluate(
      aCase({ step: "schema", logon: "key", found: account("prep", []), forest: schemaAt(6870) }),
    );
    assert.deepEqual(
      findings.map((f) => f.rule),
      ["P5", "R2", "R5"],
    );
    assert.deepEqual(renderFindings(findings), findings.map(renderFinding));
  });

  it("are none without findings", () => {
    assert.deepEqual(renderFindings([]), []);
  });

  it("are one for rules that could not be judged for the same reason, in a few lines", () => {
    const c = aCase({ step: "schema", found: silent, forest: { schema: silent } });
    assert.deepEqual(renderFindings(evaluate(c)), [
      [
        "D9, P5, R2 (must), schema preparation on dc1.contoso.com: not verified: no answer within 60 s",
        "  Where:  in the program: `target`",
        "          account CONTOSO\\prep, on dc1.contoso.com",
        "  Fix:    let `directory` and the connection read the present levels, with accounts that see them",
        "          let `directory` reach a domain controller that shows CONTOSO\\prep and its groups",
        "  Rule:   waiting: D9, P5, R2",
      ].join("\n"),
    ]);
  });

  it("are one each for reasons that differ", () => {
    const other = { ...silent, why: "the SID could not be read" };
    const c = aCase({ step: "schema", forest: { schema: silent, groups: other } });
    const firstLines = renderFindings(evaluate(c)).map((text) => text.split("\n")[0]);
    assert.deepEqual(firstLines, [
      "D9, R2 (must), schema preparation on dc1.contoso.com: not verified: no answer within 60 s",
      "P5 (must), schema preparation on dc1.contoso.com: not verified: the SID could not be read",
    ]);
  });

  it("keep what is only recommended apart from what must be", () => {
    const c = aCase({ machine: { remoteRegistry: silent, pendingRestart: silent } });
    const firstLines = renderFindings(evaluate(c)).map((text) => text.split("\n")[0]);
    assert.deepEqual(firstLines, [
      "D6 (should), server upgrade on mbx-lon.contoso.com: not verified: no answer within 60 s",
      "R7 (must), server upgrade on mbx-lon.contoso.com: not verified: no answer within 60 s",
    ]);
  });

  it("of a server that does not answer are one for all that must be", () => {
    const computer = unreadComputer("no answer within 60 s", "mbx-lon.contoso.com");
    const firstLines = renderFindings(evaluate(aCase({ machine: computer }))).map(
      (text) => text.split("\n")[0],
    );
    assert.deepEqual(firstLines, [
      "D1, D4, D5, D9, D10, D15, P1, P3, R2, R4, R6, R7, R8, R13, R48 (must), server upgrade on mbx-lon.contoso.com: not verified: no answer within 60 s",
      "D6 (should), server upgrade on mbx-lon.contoso.com: not verified: no answer within 60 s",
    ]);
  });

  it("name the rules that wait for one cause in order, three and more in a row as a span", () => {
    assert.equal(
      notJudgedText(["R9", "D4", "D3", "R7", "R10", "D1", "R8", "P1", "R12"]),
      "waiting: D1, D3, D4, P1, R7-R10, R12",
    );
  });

  it("are one for all servers on a Windows of which nothing is recorded (D5)", () => {
    const onWindows = (computer: string, windowsBuild: number) =>
      evaluate(
        aCase({
          computer,
          target: "2019 CU15",
          machine: identityIs(computer, "London", { windowsBuild, productType: "ServerNT" }),
        }),
      ).filter((f) => f.rule === "D5");
    const all = [
      ...onWindows("mbx1.contoso.com", 20348),
      ...onWindows("mbx2.contoso.com", 20348),
      ...onWindows("mbx3.contoso.com", 26100),
    ];
    assert.deepEqual(
      renderFindings(all).map((text) => text.split("\n").slice(0, 2)),
      [
        [
          "D5 (should), server upgrade on 2 computers: not verified: it runs Windows Server 2022 or later (build 20348), and nothing is recorded of what Exchange was installed on",
          "  On:     mbx1.contoso.com, mbx2.contoso.com",
        ],
        [
          "D5 (should), server upgrade on mbx3.contoso.com: not verified: it runs Windows Server 2022 or later (build 26100), and nothing is recorded of what Exchange was installed on",
          "  Needed: the operating system that Exchange was installed on: another one comes before Exchange or never",
        ],
      ],
    );
  });

  it("keep apart what one correction does not remove: of several steps, and of computers with other values", () => {
    const failing = (computer: string, name: "prep" | "helpdesk") =>
      evaluate(aCase({ step: "organization", computer, found: account(name, [sids.schemaAdmins]) })).filter(
        (f) => f.rule === "P7",
      );
    const two = [...failing("dc1.contoso.com", "prep"), ...failing("dc2.contoso.com", "helpdesk")];
    assert.equal(two.length, 2);
    assert.deepEqual(renderFindings(two), two.map(renderFinding));
    const same = [...failing("dc1.contoso.com", "prep"), ...failing("dc2.contoso.com", "prep")];
    assert.deepEqual(renderFindings(same).join("\n").split("\n"), [
      "P7 (must), Active Directory preparation on 2 computers: CONTOSO\\prep is not in Enterprise Admins",
      "  On:     dc1.contoso.com, dc2.contoso.com",
      "  Found:  CONTOSO\\prep (S-1-5-21-1-1-1-1201) with 1 group, nested ones included; judged by CONTOSO\\Enterprise Admins (CN=Enterprise Admins,CN=Users,DC=contoso,DC=com, S-1-5-21-1-1-1-519)",
      "  Needed: Enterprise Admins, of the forest root domain",
      "  Where:  account CONTOSO\\prep, on each of them",
      "  Fix:    add CONTOSO\\prep to Enterprise Admins and log off and on, or set `account` to one that is a member",
      "  Rule:   P7, preparing Active Directory needs Enterprise Admins (How to upgrade to Exchange 2007 SP1)",
    ]);

    const unread = (step: "schema" | "organization") =>
      evaluate(aCase({ step, forest: { groups: silent } })).map((f): Finding => f);
    const apart = [...unread("schema"), ...unread("organization")];
    assert.deepEqual(renderFindings(apart), apart.map(renderFinding));
  });
});
