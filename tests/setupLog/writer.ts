/** Writes logs as Setup of each release lays them out, for tests: the words are made up where Setup's own do not matter. */

/** Releases, by the layout of their logs. */
export type Product = "2007" | "2010" | "2013" | "2016" | "2019" | "SE";

const names: Readonly<Record<Product, string>> = {
  "2007": "Microsoft Exchange 2007",
  "2010": "Microsoft Exchange Server 2010",
  "2013": "Microsoft Exchange Server 2013",
  "2016": "Microsoft Exchange Server 2016",
  "2019": "Microsoft Exchange Server 2019",
  SE: "Microsoft Exchange Server Subscription Edition",
};

const versions: Readonly<Record<Product, string>> = {
  "2007": "8.1.240.6",
  "2010": "14.3.123.4",
  "2013": "15.0.1497.2",
  "2016": "15.1.2507.6",
  "2019": "15.2.1544.4",
  SE: "15.2.2562.17",
};

export const stars = "*".repeat(46);

/** One message; further lines of it have no stamp. */
export function line(product: Product, level: number, text: string, second = 9): string {
  const two = String(second % 60).padStart(2, "0");
  const stamp = product === "2007" ? `3/14/2008 9:30:${two} AM` : `06/23/2022 09:30:${two}.0042`;
  return `[${stamp}] [${level}] ${text}`;
}

/** The first lines of a run. */
export function begin(product: Product, mode = "Upgrade"): readonly string[] {
  return [
    stars,
    `Starting ${names[product]} Setup`,
    stars,
    `Setup version: ${versions[product]}.`,
    "Logged on user: CONTOSO\\exadmin.",
    `Command Line Parameter Name='mode', Value='${mode}'.`,
  ].map((text) => line(product, 0, text, 1));
}

const failures: Readonly<Partial<Record<Product, string>>> = {
  "2007":
    "The Exchange Server Setup operation did not complete. Visit http://support.microsoft.com and enter the Error ID.",
};

/** The last lines of a run. */
export function end(product: Product, succeeded = false): readonly string[] {
  return [
    succeeded
      ? "The Exchange Server setup operation completed successfully."
      : (failures[product] ??
        "The Exchange Server setup operation didn't complete.  More details can be found in ExchangeSetup.log."),
    "End of Setup",
    stars,
  ].map((text) => line(product, 0, text, 59));
}

/** What a task that fails leaves: the error at once, then with its script and its stack, and once more. */
export interface TaskError {
  readonly message: string;
  /** Type of the exception. */
  readonly type?: string;
  /** Messages of inner exceptions. */
  readonly inner?: readonly string[];
  readonly script?: string;
  /** Methods of the stack. */
  readonly frames?: readonly string[];
  /** Name of the work; null where Setup gives none. */
  readonly work?: string | null;
}

const usualFrames = [
  "Microsoft.Exchange.Configuration.Tasks.Task.ThrowError(Exception exception, ErrorCategory errorCategory, Object target, String helpUrl)",
  "Microsoft.Exchange.Configuration.Tasks.Task.<ProcessRecord>b__91_1()",
];

/** The lines of a task that failed, in the layout of 2010 and later. */
export function taskError(product: Product, error: TaskError): readonly string[] {
  const {
    message,
    type = "System.Exception",
    inner = [],
    script = "\n          Do-Work -Name $RoleName;\n        ",
  } = error;
  const frames = (error.frames ?? usualFrames).map((frame) => `   at ${frame}`).join("\n");
  const chain = inner.map((text) => ` ---> System.ComponentModel.Win32Exception: ${text}`).join("");
  const all = [message, ...inner];
  const whole = `${type}: ${message}${chain}\n${frames}`;
  const work = error.work === undefined ? "MadeUpComponent___0123456789abcdef" : error.work;
  return [
    ...all.map((text) => line(product, 2, `[ERROR] ${text}`)),
    line(product, 2, "Ending processing do-work"),
    line(product, 1, "The following 1 error(s) occurred during task execution:"),
    line(product, 1, `0.  ErrorRecord: ${message}`),
    line(product, 1, `0.  ErrorRecord: ${whole}`),
    line(
      product,
      1,
      `[ERROR] The following error was generated when "$error.Clear();${script}" was run: "${whole}".`,
    ),
    ...all.map((text) => line(product, 1, `[ERROR] ${text}`)),
    ...(work === null
      ? []
      : [line(product, 1, `[ERROR-REFERENCE] Id=${work} Component=EXCHANGE14:\\Current`)]),
    line(product, 1, "Setup is stopping now because of one or more critical errors."),
  ];
}

/** A rule of the prerequisite check that failed, in the layout of 2013 and later. */
export function failedRule(product: Product, name: string, message: string): readonly string[] {
  return [
    line(product, 1, `Failed [Rule:${name}] [Message:${message}]`),
    line(product, 1, `[REQUIRED] ${message}`),
    line(
      product,
      1,
      `Help URL: http://technet.microsoft.com/library(EXCHG.150)/ms.exch.setupreadiness.${name}.aspx`,
    ),
  ];
}

/** A whole run that failed. */
export function failedRun(product: Product, ...lines: readonly (string | readonly string[])[]): string {
  return text([...begin(product), ...lines.flat(), ...end(product)]);
}

export function text(lines: readonly string[], lineEnd = "\r\n"): string {
  return lines.map((each) => `${each.replaceAll("\n", lineEnd)}${lineEnd}`).join("");
}
