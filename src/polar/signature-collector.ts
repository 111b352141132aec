import type { Span } from "../diagnostics/source.js";
import { signatureArgument, signatureText } from "./fact-signatures.js";
import type { Knowledge } from "./knowledge.js";
import type { FactSignature, SignatureArgument } from "./policy.js";
import { shapeOf } from "./predicate-uses.js";

/** Signatures of one policy; more are a mistake or an attack. */
const maxSignatures = 50_000;

/** Gathers signatures, each once. */
export class SignatureCollector {
  readonly signatures: Map<string, FactSignature[]> = new Map();
  #count = 0;
  readonly #keys = new Set<string>();
  readonly #shapes = new Set<string>();
  overflow: Span | undefined;

  /** @param builtin what the blocks give: nothing else looks like it */
  constructor(builtin: readonly FactSignature[], declared: readonly FactSignature[]) {
    for (const signature of builtin) this.#keep(signature);
    for (const signature of declared) this.#push(signature);
  }

  /** Adds a signature for every combination of the arguments' types. */
  add(predicate: string, args: readonly Knowledge[], span: Span): void {
    const shape = `${predicate}(${shapeOf(args)}`;
    if (this.#shapes.has(shape)) return;
    this.#shapes.add(shape);
    let combinations: SignatureArgument[][] = [[]];
    for (const arg of args) {
      const choices: SignatureArgument[] =
        arg.types === undefined ? [{ kind: "any" }] : [...arg.types].flatMap((type) => signatureArgument(type) ?? []);
      if (combinations.length * choices.length + this.#count > maxSignatures) {
        this.overflow ??= span;
        return;
      }
      combinations = combinations.flatMap((before) => choices.map((choice) => [...before, choice]));
    }
    for (const combination of combinations) this.#push({ predicate, args: combination, span });
  }

  #push(signature: FactSignature): void {
    const key = `${signature.predicate}(${signature.args.map(signatureText).join(",")})`;
    if (this.#keys.has(key)) return;
    this.#keys.add(key);
    this.#keep(signature);
  }

  #keep(signature: FactSignature): void {
    this.#count++;
    const list = this.signatures.get(signature.predicate);
    if (list === undefined) this.signatures.set(signature.predicate, [signature]);
    else list.push(signature);
  }
}
