/** One run in the many shapes in which people hand a log over: the cause and the whole reason stay the same. */
import assert from "node:assert/strict";
import { parseConsole, parseSetupLog, type SetupReport } from "../../lib/setupLog";
import { accountOf } from "../../lib/setupLog/account";
import { begin, end, failedRun, line, type Product, taskError, text } from "./writer";

const products: readonly Product[] = ["2007", "2010", "2013", "2016", "2019", "SE"];

const run = (product: Product) =>
  failedRun(product, taskError(product, { message: 'Failed to mount database "DB-London".' }));

const mountReason =
  'a database of this server does not mount: DB-London. Mount or restore it first. Setup says: Failed to mount database "…"';

/** Lines of the log, each changed. */
const eachLine = (log: string, change: (line: string, number: number) => string) =>
  log
    .split("\r\n")
    .map((each, index) => change(each, index + 1))
    .join("\r\n");

const shapes: { readonly [name: string]: (log: string) => string } = {
  "as it is": (log) => log,
  "with the line ends of other systems": (log) => log.replaceAll("\r\n", "\n"),
  "with empty lines between": (log) => log.replaceAll("\r\n", "\r\n\r\n"),
  "without its stamps": (log) => log.replace(/^\[[^\]]*\] \[\d\] /gm, ""),
  "with blanks in front": (log) => eachLine(log, (each) => `    ${each}`),
  "quoted in a mail": (log) => eachLine(log, (each) => `> ${each}`),
  "quoted twice in a mail": (log) => eachLine(log, (each) => `> > ${each}`),
  "with the marks of a page": (log) => log.replaceAll('"', "&quot;").replaceAll("\r\n", "<br />\r\n"),
  "as a search shows it": (log) => eachLine(log, (each, number) => `ExchangeSetup.log:${number}:${each}`),
  "as a search shows it, with its path": (log) =>
    eachLine(log, (each, number) => `C:\\ExchangeSetupLogs\\ExchangeSetup.log:${number}:${each}`),
  "with the numbers of its lines": (log) =>
    eachLine(log, (each, number) => `${String(number).padStart(6)}  ${each}`),
  "with dashes in its dates": (log) => log.replace(/^\[(\d+)\/(\d+)\/(\d+)/gm, "[$1-$2-$3"),
  "with German dates": (log) => log.replace(/^\[(\d+)\/(\d+)\/(\d+)/gm, "[$2.$1.$3"),
  "with Chinese dates": (log) => log.replace(/^\[(\d+)\/(\d+)\/(\d+)/gm, "[$3/$1/$2"),
  "behind a byte order mark": (log) => `\uFEFF${log}`,
  "behind a run that succeeded": (log) => text([...begin("2019"), ...end("2019", true)]) + log,
  "behind a run that was cut off": (log) => run("2013").slice(0, 700) + log,
  "without its end": (log) => log.slice(0, log.indexOf("Setup is stopping now")),
  "from the middle on": (log) => log.slice(log.indexOf("The following 1 error(s)")),
  "beside a second run": (log) => {
    const others = text(begin("SE", "prepareAD")).split("\r\n").slice(3);
    return eachLine(log, (each, number) => `${each}\r\n${others[number - 20] ?? ""}`);
  },
  "with quotes that a program for texts has bent": (log) => log.replace(/"([^"\n]*)"/g, "\u201c$1\u201d"),
};

function accountedFor(log: string) {
  const report: SetupReport | null = parseSetupLog(log);
  assert.ok(report !== null);
  return accountOf(report);
}

describe("the log of a run that failed", () => {
  for (const [name, shape] of Object.entries(shapes))
    it(`says the same ${name}`, () => {
      for (const product of products) {
        const { result, causes, reason } = accountedFor(shape(run(product)));
        assert.deepEqual(
          { result, causes: causes.map(({ failure }) => failure), reason },
          { result: "failed", causes: ["databaseNotMounted"], reason: mountReason },
          product,
        );
      }
    });

  it("has the same cause where a console has broken its lines", () => {
    for (const product of products)
      for (const columns of [80, 100, 120, 132]) {
        const broken = run(product)
          .split("\r\n")
          .flatMap((each) => each.match(new RegExp(`.{1,${columns}}`, "g")) ?? [""])
          .join("\r\n");
        const { causes, reason } = accountedFor(broken);
        assert.deepEqual(
          causes.map(({ failure }) => failure),
          ["databaseNotMounted"],
          `${product}, ${columns}`,
        );
        // A blank may have come into a word.
        assert.equal((reason ?? "").replaceAll(" ", ""), mountReason.replaceAll(" ", ""));
      }
  });

  it("says what a package says of a service in quotes", () => {
    const { reason } = accountedFor(
      failedRun(
        "2007",
        line(
          "2007",
          2,
          "[ERROR] Unable to install product with code 24b2c164. Fatal error during installation. Error code is 1603. Last error reported by the MSI package is 'Service 'Transport' (MSExchangeTransport) could not be stopped.'.",
        ),
      ),
    );
    assert.equal(
      reason,
      "Windows Installer failed on a package: Service 'Transport' (MSExchangeTransport) could not be stopped. Read the .msilog of that package; mend the installer's cache from the media of the installed build. Setup says: Unable to install product with code 24b2c164. Fatal error during installation. Error…",
    );
  });

  it("is no run's own where a later one has begun", () => {
    const log = run("2019") + text(begin("2019"));
    const { result, causes, run: last } = accountedFor(log);
    assert.deepEqual({ result, causes, of: last.of }, { result: "unfinished", causes: [], of: 2 });
    // The console of earlier runs is none of this one's.
    assert.notEqual(parseConsole(log).errors.length, 0);
  });
});
