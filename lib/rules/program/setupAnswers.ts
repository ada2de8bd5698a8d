/**
 * The questions of Setup to whoever runs it (R14). The package never answers for a person, neither about a licence nor
 * about data that leaves the company.
 */
import { type SetupAnswers, setupOf, unfitAnswers } from "../../releases";
import { listed } from "../../text";
import type { Case } from "../case";
import { ok, type Verdict } from "../finding";
import { argument } from "./argumentTexts";

/** Why Setup has each question, and the possible answers. */
const questions: Readonly<Record<keyof SetupAnswers, string>> = {
  acceptLicenseTerms: "true, once whoever is responsible has accepted the Exchange Server license terms",
  diagnosticData: "true or false: whether diagnostic data is sent to Microsoft",
  extendedProtection:
    '"on"; "off" where TLS ends in front of the server with another certificate; "offForFrontEndEws" where the Hybrid Agent publishes it: Setup switches Extended Protection on without checking, and what cannot be seen from the server then locks clients out',
  licenseSwitch: "none",
};

/**
 * R14: the program answers the questions of the target's Setup. An answer that Setup does not ask for is refused with
 * the arguments.
 */
export function answered(c: Case): Verdict {
  const { missing, refused } = unfitAnswers(setupOf(c.target), c.answers, c.step === "server");
  const path = (name: keyof SetupAnswers) => argument(c, `setup.${name}`);
  if (missing.length > 0)
    return {
      verdict: "fails",
      problem: `Setup of ${c.target.name} asks for ${listed(missing.map(path))}, and the program does not answer`,
      found: `no ${missing.map(path).join(", no ")}`,
      needed: missing.map((name) => `${path(name)}: ${questions[name]}`).join("; "),
      where: `in the program: ${argument(c, "setup")}`,
      fix: "answer it; there is no default, since nobody can take the answer back for those whom it concerns",
    };
  if (refused.length > 0)
    return {
      verdict: "fails",
      problem: `Setup of ${c.target.name} runs only when the license terms are accepted`,
      found: `${path("acceptLicenseTerms")}: false`,
      needed: `${path("acceptLicenseTerms")}: ${questions.acceptLicenseTerms}`,
      where: `in the program: ${path("acceptLicenseTerms")}`,
      fix: "have them accepted by whoever is responsible, or leave the step out",
    };
  return ok;
}
