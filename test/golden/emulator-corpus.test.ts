import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readSolution } from '#format'
import { mountPlatformSolution } from '../../src/emulator/templates/index.ts'
import type { Row } from '../../src/emulator/store/store.ts'
import type { CorpusSolution } from '../support/corpus.ts'
import { corpusSolutions, whyNoCorpus } from '../support/corpus.ts'
import type { TestEnvironment, TestEnvironments } from '../support/emulated-environment.ts'
import { openTestEnvironments } from '../support/emulated-environment.ts'

interface Refusal {
  readonly code: number
  /** Why it is true of the file, for who reads the table. */
  readonly because: string
  /** What the reason given must name. */
  readonly says: string
}

const missing = -2147188707

/**
 * What happens to every real solution file in a fresh environment that has the solutions of the platform which the file names, and nothing
 * else: what is not listed comes in. Solutions of the same maker are not the platform's.
 */
const refused: Readonly<Record<string, Refusal>> = {
  MicrosoftDynamics365IATI_1_0_0_0: {
    code: missing,
    because: 'needs tables that were only unmanaged where it was made',
    says: 'msnfp_ofacmatch',
  },
  MicrosoftDynamics365IATI_1_0_0_0_managed: {
    code: missing,
    because: 'needs tables of the Nonprofit Accelerator 2.0',
    says: 'solution="MicrosoftDynamics365NonprofitAccelerator (2.0.0.0)"',
  },
  MicrosoftDynamics365VolunteerManagement_1_0_0_0: {
    code: missing,
    because: 'needs tables that were only unmanaged where it was made',
    says: 'schemaName="msnfp_indicator"',
  },
  MicrosoftDynamics365VolunteerManagement_1_0_0_0_managed: {
    code: missing,
    because: 'was exported as managed beside tables that were only unmanaged there',
    says: 'schemaName="msnfp_indicator"',
  },
  MissingDependency_1_0_0_0: { code: missing, because: 'made to lack a table: its name says so', says: 'schemaName="ud_testentity4"' },
  MissingDependency_1_0_0_0_managed: {
    code: missing,
    because: 'made to lack a table: its name says so',
    says: 'schemaName="ud_testentity4"',
  },
  StorageCapacityEnforcement_1_0_0_6_managed: {
    code: missing,
    because: 'extends a table of the Center of Excellence kit that was only unmanaged where it was made',
    says: 'parentSchemaName="admin_environment"',
  },
}

/** Warnings that files give rise to, by what they begin with: none of them stops an import. */
const warnings = [
  /^Translated labels for the following languages could not be imported because they have not been enabled for this organization: \d+$/,
  /^The flow '.*' was imported turned off: the connection reference '.*' has no connection\.$/,
  /^This solution was exported from an environment with a more recent version /,
  /^SiteMap was overwritten\.$/,
]

describe.skipIf(corpusSolutions.length === 0)(`every real solution file in a fresh environment (${whyNoCorpus} when skipped)`, () => {
  let environments: TestEnvironments
  beforeAll(async () => {
    environments = await openTestEnvironments()
  })
  afterAll(() => environments.close())

  it('is in the table when it is refused, and the table names no other', () => {
    expect(Object.keys(refused).filter((name) => !corpusSolutions.some((solution) => solution.name === name))).toEqual([])
  })

  it.each([...corpusSolutions])('$name', async (solution) => {
    const env = await environments.open(solution.name)
    const { operation, result } = await bring(env, solution)
    const refusal = refused[solution.name]
    if (refusal === undefined) {
      expect(operation, String(operation.message)).toMatchObject({ statuscode: 30, errorcode: null, message: null })
      expect(result).toMatchObject({ Status: 'Passed', ErrorMessages: [] })
      expect((result.WarningMessages as string[]).filter((text) => !warnings.some((known) => known.test(text)))).toEqual([])
      const row = env.row('solution', 'uniquename', solution.solution)
      expect(row).toMatchObject({ ismanaged: solution.isManaged })
      return
    }
    expect(operation).toMatchObject({ statuscode: 31, errorcode: refusal.code })
    expect(result).toMatchObject({ Status: 'Failed' })
    expect(String(operation.message).replaceAll('\\"', '"')).toContain(refusal.says)
    expect(env.rows('solution').some((row) => row.uniquename === solution.solution)).toBe(false)
  })

  it('comes in after the solution that it needs', async () => {
    const env = await environments.open('nonprofit')
    const named = (name: string): CorpusSolution => {
      const found = corpusSolutions.find((solution) => solution.name === name)
      if (found === undefined) throw new Error(`The corpus lacks ${name}`)
      return found
    }
    for (const name of ['MicrosoftDynamics365NonprofitAccelerator_2_0_0_0_managed', 'MicrosoftDynamics365IATI_1_0_0_0_managed']) {
      const { operation } = await bring(env, named(name))
      expect(operation, String(operation.message)).toMatchObject({ statuscode: 30 })
    }
  })
})

const made: ReadonlySet<string> = new Set(corpusSolutions.map(({ solution }) => solution))

async function bring(env: TestEnvironment, solution: CorpusSolution): Promise<{ readonly operation: Row; readonly result: Row }> {
  const bytes = solution.read()
  const { model } = await readSolution(bytes)
  for (const { required } of model.manifest.missingDependencies) {
    if (made.has(required.solution) || ['', 'active', 'default', 'system'].includes(required.solution.toLowerCase())) continue
    await mountPlatformSolution(env.ctx.env, { uniqueName: required.solution, version: required.minimumVersion ?? '1.0.0.0' }, env.ctx)
  }
  const { operation, reply } = await env.finish('ImportSolutionAsync', {
    OverwriteUnmanagedCustomizations: false,
    PublishWorkflows: true,
    CustomizationFile: Buffer.from(bytes).toString('base64'),
  })
  const { SolutionOperationResult } = await env.call('RetrieveSolutionImportResult', { ImportJobId: reply.ImportJobKey })
  return { operation, result: Object(SolutionOperationResult) as Row }
}
