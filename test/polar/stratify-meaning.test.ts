import fc from "fast-check";
import { expect, it } from "vitest";
import { runs } from "../support/effort.js";
import { errorsOf } from "./policies.js";

/*
 * Random rules about roles that ask for each other, plainly and negated, held between two readings of what depends on what. Role by
 * role and type by type: where a role of some type comes back to its own negation, the policy must be refused. Rule by rule, each
 * call leading to every rule that has a type in common with it: where nothing comes back there, it must not be refused.
 */

const types = ["Item", "Doc", "Sheet", "Both", "Org"] as const;
const names = ["a", "b", "c"] as const;
const blocks = `actor User {} resource Item { roles = ["a", "b", "c"]; } resource Doc extends Item {} resource Sheet extends Item {}
resource Both extends Doc, Sheet {} resource Org { roles = ["a", "b", "c"]; }
declare linked(Resource, Resource); declare label(String);\n`;

type Type = (typeof types)[number];

/** The types of what is of a type; `Resource` is all of them. */
function below(type: Type | "Resource"): readonly Type[] {
  switch (type) {
    case "Resource":
      return types;
    case "Item":
      return ["Item", "Doc", "Sheet", "Both"];
    case "Doc":
    case "Sheet":
      return [type, "Both"];
    default:
      return [type];
  }
}

interface Call {
  readonly negated: boolean;
  /** The roles that it may ask for. */
  readonly names: readonly string[];
  /** Of the resource of the head, or of a linked one of this type, said before or behind the call, or not at all. */
  readonly on: "same" | { readonly type: Type | "Resource"; readonly said: "before" | "behind" | "nowhere" };
}

interface RoleRule {
  readonly names: readonly string[];
  readonly type: Type | "Resource";
  readonly calls: readonly Call[];
}

const someNames = fc.oneof(
  fc.constantFrom(...names).map((name) => [name]),
  fc.constantFrom(names),
  fc.constantFrom(["a", "b"], ["b", "c"]),
);
const someType = fc.constantFrom(...types, "Resource" as const);
const call: fc.Arbitrary<Call> = fc.record({
  negated: fc.boolean(),
  names: someNames,
  on: fc.oneof(
    fc.constant("same" as const),
    fc.record({ type: someType, said: fc.constantFrom("before" as const, "behind" as const) }),
    fc.constant({ type: "Resource" as const, said: "nowhere" as const }),
  ),
});
const rules: fc.Arbitrary<RoleRule[]> = fc.array(
  fc.record({
    names: fc.oneof(
      fc.constantFrom(...names).map((name) => [name]),
      fc.constant([...names]),
    ),
    type: someType,
    calls: fc.array(call, { minLength: 1, maxLength: 2 }),
  }),
  { minLength: 1, maxLength: 4 },
);

function textOf({ names: given, type, calls }: RoleRule): string {
  const head = given.length === 1 ? `"${given[0]}"` : "_: String";
  const goals = calls.map(({ negated, names: asked, on }, i) => {
    const name = asked.length === 1 ? `"${asked[0]}"` : `n${i}`;
    const list = `n${i} in [${asked.map((n) => `"${n}"`).join(", ")}]`;
    const said = asked.length === 1 ? [] : [asked.length === names.length ? `label(n${i})` : list];
    const thing = on === "same" ? "x" : `y${i}`;
    const asks = `${negated ? "not " : ""}has_role(u, ${name}, ${thing})`;
    if (on === "same") return [...said, asks].join(" and ");
    const matches = on.said === "nowhere" ? [] : [`y${i} matches ${on.type}`];
    const [before, behind] = on.said === "behind" ? [[], matches] : [matches, []];
    return [`linked(x, y${i})`, ...said, ...before, asks, ...behind].join(" and ");
  });
  return `has_role(u: User, ${head}, x: ${type}) if u = u and x = x and ${goals.join(" and ")};`;
}

/** Whether a negated step leads back to where it begins. */
function comesBack(
  steps: readonly { readonly from: string; readonly to: string; readonly negated: boolean }[],
): boolean {
  const reached = (from: string): ReadonlySet<string> => {
    const found = new Set([from]);
    for (const at of found) for (const step of steps) if (step.from === at) found.add(step.to);
    return found;
  };
  return steps.some(({ from, to, negated }) => negated && reached(to).has(from));
}

/** Role by role: `role type`. */
function certain(all: readonly RoleRule[]): boolean {
  return comesBack(
    all.flatMap(({ names: given, type, calls }) =>
      below(type).flatMap((own) =>
        calls.flatMap(({ negated, names: asked, on }) =>
          (on === "same" ? [own] : below(on.type)).flatMap((other) =>
            given.flatMap((from) => asked.map((to) => ({ from: `${from} ${own}`, to: `${to} ${other}`, negated }))),
          ),
        ),
      ),
    ),
  );
}

/** Rule by rule. */
function possible(all: readonly RoleRule[]): boolean {
  return comesBack(
    all.flatMap(({ type, calls }, from) =>
      calls.flatMap(({ negated, names: asked, on }) => {
        const known = on === "same" ? below(type) : on.said === "before" ? below(on.type) : types;
        return all.flatMap((rule, to) => {
          const meets = rule.names.some((n) => asked.includes(n)) && below(rule.type).some((t) => known.includes(t));
          return meets ? [{ from: String(from), to: String(to), negated }] : [];
        });
      }),
    ),
  );
}

it("what comes back to its own negation is refused, and what cannot is not", () => {
  let [refused, fine] = [0, 0];
  fc.assert(
    fc.property(rules, (all) => {
      const text = all.map(textOf).join("\n");
      const errors = errorsOf(blocks + text);
      if (certain(all)) {
        refused++;
        expect(errors, text).toContain("polar/unstratified");
      } else if (!possible(all)) {
        fine++;
        expect(errors, text).toEqual([]);
      }
    }),
    { numRuns: runs(300) },
  );
  expect(Math.min(refused, fine)).toBeGreaterThan(runs(300) / 15);
});
