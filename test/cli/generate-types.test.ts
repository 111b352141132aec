import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runProcess } from "../support/command-line.js";
import { policy, workplace } from "./workplace.js";

const root = fileURLToPath(new URL("../../", import.meta.url));
const modules = join(root, ".arcturus", `types-${process.pid}`);
const pattern = (name: string): string => readFileSync(join(root, `policies/patterns/${name}.polar`), "utf8");

const { arcturus, write } = workplace("types", {
  "policy.polar": policy,
  "plans.polar": pattern("plans-and-quotas"),
  "polymorphic.polar": pattern("polymorphic-resources"),
  "open.polar": "actor User {}\nallow(_: User, _, _: User);\n",
  "broken.polar": "actor User {\n",
});
beforeAll(() => mkdirSync(modules, { recursive: true }));
afterAll(() => rmSync(modules, { recursive: true, force: true }));

/** What the compiler says of a module that uses generated types. */
async function compile(generated: string, use: string): Promise<string> {
  writeFileSync(join(modules, "policy.ts"), generated);
  writeFileSync(join(modules, "use.ts"), use);
  const config = {
    extends: "../../tsconfig.json",
    compilerOptions: { rootDir: root, paths: { arcturus: [join(root, "src/index.ts")] } },
    include: ["use.ts"],
  };
  writeFileSync(join(modules, "tsconfig.json"), JSON.stringify(config));
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  return (await runProcess(process.execPath, [tsc, "--noEmit", "-p", join(modules, "tsconfig.json")])).stdout;
}

describe("arcturus generate-types", () => {
  it("types questions and facts so that a misspelt name does not compile", async () => {
    const { code, stdout } = await arcturus("generate-types policy.polar");
    expect(code).toBe(0);
    const use = `import { createEngine, entity } from "arcturus";
import type { Ref, TypedEngine } from "./policy.js";

const ref = <T extends string>(type: T, id: string): Ref<T> => ({ type, id });
const engine: TypedEngine = await createEngine({});
await engine.tell("has_role", ref("User", "alice"), "admin", ref("Organization", "acme"));
await engine.tell("has_role", ref("User", "sven"), "staff");
await engine.tell("is_public", ref("Repository", "anvil"), true);
await engine.authorize(ref("User", "alice"), "read", ref("Repository", "anvil"));
await engine.authorize(ref("User", "alice"), "see_metrics");
const ids: string[] = await engine.list(ref("User", "alice"), "delete", "Repository");
await engine.query("allow(x, y, z)");
// @ts-expect-error no such role
await engine.tell("has_role", ref("User", "alice"), "owner", ref("Organization", "acme"));
// @ts-expect-error no such predicate
await engine.tell("is_publik", ref("Repository", "anvil"), true);
// @ts-expect-error not a Boolean
await engine.tell("is_public", ref("Repository", "anvil"), "true");
// @ts-expect-error no such action
await engine.authorize(ref("User", "alice"), "raed", ref("Repository", "anvil"));
// @ts-expect-error a global action only
await engine.authorize(ref("User", "alice"), "see_metrics", ref("Repository", "anvil"));
// @ts-expect-error nobody of this type asks
await engine.list(ref("Organization", "acme"), "read", "Repository");
// @ts-expect-error nothing can be done to this type
await engine.list(ref("User", "alice"), "read", "Organization");
// @ts-expect-error the type of a reference is not known
await engine.list(entity("User", "alice"), "read", "Repository");
export { ids };
`;
    expect(await compile(stdout, use)).toBe("");
  });

  it("knows Integers, subtypes and actions that are open", async () => {
    const plans = (await arcturus("generate-types plans.polar")).stdout;
    expect(plans).toContain('| ["has_used", Ref<"Organization">, Ref<"Feature">, number | bigint]');
    const polymorphic = (await arcturus("generate-types polymorphic.polar")).stdout;
    expect(polymorphic).toContain('| ["has_author", Ref<"Doc" | "Item" | "Sheet">, Ref<"User">]');
    expect(polymorphic).toContain('  readonly Sheet: "read" | "recalculate" | "write";');
    expect((await arcturus("generate-types open.polar")).stdout).toContain("  readonly User: string;");
  });

  it("writes nothing for a policy with a mistake", async () => {
    const { code, stdout, stderr } = await arcturus("generate-types broken.polar");
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toContain("broken.polar:1:");
    write("other.polar", "actor User {}\n");
    expect((await arcturus("generate-types other.polar nowhere.polar")).code).toBe(2);
  });
});
