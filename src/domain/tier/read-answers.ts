import type { ConnectorTier, TierScoring } from '#domain/policy'
import { namedText } from './named.ts'
import type { SolutionReading, SolutionUse } from './tier.ts'

/** An answer that something shows. */
export interface ReadAnswer {
  readonly answer: string
  readonly evidence: readonly string[]
  /** What of it could not be told, so that it may be more. */
  readonly untold?: string
}

interface Known {
  readonly reading: SolutionReading | undefined
  readonly use: SolutionUse
  readonly connectors: TierScoring['connectors']['value']
}

/** What release and observation answer of a question by its id; empty where they show nothing of it. */
export function readAnswers(question: string, known: Known): readonly ReadAnswer[] {
  const { reading, use } = known
  if (question === 'users') return use.users === undefined ? [] : [users(use.users, use)]
  if (question === 'dependants') return use.dependants === undefined ? [] : [dependants(use.dependants)]
  if (reading === undefined) return []
  switch (question) {
    case 'connectors':
      return [connectors(reading, known.connectors)]
    case 'custom-code':
      return [customCode(reading)]
    case 'ai':
      return [ai(reading)]
    case 'exposure':
      return exposure(reading)
    case 'shared-tables':
      return sharedTables(reading, use)
    default:
      return []
  }
}

/** The class of a connector: what the solution says of it, else the list; undefined where neither does. */
export function classOfConnector(
  { name, told }: SolutionReading['connectors'][number],
  listed: TierScoring['connectors']['value'],
): ConnectorTier | undefined {
  return told ?? (Object.hasOwn(listed, name) ? listed[name] : undefined)
}

function connectors(reading: SolutionReading, listed: TierScoring['connectors']['value']): ReadAnswer {
  const classed = reading.connectors.map((one) => ({ name: one.name, tier: classOfConnector(one, listed) }))
  const heaviest = (['custom', 'premium', 'standard'] as const).find((tier) => classed.some((one) => one.tier === tier)) ?? 'standard'
  const evidence = classed.map(({ name, tier }) => `${name} (${tier ?? 'class unknown'})`)
  const unknown = classed.filter(({ tier }) => tier === undefined).map(({ name }) => name)
  const untold = unknown.length === 0 || heaviest === 'custom' ? {} : { untold: `the class of ${unknown.join(', ')} is not known` }
  return { answer: heaviest, evidence, ...untold }
}

function ai({ ai: found, unreadFormulas }: SolutionReading): ReadAnswer {
  if (found.count > 0) return { answer: 'yes', evidence: namedText(found) }
  if (unreadFormulas === undefined || unreadFormulas.count === 0) return { answer: 'none', evidence: [] }
  return { answer: 'none', evidence: [], untold: `whether ${namedText(unreadFormulas).join(', ')} ask AI could not be read` }
}

function customCode({ code, scripts }: SolutionReading): ReadAnswer {
  if (code.count > 0) return { answer: 'code', evidence: namedText(code) }
  return scripts.count > 0 ? { answer: 'scripts', evidence: namedText(scripts) } : { answer: 'none', evidence: [] }
}

/** A file shows that something is open to the outside, never that nothing is: who was given access is settled elsewhere. */
function exposure({ exposure: found }: SolutionReading): ReadAnswer[] {
  const how = (['anonymous', 'external'] as const).find((one) => found.some((each) => each.how === one))
  return how === undefined ? [] : [{ answer: how, evidence: found.filter((each) => each.how === how).map(({ what }) => what) }]
}

function sharedTables({ foreignTables }: SolutionReading, { sharedTables: seen }: SolutionUse): ReadAnswer[] {
  if (foreignTables.count > 0) return [{ answer: 'yes', evidence: namedText(foreignTables) }]
  if (seen === undefined) return []
  return [{ answer: seen.count > 0 ? 'yes' : 'no', evidence: namedText(seen) }]
}

function users(count: number, { where, observedAt }: SolutionUse): ReadAnswer {
  const evidence = [
    `${count} hold one of its roles in ${where ?? 'its environments'}${observedAt === undefined ? '' : `, seen ${observedAt.slice(0, 10)}`}`,
  ]
  if (count > 500) return { answer: 'more', evidence }
  if (count > 20) return { answer: '500', evidence }
  return { answer: count > 1 ? '20' : '1', evidence }
}

function dependants(names: readonly string[]): ReadAnswer {
  if (names.length >= 3) return { answer: 'many', evidence: names }
  return { answer: names.length > 0 ? 'some' : 'none', evidence: names }
}
