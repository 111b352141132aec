import type { Reference } from "arcturus";
import fc from "fast-check";
import { expect } from "vitest";
import { actors, allowed, type Defect, invariant, renaming, world } from "./invariant.js";

/** Takes ids for equal that are not. */
function folding(fold: (id: string) => string): Defect {
  return (engine, facts) => {
    const known = new Map<string, string>();
    for (const arg of facts.flat()) {
      if (typeof arg !== "object") continue;
      const under = `${arg.type} ${fold(arg.id)}`;
      if (!known.has(under)) known.set(under, arg.id);
    }
    const folded = ({ type, id }: Reference): Reference => ({ type, id: known.get(`${type} ${fold(id)}`) ?? id });
    return {
      ...engine,
      decide: (actor, action, resource) =>
        engine.decide(folded(actor as Reference), action, folded(resource as Reference)),
    };
  };
}

invariant(
  "I26: other ids, each its own, leave the answers as they are",
  (make) =>
    fc.asyncProperty(world, renaming, async ({ policy, facts }, names) => {
      const plain = await make({ policy }, facts);
      const renamed = await make({ policy: names.policy(policy) }, facts.map(names.fact));
      const { reference } = names;
      const other = allowed((actor, action, resource) => renamed.decide(reference(actor), action, reference(resource)));
      expect(other).toEqual(allowed(plain.decide));
      for (const actor of actors) {
        const ids = (await plain.list(actor, "read", "Folder")).map((id) =>
          id === "*" ? id : reference({ type: "Folder", id }).id,
        );
        const found = await renamed.filter(reference(actor), "read", "Folder");
        if (found.kind === "where") expect(ids.sort()).toEqual([...found.condition.ids].sort());
        else expect(ids).toEqual(found.kind === "all" ? ["*"] : []);
      }
    }),
  {
    runs: 30,
    defects: {
      "ids that are trimmed": folding((id) => id.trim()),
      "ids without upper case": folding((id) => id.toLowerCase()),
      "ids that are normalized": folding((id) => id.normalize("NFC")),
      "ids read as numbers where they can be": folding((id) => (/^\d+$/.test(id) ? String(Number(id)) : id)),
    },
  },
);
