import { locationOf } from "../diagnostics/diagnostic.js";
import { LimitError, type RuleFrame } from "../diagnostics/errors.js";
import type { State } from "./state.js";
import { Table } from "./tables.js";

export function timeout(milliseconds: number): LimitError {
  const message = `the question took longer than ${milliseconds} ms`;
  return new LimitError("milliseconds", milliseconds, "ms", { code: "engine/timeout", message });
}

const mostFrames = 50;

/** The rules that led to a state, innermost first. */
export function rulesAbove(state: State | undefined): RuleFrame[] {
  const frames: RuleFrame[] = [];
  let current = state;
  while (current !== undefined && frames.length < mostFrames) {
    const rule = current.rule?.rule;
    const owner: State["owner"] = current.owner;
    if (rule !== undefined && owner instanceof Table) {
      const { head } = rule;
      frames.push({ rule: head.source.text.slice(head.start, head.end), ...locationOf(head) });
    }
    current = owner.by;
  }
  return frames;
}
