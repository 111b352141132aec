import { callsOf, type Plan, type Step, type Unit, Unsupported } from "./plan.js";

/** A unit with more plans than this is not put into its callers. */
const mostInlined = 32;

/** Numbers the components of the units below `root` that have none yet, callees first, and answers them in that order. */
export function components(root: Unit, first: number): Unit[][] {
  const found: Unit[][] = [];
  const low = new Map<Unit, number>();
  const open: Unit[] = [];
  const path: { readonly unit: Unit; readonly callees: Unit[]; next: number }[] = [];
  let visited = 0;
  const enter = (unit: Unit): void => {
    low.set(unit, visited++);
    open.push(unit);
    const callees = unit.plans.flatMap((plan) => [...callsOf(plan.steps)].map((call) => call.unit));
    if (callees.includes(unit)) unit.recursive = true;
    path.push({ unit, callees, next: 0 });
  };
  const order = new Map<Unit, number>();
  if (root.component < 0) {
    order.set(root, 0);
    enter(root);
  }
  // No recursion: the graph of a large policy can be deep.
  for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
    const callee = top.callees[top.next++];
    if (callee !== undefined) {
      if (callee.component >= 0) continue;
      if (!low.has(callee)) {
        order.set(callee, visited);
        enter(callee);
      } else low.set(top.unit, Math.min(low.get(top.unit)!, order.get(callee)!));
      continue;
    }
    path.pop();
    const { unit } = top;
    const parent = path.at(-1);
    if (parent !== undefined) low.set(parent.unit, Math.min(low.get(parent.unit)!, low.get(unit)!));
    if (low.get(unit) !== order.get(unit)) continue;
    const members = open.splice(open.indexOf(unit));
    for (const member of members) {
      member.component = first + found.length;
      if (members.length > 1) member.recursive = true;
    }
    found.push(members);
  }
  return found;
}

/** Puts the plans of a callee in the place of a plan that does nothing but call it. */
export function inline(unit: Unit): void {
  const plans: Plan[] = [];
  const seen = new Set<string>();
  const add = (plan: Plan): void => {
    const key = JSON.stringify(plan.steps, (name, value: unknown) =>
      name === "table" || name === "domain" || name === "unit" ? identity(value as object) : value,
    );
    if (!seen.has(key)) plans.push(plan);
    seen.add(key);
  };
  for (const plan of unit.plans) {
    const [step] = plan.steps;
    const only = plan.steps.length === 1 && step?.kind === "call" && !step.unit.recursive ? step : undefined;
    if (only === undefined || only.unit.plans.length + plans.length > mostInlined) add(plan);
    else
      for (const inner of only.unit.plans)
        add({ clause: plan.clause, steps: renamed(inner.steps, only.unit, only.args, unit) });
  }
  unit.plans = plans;
}

const identities = new WeakMap<object, number>();
let lastIdentity = 0;
function identity(value: object): number {
  let number = identities.get(value);
  if (number === undefined) identities.set(value, (number = ++lastIdentity));
  return number;
}

/** Steps of `from` as steps of `to`, its arguments being the registers `args`. */
function renamed(steps: readonly Step[], from: Unit, args: readonly number[], to: Unit): Step[] {
  const names = new Map<number, number>();
  args.forEach((register, i) => {
    if (register >= 0) names.set(i, register);
  });
  const name = (register: number): number => {
    if (register < 0) return register;
    let renamed = names.get(register);
    if (renamed === undefined) {
      const code = from.constants.get(register);
      if (code !== undefined) for (const [held, value] of to.constants) if (value === code) renamed = held;
      renamed ??= to.registers++;
      if (code !== undefined) to.constants.set(renamed, code);
      names.set(register, renamed);
    }
    return renamed;
  };
  const rename = (step: Step): Step => {
    switch (step.kind) {
      case "same":
        return { ...step, left: name(step.left), right: name(step.right) };
      case "copy":
        return { ...step, from: name(step.from), to: name(step.to) };
      case "any":
        return { ...step, to: name(step.to) };
      case "has":
      case "rows":
        return { ...step, columns: step.columns.map(name) };
      case "call":
        return { ...step, args: step.args.map(name) };
      case "one-of":
      case "each-of":
        return { ...step, register: name(step.register) };
      case "compare":
        return {
          ...step,
          left: step.left === "now" ? "now" : name(step.left),
          right: step.right === "now" ? "now" : name(step.right),
        };
      case "not":
        return { ...step, alternatives: step.alternatives.map((alternative) => alternative.map(rename)) };
    }
  };
  return steps.map(rename);
}

/** How a component of units that depend on themselves is evaluated. */
export type Recursion =
  /** Each plan ends with at most one call back, all of whose arguments are given: states are searched. */
  | "search"
  /** Each plan calls back at most once, with the inputs of the unit itself: answers lead to answers. */
  | "spread"
  /** Each plan ends with at most one call back whose outputs are the outputs: inputs lead to inputs, answers are one set. */
  | "collect"
  /** Anything else: calls are tabled, each with the goals that wait for its answers. */
  | "table";

/** Chooses the strategy, and puts the call back into the place that it asks for. @throws Unsupported */
export function arrange(members: readonly Unit[]): Recursion {
  const isBack = (step: Step): step is Extract<Step, { kind: "call" }> =>
    step.kind === "call" && members.includes(step.unit);
  for (const unit of members)
    for (const plan of unit.plans)
      for (const step of plan.steps)
        if (step.kind === "not")
          for (const alternative of step.alternatives)
            for (const call of callsOf(alternative)) if (members.includes(call.unit)) throw new Unsupported();
  const every = (fits: (unit: Unit, plan: Plan, call: Extract<Step, { kind: "call" }>) => boolean): boolean =>
    members.every((unit) =>
      unit.plans.every((plan) => {
        const back = plan.steps.filter(isBack);
        return back.length === 0 || (back.length === 1 && fits(unit, plan, back[0]!));
      }),
    );
  const move = (where: "first" | "last"): void => {
    for (const unit of members)
      unit.plans = unit.plans.map((plan) => {
        const back = plan.steps.filter(isBack);
        const rest = plan.steps.filter((step) => !isBack(step));
        return { ...plan, steps: where === "first" ? [...back, ...rest] : [...rest, ...back] };
      });
  };
  if (members.every((unit) => unit.outputs.length === 0)) {
    if (!every(() => true)) return "table";
    move("last");
    return "search";
  }
  if (members.some((unit) => unit.open)) throw new Unsupported();
  const sameInputs = every(
    (unit, _plan, call) =>
      call.unit.inputs.length === unit.inputs.length &&
      call.unit.inputs.every((input, i) => call.args[input] === unit.inputs[i]),
  );
  if (sameInputs) {
    move("first");
    return "spread";
  }
  const sameOutputs = every(
    (unit, plan, call) =>
      plan.steps.at(-1) === call &&
      call.unit.outputs.length === unit.outputs.length &&
      call.unit.outputs.every((output, i) => call.args[output] === unit.outputs[i]),
  );
  return sameOutputs ? "collect" : "table";
}
