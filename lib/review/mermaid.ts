/** The order of a small plan as a Mermaid diagram, which GitHub draws. */
import { cut, visibleLine } from "../text";
import { progressIn, stagesWithClusters } from "./clusters";
import type { Review } from "./review";

/** A diagram with more steps can no longer be read. */
export const mostDrawn = 20;

/** The diagram: a box per stage, arrows between boxes. Null if there are no steps, or too many. */
export function reviewMermaid(review: Review): string | null {
  const all = review.steps.length + (review.clusters?.length ?? 0);
  if (all === 0 || all > mostDrawn) return null;
  const stages = stagesWithClusters(review);
  const boxes = stages.flatMap((stage, at) => [
    `  subgraph s${at}[${label(stage.title)}]`,
    ...stage.steps.map(
      (step, index) => `    s${at}_${index}[${label(step.computer, `${progressIn(step)}: `)}]`,
    ),
    "  end",
  ]);
  const arrows = stages.flatMap(({ waitsFor }, at) => waitsFor.map((before) => `  s${before} --> s${at}`));
  return ["flowchart TB", ...boxes, ...arrows].join("\n");
}

const longest = 60;

/**
 * A name that is cut if it is long, behind what is never cut. Everything but letters, digits and characters of names
 * turns into Mermaid's own entity, `#35;`.
 */
function label(name: string, before = ""): string {
  const text = `${before}${cut(visibleLine(name), longest)}`;
  const safe = text.replace(/[^\p{L}\p{N} .,…-]/gu, (character) => `#${character.codePointAt(0)};`);
  return `"${safe}"`;
}
