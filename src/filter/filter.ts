/** Which resources of a type are allowed, as a condition: the degenerate answers have names of their own. */
export type Filter =
  | { readonly kind: "all" }
  | { readonly kind: "none" }
  | { readonly kind: "where"; readonly condition: FilterCondition };

/** What remains of the question when the resource is open. Its first form names ids. */
export type FilterCondition = { readonly kind: "ids"; readonly type: string; readonly ids: readonly string[] };
