import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ObservedComponent, ObservedSolution } from '#domain/environment'
import { at } from '../../../test/support/domain-builders.ts'
import { buildComponent, buildLayer, buildObservation, buildSolution } from '../../../test/support/observation-builders.ts'
import type { AttributionFacts, Attributor } from './attribute.ts'
import { createAttributor } from './attribute.ts'
import { harmlessBecause, harmlessRules } from './harmless.ts'

const importJob = '0d5b4f6e-1111-4222-8333-444455556666'
const ourImport = {
  kind: 'import',
  solution: 'Permits',
  version: undefined,
  startedAt: at('2026-10-01T07:55:00Z'),
  endedAt: at('2026-10-01T08:05:00Z'),
  isSuccess: true,
  by: undefined,
  importJobId: importJob,
} as const

function attributor(solutions: readonly ObservedSolution[], more: Partial<AttributionFacts> = {}): Attributor {
  const observation = buildObservation({ solutions, operations: [ourImport] })
  return createAttributor({
    governed: ['Permits'],
    deployments: [{ solution: 'Permits', importJobIds: [importJob] }],
    observation,
    ...more,
  })
}

describe('a solution', () => {
  const permits = buildSolution('Permits')

  it.each([
    ['is ours when the configuration governs it', buildSolution('Permits'), 'ours'],
    ['is ours in whatever capitals', buildSolution('PERMITS'), 'ours'],
    ['is ours while its upgrade waits', buildSolution('Permits_Upgrade'), 'ours'],
    ['is ours as a patch of ours', buildSolution('Permits_Patch_1', { parent: 'Permits' }), 'ours'],
    ['is of another team when one of our publishers made it', buildSolution('Inspections'), 'other-team'],
    [
      'is assumed to be of another team when a maker made it under the default publisher',
      buildSolution('Lunch', { publisher: 'DefaultPublisherorg1', publisherPrefix: 'new' }),
      'other-team',
    ],
    [
      'is of a vendor when nobody here has its publisher',
      buildSolution('Maps', { publisher: 'northwind', publisherPrefix: 'nw' }),
      'vendor',
    ],
    [
      'is of Microsoft by its publisher',
      buildSolution('msdyn_Core', { publisher: 'MicrosoftCorporation', publisherPrefix: 'msdyn' }),
      'microsoft',
    ],
    ['is of the platform when it stands for the environment', buildSolution('Default', { isManaged: false }), 'platform'],
    ['is by hand when it is unmanaged', buildSolution('Tryout', { isManaged: false }), 'by-hand'],
    ['is of Drover when it carries a change out', buildSolution('DroverTransport_w1', { isManaged: false }), 'drover'],
    ['is unknown when nobody tells its publisher', buildSolution('Grey', { publisher: undefined, publisherPrefix: undefined }), 'unknown'],
  ] as const)('%s', (_, solution, origin) => {
    expect(attributor([permits, solution]).ofSolution(solution).origin).toBe(origin)
  })

  it('stays ours after it left the configuration, as long as the ledger says that Drover brought it', () => {
    expect(attributor([permits], { governed: [] }).ofSolution(permits).origin).toBe('ours')
    expect(attributor([permits], { governed: [], deployments: [] }).ofSolution(permits).origin).not.toBe('ours')
  })
})

describe('a component', () => {
  const vendor = buildSolution('Maps', { publisher: 'northwind', publisherPrefix: 'nw' })
  const tell = attributor([buildSolution('Permits'), vendor, buildSolution('Tryout', { isManaged: false })])

  it('belongs to whoever brought its lowest layer, whoever else holds it', () => {
    const layers = [buildLayer('Maps', 1), buildLayer('Permits', 2)]
    expect(tell.ofComponent(buildComponent('f', { solutions: ['Maps', 'Permits'], layers }))).toMatchObject({ origin: 'vendor' })
  })

  it('is only assumed to be ours when another one holds it too and layers were not read', () => {
    expect(tell.ofComponent(buildComponent('f', { solutions: ['Maps', 'Permits'] }))).toMatchObject({
      origin: 'ours',
      certainty: 'assumed',
    })
    expect(tell.ofComponent(buildComponent('f'))).toMatchObject({ origin: 'ours', certainty: 'known' })
  })

  it('is by hand when it is unmanaged work alone, and in no solution of ours', () => {
    const layers = [buildLayer('Active', 1)]
    expect(tell.ofComponent(buildComponent('f', { solutions: ['Tryout'], layers, hasActiveRow: true })).origin).toBe('by-hand')
    expect(tell.ofComponent(buildComponent('f', { solutions: [], layers, hasActiveRow: true })).origin).toBe('by-hand')
  })

  it('of which nothing can be told is unknown, and never ours', () => {
    const none = createAttributor({ governed: [], deployments: [], observation: buildObservation({ solutions: [] }) })
    fc.assert(
      fc.property(componentArbitrary, (component) => {
        expect(['ours', 'other-team', 'vendor', 'microsoft']).not.toContain(none.ofComponent(component).origin)
      }),
    )
  })
})

describe('an Active layer', () => {
  const tell = attributor([buildSolution('Permits')])

  it('that names no changed attribute is a row of the platform', () => {
    const layer = buildLayer('Active', 2, { changed: [] })
    expect(tell.ofActiveLayer(buildComponent('f'), layer)).toMatchObject({ origin: 'platform', harmless: { rule: 'empty-row' } })
  })

  it('that names bookkeeping only is a row of the platform', () => {
    const layer = buildLayer('Active', 2, { changed: ['modifiedon', 'StateCode'] })
    expect(tell.ofActiveLayer(buildComponent('f'), layer)).toMatchObject({ origin: 'platform', harmless: { rule: 'bookkeeping' } })
  })

  it('that changes what users see is by hand', () => {
    const layer = buildLayer('Active', 2, { changed: ['modifiedon', 'displayname'] })
    expect(tell.ofActiveLayer(buildComponent('f'), layer)).toMatchObject({ origin: 'by-hand', harmless: undefined })
  })

  it('that cannot be read counts as by hand, on every kind but values', () => {
    const layer = buildLayer('Active', 2, { changed: undefined })
    expect(tell.ofActiveLayer(buildComponent('f'), layer)).toMatchObject({ origin: 'by-hand', harmless: undefined })
  })

  it('is the value of a variable, which is a setting of the environment and ours when we imported it', () => {
    const value = buildComponent('v', { kind: 'EnvironmentVariableValue' })
    const layer = buildLayer('Active', 2, { changed: ['value'] })
    expect(tell.ofActiveLayer(value, layer)).toMatchObject({ origin: 'drover', harmless: { rule: 'variable-value' } })
    const later = { ...layer, writtenAt: at('2026-11-01T08:00:00Z') }
    expect(tell.ofActiveLayer(value, later)).toMatchObject({ origin: 'by-hand', harmless: { rule: 'variable-value' } })
  })

  it('binds a connection reference harmlessly, and does not when it changes more', () => {
    const reference = buildComponent('r', { kind: 'connectionreference' })
    expect(harmlessBecause(reference, { changed: ['connectionid', 'modifiedon'], writtenAt: undefined })?.rule).toBe('binding')
    expect(harmlessBecause(reference, { changed: ['connectionid', 'connectorid'], writtenAt: undefined })).toBeUndefined()
    expect(harmlessBecause(buildComponent('f'), { changed: ['connectionid'], writtenAt: undefined })).toBeUndefined()
  })

  it('of a form is the fallback form of the platform only when it was written while we imported, and in nothing but its XML', () => {
    const during = buildLayer('Active', 2, { changed: ['formxml', 'modifiedon'] })
    expect(tell.ofActiveLayer(buildComponent('f'), during)).toMatchObject({ origin: 'drover', harmless: { rule: 'fallback-form' } })
    const later = { ...during, writtenAt: at('2026-11-01T08:00:00Z') }
    expect(tell.ofActiveLayer(buildComponent('f'), later)).toMatchObject({ origin: 'by-hand', harmless: undefined })
    const more = { ...during, changed: ['formxml', 'name'] }
    expect(tell.ofActiveLayer(buildComponent('f'), more).harmless).toBeUndefined()
    const foreign = attributor([buildSolution('Permits')], { deployments: [{ solution: 'Permits', importJobIds: [] }] })
    expect(foreign.ofActiveLayer(buildComponent('f'), during).harmless).toBeUndefined()
  })

  it('of a form is somebody else’s work a moment before or after our import, by whom it names, and in an import of another', () => {
    const drover = { userId: 'u-drover', name: 'Drover', isApplication: true }
    const mia = { userId: 'u-mia', name: 'Mia', isApplication: false }
    const told = (operation: Partial<typeof ourImport> | object, by?: string, seconds = '2026-10-01T08:00:00Z') => {
      const observation = buildObservation({ operations: [{ ...ourImport, ...operation }] })
      const modified = by === undefined ? undefined : { by, at: at(seconds) }
      const layer = buildLayer('Active', 2, { changed: ['formxml'], writtenAt: at(seconds) })
      return attributor([], { observation }).ofActiveLayer(buildComponent('f', { modified }), layer)
    }
    expect(told({ by: drover }, 'Drover')).toMatchObject({ origin: 'drover', certainty: 'known' })
    expect(told({ by: drover })).toMatchObject({ origin: 'drover', certainty: 'assumed' })
    expect(told({ by: drover }, 'Mia').harmless, 'written by another in that time').toBeUndefined()
    expect(told({ by: mia, importJobId: 'other' }).harmless, 'an import of another').toBeUndefined()
    expect(told({ by: drover, solution: 'DroverTransport_w1' }).harmless, 'what a transport carries is people’s').toBeUndefined()
    expect(told({ by: drover }, undefined, '2026-10-01T08:05:00.900Z').harmless).toBeDefined()
    expect(told({ by: drover }, undefined, '2026-10-01T08:05:01Z').harmless, 'a second after it').toBeUndefined()
    expect(told({ by: drover }, undefined, '2026-10-01T07:54:59Z').harmless, 'a second before it').toBeUndefined()
  })
})

describe('the rules of what is harmless', () => {
  it('each say why, with evidence, and none excuses a changed attribute that it does not know', () => {
    for (const rule of harmlessRules) {
      expect(rule.reason.length).toBeGreaterThan(20)
      expect(rule.evidence).toMatch(/\[facts-2 §|Microsoft/)
    }
    const kinds = fc.constantFrom('Entity', 'Attribute', 'SystemForm', 'Workflow', 'connectionreference', 'Role')
    fc.assert(
      fc.property(kinds, fc.array(fc.string()), (kind, others) => {
        expect(harmlessBecause({ kind }, { changed: [...others, 'con_realchange'], writtenAt: undefined })).toBeUndefined()
      }),
    )
  })
})

const componentArbitrary: fc.Arbitrary<ObservedComponent> = fc
  .record({
    hasActiveRow: fc.boolean(),
    solutions: fc.subarray(['Permits', 'Maps', 'msdyn_Core']),
    layers: fc.option(
      fc.subarray(['Permits', 'Maps', 'Active']).map((names) => names.map((name, order) => buildLayer(name, order + 1))),
      { nil: undefined },
    ),
  })
  .map((more) => buildComponent('f', more))
