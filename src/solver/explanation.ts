import type { Location } from "../diagnostics/diagnostic.js";
import type { Fact } from "../facts/value.js";

/** Why a question was answered as it was. Plain data, fit for JSON. */
export interface Explanation {
  readonly allowed: boolean;
  /** The proof, when allowed. */
  readonly derivation?: Derivation;
  /** When denied: for every rule that could have allowed it, the facts that would have been enough; smallest first. */
  readonly attempts: readonly Attempt[];
}

/** A proof: what holds, and the rule or the fact by which it holds. */
export type Derivation =
  | {
      readonly kind: "fact";
      readonly goal: string;
      readonly fact: Fact;
      readonly stored: "store" | "context" | "policy";
      readonly location?: Location;
    }
  | {
      readonly kind: "rule";
      readonly goal: string;
      readonly rule: string;
      readonly location: Location;
      readonly premises: readonly Derivation[];
      /** Its premises are left out: the tree is too deep, or so large that what stands in it already is not shown again. */
      readonly folded?: true;
    }
  | { readonly kind: "builtin"; readonly goal: string; readonly location?: Location }
  | { readonly kind: "negation"; readonly goal: string; readonly location?: Location };

export interface Attempt {
  readonly goal: string;
  readonly rule: string;
  readonly location: Location;
  /** Facts that, told together, would have made the rule hold. A hole in a fact is written `_`. */
  readonly missing: readonly string[];
  /** Premises of the rule that already hold. */
  readonly holds: readonly string[];
}
