/** More than this in References helps no mail program and makes headers that some servers refuse. */
const most = 20;

/**
 * The chain of names an answer refers to, oldest first, ending in the answered message (RFC 5322 section 3.6.4): the
 * first and the last ones where there are too many, so that the root is never lost.
 */
export const referenceChain = (earlier: readonly string[], answered: string | null): readonly string[] => {
  const chain = [...new Set(earlier.filter((name) => name !== answered))];
  if (answered !== null) chain.push(answered);
  const [root] = chain;
  if (root === undefined || chain.length <= most) return chain;
  return [root, ...chain.slice(-(most - 1))];
};
