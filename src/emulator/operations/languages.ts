import { isLanguage } from '../admin-plane/locations.ts'
import { ODataError } from '../errors.ts'
import type { ReadTransaction, Transaction } from '../store/store.ts'
import { putRow } from '../store/rows.ts'
import type { Operation, OperationContext } from './operation.ts'

/** Languages beside the base one, kept with the row of the organisation and never shown in it. */
const kept = '~languages'

/** Codes of the languages that are switched on, the base language among them (Web API reference, RetrieveProvisionedLanguages). */
export const retrieveProvisionedLanguages: Operation = {
  name: 'RetrieveProvisionedLanguages',
  kind: 'function',
  parameters: {},
  async run(ctx) {
    return { status: 200, body: { RetrieveProvisionedLanguages: ctx.env.read(provisioned) } }
  },
}

/** Switches a language on (Web API reference, ProvisionLanguage); one that is on stays on. What the service says of an unknown code is unverified. */
export const provisionLanguage: Operation = {
  name: 'ProvisionLanguage',
  kind: 'action',
  parameters: { Language: { type: 'int', required: true } },
  async run(ctx, params) {
    const language = known(params['Language'])
    await ctx.env.write((tx) => switchOn(tx, language))
    return { status: 204 }
  },
}

/** The same as work of its own (Web API reference, ProvisionLanguageAsync; operation type 209: web-api B.1). */
export const provisionLanguageAsync: Operation = {
  name: 'ProvisionLanguageAsync',
  kind: 'action',
  parameters: { Language: { type: 'int', required: true } },
  async run(ctx, params) {
    const language = known(params['Language'])
    return { status: 200, body: { AsyncOperationId: await start(ctx, language) } }
  },
}

async function start(ctx: OperationContext, language: number): Promise<string> {
  const { asyncOperationId } = await ctx.jobs.start({
    env: ctx.env,
    caller: ctx.caller,
    lock: undefined,
    messageName: 'ProvisionLanguageAsync',
    operationName: 'ProvisionLanguage',
    operationType: 209,
    history: undefined,
    importJob: undefined,
    commit(tx) {
      switchOn(tx, language)
      return { result: 'succeeded' }
    },
  })
  return asyncOperationId
}

function provisioned(tx: ReadTransaction): readonly number[] {
  const row = tx.list('organization')[0]
  const more = Array.isArray(row?.[kept]) ? row[kept].map(Number) : []
  return [Number(row?.['languagecode'] ?? 1033), ...more]
}

function switchOn(tx: Transaction, language: number): void {
  const row = tx.list('organization')[0]
  const now = provisioned(tx)
  if (row === undefined || now.includes(language)) return
  putRow(tx, 'organization', String(row['organizationid']), { ...row, [kept]: [...now.slice(1), language] })
}

function known(language: unknown): number {
  if (typeof language === 'number' && isLanguage(language)) return language
  throw new ODataError(400, '0x80040203', `The language ${String(language)} is not available.`)
}
