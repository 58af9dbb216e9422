import { setTimeout as wait } from 'node:timers/promises'
import type { EnvironmentId, StageId } from '#domain/kernel'
import { DroverError, toId } from '#domain/kernel'
import type { Configuration } from '#domain/pipeline'
import { shippedPolicy } from '#domain/policy'
import type { HandMadeFlow } from '../conformance/hand-made.ts'
import type { Organisation } from '../conformance/organisation.ts'
import { personId } from '../support/domain-builders.ts'
import { granted } from '../support/granted.ts'
import type { PromotionWorld } from '../support/promotion-world.ts'
import { openPromotionWorld } from '../support/promotion-world.ts'
import type { Dying } from '../support/recorded-steps.ts'
import { kill } from '../support/recorded-steps.ts'
import { bringIn } from './play.ts'
import type { Extras, FlowState, Sequence, Trouble } from './sequence.ts'
import { feeOfOurs, flowOfOurs } from './sequence-sight.ts'

/** A fresh ledger and engine over production, which is emptied first. */
export async function openSequence(organisation: Organisation, sequence: Sequence): Promise<PromotionWorld> {
  const { mayFall, begins, stages, flowInStage, turnsNewFlowsOn } = sequence
  await control(organisation, 'DELETE', 'faults')
  await empty(organisation)
  await control(organisation, 'PUT', 'environments/dev/switches/managedUpdateMayFall', { value: mayFall })
  await control(organisation, 'PUT', 'environments/dev/switches/newFlowsTakeExportedState', { value: turnsNewFlowsOn })
  const world = await openPromotionWorld({
    ...{ isAdministered: true, organisation, change: (configuration) => withSettings(configuration, flowInStage) },
    ...(stages ? { policy: staging } : {}),
  })
  if (begins === 'brown') await beginBrown(world)
  return world
}

const stagesUpgrades = { value: true, source: 'this proof', status: 'ours' as const }
const staging = { ...shippedPolicy, tiers: { ...shippedPolicy.tiers, 2: { ...shippedPolicy.tiers[2], stagesUpgrades } } }

/** What is there before Drover, as others brought it. */
export const foreign = {
  version: '0.9.0.0',
  content: { hand_boat: { hand_a: 100 } },
  extras: { hasFee: false, flow: { says: 'morning', state: 'on' } },
} as const

async function beginBrown({ organisation, engine }: PromotionWorld): Promise<void> {
  const columns = Object.entries(foreign.content.hand_boat).map(([name, maxLength]) => ({ name, maxLength }))
  const solution = {
    name: 'Permits',
    version: foreign.version,
    isManaged: true,
    tables: [{ name: 'hand_boat', columns }],
    flows: [flowOf(foreign.extras.flow)],
  }
  const operation = await bringIn(organisation, solution, 'update')
  if (operation['statuscode'] !== 30) throw new Error(`Permits ${foreign.version} did not go in: ${String(operation['message'])}`)
  const there = { environmentId: toId<EnvironmentId>('prod'), actor: personId('olga') }
  granted(await engine.watchDrift(there))
  granted(await engine.acceptBaseline({ ...there, comment: 'It was good before.' }))
}

/** The stage gives the environment variable of ours a value, and may say what is wanted of the flow, whether a release has them or not. */
function withSettings(configuration: Configuration, flowInStage: FlowState | undefined): Configuration {
  const flows = flowInStage === undefined ? {} : { [flowOfOurs]: flowInStage }
  const settings = {
    [toId<StageId>('to-prod')]: { environmentVariables: { [feeOfOurs]: feeInStage }, connectionReferences: {}, flows },
  }
  return { ...configuration, solutions: configuration.solutions.map((one) => ({ ...one, settings })) }
}

export const feeInStage = '12'

/** The flow of ours as a hand-made solution has it. */
export function flowOf({ says, state }: NonNullable<Extras['flow']>): HandMadeFlow {
  return { id: flowOfOurs, name: 'Remind', says, isOff: state === 'off' }
}

/** Runs what was started to its end, through the trouble that is meant for it. */
export async function workThrough(world: PromotionWorld, trouble: Trouble): Promise<void> {
  const fault = faultOf(trouble)
  if (fault !== undefined) await control(world.organisation, 'POST', 'faults', fault)
  try {
    const die = dyingOf(trouble)
    for (let times = 0; (await world.work(die)) === 'killed'; times++)
      if (times > 20) throw new Error('the worker is killed again and again')
  } finally {
    await control(world.organisation, 'DELETE', 'faults')
  }
}

function faultOf(trouble: Trouble): Record<string, unknown> | undefined {
  switch (trouble.kind) {
    case 'drops':
      return { kind: 'drop-connection', environment: 'dev', when: trouble.when, after: trouble.at, count: trouble.count }
    case 'errors':
      return { kind: 'server-error', environment: 'dev', after: trouble.at, count: trouble.count }
    case 'loses-component':
      return { kind: 'component-failure', environment: 'dev', components: ['Attribute:*', 'Entity:*'] }
    default:
      return undefined
  }
}

function dyingOf(trouble: Trouble): Dying {
  let occasions = 0
  const deaths = trouble.kind === 'kills' ? [...trouble.at] : []
  return (_step, phase) => {
    const at = occasions++
    if (trouble.kind === 'breaks' && at === 2 * trouble.at && phase === 'before') throw new DroverError('unexpected', 'The disk is full.')
    const here = deaths.indexOf(at)
    if (here < 0) return
    deaths.splice(here, 1)
    kill()
  }
}

async function control(organisation: Organisation, method: string, path: string, body?: unknown): Promise<void> {
  const answer = await organisation.control?.(method, path, body)
  if (answer === undefined || answer.status >= 300) throw new Error(`${method} ${path}: ${answer?.text}`)
}

async function empty(organisation: Organisation): Promise<void> {
  for (let tries = 0; ; tries++) {
    const answer = await organisation.control?.('POST', 'environments/dev/reset')
    if (answer !== undefined && answer.status < 300) return
    // A case that ended in the middle may have left an import at work.
    if (tries > 200) throw new Error(`The environment could not be emptied: ${answer?.text}`)
    await wait(20)
  }
}
