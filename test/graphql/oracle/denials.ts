import { GraphQLError } from "graphql";
import type { OracleContext } from "./context.js";
import type { Deny } from "./model.js";

/** How a denial looks. `HIDDEN` is NOT_FOUND by the gate of a type: as if there were nothing. */
export type Mode = Deny | "HIDDEN";

/** A question with its answer. */
export interface Asked {
  readonly deny: Mode;
  readonly isYes: boolean;
}

const inOrder: readonly Mode[] = ["NULL", "ERROR", "HIDDEN", "NOT_FOUND", "REJECT"];

/** The strictest mode of those that were answered with no. */
export function strictest(asked: readonly Asked[]): Mode | undefined {
  return inOrder.findLast((mode) => asked.some(({ deny, isYes }) => deny === mode && !isYes));
}

/** An error of the plain server, in the place of one of the guarded one. */
export class Denied extends GraphQLError {
  constructor(code: string) {
    super("denied", { extensions: { code } });
  }
}

/** What stands in the place of something that is denied: null, or an error. */
export function denied(mode: Mode, context: OracleContext): Denied | null {
  const code = context.view?.isNobody === true ? "UNAUTHENTICATED" : "FORBIDDEN";
  switch (mode) {
    case "NULL":
    case "HIDDEN":
      return null;
    case "ERROR":
      return new Denied(code);
    case "NOT_FOUND":
      return new Denied(code === "FORBIDDEN" ? "NOT_FOUND" : code);
    case "REJECT":
      context.rejected ??= code;
      return new Denied(code);
  }
}
