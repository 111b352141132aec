import { readFileSync } from "node:fs";

export interface PolarCase {
  readonly name: string;
  readonly policy: string;
  readonly goal?: string;
  readonly expected:
    | string
    | boolean
    | readonly unknown[]
    | { readonly error: string; readonly diagnostics?: readonly { readonly code: string; readonly line: number }[] }
    | { readonly answers: readonly unknown[] };
}

/** Small policies, one question each, and the answer that the language reference demands. */
export const polarCases: readonly PolarCase[] = JSON.parse(
  readFileSync(new URL("../data/polar-cases.json", import.meta.url), "utf8"),
) as PolarCase[];
