/** What Setup asks of whoever runs it, and the switches that answer it. */
import type { SetupFacts } from "./setup";

/** What an administrator can say of Extended Protection: on as Setup does by itself, off, or off for front-end EWS only. */
export const extendedProtections = ["on", "off", "offForFrontEndEws"] as const;

/** Answers to what Setup asks; absent where nobody has answered. */
export interface SetupAnswers {
  readonly acceptLicenseTerms?: boolean | undefined;
  readonly diagnosticData?: boolean | undefined;
  readonly extendedProtection?: (typeof extendedProtections)[number] | undefined;
  /** In place of the license switch that the other answers make. */
  readonly licenseSwitch?: string | undefined;
}

/** A license switch of some Setup: those of later releases may end otherwise. */
export const licenseSwitchForm = /^\/IAcceptExchangeServerLicenseTerms[A-Za-z0-9_]*$/i;

/** Microsoft's documentation of Extended Protection; an upgrade takes the switches as an installation does. */
const protectionSwitches = { on: [], off: ["/DoNotEnableEP"], offForFrontEndEws: ["/DoNotEnableEP_FEEWS"] };

type Asking = Pick<SetupFacts, "licence" | "extendedProtection">;

/** What Setup asks and the answers lack, what they refuse, and what they want that this Setup cannot do, by name. */
export function unfitAnswers(
  setup: Asking,
  answers: SetupAnswers,
  isServer: boolean,
): {
  readonly missing: readonly (keyof SetupAnswers)[];
  readonly refused: readonly (keyof SetupAnswers)[];
  readonly unasked: readonly (keyof SetupAnswers)[];
} {
  const { acceptLicenseTerms, diagnosticData, extendedProtection, licenseSwitch } = answers;
  const asks = {
    acceptLicenseTerms: setup.licence.length > 0,
    diagnosticData: setup.licence.length > 1,
    extendedProtection: setup.extendedProtection && isServer,
  };
  const given = { acceptLicenseTerms, diagnosticData, extendedProtection };
  const names = ["acceptLicenseTerms", "diagnosticData", "extendedProtection"] as const;
  // A switch that is given whole answers for the diagnostic data, too.
  const isSaid = (name: (typeof names)[number]) =>
    given[name] !== undefined || (name === "diagnosticData" && licenseSwitch !== undefined);
  return {
    missing: names.filter((name) => asks[name] && !isSaid(name)),
    refused: asks.acceptLicenseTerms && acceptLicenseTerms === false ? ["acceptLicenseTerms"] : [],
    unasked: [
      ...(diagnosticData === true && !asks.diagnosticData ? (["diagnosticData"] as const) : []),
      ...(extendedProtection !== undefined && !setup.extendedProtection
        ? (["extendedProtection"] as const)
        : []),
      ...(licenseSwitch !== undefined && !asks.acceptLicenseTerms ? (["licenseSwitch"] as const) : []),
    ],
  };
}

/** The switches that answer what Setup asks; without those that nobody has answered. */
export function answerSwitches(setup: Asking, answers: SetupAnswers, isServer: boolean): readonly string[] {
  return [
    ...licenseSwitches(setup, answers),
    ...(setup.extendedProtection && isServer ? protectionSwitches[answers.extendedProtection ?? "on"] : []),
  ];
}

function licenseSwitches({ licence }: Asking, answers: SetupAnswers): readonly string[] {
  const { acceptLicenseTerms, diagnosticData, licenseSwitch } = answers;
  if (licence.length === 0 || acceptLicenseTerms !== true) return [];
  if (licenseSwitch !== undefined) return [licenseSwitch];
  if (licence.length === 1) return licence;
  if (diagnosticData === undefined) return [];
  return licence.filter((each) => each.endsWith(diagnosticData ? "ON" : "OFF"));
}
