/** The organizations that the lab has ready, by name. */
import { adatum } from "./adatum";
import { contoso } from "./contoso";
import { fabrikam } from "./fabrikam";
import type { Organization } from "./organization";
import { wingtip } from "./wingtip";

export const organizations = { adatum, contoso, fabrikam, wingtip } as const satisfies {
  readonly [name: string]: Organization;
};

/** Name of one of {@link organizations}. */
export type OrganizationName = keyof typeof organizations;

/**
 * The organization with this name.
 * @throws Error for a name that the lab does not have
 */
export function organizationNamed(name: string): Organization {
  const found = Object.entries(organizations).find(([each]) => each === name)?.[1];
  if (found === undefined)
    throw new Error(
      `The lab has no organization "${name}"; it has ${Object.keys(organizations).join(", ")}.`,
    );
  return found;
}
