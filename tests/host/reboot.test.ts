/** Restarting a simulated computer: what proves it, what does not, and what stands in the way. */
import assert from "node:assert/strict";
import { newKeyPair } from "../../lab/windows/keys";
import { openSession, restartComputer } from "../../lib/host";
import { answerOf, restartCommand } from "../../lib/host/operation/restartComputer";
import { shutdownTimeOf } from "../../lib/host/site/shutdownTime";
import { Logons } from "../../lib/logons";
import { type Bench, base, password, startBench, until } from "./operation-support";

const timing = { pollMs: 10, beatMs: 20, lockTtlMs: 150 };
const shutdownKey = "HKLM\\SYSTEM\\CurrentControlSet\\Control\\Windows";

describe("restarting a computer", function () {
  this.timeout(20_000);
  let bench: Bench;
  let told: string[];
  before(async () => {
    bench = await startBench();
  });
  after(() => bench.host.stop());
  beforeEach(() => {
    told = [];
    bench.reset();
  });

  const restart = (timeoutMs = 10_000, user?: string, isRequired = async () => true) =>
    restartComputer(() => bench.open(user), {
      process: "exsetup.exe",
      timeoutMs,
      timing,
      isRequired,
      onProgress: (text) => told.push(text),
    });
  const failing = async (message: RegExp, ...how: Parameters<typeof restart>) => {
    const restarts = bench.host.computer.restarts;
    await assert.rejects(restart(...how), { message });
    return bench.host.computer.restarts - restarts;
  };

  it("waits until Windows has come back with a later time of shutdown, and gives the lock back", async () => {
    const before = bench.host.computer.restarts;
    assert.equal(await restart(), true);
    assert.equal(bench.host.computer.restarts, before + 1);
    assert.equal(told[0], "restarting; waiting until it has come back");
    assert.ok(
      told.some((text) => /connection to .* lost/.test(text)),
      told.join("\n"),
    );
    assert.equal(bench.lock(), "free");
  });

  it("believes another time of shutdown also where the clock was set back meanwhile", async () => {
    const { computer } = bench.host;
    const { restarts } = computer;
    computer.clockAheadMs = -86_400_000;
    try {
      assert.equal(await restart(), true);
      assert.equal(computer.restarts, restarts + 1);
    } finally {
      computer.clockAheadMs = 0;
    }
  });

  it("asks once it is alone there whether a restart is still required, and makes none that is not", async () => {
    const { computer } = bench.host;
    const { restarts } = computer;
    let lock: string | undefined;
    const isRequired = async () => {
      lock = bench.lock();
      return false;
    };
    assert.equal(await restart(10_000, undefined, isRequired), false);
    assert.equal(computer.restarts, restarts);
    assert.match(lock ?? "", /^owner-/);
    assert.equal(bench.lock(), "free");
    const unknown = () => Promise.reject(new Error("the registry is silent"));
    await assert.rejects(restart(10_000, undefined, unknown), { message: "the registry is silent" });
    assert.equal(computer.restarts, restarts);
  });

  it("asks once more where the computer was restarted meanwhile", async () => {
    const { computer } = bench.host;
    const { restarts } = computer;
    let asked = 0;
    const isRequired = async () => {
      if (++asked > 1) return false;
      computer.clockAheadMs = 1_000;
      computer.restart();
      await until(() => !computer.down, "it has come back");
      return true;
    };
    try {
      assert.equal(await restart(10_000, undefined, isRequired), false);
      assert.deepEqual([asked, computer.restarts], [2, restarts + 1]);
    } finally {
      computer.clockAheadMs = 0;
    }
  });

  it("does not take a dropped line for a restart", async () => {
    const { restartBehaviour } = bench.host.computer;
    restartBehaviour.ignored = true;
    try {
      const message =
        /^it was told to restart and has not come back after 0\.3 s: it answers, and has not been shut down since$/;
      assert.equal(await failing(message, 300), 0);
    } finally {
      delete restartBehaviour.ignored;
    }
  });

  it("gives up on one that does not come back, at its deadline", async () => {
    const { computer } = bench.host;
    computer.restartBehaviour.staysDown = true;
    try {
      const message = /^it was told to restart and has not come back after 0\.3 s: it does not answer$/;
      assert.equal(await failing(message, 300), 1);
    } finally {
      delete computer.restartBehaviour.staysDown;
      computer.down = false;
    }
  });

  it("restarts nothing while a Setup runs there", async () => {
    const process = bench.host.computer.processes.start("exsetup.exe");
    try {
      assert.equal(
        await failing(
          new RegExp(`^exsetup\\.exe runs there \\(process ${process.pid}\\), so it is not restarted$`),
        ),
        0,
      );
    } finally {
      process.end(0);
    }
  });

  it("restarts nothing while another run of the program acts there", async () => {
    bench.setup.hold = true;
    const running = bench.run();
    while (bench.setup.runs === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    const message =
      /^another run of this program holds the computer \(the tests since .*\), so it is not restarted$/;
    assert.equal(await failing(message, 100), 0);
    bench.setup.hold = false;
    assert.equal((await running).done, true);
  });

  it("restarts nothing whose restart could not be proven", async () => {
    const { registry } = bench.host;
    const value = registry.get(shutdownKey, "ShutdownTime");
    assert.ok(value);
    registry.remove(shutdownKey, "ShutdownTime");
    try {
      const message =
        /^the value ShutdownTime of .*\\Windows cannot be read, so a restart could not be proven: it is not restarted$/;
      assert.equal(await failing(message), 0);
    } finally {
      registry.set(shutdownKey, "ShutdownTime", value);
    }
  });

  it("says of what Windows refuses what it means, or what Windows says", async () => {
    const { restartBehaviour } = bench.host.computer;
    const texts: readonly (readonly [number, RegExp])[] = [
      [
        5,
        /^it refused to restart \(shutdown: 5\): the account of the connection may not restart it; over the network that is the right "Force shutdown from a remote system" \(SeRemoteShutdownPrivilege\)$/,
      ],
      [
        1191,
        /^it refused to restart \(shutdown: 1191\): others are logged on, and Windows does not log them off$/,
      ],
      [21, /^it refused to restart \(shutdown: 21\): The lab refuses\.\(21\)$/],
    ];
    try {
      for (const [code, message] of texts) {
        restartBehaviour.refuses = code;
        assert.equal(await failing(message), 0);
      }
    } finally {
      delete restartBehaviour.refuses;
    }
  });

  it("needs an account that may write there", async () => {
    // The folder of the lock is there already; the account is no administrator.
    bench.host.files.makeFolders(base);
    await assert.rejects(restart(1_000, "guest"), /no file can be written/);
  });
});

describe("a logon that is refused while Windows starts again", function () {
  this.timeout(20_000);
  const key = newKeyPair();
  let bench: Bench;
  before(async () => {
    bench = await startBench("2019", password, { authorizedKeys: { Administrator: [key.public] } });
  });
  after(() => bench.host.stop());
  beforeEach(() => bench.reset());
  afterEach(() => {
    bench.host.transport.refuseLogons = false;
  });

  /** Restarts with these credentials, and refuses logons from then on. @param onLook called before each look after that */
  const restart = async (
    credential: { readonly password?: string; readonly privateKey?: string },
    timeoutMs: number,
    onLook: () => void = () => {},
  ): Promise<void> => {
    const { host } = bench;
    const { restarts } = host.computer;
    const logons = new Logons();
    await restartComputer(
      () => {
        if (host.computer.restarts > restarts) onLook();
        return openSession(
          {
            host: "127.0.0.1",
            port: host.port,
            hostKey: host.hostKey,
            user: "Administrator",
            dialErrorLimit: 0,
            ...credential,
          },
          logons,
        );
      },
      {
        process: "exsetup.exe",
        timeoutMs,
        timing,
        onProgress: (text) => {
          if (text.startsWith("restarting")) host.transport.refuseLogons = true;
        },
      },
    );
  };

  it("ends the waiting at once where a password was refused, which is sent once", async () => {
    const { host } = bench;
    const { refusals } = host.counts;
    await assert.rejects(restart({ password }, 3_600_000), {
      name: "AuthenticationFailed",
      message:
        `127.0.0.1:${host.port} refused the logon of Administrator: tried password; the server offers publickey, password. ` +
        "Check user, password and key of the connection, and that the account may log on over SSH (on Windows: " +
        '"Access this computer from the network").',
    });
    assert.equal(host.counts.refusals, refusals + 1);
  });

  it("ends it also where a key was refused before the password", async () => {
    const { refusals } = bench.host.counts;
    const both = restart({ privateKey: key.private, password }, 3_600_000);
    await assert.rejects(both, {
      message: /: tried publickey, password; the server offers publickey, password\./,
    });
    assert.equal(bench.host.counts.refusals, refusals + 1);
  });

  it("is waited for where a key was refused, which locks no account", async () => {
    let looks = 0;
    const { refusals } = bench.host.counts;
    const accepting = () => {
      if (++looks === 20) bench.host.transport.refuseLogons = false;
    };
    await restart({ privateKey: key.private }, 3_600_000, accepting);
    assert.ok(looks >= 20);
    assert.equal(bench.host.counts.refusals, refusals);
  });

  it("is told with what was tried where the key is never taken", async () => {
    await assert.rejects(restart({ privateKey: key.private }, 2_000), {
      message:
        "it was told to restart and has not come back after 2 s: it refuses the logon (tried publickey; the server offers " +
        "publickey, password)",
    });
  });
});

for (const windows of ["2003", "2008", "2012 R2", "2025"] as const)
  describe(`restarting a computer with Windows Server ${windows}`, function () {
    this.timeout(20_000);
    let bench: Bench;
    let told: string[];
    before(async () => {
      bench = await startBench(windows);
    });
    after(() => bench.host.stop());
    beforeEach(() => {
      told = [];
    });
    const restart = (timeoutMs = 10_000) =>
      restartComputer(() => bench.open(), {
        process: "exsetup.exe",
        timeoutMs,
        timing,
        onProgress: (text) => told.push(text),
      });

    /** What somebody else does right before Windows is told to restart. */
    const meanwhile = (work: () => void) => {
      bench.host.transport.atPoint = (point) => {
        if (point.at === "command" && point.command.includes("shutdown /r")) work();
        return undefined;
      };
    };
    afterEach(async () => {
      delete bench.host.transport.atPoint;
      await until(() => !bench.host.computer.down, "it has come back");
    });

    it("logs off whoever is logged on, disconnected sessions too", async () => {
      const { computer } = bench.host;
      const { restarts } = computer;
      computer.loggedOn.push("CONTOSO\\helpdesk");
      assert.equal(await restart(), true);
      assert.equal(computer.restarts, restarts + 1);
    });

    it("takes it for one when Windows goes down already", async () => {
      const { computer } = bench.host;
      const { restarts } = computer;
      meanwhile(() => {
        computer.goingDown = true;
        setTimeout(() => computer.restart(), 100);
      });
      assert.equal(await restart(), true);
      assert.equal(computer.restarts, restarts + 1);
      assert.equal(
        told[0],
        "a restart or shutdown that has begun there (1115); waiting until it has come back",
      );
    });

    it("follows one that somebody else has scheduled, and takes it back for nobody", async () => {
      const { computer } = bench.host;
      const { restarts } = computer;
      meanwhile(() => computer.scheduleRestart(200));
      assert.equal(await restart(), true);
      assert.equal(computer.restarts, restarts + 1);
      const scheduled =
        windows === "2003"
          ? "a restart or shutdown that has begun there (1115)"
          : "a restart or shutdown that somebody else has scheduled there (1190)";
      assert.equal(told[0], `${scheduled}; waiting until it has come back`);
    });

    it("says that what somebody has scheduled did not come in time", async () => {
      const { computer } = bench.host;
      const { restarts } = computer;
      computer.scheduledRestart = true;
      const scheduled =
        windows === "2003"
          ? "a restart or shutdown that has begun there (1115)"
          : "a restart or shutdown that somebody else has scheduled there (1190)";
      try {
        await assert.rejects(restart(300), {
          message:
            `${scheduled} was waited for, and Windows has not come back by it after 0.3 s: it answers, and has not been ` +
            "shut down since. Let it come, or cancel it there (shutdown /a)",
        });
        assert.equal(computer.restarts, restarts);
      } finally {
        computer.scheduledRestart = false;
      }
    });
  });

describe("what shutdown.exe answers", () => {
  it("is the number behind its sentence in any language, else its exit code", () => {
    assert.equal(answerOf({ exitCode: 1190, stdout: "" }), 1190);
    assert.equal(answerOf({ exitCode: 1191 & 0xff, stdout: "Es sind Benutzer angemeldet.(1191)\r\n" }), 1191);
    assert.equal(answerOf({ exitCode: 5, stdout: "Access is denied.(5)\r\n" }), 5);
    assert.equal(answerOf({ exitCode: 1, stdout: "(a) or (7) and no more" }), 1);
  });

  it("is asked with /f, but for Windows Server 2003, where /f has the contrary effect", () => {
    for (const build of [null, 6002, 7601, 26100]) assert.equal(restartCommand(build), "shutdown /r /f /t 0");
    assert.equal(restartCommand(3790), "shutdown /r /t 0");
  });
});

describe("the time of a shutdown", () => {
  const printed = (data: string, gap = "    ") =>
    `\nHKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Control\\Windows\n    ShutdownTime${gap}REG_BINARY${gap}${data}\n\n`;

  it("is a FILETIME with its lowest octet first", () => {
    // 2026-01-01T00:00:00Z is 134116992000000000 (0x01dc7ab192810000) in units of 100 ns since 1601.
    assert.equal(shutdownTimeOf({ text: printed("00008192B17ADC01") }), 134_116_992_000_000_000n);
    assert.equal(shutdownTimeOf({ text: printed("00008192b17adc01", "\t") }), 134_116_992_000_000_000n);
  });

  it("is not known from anything else", () => {
    for (const text of [
      "",
      printed(""),
      printed("00008192B17ADC"),
      printed("zz008192B17ADC01"),
      "ERROR: not found",
    ])
      assert.equal(shutdownTimeOf({ text }), undefined, text);
  });
});
