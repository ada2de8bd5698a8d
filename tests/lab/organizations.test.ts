import assert from "node:assert/strict";
import { contoso, fabrikam, organizationNamed, organizations, startLab, wingtip } from "../../lab";
import { coordinatesOf } from "../../lab/coordinates";
import { directoryEntries, directoryNames } from "../../lab/directory";
import type { Organization } from "../../lab/organization";
import { partsOf } from "../../lab/product-lines";
import { seedRegistry } from "../../lab/windows/seed";
import { command } from "./setup-support";

const v15 = "HKLM\\SOFTWARE\\Microsoft\\ExchangeServer\\v15";

/** An attribute of every entry of a class in the configuration partition, by the entry's DN. */
function valuesOf(organization: Organization, className: string, attribute: string): readonly unknown[] {
  return directoryEntries(organization)
    .flatMap(({ entries }) => entries)
    .filter(({ attributes }) => String(attributes.objectClass?.at(-1)) === className)
    .map(({ dn, attributes }) => [
      dn.slice(3, dn.indexOf(",")),
      ...(attributes[attribute] ?? []).map(String),
    ]);
}

function registryOf(organization: Organization, host: string) {
  const computer = organization.computers.find(({ name }) => name.startsWith(`${host}.`));
  assert.ok(computer);
  return seedRegistry(computer, organization);
}

describe("the lab's organizations", () => {
  it("are found by name, and listed where there is none of it", () => {
    for (const [name, organization] of Object.entries(organizations))
      assert.equal(organizationNamed(name), organization);
    assert.throws(() => organizationNamed("northwind"), {
      message: 'The lab has no organization "northwind"; it has adatum, contoso, fabrikam, wingtip.',
    });
  });

  it("are started by name, with the same coordinates and accounts that log on", async () => {
    const lab = await startLab("fabrikam");
    try {
      const { organization, computers, accounts, directory } = coordinatesOf(lab);
      assert.equal(organization, "Fabrikam");
      assert.deepEqual(
        Object.keys(computers),
        fabrikam.computers.map(({ name }) => name),
      );
      assert.deepEqual(Object.keys(directory.domainControllers), [
        "dc1.fabrikam.com",
        "dc2.fabrikam.com",
        "europe-dc1.europe.fabrikam.com",
      ]);
      assert.deepEqual(accounts["FABRIKAM\\exadmin"], {
        user: "FABRIKAM\\exadmin",
        password: "Lab-Exadmin-2",
      });
      const { stdout } = await command(
        lab,
        "ex1.fabrikam.com",
        "FABRIKAM\\exadmin",
        `reg query ${v15}\\MailboxRole /v ConfiguredVersion`,
      );
      assert.equal(
        stdout,
        "\r\nHKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\ExchangeServer\\v15\\MailboxRole\r\n    ConfiguredVersion    REG_SZ    15.2.1544.4\r\n\r\n",
      );
    } finally {
      await lab.stop();
    }
  });

  describe("in the directory", () => {
    it("show the roles of their product line", () => {
      assert.deepEqual(valuesOf(fabrikam, "msExchExchangeServer", "msExchCurrentServerRoles"), [
        ...["EX1", "EX2", "EX3", "EX4", "EX5"].map((name) => [name, "16423"]),
        ["EDGE1", "64"],
        ["EX6", "4096"],
      ]);
      // With Unified Messaging, in one role since 2016 and in two in 2013.
      assert.deepEqual(valuesOf(wingtip, "msExchExchangeServer", "msExchCurrentServerRoles"), [
        ["MBX1", "16439"],
        ["MBX2", "16439"],
        ["OLD1", "16439"],
      ]);
      const apart = (role: "Mailbox" | "Client Access"): Organization => ({
        ...wingtip,
        computers: wingtip.computers.slice(-1).map((computer) => ({ ...computer, roles: [role] })),
      });
      for (const [role, bits] of [
        ["Mailbox", "54"],
        ["Client Access", "16385"],
      ] as const)
        assert.deepEqual(valuesOf(apart(role), "msExchExchangeServer", "msExchCurrentServerRoles"), [
          ["OLD1", bits],
        ]);
    });

    it("have transport services below their Mailbox servers, of a class of their own", () => {
      assert.deepEqual(
        valuesOf(fabrikam, "msExchExchangeTransportServer", "networkAddress").map((each) =>
          JSON.stringify(each).replace(/"ncacn_(vns_spp|np|spx)[^"]*",?|"net[^"]*",?|,"ncalrpc[^"]*"/g, ""),
        ),
        ["ex1", "ex2", "ex3", "ex4", "ex5"].flatMap((host) => {
          const domain = host === "ex5" ? "europe.fabrikam.com" : "fabrikam.com";
          return ["Frontend", "Mailbox"].map((name) => `["${name}","ncacn_ip_tcp:${host}.${domain}"]`);
        }),
      );
      assert.deepEqual(valuesOf(contoso, "msExchExchangeTransportServer", "cn"), []);
    });

    it("link servers to their database availability group", () => {
      const group = `CN=DAG1,${directoryNames(fabrikam).availabilityGroups}`;
      assert.deepEqual(valuesOf(fabrikam, "msExchExchangeServer", "msExchMDBAvailabilityGroupLink"), [
        ...["EX1", "EX2", "EX3", "EX4"].map((name) => [name, group]),
        ["EX5"],
        ["EDGE1"],
        ["EX6"],
      ]);
    });

    it("have virtual directories in both web sites, and external URLs in one", () => {
      const own = valuesOf(
        {
          ...fabrikam,
          computers: fabrikam.computers.filter(({ name }) => name.startsWith("ex1.")),
          availabilityGroups: [],
        },
        "msExchOWAVirtualDirectory",
        "msExchExternalHostName",
      );
      assert.deepEqual(own, [
        ["owa (Default Web Site)", "https://mail.fabrikam.com/owa"],
        ["owa (Exchange Back End)"],
      ]);
    });
  });

  describe("in the registry", () => {
    it("have the parts of their product line, finished, and the product", () => {
      const registry = registryOf(fabrikam, "ex1");
      assert.deepEqual(registry.keys(v15), [
        "Setup",
        "AdminTools",
        "HubTransportRole",
        "ClientAccessRole",
        "MailboxRole",
        "FrontendTransportRole",
        "CafeRole",
      ]);
      for (const key of registry.keys(v15).slice(1))
        assert.deepEqual(
          registry.values(`${v15}\\${key}`).map(({ name, value }) => [name, value.data]),
          [
            ["ConfiguredVersion", "15.2.1544.4"],
            ["UnpackedVersion", "15.2.1544.4"],
          ],
        );
      assert.deepEqual(
        registry.values(`${v15}\\Setup`).map(({ name, value }) => [name, value.data]),
        [
          ["MsiInstallPath", "C:\\Program Files\\Microsoft\\Exchange Server\\V15\\"],
          ["MsiProductMajor", 15],
          ["MsiProductMinor", 2],
          ["MsiBuildMajor", 1544],
          ["MsiBuildMinor", 4],
        ],
      );
      assert.ok(registryOf(wingtip, "mbx1").has(`${v15}\\UnifiedMessagingRole`));
      assert.deepEqual(registryOf(fabrikam, "edge1").keys(v15), ["Setup", "AdminTools", "EdgeTransportRole"]);
      assert.deepEqual(registryOf(fabrikam, "tools1").keys(v15), ["Setup", "AdminTools"]);
      assert.deepEqual(registryOf(fabrikam, "prep1").keys(v15), []);
    });

    it("have services that start with Windows, and a Remote Registry that does", () => {
      const start = (host: string, name: string): unknown =>
        registryOf(fabrikam, host).get(`HKLM\\SYSTEM\\CurrentControlSet\\Services\\${name}`, "Start")?.data;
      for (const name of ["MSExchangeIS", "MSExchangeFrontEndTransport", "RemoteRegistry"])
        assert.equal(start("ex1", name), 2, name);
      assert.equal(start("edge1", "MSExchangeTransport"), 2);
      for (const host of ["edge1", "tools1", "prep1"])
        assert.equal(start(host, "MSExchangeIS"), undefined, host);
    });

    it("tell the .NET Framework and the components", () => {
      const software = "HKLM\\SOFTWARE\\Microsoft";
      const framework = (organization: Organization, host: string): unknown =>
        registryOf(organization, host).get(`${software}\\NET Framework Setup\\NDP\\v4\\Full`, "Release")
          ?.data;
      assert.equal(framework(fabrikam, "ex1"), 528449);
      assert.equal(framework(fabrikam, "ex5"), 528049);
      assert.equal(framework(wingtip, "mbx1"), 461814);
      assert.equal(framework(contoso, "mbx-lon"), undefined);
      const uninstall = `${software}\\Windows\\CurrentVersion\\Uninstall`;
      const names = (host: string) => {
        const registry = registryOf(fabrikam, host);
        return registry.keys(uninstall).map((key) => registry.text(`${uninstall}\\${key}`, "DisplayName"));
      };
      const [first, second] = [
        "Microsoft Visual C++ 2012 x64 Minimum Runtime - 11.0.61030",
        "Microsoft Visual C++ 2013 x64 Minimum Runtime - 12.0.40664",
      ];
      assert.deepEqual(names("ex1"), [first, second]);
      assert.deepEqual(names("edge1"), [first]);
      assert.deepEqual(names("prep1"), []);
    });
  });

  describe("that cannot be", () => {
    const cases: readonly [title: string, organization: Organization, message: string][] = [
      [
        "a group with a stranger",
        { ...fabrikam, availabilityGroups: [{ name: "DAG1", members: ["ex9.fabrikam.com"] }] },
        'ex9.fabrikam.com is to be a member of a database availability group; add it to "computers"',
      ],
      [
        "a server in two groups",
        {
          ...fabrikam,
          availabilityGroups: ["DAG1", "DAG2"].map((name) => ({ name, members: ["ex1.fabrikam.com"] })),
        },
        "ex1.fabrikam.com is in two database availability groups; take it out of one",
      ],
      [
        "a subscription to a site that is not there",
        {
          ...fabrikam,
          edgeSubscriptions: [{ server: "edge1.perimeter.fabrikam.com", site: "Oslo", release: "2019 CU14" }],
        },
        'edge1.perimeter.fabrikam.com is subscribed to the site "Oslo", which the organization lacks; add it',
      ],
    ];
    for (const [title, organization, message] of cases)
      it(title, () => assert.throws(() => directoryEntries(organization), { message }));

    it("a role that the product line does not have", () => {
      assert.throws(() => partsOf("2019", ["Client Access"]), {
        message:
          'Setup of Exchange 2019 installs no role "Client Access"; give "Mailbox", "Edge Transport" or "Management Tools"',
      });
      assert.throws(() => partsOf("2013", ["Hub Transport"]), {
        message:
          'Setup of Exchange 2013 installs no role "Hub Transport"; give "Mailbox", "Edge Transport" or "Management Tools", or "Client Access"',
      });
    });
  });
});
