import { existsSync, lstatSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { constants } from "node:os";
import { delimiter } from "node:path";
import { findOnPath, lastLines } from "./installation.mjs";
import { capture, withProgress } from "./process.mjs";

/**
 * What test suites need besides npm's packages: the Debian packages that bring it, and the programs by which
 * it is recognised, on any system.
 */
export const NEEDS = [
  {
    name: "samba",
    packages: ["samba", "samba-ad-provision", "samba-dsdb-modules", "samba-vfs-modules"],
    programs: ["samba", "samba-tool"],
  },
  {
    name: "kdc",
    packages: ["krb5-kdc", "krb5-admin-server", "libgssapi-krb5-2"],
    programs: ["krb5kdc", "kdb5_util", "kadmin.local"],
  },
  { name: "sshd", packages: ["openssh-server", "openssh-client"], programs: ["sshd", "ssh"] },
  { name: "chromium", packages: ["chromium"], programs: ["chromium"] },
];

const POLICY = "/usr/sbin/policy-rc.d";
const MARK = "# Written by pulumi-exchange-upgrade while it installs packages for its tests.";
// Where servers lie, and often not on an ordinary user's PATH.
const SYSTEM_FOLDERS = ["/usr/local/sbin", "/usr/sbin", "/sbin"];

/**
 * Installs what the suites `needs` want and this machine lacks, where it may: as root on Debian. Answers the
 * suites, `{ name, why }`, that cannot run. `policy` is the file by which Debian asks whether a package may
 * start its services.
 */
export async function provide(needs, { log, env = process.env, policy = POLICY, mayInstall = isRoot() }) {
  const why = await installMissing(needs, { log, env, policy, mayInstall });
  const path = [env.PATH ?? "", ...SYSTEM_FOLDERS].join(delimiter);
  return needs.flatMap(({ name, packages, programs }) => {
    const failure = why.get(name);
    if (failure) return [{ name, why: failure }];
    const missing = programs.filter((program) => !findOnPath(program, path));
    if (missing.length === 0) return [];
    return [
      { name, why: `not found: ${missing.join(", ")}. On Debian the packages are ${packages.join(", ")}.` },
    ];
  });
}

async function installMissing(needs, { log, env, policy, mayInstall }) {
  if (!findOnPath("apt-get", env.PATH) || !findOnPath("dpkg-query", env.PATH)) return new Map();
  const installed = await installedPackages(
    needs.flatMap(({ packages }) => packages),
    env,
  );
  const lacking = needs
    .map(({ name, packages }) => ({ name, packages: packages.filter((one) => !installed.has(one)) }))
    .filter(({ packages }) => packages.length > 0);
  if (lacking.length === 0) return new Map();

  const packages = lacking.flatMap((need) => need.packages);
  const refuse = (reason) =>
    new Map(
      lacking.map((need) => [
        need.name,
        `not installed: ${need.packages.join(", ")}. ${reason} To install them: apt-get install --no-install-recommends ${need.packages.join(" ")}`,
      ]),
    );
  if (!mayInstall) return refuse("Only root may install packages.");
  try {
    await withServicesHeldBack(policy, () => aptGet(packages, { log, env }));
    return new Map();
  } catch (error) {
    return refuse(`${error.message}.`);
  }
}

function isRoot() {
  return process.getuid?.() === 0;
}

async function installedPackages(names, env) {
  const format = "$" + "{Package} $" + "{db:Status-Status}\n";
  const { stdout } = await capture("dpkg-query", ["-W", "-f", format, ...names], { env });
  const lines = stdout.split("\n").map((line) => line.split(" "));
  return new Set(lines.filter(([, status]) => status === "installed").map(([name]) => name));
}

async function aptGet(packages, { log, env }) {
  const options = ["-q", "-y", "-o", "DPkg::Lock::Timeout=120"];
  const commands = [
    [...options, "update"],
    [...options, "install", "--no-install-recommends", ...packages],
  ];
  for (const args of commands) {
    const shown = `apt-get ${args.slice(options.length).join(" ")}`;
    log(shown);
    const work = capture("apt-get", args, { env: { ...env, DEBIAN_FRONTEND: "noninteractive" } });
    const { code, stdout, stderr } = await withProgress(shown, log, work);
    if (code !== 0) throw new Error(`${shown} ended with exit code ${code}: ${lastLines(stderr || stdout)}`);
  }
}

/**
 * Runs `work` while the policy file at `path` forbids packages to start their services (exit code 101), and
 * puts back what was there: afterwards, when a signal ends this process, and, if it was killed, next time.
 */
export async function withServicesHeldBack(path, work) {
  const saved = `${path}.pulumi-exchange-upgrade-saved`;
  const restore = () => {
    if (exists(saved)) renameSync(saved, path);
    else if (existsSync(path) && readFileSync(path, "utf8").includes(MARK)) rmSync(path);
  };
  const onSignal = (signal) => {
    restore();
    process.exit(128 + constants.signals[signal]);
  };
  restore();
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"];
  for (const signal of signals) process.on(signal, onSignal);
  try {
    if (exists(path)) renameSync(path, saved);
    writeFileSync(path, `#!/bin/sh\n${MARK}\nexit 101\n`, { mode: 0o755 });
    return await work();
  } finally {
    restore();
    for (const signal of signals) process.off(signal, onSignal);
  }
}

// Unlike existsSync, also true of a symbolic link that leads nowhere.
function exists(path) {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}
