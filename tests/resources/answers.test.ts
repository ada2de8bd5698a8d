/** How old an answer of the directory may be, by purpose: nothing that decides a start is older than answers.ts says. */
import assert from "node:assert/strict";
import { contoso } from "../../lab";
import { directoryNames } from "../../lab/directory";
import { Logons } from "../../lib/logons";
import { Answers, keptMs, othersMs } from "../../lib/provider/facts/answers";
import { Directories } from "../../lib/provider/facts/directories";
import { useClock } from "../../lib/provider/memory/clock";
import { create } from "../frontDoor";
import { heldPort } from "../heldPort";
import { LabSteps } from "./lab-steps";

describe("answers that are shared", () => {
  let time = 0;
  beforeEach(() => useClock(() => time));
  afterEach(() => useClock());

  /** A question whose readings are answered by the test, in the order in which they were made. */
  function question() {
    const open: ((answer: string) => void)[] = [];
    return { open, ask: () => new Promise<string>((resolve) => open.push(resolve)) };
  }

  it("are kept as long as somebody is content with their age, which counts from the beginning of the reading", async () => {
    const answers = new Answers();
    const { open, ask } = question();
    const first = answers.kept("forest", ask, 100);
    time += 100;
    assert.equal(answers.kept("forest", ask, 100), first);
    time += 1;
    const second = answers.kept("forest", ask, 100);
    assert.equal(open.length, 2);
    time += 1_000_000;
    assert.equal(answers.kept("forest", ask), second);
    time -= 2_000_000;
    void answers.kept("forest", ask, 100);
    assert.equal(open.length, 3, "a clock that was set back");
  });

  it("are read anew for whoever asks while a reading is under way, once for all of them", async () => {
    const answers = new Answers();
    const { open, ask } = question();
    const first = answers.anew("forest", ask);
    const others = [answers.anew("forest", ask), answers.anew("forest", ask)];
    assert.equal(open.length, 1);
    open[0]?.("before");
    assert.equal(await first, "before");
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(open.length, 2);
    open[1]?.("after");
    assert.deepEqual(await Promise.all(others), ["after", "after"]);
    void answers.anew("forest", ask);
    assert.equal(open.length, 3);
  });

  it("are read by others where a reading fails, or is forgotten", async () => {
    const answers = new Answers();
    const failed = answers.anew("forest", () => Promise.reject(new Error("no answer")));
    const next = answers.anew("forest", async () => "there");
    await assert.rejects(failed, /no answer/);
    assert.equal(await next, "there");
    answers.forget();
    assert.equal(await answers.kept("forest", async () => "again"), "again");
  });

  it("stay as old as they are where they are amended", async () => {
    const answers = new Answers();
    await answers.kept("forest", async () => "a");
    time += 90;
    answers.amend("forest", (forest: string) => `${forest}b`);
    assert.equal(await answers.kept("forest", async () => "new", 100), "ab");
    time += 20;
    assert.equal(await answers.kept("forest", async () => "new", 100), "new");
  });

  it("of a check of pulumi up are older than those of a start", () => {
    assert.ok(othersMs <= 5_000 && othersMs < keptMs && keptMs <= 60_000);
  });
});

describe("a directory that could not be connected to", () => {
  it("is connected to once more for all who ask anew, however many had asked before", async () => {
    const directories = new Directories(new Logons());
    const inputs = {
      url: `ldap://127.0.0.1:${await heldPort()}`,
      user: "CONTOSO\\reader",
      password: "Secret-1",
    };
    const first = directories.open(inputs);
    const again = first.then(
      () => assert.fail(),
      () => [directories.open(inputs, true)],
    );
    assert.equal(directories.open(inputs), first);
    const [second] = await again;
    const third = directories.open(inputs, true);
    assert.equal(third, second);
    await assert.rejects(third);
    const fourth = directories.open(inputs, true);
    assert.notEqual(fourth, third);
    await assert.rejects(fourth);
  });
});

describe("what somebody else changes between two steps", function () {
  this.timeout(60_000);
  const steps = new LabSteps();
  const names = directoryNames(contoso);
  const [hub, mailbox] = ["hub-lon.contoso.com", "mbx-lon.contoso.com"];
  let time = Date.now();

  beforeEach(async () => {
    useClock(() => time);
    await steps.start();
    steps.prepareForest();
  });
  afterEach(async () => {
    useClock();
    await steps.stop();
  });

  const copied = [
    "objectClass",
    "networkAddress",
    "msExchCurrentServerRoles",
    "serialNumber",
    "versionNumber",
  ];
  const set = (server: string, attribute: string, value: string) =>
    steps.lab.directory?.store.modify(names.server(server), [
      { operation: "replace", attribute, values: [value] },
    ]);

  /** The Client Access servers that the last start has missed, by D3. */
  const missed = () =>
    /^ {2}Found: {2}(.*)$/m
      .exec(steps.said.filter((text) => text.startsWith("warning D3")).at(-1) ?? "")?.[1]
      ?.replace(/: Version [^;]*/g, "");

  it("is seen by the start of the second, of other servers once the reading is too old", async () => {
    await create("server", steps.server(hub), steps.log);
    assert.match(missed() ?? "", /cas-lon\.contoso\.com/);
    set("cas-lon.contoso.com", "serialNumber", "Version 8.1 (Build 30240.6)");
    time += othersMs + 1;
    await create("server", steps.server(mailbox), steps.log);
    assert.match(missed() ?? "", /^cas-/);
    assert.doesNotMatch(missed() ?? "", /cas-lon\.contoso\.com/);
  });

  it("is seen at once in the groups of the account that runs Setup", async () => {
    await create("server", steps.server(hub), steps.log);
    steps.lab.directory?.store.modify("CN=Exchange Change Team,CN=Users,DC=contoso,DC=com", [
      { operation: "delete", attribute: "member", values: ["CN=exadmin,CN=Users,DC=contoso,DC=com"] },
    ]);
    await assert.rejects(create("server", steps.server(mailbox), steps.log), {
      message: /^P1 \(must\), server upgrade on mbx-lon\.contoso\.com: /,
    });
    assert.deepEqual(steps.runsOn(mailbox), []);
  });

  it("is seen at once in the server's own objects, and a mended one is as well", async () => {
    await create("server", steps.server(hub), steps.log);
    const { store } = steps.lab.directory ?? assert.fail();
    const own = store.entry(names.server(mailbox)) ?? assert.fail();
    const other = names.server("mbx-old.contoso.com");
    store.add(other, new Map(copied.map((name) => [name, own.values(name)])));
    await assert.rejects(
      create("server", steps.server(mailbox), steps.log),
      /^Error: R12 \(must\), server upgrade on mbx-lon\.contoso\.com: the directory shows 2 objects of it/,
    );
    assert.deepEqual(steps.runsOn(mailbox), []);
    store.remove(other);
    await create("server", steps.server(mailbox), steps.log);
    assert.deepEqual(steps.runsOn(mailbox), ["completed"]);
  });

  it("is what this run's own Setup has changed, at once", async () => {
    await create("server", steps.server("cas-lon.contoso.com"), steps.log);
    await create("server", steps.server(hub), steps.log);
    assert.doesNotMatch(missed() ?? "", /cas-lon\.contoso\.com/);
    assert.match(missed() ?? "", /^cas-/);
  });
});
