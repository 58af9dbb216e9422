import type { MaskedTable, MaskingRules } from '#domain/data'
import { dataOwnerOfRequest, decideScan, decideSeed, decideSeedApproval, planMasking, proposeRules } from '#domain/data'
import type { Environment } from '#domain/environment'
import { laneOf } from '#domain/environment'
import type { EnvironmentId, PersonId, Reason, Result } from '#domain/kernel'
import { accept, errorCode, refuse } from '#domain/kernel'
import type { Person } from '#domain/people'
import { peopleIn } from '#domain/people'
import { requireConfiguration } from '../apply-configuration.ts'
import type { EngineDependencies } from '../dependencies.ts'
import { findEnvironment, findWay } from '../find.ts'
import type { DataRequest, DataWork, NewDataEvent } from './seed-record.ts'
import { dataStream, tellPlan } from './seed-record.ts'

export const dataWork = 'fill-or-scan'

export interface SeedCommand {
  readonly environmentId: EnvironmentId
  /** Undefined: rows are made up. */
  readonly sourceId?: EnvironmentId | undefined
  readonly rules: MaskingRules
  /** Undefined: all that the rules name. */
  readonly tables?: readonly string[] | undefined
  readonly rows?: number | undefined
  readonly synthetic?: number | undefined
  readonly seed: string
  readonly actor: PersonId
}

export type ScanCommand = Pick<SeedCommand, 'environmentId' | 'sourceId' | 'rules' | 'tables' | 'actor'>

/** Begins to fill an environment with masked or invented rows, or records the wish until a data owner of the pet that they are from agrees. */
export async function seedData(deps: EngineDependencies, command: SeedCommand): Promise<Result<DataWork>> {
  const { rows, synthetic, seed, actor, sourceId } = command
  const places = await findPlaces(deps, command)
  if (!places.ok) return places
  const { people, target, source } = places.value
  const decision = decideSeed({ target, source, people, actor })
  if (!decision.ok) return decision
  if ((synthetic === undefined) === (sourceId === undefined)) {
    return refuse(
      'data.no-source',
      `Nothing was written into ${target.name}: rows are either copied from somewhere, or made up.`,
      'Give --from <environment>, or --synthetic <number>.',
    )
  }
  const tables = tablesOf(command)
  const fits = await checkRules(deps, { rules: command.rules, tables, environments: [source ?? target, target] })
  if (!fits.ok) return fits
  const request: DataRequest = {
    id: deps.ids.next('data'),
    kind: 'seed',
    environmentId: target.id,
    rules: command.rules,
    tables,
    seed,
    needsWord: decision.value === 'wait',
    ...(source === undefined ? {} : { sourceId: source.id }),
    ...(rows === undefined ? {} : { rows }),
    ...(synthetic === undefined ? {} : { synthetic }),
  }
  return begin(deps, { request, actor, target, masked: fits.value })
}

/** Begins to look through an environment for values that the rules protect, or records the wish until a data owner of the pet that is read agrees. */
export async function scanData(deps: EngineDependencies, command: ScanCommand): Promise<Result<DataWork>> {
  const places = await findPlaces(deps, command)
  if (!places.ok) return places
  const { people, target, source } = places.value
  const decision = decideScan({ target, source, people, actor: command.actor })
  if (!decision.ok) return decision
  const tables = tablesOf(command)
  const fits = await checkRules(deps, { rules: command.rules, tables, environments: source === undefined ? [target] : [source, target] })
  if (!fits.ok) return fits
  const request: DataRequest = {
    id: deps.ids.next('data'),
    kind: 'scan',
    environmentId: target.id,
    rules: command.rules,
    tables,
    seed: '',
    needsWord: decision.value === 'wait',
    ...(source === undefined ? {} : { sourceId: source.id }),
  }
  return begin(deps, { request, actor: command.actor, target, masked: fits.value })
}

/** The word of a data owner of the pet that rows or sought values are from. */
export async function decideData(
  deps: EngineDependencies,
  command: { readonly id: string; readonly verdict: 'approve' | 'reject'; readonly comment: string; readonly actor: PersonId },
): Promise<Result<DataWork>> {
  const { id, verdict, comment, actor } = command
  const newest = await deps.ledger.readNewest(dataStream(id))
  const work = await deps.readModel.load<DataWork>('data', id)
  if (work === undefined) return refuse('data.unknown', `There is no "${id}".`, 'Name one that `drover data list` shows.')
  if (work.status.state !== 'waiting')
    return refuse(
      'data.decided',
      `${id} does not wait for anybody: it is ${work.status.state}.`,
      `Look at it with \`drover data show ${id}\`.`,
    )
  const places = await findPlaces(deps, work.request)
  if (!places.ok) return places
  const { people, target, source } = places.value
  const read = dataOwnerOfRequest({ target, source })
  const may = decideSeedApproval({ source: read, people, requestedBy: work.requestedBy, actor })
  if (!may.ok) return may
  // The configuration may be another since it was asked for.
  const still = judgeRequest(work.request.kind)({ target, source, people, actor: work.requestedBy })
  if (verdict === 'approve' && !still.ok) return still
  try {
    const event: NewDataEvent = { type: 'data-decided', data: { verdict, comment }, key: 'decided' }
    await deps.ledger.append({ stream: dataStream(id), expectedVersion: newest?.streamVersion ?? 0, actor, events: [event] })
  } catch (error) {
    if (errorCode(error) !== 'ledger.conflict') throw error
    return refuse('data.decided', `Somebody else decided about ${id} at the same time.`, `Look at it with \`drover data show ${id}\`.`)
  }
  if (verdict === 'approve') await startData(deps, id, target)
  return accept((await deps.readModel.load<DataWork>('data', id)) ?? work)
}

/** Filling and looking are judged each by rules of their own. */
export function judgeRequest(kind: DataRequest['kind']): typeof decideSeed {
  return kind === 'seed' ? decideSeed : decideScan
}

export function listData(
  deps: Pick<EngineDependencies, 'readModel'>,
  of: { readonly environmentId?: string | undefined },
): Promise<readonly DataWork[]> {
  return deps.readModel.list<DataWork>('data', of.environmentId === undefined ? {} : { where: { environmentId: of.environmentId } })
}

/** Rules to begin with, from what the tables of an environment, or of a solution in its source environment, consist of. */
export async function proposeDataRules(
  deps: EngineDependencies,
  command: { readonly subject: string; readonly locale: string },
): Promise<Result<MaskingRules>> {
  const current = await requireConfiguration(deps)
  if (!current.ok) return current
  const { configuration } = current.value
  const way = findWay(configuration, command.subject)
  if (way.ok) {
    const source = deps.environments.open(way.value.source)
    const solution = (await source.fetchSolutions()).find(({ uniqueName }) => uniqueName === command.subject)
    const holdings = solution === undefined ? [] : (await source.fetchHoldings(solution)).components
    const tables = holdings.filter(({ kind }) => kind === 'Entity').map(({ key }) => key.toLowerCase())
    return accept(proposeRules(await source.fetchMaskingTables(tables), command.locale))
  }
  const found = configuration.environments.find(({ id }) => id === command.subject)
  if (found === undefined) {
    return refuse(
      'data.unknown-subject',
      `"${command.subject}" is neither an environment nor a solution of the configuration.`,
      'Name one that `drover env list` shows, or a solution of drover.yaml.',
    )
  }
  const environment = deps.environments.open(found)
  return accept(proposeRules(await environment.fetchMaskingTables(await environment.listDataTables()), command.locale))
}

/** Asks the runner for it; asking twice changes nothing. */
export async function startData(deps: Pick<EngineDependencies, 'starter'>, id: string, target: Environment): Promise<void> {
  await deps.starter.start({ name: dataWork, id, queueKey: laneOf(target), input: { id } })
}

interface Places {
  /** With the roles that they have for the environment that is filled or looked through. */
  readonly people: readonly Person[]
  readonly target: Environment
  readonly source: Environment | undefined
}

export async function findPlaces(
  deps: EngineDependencies,
  of: { readonly environmentId: EnvironmentId; readonly sourceId?: EnvironmentId | undefined },
): Promise<Result<Places>> {
  const current = await requireConfiguration(deps)
  if (!current.ok) return current
  const { configuration } = current.value
  const target = findEnvironment(configuration, of.environmentId)
  if (!target.ok) return target
  const people = peopleIn(configuration, { environment: target.value.id })
  if (of.sourceId === undefined) return accept({ people, target: target.value, source: undefined })
  const source = findEnvironment(configuration, of.sourceId)
  return source.ok ? accept({ people, target: target.value, source: source.value }) : source
}

function tablesOf({ rules, tables }: Pick<SeedCommand, 'rules' | 'tables'>): readonly string[] {
  return [...new Set(tables ?? Object.keys(rules.tables))]
}

/** Rules that do not fit are refused before anything is recorded: each place of the file is named. Gives what becomes of the first one's columns. */
async function checkRules(
  deps: EngineDependencies,
  of: { readonly rules: MaskingRules; readonly tables: readonly string[]; readonly environments: readonly Environment[] },
): Promise<Result<readonly MaskedTable[]>> {
  const { rules, tables } = of
  if (tables.length === 0)
    return refuse('data.no-tables', 'The rules name no table, and none was named.', 'Name tables in the rules, or with --tables.')
  const unspoken = await findUnknownLocales(deps, rules)
  if (unspoken.length > 0) {
    return refuse(
      'data.rules-unfit',
      'The masking rules ask for fakes in languages that there are none in.',
      'Name a language as faker names it, for example en, de or fr_CH.',
      unspoken,
    )
  }
  const wanted = [...new Set([...tables, ...Object.keys(rules.tables)])]
  let first: readonly MaskedTable[] | undefined
  for (const environment of new Set(of.environments)) {
    const planned = planMasking({ rules, tables: await deps.environments.open(environment).fetchMaskingTables(wanted), wanted: tables })
    if (planned.ok) {
      first ??= planned.value
      continue
    }
    const { code, message, hint, reasons } = planned.refusal
    return refuse(code, message.replace('the environment', environment.name), hint, reasons)
  }
  return accept(first ?? [])
}

async function findUnknownLocales({ masking }: EngineDependencies, rules: MaskingRules): Promise<readonly Reason[]> {
  const named = Object.entries(rules.tables).flatMap(([table, { columns }]) =>
    Object.entries(columns).flatMap(([column, rule]): (readonly [string, string])[] =>
      rule.kind === 'fake' && rule.locale !== undefined ? [[`tables.${table}.columns.${column}`, rule.locale]] : [],
    ),
  )
  const masks = await masking.open('')
  return [['locale', rules.locale] as const, ...named]
    .filter(([, locale]) => !masks.knowsLocale(locale))
    .map(([subject, locale]) => ({ subject, message: `There are no fakes in the language "${locale}".` }))
}

async function begin(
  deps: EngineDependencies,
  of: {
    readonly request: DataRequest
    readonly actor: PersonId
    readonly target: Environment
    readonly masked: readonly MaskedTable[]
  },
): Promise<Result<DataWork>> {
  const { request, actor, target, masked } = of
  const events: NewDataEvent[] = [{ type: 'data-requested', data: { request }, key: 'requested' }]
  // Whoever is asked for a word sees what becomes of each column, and not only that there are rules.
  if (request.needsWord) events.push({ type: 'data-planned', data: { plan: tellPlan(masked), notes: [] }, key: 'foreseen' })
  await deps.ledger.append({ stream: dataStream(request.id), expectedVersion: 0, actor, events })
  if (!request.needsWord) await startData(deps, request.id, target)
  const work = await deps.readModel.load<DataWork>('data', request.id)
  return work === undefined ? refuse('data.unknown', `There is no "${request.id}".`, 'Ask for it again.') : accept(work)
}
