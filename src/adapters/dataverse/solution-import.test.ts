import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import type { OperationState } from '#engine/ports'
import { corpusFolder } from '../../../test/support/corpus.ts'
import { readImportLog } from './import-result.ts'
import type { Asked, LocalServer, Told } from './testing/local-server.ts'
import { api, failureOf, openAt, startLocalServer } from './testing/local-server.ts'

let server: LocalServer | undefined

afterEach(async () => {
  await server?.close()
})

async function open(tell: (asked: Asked) => Told | undefined): Promise<ReturnType<typeof openAt>> {
  server = await startLocalServer(tell)
  return openAt(server.url)
}

const jobId = '1b1fa80d-aa0f-4291-b60c-b0745304ce24'
const operationId = '310799b8-dc6c-ee11-9ae7-000d3aaae21d'

const recorded = join(corpusFolder, 'fixtures/webapi/solution/tests/resource/Validate_Create_No_Settings_File')
const withRecordings = existsSync(recorded) ? it : it.skip

function recording(name: string): string {
  return readFileSync(join(recorded, name), 'utf8')
}

describe('staging', () => {
  const details = { StageSolutionUploadId: 'b3963d4b-dc6c-ee11-9ae7-000d3aaae21d', SolutionDetails: { SolutionUniqueName: 'Loans' } }

  withRecordings('accepts what a real environment passed, and sends the file as base64', async () => {
    const target = await open(({ path }) => (path === api('StageSolution') ? { body: recording('post_stage_solution.json') } : undefined))
    const file = new Uint8Array(Buffer.from('xxPKzip')).subarray(2)
    expect(await target.stage(file)).toEqual({ uploadId: 'b3963d4b-dc6c-ee11-9ae7-000d3aaae21d', isValid: true, problems: [] })
    expect(server?.asked.find(({ path }) => path === api('StageSolution'))?.body).toEqual({
      CustomizationFile: Buffer.from('PKzip').toString('base64'),
    })
  })

  it('names errors with their hex code, and each missing dependency with who needs it', async () => {
    const results = {
      ...details,
      StageSolutionStatus: 'Failed',
      SolutionValidationResults: [
        { SolutionValidationResultType: 'Error', Message: 'Some dependencies are missing.', ErrorCode: -2147188707, AdditionalInfo: null },
        { SolutionValidationResultType: 'Warning', Message: 'The source is newer.', ErrorCode: 0 },
      ],
      MissingDependencies: [
        {
          RequiredComponent: { SchemaName: 'cat_lib_0be3a', Type: '300' },
          DependentComponent: { DisplayName: 'Loans app', Type: '300' },
          RequiredSolutionName: 'CreatorKitCore',
        },
      ],
    }
    const target = await open(({ path }) => (path === api('StageSolution') ? { body: { StageSolutionResults: results } } : undefined))
    expect(await target.stage(new Uint8Array([1]))).toEqual({
      uploadId: details.StageSolutionUploadId,
      isValid: false,
      problems: [
        { subject: 'Loans', message: '0x8004801D: Some dependencies are missing.' },
        {
          subject: 'Loans app (type 300)',
          message: 'needs cat_lib_0be3a (type 300) of solution CreatorKitCore, which the target does not have',
        },
      ],
    })
  })

  it('is not valid when the platform fails it without a word', async () => {
    const target = await open(({ path }) =>
      path === api('StageSolution') ? { body: { StageSolutionResults: { ...details, StageSolutionStatus: 'Failed' } } } : undefined,
    )
    expect(await target.stage(new Uint8Array([1]))).toMatchObject({ isValid: false, problems: [{ subject: 'Loans' }] })
  })
})

describe('an asynchronous operation', () => {
  async function stateOf(told: Told): Promise<OperationState> {
    const target = await open(({ path }) => (path === api(`asyncoperations(${operationId})`) ? told : undefined))
    return target.fetchOperation(operationId)
  }

  withRecordings('has succeeded as a real one did, whose code and messages are null', async () => {
    expect(await stateOf({ body: recording('get_async_operations.json') })).toEqual({ state: 'succeeded' })
  })

  it('waits while it is not completed', async () => {
    expect(await stateOf({ body: { statecode: 2, statuscode: 20, message: null, errorcode: null } })).toEqual({ state: 'waiting' })
  })

  it('is absent when the platform has no such row', async () => {
    expect(await stateOf({ status: 404, body: { error: { code: '0x80040217', message: 'Does Not Exist' } } })).toEqual({ state: 'absent' })
  })

  it('fails with the array that the validation stage writes', async () => {
    const message = JSON.stringify([
      { SolutionValidationResultType: 'Error', Message: 'Some dependencies are missing.', ErrorCode: -2147188707 },
    ])
    expect(await stateOf({ body: { statecode: 3, statuscode: 31, message } })).toEqual({
      state: 'failed',
      code: '0x8004801D',
      message: 'Some dependencies are missing.',
    })
  })

  it('fails with the plain text that the import stage writes', async () => {
    const message = 'CanvasApp import: FAILURE: The import solution must have a higher version. 0x80048541'
    expect(await stateOf({ body: { statecode: 3, statuscode: 31, message, errorcode: -2147187391 } })).toEqual({
      state: 'failed',
      code: '0x80048541',
      message,
    })
  })

  it('says so when it was cancelled', async () => {
    expect(await stateOf({ body: { statecode: 3, statuscode: 32 } })).toEqual({
      state: 'failed',
      code: undefined,
      message: 'The operation was cancelled.',
    })
  })
})

describe('the result of an import', () => {
  const log = `<importexportxml start="1" stop="2" progress="80" processed="true">
    <solutionManifests><solutionManifest id="Loans" LocalizedName="Loans" processed="true"><results/><result result="success" errorcode="0" errortext=""/></solutionManifest></solutionManifests>
    <entities><entity id="account" LocalizedName="Account" processed="true"><result result="failure" errorcode="0x80044182" errortext="Column &quot;x&quot; &lt;y&gt;"/></entity></entities>
    <optionSets><optionSet id="drv_kind" LocalizedName="Kind"><result result="warning" errorcode="0x8004F000" errortext="Label kept"/></optionSet></optionSets>
  </importexportxml>`
  const resultPath = api(`RetrieveSolutionImportResult(ImportJobId=${jobId})`)

  it('names the components that failed inside an import that calls itself passed', async () => {
    const target = await open(({ path }) => {
      if (path === resultPath)
        return {
          body: {
            SolutionOperationResult: { Type: 'Import', Status: 'Passed', ErrorMessages: [], WarningMessages: ['Slow'], ActionLink: null },
          },
        }
      return path === api(`importjobs(${jobId})`) ? { body: { importjobid: jobId, data: log } } : undefined
    })
    expect(await target.fetchImportResult(jobId)).toEqual({
      isPassed: false,
      errors: [],
      warnings: ['Slow', 'optionSet Kind: 0x8004F000: Label kept'],
      failedComponents: [{ subject: 'entity Account', message: '0x80044182: Column "x" <y>' }],
      log,
    })
  })

  withRecordings('passes as a real import did', async () => {
    const target = await open(({ path }) => {
      if (path === resultPath) return { body: recording('get_solution_import_result.json') }
      return path === api(`importjobs(${jobId})`) ? { body: { importjobid: jobId, data: null } } : undefined
    })
    expect(await target.fetchImportResult(jobId)).toEqual({ isPassed: true, errors: [], warnings: [], failedComponents: [] })
  })

  it('finds a failed component at any depth of the log', () => {
    const deep =
      '<importexportxml><a><b><rootComponent id="r"><result result="failure" errortext="gone"/></rootComponent></b></a></importexportxml>'
    expect(readImportLog(deep, jobId).failed).toEqual([{ subject: 'rootComponent r', message: 'gone' }])
  })

  it('has no progress while the job cannot be read yet', async () => {
    const target = await open(() => undefined)
    expect(await target.fetchProgress(jobId)).toBeUndefined()
  })

  it('tells progress in percent', async () => {
    const target = await open(({ path }) => (path === api(`importjobs(${jobId})`) ? { body: { progress: 42.5 } } : undefined))
    expect(await target.fetchProgress(jobId)).toBe(42.5)
  })
})

describe('looking for an import whose start got no answer', () => {
  const running = {
    asyncoperationid: operationId,
    createdon: '2026-11-21T11:59:00Z',
    startedon: '2026-11-21T11:59:01Z',
    statecode: 2,
    _createdonbehalfby_value: 'me',
  }

  async function find(rows: {
    readonly job?: object
    readonly operations?: readonly object[]
    readonly history?: readonly object[]
  }): Promise<unknown> {
    const target = await open(({ path }) => {
      if (path === api('WhoAmI()')) return { body: { UserId: 'me' } }
      if (path === api(`importjobs(${jobId})`)) return rows.job === undefined ? undefined : { body: { importjobid: jobId, ...rows.job } }
      if (path === api('asyncoperations')) return { body: { value: rows.operations ?? [] } }
      return path === api('msdyn_solutionhistories') ? { body: { value: rows.history ?? [] } } : undefined
    })
    return target.findImport(jobId, 'Loans')
  }

  it('finds the job and the operation that was at work when it began', async () => {
    const earlier = {
      ...running,
      asyncoperationid: 'earlier',
      startedon: '2026-11-21T11:50:00Z',
      completedon: '2026-11-21T11:52:00Z',
      statecode: 3,
    }
    const job = { startedon: '2026-11-21T11:59:05Z', completedon: null }
    expect(await find({ job, operations: [running, earlier] })).toEqual({ found: true, asyncOperationId: operationId, isFinished: false })
  })

  it('names the unfinished one of two operations that started in the same second, and none of two that have ended', async () => {
    const job = { startedon: '2026-11-21T11:59:05Z', completedon: null }
    const twin = { ...running, asyncoperationid: 'twin', statecode: 3, completedon: '2026-11-21T11:59:08Z' }
    expect(await find({ job, operations: [running, twin] })).toMatchObject({ found: true, asyncOperationId: operationId })
    await server?.close()
    expect(await find({ job, operations: [{ ...twin, asyncoperationid: 'other' }, twin] })).toMatchObject({
      found: true,
      asyncOperationId: undefined,
    })
  })

  it('finds a finished job whose operation row is gone', async () => {
    const job = { startedon: '2026-11-21T11:59:05Z', completedon: '2026-11-21T11:59:30Z' }
    expect(await find({ job })).toEqual({ found: true, asyncOperationId: undefined, isFinished: true })
  })

  it('finds the operation that names the job before the job row is there', async () => {
    const named = {
      ...running,
      asyncoperationid: 'named',
      _createdonbehalfby_value: 'other',
      data: `{"ImportJobId":"${jobId.toUpperCase()}"}`,
    }
    expect(await find({ operations: [running, named] })).toEqual({ found: true, asyncOperationId: 'named', isFinished: false })
  })

  it('finds an unfinished import of its own identity, since it starts one at a time', async () => {
    expect(await find({ operations: [running] })).toEqual({ found: true, asyncOperationId: operationId, isFinished: false })
  })

  it("does not take another identity's import, or its own finished one, for it", async () => {
    const foreign = { ...running, _createdonbehalfby_value: 'somebody' }
    const finished = { ...running, asyncoperationid: 'done', statecode: 3 }
    expect(await find({ operations: [foreign, finished] })).toEqual({ found: false, asyncOperationId: undefined, isFinished: false })
  })

  it('finds a running import of the solution in the history, with no operation to follow', async () => {
    expect(await find({ history: [{ msdyn_status: 0 }] })).toEqual({ found: true, asyncOperationId: undefined, isFinished: false })
  })

  it('does not take an import that ended for it', async () => {
    expect(await find({ history: [{ msdyn_status: 1 }] })).toEqual({ found: false, asyncOperationId: undefined, isFinished: false })
  })

  it('throws when it cannot ask, so that silence is not taken for absence', async () => {
    const target = await open(({ path }) =>
      path.startsWith(api('importjobs')) ? { status: 403, body: { error: { code: '0x80040220', message: 'No.' } } } : undefined,
    )
    expect(await failureOf(target.findImport(jobId, 'Loans'))).toMatchObject({ code: 'dataverse.forbidden' })
  })
})
