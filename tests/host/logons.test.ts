/** Logons with a password over all servers: how many go out before one is known to be right, and after. */
import assert from "node:assert/strict";
import { type Leave, Logons, type Spared } from "../../lib/logons";

const password = "Secret-1";

describe("logons with a password", () => {
  let logons: Logons;
  beforeEach(() => {
    logons = new Logons();
  });

  const ask = (place: string, user = "CONTOSO\\admin", secret = password) =>
    logons.mayLogOn({ user, password: secret, place });
  const leave = async (...args: Parameters<typeof ask>): Promise<Leave> => {
    const answer = await ask(...args);
    return typeof answer === "function" ? answer : assert.fail(answer.why);
  };
  const why = async (...args: Parameters<typeof ask>): Promise<string> => {
    const answer = await ask(...args);
    return typeof answer === "function" ? assert.fail("it may be sent") : answer.why;
  };
  const spared = (place: string, what: string, user = "CONTOSO\\admin") =>
    `the logon of ${user} is not tried on ${place}, so that the account is not locked: ${what}, and each refused logon counts. ` +
    "Check user and password, then run it again";
  const refusedOn = (place: string) => `${place} refused it with the same password in this run`;
  /** True when it is still waited for after everything that could go on has gone on. */
  const waits = async (work: Promise<unknown>): Promise<boolean> => {
    let settled = false;
    void work.then(() => {
      settled = true;
    });
    await new Promise((resolve) => setImmediate(resolve));
    return !settled;
  };

  it("should send one of sixteen at once, and none of the others when it is refused", async () => {
    const first = await leave("a");
    const others = Array.from({ length: 15 }, (_, n) => ask(`b${n}`));
    assert.ok(await waits(Promise.race(others)));
    first("refused");
    for (const [n, answer] of (await Promise.all(others)).entries())
      assert.deepEqual(answer, { why: spared(`b${n}`, refusedOn("a")), because: refusedOn("a") });
    assert.equal(
      await why("a"),
      "the logon of CONTOSO\\admin is not tried on a again, so that the account is not locked: it was refused there in " +
        "this run, and each refused logon counts. Check user and password, then run it again",
    );
  });

  it("should send all at once when the first is accepted", async () => {
    const first = await leave("a");
    const others = Array.from({ length: 15 }, (_, n) => leave(`b${n}`));
    assert.ok(await waits(Promise.race(others)));
    first("accepted");
    assert.equal((await Promise.all(others)).length, 15);
  });

  it("should tell other passwords and other accounts apart", async () => {
    (await leave("a"))("refused");
    for (const [user, secret] of [
      ["CONTOSO\\admin", "Secret-2"],
      ["CONTOSO\\other", password],
      ["EMEA\\admin", password],
      [".\\admin", password],
    ] as const)
      (await leave("b", user, secret))("withdrawn");
  });

  it("should know an account by each form of its name, and fear that a name without a domain is it", async () => {
    const forms = ["contoso\\ADMIN", "contoso.com\\admin", "admin@contoso.com", "Admin"];
    for (const given of ["CONTOSO\\admin", ...forms]) {
      logons = new Logons();
      (await leave("a", given))("refused");
      for (const user of forms) assert.equal(await why("b", user), spared("b", refusedOn("a"), user));
    }
    logons = new Logons();
    (await leave("a", "admin"))("refused");
    assert.equal(await why("b", "EMEA\\admin"), spared("b", refusedOn("a"), "EMEA\\admin"));
  });

  it("should fear that a user principal name is the account of any domain, for its suffix may be foreign", async () => {
    for (const [first, second] of [
      ["CONTOSO\\admin", "admin@emea.contoso.com"],
      ["admin@mail.example", "CONTOSO\\admin"],
      ["admin@mail.example", "admin@contoso.com"],
    ] as const) {
      logons = new Logons();
      const only = await leave("a", first);
      const next = why("b", second);
      assert.ok(await waits(next));
      only("refused");
      assert.equal(await next, spared("b", refusedOn("a"), second));
      (await leave("b", ".\\admin"))("withdrawn");
    }
    logons = new Logons();
    (await leave("a", "admin@mail.example"))("accepted");
    (await leave("b", "EMEA\\admin"))("refused");
    assert.equal(await why("c", "admin@mail.example"), spared("c", refusedOn("b"), "admin@mail.example"));
    (await leave("c", "CONTOSO\\admin"))("withdrawn");
  });

  it("should take a computer's own account for another one on each computer", async () => {
    (await leave("a", ".\\admin"))("refused");
    for (const user of [".\\admin", "admin", "CONTOSO\\admin"]) (await leave("b", user))("withdrawn");
  });

  it("should take a refusal after a success for that computer's matter, and two in a row for the account's", async () => {
    (await leave("a"))("accepted");
    (await leave("b"))("refused");
    // What was right a moment ago is tried alone again.
    const third = await leave("c");
    const fourth = leave("d");
    assert.ok(await waits(fourth));
    third("accepted");
    (await fourth)("accepted");
    (await leave("d"))("accepted");
    assert.match(await why("b"), /^the logon of CONTOSO\\admin is not tried on b again, /);
    (await leave("e"))("refused");
    (await leave("f"))("refused");
    for (const place of ["a", "g"])
      assert.equal(await why(place), spared(place, "e and f refused it with the same password in this run"));
  });

  it("should let no success on one computer speak for a name without a domain on another", async () => {
    (await leave("a", "admin"))("accepted");
    const second = await leave("b", "admin");
    const third = leave("c", "admin");
    assert.ok(await waits(third));
    (await leave("a", "admin"))("accepted");
    second("accepted");
    await third;
  });

  it("should send what was never accepted twice at most without an answer", async () => {
    (await leave("a"))("unanswered");
    (await leave("b"))("unanswered");
    assert.equal(await why("c"), spared("c", "a and b did not answer it, and may have refused it"));
  });

  it("should not mind silence once it was accepted, nor a logon that was not sent", async () => {
    for (let n = 0; n < 5; n++) (await leave("a"))("withdrawn");
    (await leave("a"))("accepted");
    for (let n = 0; n < 5; n++) (await leave("b"))("unanswered");
    await leave("c");
  });

  it("should never let one place judge two at a time, though it has just accepted one", async () => {
    (await leave("a"))("accepted");
    const second = await leave("a");
    const third = ask("a", "admin@contoso.com");
    await leave("b");
    assert.ok(await waits(third));
    second("refused");
    assert.equal(
      ((await third) as Spared).why,
      "the logon of admin@contoso.com is not tried on a again, so that the account is not locked: it was refused there in " +
        "this run, and each refused logon counts. Check user and password, then run it again",
    );
  });

  it("should take a computer's own account for the same there as a name without a domain", async () => {
    (await leave("a", ".\\admin"))("refused");
    assert.match(await why("a", "admin"), / is not tried on a again, /);
    (await leave("b", "admin"))("withdrawn");
  });

  it("should count refusals of one account together, whether its name has a domain or not", async () => {
    (await leave("a"))("accepted");
    (await leave("a", "admin"))("accepted");
    (await leave("b"))("refused");
    (await leave("c", "admin"))("refused");
    for (const user of ["CONTOSO\\admin", "admin"])
      assert.equal(
        await why("d", user),
        spared("d", "b and c refused it with the same password in this run", user),
      );
  });

  it("should not make a connection wait for a logon whose answer comes over it", async () => {
    const user = "CONTOSO\\admin";
    const carriedBy = ["a", "the jump host"];
    const task = (await logons.mayLogOn({ user, password, place: "a", carriedBy })) as Leave;
    assert.ok(await waits(ask("b")));
    (await leave("the jump host"))("withdrawn");
    (await leave("a"))("accepted");
    const elsewhere = leave("b");
    (await elsewhere)("accepted");
    task("refused");
    assert.match(await why("a"), / is not tried on a again, /);
  });

  it("should count one answer of each logon", async () => {
    const first = await leave("a");
    first("accepted");
    first("refused");
    await leave("b");
  });
});
