import { createRequire } from "node:module";
import { dirname } from "node:path";

/** The repository's folder, from source and from the build alike. */
export const root: string = dirname(createRequire(import.meta.url).resolve("arcturus/package.json"));
