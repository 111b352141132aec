import fc from "fast-check";
import { afterEach, expect, test, vi } from "vitest";

afterEach(() => {
  vi.useRealTimers();
});

test("a failing property is made smaller for some seconds, not for as long as it takes", async () => {
  vi.useFakeTimers({ toFake: ["performance"] });
  const numbers = fc.array(fc.nat(), { minLength: 100 });
  const slow = (): boolean => {
    vi.advanceTimersByTime(1_000);
    return false;
  };
  const quick = (): boolean => {
    vi.advanceTimersByTime(1);
    return false;
  };
  expect(fc.check(fc.property(numbers, slow)).numShrinks).toBeLessThanOrEqual(10);
  expect((await fc.check(fc.asyncProperty(numbers, async () => slow()))).numShrinks).toBeLessThanOrEqual(10);
  const { numShrinks, counterexample } = fc.check(fc.property(numbers, quick));
  expect(numShrinks).toBeGreaterThan(50);
  expect(counterexample).toEqual([new Array(100).fill(0)]);
});
