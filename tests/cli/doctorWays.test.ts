/** What `exchange-upgrade doctor` tells of the ways to computers: without a program, and to those that a program does not reach. */
import assert from "node:assert/strict";
import { exitCodeOfWays, otherWaysText, unreachedIn, waysText } from "../../lib/cli/doctorWays";
import type { Ways } from "../../lib/host/transport/ways";
import { review, step } from "../review/fixtures";
import { type Stage, useStage } from "./fake-pulumi";

const key = (type: string, letter: string) => ({
  type,
  fingerprint: `SHA256:${letter.repeat(43)}`,
  key: "x",
});
const certificate = {
  names: ["cas1.contoso.com"],
  fingerprint: Array(32).fill("AB").join(":"),
  validTo: "2027-01-02T10:00:00.000Z",
};
const open = { state: "open", why: null } as const;
const every: Ways = {
  host: "cas1.contoso.com",
  addresses: ["192.0.2.7", "2001:db8::7"],
  why: null,
  ssh: {
    ...open,
    port: 22,
    banner: "SSH-2.0-OpenSSH_for_Windows_9.5",
    keys: [key("ssh-ed25519", "A"), key("ecdsa-sha2-nistp256", "B")],
  },
  http: { ...open, port: 5985, schemes: ["Negotiate", "Kerberos"] },
  https: { ...open, port: 5986, schemes: ["Negotiate", "Kerberos", "Basic"], certificate },
};
const none: Ways = {
  host: "mbx1.contoso.com",
  addresses: ["192.0.2.8"],
  why: null,
  ssh: { port: 22, state: "closed", why: "connect ECONNREFUSED 192.0.2.8:22", banner: null, keys: [] },
  http: { port: 5985, state: "silent", why: "no answer within 5 s", schemes: [] },
  https: { ...open, port: 5986, schemes: ["Negotiate"], certificate },
};
const nowhere: Ways = {
  host: "hub9.contoso.com",
  addresses: [],
  why: "getaddrinfo ENOTFOUND hub9.contoso.com",
  ssh: null,
  http: null,
  https: null,
};

describe("cli: the ways to computers", () => {
  it("have what `connection` takes for each, in 80 columns", () => {
    const text = waysText([every, none, nowhere]);
    assert.equal(
      text,
      `cas1.contoso.com
  Name:   192.0.2.7, 2001:db8::7
  SSH:    22 answers: SSH-2.0-OpenSSH_for_Windows_9.5
          ssh-ed25519 SHA256:${"A".repeat(43)}
          ecdsa-sha2-nistp256 SHA256:${"B".repeat(43)}
          hostKey: "SHA256:${"A".repeat(43)}"
  WinRM:  5985 answers: it offers Negotiate, Kerberos
          winrm: true (\`host\` by its FQDN; \`user\` as name@domain)
  HTTPS:  5986 answers: it offers Negotiate, Kerberos, Basic
          certificate of cas1.contoso.com, until 2027-01-02
          takes accounts of a domain and accounts of the computer itself
          winrm: { https: { fingerprint:
            "${"AB".repeat(32)}" } }

mbx1.contoso.com
  Name:   192.0.2.8
  SSH:    22 is closed
  WinRM:  5985: no answer within 5 s: a firewall, or no computer
  HTTPS:  5986 answers: it offers Negotiate
          certificate of cas1.contoso.com, until 2027-01-02
          it cannot be used without Kerberos or Basic: switch one on there
  Fix:    start SSH or WinRM there, and let firewalls pass one of the ports

hub9.contoso.com
  Name:   does not resolve: getaddrinfo ENOTFOUND hub9.contoso.com
  Fix:    correct the name, or add it to DNS

Not verified: nobody was logged on, and whoever answers has shown this. Compare a
host key, or a certificate's fingerprint, on the computer itself before you
write it into \`connection\`, beside \`host\`, \`user\` and \`password\`.
`,
    );
    for (const line of text.split("\n")) assert.ok(line.length <= 82, line);
    assert.deepEqual([exitCodeOfWays([every]), exitCodeOfWays([every, none])], [0, 3]);
    assert.ok(!waysText([none, nowhere]).includes("Not verified"));
  });

  it("are told of what a program does not reach, and not of what is behind a jump host", () => {
    const unreached = (computer: string, found: string, path = "host") => ({
      ...step({ name: computer, kind: "server" as const, computer }),
      findings: [
        {
          rule: "XU-HOST-UNREACHABLE",
          level: "must" as const,
          verdict: "unknown" as const,
          summary: "",
          text: "",
          cause: {
            ...{ problem: "no SSH server answers there", found, needed: "", fix: "", rules: [] },
            arguments: [`servers.x.computer.connection.${path}`],
          },
        },
      ],
    });
    const steps = [
      unreached(
        "cas1.contoso.com",
        "cas1.mgmt:2222 cannot be reached over SSH: connect ECONNREFUSED (11 dials failed)",
      ),
      unreached("mbx1.contoso.com", "2001:db8::8 cannot be reached over WinRM: no answer within 15 s"),
      unreached("hub1.contoso.com", "hub1.contoso.com cannot be reached through jump: refused"),
      unreached("hub2.contoso.com", "jump cannot be reached over SSH: refused", "proxy.host"),
    ];
    assert.deepEqual(unreachedIn(review(steps)), [
      { computer: "cas1.contoso.com", host: "cas1.mgmt" },
      { computer: "mbx1.contoso.com", host: null },
      { computer: "hub1.contoso.com", host: null },
      { computer: "hub2.contoso.com", host: null },
    ]);
    assert.equal(
      otherWaysText("cas1.contoso.com", every),
      "cas1.contoso.com: 22 answers, 5985 answers, 5986 answers: use `hostKey` or `winrm: true` or `winrm: { https: … }`",
    );
    assert.equal(
      otherWaysText("mbx1.contoso.com", none),
      "mbx1.contoso.com: 22 is closed, 5985 does not answer, 5986 answers: no way that this package could use",
    );
    assert.equal(
      otherWaysText("hub1.contoso.com", null),
      "hub1.contoso.com: not looked at, behind a jump host or by an address of IPv6: ask there with doctor --host",
    );
    assert.equal(
      otherWaysText("hub9.contoso.com", nowhere),
      "hub9.contoso.com: hub9.contoso.com does not resolve",
    );
  });

  describe("through the tool", function () {
    this.timeout(120_000);
    let stage: Stage;
    useStage((made) => {
      stage = made;
    });

    it("need no program and no Pulumi; a port, and a stack beside it, are wrong", async () => {
      const { code, stdout, stderr } = await stage.run(
        ["doctor", "--host", "nowhere.invalid"],
        {},
        { noPulumi: true },
      );
      assert.deepEqual([code, stderr], [3, ""]);
      assert.match(
        stdout,
        /^nowhere\.invalid\n {2}Name: {3}does not resolve: .*\n {2}Fix: {4}correct the name, or add it to DNS\n$/,
      );
      const port = await stage.run(["doctor", "--host", "cas1:22"]);
      assert.deepEqual(
        [port.code, port.stderr],
        [
          2,
          'exchange-upgrade: --host "cas1:22" is no computer: give a name or an address, without a port [XU-USAGE]\n',
        ],
      );
      const both = await stage.run(["doctor", "--host", "cas1", "--stack", "prod"]);
      assert.deepEqual(
        [both.code, both.stderr],
        [2, "exchange-upgrade: --host asks computers without a program: leave --stack out [XU-USAGE]\n"],
      );
    });
  });
});
