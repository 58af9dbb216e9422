import { z } from 'zod'
import type { Count } from '#domain/environment'
import type { Instant } from '#domain/kernel'
import type { Clock, CountQuestion } from '#engine/ports'
import type { DataverseClient } from '../client.ts'
import { parseJson } from '../token.ts'
import type { BatchAnswer } from '../batch.ts'
import type { CountSession } from './count-budget.ts'
import { openSession } from './count-budget.ts'
import type { PartsCount } from './count-in-parts.ts'
import { countInParts } from './count-in-parts.ts'
import type { Outcome } from './count-outcome.ts'
import { readAggregate, readTotal, whyOf } from './count-outcome.ts'
import type { CountQuery, Known, TableName, Way } from './count-query.ts'
import { aggregateXml, fetchPath, totalXml, wayOf } from './count-query.ts'
import { countPairs } from './count-pairs.ts'
import { entityRequest, pairsRequest, parseEntity, parsePairs } from './definitions.ts'
import type { SnapshotCount } from './snapshot-counts.ts'
import { fetchSnapshots } from './snapshot-counts.ts'

/**
 * Counts as exactly as the budget allows (facts-2 §2, "Counting"): an aggregate up to 50,000 rows; above that, parts by creation date; where
 * nothing may be aggregated, rows up to the cap of the service; where parts are too many, the platform's daily count with its age. Rows that
 * the identity may not see are not counted, so that only an administrator's counts are exact.
 */
export async function countAll(
  { client, clock }: { readonly client: DataverseClient; readonly clock: Clock },
  questions: readonly CountQuestion[],
  budget: { readonly requests: number },
): Promise<readonly Count[]> {
  if (questions.length === 0) return []
  const session = openSession(client, budget.requests)
  const { known, seesAll } = await learn(session, questions)
  const ways = questions.map((question) => wayOf(question, known))
  const results = await runQueries(session, known, [...new Set(ways.flatMap((way) => (way.kind === 'queries' ? way.queries : [])))])
  const counts: Count[] = []
  for (const way of ways) counts.push(await countOf(way))
  return counts

  async function countOf(way: Way): Promise<Count> {
    if (way.kind === 'none') return { kind: 'unknown', why: way.why }
    const found = way.kind === 'pairs' ? [await countPairs(client, session, way.pair)] : way.queries.map((query) => results.get(query))
    return toCount(found, { seesAll, now: clock.now() })
  }
}

/** One query's count, in words. */
export interface Counted {
  readonly kind: 'exact' | 'at-least'
  readonly n: number
  readonly method: string
}

export type Found = Counted | { readonly kind: 'unknown'; readonly why: string }

function toCount(found: readonly (Found | undefined)[], { seesAll, now }: { readonly seesAll: boolean; readonly now: Instant }): Count {
  const counted: Counted[] = []
  for (const each of found) {
    if (each === undefined) return { kind: 'unknown', why: 'the requests that counting may take were used up' }
    if (each.kind === 'unknown') return each
    counted.push(each)
  }
  const n = counted.reduce((sum, each) => sum + each.n, 0)
  const [first] = counted
  const method = first?.method ?? 'counted now'
  if (!seesAll) return { kind: 'at-least', n, method: `${method}, only what Drover's identity may see`, asOf: now, isPartial: true }
  return { kind: counted.some(({ kind }) => kind === 'at-least') ? 'at-least' : 'exact', n, method, asOf: now }
}

async function runQueries(session: CountSession, known: Known, queries: readonly CountQuery[]): Promise<ReadonlyMap<CountQuery, Found>> {
  const answers = await session.ask(queries.map((query) => ({ method: 'GET', path: fetchPath(query, aggregateXml(query)) })))
  const outcomes = new Map(queries.map((query, at) => [query, readAggregate(answers[at])]))
  const plain = queries.filter((query) => outcomes.get(query)?.kind === 'no-aggregate')
  const totals = await session.ask(
    plain.map((query) => ({
      method: 'GET',
      path: fetchPath(query, totalXml(query)),
      headers: { Prefer: 'odata.include-annotations="Microsoft.Dynamics.CRM.*"' },
    })),
  )
  for (const [at, query] of plain.entries()) outcomes.set(query, readTotal(totals[at]))
  const large = queries.filter((query) => outcomes.get(query)?.kind === 'over')
  const found = await countLarge(session, known, large)
  return new Map(
    queries.flatMap((query): [CountQuery, Found][] => {
      const result = found.get(query) ?? ofOutcome(outcomes.get(query))
      return result === undefined ? [] : [[query, result]]
    }),
  )
}

function ofOutcome(outcome: Outcome | undefined): Found | undefined {
  switch (outcome?.kind) {
    case 'exact':
      return { kind: 'exact', n: outcome.n, method: 'counted now' }
    case 'at-least':
      return { kind: 'at-least', n: outcome.n, method: 'counted now, as far as the environment counts' }
    case 'refused':
    case 'no-aggregate':
      return { kind: 'unknown', why: outcome.why }
    case 'over':
    case 'unasked':
    case undefined:
      return undefined
  }
}

async function countLarge(session: CountSession, known: Known, large: readonly CountQuery[]): Promise<ReadonlyMap<CountQuery, Found>> {
  if (large.length === 0) return new Map()
  const tables = [...new Set(large.map(({ table }) => table))].flatMap((name) => known.tables.get(name) ?? [])
  const snapshots = await fetchSnapshots(session, tables)
  const parts = await countInParts(
    session,
    large.map((query) => ({ query, estimate: snapshots.get(query.table)?.n })),
  )
  return new Map(
    large.flatMap((query, at): [CountQuery, Found][] => {
      const counted = parts[at]
      return counted === undefined ? [] : [[query, ofParts(counted, query.isWholeTable ? snapshots.get(query.table) : undefined)]]
    }),
  )
}

/** The platform's own count of a whole table is of another time, so it is told beside what was seen now and is never exact. */
function ofParts(counted: PartsCount, snapshot: SnapshotCount | undefined): Found {
  if (counted.isWhole) return { kind: 'exact', n: counted.n, method: `counted now, in ${counted.parts} parts by creation date` }
  const method = 'counted now, as far as the requests reached'
  if (snapshot === undefined || snapshot.n < counted.n) return { kind: 'at-least', n: counted.n, method }
  const when = snapshot.at === undefined ? ', up to 24 hours old,' : ` of ${snapshot.at.slice(0, 10)} ${snapshot.at.slice(11, 16)} UTC`
  return {
    kind: 'at-least',
    n: counted.n,
    method: `${method}; the platform's daily count${when} says ${snapshot.n.toLocaleString('en-US')}`,
  }
}

const meReply = z.object({
  value: z.array(z.object({ systemuserroles_association: z.array(z.object({ _roletemplateid_value: z.string().nullish() })).optional() })),
})
const teamRoleReply = z.object({ value: z.array(z.object({ _roletemplateid_value: z.string().nullish() })) })
const lookupReply = z.object({ ReferencingEntity: z.string(), ReferencingAttribute: z.string() })

/** System Administrator, whose holders see all rows: the id of its template is the same everywhere (public constant in microsoft/BCApps). */
const administrator = '627090ff-40a3-4053-8790-584edc5be201'
const myRoles =
  "systemusers?$select=systemuserid&$filter=Microsoft.Dynamics.CRM.EqualUserId(PropertyName='systemuserid')&$expand=systemuserroles_association($select=_roletemplateid_value)"
const rolesOfMyTeams =
  '<fetch><entity name="role"><attribute name="roletemplateid"/><link-entity name="teamroles" from="roleid" to="roleid" intersect="true"><link-entity name="teammembership" from="teamid" to="teamid" intersect="true"><filter><condition attribute="systemuserid" operator="eq-userid"/></filter></link-entity></link-entity></entity></fetch>'

function whyAbsent(name: string, answer: BatchAnswer | undefined): string {
  if (answer === undefined) return 'the requests that counting may take were used up'
  return [200, 404].includes(answer.status) ? `the environment does not show table ${name}` : whyOf(answer)
}

/** What the questions name: tables, relationships, and whether the identity sees all rows. */
async function learn(
  session: CountSession,
  questions: readonly CountQuestion[],
): Promise<{ readonly known: Known; readonly seesAll: boolean }> {
  const links = questions.filter(({ kind }) => kind === 'links')
  const names = [...new Set(questions.flatMap(({ table }) => table ?? []))]
  const relations = [...new Set(links.map(({ component }) => component.key))]
  const fixed = [
    { method: 'GET' as const, path: encodeURI(myRoles) },
    { method: 'GET' as const, path: `roles?fetchXml=${encodeURIComponent(rolesOfMyTeams)}` },
    ...(links.length === 0 ? [] : [pairsRequest]),
  ]
  const relationRequests = relations.map((name) => ({
    method: 'GET' as const,
    path: `RelationshipDefinitions(SchemaName='${encodeURIComponent(name)}')/Microsoft.Dynamics.CRM.OneToManyRelationshipMetadata?$select=ReferencingEntity,ReferencingAttribute`,
  }))
  const answers = await session.ask([...fixed, ...names.map(entityRequest), ...relationRequests])
  const [mine, teams, pairs] = answers
  const entities = answers.slice(fixed.length, fixed.length + names.length)
  const lookups = new Map(
    relations.flatMap((name, at): [string, { readonly table: string; readonly column: string }][] => {
      const reply = lookupReply.safeParse(parseJson(answers[fixed.length + names.length + at]?.text ?? ''))
      return reply.success ? [[name.toLowerCase(), { table: reply.data.ReferencingEntity, column: reply.data.ReferencingAttribute }]] : []
    }),
  )
  const tables = new Map<string, TableName>()
  const absent = new Map<string, string>()
  function keep(name: string, answer: BatchAnswer | undefined): void {
    const table = parseEntity(answer)
    if (table !== undefined) tables.set(name, table)
    else absent.set(name, whyAbsent(name, answer))
  }
  for (const [at, name] of names.entries()) keep(name, entities[at])
  const further = [...new Set([...lookups.values()].map(({ table }) => table))].filter((name) => !names.includes(name))
  const later = await session.ask(further.map(entityRequest))
  for (const [at, name] of further.entries()) keep(name, later[at])
  const roles = [
    ...(meReply.safeParse(parseJson(mine?.text ?? '')).data?.value.flatMap((user) => user.systemuserroles_association ?? []) ?? []),
    ...(teamRoleReply.safeParse(parseJson(teams?.text ?? '')).data?.value ?? []),
  ]
  const seesAll = roles.some((role) => role._roletemplateid_value === administrator)
  return { known: { tables, absent, pairs: links.length === 0 ? [] : parsePairs(pairs), lookups }, seesAll }
}
