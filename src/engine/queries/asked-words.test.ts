import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { nodeHashing, randomIds } from '#adapters/world'
import { celConditions } from '#adapters/cel'
import { waitingSchema } from '#contract'
import type { WordKind } from '#domain/approval'
import { wordKinds } from '#domain/approval'
import type { Deviation } from '#domain/drift'
import { laneOf } from '#domain/environment'
import type { Digest, EnvironmentId, Instant, Result } from '#domain/kernel'
import { toId } from '#domain/kernel'
import type { Configuration } from '#domain/pipeline'
import { shippedPolicy } from '#domain/policy'
import type { Engine } from '#engine'
import { createEngine, projections } from '#engine'
import { at, buildConfiguration, personId } from '../../../test/support/domain-builders.ts'
import { createFakeLedger } from '../../../test/support/fake-ledger.ts'
import { createFakeReadModel } from '../../../test/support/fake-read-model.ts'
import { granted } from '../../../test/support/granted.ts'
import { withMemoryDirectory } from '../../../test/support/memory-directory.ts'
import { memorySigning } from '../../../test/support/memory-signing.ts'
import type { EngineDependencies } from '../dependencies.ts'

let deps: EngineDependencies
let engine: Engine
let now: Instant

const start = at('2026-11-20T08:00:00Z')
const configuration: Configuration = { ...buildConfiguration(2), archive: { folder: '/archive' } }
const prod = configuration.environments.find(({ id }) => id === 'prod') ?? configuration.environments[0]
const lane = laneOf({ url: prod?.url ?? '' })
const prodId = toId<EnvironmentId>('prod')
const [pat, piet] = [personId('pat'), personId('piet')]

beforeEach(async () => {
  now = start
  const ledger = createFakeLedger(() => now)
  // Nothing of an environment but its block of changes by hand is read by what is asked here.
  const environments = { open: () => ({ fetchUnmanagedBlock: async () => false, setUnmanagedBlock: async () => undefined }) }
  deps = {
    ...{ ledger, environments, clock: { now: () => now }, ids: randomIds, hashing: nodeHashing, signing: memorySigning() },
    ...{ policy: shippedPolicy, conditions: celConditions },
    ...withMemoryDirectory(createFakeReadModel(ledger, projections)),
  } as unknown as EngineDependencies
  engine = createEngine(deps)
  await append('configuration', 'configuration-applied', { configuration, changes: [] })
})

interface Scenario {
  /** Has it asked for. */
  readonly ask: () => Promise<unknown>
  /** Everybody whose word counts now; whoever asked is none of them. */
  readonly waitsFor: readonly string[]
  readonly command: string
  readonly path?: string
  /** The word is given, by one of them. */
  readonly give: () => Promise<unknown>
}

/** A kind without a scenario does not compile. */
const scenarios: Readonly<Record<WordKind, Scenario>> = {
  configuration: {
    ask: async () =>
      refusedAs(await engine.applyConfiguration({ configuration: lowered(), actor: pat }), 'configuration.needs-second-person'),
    waitsFor: ['piet'],
    command: 'drover config confirm sha256:',
    give: async () => granted(await engine.confirmConfiguration({ digest: await idOfAsked<Digest>('configuration'), actor: piet })),
  },
  deputy: {
    ask: async () =>
      granted(
        await engine.nameDeputy({
          ...{ absent: personId('anna'), deputy: personId('ben'), until: later(5), reason: 'She is ill', actor: pat },
        }),
      ),
    waitsFor: ['piet'],
    command: 'drover people confirm anna ',
    path: '/people',
    give: async () =>
      granted(await engine.confirmDeputy({ personId: personId('anna'), delegationId: await idOfAsked('deputy'), actor: piet })),
  },
  'timed-grant': {
    ask: async () =>
      granted(
        await engine.askForGrant({
          ...{ person: personId('carl'), role: 'approver', until: hoursLater(4), reason: 'Anna is away', actor: pat },
        }),
      ),
    waitsFor: ['piet'],
    command: 'drover people confirm carl ',
    path: '/people',
    give: async () =>
      granted(await engine.confirmGrant({ personId: personId('carl'), grantId: await idOfAsked('timed-grant'), actor: piet })),
  },
  certification: {
    ask: async () => {
      now = later(91)
      const others = configuration.people.map(({ id }) => id).filter((id) => id !== 'pat')
      for (const id of others)
        granted(await engine.certifyRights({ personId: id, comment: 'Still needed', actor: id === piet ? pat : piet }))
    },
    waitsFor: ['piet'],
    command: 'drover people certify pat ',
    path: '/people',
    give: async () => granted(await engine.certifyRights({ personId: pat, comment: 'Still needed', actor: piet })),
  },
  forgetting: {
    ask: async () => {
      await append('person/gone', 'person-forget-proposed', { reason: 'left' }, 'pat')
    },
    waitsFor: ['piet'],
    command: 'drover people forget gone ',
    path: '/people',
    give: async () => granted(await engine.forgetPerson({ personId: personId('gone'), reason: 'left', actor: piet })),
  },
  tier: {
    ask: () => outgrow(),
    waitsFor: ['pat', 'piet'],
    command: 'drover tier decide Permits --tier 3 ',
    path: '/solutions/Permits',
    give: async () => granted(await engine.decideTier({ solution: 'Permits', tier: 3, reason: 'It is so', actor: piet })),
  },
  'lower-tier': {
    ask: async () => {
      await outgrow()
      const asked = await engine.decideTier({ solution: 'Permits', tier: 2, days: 30, reason: 'It goes', actor: pat })
      if (asked.ok) throw new Error('one was enough')
    },
    waitsFor: ['piet'],
    command: 'drover tier decide Permits --tier 2 ',
    path: '/solutions/Permits',
    give: async () => granted(await engine.decideTier({ solution: 'Permits', tier: 2, days: 30, reason: 'It goes', actor: piet })),
  },
  recovery: {
    ask: () => recoveryEntry('recovery-proposed', 'pat'),
    // Whoever answers for the data of the pet has to be one of the two.
    waitsFor: ['olga'],
    command: 'drover recovery repair prod --from rescue --table hand_boat --overwrite --yes',
    path: '/environments/prod',
    give: () => recoveryEntry('recovery-started', 'olga'),
  },
  protection: {
    ask: async () =>
      refusedAs(
        await engine.changeProtection({ environmentId: 'prod', isOn: true, reason: 'By releases alone', actor: pat }),
        'protection.needs-second-person',
      ),
    waitsFor: ['olga', 'piet'],
    command: 'drover env protect prod --yes',
    path: '/environments/prod',
    give: () => append(`protection/${lane}`, 'protection-settled', { environmentId: 'prod', isOn: true }, 'olga'),
  },
  revert: {
    ask: async () => {
      await append(`environment/${lane}`, 'drift-assessed', { assessment: assessment() })
      await disposition('proposed', 'olga')
    },
    // The owner of the pet asked, so that a platform-admin stands in.
    waitsFor: ['pat', 'piet'],
    command: 'drover drift revert prod SystemForm:form --confirm',
    path: '/environments/prod',
    give: () => disposition('running', 'olga'),
  },
  'signing-key': {
    ask: async () => refusedAs(await engine.rotateKey({ reason: 'yearly', actor: pat }), 'evidence.needs-second-person'),
    waitsFor: ['piet'],
    command: 'drover ledger rotate-key ',
    path: '/evidence',
    give: async () => granted(await engine.rotateKey({ reason: 'yearly', actor: piet })),
  },
  archive: {
    ask: () => append('archive', 'archive-proposed', { promotions: ['p-1'], reason: 'yearly' }, 'pat'),
    waitsFor: ['piet'],
    command: 'drover evidence archive ',
    path: '/evidence',
    give: () => append('archive', 'archive-begun', { archiveId: 'ar-1', promotions: ['p-1'] }, 'piet'),
  },
}

describe('what somebody is asked for a word on', () => {
  it.each(wordKinds)('tells of %s those who could give the word, in words, with where it is given, until it was given', async (kind) => {
    const { ask, waitsFor, command, path, give } = scenarios[kind]
    expect(await everybodyAsked(kind)).toEqual([])
    await ask()
    const asked = await everybodyAsked(kind)
    expect(asked.map(({ whom }) => whom)).toEqual(waitsFor)
    for (const { word } of asked) {
      expect(word.command).toContain(command)
      expect(word.path).toBe(path)
      expect(word.what).toMatch(/^[A-Z].+[.?]$/)
    }
    expect(asked.filter(({ whom, word }) => whom === word.by)).toEqual([])
    await give()
    expect(await everybodyAsked(kind)).toEqual([])
  })

  it('is every kind of entry that waits for somebody, each under its kind', () => {
    // A new entry of that sort belongs into this table, and its kind into that of those who are asked.
    const kindOf: Readonly<Record<string, WordKind>> = {
      'archive-proposed': 'archive',
      'configuration-proposed': 'configuration',
      'grant-asked': 'timed-grant',
      'person-forget-proposed': 'forgetting',
      'protection-proposed': 'protection',
      'recovery-proposed': 'recovery',
      'signing-key-proposed': 'signing-key',
      'tier-decision-proposed': 'lower-tier',
      'tier-proposed': 'tier',
    }
    const written = ['src/domain', 'src/engine'].flatMap((room) => entriesIn(room))
    expect([...new Set(written)].sort()).toEqual(Object.keys(kindOf))
  })

  it('asks nobody any more for what another configuration, the end of its time or the first person overtook', async () => {
    await scenarios.configuration.ask()
    await scenarios['signing-key'].ask()
    await scenarios.protection.ask()
    await append('configuration', 'configuration-applied', { configuration, changes: [] })
    expect([await everybodyAsked('configuration'), await everybodyAsked('protection')]).toEqual([[], []])
    expect(await everybodyAsked('signing-key')).toHaveLength(1)
    granted(await engine.withdrawKeyProposal({ reason: 'No need', actor: pat }))
    expect(await everybodyAsked('signing-key')).toEqual([])
    await scenarios['timed-grant'].ask()
    now = hoursLater(5)
    expect(await everybodyAsked('timed-grant')).toEqual([])
  })
})

async function everybodyAsked(kind: WordKind) {
  const asked = []
  for (const { id: whom } of configuration.people) {
    const waiting = waitingSchema.parse(await engine.listWaiting(whom))
    asked.push(...waiting.words.filter((word) => word.kind === kind).map((word) => ({ whom: String(whom), word })))
  }
  return asked.sort((a, b) => a.whom.localeCompare(b.whom))
}

async function idOfAsked<Id extends string>(kind: WordKind): Promise<Id> {
  const [asked] = await everybodyAsked(kind)
  return (asked?.word.id ?? '') as Id // an id as the engine itself gave it
}

function entriesIn(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts'))
    .flatMap((path) => [...readFileSync(join(folder, path), 'utf8').matchAll(/'([a-z-]+-(?:proposed|asked))'/g)])
    .flatMap(([, type]) => (type === undefined || type === 'not-asked' ? [] : [type]))
}

async function append(stream: string, type: string, data: unknown, actor = 'drover'): Promise<void> {
  await deps.ledger.append({ stream, expectedVersion: undefined, actor, events: [{ type, data }] })
}

function refusedAs(result: Result<unknown>, code: string): void {
  expect(result).toMatchObject({ ok: false, refusal: { code } })
}

function later(days: number): Instant {
  return hoursLater(days * 24)
}

function hoursLater(hours: number): Instant {
  return toId<Instant>(new Date(Date.parse(start) + hours * 3_600_000).toISOString())
}

/** With one approver more, which takes two people. */
function lowered(): Configuration {
  const people = configuration.people.map((person) =>
    person.id === 'remy' ? { ...person, roles: [...person.roles, 'platform-admin' as const] } : person,
  )
  return { ...configuration, people }
}

async function outgrow(): Promise<void> {
  const proposal = {
    tier: 3,
    configured: 2,
    score: 9,
    why: ['It holds data of people'],
    answers: [],
    open: 0,
    releaseId: 'r-1',
    version: '1.0.0.0',
  }
  await append('solution/permits', 'tier-proposed', { proposal })
}

async function recoveryEntry(type: string, actor: string): Promise<void> {
  const deed = { kind: 'repair', table: 'hand_boat', columns: undefined, changedSince: undefined, isOverwriting: true, isDryRun: false }
  const configurationVersion = (await engine.loadConfiguration())?.version ?? 0
  const order = { id: 'rcv-1', environmentId: prodId, sandboxId: 'rescue', deed, reason: 'Gone', by: 'pat', configurationVersion }
  await append('recovery/rcv-1', type, { order }, actor)
}

async function disposition(state: 'proposed' | 'running', by: string): Promise<void> {
  const said = { kind: 'revert', state, note: 'A slip', by: personId(by), digest: 'as-it-was' }
  await append(`environment/${lane}`, 'disposition-changed', { deviation: 'SystemForm:form', disposition: said }, by)
}

function assessment() {
  const deviation: Deviation = {
    ...{ id: 'SystemForm:form', class: 'unregistered', solution: 'Permits', origin: 'by-hand', message: 'It was changed by hand.' },
    subject: { kind: 'SystemForm', key: 'form', name: 'form', table: undefined },
    ...{ changed: ['name'], digest: 'as-it-was', who: undefined, when: undefined, since: start, tweakId: undefined, reason: '' },
  }
  return { environmentId: prodId, observation: 'sha256:1', observedAt: start, deviations: [deviation], byDesign: 0 }
}
