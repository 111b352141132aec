/*
 * One fingerprint for a set of facts: the XOR of a 128-bit hash of each. Adding and removing a fact are the same cheap
 * step, no order matters, and a file whose facts do not come to the fingerprint beside them has been damaged. It guards
 * against accidents, not against somebody who can write the file.
 */

export class SetHash {
  #a = 0;
  #b = 0;
  #c = 0;
  #d = 0;

  /** @throws SyntaxError when the text is not one that `toString` gave. */
  static parse(text: string): SetHash {
    if (!/^[0-9a-f]{32}$/.test(text)) throw new SyntaxError("not a set hash");
    const hash = new SetHash();
    hash.#a = Number.parseInt(text.slice(0, 8), 16) | 0;
    hash.#b = Number.parseInt(text.slice(8, 16), 16) | 0;
    hash.#c = Number.parseInt(text.slice(16, 24), 16) | 0;
    hash.#d = Number.parseInt(text.slice(24, 32), 16) | 0;
    return hash;
  }

  /** Puts a fact in, or takes it out again. `parts` are those of its encoded arguments. */
  toggle(predicate: string, parts: readonly string[]): void {
    let a = 0x2545f491;
    let b = 0x6c62272e;
    let c = 0x07bb0142;
    let d = 0x62b82175;
    for (let p = -1; p < parts.length; p++) {
      const text = p === -1 ? predicate : (parts[p] as string);
      for (let i = 0; i < text.length; i++) {
        const unit = text.charCodeAt(i);
        a = Math.imul(a ^ unit, 0x01000193);
        b = Math.imul(b ^ (unit + a), 0x85ebca6b);
        c = Math.imul(c ^ (unit + b), 0xc2b2ae35);
        d = Math.imul(d ^ (unit + c), 0x27d4eb2f);
        a ^= d >>> 15;
      }
      // The length ends each part, so that ["ab", "c"] and ["a", "bc"] differ.
      a = Math.imul(a ^ text.length, 0x9e3779b1);
      d = Math.imul(d ^ text.length, 0x165667b1);
    }
    this.#a ^= mix(a + d);
    this.#b ^= mix(b + a);
    this.#c ^= mix(c + b);
    this.#d ^= mix(d + c);
  }

  toString(): string {
    return [this.#a, this.#b, this.#c, this.#d].map((n) => (n >>> 0).toString(16).padStart(8, "0")).join("");
  }
}

function mix(value: number): number {
  let x = value | 0;
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return x ^ (x >>> 16);
}
