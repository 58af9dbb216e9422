import { z } from 'zod'
import type { MissingSecret, ObservedVariable, SecretRef } from '#domain/environment'
import { errorMessage } from '#domain/kernel'
import type { PlannedValue } from '#domain/plan'
import type { DataverseClient } from './client.ts'
import type { DataverseDependencies } from './environments.ts'
import { resolveSetting } from './setting-values.ts'

type Secrets = DataverseDependencies['secrets']

const definitionRow = z.object({
  environmentvariabledefinitionid: z.string(),
  schemaname: z.string(),
  defaultvalue: z.string().nullish(),
})
const valueRow = z.object({ _environmentvariabledefinitionid_value: z.string().nullish(), value: z.string().nullish() })

export async function fetchVariables(client: DataverseClient): Promise<readonly ObservedVariable[]> {
  const [definitions, values] = [await fetchDefinitions(client), await fetchValues(client)]
  return definitions.map((definition) => ({
    schemaName: definition.schemaname,
    hasDefault: typeof definition.defaultvalue === 'string' && definition.defaultvalue !== '',
    hasValue: values.has(definition.environmentvariabledefinitionid),
  }))
}

/** Compares here, and never in a filter: a filter is part of an address, and addresses are logged on the way. */
export async function findOtherValues(
  client: DataverseClient,
  secrets: Secrets,
  wanted: readonly PlannedValue[],
): Promise<readonly string[]> {
  if (wanted.length === 0) return []
  const [definitions, values] = [await fetchDefinitions(client), await fetchValues(client)]
  const others: string[] = []
  for (const { schemaName, value } of wanted) {
    const definition = definitions.find((candidate) => candidate.schemaname.toLowerCase() === schemaName.toLowerCase())
    const found = definition === undefined ? undefined : values.get(definition.environmentvariabledefinitionid)
    if (found !== (await resolveSetting(secrets, value))) others.push(schemaName)
  }
  return others
}

/** References behind which nothing can be read. What can be read is not kept. */
export async function findMissingSecrets(secrets: Secrets, refs: readonly SecretRef[]): Promise<readonly MissingSecret[]> {
  const missing: MissingSecret[] = []
  for (const secret of refs) {
    await secrets.resolve(secret).catch((error: unknown) => missing.push({ secret, message: errorMessage(error) }))
  }
  return missing
}

function fetchDefinitions(client: DataverseClient): Promise<readonly z.infer<typeof definitionRow>[]> {
  return client.list(
    'ReadRows',
    'environmentvariabledefinitions?$select=environmentvariabledefinitionid,schemaname,defaultvalue',
    definitionRow,
  )
}

/** Definition id → current value, where there is one. */
async function fetchValues(client: DataverseClient): Promise<ReadonlyMap<string, string>> {
  const rows = await client.list('ReadRows', 'environmentvariablevalues?$select=value,_environmentvariabledefinitionid_value', valueRow)
  return new Map(
    rows.flatMap(({ _environmentvariabledefinitionid_value: id, value }) =>
      typeof id === 'string' && typeof value === 'string' ? [[id, value] as const] : [],
    ),
  )
}
