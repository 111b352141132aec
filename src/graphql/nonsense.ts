/** The error of somebody's function that answered what it must not. */
export function nonsense(method: string, answer: unknown): Error {
  return new TypeError(`\`${method}\` answered ${answer === undefined ? "nothing" : `a ${typeof answer}`}`);
}
