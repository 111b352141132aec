/**
 * Short printable ASCII: nothing in it can be wrong, whatever the rule for names and ids (reliability reference, section 3.2).
 * By far the most texts are.
 */
export function isPlainText(value: string): boolean {
  const length = value.length;
  if (length === 0 || length > 64) return false;
  for (let i = 0; i < length; i++) {
    const c = value.charCodeAt(i);
    if (c === 0 || c > 126) return false;
  }
  return true;
}
