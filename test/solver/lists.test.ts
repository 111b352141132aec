import { createEngine } from "arcturus";
import { expect, test } from "vitest";

test.each(["x = [1, *x]", "[1, *x] = x", "f(x)", "[1, *x] = y and x = y"])(
  "a list is not its own rest: %s",
  async (goal) => {
    const engine = await createEngine({
      policy: "allow(_, _, _); f(x) if x = [1, *x];",
      logger: { info() {}, warn() {} },
    });
    expect(await engine.query(goal)).toEqual([]);
    await engine.close();
  },
);
