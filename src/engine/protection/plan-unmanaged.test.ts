import { setTimeout as pause } from 'node:timers/promises'
import { createEnvironments } from '#adapters/dataverse'
import type { LayerPolicyKind } from '#domain/environment'
import type { Digest, Result } from '#domain/kernel'
import { toId } from '#domain/kernel'
import type { Configuration } from '#domain/pipeline'
import { shippedPolicy } from '#domain/policy'
import type { Release } from '#domain/release'
import type { ReadModel } from '#engine/ports'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bring } from '../../../test/conformance/life-of-solutions.ts'
import type { Organisation } from '../../../test/conformance/organisation.ts'
import { importSolution, openLocal, rowsOf, sampleSolution } from '../../../test/conformance/organisation.ts'
import { at, buildConfiguration, buildRelease, sha256, version } from '../../../test/support/domain-builders.ts'
import { createMemoryObservations } from '../../../test/support/memory-observations.ts'
import type { EngineDependencies } from '../dependencies.ts'
import type { UnmanagedPlanView } from './plan-unmanaged.ts'
import { planUnmanaged } from './plan-unmanaged.ts'

const solution = 'ContosoInspection'
let organisation: Organisation
let files: Map<string, Uint8Array>

beforeAll(async () => {
  organisation = await openLocal()
  files = new Map()
  await importSolution(organisation, await sampleSolution('1.0.0.0'))
  await organisation.call('POST', 'PublishAllXml', {})
})
afterAll(() => organisation.close())

async function release(of: '1.0.0.0' | '1.1.0.0'): Promise<Release> {
  const bytes = await sampleSolution(of)
  const digest = toId<Digest>(`sha256:${sha256(of)}`)
  files.set(digest, bytes)
  const { unmanaged } = buildRelease({ version: version(of) })
  return { ...buildRelease({ version: version(of), solution }), unmanaged: { ...unmanaged, digest, solution } }
}

function configurationWith(kind: LayerPolicyKind): Configuration {
  const base = buildConfiguration(2)
  const { url, tokenUrl, clientId } = organisation
  const credentials = { tokenUrl, clientId, clientSecret: { kind: 'environment', variable: 'SECRET' } } as const
  const layerPolicy = { kind, reason: 'One customer' }
  return {
    ...base,
    environments: base.environments.map((each) =>
      each.id === 'prod' ? { ...each, url, connectivityUrl: organisation.connectivityUrl, credentials, layerPolicy } : each,
    ),
  }
}

/** A world whose read model has two releases, a configuration, and the tweaks that are given. */
async function plan(
  of: { readonly kind?: LayerPolicyKind; readonly tweaks?: readonly object[]; readonly knows?: readonly Release[] } = {},
) {
  const releases = of.knows ?? [await release('1.0.0.0'), await release('1.1.0.0')]
  const newest = await release('1.1.0.0')
  const documents: Readonly<Record<string, unknown>> = {
    'configuration/current': { version: 1, configuration: configurationWith(of.kind ?? 'protective') },
    ...Object.fromEntries([...releases, newest].map((each) => [`release/${each.id}`, each])),
  }
  const readModel = {
    load: async (kind: string, id: string) => (kind === 'environment' ? { tweaks: of.tweaks ?? [] } : documents[`${kind}/${id}`]),
    list: async () => [],
    listSummaries: async () => ({ rows: releases.map((each) => ({ releaseId: each.id, version: each.version })), next: undefined }),
  } as unknown as ReadModel // the plan reads no more of it
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined }
  const clock = { now: () => toId<ReturnType<typeof at>>(new Date().toISOString()) }
  const parts = {
    readModel,
    policy: shippedPolicy,
    clock,
    observations: createMemoryObservations(),
    environments: createEnvironments({ secrets: { resolve: async () => organisation.clientSecret }, clock, log }),
    artifacts: {
      get: async (digest: string) => files.get(digest),
      put: async (bytes: Uint8Array) => {
        const digest = `sha256:${sha256(Buffer.from(bytes).toString('base64'))}`
        files.set(digest, bytes)
        return digest
      },
    },
    hashing: { sha256 },
    pause: (ms: number) => pause(ms / 10),
  }
  const deps = parts as unknown as EngineDependencies // the plan needs nothing else of the world
  return valueOf(await planUnmanaged(deps, { releaseId: newest.id, stageId: toId('to-prod') }))
}

function valueOf(result: Result<UnmanagedPlanView>): UnmanagedPlanView {
  if (!result.ok) throw new Error(result.refusal.message)
  return result.value
}

const codes = ({ plan: made }: UnmanagedPlanView) => made.blockers.map(({ code }) => code)

describe('a plan for unmanaged work into a local environment', () => {
  it('brings what is new and keeps the export of what is there as the way back', async () => {
    const view = await plan()
    expect(codes(view)).toEqual([])
    expect(view.plan).toMatchObject({ fromVersion: '1.0.0.0', toVersion: '1.1.0.0', leftOut: [], basis: { certainty: 'assumed' } })
    expect(view.plan.components.length).toBeGreaterThan(1)
    expect(new Set(view.plan.components.map(({ action }) => action))).toEqual(new Set(['remove', 'bring']))
    expect(view.plan.steps).toEqual(['export-current', 'repack', 'import', 'publish', 'remove', 'verify'])
    expect(view.plan.removals).toEqual(['Attribute:contoso_inspection.contoso_inspectorname'])
    expect(files.get(String(view.wayBack))?.length).toBeGreaterThan(1000)
  })

  it('leaves out what was changed there by hand, stops where both changed it, and lets a tweak stay', async () => {
    const [script] = rowsOf(
      await organisation.call('GET', "webresourceset?$select=webresourceid,name&$filter=name eq 'contoso_/scripts/inspection.js'"),
    )
    const [view] = rowsOf(
      await organisation.call('GET', "savedqueries?$select=savedqueryid&$filter=returnedtypecode eq 'contoso_inspection'"),
    )
    const scriptId = String(script?.['webresourceid'])
    const edits = [
      await organisation.call('PATCH', `webresourceset(${scriptId})`, { body: { content: Buffer.from('by hand').toString('base64') } }),
      await organisation.call('PATCH', `savedqueries(${String(view?.['savedqueryid'])})`, { body: { name: 'By hand' } }),
    ]
    expect(edits.map(({ status }) => status)).toEqual([204, 204])
    expect(codes(await plan())).toContain('plan.unpublished-there')

    const xml = `<importexportxml><entities><entity>contoso_inspection</entity></entities><webresources><webresource>${scriptId}</webresource></webresources></importexportxml>`
    await organisation.call('POST', 'PublishXml', { body: { ParameterXml: xml } })
    const edited = await plan()
    expect(codes(edited)).toEqual(['plan.unmanaged-conflict'])
    expect(edited.plan.components.filter(({ action }) => action === 'conflict').map(({ kind }) => kind)).toEqual(['WebResource'])
    expect(edited.plan.leftOut).toEqual([`SavedQuery:${String(view?.['savedqueryid'])}`])

    const conflict = edited.plan.components.find(({ action }) => action === 'conflict')
    const tweak = { id: 't1', deviation: `WebResource:${String(conflict?.key)}`, endedAt: undefined, expiresAt: '2099-01-01T00:00:00.000Z' }
    const kept = await plan({ tweaks: [tweak] })
    expect(codes(kept)).toEqual([])
    expect(kept.plan.leftOut).toContain(`WebResource:${String(conflict?.key)}`)
    expect(codes(await plan({ tweaks: [{ ...tweak, expiresAt: '2020-01-01T00:00:00.000Z' }] }))).toEqual(['plan.unmanaged-conflict'])
  })

  it('does not guess what was shipped when no release has the installed version', async () => {
    const view = await plan({ knows: [] })
    expect(view.plan.basis.certainty).toBe('unknown')
    expect(codes(view)).toContain('plan.unmanaged-conflict')
  })

  it('is closed in an environment that is not protective, and where unmanaged changes are blocked', async () => {
    expect(codes(await plan({ kind: 'register' }))).toContain('plan.not-protective')
    const [row] = rowsOf(await organisation.call('GET', 'organizations?$select=organizationid'))
    const settings = (isOn: boolean) =>
      `<OrgSettings><IsLockdownOfUnmanagedCustomizationEnabled>${String(isOn)}</IsLockdownOfUnmanagedCustomizationEnabled></OrgSettings>`
    const path = `organizations(${String(row?.['organizationid'])})`
    await organisation.call('PATCH', path, { body: { orgdborgsettings: settings(true) } })
    expect(codes(await plan())).toContain('plan.unmanaged-blocked')
    await organisation.call('PATCH', path, { body: { orgdborgsettings: settings(false) } })
  })
})

describe('a plan for unmanaged work where the solution is not installed', () => {
  it('is closed by components that are there outside of it', async () => {
    const before = organisation
    organisation = await openLocal()
    try {
      expect(codes(await plan())).toEqual([])
      await bring(organisation, { name: 'Elsewhere', version: '1.0.0.0', tables: [{ name: 'contoso_inspection' }] })
      const view = await plan()
      expect(codes(view)).toContain('plan.unmanaged-conflict')
      expect(view.plan.components.filter(({ action }) => action === 'conflict').map(({ kind, key }) => `${kind}:${key}`)).toContain(
        'Entity:contoso_inspection',
      )
      expect(view.wayBack).toBeUndefined()
    } finally {
      await organisation.close()
      organisation = before
    }
  })
})
