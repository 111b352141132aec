import type { Op } from "./code.js";
import type { State, Waiting } from "./state.js";
import { Dictionary, List, Variable } from "./values.js";

/*
 * Goals that wait for their variables (Polar reference, section 7).
 */

export function wait(state: State, op: Op): true {
  state.waiting = { op, earlier: state.waiting };
  return true;
}

/** Puts the goals that have become ready before what comes next, in the order in which they stand in the text. */
export function wake(state: State): void {
  let kept: Waiting | undefined;
  const still: Op[] = [];
  for (let w = state.waiting; w !== undefined; w = w.earlier) {
    if (isReady(state, w.op)) state.step = { op: w.op, next: state.step };
    else still.push(w.op);
  }
  for (let i = still.length - 1; i >= 0; i--) kept = { op: still[i] as Op, earlier: kept };
  state.waiting = kept;
}

function isReady({ frame }: State, op: Op): boolean {
  switch (op.kind) {
    case "compare":
    case "arithmetic":
      return !(frame.deref(op.left) instanceof Variable || frame.deref(op.right) instanceof Variable);
    case "test":
      return !(frame.deref(op.term) instanceof Variable);
    case "field":
    case "record":
      return !(frame.deref(op.target) instanceof Variable);
    case "not":
      return op.outer.every((slot) => frame.isKnown(slot));
    case "new":
      return op.args.every((arg) => frame.isKnown(arg));
    case "in": {
      const collection = frame.deref(op.collection);
      return !(collection instanceof Variable) && !(collection instanceof List && hasOpenRest(frame, collection));
    }
    case "dot": {
      const target = frame.deref(op.target);
      if (target instanceof Variable || (target instanceof List && !frame.isKnown(target))) return false;
      if (target instanceof Dictionary) return true;
      return frame.isKnown(op.member) && (op.args ?? []).every((arg) => frame.isKnown(arg));
    }
    default:
      return true;
  }
}

function hasOpenRest(frame: State["frame"], list: List): boolean {
  return frame.flatten(list)?.rest !== undefined;
}
