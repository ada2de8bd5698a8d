/** Software that Setup of 2013 and later needs and does not install, by the names of its packages. */
export const softwareNames = [
  "Visual C++ 2012 Redistributable (x64)",
  "Visual C++ 2013 Redistributable (x64)",
  "Unified Communications Managed API 4.0",
  "IIS URL Rewrite Module",
] as const;

export type SoftwareName = (typeof softwareNames)[number];
