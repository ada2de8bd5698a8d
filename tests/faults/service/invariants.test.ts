/** The checker of what must hold around maintenance, on histories with planted violations. */
import assert from "node:assert/strict";
import { type ServiceEvent, type ServiceHistory, serviceViolations } from "./invariants";

const [ex1, ex2] = ["ex1.fabrikam.com", "ex2.fabrikam.com"];
const found = '{"policy":"IntrasiteOnly"}';
const out = '{"policy":"Blocked"}';
const build = "15.2.2562.37";

const worked = (server: string, changes: object = {}): ServiceEvent => ({
  kind: "worked",
  server,
  phase: "InstallFiles",
  inService: null,
  othersOut: [],
  ...changes,
});
const tried = (number: number, server: string, changes: object = {}): ServiceEvent => ({
  kind: "tried",
  number,
  server,
  end: "done",
  wantsService: true,
  told: "",
  settings: found,
  isKept: false,
  ...changes,
});

/** The first try is killed, the second fails and says what it leaves, the third comes to the end. */
const events: readonly ServiceEvent[] = [
  worked(ex1),
  tried(1, ex1, { end: "unheard", settings: out, isKept: true }),
  worked(ex1),
  tried(2, ex1, { end: "failed", told: `${ex1} stays out of service`, settings: out, isKept: true }),
  tried(3, ex1, { wantsService: false, settings: out }),
  tried(4, ex1),
  worked(ex2),
  tried(4, ex2),
];
const own = { settings: found, build, completed: ["SE RTM", `update ${build}`], left: [] };
const history: ServiceHistory = {
  events,
  found: { [ex1]: found, [ex2]: found },
  build,
  end: { failure: null, servers: { [ex1]: own, [ex2]: own } },
};

const broken = (changed: Partial<ServiceHistory>) =>
  serviceViolations({ ...history, ...changed }).map(({ invariant, what }) => `${invariant}: ${what}`);
const also = (...more: readonly ServiceEvent[]) => broken({ events: [...events, ...more] });
const atEnd = (changes: Partial<typeof own>) =>
  broken({ end: { failure: null, servers: { [ex1]: { ...own, ...changes }, [ex2]: own } } });

describe("the checker of campaigns around maintenance", () => {
  it("finds nothing where everything held", () => {
    assert.deepEqual(broken({}), []);
  });

  it("finds a server that is upgraded while it serves, and one beside which another is out", () => {
    assert.deepEqual(also(worked(ex1, { inService: "active copies" })), [
      `no server is upgraded while it is in service: ${ex1}, InstallFiles: active copies`,
    ]);
    assert.deepEqual(also(worked(ex2, { othersOut: [ex1] })), [
      `no two members are out of service at once: ${ex2}, InstallFiles: ${ex1} too`,
    ]);
  });

  it("finds a server that is left out of service untold, by its record or by its settings", () => {
    const untold = (changes: object) =>
      also(tried(5, ex1, { end: "failed", told: "the time is over", ...changes }));
    const text = `no server is left out of service untold: ${ex1}, try 5: the time is over`;
    assert.deepEqual(untold({ isKept: true }), [text]);
    assert.deepEqual(untold({ settings: out }), [text]);
    assert.deepEqual(untold({}), []);
    assert.deepEqual(untold({ isKept: true, told: "it is not back in service as it was found (R67)" }), []);
  });

  it("finds settings that are not those that were found: after a try, and at the end", () => {
    assert.deepEqual(also(tried(5, ex2, { settings: out })), [
      `states and policies are those that were found: ${ex2}, try 5: ${out}, found ${found}`,
    ]);
    assert.deepEqual(atEnd({ settings: out }), [
      `states and policies are those that were found: ${ex1}, at the end: ${out}, found ${found}`,
    ]);
  });

  it("finds what succeeds twice, what is missing or left at the end, and that there is none", () => {
    assert.deepEqual(atEnd({ completed: ["SE RTM", `update ${build}`, "SE RTM"] }), [
      `nothing succeeds twice: ${ex1}: SE RTM`,
    ]);
    assert.deepEqual(atEnd({ build: "15.2.2562.17" }), [
      `everything is installed at the end: ${ex1}: 15.2.2562.17, not ${build}`,
    ]);
    assert.deepEqual(atEnd({ left: ["C:\\Windows\\ExchangeUpgrade\\maintenance\\found.json"] } as object), [
      `nothing is left: ${ex1}: C:\\Windows\\ExchangeUpgrade\\maintenance\\found.json`,
    ]);
    const failure = "the patience is over";
    assert.deepEqual(broken({ end: { ...history.end, failure } }), [`it converges: ${failure}`]);
  });
});
