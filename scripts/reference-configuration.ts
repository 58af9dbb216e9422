import { configurationJsonSchema } from '#contract'
import type { Page } from './reference.ts'
import { code, table } from './reference-markdown.ts'

export const configurationPage: Page = {
  file: 'configuration.md',
  madeFrom: 'src/contract/configuration-file.ts',
  render: () => {
    const rows = describe(rootSchema(), '')
    return [
      '# Configuration (`drover.yaml`)',
      'A proposal: `drover config validate` checks it, `drover config apply` makes a recorded version of it, and running things read versions, never the file. ' +
        '`drover config schema` prints the JSON Schema for editors. `[]` stands for each entry of a list, `*` for each key of a map. ' +
        'A worked example lies in `samples/contoso-inspection/drover.yaml`. The values under `policy` are listed in [policy.md](policy.md).',
      table(['Place', 'Form', 'Must be there', 'Meaning'], rows),
    ].join('\n\n')
  },
}

/** The part of JSON Schema that the configuration uses. */
interface Schema {
  readonly $ref?: string
  readonly type?: string | readonly string[]
  readonly description?: string
  readonly default?: unknown
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly items?: Schema
  readonly additionalProperties?: Schema | boolean
  readonly anyOf?: readonly Schema[]
  readonly oneOf?: readonly Schema[]
}

function rootSchema(): Schema {
  // The generator of the contract returns a plain record; its form is that of JSON Schema 2020-12.
  const schema = configurationJsonSchema() as Schema & { readonly $defs?: Readonly<Record<string, Schema>> }
  const name = /^#\/\$defs\/(.+)$/.exec(schema.$ref ?? '')?.[1]
  return (name === undefined ? undefined : schema.$defs?.[name]) ?? schema
}

/** A row for each place of the file, parents before their parts; parts that several alternatives share are listed once. */
function describe(schema: Schema, place: string): string[][] {
  const seen = new Set<string>()
  return alternatives(schema).flatMap((one) =>
    Object.entries(one.properties ?? {}).flatMap(([name, part]) => {
      const path = place === '' ? name : `${place}.${name}`
      const isRequired = alternatives(schema).every((other) => other.required?.includes(name) === true)
      const row = [code(path), formOf(part), isRequired ? 'yes' : defaultOf(part), part.description ?? '']
      const fresh = !seen.has(row.join()) ? [row] : []
      seen.add(row.join())
      return [...fresh, ...describeInside(part, path)]
    }),
  )
}

function describeInside(part: Schema, path: string): string[][] {
  // Every value of the policy may be set, and stands in a page of its own.
  if (/^policy\.(?!demands)/.test(path)) return []
  if (part.items !== undefined) return describe(part.items, `${path}[]`)
  if (typeof part.additionalProperties === 'object') return describe(part.additionalProperties, `${path}.*`)
  return describe(part, path)
}

function alternatives(schema: Schema): readonly Schema[] {
  return schema.anyOf ?? schema.oneOf ?? [schema]
}

function formOf(schema: Schema): string {
  if (schema.enum !== undefined) return `one of ${schema.enum.map((value) => code(String(value))).join(', ')}`
  if (schema.const !== undefined) return code(String(schema.const))
  if (schema.items !== undefined) return `list of ${formOf(schema.items)}`
  if (typeof schema.additionalProperties === 'object') return `map to ${formOf(schema.additionalProperties)}`
  const choices = schema.anyOf ?? schema.oneOf
  if (choices !== undefined) return [...new Set(choices.map(formOf))].join(' or ')
  return typeof schema.type === 'object' ? schema.type.join(' or ') : (schema.type ?? 'anything')
}

function defaultOf(schema: Schema): string {
  return schema.default === undefined ? 'no' : `no, default ${code(JSON.stringify(schema.default))}`
}

/** For editors: `# yaml-language-server: $schema=…` on top of a drover.yaml. */
export const configurationSchema: Page = {
  file: 'drover.schema.json',
  madeFrom: 'src/contract/configuration-file.ts',
  render: () => JSON.stringify(configurationJsonSchema(), null, 2),
}
