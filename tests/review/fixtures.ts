/** Reviews to render: contoso with 12 steps, an organization of 60 servers, and one whose every text is hostile. */
import type { Role } from "../../lib/facts";
import type { StepKind } from "../../lib/model";
import type { ChangeWindow } from "../../lib/plan/changeWindow";
import { type Phase, phasesFrom } from "../../lib/plan/phases";
import { planOf } from "../../lib/plan/stepPlan";
import { findRelease, type Release } from "../../lib/releases";
import { assembleReview } from "../../lib/review/assemble";
import { orderSteps } from "../../lib/review/order";
import type { ReportLine, Review, ReviewFinding, ReviewStep } from "../../lib/review/review";
import { renderFinding } from "../../lib/rules/finding";
import type { RuleId } from "../../lib/rules/ids";
import { rules, wordsOf } from "../../lib/rules/table";

const target = findRelease("2007 SP1") as Release;

/** What differs from step to step. */
type StepSpec = Partial<
  Pick<ReviewStep, "name" | "domains" | "wave" | "after" | "site" | "roles" | "progress">
> & {
  readonly kind: StepKind;
  readonly computer: string;
  readonly account?: string;
  readonly findings?: ReviewStep["findings"];
  readonly waived?: ReviewStep["waived"];
};

/** A step as check reports it, with the plan that the package itself makes. */
export function step(spec: StepSpec): ReviewStep {
  const { kind, computer, roles = [], domains = [], after = [] } = spec;
  const plan = planOf({
    step: kind,
    target,
    computer,
    media: "D:\\SP1",
    account: spec.account ?? "CONTOSO\\exadmin",
    run: "direct",
    domains,
    following: after,
    edge: roles.includes("Edge Transport"),
    answers: {},
  });
  return {
    name: spec.name ?? null,
    kind,
    target: target.name,
    computer,
    run: "direct",
    plan,
    roles,
    site: spec.site ?? null,
    domains,
    wave: spec.wave ?? null,
    waveTitle: null,
    after,
    progress: spec.progress ?? "pending",
    now: spec.progress === "done" ? plan.after : plan.before,
    findings: spec.findings ?? [],
    waived: spec.waived ?? [],
  };
}

/** A finding in the words of the package's own rules. */
export function finding(
  rule: RuleId,
  kind: StepKind,
  computer: string,
  verdict: "fails" | "unknown",
  problem: string,
): ReviewFinding {
  const { level } = rules[rule];
  const { title, source } = wordsOf(rule, target);
  const common = {
    needed: "what the rule says",
    where: `on ${computer}`,
    fix: "see the topic that the rule names",
  };
  const text = renderFinding({
    rule,
    level,
    title,
    source,
    step: kind,
    computer,
    verdict:
      verdict === "fails"
        ? { verdict, problem, found: problem, ...common }
        : { verdict, why: problem, ...common },
  });
  return { rule, level, verdict, summary: text.split("\n", 1)[0] ?? "", text };
}

export function review(steps: readonly ReviewStep[], more: Partial<Review> = {}): Review {
  return {
    schemaVersion: 1,
    madeAt: "2008-03-14T09:30:00.000Z",
    factsReadAt: null,
    forest: "contoso.com",
    version: "0.1.0",
    steps,
    ...more,
  };
}

const dc1 = "dc1.contoso.com";
const emeaDc = "emea-dc1.emea.contoso.com";

const server = (host: string, wave: string, roles: readonly Role[], site: string, after: readonly string[]) =>
  step({ kind: "server", name: host.split(".", 1)[0] ?? null, computer: host, wave, roles, site, after });

/** Twelve steps; the schema is done, the rest is not. Two findings, one waiver. */
export function contoso(): Review {
  const [first, second, hubs, mailboxes] = [
    "Client Access, Internet",
    "Client Access",
    "Hub Transport",
    "Mailbox",
  ];
  const cas = server("cas-lon.contoso.com", first, ["Client Access", "Management Tools"], "London", []);
  const mbx = server("mbx1.emea.contoso.com", mailboxes, ["Mailbox"], "Paris", [hubs]);
  return review([
    step({ kind: "schema", name: "schema", computer: dc1, account: "CONTOSO\\prep", progress: "done" }),
    step({ kind: "organization", name: "ad", computer: dc1, account: "CONTOSO\\prep" }),
    step({
      kind: "domain",
      name: "emea",
      computer: emeaDc,
      account: "EMEA\\emeaprep",
      domains: ["emea.contoso.com"],
      findings: [
        finding(
          "P9",
          "domain",
          emeaDc,
          "fails",
          "EMEA\\emeaprep is a member of neither Domain Admins nor Enterprise Admins",
        ),
      ],
    }),
    {
      ...cas,
      waived: [
        {
          rule: "D6",
          reason: "CHG0042: the service is started by hand",
          summary: "D6 (should), server upgrade on cas-lon.contoso.com: Remote Registry is stopped",
        },
      ],
    },
    server("cas-nyc.contoso.com", second, ["Client Access"], "New York", [first]),
    server("cas-par.emea.contoso.com", second, ["Client Access"], "Paris", [first]),
    server("hub-lon.contoso.com", hubs, ["Hub Transport"], "London", [second]),
    server("hub-par.emea.contoso.com", hubs, ["Hub Transport"], "Paris", [second]),
    server("um-lon.contoso.com", hubs, ["Unified Messaging"], "London", [second]),
    {
      ...mbx,
      findings: [finding("D4", "server", mbx.computer, "unknown", "connection refused by 192.0.2.17:22")],
      progress: "unknown",
      now: "it could not be read: connection refused by 192.0.2.17:22",
    },
    server("mbx2.contoso.com", mailboxes, ["Mailbox"], "London", [hubs]),
    step({
      kind: "server",
      name: "edge1",
      computer: "edge1.perimeter.example",
      account: "EDGE1\\Administrator",
      roles: ["Edge Transport"],
      wave: "Edge Transport",
      after: [mailboxes],
    }),
  ]);
}

const domains = ["contoso.com", "emea.contoso.com", "apac.contoso.com"] as const;
const cities = [
  ...["London", "Paris", "Madrid", "Frankfurt", "New York", "Chicago"],
  ...["Sao Paulo", "Toronto", "Tokyo", "Sydney", "Singapore", "Mumbai"],
];
const waves = [
  "Client Access, Internet",
  "Client Access",
  "Hub Transport",
  "Unified Messaging",
  "Mailbox",
] as const;
const roleOf: Readonly<Record<(typeof waves)[number], Role>> = {
  "Client Access, Internet": "Client Access",
  "Client Access": "Client Access",
  "Hub Transport": "Hub Transport",
  "Unified Messaging": "Unified Messaging",
  Mailbox: "Mailbox",
};
const short: Readonly<Record<Role, string>> = {
  "Client Access": "cas",
  "Hub Transport": "hub",
  Mailbox: "mbx",
  "Unified Messaging": "um",
  "Edge Transport": "edge",
  "Management Tools": "adm",
};

/** 60 servers in three domains and twelve sites, five of them in each; ten findings; facts of the day before. */
export function large(): Review {
  const servers = cities.flatMap((site, at) =>
    waves.map((wave, index) => {
      const role = roleOf[wave];
      const host = `${short[role]}${index === 0 ? "-ext" : ""}-${site.toLowerCase().replaceAll(" ", "")}`;
      const computer = `${host}.${domains[at % 3] ?? domains[0]}`;
      const before = waves[index - 1];
      return step({
        kind: "server",
        name: host,
        computer,
        wave,
        site,
        roles: [role, ...(at % 4 === 0 ? (["Management Tools"] as const) : [])],
        after: before === undefined ? [] : [before],
        progress: index === 0 && at < 6 ? "done" : "pending",
      });
    }),
  );
  const withFindings = servers.map((one, at) => ({ ...one, findings: findingsOf(one, at) }));
  return review(
    orderSteps([
      step({ kind: "schema", name: "schema", computer: dc1, account: "CONTOSO\\prep", progress: "done" }),
      step({ kind: "organization", name: "ad", computer: dc1, account: "CONTOSO\\prep", progress: "done" }),
      ...domains.slice(1).map((domain) =>
        step({
          kind: "domain",
          name: domain.split(".", 1)[0] ?? null,
          computer: `dc1.${domain}`,
          domains: [domain],
        }),
      ),
      ...withFindings,
    ]),
    { factsReadAt: "2008-03-13T07:30:00.000Z" },
  );
}

/** Ten in all: on every sixth server one, in turn of each severity. */
function findingsOf({ computer }: ReviewStep, at: number): readonly ReviewFinding[] {
  if (at % 6 !== 3) return [];
  const kinds = [
    () => finding("P3", "server", computer, "fails", "CONTOSO\\exadmin is no Exchange Server Administrator"),
    () => finding("R8", "server", computer, "unknown", "no answer from port 22 within 20 s"),
    () => finding("D6", "server", computer, "fails", "Remote Registry is stopped"),
    () => finding("D6", "server", computer, "unknown", "access denied while the service was queried"),
  ];
  const make = kinds[Math.floor(at / 6) % kinds.length];
  return make === undefined ? [] : [make()];
}

/** What may stand in a name, a reason or an error message, and must stay a text. */
export const hostile = [
  "<script>alert(1)</script>",
  '"><img src=x onerror=alert(2)>',
  "a | b || c \\| d",
  "`code` ``` fence ```",
  "</details></pre></code>",
  "*bold* _it_ [link](javascript:alert(3)) ![i](https://evil.example/x.png)",
  "@everyone #1 https://evil.example www.evil.example",
  'it\'s "quoted" & &lt;entity&gt;',
  "line\nbreak\r\nand\ttab",
  "right\u202Eto\u202Cleft \u0007bell \u001B[31mred",
  "# heading\n- item\n| cell |\n---",
  "<!-- comment --> <style>*{display:none}</style>",
  `${"very-long-name-".repeat(30)}end`,
  "日本語のサーバー名はここにあります",
] as const;

/** A step for every hostile text, which stands in every field that is a text. */
export function hostileReview(): Review {
  const steps = hostile.map((text, at): ReviewStep => {
    const plain = step({ kind: "server", computer: `s${at}.contoso.com` });
    const plan = Object.fromEntries(Object.keys(plain.plan).map((key) => [key, text])) as typeof plain.plan &
      object;
    return {
      ...plain,
      name: text,
      computer: `${text}${at}`,
      plan: {
        ...plan,
        command: `Setup.com ${at} ${text}`,
        commandsBefore: [text],
        commandsAfter: [text, text],
      },
      site: text,
      domains: [text],
      wave: text,
      now: text,
      findings: [
        { rule: text, level: "must", verdict: "fails", summary: text, text: `${text}\n  Found:  ${text}` },
      ],
      waived: [{ rule: text, reason: text, summary: text }],
    };
  });
  return review(steps, { forest: hostile[0], version: hostile[1], incomplete: hostile[3] });
}

/** The lines that checks would have written, in another order than that of the steps. */
export function reportOf({ steps, madeAt, forest, factsReadAt }: Review): readonly ReportLine[] {
  return [...steps].reverse().map((one) => ({ review: 1, at: madeAt, forest, factsReadAt, step: one }));
}

/**
 * Contoso with windows and minutes, as assembled from what checks report: twelve steps in a window of three hours that is to
 * come, of which a server may be restarted.
 */
export function night(changes: { readonly window?: ChangeWindow; readonly madeAt?: string } = {}): Review {
  const window = changes.window ?? {
    start: "2008-03-15T22:00",
    end: "2008-03-16T01:00",
    timeZone: "Europe/Berlin",
  };
  const steps = contoso().steps.map(
    (one): ReviewStep => ({
      ...one,
      changeWindow: window,
      minutes: one.kind !== "server" ? 15 : one.name === "edge1" ? 40 : one.name === "cas-lon" ? 90 : 60,
      reboot: one.kind !== "server" ? null : one.name === "cas-lon" ? "ifRequired" : "never",
      findings: [],
    }),
  );
  const lines = reportOf({ ...contoso(), madeAt: changes.madeAt ?? contoso().madeAt, steps });
  return assembleReview(lines, { version: "0.1.0" });
}

/** The same in a window of twelve hours, with maintenance around two servers and a security update on one of them. */
export function nightOfPhases(): Review {
  const around = phasesFrom({
    runs: [
      { what: "Setup", minutes: 90, support: "program" },
      { what: "security update", minutes: 60, support: "unverified" },
    ],
    restart: { minutes: 30, support: "unverified" },
    maintenance: 25,
  });
  const [enter, setup, restart, , , leave, prove] = around as readonly [
    Phase,
    Phase,
    Phase,
    Phase,
    Phase,
    Phase,
    Phase,
  ];
  const phases: { readonly [name: string]: readonly Phase[] } = {
    "cas-lon": around,
    mbx2: [enter, setup, { ...restart, support: "program" }, leave, prove],
  };
  const window = { start: "2008-03-15T22:00", end: "2008-03-16T05:45", timeZone: "Europe/Berlin" };
  const steps = night({ window }).steps.map((one): ReviewStep => {
    const own = phases[one.name ?? ""];
    if (own === undefined) return one;
    return { ...one, phases: own, minutes: own.reduce((sum, { minutes }) => sum + (minutes ?? 0), 0) };
  });
  return assembleReview(
    reportOf({ ...night(), steps: steps.map(({ starts: _, ends: __, ...one }) => one) }),
    {
      version: "0.1.0",
    },
  );
}
