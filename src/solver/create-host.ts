import { ConfigError, EvaluationError } from "../diagnostics/errors.js";
import type { Reference } from "../facts/value.js";
import type { HostType } from "../polar/policy.js";
import { Fault, fault } from "./fault.js";
import type { TypeOptions } from "./host.js";
import { HostMemo } from "./host-memo.js";
import { createHostTypes } from "./host-types.js";
import { plainReference } from "./host-values.js";
import type { Value } from "./values.js";

/** What the solver knows of the application: its types and constants. Immutable, one per engine. */
export interface Host {
  /** For `LoadOptions.types`. */
  readonly types: readonly HostType[];
  /** For `LoadOptions.constants`. */
  readonly constants: readonly string[];
  /** A fresh memo: one per question, kept while the question is asked again after waiting. */
  memo(): HostMemo;
  /**
   * The entity that a value is: a reference, an object of a declared type with an id, a typed object. `undefined` for everything else.
   * @throws EvaluationError when its id cannot be read
   */
  reference(value: unknown): Reference | undefined;
  /** The value of a constant. */
  constant(name: string): Value;
}

/** @throws ConfigError `config/types`, `config/constants` for options that make no sense. */
export function createHost(
  types: Readonly<Record<string, TypeOptions>> = {},
  constants: Readonly<Record<string, unknown>> = {},
): Host {
  const hostTypes = createHostTypes(types);
  const base = new HostMemo(hostTypes, undefined);
  const values = new Map(Object.entries(constants).map(([name, value]) => [name, constantValue(base, name, value)]));
  return {
    types: hostTypes.describe(),
    constants: [...values.keys()],
    memo: () => new HostMemo(hostTypes, base),
    reference: (value) => {
      const plain = plainReference(value);
      if (plain !== undefined) return plain;
      try {
        return new HostMemo(hostTypes, base).reference(value);
      } catch (error) {
        if (!(error instanceof Fault)) throw error;
        throw new EvaluationError(error.code, error.message, { cause: error.reason });
      }
    },
    constant: (name) => {
      const value = values.get(name);
      return value === undefined ? fault("engine/not-a-value", `there is no constant \`${name}\``) : value;
    },
  };
}

function constantValue(memo: HostMemo, name: string, value: unknown): Value {
  try {
    return memo.argument(value);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    throw new ConfigError("config/constants", `the constant \`${name}\` is not a value: ${error.message}`, {
      cause: error.reason,
    });
  }
}
