/** The target release in inputs or recorded outputs. */
import { type Release, releaseNamed } from "../../releases";
import { catalogueOf } from "../../releases/catalogue";
import { DefinitionError, readDefinition } from "../../releases/definition";
import type { Props } from "../../wire/values";

/**
 * The target, looked up in the package's and the program's releases; undefined if it is none, or not known. Unusable
 * definitions are ignored here: check refuses them, and definitions that another version has recorded must not stop
 * this one.
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
