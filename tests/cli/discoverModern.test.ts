/** The command on directories of 2013 and later: what it says of them, and that what it writes type-checks. */
import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startDirectory } from "../../lab/directory";
import { neglectedFabrikam } from "../../lab/fabrikam";
import type { Organization } from "../../lab/organization";
import { wingtip } from "../../lab/wingtip";
import { run } from "../discover/generated";
import { runDiscover, typeCheck } from "./process";

describe("exchange-upgrade discover, from 2013 on", function () {
  this.timeout(120_000);
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "discover-"));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  /** The project that is written for an organization; its file is type-checked as it was written. */
  async function discovered(organization: Organization, reader: string, password: string) {
    const directory = await startDirectory(organization);
    try {
      await writeFile(join(folder, "ca.pem"), directory.ca);
      const controllers = Object.entries(directory.controllers).map(([name, { url }]) => `${name}=${url}`);
      const { code, stdout, stderr } = await runDiscover(
        [
          ...["--url", directory.controllers[organization.schemaMaster]?.url ?? "", "--user", reader],
          ...["--password-env", "READER_PASSWORD", "--ca", "ca.pem", "--project", "exchange"],
          ...["--domain-controller", ...controllers],
        ],
        folder,
        { READER_PASSWORD: password },
      );
      assert.equal(stderr, "");
      assert.equal(typeCheck(join(folder, "exchange")), "");
      const text = await readFile(join(folder, "exchange", "organization.ts"), "utf8");
      return { code, ran: run(text), summary: stdout.split("\n\nWritten in exchange:")[0] };
    } finally {
      await directory.stop();
    }
  }

  it("leaves out what is no way to Subscription Edition, and says why", async () => {
    const { code, summary, ran } = await discovered(neglectedFabrikam, "FABRIKAM\\reader", "Lab-Reader-2");
    assert.equal(
      summary,
      `Exchange organization Fabrikam, forest fabrikam.com, for an upgrade to SE RTM

Schema                      17003 (2019 CU10 to 2019 CU15 or SE RTM), prepared
Organization                16762 (2019 CU14), to be prepared
Domain fabrikam.com         13243 (2016 CU22, 2016 CU23, 2019 CU11 to 2019 CU15 or SE RTM), prepared
Domain europe.fabrikam.com  13243 (2016 CU22, 2016 CU23, 2019 CU11 to 2019 CU15 or SE RTM), prepared
Schema master               dc1.fabrikam.com, domain fabrikam.com, site Seattle: the preparations go there (P6, P8)

Servers to upgrade:
  Roles                   Site     Release                    Servers
  Client Access, Mailbox  Munich   2019 CU14                  2        ex3, ex5
  Client Access, Mailbox  Seattle  2019 CU14                  2        ex1, ex2
  Edge Transport          -        2019 CU14 when subscribed  1        edge1

Facing the Internet (D3):
  ex1: external URL https://mail.fabrikam.com/EWS of EWS (Default Web Site), https://mail.fabrikam.com/ecp of ecp (Default Web Site), https://mail.fabrikam.com/owa of owa (Default Web Site)
  ex2: external URL https://mail.fabrikam.com/EWS of EWS (Default Web Site), https://mail.fabrikam.com/ecp of ecp (Default Web Site), https://mail.fabrikam.com/owa of owa (Default Web Site)
  no: ex3, ex5: no virtual directory has an external URL

No upgrade in place to SE RTM:
  EX4 (ex4.fabrikam.com, 2019 CU13): No upgrade in place leads from Exchange 2019 CU13 straight to SE RTM: upgrade to 2019 CU14 or 2019 CU15 first.
  OLD1 (old1.fabrikam.com, 2013 CU23): Exchange 2013 CU23 cannot be upgraded in place to SE RTM: Setup of Exchange Server Subscription Edition refuses an organization that has Exchange 2013; it needs every Exchange 2013 server removed first, by way of new Exchange 2016 or 2019 servers. As long as it is there, Setup of SE RTM refuses the others, too (R15).

Set aside:
  ex6.fabrikam.com: CN=EX6,CN=Servers,CN=Exchange Administrative Group (FYDIBOHF23SPDLT),CN=Administrative Groups,CN=Fabrikam,CN=Microsoft Exchange,CN=Services,CN=Configuration,DC=fabrikam,DC=com, created 2025-11-03T09:00:00Z: made ahead for a server that is not installed yet`,
    );
    assert.deepEqual(Object.keys(ran.exports.servers ?? {}).sort(), ["edge1", "ex1", "ex2", "ex3", "ex5"]);
    assert.equal(code, 0);
  });

  it("brings an organization of 2016 to its last cumulative update, beside a server of 2013", async () => {
    const { code, summary, ran } = await discovered(wingtip, "WINGTIP\\reader", "Lab-Reader-3");
    assert.equal(
      summary,
      `Exchange organization Wingtip Toys, forest wingtip.com, for an upgrade to 2016 CU23

Schema              15332 (2016 CU7 to 2016 CU18 or 2019 Preview), to be prepared
Organization        16215 (2016 CU12), to be prepared
Domain wingtip.com  13236 (2013 RTM to 2013 CU22, 2016 Preview to 2016 CU12 or 2019 Preview to 2019 CU1), to be prepared
Schema master       dc1.wingtip.com, domain wingtip.com, site Denver: the preparations go there (P6, P8)

Servers to upgrade:
  Roles                   Site    Release    Servers
  Client Access, Mailbox  Denver  2016 CU12  2        mbx1, mbx2

Facing the Internet (D3):
  mbx2: external URL https://mail.wingtip.com/EWS of EWS (Default Web Site), https://mail.wingtip.com/ecp of ecp (Default Web Site), https://mail.wingtip.com/owa of owa (Default Web Site)
  no: mbx1: no virtual directory has an external URL

No upgrade in place to 2016 CU23:
  OLD1 (old1.wingtip.com, 2013 CU22): Exchange 2013 CU22 cannot be upgraded in place to 2016 CU23: install Exchange 2016 on a new server and move mailboxes and services to it; it needs Exchange 2013 CU10 on every Exchange 2013 server including Edge. In place it can go to 2013 CU23.`,
    );
    assert.equal(ran.exports.target, "2016 CU23");
    assert.deepEqual(Object.keys(ran.exports.servers ?? {}), ["mbx1", "mbx2"]);
    assert.equal(code, 0);
  });
});
