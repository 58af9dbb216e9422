import { ODataError } from '../errors.ts'
import { readSecret, secretType } from '../kinds/vault.ts'
import type { ReadTransaction, Row } from '../store/store.ts'
import type { Operation } from './operation.ts'

/** The current value, or the default one (reference pages of the Web API; the parameter's name is unverified). Not what apps see: that takes up to an hour. */
export const retrieveEnvironmentVariableValue: Operation = {
  name: 'RetrieveEnvironmentVariableValue',
  kind: 'function',
  parameters: { DefinitionSchemaName: { type: 'string', required: true } },
  async run(ctx, params) {
    return { status: 200, body: { Value: ctx.env.read((tx) => valueOf(tx, String(params['DefinitionSchemaName'])).value) } }
  },
}

/** What a secret variable points to, read from the vault as Dataverse (facts-2 §4). Its text for other variables is ours. */
export const retrieveEnvironmentVariableSecretValue: Operation = {
  name: 'RetrieveEnvironmentVariableSecretValue',
  kind: 'action',
  parameters: { EnvironmentVariableName: { type: 'string', required: true } },
  async run(ctx, params) {
    const name = String(params['EnvironmentVariableName'])
    const { definition, value } = ctx.env.read((tx) => valueOf(tx, name))
    if (Number(definition['type']) !== secretType)
      throw new ODataError(400, '0x80040203', `The environment variable '${name}' is not of type Secret.`)
    const secret = ctx.tenant.read((tx) => readSecret(tx, value ?? ''))
    if (secret === undefined) {
      throw new ODataError(403, '0x80040216', `User is not authorized to read secrets from '${value ?? ''}' resource.`)
    }
    return { status: 200, body: { EnvironmentVariableSecretValue: secret } }
  },
}

function valueOf(tx: ReadTransaction, schemaName: string): { readonly definition: Row; readonly value: string | null } {
  const definition = tx
    .list('environmentvariabledefinition')
    .find((row) => String(row['schemaname']).toLowerCase() === schemaName.toLowerCase())
  if (definition === undefined)
    throw new ODataError(404, '0x80040217', `environmentvariabledefinition With schemaname = ${schemaName} Does Not Exist`)
  const id = definition['environmentvariabledefinitionid']
  const value = tx.list('environmentvariablevalue').find((row) => row['environmentvariabledefinitionid'] === id)?.['value']
  const fallback = definition['defaultvalue']
  return { definition, value: typeof value === 'string' ? value : typeof fallback === 'string' ? fallback : null }
}
