import type { Span } from "../diagnostics/source.js";
import type { RuleCode } from "./code.js";
import type { Answer, Table } from "./tables.js";
import type { Term } from "./values.js";

/** What a branch of the search has used so far, newest first. Kept only when an explanation is wanted. */
export interface Premises {
  readonly premise: Premise;
  readonly earlier: Premises | undefined;
}

export type Premise =
  | { readonly kind: "answer"; readonly table: Table; readonly answer: Answer; readonly span: Span | undefined }
  | {
      readonly kind: "fact";
      readonly predicate: string;
      readonly args: readonly Term[];
      readonly stored: "store" | "context";
      readonly span: Span | undefined;
    }
  | {
      readonly kind: "missing";
      readonly predicate: string;
      readonly args: readonly Term[];
      readonly span: Span | undefined;
    }
  | { readonly kind: "builtin" | "negation"; readonly span: Span | undefined };

/**
 * How an answer was proved first. The premises were answers before it, so following proofs always ends, whatever cycles
 * the rules have.
 */
export interface Proof {
  readonly rule: RuleCode | undefined;
  readonly premises: Premises | undefined;
}
