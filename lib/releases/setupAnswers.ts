/** The questions of Setup to whoever runs it, and the switches that answer them. */
import type { SetupFacts } from "./setup";

/**
 * What an administrator can choose for Extended Protection: on, which is Setup's default; off; or off for front-end EWS
 * only.
 */
export const extendedProtections = ["on", "off", "offForFrontEndEws"] as const;

/** Answers to the questions of Setup; an absent one was not answered. */
export interface SetupAnswers {
  readonly acceptLicenseTerms?: boolean | undefined;
  readonly diagnosticData?: boolean | undefined;
  readonly extendedProtection?: (typeof extendedProtections)[number] | undefined;
  /** Replaces the license switch that the other answers would produce. */
  readonly licenseSwitch?: string | undefined;
}

/** The form of a license switch: later releases may have other endings. */
export const licenseSwitchForm = /^\/IAcceptExchangeServerLicenseTerms[A-Za-z0-9_]*$/i;

/**
 * Microsoft's documentation of Extended Protection; Setup accepts the switches for an upgrade as for an installation.
 */
const protectionSwitches = { on: [], off: ["/DoNotEnableEP"], offForFrontEndEws: ["/DoNotEnableEP_FEEWS"] };

type Asking = Pick<SetupFacts, "licence" | "extendedProtection">;

/**
 * Answers that Setup requires and that are missing; answers that refuse what is required; and answers that this Setup
 * cannot carry out. Each by name.
 */
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
  // A complete license switch also answers the question about diagnostic data.
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

/** The switches for the given answers; a question without an answer adds none. */
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
