import type { Op } from "./code.js";
import { callFacts, hasFact } from "./fact-goals.js";
import { Fault, fault } from "./fault.js";
import { construct, element, field, member } from "./host-goals.js";
import { exactKey } from "./keys.js";
import { arithmetic, compare } from "./operators.js";
import type { Search } from "./search.js";
import { show } from "./show.js";
import type { State, Waiting } from "./state.js";
import { canonicalCall, missingKey } from "./tables.js";
import { Dictionary, Entity, Instance, kindOf, type Term, Variable } from "./values.js";
import { wait, wake } from "./waiting.js";

/** Goes on with a branch until it is proved, fails, or hands itself over to the stack. */
export function advance(search: Search, state: State): void {
  const { frame } = state;
  for (;;) {
    if (frame.changed) {
      frame.changed = false;
      if (state.waiting !== undefined) wake(state);
    }
    const step = state.step;
    if (step === undefined) {
      if (state.waiting !== undefined) neverBound(search, state, state.waiting);
      search.proved(state);
      return;
    }
    const { op } = step;
    search.tick(state, op.span);
    state.step = step.next;
    if (!execute(search, state, op)) return;
  }
}

/** True: the goal holds, or waits; go on. False: it failed, or the branch was handed over. */
function execute(search: Search, state: State, op: Op): boolean {
  const { frame } = state;
  switch (op.kind) {
    case "unify":
      if (op.condition) search.note(state, { kind: "builtin", span: op.span });
      return frame.unify(op.left, op.right);
    case "type":
      return frame.constrain(op.term, op.set);
    case "call": {
      const { predicate } = op;
      if (predicate.rules.length === 0) return callFacts(search, state, predicate, op.args, op.span);
      return search.call(state, predicate, canonicalCall(predicate, op.args, frame), op.whole, op.span);
    }
    case "facts":
      return callFacts(search, state, op.predicate, op.args, op.span);
    case "compare": {
      const left = frame.deref(op.left);
      const right = frame.deref(op.right);
      if (left instanceof Variable || right instanceof Variable) return wait(state, op);
      if (!compare(op.operator, left, right)) return false;
      search.note(state, { kind: "builtin", span: op.span });
      return true;
    }
    case "arithmetic": {
      const left = frame.deref(op.left);
      const right = frame.deref(op.right);
      if (left instanceof Variable || right instanceof Variable) return wait(state, op);
      return frame.unify(op.out, arithmetic(op.operator, left, right));
    }
    case "assign": {
      if (op.parameter) return fault("engine/reassigned", "`:=` cannot assign a parameter of the rule");
      if (!(frame.deref(op.target) instanceof Variable)) {
        return fault("engine/reassigned", "`:=` assigns a variable that already has a value");
      }
      return frame.unify(op.target, op.value);
    }
    case "test":
      return test(search, state, op);
    case "dot":
      return member(search, state, op);
    case "field":
      return field(search, state, op);
    case "record": {
      const target = frame.deref(op.target);
      if (target instanceof Variable) return wait(state, op);
      return target instanceof Dictionary || target instanceof Entity || target instanceof Instance;
    }
    case "in":
      return element(search, state, op);
    case "new":
      return construct(search, state, op);
    case "now":
      return frame.unify(op.out, search.around.now);
    case "or": {
      const { branches } = op;
      if (op.joins) state.joins = { seen: new Set(), outer: state.joins };
      let next = 0;
      search.choose(
        state,
        () => next + 1 < branches.length,
        (to) => {
          to.step = branches[next++];
          return true;
        },
      );
      return false;
    }
    case "join":
      return join(state, op);
    case "not":
      return not(search, state, op);
    case "cut":
      return cut(search, state, op);
    case "enter":
      state.scope = search.scope(state.scope);
      return true;
    case "leave":
      state.scope = state.scope?.outer;
      return true;
    case "print":
      search.around.print(op.args.map((arg) => show(frame.resolve(arg, (slot) => slot))).join(", "));
      return true;
    case "fail":
      return false;
  }
}

function test(search: Search, state: State, op: Op & { kind: "test" }): boolean {
  const value = state.frame.deref(op.term);
  if (value instanceof Variable && op.computed) return wait(state, op);
  if (value instanceof Variable || typeof value === "boolean") {
    search.note(state, { kind: "builtin", span: op.span });
    return value instanceof Variable ? state.frame.unify(value, true) : value;
  }
  return fault("engine/not-a-condition", `a condition must be a Boolean, and this is ${kindOf(value)}`);
}

/** True for the first of the branches that agree. */
function join(state: State, op: Op & { kind: "join" }): boolean {
  const { joins, frame } = state;
  state.joins = joins?.outer;
  // What still waits may differ from branch to branch.
  if (joins === undefined || state.waiting !== undefined) return true;
  const known = (term: Term): Term => frame.resolve(term, (open) => open);
  let key = "";
  for (const slot of op.live) key += exactKey(known(slot), frame.types);
  // Branches that assume different facts say different things of what is missing.
  for (const { predicate, args } of state.missing) key += missingKey({ predicate, args: args.map(known) }, frame.types);
  if (joins.seen.has(key)) return false;
  joins.seen.add(key);
  return true;
}

function not(search: Search, state: State, op: Op & { kind: "not" }): boolean {
  const { frame } = state;
  if (!op.outer.every((slot) => frame.isKnown(slot))) return wait(state, op);
  search.note(state, { kind: "negation", span: op.span });
  const inner = op.body?.op;
  if (inner?.kind === "call" && op.body?.next === undefined && inner.predicate.rules.length === 0) {
    return !hasFact(search, frame, inner.predicate, inner.args);
  }
  search.negate(state, op.body);
  return false;
}

function cut(search: Search, state: State, op: Op & { kind: "cut" }): boolean {
  if (state.waiting !== undefined) {
    throw new Fault("engine/unbound-variable", "a `cut` may not run while a goal before it waits for a variable");
  }
  // With assumptions there is no first solution to commit to; what comes out is tried again without any.
  if (search.around.assume !== undefined) return true;
  const { scope } = state;
  if (scope === undefined) return fault("engine/cut-cycle", `\`${op.kind}\` has nothing to commit to`);
  search.truncate(scope.base);
  // What came first is not known while something to the left is pending: the branch will be seen again.
  return search.pending === scope.pending;
}

function neverBound(search: Search, state: State, waiting: Waiting): never {
  let first = waiting;
  while (first.earlier !== undefined) first = first.earlier;
  search.tick(state, first.op.span);
  return fault("engine/unbound-variable", "this goal waits for a variable that nothing binds");
}
