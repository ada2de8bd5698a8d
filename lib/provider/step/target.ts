/** The release that inputs, or recorded outputs, name as their target. */
import { type Release, releaseNamed } from "../../releases";
import { catalogueOf } from "../../releases/catalogue";
import { DefinitionError, readDefinition } from "../../releases/definition";
import type { Props } from "../../wire/values";

/**
 * The target, with the releases that are defined beside it; undefined where it is none, or is not known. Definitions that
 * cannot be used are none here: check refuses them, and what another version has recorded must not stop this one.
 */
export function targetIn({ target, releases }: Props): Release | undefined {
  if (typeof target !== "string") return undefined;
  try {
    return releaseNamed(target, catalogueOf(Array.isArray(releases) ? releases.map(readDefinition) : []));
  } catch (error) {
    if (error instanceof DefinitionError) return releaseNamed(target, catalogueOf([]));
    throw error;
  }
}
