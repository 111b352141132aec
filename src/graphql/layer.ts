import type { PolicyMetadata } from "../engine/types.js";
import type { Reference } from "../facts/value.js";
import type { TypeOptions } from "../solver/host.js";
import { type IdReader, idReader, idText } from "./identity.js";
import type { GuardSettings } from "./options.js";

/**
 * What one use of the options shares between its requests: the settings, and what the policy says about types. Holds
 * nothing of any request or actor.
 */
export class Layer {
  readonly settings: GuardSettings;
  readonly #readers = new Map<string, IdReader>();
  #metadata: PolicyMetadata | undefined;
  #onPolicyChange: ((metadata: PolicyMetadata) => void) | undefined;

  constructor(settings: GuardSettings) {
    this.settings = settings;
  }

  /** The policy in force. Looked at once per epoch; a change is told to whoever checks the schema against it. */
  refreshPolicy(): void {
    const before = this.#metadata;
    try {
      this.#metadata = this.settings.engine.policyMetadata();
    } catch (error) {
      // Every question goes to the engine anyway; what is missed is only which objects to hand over with it.
      this.report(undefined, "policy", "the policy could not be looked at", error);
      return;
    }
    if (before === undefined || before === this.#metadata || before.hash === this.#metadata.hash) return;
    try {
      this.#onPolicyChange?.(this.#metadata);
    } catch (error) {
      this.report(undefined, "policy", "the schema could not be compared with the new policy", error);
    }
  }

  onPolicyChange(listener: (metadata: PolicyMetadata) => void): void {
    this.#onPolicyChange = listener;
  }

  policyHash(): string {
    return this.#metadata?.hash ?? "";
  }

  /** Whether rules for this action may read properties of the object. */
  readsObject(action: string, type: string): boolean {
    const metadata = this.#metadata;
    if (metadata === undefined) return false;
    const actions = (Object.hasOwn(metadata.types, type) ? metadata.types[type] : metadata.otherTypes)?.objectActions;
    return actions !== undefined && (actions === "*" || actions.includes(action));
  }

  idReader(type: string): IdReader {
    let reader = this.#readers.get(type);
    if (reader === undefined) {
      reader = idReader(type, this.settings);
      this.#readers.set(type, reader);
    }
    return reader;
  }

  /** How objects of the type are loaded by their ids. */
  loaderOf(type: string): TypeOptions["load"] {
    const { types } = this.settings.engine;
    return types !== undefined && Object.hasOwn(types, type) ? types[type]?.load : undefined;
  }

  /** The id that an argument means for a resource of the type; `undefined` when it means none. */
  decodeId(type: string, id: string): string | undefined {
    const { types } = this.settings;
    const decode = Object.hasOwn(types, type) ? types[type]?.decode : undefined;
    return decode === undefined ? id : (decode(id) ?? undefined);
  }

  /** The reference to an object of a class that the engine knows, for audits. */
  referenceTo(object: object): Reference | string {
    for (const [type, options] of Object.entries(this.settings.engine.types ?? {})) {
      if (options.class !== undefined && object instanceof options.class) {
        return { type, id: this.idReader(type)(object) ?? "" };
      }
    }
    const { type, id } = object as { readonly type?: unknown; readonly id?: unknown };
    const text = idText(id);
    return typeof type === "string" && text !== undefined ? { type, id: text } : "an object";
  }

  /** Logs why something was denied without a decision. No response shows it. */
  report(context: unknown, coordinate: string, message: string, cause?: unknown): void {
    let request: string | undefined;
    try {
      request = this.settings.requestId?.(context);
    } catch {
      // Without a name the line is still worth having.
    }
    const because =
      cause === undefined ? "" : `: ${cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)}`;
    this.settings.logger.warn(
      `authorization${request === undefined ? "" : ` (request ${request})`}: ${coordinate}: ${message}${because}`,
    );
  }
}
