/** Cases of R14: what Setup asks, and what the program answers. */
import { aCase } from "../builder";
import { type CaseTable, fails, ok } from "./case";

const documented =
  "  Rule:   R14, what the target's Setup asks is answered (Microsoft's Exchange documentation, MicrosoftDocs/OfficeDocs-Exchange)";
const where = "  Where:  in the program: `setup`";
const answer =
  "  Fix:    answer it; there is no default, since nobody can take the answer back for those whom it concerns";
const terms =
  "`setup.acceptLicenseTerms`: true, once whoever is responsible has accepted the Exchange Server license terms";
const data = "`setup.diagnosticData`: true or false: whether diagnostic data is sent to Microsoft";
const protection =
  '`setup.extendedProtection`: "on"; "off" where TLS ends in front of the server with another certificate; "offForFrontEndEws" where the Hybrid Agent publishes it: Setup switches Extended Protection on without checking, and what cannot be seen from the server then locks clients out';
const name = "server upgrade on mbx-lon.contoso.com";

export const R14: CaseTable = [
  { name: "a Setup that asks nothing, and no answers", of: aCase(), says: ok },
  { name: "a Setup that asks for everything, and all answers", of: aCase({ target: "SE RTM" }), says: ok },
  {
    name: "a preparation, which Extended Protection does not concern",
    of: aCase({
      step: "organization",
      target: "SE RTM",
      answers: { acceptLicenseTerms: true, diagnosticData: true },
    }),
    says: ok,
  },
  {
    name: "a license switch of its own, which answers for diagnostic data, too",
    of: aCase({
      target: "2016 CU23",
      answers: { acceptLicenseTerms: true, licenseSwitch: "/IAcceptExchangeServerLicenseTerms" },
    }),
    says: ok,
  },
  {
    name: "no answer at all, right before Setup",
    of: aCase({ target: "SE RTM", answers: {}, apply: true }),
    says: fails(
      `R14 (must), ${name}: Setup of SE RTM asks for \`setup.acceptLicenseTerms\`, \`setup.diagnosticData\` and \`setup.extendedProtection\`, and the program does not answer`,
      "  Found:  no `setup.acceptLicenseTerms`, no `setup.diagnosticData`, no `setup.extendedProtection`",
      `  Needed: ${terms}; ${data}; ${protection}`,
      where,
      answer,
      documented,
    ),
  },
  {
    name: "license terms alone, where Setup asks for diagnostic data, too",
    of: aCase({ target: "2019 CU11", answers: { acceptLicenseTerms: true } }),
    says: fails(
      `R14 (must), ${name}: Setup of 2019 CU11 asks for \`setup.diagnosticData\`, and the program does not answer`,
      "  Found:  no `setup.diagnosticData`",
      `  Needed: ${data}`,
      where,
      answer,
      documented,
    ),
  },
  {
    name: "license terms that are not accepted",
    of: aCase({ target: "2013 CU23", answers: { acceptLicenseTerms: false } }),
    says: fails(
      `R14 (must), ${name}: Setup of 2013 CU23 runs only when the license terms are accepted`,
      "  Found:  `setup.acceptLicenseTerms`: false",
      `  Needed: ${terms}`,
      "  Where:  in the program: `setup.acceptLicenseTerms`",
      "  Fix:    have them accepted by whoever is responsible, or leave the step out",
      documented,
    ),
  },
];
