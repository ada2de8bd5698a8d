/** An OpenSSH server on loopback that only forwards: the one management computer in front of a fleet that is reached over WinRM. */
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import type { JumpHost } from "../lab/coordinates";
import { freePort, listens } from "../lab/local-server";
import { newKeyPair } from "../lab/windows/keys";

const program = "/usr/sbin/sshd";

/** A running server. */
export interface RunningJumpHost extends JumpHost {
  stop(): void;
}

/** Starts it as the user who runs this, with keys of its own; null where this machine has no sshd that does so. */
export async function startJumpHost(): Promise<RunningJumpHost | null> {
  if (!existsSync(program)) return null;
  const folder = mkdtempSync(join(tmpdir(), "lab-jump-host-"));
  const [host, user] = [newKeyPair(), newKeyPair()];
  const path = (name: string, text: string) => {
    const file = join(folder, name);
    writeFileSync(file, text, { mode: 0o600 });
    return file;
  };
  const port = await freePort();
  const lines = [
    `ListenAddress 127.0.0.1:${port}`,
    `HostKey ${path("host", host.private)}`,
    `AuthorizedKeysFile ${path("authorized", `${user.public}\n`)}`,
    ...[
      "StrictModes no",
      "PidFile none",
      "LogLevel QUIET",
      "UsePAM no",
      "PermitTTY no",
      "AllowTcpForwarding local",
    ],
    ...["AuthenticationMethods publickey", "PermitRootLogin prohibit-password", "ForceCommand /bin/false"],
  ];
  if (userInfo().uid === 0) mkdirSync("/run/sshd", { recursive: true });
  const sshd = spawn(program, ["-D", "-f", path("sshd_config", `${lines.join("\n")}\n`)], {
    stdio: "ignore",
  });
  const stop = () => {
    sshd.kill();
    rmSync(folder, { recursive: true, force: true });
  };
  if (!(await listens(port, sshd))) {
    stop();
    return null;
  }
  const { username } = userInfo();
  return { host: "127.0.0.1", port, user: username, privateKey: user.private, hostKey: host.public, stop };
}
