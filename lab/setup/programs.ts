/**
 * What Setup's programs are called. The lab says it for itself, so that a wrong name in lib finds no program on the media, and no
 * process that is at work.
 */
import type { LabRelease } from "../release-table";

/**
 * The program in the root of the media. 2007: a public transcript of `setup.com /mode:upgrade`; 2010: scripts of that time, which
 * call Setup.com; 2013 and later: Setup logs in the tests of microsoft/CSS-Exchange, which begin with the command line of Setup.exe.
 */
const programs: { readonly [product: string]: string } = {
  "2007": "Setup.com",
  "2010": "Setup.com",
  "2013": "Setup.exe",
  "2016": "Setup.exe",
  "2019": "Setup.exe",
  SE: "Setup.exe",
};

/** Name of the program in the root of a release's media. */
export function programOf({ product, name }: Pick<LabRelease, "product" | "name">): string {
  const program = programs[product];
  if (program === undefined) throw new Error(`The lab has no media of Exchange ${name}.`);
  return program;
}

/**
 * The process that goes on when the program on the media has unpacked itself: ExSetup.exe below %WINDIR%\Temp\ExchangeSetup in those
 * logs; dsccommunity/ExchangeDsc waits for a process of that name. Of 2007 and 2010: memory.
 */
export const workingProcess = "exsetup.exe";
