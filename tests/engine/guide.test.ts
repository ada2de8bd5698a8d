/** The guide from 2019 to Subscription Edition, done: its files and commands as they are written, on fabrikam. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fabrikam, type Lab, startLab } from "../../lab";
import { coordinatesOf } from "../../lab/coordinates";
import { pathWith, pulumiCli, pulumiEnvironment } from "../../tools/pulumi-environment";
import { checkout, quickStart } from "../compiled";
import { describeWith } from "../skip";

const guide = readFileSync(join(checkout, "docs/2019-to-se.md"), "utf8");

/** The guide's blocks of a language, in its order. */
function blocks(language: string): readonly string[] {
  return [...guide.matchAll(/^```(\w+)\n(.*?)^```$/gms)].flatMap(([, each, text = ""]) =>
    each === language ? [text] : [],
  );
}

describeWith(["pulumi"], "engine: the guide from 2019 to Subscription Edition", function () {
  this.timeout(300_000);
  let lab: Lab;
  let base: string;

  before(async () => {
    lab = await startLab(fabrikam, { setupSeconds: 0.02 });
    base = mkdtempSync(join(tmpdir(), "exchange-upgrade-guide-"));
  });
  after(async () => {
    if (base !== undefined) rmSync(base, { recursive: true, force: true });
    await lab?.stop();
  });

  it("leads to the last proof", async () => {
    const [install = "", discover = "", preview = "", up = "", proof = "", ...more] = blocks("sh");
    assert.deepEqual(more, []);
    assert.match(install, /npm install pulumi-exchange-upgrade @pulumi\/pulumi\n/);
    const folder = join(base, "exchange");
    mkdirSync(folder);
    // The packages are those of the checkout.
    symlinkSync(join(checkout, "node_modules"), join(folder, "node_modules"), "dir");
    writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "exchange", main: "index.ts" }));
    writeFileSync(join(folder, "Pulumi.yaml"), blocks("yaml")[0] ?? "");
    writeFileSync(join(folder, "index.ts"), blocks("ts")[0] ?? "");
    const { directory, accounts, computers } = coordinatesOf(lab);
    writeFileSync(join(folder, "ca.pem"), directory.ca);
    const secrets = {
      READER_PASSWORD: accounts["FABRIKAM\\reader"]?.password,
      PREPARATION_PASSWORD: accounts["FABRIKAM\\prep"]?.password,
      SERVERS_PASSWORD: accounts["FABRIKAM\\exadmin"]?.password,
      EDGE_PASSWORD: accounts["edge1.perimeter.fabrikam.com\\Administrator"]?.password,
    };
    const { bin } = pulumiCli("npm test");
    const env = {
      ...process.env,
      ...quickStart,
      ...pulumiEnvironment(base, "guide"),
      ...secrets,
      PATH: pathWith(bin),
      NO_COLOR: "1",
    };
    /** Runs a block's commands; what only a person does is left out. */
    const run = (commands: string) =>
      new Promise<string>((done, failed) => {
        const own = commands
          .replaceAll(/^export .*$/gm, "")
          .replaceAll("npx exchange-upgrade", `node ${join(checkout, "dist/cli/main.js")}`)
          .replace("ldaps://dc1.fabrikam.com", `${directory.url} --ca ca.pem${others(directory)}`)
          .replaceAll(/^pulumi up /gm, "pulumi up --yes ");
        const child = spawn("sh", ["-e", "-c", own], { cwd: folder, env });
        let text = "";
        for (const stream of [child.stdout, child.stderr])
          stream.setEncoding("utf8").on("data", (piece: string) => {
            text += piece;
          });
        child.on("close", (code) => (code === 0 ? done(text) : failed(new Error(`${commands}\n${text}`))));
      });

    assert.match(await run(discover), /Written: organization\.ts/);
    const file = join(folder, "organization.ts");
    writeFileSync(file, filledIn(readFileSync(file, "utf8"), computers));
    assert.match(await run(preview), /8 steps: 7 to do, 1 done/);
    assert.match(await run(up), /8 steps are proven/);
    const last = await run(proof);
    assert.match(last, /\n {4}\d+ unchanged\n/);
    assert.match(last, /15\.2\.2562\.17/);
    assert.equal(Object.values(lab.computers).flatMap(({ setupRuns }) => setupRuns).length, 7);
  });
});

function others({ domainControllers }: { readonly domainControllers: { readonly [fqdn: string]: string } }) {
  return ` --domain-controller ${Object.entries(domainControllers)
    .map(([fqdn, url]) => `${fqdn}=${url}`)
    .join(" ")}`;
}

/** The file with what a person fills in, and with where the lab's computers are. */
function filledIn(
  text: string,
  computers: { readonly [fqdn: string]: { readonly port: number; readonly hostKey: string } },
): string {
  const replace = (found: string | RegExp, by: string) => {
    assert.ok(text.search(found) >= 0, `${found} is not in\n${text}`);
    text = text.replace(found, () => by);
  };
  replace(/fill\("media:[^)]*\)/, '"D:\\\\SE"');
  replace(/fill\("accounts\.preparation[^)]*\)/, '"FABRIKAM\\\\prep"');
  replace(/fill\("accounts\.servers[^)]*\)/, '"FABRIKAM\\\\exadmin"');
  replace(/fill\("accounts\.edge[^)]*\)/, '"Administrator"');
  replace(/fill\(\s*"setup\.acceptLicenseTerms[^)]*\)/, "true");
  replace(/fill\("setup\.diagnosticData[^)]*\)/, "false");
  replace(/fill\('setup\.extendedProtection[^)]*\)/, '"on"');
  // Preparations run on member servers.
  text = text
    .replaceAll('computer("dc1.fabrikam.com"', 'computer("prep1.fabrikam.com"')
    .replaceAll('computer("europe-dc1.europe.fabrikam.com"', 'computer("europe-prep1.europe.fabrikam.com"');
  replace(
    /hostKeys: \{ readonly \[computer: string\]: string \} = \{[^}]*\}/,
    "hostKeys: { readonly [computer: string]: string } = places.keys",
  );
  replace("host: name,", 'host: "127.0.0.1",\n      port: places.ports[name],');
  const keys = Object.fromEntries(Object.entries(computers).map(([fqdn, { hostKey }]) => [fqdn, hostKey]));
  const ports = Object.fromEntries(Object.entries(computers).map(([fqdn, { port }]) => [fqdn, port]));
  replace(
    "const missing =",
    `const places: { keys: Record<string, string>; ports: Record<string, number> } = ${JSON.stringify({ keys, ports })};\nconst missing =`,
  );
  return text;
}
