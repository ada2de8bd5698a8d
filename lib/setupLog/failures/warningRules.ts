/** Rules of the prerequisite check that warn and do not stop Setup (2013 and later), in small letters. Source: the rules' own type in Setup. */
export const warningRules: ReadonlySet<string> = new Set(
  [
    "E16E14CoexistenceMinVersionRequirementForDC",
    "E16E15CoexistenceMinVersionRequirementForDC",
    "HostRecordMissing",
    "LangPackInstalled",
    "MpsSvcStopped",
    "NoConnectorToStar",
    "NoE14ServerWarning",
    "NoE15ServerWarning",
    "NoE16ServerWarning",
    "OSCheckedBuild",
    "PrimaryDNSTestFailed",
    "RusMissing",
    "WarnMapiHttpNotEnabled",
    "Win2k12RefsUpdateNotInstalled",
    "Win2k12RollupUpdateNotInstalled",
    "Win2k12UrefsUpdateNotInstalled",
  ].map((name) => name.toLowerCase()),
);
