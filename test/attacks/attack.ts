import { useEngine } from "@envelop/core";
import type { Plugin } from "graphql-yoga";
import { expect, test } from "vitest";
import { type Executor, executors, major } from "../graphql/support/executors.js";
import type { GrantOptions } from "../graphql/support/grants.js";
import { type Served, type ServeOptions, serve } from "../graphql/support/serve.js";
import { type World, world } from "./world.js";

/** What an attack is run with. Everything here runs operations on one executor. */
export interface Attack extends Omit<Executor, "name"> {
  /** The API of `world.ts`, guarded. */
  world(grants?: readonly string[], options?: Partial<ServeOptions>, engine?: GrantOptions): Promise<World>;
  serve(schema: Served["schema"], options: ServeOptions): Served;
  /** The executor. */
  readonly way: Executor["name"];
  /** Makes a Yoga, or another host of Envelop plugins, run its operations on this executor. */
  readonly engine: Plugin;
}

/**
 * Attacks once on the executor of graphql-js and once on Yoga's, on the graphql that this run is about: all four together
 * are what the reference asks for. An attack in which nothing was executed has shown nothing about its executor: it fails.
 */
export function attack(name: string, run: (attack: Attack) => Promise<void>): void {
  for (const executor of executors) {
    test(`${name} [graphql ${major}, ${executor.name}]`, async () => {
      let executed = 0;
      const counted: Executor = {
        name: executor.name,
        execute: (args) => executor.execute(tally(args)),
        subscribe: (args) => executor.subscribe(tally(args)),
        parts: (args) => executor.parts(tally(args)),
      };
      await run({
        ...counted,
        way: executor.name,
        world: (grants, options, engine) => world(grants, { ...options, executor: counted }, engine),
        serve: (schema, options) => serve(schema, { ...options, executor: counted }),
        engine: useEngine({ execute: counted.execute, subscribe: counted.subscribe }) as unknown as Plugin,
      });
      expect(executed).toBeGreaterThan(0);

      function tally<A>(args: A): A {
        executed++;
        return args;
      }
    });
  }
}
