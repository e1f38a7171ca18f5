const COLORS = 10;

/** Ten colors repeat, so a version that shares its color with an earlier one of the comparison is drawn dashed. */
export function isDashed(number: number, among: number[]): boolean {
  const earlier = among.slice(0, among.indexOf(number));
  return earlier.some((other) => (other - number) % COLORS === 0);
}
