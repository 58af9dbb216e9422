import { afterEach, describe, expect, it } from 'vitest'
import type { SecretRef } from '#domain/environment'
import { DroverError } from '#domain/kernel'
import type { ImportStart } from '#engine/ports'
import { createEnvironments } from './environments.ts'
import { strikeOut } from './strike-secrets.ts'
import type { Asked, LocalServer, Told } from './testing/local-server.ts'
import { api, dependencies, environmentAt, failureOf, secretText, startLocalServer } from './testing/local-server.ts'

let server: LocalServer | undefined

afterEach(async () => {
  await server?.close()
})

const keyRef: SecretRef = { kind: 'environment', variable: 'API_KEY' }
const key = 'canary "key" <7>\nwith & without'
const start: ImportStart = {
  importJobId: '1b1fa80d-aa0f-4291-b60c-b0745304ce24',
  uploadId: 'b3963d4b-dc6c-ee11-9ae7-000d3aaae21d',
  mode: 'install',
  parameters: { connectionReferences: [], environmentVariables: [{ schemaName: 'drv_Key', value: { secret: keyRef } }] },
}

async function resolve(ref: SecretRef): Promise<string> {
  if (ref.kind === 'environment' && ref.variable === 'API_KEY') return key
  if (ref.kind === 'environment' && ref.variable === 'TEST_SECRET') return secretText
  throw new DroverError('secret.absent', 'The secret file gone does not exist.')
}

async function open(tell: (asked: Asked) => Told | undefined, secrets: readonly SecretRef[] = [keyRef]) {
  server = await startLocalServer(tell)
  return createEnvironments(dependencies({ secrets: { resolve } })).open(environmentAt(server.url), secrets)
}

/** Everything that an error could show, also what JSON leaves out. */
function allOf(value: unknown): string {
  return value instanceof Error
    ? `${value.stack} ${value.message} ${JSON.stringify(value, Object.getOwnPropertyNames(value))} ${allOf(value.cause)}`
    : (JSON.stringify(value) ?? '')
}

describe('a value that is a secret', () => {
  it('is resolved for the request that starts the import, and stands nowhere else in it', async () => {
    const target = await open(({ path }) => (path === api('ImportSolutionAsync') ? { body: { AsyncOperationId: 'o-1' } } : undefined))
    expect(await target.startImport(start)).toEqual({ asyncOperationId: 'o-1' })
    const asked = server?.asked.find(({ path }) => path === api('ImportSolutionAsync'))
    expect(asked?.body).toMatchObject({
      ComponentParameters: [{ '@odata.type': 'Microsoft.Dynamics.CRM.environmentvariablevalue', schemaname: 'drv_Key', value: key }],
    })
  })

  it('that cannot be had stops the import before anything is sent', async () => {
    const target = await open(() => undefined)
    const value = { secret: { kind: 'file', path: 'gone' } } as const
    const parameters = { ...start.parameters, environmentVariables: [{ schemaName: 'drv_Key', value }] }
    expect(await failureOf(target.startImport({ ...start, parameters }))).toMatchObject({ code: 'secret.absent' })
    expect(server?.asked).toEqual([])
  })

  it('is compared where it is resolved: never in an address, and what differs is told by name', async () => {
    const sets: Readonly<Record<string, readonly object[]>> = {
      environmentvariabledefinitions: [
        { environmentvariabledefinitionid: 'd1', schemaname: 'drv_Key' },
        { environmentvariabledefinitionid: 'd2', schemaname: 'drv_Url' },
      ],
      environmentvariablevalues: [
        { _environmentvariabledefinitionid_value: 'd1', value: key },
        { _environmentvariabledefinitionid_value: 'd2', value: 'old' },
      ],
    }
    const target = await open(({ path }) => {
      const rows = sets[path.replace(api(''), '')]
      return rows === undefined ? undefined : { body: { value: rows } }
    })
    const wanted = [
      { schemaName: 'DRV_KEY', value: { secret: keyRef } },
      { schemaName: 'drv_Url', value: { secret: keyRef } },
      { schemaName: 'drv_Gone', value: 'x' },
    ]
    expect(await target.findOtherValues(wanted)).toEqual(['drv_Url', 'drv_Gone'])
    expect(JSON.stringify(server?.asked.map(({ path, query }) => [path, String(query)]))).not.toContain('canary')
  })
})

describe('what the platform says', () => {
  const echo = `The value ${key} is refused (as JSON: ${JSON.stringify({ value: key })}).`

  it.each([400, 429, 500, 502])('when it refuses an import with %i never holds the value that it repeats', async (status) => {
    const target = await open(({ path }) =>
      path === api('ImportSolutionAsync') ? { status, body: { error: { code: '0x80040265', message: echo } } } : undefined,
    )
    const error = await failureOf(target.startImport(start))
    expect(String(error)).toContain('The value *** is refused')
    expect(allOf(error)).not.toContain('canary')
  })

  it('is struck also in the page of a gateway, before it is cut', async () => {
    const page = `<p>${'x'.repeat(170)} ${key} ${'y'.repeat(200)}</p>`
    const target = await open(({ path }) => (path === api('ImportSolutionAsync') ? { status: 400, body: page } : undefined))
    const error = await failureOf(target.startImport(start))
    expect(error).toMatchObject({ code: 'dataverse.unexpected' })
    expect(allOf(error)).not.toContain('canary')
  })

  it('about an operation, a result, its log and a staged file never holds it, also for a process that did not send it', async () => {
    const log = `<importexportxml><solutionManifest><result result="failure" errorcode="0x1" errortext="${key.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;').replaceAll('\n', '&#10;')}"/></solutionManifest></importexportxml>`
    const replies: Readonly<Record<string, object>> = {
      'asyncoperations(o-1)': { statecode: 3, statuscode: 31, message: echo, friendlymessage: echo, errorcode: -2147220891 },
      [`RetrieveSolutionImportResult(ImportJobId=${start.importJobId})`]: {
        SolutionOperationResult: { Status: 'Failed', ErrorMessages: [echo], WarningMessages: [{ Message: echo }] },
      },
      [`importjobs(${start.importJobId})`]: { data: log },
      StageSolution: {
        StageSolutionResults: {
          StageSolutionUploadId: 'u',
          StageSolutionStatus: 'Failed',
          SolutionValidationResults: [{ SolutionValidationResultType: 'Error', Message: echo }],
        },
      },
    }
    const target = await open(({ path }) => {
      const body = replies[path.replace(api(''), '')]
      return body === undefined ? undefined : { body }
    })
    const said = [
      await target.fetchOperation('o-1'),
      await target.fetchImportResult(start.importJobId),
      await target.stage(new Uint8Array([1])),
    ]
    expect(JSON.stringify(said).match(/\*\*\*/g)?.length).toBeGreaterThanOrEqual(5)
    expect(JSON.stringify(said)).not.toContain('canary')
  })

  it('is withheld when a secret that it could repeat cannot be read any more', async () => {
    const target = await open(
      ({ path }) =>
        path === api('asyncoperations(o-1)') ? { body: { statecode: 3, statuscode: 31, message: 'maybe a secret' } } : undefined,
      [{ kind: 'file', path: 'gone' }],
    )
    expect(await target.fetchOperation('o-1')).toMatchObject({ state: 'failed', message: expect.stringContaining('withheld') as unknown })
  })

  it('when signing in is refused never holds the client secret that it repeats', async () => {
    const refusal = { error: 'invalid_client', error_description: `The secret ${secretText} is wrong.` }
    const target = await open(({ path }) => (path.endsWith('/token') ? { status: 401, body: refusal } : undefined))
    const error = await failureOf(target.fetchSolution('Loans'))
    expect(String(error)).toContain('The secret *** is wrong')
    expect(allOf(error)).not.toContain(secretText)
  })
})

describe('striking out', () => {
  it('leaves nothing of a secret that another one is part of', () => {
    expect(strikeOut(['abc', 'abcdef'])('abcdef abc')).toBe('*** ***')
  })

  it('finds it in XML, whichever characters its writer wrote as references, and how', () => {
    const strike = strikeOut(['a<b>"c\'\r\n(d)&'])
    const forms = ['a&lt;b>"c\'\n(d)&amp;', 'a&#60;b&#x3E;&quot;c&#39;&#xD;&#xa;(d)&#038;', 'a&lt;b&gt;&quot;c&apos;\r\n(d)&amp;']
    expect(forms.map(strike)).toEqual(['***', '***', '***'])
    expect(strike('a&lt;b>"c\'\n(x)&amp;')).toContain('(x)')
  })

  it('changes nothing where there is no secret', () => {
    expect(strikeOut([])('as it was')).toBe('as it was')
  })
})
