import type { Fact } from './described-component.ts'

/** The facts of two sides in which a file that cannot be opened on either side is compared as a whole, and as what is in it otherwise. */
export function withWholeFiles(before: readonly Fact[], after: readonly Fact[]): readonly [readonly Fact[], readonly Fact[]] {
  const [old, now] = [wholesOf(before), wholesOf(after)]
  if (old.size === 0 && now.size === 0) return [before, after]
  const closed = [...new Map([...old, ...now])]
    .filter(([path]) => [old.get(path), now.get(path)].some((fact) => fact?.whole?.problem !== undefined))
    .map(([, fact]) => fact)
  const pick = (facts: readonly Fact[]): Fact[] => facts.filter((fact) => isCompared(fact, closed)).map((fact) => told(fact, old, now))
  return [pick(before), pick(after)]
}

function wholesOf(facts: readonly Fact[]): ReadonlyMap<string, Fact> {
  return new Map(facts.filter(({ whole }) => whole !== undefined).map((fact) => [fact.path, fact]))
}

function isCompared(fact: Fact, closed: readonly Fact[]): boolean {
  if (fact.whole !== undefined) return closed.some(({ path }) => path === fact.path)
  return !closed.some(({ whole }) => whole !== undefined && fact.path.startsWith(`${whole.below}/`))
}

/** With the sentence that says which side cannot be opened, and why. */
function told(fact: Fact, old: ReadonlyMap<string, Fact>, now: ReadonlyMap<string, Fact>): Fact {
  if (fact.whole === undefined) return fact
  const [before, after] = [old.get(fact.path)?.whole?.problem, now.get(fact.path)?.whole?.problem]
  const who = before === undefined ? 'the second solution' : 'the first solution'
  const which =
    before !== undefined && after !== undefined
      ? `the ${fact.whole.noun}s of both solutions cannot be opened`
      : `the ${fact.whole.noun} of ${who} cannot be opened`
  const change = `${which}: ${before ?? after ?? ''}`
  const say = (what: string): string => `content ${what}; ${change}`
  return { ...fact, phrases: { added: say('added'), removed: say('removed'), changed: say('changed') } }
}
