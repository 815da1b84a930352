/** The technology table of a node. */
import { nm16 } from "./nm16.ts";
import { nm28 } from "./nm28.ts";
import { nm7 } from "./nm7.ts";
import type { Technology, TechnologyNm } from "./technology.ts";

const nodes: Readonly<Record<TechnologyNm, Technology>> = { 7: nm7, 16: nm16, 28: nm28 };

/** Constants of a process node. */
export function technologyOf(nodeNm: TechnologyNm): Technology {
  return nodes[nodeNm];
}
