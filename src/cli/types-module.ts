import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { EngineOptions } from "../engine/types.js";
import { UsageError } from "./usage-error.js";

/**
 * What the application declares to its engine, out of a JavaScript module that exports `types`, and `constants` if there are
 * any. Nothing without a path. @throws UsageError for a module that cannot be loaded or has no `types`
 */
export async function readTypes(path: string | undefined): Promise<Pick<EngineOptions, "types" | "constants">> {
  if (path === undefined) return {};
  let module: { readonly types?: unknown; readonly constants?: unknown };
  try {
    module = (await import(pathToFileURL(resolve(path)).href)) as typeof module;
  } catch (error) {
    throw new UsageError(`\`${path}\` cannot be loaded: ${error instanceof Error ? error.message : String(error)}`);
  }
  const { types, constants } = module;
  if (!isRecord(types)) {
    throw new UsageError(`\`${path}\` exports no \`types\``, "they are the `types` that the engine is made with");
  }
  return { types, ...(isRecord(constants) && { constants }) } as Pick<EngineOptions, "types" | "constants">;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
