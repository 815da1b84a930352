/** Reads the decisions back from a module into which they were written. */
import { fail } from "../support/diagnostics.ts";
import type { Attribute } from "./attributes.ts";
import type { Operation } from "./core.ts";
import { walk } from "./core.ts";
import { mappingCodec, paddingCodec, placementCodec } from "./decision-attributes.ts";
import type { Decisions, ResidentTensor } from "./decisions.ts";
import { fastRegion, readAttribute } from "./ops/fast.ts";

/** Attributes of the module itself that belong to decisions. */
export const moduleAttributes = {
  sha256: "fast.frozen_sha256",
  capacityBytes: "fast.residency_capacity_bytes",
} as const;

/** The regions of a module, ordered by their position in the schedule. */
export function regionsOf(module: Operation): readonly Operation[] {
  const regions = [...walk(module)].filter((op) => op.name === fastRegion.name);
  return regions.sort((a, b) => readAttribute(a, "id") - readAttribute(b, "id"));
}

/**
 * The decisions that `form-regions`, `pad-dimensions`, `tile` and `place` wrote into a module; those of passes that have not
 * run are empty.
 *
 * @throws DiagnosticError `decisions-invalid` when an attribute is not what these passes write
 */
export function readDecisions(module: Operation): Decisions {
  const regions = regionsOf(module);
  return {
    moduleSha256: readSha256(module),
    partition: {
      regions: regions.map((op) => ({
        id: readAttribute(op, "id"),
        anchor: readAttribute(op, "anchor"),
        operations: readAttribute(op, "operations"),
        engine: readAttribute(op, "engine"),
      })),
    },
    mappings: withAttribute(regions, "mapping").map(({ region, attribute, path }) => ({
      region,
      ...mappingCodec.decode(attribute, path),
    })),
    paddings: withAttribute(regions, "padding").map(({ region, attribute, path }) => ({
      region,
      loops: paddingCodec.decode(attribute, path),
    })),
    residency: { capacityBytes: readCapacity(module), tensors: readTensors(regions) },
  };
}

/** The hash of the frozen module whose operations the regions' numbers mean. */
export function readSha256(module: Operation): string {
  const attribute = module.attributes.get(moduleAttributes.sha256);
  if (attribute?.kind === "string") return attribute.value;
  return fail({
    code: "decisions-invalid",
    message: `the module has no attribute ${moduleAttributes.sha256}`,
    help: ["run the pass form-regions first"],
  });
}

function readCapacity(module: Operation): number {
  const attribute = module.attributes.get(moduleAttributes.capacityBytes);
  return attribute?.kind === "integer" ? Number(attribute.value) : 0;
}

interface RegionAttribute {
  readonly region: number;
  readonly attribute: Attribute;
  readonly path: string;
}

function withAttribute(regions: readonly Operation[], name: string): readonly RegionAttribute[] {
  return regions.flatMap((op) => {
    const attribute = op.attributes.get(name);
    const region = readAttribute(op, "id");
    return attribute === undefined ? [] : [{ region, attribute, path: `region ${region}: ${name}` }];
  });
}

function readTensors(regions: readonly Operation[]): readonly ResidentTensor[] {
  const tensors = new Map<number, ResidentTensor>();
  for (const { attribute, path } of withAttribute(regions, "placement")) {
    const { operands, results } = placementCodec.decode(attribute, path);
    for (const place of [...operands, ...results]) if (place.memory === "gm") tensors.set(place.tensor, place.resident);
  }
  return [...tensors].sort(([a], [b]) => a - b).map(([, tensor]) => tensor);
}
